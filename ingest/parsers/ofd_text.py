"""Get the text of an OFD page with its place: text objects of GB/T 33190 as runs, in points from the top left."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass

from lxml import etree

from ingest.normalize import WIDE
from ingest.parsers.pdf_text import MAX_CHARS, Run

POINTS = 72 / 25.4  # in a millimetre, the unit of OFD
_IS_WIDE = re.compile(f"[{WIDE}]")
_NUMBER = re.compile(r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d{1,3})?")
_FARTHEST = 1e6  # millimetres
_MOST_STEPS = 20_000  # of one DeltaX, whose ``g`` repeats a step any number of times
_STRAIGHT = math.radians(2)


@dataclass(slots=True)
class PageText:
    """The runs of a page, and the text set at an angle: a watermark."""

    runs: list[Run]
    slanted: str = ""


def text_of(contents: list[etree._Element], bold_fonts: frozenset[str]) -> PageText:
    """The text of a page's parts: the templates under it and its own content; ``bold_fonts`` are ids."""
    found: list[Run] = []
    slanted: list[str] = []
    seen = 0
    for content in contents:
        for element in content.iter("{*}TextObject"):
            if element.get("Visible", "true").lower() in ("false", "0"):
                continue
            bold = element.get("Font") in bold_fonts or _weight(element) >= 600
            for text, run in _runs(element, bold):
                seen += len(text)
                if seen > MAX_CHARS:
                    return PageText(found, "".join(slanted))
                if run is None:
                    slanted.append(text)
                elif text.strip():
                    found.append(run)
    return PageText(found, "".join(slanted))


def box_of(element: etree._Element, name: str = "Boundary") -> tuple[float, float, float, float] | None:
    """Left, top, width and height of an object in points; None where it gives none."""
    numbers = numbers_of(element.get(name) or "")
    left, top, width, height = (number * POINTS for number in numbers[:4]) if len(numbers) >= 4 else (0,) * 4
    return (left, top, width, height) if len(numbers) >= 4 else None


def numbers_of(text: str) -> list[float]:
    """The numbers in an attribute; one beyond any page stands for 0.

    >>> numbers_of("10 20.5 -3 1e2 x 1e309")
    [10.0, 20.5, -3.0, 100.0, 0.0]
    """
    numbers = (float(number) for number in _NUMBER.findall(text[:100_000]))
    return [number if abs(number) < _FARTHEST else 0.0 for number in numbers]


def steps(text: str, needed: int) -> list[float]:
    """The distances between characters, ``g n d`` standing for n times d; as many as are needed, 0 where none is given.

    >>> steps("3 g 3 4.5 2", 6), steps("3", 2)
    ([3.0, 4.5, 4.5, 4.5, 2.0, 0.0], [3.0, 0.0])
    """
    found: list[float] = []
    words = iter(text[:100_000].split())
    for word in words:
        if len(found) >= min(needed, _MOST_STEPS):
            break
        if word == "g":
            times, step = numbers_of(next(words, "")), numbers_of(next(words, ""))
            if times and step:
                found += [step[0]] * min(int(times[0]), needed, _MOST_STEPS)
        else:
            found += numbers_of(word)[:1]
    return (found + [0.0] * needed)[:needed]


def _weight(element: etree._Element) -> float:
    return next(iter(numbers_of(element.get("Weight") or "")), 400.0)


def _runs(element: etree._Element, bold: bool) -> Iterator[tuple[str, Run | None]]:
    """The text codes of an object, each with its run; None for one set at an angle."""
    corner = box_of(element) or (0.0, 0.0, 0.0, 0.0)
    a, b, c, d, e, f = _matrix(element)
    scale = math.hypot(c, d) or 1.0
    size = max(next(iter(numbers_of(element.get("Size") or "")), 4.0) * scale * POINTS, 1.0)
    turn = math.atan2(b, a) % (math.pi / 2)
    x = y = 0.0
    for code in element.iter("{*}TextCode"):
        text = code.text or ""
        x, y = (next(iter(numbers_of(code.get(n) or "")), old) for n, old in (("X", x), ("Y", y)))
        if _STRAIGHT < turn < math.pi / 2 - _STRAIGHT:
            yield text, None
            continue
        rights = steps(code.get("DeltaX") or "", len(text))
        downs = steps(code.get("DeltaY") or "", len(text))
        own_x, own_y = x, y
        places = []
        for right, down in zip(rights, downs, strict=True):
            places.append(
                (
                    corner[0] + (a * own_x + c * own_y + e) * POINTS,
                    corner[1] + (b * own_x + d * own_y + f) * POINTS,
                )
            )
            own_x, own_y = own_x + right, own_y + down
        if not any(rights):
            places = _spread(text, places, size)
        for start, end in _level(places, size):
            piece = text[start:end]
            yield piece, _run(piece, places[start:end], size, bold)


def _matrix(element: etree._Element) -> tuple[float, float, float, float, float, float]:
    given = numbers_of(element.get("CTM") or "")
    a, b, c, d, e, f = given[:6] if len(given) >= 6 else (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)
    return a, b, c, d, e, f


def _spread(text: str, places: list[tuple[float, float]], size: float) -> list[tuple[float, float]]:
    """Characters without distances stand one behind the other as wide as they are, unless they stand one below another."""
    if len({round(y) for _, y in places}) > 1:
        return places
    moved, x = [], places[0][0] if places else 0.0
    for character, (_, y) in zip(text, places, strict=True):
        moved.append((x, y))
        x += size if _IS_WIDE.match(character) else size / 2
    return moved


def _level(places: list[tuple[float, float]], size: float) -> Iterator[tuple[int, int]]:
    """The stretches of characters that stand at one height."""
    start = 0
    for index in range(1, len(places) + 1):
        if index == len(places) or abs(places[index][1] - places[start][1]) > size / 2:
            yield start, index
            start = index


def _run(text: str, places: list[tuple[float, float]], size: float, bold: bool) -> Run:
    lefts = [x for x, _ in places]
    last = size if _IS_WIDE.match(text[-1]) else size / 2
    base = places[0][1]
    starts = lefts if lefts == sorted(lefts) else []
    return Run(
        text, min(lefts), base - 0.85 * size, max(lefts) + last, base + 0.15 * size, size, bold, starts
    )
