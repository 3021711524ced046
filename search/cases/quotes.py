"""The whole sentences of a document, verbatim, each with its vector and its place: what a case card may quote."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from ingest.chunk import sentences
from ingest.lines import join_lines
from ingest.models import Section, page_span
from ingest.passage_store import StoredDocument, StoredPassage
from search.models import Vectors
from search.searcher import Searcher

LENGTH = (12, 180)  # characters of a sentence that is worth a line and fits one
WRAPPED = (
    25  # characters: a line as long that ends without a mark was broken by its file, and goes on in the next
)
_WHOLE = re.compile(r"[。！？!?][”’」』）)》]*$")
_PART = re.compile(r"[；;…，、][”’」』）)》]*$")
_MARKER = re.compile(r"(?:[-*·•●]|[（(]?(?:\d{1,2}|[一二三四五六七八九十]{1,3})[.．、）)])\s*")


@dataclass(frozen=True, slots=True)
class Quote:
    """A sentence: ``stored.passage.text[start:end]``, in one line; ``vector`` (dim,) is its own."""

    text: str
    stored: StoredPassage
    start: int
    end: int
    page: int | None  # where it begins; None where the format has no pages
    order: int  # among all sentences of the document
    first: bool  # opens its paragraph
    vector: Vectors


def quotes_of(searcher: Searcher, document: StoredDocument) -> list[Quote]:
    """All sentences of a document that are whole and of a readable length, in reading order."""
    sections = searcher.store.sections_of(document)
    found: list[Quote] = []
    for stored in searcher.store.passages_of(document):
        vectors = searcher.parts.retrieval.sentences(stored.row)
        for quote in whole_sentences(stored, sections[stored.passage.section], vectors, len(found)):
            found.append(quote)
    return found


def whole_sentences(stored: StoredPassage, section: Section, vectors: Vectors, order: int) -> Iterator[Quote]:
    """The quotes of one passage, numbered from ``order``; ``vectors`` (s, dim) are those of its sentences."""
    text, offset = stored.passage.text, stored.passage.start
    spans = sentences(text)
    if len(vectors) != len(spans):
        return
    prose = "。" in section.text  # else it is written in lines without full stops, as slides are
    for first, last in _wholes(text, spans, prose):
        start, end = _trimmed(text, spans[first][0], spans[last][1])
        if not _complete(section.text, offset + spans[first][0], offset + end, prose):
            continue
        pages = page_span(section.pages, offset + start, offset + end)
        opens = (
            not section.text[: offset + start].strip()
            or "\n" in section.text[offset + start - 6 : offset + start]
        )
        vector = vectors[first : last + 1].mean(axis=0)
        line = join_lines(text[start:end].split("\n"))
        if LENGTH[0] <= len(line) <= LENGTH[1] and " | " not in line:
            yield Quote(line, stored, start, end, pages[0] if pages else None, order, opens, vector)
            order += 1


def _wholes(text: str, spans: Sequence[tuple[int, int]], prose: bool) -> Iterator[tuple[int, int]]:
    """Runs of spans that make one sentence: a part that ends in a semicolon, or a broken line, goes with the next."""
    first = 0
    for n, (_, end) in enumerate(spans):
        if n + 1 == len(spans) or not _goes_on(text[:end], text[end:], prose):
            yield first, n
            first = n + 1


def _goes_on(read: str, rest: str, prose: bool) -> bool:
    """Whether a text read so far ends inside a sentence."""
    line = read.rstrip().rpartition("\n")[2]
    if "\n" not in read[len(read.rstrip()) :]:
        return bool(_PART.search(line))
    broken = (
        len(line) >= WRAPPED
        and not _WHOLE.search(line)
        and not line.endswith(("：", ":"))
        and " | " not in line
    )
    return prose and broken and not _MARKER.match(rest)


def _trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    """Without white space around and list mark before."""
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    match = _MARKER.match(text, start, end)
    return (match.end() if match else start), end


def _complete(section: str, start: int, end: int, prose: bool) -> bool:
    """Whether what stands at ``[start, end)`` begins and ends where a sentence or line of its section does."""
    before, after = section[:start], section[end:]
    if not _ended(before, section[start:end], prose):
        return False
    return bool(_WHOLE.search(section[start:end])) or (not prose and (not after.strip() or after[:1] == "\n"))


def _ended(before: str, rest: str, prose: bool) -> bool:
    """Whether a sentence may begin behind ``before``."""
    line = before.rstrip().rpartition("\n")[2]
    if not line or _WHOLE.search(line):
        return True
    return before.rstrip(" \t").endswith("\n") and not _goes_on(f"{line}\n", rest, prose)


def centrality(quotes: Sequence[Quote]) -> Vectors:
    """How near each quote (n,) is to what all say together: standard scores."""
    vectors = np.stack([quote.vector for quote in quotes])
    near = vectors @ vectors.mean(axis=0)
    return np.asarray((near - near.mean()) / max(float(near.std()), 1e-3), dtype=np.float32)
