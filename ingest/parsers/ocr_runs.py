"""Give recognised lines the shape of printed ones, so that they are laid out by the same rules."""

from __future__ import annotations

import re
from collections.abc import Sequence
from statistics import median

from ingest.normalize import WIDE
from ingest.ocr import OcrLine
from ingest.parsers.pdf_text import Run

_ALIKE = 0.13  # share by which the sizes of lines set in one size may differ


def runs_of_ocr(lines: Sequence[OcrLine], scale: float) -> list[Run]:
    """Recognised lines as runs; sizes that nearly agree are taken as one, as boxes are never exact."""
    sizes = [_size(line) * scale for line in lines]
    levels = _levels(sizes)
    return [
        Run(line.text, line.x0 * scale, line.top * scale, line.x1 * scale, line.bottom * scale,
            min(levels, key=lambda level: abs(level - size)))
        for line, size in zip(lines, sizes, strict=True)
    ]  # fmt: skip


def _size(line: OcrLine) -> float:
    """The font size in pixels: what a character takes of the width, or of the height where there are too few."""
    wide = len(re.findall(f"[{WIDE}]", line.text))
    columns = wide + 0.5 * (len(line.text) - wide)
    if wide >= 4 and wide * 2 > len(line.text):
        return (line.x1 - line.x0) / columns
    return (line.bottom - line.top) * 0.75


def _levels(sizes: Sequence[float]) -> list[float]:
    """The distinct sizes of a page."""
    groups: list[list[float]] = []
    for size in sorted(sizes):
        if groups and size <= median(groups[-1]) * (1 + _ALIKE):
            groups[-1].append(size)
        else:
            groups.append([size])
    return [round(median(group), 1) for group in groups]
