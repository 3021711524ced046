"""The whole sentences of a document, verbatim, each with its vector and its place: what a case card may quote."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from ingest.chunk import sentences
from ingest.models import Section, page_span
from ingest.passage_store import StoredDocument, StoredPassage
from search.models import Vectors
from search.searcher import Searcher

LENGTH = (12, 180)  # characters of a sentence that is worth a line and fits one
_WHOLE = re.compile(r"[。！？!?][”’」』）)》]*$")
_PART = re.compile(r"[；;…][”’」』）)》]*\s*$")
_MARKER = re.compile(r"(?:[-*·•●]|[（(]?(?:\d{1,2}|[一二三四五六七八九十]{1,3})[.．、）)])\s*")
_OPENS = re.compile(r"[。！？!?\n”’」』）)》]\s*$")


@dataclass(frozen=True, slots=True)
class Quote:
    """A sentence: ``stored.passage.text[start:end] == text``; ``vector`` (dim,) is its own."""

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
        vectors = searcher.parts.sentences.of(stored.row)
        for quote in _of_passage(stored, sections[stored.passage.section], vectors, len(found)):
            found.append(quote)
    return found


def _of_passage(stored: StoredPassage, section: Section, vectors: Vectors, order: int) -> Iterator[Quote]:
    text, offset = stored.passage.text, stored.passage.start
    spans = sentences(text)
    if len(vectors) != len(spans):
        return
    for first, last in _wholes(text, spans):
        start, end = _trimmed(text, spans[first][0], spans[last][1])
        quote = text[start:end]
        if not _complete(quote, section.text, offset + spans[first][0], offset + end):
            continue
        pages = page_span(section.pages, offset + start, offset + end)
        opens = (
            not section.text[: offset + start].strip()
            or "\n" in section.text[offset + start - 6 : offset + start]
        )
        vector = vectors[first : last + 1].mean(axis=0)
        yield Quote(quote, stored, start, end, pages[0] if pages else None, order, opens, vector)
        order += 1


def _wholes(text: str, spans: Sequence[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Runs of spans that make one sentence: a part that ends in a semicolon goes with the next."""
    first = 0
    for n, (start, end) in enumerate(spans):
        if not _PART.search(text[start:end]) or "\n" in text[start:end] or n + 1 == len(spans):
            yield first, n
            first = n + 1


def _trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    """Without white space around and list mark before."""
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    match = _MARKER.match(text, start, end)
    return (match.end() if match else start), end


def _complete(quote: str, section: str, start: int, end: int) -> bool:
    """Whether a quote begins and ends where a sentence or line of its section does, and is no table row."""
    before, after = section[:start], section[end:]
    opens = not before.strip() or bool(_OPENS.search(before))
    closes = bool(_WHOLE.search(quote)) or (_no_prose(section) and (not after.strip() or after[:1] == "\n"))
    return opens and closes and LENGTH[0] <= len(quote) <= LENGTH[1] and " | " not in quote


def _no_prose(section: str) -> bool:
    """Whether a section is written in lines without full stops, as slides are."""
    return not _WHOLE.search(section) and "。" not in section


def centrality(quotes: Sequence[Quote]) -> Vectors:
    """How near each quote (n,) is to what all say together: standard scores."""
    vectors = np.stack([quote.vector for quote in quotes])
    near = vectors @ vectors.mean(axis=0)
    return np.asarray((near - near.mean()) / max(float(near.std()), 1e-3), dtype=np.float32)
