"""Find ruled tables on a page: lines that cross make a grid, and each run of text belongs to one cell of it."""

from __future__ import annotations

import ctypes
import itertools
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import pypdfium2 as pdfium
import pypdfium2.raw as raw

from ingest.lines import join_lines
from ingest.parsers.pdf_columns import Grid, line_of, physical_lines
from ingest.parsers.pdf_text import Run, TextPage

MAX_PATHS = 4000  # a page with more is a map or a chart
MAX_RULES = 1500
MAX_WORK = 3_000_000  # cells times lines
_SLACK = 2.5  # points by which drawn lines may miss each other
_THIN = 3.0  # a stroke may lean this much
_SHORT = 8.0  # and one shorter than this is a mark in the text


@dataclass(frozen=True, slots=True)
class Rule:
    """A drawn line, level or upright: at ``at``, from ``start`` to ``end``."""

    level: bool
    at: float
    start: float
    end: float


def rules_of(page: TextPage) -> list[Rule]:
    """All level and upright lines drawn on a page, in points from its top left corner."""
    found: list[Rule] = []
    paths = page.page.get_objects(filter=[raw.FPDF_PAGEOBJ_PATH], max_depth=3)
    for path in itertools.islice(paths, MAX_PATHS + 1):
        found += _rules_of_path(page, path)
        if len(found) > 2 * MAX_PATHS:
            return []
    return found


def _rules_of_path(page: TextPage, path: pdfium.PdfObject) -> Iterator[Rule]:
    fill, stroke = ctypes.c_int(), ctypes.c_int()
    raw.FPDFPath_GetDrawMode(path.raw, ctypes.byref(fill), ctypes.byref(stroke))
    if not (fill.value or stroke.value) or raw.FPDFPath_CountSegments(path.raw) > 400:
        return
    for points in _strokes(path):
        yield from _as_rules([page.place(x, y, x, y)[:2] for x, y in points])


def _strokes(path: pdfium.PdfObject) -> list[list[tuple[float, float]]]:
    """The straight strokes of a path in page space, one list of points each."""
    matrix = path.get_matrix()
    container = path.container
    while container is not None:
        matrix = matrix.multiply(container.get_matrix())
        container = container.container
    x, y = ctypes.c_float(), ctypes.c_float()
    strokes: list[list[tuple[float, float]]] = []
    for index in range(raw.FPDFPath_CountSegments(path.raw)):
        segment = raw.FPDFPath_GetPathSegment(path.raw, index)
        kind = raw.FPDFPathSegment_GetType(segment)
        raw.FPDFPathSegment_GetPoint(segment, ctypes.byref(x), ctypes.byref(y))
        point = matrix.on_point(x.value, y.value)
        if kind == raw.FPDF_SEGMENT_LINETO and strokes:
            strokes[-1].append(point)
        else:
            strokes.append([point])
        if raw.FPDFPathSegment_GetClose(segment) and len(strokes[-1]) > 1:
            strokes[-1].append(strokes[-1][0])
    return strokes


def _as_rules(points: Sequence[tuple[float, float]]) -> Iterator[Rule]:
    for (x0, y0), (x1, y1) in itertools.pairwise(points):
        wide, tall = abs(x1 - x0), abs(y1 - y0)
        if tall < _THIN and wide > _SHORT:
            yield Rule(True, (y0 + y1) / 2, min(x0, x1), max(x0, x1))
        elif wide < _THIN and tall > _SHORT:
            yield Rule(False, (x0 + x1) / 2, min(y0, y1), max(y0, y1))


def grids_of(rules: Sequence[Rule], runs: Sequence[Run]) -> tuple[list[Grid], list[Run]]:
    """The ruled tables with their text, and the runs that stand outside of them."""
    grids: list[Grid] = []
    outside = list(runs)
    for group in _crossing(_merged(rules)):
        xs, ys = (
            _stops(rule.at for rule in group if not rule.level),
            _stops(rule.at for rule in group if rule.level),
        )
        if len(xs) < 3 or len(ys) < 3 or len(xs) * len(ys) * len(group) > MAX_WORK:
            continue
        inside = [run for run in outside if xs[0] < run.center < xs[-1] and ys[0] < run.middle < ys[-1]]
        rows = _rows(group, xs, ys, inside)
        if sum(len(row) > 1 for row in rows) >= 2:
            grids.append(Grid(rows, xs[0], ys[0], xs[-1], ys[-1], len(rows[0]) > 1))
            taken = {id(run) for run in inside}
            outside = [run for run in outside if id(run) not in taken]
    return grids, outside


def _merged(rules: Sequence[Rule]) -> list[Rule]:
    """Join the pieces of lines that are drawn cell by cell."""
    found: list[Rule] = []
    for rule in sorted(rules, key=lambda rule: (rule.level, round(rule.at / _SLACK), rule.start)):
        last = found[-1] if found else None
        if (
            last
            and last.level == rule.level
            and abs(last.at - rule.at) < _SLACK
            and rule.start <= last.end + _SLACK
        ):
            found[-1] = Rule(last.level, last.at, last.start, max(last.end, rule.end))
        else:
            found.append(rule)
    return found


def _cross(one: Rule, other: Rule) -> bool:
    if one.level == other.level:
        return False
    return (
        other.start - _SLACK <= one.at <= other.end + _SLACK
        and one.start - _SLACK <= other.at <= one.end + _SLACK
    )


def _crossing(rules: list[Rule]) -> list[list[Rule]]:
    """Groups of lines that hang together by crossing, the topmost first."""
    left = rules if len(rules) <= MAX_RULES else []
    groups: list[list[Rule]] = []
    while left:
        group, left = [left[0]], left[1:]
        for rule in group:  # grows while it is walked
            near = [other for other in left if _cross(rule, other)]
            if near:
                taken = {id(other) for other in near}
                left = [other for other in left if id(other) not in taken]
                group += near
        if len(group) >= 6:
            groups.append(group)
    return sorted(groups, key=lambda group: min(rule.at if rule.level else rule.start for rule in group))


def _stops(values: Iterable[float]) -> list[float]:
    """The distinct places of lines, those that nearly agree as one."""
    found: list[float] = []
    for value in sorted(values):
        if not found or value - found[-1] > 2 * _SLACK:
            found.append(value)
    return found


def _rows(group: list[Rule], xs: list[float], ys: list[float], runs: Sequence[Run]) -> list[list[str]]:
    """The text of each row's cells; a cell's text stands in the row where the cell begins."""
    owner = _merge_cells(group, xs, ys)
    filled: dict[tuple[int, int], list[Run]] = {}
    for part in (piece for run in runs for piece in run.cut(xs[1:-1])):
        place = bisect_right(ys, part.middle) - 1, min(max(bisect_right(xs, part.center) - 1, 0), len(xs) - 2)
        filled.setdefault(owner[place], []).append(part)
    rows = []
    for row in range(len(ys) - 1):
        cells = [owner[row, column] for column in range(len(xs) - 1) if owner[row, column][1] == column]
        texts = [_cell_text(filled.get(cell, []), again=cell[0] != row) for cell in cells]
        if any(text for cell, text in zip(cells, texts, strict=True) if cell[0] == row):
            rows.append(texts)
    return rows or [[]]


def _cell_text(runs: Sequence[Run], again: bool) -> str:
    """A cell's text; one that reaches down from a row above says it again only when it is a short label."""
    text = join_lines([line_of(line).text for line in physical_lines(runs)])
    return "" if again and len(text) > 20 else text


def _merge_cells(
    group: list[Rule], xs: list[float], ys: list[float]
) -> dict[tuple[int, int], tuple[int, int]]:
    """For each (row, column) of the grid the first place of the cell that it belongs to: no line, no border."""
    owner: dict[tuple[int, int], tuple[int, int]] = {}
    for row, column in itertools.product(range(len(ys) - 1), range(len(xs) - 1)):
        center = (ys[row] + ys[row + 1]) / 2, (xs[column] + xs[column + 1]) / 2
        owner[row, column] = (row, column)
        if column and not _has_rule(group, False, xs[column], center[0]):
            owner[row, column] = owner[row, column - 1]
        elif row and not _has_rule(group, True, ys[row], center[1]):
            owner[row, column] = owner[row - 1, column]
    return owner


def _has_rule(group: list[Rule], level: bool, at: float, across: float) -> bool:
    """Whether a line at this place passes this point."""
    return any(
        rule.level == level
        and abs(rule.at - at) <= 2 * _SLACK
        and rule.start - _SLACK <= across <= rule.end + _SLACK
        for rule in group
    )
