"""Join a document's printed lines to paragraphs, headings and table rows, with the page of each part."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from ingest.lines import ends_sentence, join_lines, numbering_rank, row_text
from ingest.models import Block
from ingest.normalize import count, normalize
from ingest.parsers.pdf_columns import Line
from ingest.parsers.pdf_headings import UNNUMBERED, Group, Outline, heading_levels, mark_heading, unmark_cover

_BULLET = re.compile(r"[•·●○■□◆◇▪▶➢✓–-]\s*\S")
_ITEM = re.compile(r"[•·●○■□◆◇▪▶➢✓–-]|[（(]?\d{1,2}[)）.、．]|[①-⑳]|\[\d{1,3}\]")
_CLOSING = "，。、；：！？）》」』】”’〉］%,.;:!?)]"
_CONTENTS = re.compile(r"\S.*?(?:[.．·…‥]\s*){4,}\s*(?:\d{1,4}|[ivxlc]+)$")
_NUMBERED_END = re.compile(r"\S.*\D\s?\d{1,4}$")


@dataclass(frozen=True, slots=True)
class Body:
    """What the bulk of a document's lines looks like."""

    size: float
    bold: bool
    indented: bool  # paragraphs open with an indent
    leading: float


def body_of(lines: Sequence[Line]) -> Body:
    """Measure the commonest size and weight, the usual distance of lines, and whether paragraphs are indented."""
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
    return Body(size, bold[True] > bold[False], indents * 12 >= len(lines), step)


def usual_sizes(lines: Sequence[Line], body: Body) -> dict[int, float]:
    """The size of running text on each page that sets it larger than the document does, as a scanned page may."""
    sizes: dict[int, Counter[float]] = {}
    for line in lines:
        if not line.rows:
            sizes.setdefault(line.page, Counter())[round(line.size, 1)] += count(line.text)
    found = {}
    for page, counts in sizes.items():
        size, chars = counts.most_common(1)[0]
        if size > body.size and chars >= 60 and chars * 2 > counts.total():
            found[page] = size
    return found


def contents_lines(lines: Sequence[Line]) -> set[int]:
    """Indexes of the lines of a table of contents: dotted lines to a page number, and what stands between them."""
    dotted = [
        index for index, line in enumerate(lines) if len(line.text) < 300 and _CONTENTS.search(line.text)
    ]
    found: set[int] = set()
    for first, last in pairwise(dotted):
        between = range(first + 1, last)
        if len(between) <= 4 and all(_NUMBERED_END.fullmatch(lines[index].text.strip()) for index in between):
            found |= {first, last, *between}
    return found if len(found) >= 4 else set()


def join_tables(lines: Sequence[Line]) -> list[str]:
    """Let a table go on over a page; returns the header rows that were printed again and are left out."""
    again: list[str] = []
    header: list[str] = []
    for last, line in zip([None, *lines], lines, strict=False):
        goes_on = last is not None and last.rows and line.rows and last.page != line.page
        if goes_on and len(line.rows[0]) == len(header):
            line.header = False
            if line.rows[0] == header:
                again.append(row_text(header))
                line.rows = line.rows[1:]
        elif line.rows:
            header = next((row for row in line.rows if len(row) > 1), line.rows[0])
    return again


def blocks_of(lines: Sequence[Line], outline: Outline) -> list[Block]:
    """Turn all lines of a document, in reading order, into blocks."""
    body = body_of([line for line in lines if not line.rows])
    usual = usual_sizes(lines, body)
    groups: list[Group] = []
    for line in lines:
        group = Group([line], size=line.size)
        if not line.rows:
            mark_heading(group, usual.get(line.page, body.size), body.bold, outline)
        if groups and _continues(groups[-1], group, body):
            groups[-1].lines.append(line)
        else:
            groups.append(group)
    unmark_cover(groups)
    level = heading_levels(groups)
    return [block for group in groups for block in _blocks(group, level.get(id(group), 1))]


def _continues(before: Group, after: Group, body: Body) -> bool:
    """Whether a line belongs to the paragraph, or to the heading of several lines, before it."""
    last, line = before.lines[-1], after.lines[0]
    if last.rows or line.rows:
        return False
    if before.heading or after.heading:
        return _continues_heading(before, after)
    aside = last.page != line.page or last.right != line.right or line.top < last.top
    if line.text[:1] in _CLOSING and not aside:
        return True
    if abs(last.size - line.size) > 0.15 * max(last.size, line.size) or _BULLET.match(line.text):
        return False
    full = last.x1 >= last.right - 1.6 * last.size
    numbered = numbering_rank(normalize(line.text)) is not None
    if numbered and (not full or ends_sentence(last.text) or last.text[-1:] in "：:；;"):
        return False
    if aside:
        indent = line.x0 - line.left > 1.2 * line.size
        return full and not ends_sentence(last.text) and not (indent and body.indented)
    if line.top - last.top > 1.45 * max(body.leading, last.size):
        return False
    return full and _keeps_the_edge(before, line, body)


def _keeps_the_edge(before: Group, line: Line, body: Body) -> bool:
    """Whether a line begins where the next line of this paragraph should begin."""
    first, last = before.lines[0], before.lines[-1]
    indent = line.x0 - line.left > 1.2 * line.size
    if _ITEM.match(first.text) and line.x0 > first.x0 + 0.3 * line.size:
        return True  # an item's further lines hang under its first word
    if indent and abs(line.x0 - last.x0) > 0.5 * line.size:
        return False
    if body.indented:
        return not (indent and line.x0 - line.left < 3 * line.size)
    return not (ends_sentence(last.text) and last.x1 < last.right - 0.6 * last.size)


def _continues_heading(before: Group, after: Group) -> bool:
    """Whether two heading lines are one heading that was too long for the line."""
    last, line = before.lines[-1], after.lines[0]
    return (
        before.heading
        and after.heading
        and after.rank == UNNUMBERED
        and not after.level
        and last.page == line.page
        and abs(last.size - line.size) < 0.5
        and last.bold == line.bold
        and line.top - last.top < 2.0 * line.size
        and len(before.lines) < 4
        and last.x1 - last.x0 > 0.5 * (last.right - last.left)
    )


def _blocks(group: Group, level: int) -> Iterator[Block]:
    """The block of a group, or the rows of a table, with the page of each part."""
    first = group.lines[0]
    if first.rows:
        yield from _rows(first)
        return
    pages = tuple(_pages(group.lines))
    if group.heading:
        yield Block(group.text, "heading", level, pages)
    else:
        yield Block(group.text, pages=pages)


def _rows(table: Line) -> Iterator[Block]:
    """A table's rows; what stands alone above the first full row is its caption."""
    pages = ((0, table.page),)
    header = table.header
    for row in table.rows:
        text = row_text(row)
        if len(row) == 1 and header:
            yield Block(text, pages=pages)
        else:
            yield Block(text, "row", pages=pages, header=header)
            header = False


def _pages(lines: Sequence[Line]) -> Iterator[tuple[int, int]]:
    """Where in the joined text each page begins."""
    text = join_lines([line.text for line in lines])
    page = 0
    for index, line in enumerate(lines):
        if line.page != page:
            page = line.page
            offset = len(join_lines([part.text for part in lines[:index]]))
            while text[offset : offset + 1] == " ":
                offset += 1
            yield min(offset, len(text)), page
