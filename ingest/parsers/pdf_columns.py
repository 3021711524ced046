"""Put a page's runs into reading order: columns found by the white between them, runs joined to lines."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Protocol

from ingest.normalize import count
from ingest.parsers.pdf_text import Run

MIN_LINES = 3  # on either side of a gutter
MIN_FILL = 0.55  # mean share of a column's width that its lines take; cells of a table take less
MIN_CHARS = 6.0  # mean characters of a line in a column


class Box(Protocol):
    """Anything with a place on the page."""

    x0: float
    top: float
    x1: float
    bottom: float


@dataclass(slots=True)
class Grid:
    """A ruled table: its place and its rows of cells."""

    rows: list[list[str]]
    x0: float
    top: float
    x1: float
    bottom: float
    header: bool = True


@dataclass(slots=True)
class Line:
    """One printed line with the edges of the column in which it stands."""

    runs: list[Run]
    left: float = 0.0
    right: float = 0.0
    page: int = 0
    text: str = ""
    rows: list[list[str]] = field(default_factory=list)  # of a table; then there are no runs
    header: bool = True
    x0: float = 0.0
    top: float = 0.0
    x1: float = 0.0
    bottom: float = 0.0
    size: float = 0.0
    bold: bool = False


def line_of(runs: Sequence[Run]) -> Line:
    """One line of the runs that stand side by side."""
    ordered = sorted(runs, key=lambda run: run.x0)
    line = Line(ordered, text=_text(ordered))
    line.x0, line.x1 = ordered[0].x0, max(run.x1 for run in ordered)
    line.top, line.bottom = min(run.top for run in ordered), max(run.bottom for run in ordered)
    line.size = max(ordered, key=lambda run: len(run.text)).size
    line.bold = all(run.bold for run in ordered)
    return line


def _text(runs: Sequence[Run]) -> str:
    text = runs[0].text
    for last, run in pairwise(runs):
        text += ("" if run.x0 - last.x1 < 0.3 * run.size else " ") + run.text
    return text


def line_of_grid(grid: Grid) -> Line:
    """A table in the place of a line."""
    return Line(
        [], rows=grid.rows, header=grid.header, x0=grid.x0, top=grid.top, x1=grid.x1, bottom=grid.bottom
    )


def columns_of(runs: Sequence[Run], grids: Sequence[Grid]) -> list[list[Line]]:
    """The lines of a page in reading order, one list for each region; each line knows its region's edges."""
    return [_region_lines(region) for region in regions([*runs, *grids])]


def regions(boxes: list[Run | Grid], depth: int = 0) -> list[list[Run | Grid]]:
    """Cut a page into regions to be read one after the other, each of a single column."""
    gutter = _gutter(boxes) if depth < 3 else None
    if gutter is None:
        return [boxes] if boxes else []
    found: list[list[Run | Grid]] = []
    for band, split in _bands(boxes, gutter):
        if split:
            found += regions([box for box in band if box.x1 <= gutter + 1], depth + 1)
            found += regions([box for box in band if box.x1 > gutter + 1], depth + 1)
        elif found and depth < 3 and not _bands_differ(found[-1], band):
            found[-1] += band
        else:
            found.append(band)
    return found


def _bands_differ(first: list[Run | Grid], second: list[Run | Grid]) -> bool:
    """Whether two stretches one under the other have different widths, so that their lines must not be merged."""
    widths = [max(box.x1 for box in band) - min(box.x0 for box in band) for band in (first, second)]
    return min(widths) < 0.75 * max(widths)


def _bands(boxes: list[Run | Grid], gutter: float) -> list[tuple[list[Run | Grid], bool]]:
    """Stretches of the page from the top: those with a good gutter, and those that cross it or have none."""
    crossing = sorted((box for box in boxes if _crosses(box, gutter)), key=lambda box: box.top)
    beside = sorted((box for box in boxes if not _crosses(box, gutter)), key=lambda box: _middle(box))
    bands: list[tuple[list[Run | Grid], bool]] = []
    stops = [*(_middle(box) for box in crossing), float("inf")]
    for stop, cross in zip(stops, [*crossing, None], strict=True):
        band = [box for box in beside if _middle(box) < stop]
        beside = [box for box in beside if _middle(box) >= stop]
        split = _is_prose(band, gutter)
        for part, flag in ((band, split), ([cross] if cross else [], False)):
            if part and bands and not flag and not bands[-1][1]:
                bands[-1][0].extend(part)
            elif part:
                bands.append((part, flag))
    return bands


def _middle(box: Box) -> float:
    return (box.top + box.bottom) / 2


def _crosses(box: Box, gutter: float) -> bool:
    return box.x0 < gutter - 1 and box.x1 > gutter + 1


def _gutter(boxes: list[Run | Grid]) -> float | None:
    """The height line of white that parts the most lines of prose; None on a page of one column."""
    if len(boxes) < 2 * MIN_LINES:
        return None
    left, right = min(box.x0 for box in boxes), max(box.x1 for box in boxes)
    inner = (left + 0.15 * (right - left), right - 0.15 * (right - left))
    starts = sorted({round(box.x0 - 2, 0) for box in boxes if inner[0] < box.x0 < inner[1]})
    best: tuple[int, float] | None = None
    for x in starts:
        won = sum(len(band) for band, split in _bands(boxes, x) if split)
        if won and (best is None or won > best[0]):
            best = (won, x)
    return best[1] if best else None


def _is_prose(band: list[Run | Grid], gutter: float) -> bool:
    """Whether both sides of a gutter are columns of running text rather than cells of a table."""
    left = [box for box in band if box.x1 <= gutter + 1]
    right = [box for box in band if box.x1 > gutter + 1]
    if len(left) < MIN_LINES or len(right) < MIN_LINES or not all(isinstance(box, Run) for box in band):
        return False
    gap = min(box.x0 for box in right) - max(box.x1 for box in left)
    size = max(box.size for box in band if isinstance(box, Run))
    return gap > min(0.6 * size, 8.0) and _is_column(left) and _is_column(right)


def _is_column(boxes: Sequence[Box]) -> bool:
    lines = [line_of(line) for line in physical_lines([box for box in boxes if isinstance(box, Run)])]
    width = max(line.x1 for line in lines) - min(line.x0 for line in lines)
    fill = sum(line.x1 - line.x0 for line in lines) / len(lines) / max(width, 1.0)
    chars = sum(count(line.text) for line in lines) / len(lines)
    return len(lines) >= MIN_LINES and fill >= MIN_FILL and chars >= MIN_CHARS


def physical_lines(runs: Sequence[Run]) -> list[list[Run]]:
    """Group runs that stand at the same height."""
    lines: list[list[Run]] = []
    for run in sorted(runs, key=lambda run: (run.middle, run.x0)):
        for line in reversed(lines[-3:]):
            anchor = max(line, key=lambda other: other.bottom - other.top)
            overlap = min(anchor.bottom, run.bottom) - max(anchor.top, run.top)
            clear = all(run.x0 >= other.x1 - 2 or run.x1 <= other.x0 + 2 for other in line)
            if clear and overlap > 0.5 * min(anchor.bottom - anchor.top, run.bottom - run.top):
                line.append(run)
                break
        else:
            lines.append([run])
    return lines


def _region_lines(region: list[Run | Grid]) -> list[Line]:
    """The lines and tables of a region from the top, with the region's edges."""
    lines = [line_of(group) for group in physical_lines([box for box in region if isinstance(box, Run)])]
    left, right = _edges(lines)
    lines += [line_of_grid(box) for box in region if isinstance(box, Grid)]
    lines.sort(key=lambda line: (_middle(line), line.x0))
    for line in lines:
        line.left, line.right = left, right
    return lines


def _edges(lines: Sequence[Line]) -> tuple[float, float]:
    """Where a column's lines begin and end, leaving aside a few that stick out, as a centered title does."""
    needed = max(2, len(lines) * 0.15)
    left = sorted(line.x0 for line in lines) or [0.0]
    right = sorted((line.x1 for line in lines), reverse=True) or [0.0]
    size = max((line.size for line in lines), default=0.0)
    lefts = (x for x in left if sum(x <= other <= x + 0.7 * size for other in left) >= needed)
    rights = (x for x in right if sum(x - 1.5 * size <= other <= x for other in right) >= needed)
    return next(lefts, left[0]), next(rights, right[0])
