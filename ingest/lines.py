"""What printed lines tell: how they join, which are headings by their number, which run along on every page."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from itertools import takewhile

from ingest.normalize import WIDE

_NUM = "[一二三四五六七八九十百零〇]+"
# From the outermost to the innermost; a document's own levels are the ranks that it uses.
_SCHEMES = (
    re.compile(f"第(?:{_NUM}|\\d+)[编篇卷]"),
    re.compile(f"第(?:{_NUM}|\\d+)部分"),
    re.compile(f"第(?:{_NUM}|\\d+)[章讲]"),
    re.compile(f"第(?:{_NUM}|\\d+)节"),
    re.compile(f"{_NUM}[、．]"),
    re.compile(f"[（(]{_NUM}[）)]、?"),
    re.compile(r"\d{1,2}(?:[、．]|\.(?!\d)\s*)(?=\D)"),
    re.compile(r"\d{1,2}\.\d{1,2}(?![\d.%])[、．\s]*(?=\D)"),
    re.compile(r"\d{1,2}\.\d{1,2}\.\d{1,2}(?![\d.%])[、．\s]*(?=\D)"),
    re.compile(r"[（(]\d{1,2}[）)]、?"),
)
_IS_WIDE = re.compile(f"[{WIDE}]")
_HYPHEN = re.compile("[a-z]-$")
LIST_RANK = 6  # from this rank on a number may as well open a list item
_ENDS = re.compile("[。！？!?；;：:，,、]$")
_SENTENCE_END = re.compile("[。！？!?…][”’」』）)]*$")
_PAGE_NUMBER = re.compile(
    r"第\s*(?:\d+|[一二三四五六七八九十百]+)\s*页(?:\s*[/，,、（(]?\s*共\s*\d+\s*页[）)]?)?|[-—–－·•~～]\s*\d{1,4}\s*[-—–－·•~～]"
    r"|\d{1,4}\s*/\s*\d{1,4}|(?:Page|P\.?)\s*\d{1,4}(?:\s*(?:of|/)\s*\d{1,4})?|共\s*\d+\s*页\s*第\s*\d+\s*页",
    re.IGNORECASE,
)


def join_lines(lines: Sequence[str]) -> str:
    """Join the lines of one paragraph: nothing between Chinese characters, a space between words.

    >>> join_lines(["社区治", "理的 commu-", "nity work", "and more"])
    '社区治理的 community work and more'
    """
    parts: list[str] = []
    tail = ""
    for line in (part.strip() for part in lines):
        if not line:
            continue
        if _HYPHEN.search(tail) and line[0].islower():
            parts[-1] = parts[-1][:-1]
        elif tail and not (_IS_WIDE.match(tail[-1]) or _IS_WIDE.match(line) or tail[-1] in "-/"):
            parts.append(" ")
        parts.append(line)
        tail = line[-2:]
    return "".join(parts)


def row_text(cells: Sequence[str]) -> str:
    """One table row as a line of text; empty cells at its end are left out.

    >>> row_text(["幸福里", "", "1200", ""])
    '幸福里 | | 1200'
    """
    text = " | ".join(" ".join(cell.split()).replace("|", "/") for cell in cells)
    return text.replace("|  |", "| |").rstrip(" |")


def ends_sentence(line: str) -> bool:
    """Whether the line closes a sentence, so that the next may open a paragraph."""
    return bool(_SENTENCE_END.search(line.rstrip()))


def numbering_rank(line: str) -> int | None:
    """The rank of the number that opens the line, 0 the outermost; None where there is none.

    >>> [numbering_rank(line) for line in ("第一章 总则", "一、背景", "（二）做法", "3. 成效", "2024年")]
    [2, 4, 5, 6, None]
    """
    stripped = line.lstrip()
    for rank in (8, 7, *range(7), 9):  # the longer dotted numbers before the shorter
        if match := _SCHEMES[rank].match(stripped):
            return rank if stripped[match.end() :].strip() or rank < 4 else None
    return None


def heading_rank(line: str, longest: int = 40) -> int | None:
    """The rank of a line that is a heading by its number alone: short, and no sentence.

    >>> heading_rank("一、提高认识"), heading_rank("一、提高认识。各街道要"), heading_rank("1. 先入户")
    (4, None, None)
    """
    rank = numbering_rank(line)
    if rank is None or rank >= LIST_RANK or len(line) > longest or _ENDS.search(line) or "。" in line:
        return None
    return rank


def levels(ranks: Iterable[int]) -> dict[int, int]:
    """Number the ranks that a document uses from 1.

    >>> levels([4, 5, 4, 2])
    {2: 1, 4: 2, 5: 3}
    """
    return {rank: level for level, rank in enumerate(sorted(set(ranks)), start=1)}


def is_page_number(line: str) -> bool:
    """Whether the line is nothing but a page number in one of its usual dresses.

    >>> [is_page_number(line) for line in ("第 1 页", "- 1 -", "1/3", "第3页 共8页", "2024", "第一页说")]
    [True, True, True, True, False, False]
    """
    return bool(_PAGE_NUMBER.fullmatch(line.strip()))


def running_key(line: str) -> str:
    """The line with its numbers masked: equal on every page for a header or footer."""
    masked = re.sub(r"\d+|[IVXLivxl]+(?=\s*$)", "#", "".join(line.split()))
    return re.sub(f"第{_NUM}页", "第#页", masked)


def running_lines(
    pages: Sequence[Sequence[tuple[str, float]]], fewest: int = 3, slack: float = 0.015
) -> list[set[int]]:
    """Find headers, footers and page numbers among each page's outer lines, given as (text, height from 0 to 1).

    A line runs along when it stands at the same height, numbers aside, on three pages or more (two of three), and
    everything between it and the edge does too. Returns for each page the indexes of such lines.
    """
    seen: defaultdict[str, list[tuple[float, int]]] = defaultdict(list)
    for number, lines in enumerate(pages):
        for text, height in lines:
            seen[running_key(text)].append((height, number))
    needed = 3 if len(pages) > 3 else 2

    def runs_along(text: str, height: float) -> bool:
        beside = {number for at, number in seen[running_key(text)] if abs(at - height) <= slack}
        return len(text) <= 60 and ((len(pages) >= fewest and len(beside) >= needed) or is_page_number(text))

    return [_from_the_edges(lines, runs_along) for lines in pages]


def _from_the_edges(lines: Sequence[tuple[str, float]], wanted: Callable[[str, float], bool]) -> set[int]:
    """Indexes of the wanted lines that hang together with the top or the bottom edge."""
    order = sorted(range(len(lines)), key=lambda index: lines[index][1])
    found: set[int] = set()
    for half in (
        [index for index in order if lines[index][1] < 0.2],
        [index for index in reversed(order) if lines[index][1] > 0.8],
    ):
        found |= set(takewhile(lambda index: wanted(*lines[index]), half))
    return found


def repeated(line: str) -> str:
    """Undo fake bold that reached the text: a line set two to four times over itself.

    >>> repeated("社区治理社区治理社区治理"), repeated("社社区区治治理理"), repeated("人人有责"), repeated("哈哈哈哈")
    ('社区治理', '社区治理', '人人有责', '哈哈哈哈')
    """
    for times in (4, 3, 2):
        unit, rest = divmod(len(line), times)
        if rest or unit < 4 or len(set(line)) < 4:
            continue
        if line[:unit] * times == line:
            return line[:unit]
        if "".join(char * times for char in line[::times]) == line:
            return line[::times]
    return line


def most_common(values: Iterable[float]) -> float:
    """The commonest value, the smaller of two as common; 0 for none."""
    counts = Counter(values)
    return min(counts, key=lambda value: (-counts[value], value)) if counts else 0.0
