"""Step 4: cut Sections into Passages at sentence ends.

Every offset is exact (``section.text[start:end] == passage.text``), every
non-space character of a section stands in exactly one passage.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from ingest.models import Aspect, Document, Passage, Section, Table, page_span

Span = tuple[int, int]

# Measured against 200 to 480 in docs/evaluation.md: smaller is clearly worse, larger no better for the same reading.
TARGET = 320  # characters; a passage is closed once the next paragraph or sentence would pass this
MAXIMUM = 480  # characters; stays within the 512 tokens of the built-in model with its title and heading
MINIMUM = 60  # characters; a shorter last piece joins its neighbour where MAXIMUM allows

TITLE = 20  # characters; a lone line shorter than this, without a sentence end, is a title and no passage

_END = re.compile(r"[。！？!?；;…]+|\.(?=\s|$)|\n+")
_OPEN, _CLOSE = "（(“「『《〈【[〔", "）)”」』》〉】]〕"
_POINT = re.compile(f"{_END.pattern}|[{re.escape(_OPEN + _CLOSE)}]")
_SOFT = re.compile(r"[，、,：:）)\s]")
_ITEM = re.compile(r"\s*(?:[-*·•●]|[（(]?(?:\d{1,2}|[一二三四五六七八九十]{1,3})[.．、）)])")
_LONGEST_LEAD = 80  # characters
_QUOTE_LIMIT = 160  # characters: a bracket or quote longer than this is taken for unclosed


@dataclass(frozen=True, slots=True)
class ChunkSettings:
    """Sizes in characters; part of the manifest, since another size makes other passages."""

    target: int = TARGET
    maximum: int = MAXIMUM
    minimum: int = MINIMUM


def sentences(text: str) -> list[Span]:
    """Spans of sentences that cover ``text`` without gaps; an end inside a quote or bracket doesn't count.

    >>> [("他说：“好。就这样。”大家同意。再议。")[a:b] for a, b in sentences("他说：“好。就这样。”大家同意。再议。")]
    ['他说：“好。就这样。”大家同意。', '再议。']
    """
    spans, start, depth, opened, position = [], 0, 0, 0, 0
    while match := _POINT.search(text, position):
        position = match.end()
        if match[0] in _OPEN:
            opened, depth = (match.start(), 1) if depth == 0 else (opened, depth + 1)
        elif match[0] in _CLOSE:
            depth = max(depth - 1, 0)
        elif depth == 0 or "\n" in match[0] or match.start() - opened > _QUOTE_LIMIT:
            position, depth = _closers(text, position), 0
            spans.append((start, position))
            start = position
    if start < len(text):
        spans.append((start, len(text)))
    return spans


def _closers(text: str, position: int) -> int:
    """Take closing quotes, brackets and white space along with their sentence."""
    while position < len(text) and (text[position] in _CLOSE or text[position].isspace()):
        position += 1
    return position


def chunk(
    document: Document,
    aspect_of: Callable[[tuple[str, ...], str], Aspect],
    settings: ChunkSettings | None = None,
) -> list[Passage]:
    """Cut a document into passages, in reading order; ``aspect_of(heading, text)`` names each one's aspect."""
    settings = settings or ChunkSettings()
    return [
        Passage(
            section=number,
            start=start,
            end=end,
            text=section.text[start:end],
            heading=section.heading,
            pages=page_span(section.pages, start, end),
            aspect=aspect_of(section.heading, section.text[start:end]),
            lead=_lead(section, start),
        )
        for number, section in enumerate(document.sections)
        if not _is_title(section)
        for start, end in spans(section, settings)
    ]


def _is_title(section: Section) -> bool:
    """Whether a section's text says no more than a title does: one short line that is no sentence and no table."""
    text = section.text.strip()
    return len(text) < TITLE and "\n" not in text and not _END.search(text) and not section.tables


def spans(section: Section, settings: ChunkSettings) -> list[Span]:
    """Where to cut one section: paragraphs first, then sentences, then clauses; table rows stay whole."""
    chosen: list[Span] = []
    for start, end in _units(section, settings):
        if chosen and _joins(chosen[-1], (start, end), settings):
            chosen[-1] = (chosen[-1][0], end)
        else:
            chosen.append((start, end))
    if len(chosen) > 1 and _size(chosen[-1]) < settings.minimum and _span(chosen[-2:]) <= settings.maximum:
        chosen[-2:] = [(chosen[-2][0], chosen[-1][1])]
    trimmed = (_trim(section.text, span) for span in chosen)
    return [span for span in trimmed if span[0] < span[1]]


def _joins(last: Span, unit: Span, settings: ChunkSettings) -> bool:
    together = unit[1] - last[0]
    return together <= settings.target or (_size(last) < settings.minimum and together <= settings.maximum)


def _size(span: Span) -> int:
    return span[1] - span[0]


def _span(spans: list[Span]) -> int:
    return spans[-1][1] - spans[0][0]


def _units(section: Section, settings: ChunkSettings) -> Iterator[Span]:
    """The smallest pieces that may stand alone, covering the text: lines, and sentences of long lines."""
    for start, end in _lines(section.text):
        if end - start <= settings.target or _in_table(section.tables, start):
            yield from _hard_cut(section.text, start, end, settings.maximum)
        else:
            for a, b in sentences(section.text[start:end]):
                yield from _hard_cut(section.text, start + a, start + b, settings.maximum)


def _lines(text: str) -> Iterator[Span]:
    start = 0
    for match in re.finditer(r"\n+", text):
        yield start, match.end()
        start = match.end()
    if start < len(text):
        yield start, len(text)


def _hard_cut(text: str, start: int, end: int, maximum: int) -> Iterator[Span]:
    """Cut what has no sentence end: after a comma in the second half, else at the limit."""
    while end - start > maximum:
        soft = [m.end() for m in _SOFT.finditer(text, start + maximum // 2, start + maximum)]
        cut = soft[-1] if soft else start + maximum
        yield start, cut
        start = cut
    yield start, end


def _in_table(tables: tuple[Table, ...], position: int) -> bool:
    return any(table.start <= position < table.end for table in tables)


def _lead(section: Section, start: int) -> str:
    """What a passage has to repeat: its table's header row, or the line that opens the list it continues."""
    for table in section.tables:
        if table.header_end <= start < table.end and table.start < table.header_end:
            return section.text[table.start : table.header_end].strip()
    if not _ITEM.match(section.text, start):
        return ""
    lines = section.text[:start].splitlines()
    opening = next((line.strip() for line in reversed(lines) if line.strip() and not _ITEM.match(line)), "")
    return opening if opening.endswith(("：", ":")) and len(opening) <= _LONGEST_LEAD else ""


def _trim(text: str, span: Span) -> Span:
    start, end = span
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return start, end
