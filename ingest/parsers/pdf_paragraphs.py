"""Join a document's printed lines to paragraphs, and tell its headings by size, weight, number and outline."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from ingest.lines import LIST_RANK, ends_sentence, heading_rank, join_lines, levels, numbering_rank
from ingest.models import Block
from ingest.normalize import count, normalize
from ingest.parsers.pdf_columns import Line

LONGEST_HEADING = 60
_UNNUMBERED = 99
_BULLET = re.compile(r"[•·●○■□◆◇▪▶➢✓–-]\s*\S")
_CONTENTS = re.compile(r"\S.*?[.．·…‥ ]{4,}\s*\d{1,4}$")


@dataclass(slots=True)
class _Group:
    """The lines of one paragraph, heading or table."""

    lines: list[Line]
    heading: bool = False
    rank: int = _UNNUMBERED
    size: float = 0.0
    level: int = 0  # from the outline; 0 where it has none

    @property
    def text(self) -> str:
        """The text as it would be read."""
        return join_lines([line.text for line in self.lines])


@dataclass(slots=True)
class Body:
    """What the bulk of a document's lines looks like."""

    size: float
    indented: bool  # paragraphs open with an indent
    leading: float
    bold: bool
    outline: dict[tuple[int, str], int] = field(default_factory=dict)


def body_of(lines: Sequence[Line], outline: dict[tuple[int, str], int]) -> Body:
    """Measure the commonest size, the usual distance of lines, and whether paragraphs are indented."""
    sizes: Counter[float] = Counter()
    bold: Counter[bool] = Counter()
    steps: Counter[float] = Counter()
    indents = 0
    for last, line in zip([None, *lines], lines, strict=False):
        sizes[round(line.size, 1)] += count(line.text)
        bold[line.bold] += count(line.text)
        if last is not None and last.page == line.page and 0 < line.top - last.top < 5 * max(line.size, 1):
            steps[round(line.top - last.top, 0)] += 1
        indents += 1.4 * line.size < line.x0 - line.left < 3 * line.size
    size = max(sizes, key=lambda value: (sizes[value], value)) if sizes else 0.0
    step = max(steps, key=lambda value: (steps[value], -value)) if steps else 1.5 * size
    return Body(size, indents * 12 >= len(lines), step, bold[True] > bold[False], outline)


def blocks_of(lines: Sequence[Line], outline: dict[tuple[int, str], int]) -> list[Block]:
    """Turn all lines of a document, in reading order, into blocks."""
    body = body_of([line for line in lines if not line.rows], outline)
    groups: list[_Group] = []
    for line in lines:
        group = _Group([line], size=line.size)
        if not line.rows:
            _mark_heading(group, body)
        if groups and _continues(groups[-1], group, body):
            groups[-1].lines.append(line)
        else:
            groups.append(group)
    level = _levels(groups)
    return [block for group in groups for block in _blocks(group, level)]


def _mark_heading(group: _Group, body: Body) -> None:
    """Decide whether a line is a heading, and by what."""
    line = group.lines[0]
    text = normalize(line.text)
    rank = numbering_rank(text)
    group.level = body.outline.get((line.page, "".join(text.split())), 0)
    if len(text) > LONGEST_HEADING or _CONTENTS.search(text) or not re.search(r"\w", text):
        return
    large = line.size >= body.size * 1.12 and not ends_sentence(text)
    strong = (
        line.bold
        and not body.bold
        and len(text) <= 30
        and line.x1 < line.right - line.size
        and not re.search("[。；，,;]$", text)
    )
    by_number = heading_rank(text) is not None and line.x1 < line.right - 0.5 * line.size
    listed = rank is not None and rank >= LIST_RANK
    group.heading = bool(group.level) or large or by_number or (strong and (not listed or len(text) <= 25))
    if group.heading and rank is not None:
        group.rank = rank


def _continues(before: _Group, after: _Group, body: Body) -> bool:
    """Whether a line belongs to the paragraph, or to the heading of several lines, before it."""
    last, line = before.lines[-1], after.lines[0]
    if last.rows or line.rows:
        return False
    if before.heading or after.heading:
        return _continues_heading(before, after)
    if abs(last.size - line.size) > 0.15 * max(last.size, line.size):
        return False
    if _is_contents(last) or _is_contents(line):
        return False
    full = last.x1 >= last.right - 1.6 * last.size
    if numbering_rank(normalize(line.text)) is not None and (
        not full or ends_sentence(last.text) or last.text[-1] in "：:；;"
    ):
        return False
    if _BULLET.match(line.text):
        return False
    indent = line.x0 - line.left > 1.2 * line.size
    if last.page != line.page or last.right != line.right or line.top < last.top:
        return full and not ends_sentence(last.text) and not (indent and body.indented)
    if line.top - last.top > 1.45 * max(body.leading, last.size):
        return False
    if indent and abs(line.x0 - last.x0) > 0.5 * line.size:
        return False
    if body.indented:
        return full and not (indent and body.indented and line.x0 - line.left < 3 * line.size)
    return full and not (ends_sentence(last.text) and last.x1 < last.right - 0.6 * last.size)


def _is_contents(line: Line) -> bool:
    return bool(_CONTENTS.search(line.text))


def _continues_heading(before: _Group, after: _Group) -> bool:
    """Whether two heading lines are one heading that was too long for the line."""
    last, line = before.lines[-1], after.lines[0]
    return (
        before.heading
        and after.heading
        and after.rank == _UNNUMBERED
        and not after.level
        and last.page == line.page
        and abs(last.size - line.size) < 0.5
        and last.bold == line.bold
        and line.top - last.top < 2.0 * line.size
        and len(before.lines) < 4
        and last.x1 - last.x0 > 0.5 * (last.right - last.left)
    )


def _levels(groups: Iterable[_Group]) -> dict[tuple[float, int], int]:
    """Number the kinds of heading that a document uses: larger type first, then by rank of the number."""
    headings = [group for group in groups if group.heading]
    sizes: dict[int, Counter[float]] = {}
    for group in headings:
        sizes.setdefault(group.rank, Counter())[round(group.size)] += 1
    keys = {_key(group, sizes) for group in headings}
    order = {key: number for number, key in enumerate(sorted(keys))}
    numbered = levels(order.values())
    return {key: numbered[number] for key, number in order.items()}


def _key(group: _Group, sizes: dict[int, Counter[float]] | None = None) -> tuple[float, int]:
    if group.rank != _UNNUMBERED and sizes:
        return -max(sizes[group.rank].items(), key=lambda item: (item[1], item[0]))[0], group.rank
    return -round(group.size), group.rank


def _blocks(group: _Group, level: dict[tuple[float, int], int]) -> list[Block]:
    """The block of a group, or the rows of a table, with the page of each part."""
    first = group.lines[0]
    if first.rows:
        texts = [" | ".join(cell.replace("|", "/") for cell in row) for row in first.rows]
        return [
            Block(text, "row", pages=((0, first.page),), header=first.header and not index)
            for index, text in enumerate(texts)
        ]
    pages = tuple(_pages(group.lines))
    if not group.heading:
        return [Block(group.text, pages=pages)]
    depth = group.level or next(
        (level[key] for key in level if key[1] == group.rank and group.rank != _UNNUMBERED), 0
    )
    return [Block(group.text, "heading", min(depth or level[_key(group)], 9), pages)]


def _pages(lines: Sequence[Line]) -> Iterable[tuple[int, int]]:
    """Where in the joined text each page begins."""
    page = 0
    for index, line in enumerate(lines):
        if line.page != page:
            page = line.page
            text, before = (
                join_lines([part.text for part in lines]),
                join_lines([part.text for part in lines[:index]]),
            )
            offset = len(before)
            while offset < len(text) and text[offset : offset + 1] == " ":
                offset += 1
            yield min(offset, len(text)), page
