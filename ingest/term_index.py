"""terms/: the tantivy index over space-joined terms; BM25 with tantivy's k1 = 1.2, b = 0.75."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import tantivy

from ingest.errors import IndexDamagedError

NAME = "terms"
FIELDS = ("title", "words", "bigrams", "characters")
# Bytes for the writer: enough that even a large library has few segments, since each is searched by itself. One thread
# writes, so that the same input gives the same segments.
_HEAP = 256_000_000


@dataclass(frozen=True, slots=True)
class TermRow:
    """The terms of one passage, by field."""

    title: str
    words: str
    bigrams: str
    characters: str  # each once: only their document frequency is used
    facets: tuple[str, ...]  # "city=成都市", and the passage's own "aspect=做法"
    folded: str = ""  # its text behind title, headings and lead


def schema() -> tantivy.Schema:
    """Three fields of terms with frequencies, the facet values as they are, and the passage row."""
    builder = tantivy.SchemaBuilder()
    for name in FIELDS:
        builder.add_text_field(name, stored=False, tokenizer_name="whitespace", index_option="freq")
    builder.add_text_field("facets", stored=False, tokenizer_name="raw", index_option="basic")
    builder.add_unsigned_field("row", stored=False, indexed=True, fast=True)
    return builder.build()


def write(folder: Path, rows: Iterable[TermRow]) -> None:
    """Write the index of the passages, in row order, into an existing empty folder."""
    index = tantivy.Index(schema(), path=str(folder))
    writer = index.writer(heap_size=_HEAP, num_threads=1)
    for number, row in enumerate(rows):
        document = tantivy.Document()
        document.add_unsigned("row", number)
        for name in FIELDS:
            document.add_text(name, getattr(row, name))
        for value in row.facets:
            document.add_text("facets", value)
        writer.add_document(document)
    writer.commit()
    writer.wait_merging_threads()


def open_index(folder: Path) -> tantivy.Index:
    """Open what ``write`` wrote; raises IndexDamagedError."""
    try:
        return tantivy.Index.open(str(folder))
    except ValueError as error:
        raise IndexDamagedError(
            f"索引里的词项索引已损坏（{error}）。请运行 python -m ingest 重建。"
        ) from error
