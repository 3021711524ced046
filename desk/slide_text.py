"""How much text a box of a slide holds, without drawing it: an estimate that is never too small."""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeVar

from desk.printable import one_line

_WORD = re.compile(r"[!-~\u00a1-\u024f]+|.", re.DOTALL)
_WIDE_LATIN = frozenset("ABCDEFGHKMNOPQRSUVWXYZmw@%&—")
_STOPS = "。！？；"
_PAUSES = "，、：,; "
# Share of a line that is counted on: a mark that may not begin a line takes a character down with it.
SAFETY = 0.94


T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Box:
    """A text box in inches with text of ``size`` and lines of ``leading`` points, ``gap`` points after a paragraph."""

    left: float
    top: float
    width: float
    height: float
    size: float
    leading: float
    gap: float = 0
    indent: float = 0  # inches of a bullet before the text

    @property
    def ems(self) -> float:
        """Characters of full width that a line holds."""
        return (self.width - self.indent) * 72 / self.size * SAFETY

    def needs(self, text: str) -> float:
        """Points that a paragraph takes, its gap with it."""
        return lines(text, self.ems) * self.leading + self.gap


def width(text: str) -> float:
    """Width in ems; what isn't Latin counts as full.

    >>> width("居民ab")
    3.2
    """
    return sum(_char_width(char) for char in text)


def _char_width(char: str) -> float:
    if unicodedata.combining(char):
        return 0.0
    return 1.0 if char in _WIDE_LATIN or char > "\u024f" else 0.6


def lines(text: str, ems: float) -> int:
    """How many lines of ``ems`` a paragraph takes; words of Latin letters stay whole where they can.

    >>> lines("居民议事协商", 4), lines("", 4)
    (2, 1)
    """
    count, filled = 1, 0.0
    for word in _WORD.findall(text):
        needed = width(word)
        if filled + needed <= ems:
            filled += needed
            continue
        count += filled > 0
        count += math.ceil(needed / ems) - 1
        filled = needed - ems * (math.ceil(needed / ems) - 1)
    return count


def fitted(text: str, ems: float, most: int, beside: str = "") -> str:
    """One line of text, cut to what ``most`` lines hold together with ``beside``.

    The cut is after a sentence or at a pause where one is near the end, and …… says that there is more.
    """
    text = one_line(text)
    if lines(text + beside, ems) <= most:
        return text
    low, high = 0, len(text)
    while low < high:
        middle = (low + high + 1) // 2
        if lines(f"{text[:middle]}……{beside}", ems) <= most:
            low = middle
        else:
            high = middle - 1
    kept = text[:low]
    for marks, keep in ((_STOPS, 1), (_PAUSES, 0)):
        end = max(kept.rfind(mark) for mark in marks)
        if end >= low * 0.6:
            return kept[: end + keep] + "……"
    return kept.rstrip("…") + "……"


def paged(parts: Iterable[T], text_of: Callable[[T], str], box: Box, most: int) -> Iterator[Sequence[T]]:
    """The paragraphs of one slide after another: at most ``most`` and no more than the box holds."""
    page: list[T] = []
    used = 0.0
    for part in parts:
        needed = box.needs(text_of(part))
        if page and (len(page) == most or used + needed - box.gap > box.height * 72):
            yield page
            page, used = [], 0.0
        page.append(part)
        used += needed
    if page:
        yield page
