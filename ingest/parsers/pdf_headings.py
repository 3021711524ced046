"""Tell a PDF's headings by outline, size, weight and number, and give them levels."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from ingest.lines import LIST_RANK, ends_sentence, heading_rank, join_lines, numbering_rank
from ingest.normalize import normalize
from ingest.parsers.pdf_columns import Line

LONGEST = 60
UNNUMBERED = 99
_NUMBER = re.compile(
    r"^(?:[\d.]+|第[一二三四五六七八九十百\d]+[章节篇部编]|Chapter\d+|[A-Z]\.)[、.．]?", re.IGNORECASE
)
_DATED = re.compile(r".*(?:\d{4}\s*年|日期|\d{4}-\d{2}-\d{2})[^，。]*")

Outline = dict[tuple[int, str], int]
"""(page, key of the title) → level of a bookmark."""


@dataclass(slots=True)
class Group:
    """The lines of one paragraph, heading or table."""

    lines: list[Line]
    heading: bool = False
    rank: int = UNNUMBERED
    size: float = 0.0
    level: int = 0  # from the outline; 0 where it has none

    @property
    def text(self) -> str:
        """The text as it would be read."""
        return join_lines([line.text for line in self.lines])


def outline_key(title: str) -> str:
    """A title without spaces and number, as bookmarks leave out or write differently what is printed.

    >>> outline_key("3.1 网络"), outline_key("第二章　做法")
    ('网络', '做法')
    """
    squeezed = "".join(normalize(title).split())
    return _NUMBER.sub("", squeezed) or squeezed


def mark_heading(group: Group, body_size: float, body_bold: bool, outline: Outline) -> None:
    """Decide whether a line is a heading, and by what."""
    line = group.lines[0]
    text = normalize(line.text)
    if len(text) > LONGEST or not re.search(r"[^\W\d_]", text) or text[0] in "•·●○■–-":
        return
    rank = numbering_rank(text)
    group.level = outline.get((line.page, outline_key(text)), 0)
    large = line.size >= body_size * 1.12 and not ends_sentence(text)
    short = line.x1 < line.right - line.size and len(text) <= 30 and not re.search("[。；，：,;:]$", text)
    strong = line.bold and not body_bold and short
    by_number = heading_rank(text) is not None and line.x1 < line.right - 0.5 * line.size
    listed = rank is not None and rank >= LIST_RANK
    group.heading = bool(group.level) or large or by_number or (strong and (not listed or len(text) <= 25))
    if group.heading and rank is not None:
        group.rank = rank


def unmark_cover(groups: Sequence[Group]) -> None:
    """Take the lines of a cover for what they are: only the title, and kinds that come again, head anything."""
    cover: list[Group] = []
    for group in groups:
        if not group.heading and (group.lines[0].rows or len(group.text) >= 40):
            break
        cover.append(group)
    headings = [group for group in cover if group.heading and not group.level]
    if len(headings) < 2:
        return
    outlined = sum(bool(group.level) for group in groups) >= 3
    later = Counter(_key(group) for group in groups[len(cover) :] if group.heading)
    title = min(headings, key=lambda group: -round(group.size))
    for group in headings:
        recurs = later[_key(group)] and not outlined and not _DATED.fullmatch(group.text)
        if group is not title and not recurs and group.rank == UNNUMBERED:
            group.heading = False


def _key(group: Group) -> tuple[int, int]:
    return -round(group.size), group.rank


def heading_levels(groups: Sequence[Group]) -> dict[int, int]:
    """Level of each heading by its identity: the outline's own, below that larger type first, then the number's rank."""
    headings = [group for group in groups if group.heading]
    sizes: dict[int, Counter[int]] = {}
    for group in headings:
        sizes.setdefault(group.rank, Counter())[round(group.size)] += 1
    common = {
        rank: max(found.items(), key=lambda item: (item[1], item[0]))[0] for rank, found in sizes.items()
    }
    keys = {
        id(group): _key(group) if group.rank == UNNUMBERED else (-common[group.rank], group.rank)
        for group in headings
    }
    outlined = sum(bool(group.level) for group in headings) >= 3
    outlined_ranks: dict[int, Counter[int]] = {}
    for group in headings:
        if group.level:
            outlined_ranks.setdefault(group.rank, Counter())[group.level] += 1
    for group in headings:  # a number of the outline's own kind has the outline's level, bookmarked or not
        if outlined and not group.level and group.rank != UNNUMBERED and group.rank in outlined_ranks:
            group.level = outlined_ranks[group.rank].most_common(1)[0][0]
    loose = sorted({keys[id(group)] for group in headings if not (outlined and group.level)})
    found: dict[int, int] = {}
    above = 0
    for group in headings:
        if outlined and group.level:
            above = group.level
            found[id(group)] = min(above, 9)
        else:
            depth = loose.index(keys[id(group)]) + 1
            found[id(group)] = min(above + depth, 9) if outlined else min(depth, 9)
    return found
