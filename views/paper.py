"""A page of a PDF as a picture, with the places of a passage on it shaded."""

from __future__ import annotations

import io
import re
import threading
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ingest.chunk import sentences

if TYPE_CHECKING:
    from PIL.Image import Image

Box = tuple[float, float, float, float]  # left, bottom, right, top
SCALE = 1.6  # of 72 dpi: an A4 page is about 950 pixels wide
MOST_PIXELS = 4_000_000  # of a picture: a poster is drawn smaller
SHADE = (255, 196, 0, 70)
_LEAST = 5  # characters of a piece that is looked for by itself: shorter ones stand in many places
_PDFIUM = threading.Lock()  # PDFium isn't thread-safe, and every session is a thread


@dataclass(frozen=True, slots=True)
class Paper:
    """One page: a PNG, how many pages there are, and whether the passage was found on it."""

    png: bytes
    pages: int
    found: bool


def draw(path: Path, page: int, passage: str) -> Paper | None:
    """Page ``page`` (from 1) of a PDF; None where there is no such page or PDFium can't read the file."""
    import pypdfium2

    try:
        with _PDFIUM, pypdfium2.PdfDocument(path) as pdf:
            if not 1 <= page <= len(pdf):
                return None
            return _drawn(pdf[page - 1], len(pdf), passage)
    except pypdfium2.PdfiumError:
        return None


def _drawn(page: Any, pages: int, passage: str) -> Paper:
    width, height = page.get_size()
    scale = min(SCALE, (MOST_PIXELS / max(width * height, 1)) ** 0.5)
    bitmap = page.render(scale=scale)
    place = bitmap.get_posconv(page)
    boxes = list(_lines(_boxes(page.get_textpage(), passage)))
    corners = [(place.to_bitmap(left, top), place.to_bitmap(right, low)) for left, low, right, top in boxes]
    buffer = io.BytesIO()
    _shaded(bitmap.to_pil(), corners).save(buffer, "PNG")
    return Paper(buffer.getvalue(), pages, bool(boxes))


def _shaded(picture: Image, corners: Sequence[tuple[tuple[int, int], tuple[int, int]]]) -> Image:
    from PIL import Image, ImageDraw

    layer = Image.new("RGBA", picture.size)
    pen = ImageDraw.Draw(layer)
    for (x0, y0), (x1, y1) in corners:
        pen.rectangle((min(x0, x1) - 2, min(y0, y1) - 2, max(x0, x1) + 2, max(y0, y1) + 2), fill=SHADE)
    return Image.alpha_composite(picture.convert("RGBA"), layer).convert("RGB")


def _boxes(text: Any, passage: str) -> Iterator[Box]:
    """The boxes of the passage's characters, in reading order."""
    for number in places(text.get_text_range(), passage):
        box: Box = text.get_charbox(number)
        if box[2] > box[0] and box[3] > box[1]:
            yield box


def places(page: str, passage: str) -> list[int]:
    """Which characters of a page belong to a passage, by UTF-16 code unit as PDFium counts; white space doesn't count.

    The passage as a whole, or those of its sentences and table cells that stand there: others are on another page.

    >>> places("标题\\r\\n居民议 事。", "居民议事。")
    [4, 5, 6, 8, 9]
    """
    units, characters, unit = [], [], 0
    for character in page:
        for plain in unicodedata.normalize("NFKC", character):
            if not plain.isspace():
                units.append(unit)
                characters.append(plain)
        unit += 2 if ord(character) > 0xFFFF else 1
    whole, wanted = "".join(characters), _plain(passage)
    pieces = (
        [wanted] if wanted in whole else [_plain(p) for p in re.split(r" \| |\n", passage) for p in _cut(p)]
    )
    found: set[int] = set()
    for piece in pieces:
        start, length = _find(piece, whole)
        found.update(units[start : start + length])
    return sorted(found)


def _cut(text: str) -> list[str]:
    return [text[start:end] for start, end in sentences(text)]


def _find(piece: str, whole: str) -> tuple[int, int]:
    """Where a piece stands in a page, and how much of it: all, or what another page left of its beginning or end."""
    if (start := whole.find(piece)) >= 0:
        return start, len(piece) if len(piece) >= _LEAST or piece == whole else 0
    for length in range(len(piece) - 1, _LEAST - 1, -1):
        for part in (piece[:length], piece[-length:]):
            if (start := whole.find(part)) >= 0:
                return start, length
    return 0, 0


def _plain(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).split())


def _lines(boxes: Iterable[Box]) -> Iterator[Box]:
    """Boxes joined to one for each line: where one begins left of the last or below it, a line begins."""
    line: Box | None = None
    for box in boxes:
        if line and box[0] >= line[2] - (line[3] - line[1]) and min(box[3], line[3]) > max(box[1], line[1]):
            line = (line[0], min(line[1], box[1]), max(line[2], box[2]), max(line[3], box[3]))
        else:
            if line:
                yield line
            line = box
    if line:
        yield line
