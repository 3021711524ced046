"""Get a page's text with its place on the page: runs of characters from PDFium, or bare lines from pypdf."""

from __future__ import annotations

import ctypes
import itertools
import math
import re
from collections.abc import Sequence
from dataclasses import dataclass, field

import pypdfium2 as pdfium
import pypdfium2.raw as raw

from ingest.normalize import WIDE

_IS_WIDE = re.compile(f"[{WIDE}\u2e80-\u2fdf]")
BOLD_NAME = re.compile(rb"bold|black|heavy|simhei|heiti|msyhbd|xiaobiaosong", re.IGNORECASE)
_LIGATURES = {"f", "ff", "s"}  # what one glyph may begin with
_GRID = 4.0  # points; wider than the shift of a letter printed twice to look bold
MAX_CHARS = 200_000  # of one page; a larger one is a drawing or an attack


@dataclass(slots=True)
class Run:
    """Text set in one go, in points from the page's top left corner."""

    text: str
    x0: float
    top: float
    x1: float
    bottom: float
    size: float
    bold: bool = False
    starts: list[float] = field(default_factory=list)  # where each character begins; empty: evenly spread

    @property
    def middle(self) -> float:
        """The height of the run's middle line."""
        return (self.top + self.bottom) / 2

    @property
    def center(self) -> float:
        """Half way from its left to its right end."""
        return (self.x0 + self.x1) / 2

    def cut(self, stops: Sequence[float]) -> list[Run]:
        """The parts of the run between upright lines that it runs across."""
        inner = [stop for stop in stops if self.x0 + 1 < stop < self.x1 - 1]
        if not inner:
            return [self]
        step = (self.x1 - self.x0) / max(len(self.text), 1)
        starts = self.starts or [self.x0 + step * index for index in range(len(self.text))]
        ends = [*starts[1:], self.x1]
        parts: list[Run] = []
        for left, right in itertools.pairwise([-math.inf, *inner, math.inf]):
            held = [
                i
                for i in range(len(starts))
                if left <= (starts[i] + min(ends[i], starts[i] + self.size)) / 2 < right
            ]
            if text := "".join(self.text[i] for i in held).strip():
                end = min(ends[held[-1]], right)
                parts.append(Run(text, starts[held[0]], self.top, end, self.bottom, self.size, self.bold))
        return parts


@dataclass(slots=True)
class _Char:
    text: str
    x0: float
    top: float
    x1: float
    bottom: float
    size: float
    angle: int
    index: int
    spaced: bool  # a space stands before it
    guessed: bool  # and PDFium put it there


class TextPage:
    """One page's characters, turned upright."""

    def __init__(self, page: pdfium.PdfPage) -> None:
        self.page = page
        self.width, self.height = page.get_size()
        self.turn = page.get_rotation()
        box = page.get_cropbox(fallback_ok=True)
        self.left, self.bottom = min(box[0], box[2]), min(box[1], box[3])
        self.slanted = ""  # text set at an angle: a watermark
        self.beside: list[
            list[Run]
        ] = []  # text set at another quarter turn than most, each direction upright by itself

    def place(self, x0: float, y0: float, x1: float, y1: float) -> tuple[float, float, float, float]:
        """Turn a box from the page's own space (y upwards) to what is seen (y downwards)."""
        x0, x1, y0, y1 = x0 - self.left, x1 - self.left, y0 - self.bottom, y1 - self.bottom
        if self.turn == 90:
            return y0, x0, y1, x1
        if self.turn == 180:
            return self.width - x1, y0, self.width - x0, y1
        if self.turn == 270:
            return self.width - y1, self.height - x1, self.width - y0, self.height - x0
        return x0, self.height - y1, x1, self.height - y0

    def runs(self) -> list[Run]:
        """The page's text as runs, in the order of the file."""
        text_page = self.page.get_textpage()
        try:
            main, *others = self._upright(self._chars(text_page.raw))
            self.beside = [_joined(_once(chars), text_page.raw) for chars in others]
            return _joined(_once(main), text_page.raw)
        finally:
            text_page.close()

    def _chars(self, handle: object) -> list[_Char]:
        rect, matrix = raw.FS_RECTF(), raw.FS_MATRIX()
        sizes: dict[tuple[float, float], float] = {}
        chars: list[_Char] = []
        spaced, guessed, high = False, False, 0
        for index in range(min(raw.FPDFText_CountChars(handle), MAX_CHARS)):
            code = raw.FPDFText_GetUnicode(handle, index)
            if 0xD800 <= code < 0xDC00:
                high = code
                continue
            if 0xDC00 <= code < 0xE000 and high:
                code, high = 0x10000 + ((high - 0xD800) << 10) + (code - 0xDC00), 0
            text = chr(code)
            if (
                text.isspace()
                or code == 0
                or not raw.FPDFText_GetLooseCharBox(handle, index, ctypes.byref(rect))
            ):
                guessed = (guessed or not spaced) and raw.FPDFText_IsGenerated(handle, index) == 1
                spaced = True
                continue
            if code == 2:  # PDFium's mark for a hyphen at a line's end
                text = "-"
            given, tall = raw.FPDFText_GetFontSize(handle, index), round(abs(rect.top - rect.bottom), 1)
            if (given, tall) not in sizes:
                raw.FPDFText_GetMatrix(handle, index, ctypes.byref(matrix))
                sizes[given, tall] = round(given * math.hypot(matrix.b, matrix.d), 1) or tall
            angle = raw.FPDFText_GetCharAngle(handle, index)
            turned = 0 if angle < 0 else round(math.degrees(angle)) % 360
            box = self.place(rect.left, rect.bottom, rect.right, rect.top)
            last = chars[-1] if chars else None
            if last and text in "filt" and last.text in _LIGATURES and _same(box, last):
                last.text += text
                continue
            chars.append(_Char(text, *box, sizes[given, tall], turned, index, spaced, guessed))
            spaced, guessed = False, False
        return chars

    def _upright(self, chars: list[_Char]) -> list[list[_Char]]:
        """Leave out slanted text and turn the rest upright, the direction that most of it has first."""
        slanted = [char for char in chars if min(char.angle % 90, 90 - char.angle % 90) > 8]
        if len(slanted) * 2 < len(chars):
            self.slanted = "".join(char.text for char in slanted)
            chars = [char for char in chars if min(char.angle % 90, 90 - char.angle % 90) <= 8]
        sides: dict[int, list[_Char]] = {}
        for char in chars:
            sides.setdefault((round(char.angle / 90) % 4 * 90 + self.turn) % 360, []).append(char)
        width, height = self.width, self.height
        order = sorted(sides, key=lambda side: -len(sides[side]))
        for side in order:
            _turn(sides[side], side, width, height)
        if order and order[0] in (90, 270):
            self.width, self.height = height, width
        return [sides[side] for side in order] or [[]]


def _turn(chars: Sequence[_Char], side: int, width: float, height: float) -> None:
    """Turn characters that lie on a side, or on their heads, on a page of this size."""
    for char in chars:
        x0, x1, top, bottom = char.x0, char.x1, char.top, char.bottom
        if side == 90:
            char.x0, char.x1, char.top, char.bottom = top, bottom, width - x1, width - x0
        elif side == 180:
            char.x0, char.x1, char.top, char.bottom = width - x1, width - x0, height - bottom, height - top
        elif side == 270:
            char.x0, char.x1, char.top, char.bottom = height - bottom, height - top, x0, x1


def _same(box: tuple[float, float, float, float], char: _Char) -> bool:
    """Whether a character has the very place of the one before, as the letters of a ligature have."""
    return abs(box[0] - char.x0) + abs(box[1] - char.top) + abs(box[2] - char.x1) < 0.01


def _once(chars: list[_Char]) -> list[_Char]:
    """Keep one of the characters printed over each other to look bold."""
    seen: dict[tuple[str, int, int], _Char] = {}
    kept: list[_Char] = []
    for char in chars:
        near = min(0.25 * char.size, 0.5 * (char.x1 - char.x0))
        columns = {int((char.x0 - near) / _GRID), int((char.x0 + near) / _GRID)}
        rows = {int((char.top - near) / _GRID), int((char.top + near) / _GRID)}
        around = [seen.get((char.text, column, row)) for column in columns for row in rows]
        if any(old and abs(char.x0 - old.x0) < near and abs(char.top - old.top) < near for old in around):
            continue
        seen[char.text, int(char.x0 / _GRID), int(char.top / _GRID)] = char
        kept.append(char)
    return kept


def _joined(chars: list[_Char], handle: object) -> list[Run]:
    """Join characters that follow each other on a line to runs; a wide gap begins a new one."""
    runs: list[Run] = []
    last: _Char | None = None
    pace = 0.0  # the gap before the last character of the run
    for char in chars:
        if last is None or not _follows(last, char):
            pace = 0.0
            weight = raw.FPDFText_GetFontWeight(handle, char.index)
            bold = weight >= 600 or bool(BOLD_NAME.search(_font_name(handle, char.index)))
            runs.append(
                Run(
                    char.text,
                    char.x0,
                    char.top,
                    char.x1,
                    char.bottom,
                    char.size,
                    bold,
                    [char.x0] * len(char.text),
                )
            )
        else:
            run = runs[-1]
            added = (" " if _space_between(last, char, pace) else "") + char.text
            pace = char.x0 - last.x1
            run.text += added
            run.starts += [char.x0] * len(added)
            run.x1, run.top, run.bottom = (
                max(run.x1, char.x1),
                min(run.top, char.top),
                max(run.bottom, char.bottom),
            )
            run.size = max(run.size, char.size)
        last = char
    return runs


def _follows(last: _Char, char: _Char) -> bool:
    overlap = min(last.bottom, char.bottom) - max(last.top, char.top)
    size = max(last.size, char.size, 1.0)
    if overlap < 0.5 * min(last.bottom - last.top, char.bottom - char.top):
        return False
    return -0.5 * size < char.x0 - last.x1 < 1.1 * size


def _space_between(last: _Char, char: _Char, pace: float) -> bool:
    """Whether a space is meant between two characters of a run; ``pace`` is the gap before the first of them."""
    gap, size = char.x0 - last.x1, max(last.size, char.size)
    wide = bool(_IS_WIDE.match(last.text)) + bool(_IS_WIDE.match(char.text))
    if wide:
        return gap > 0.6 * size or (char.spaced and gap > (0.12, 0.3)[wide - 1] * size)
    if char.guessed and 0 < gap < 1.5 * pace:  # letters set apart, as in the text under a scanned page
        return False
    return char.spaced or gap > 0.25 * size


def _font_name(handle: object, index: int) -> bytes:
    flags = ctypes.c_int()
    buffer = ctypes.create_string_buffer(128)
    raw.FPDFText_GetFontInfo(handle, index, buffer, 128, ctypes.byref(flags))
    return buffer.value


def runs_of_lines(text: str, width: float, height: float) -> list[Run]:
    """Give bare lines of text a place on the page, one under the other, so that they can be laid out as well."""
    lines = [line for line in text.split("\n") if line.strip()]
    step = min(height / (len(lines) + 1), 14.0)
    longest = max((_columns(line) for line in lines), default=1)
    return [
        Run(line.strip(), 0.1 * width, (row + 0.5) * step, (0.1 + 0.8 * _columns(line) / longest) * width,
            (row + 0.5) * step + 0.8 * step, 10.0)
        for row, line in enumerate(lines)
    ]  # fmt: skip


def _columns(line: str) -> int:
    return len(line) + len(_IS_WIDE.findall(line))
