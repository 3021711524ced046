"""Find tables without rules: lines that stand one under the other with their cells in the same columns."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ingest.parsers.pdf_columns import Grid, Line, columns_of, line_of
from ingest.parsers.pdf_text import Run

MIN_ROWS = 3
_GAP = 1.1  # of the type size, between two cells
_LONGEST = 40  # characters of a cell; longer ones are text beside text


def lines_in_order(runs: Sequence[Run], grids: Sequence[Grid]) -> list[Line]:
    """All lines and tables of a page in reading order."""
    return [line for column in columns_of(runs, grids) for line in with_rows(column)]


def with_rows(lines: Sequence[Line]) -> list[Line]:
    """The lines of a region, those that are rows of an unruled table joined to one table."""
    found: list[Line] = []
    block: list[Line] = []
    for line in [*lines, None]:
        if line is not None and _is_row(line) and (not block or _aligned(block[-1], line)):
            block.append(line)
            continue
        found += [_table(block)] if len(block) >= MIN_ROWS else block
        block = []
        if line is not None and _is_row(line):
            block = [line]
        elif line is not None:
            found.append(line)
    return found


def cells_of(line: Line) -> list[list[Run]]:
    """A line's runs, those with a wide gap between them apart."""
    cells: list[list[Run]] = []
    for run in line.runs:
        if cells and run.x0 - cells[-1][-1].x1 < _GAP * line.size:
            cells[-1].append(run)
        else:
            cells.append([run])
    return cells


def _is_row(line: Line) -> bool:
    cells = cells_of(line)
    if len(cells) == 2 and re.match(r"[\d第]", line.text) and re.fullmatch(r"\d{1,4}", cells[1][0].text):
        return False  # an entry of a table of contents
    return len(cells) >= 2 and all(sum(len(run.text) for run in cell) <= _LONGEST for cell in cells)


def _aligned(last: Line, line: Line) -> bool:
    """Whether two lines have as many cells and each cell begins, ends or has its middle under the other's."""
    above, below = cells_of(last), cells_of(line)
    if len(above) != len(below) or line.top - last.top > 4 * line.size:
        return False
    return all(_in_line(one, other, line.size) for one, other in zip(above, below, strict=True))


def _in_line(above: list[Run], below: list[Run], size: float) -> bool:
    left, right = above[0].x0 - below[0].x0, above[-1].x1 - below[-1].x1
    return min(abs(left), abs(right), abs(left + right) / 2) < size


def _table(block: list[Line]) -> Line:
    """The table that the lines make, in their place."""
    rows = [[line_of(cell).text for cell in cells_of(line)] for line in block]
    first = block[0]
    return Line(
        [], first.left, first.right, rows=rows, x0=min(line.x0 for line in block), top=first.top,
        x1=max(line.x1 for line in block), bottom=block[-1].bottom, size=first.size,
    )  # fmt: skip
