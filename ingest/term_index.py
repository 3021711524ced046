"""terms/: the tantivy index over space-joined terms; BM25 with tantivy's k1 = 1.2, b = 0.75."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import tantivy

from ingest import terms
from ingest.errors import IndexDamagedError
from ingest.models import IndexedDocument

NAME = "terms"
FIELDS = ("title", "words", "bigrams", "characters")
_HEAP = 64_000_000  # bytes for the writer; one thread, so that the same input gives the same segments


@dataclass(frozen=True, slots=True)
class TermRow:
    """The terms of one passage, by field."""

    row: int
    title: str
    words: str
    bigrams: str
    characters: str  # each once: only their document frequency is used
    facets: tuple[str, ...]  # "city=成都市", and the passage's own "aspect=做法"


def schema() -> tantivy.Schema:
    """Three fields of terms with frequencies, the facet values as they are, and the passage row."""
    builder = tantivy.SchemaBuilder()
    for name in FIELDS:
        builder.add_text_field(name, stored=False, tokenizer_name="whitespace", index_option="freq")
    builder.add_text_field("facets", stored=False, tokenizer_name="raw", index_option="basic")
    builder.add_unsigned_field("row", stored=False, indexed=True, fast=True)
    return builder.build()


def rows_of(documents: Iterable[IndexedDocument]) -> Iterable[TermRow]:
    """Tokenize every passage; the title field also holds the heading path."""
    row = 0
    for indexed in documents:
        title = terms.words(indexed.document.title)
        facets = tuple(
            f"{name}={value}" for name, values in indexed.facets.values.items() for value in values
        )
        for passage in indexed.passages:
            heading = [word for part in passage.heading for word in terms.words(part)]
            text = f"{passage.lead}\n{passage.text}"
            yield TermRow(
                row=row,
                title=" ".join(title + heading),
                words=" ".join(terms.words(text)),
                bigrams=" ".join(pairs := terms.bigrams(text)),
                characters=" ".join(dict.fromkeys("".join(pairs))),
                facets=(*facets, f"aspect={passage.aspect}"),
            )
            row += 1


def write(folder: Path, rows: Iterable[TermRow]) -> None:
    """Write the index into an existing empty folder."""
    index = tantivy.Index(schema(), path=str(folder))
    writer = index.writer(heap_size=_HEAP, num_threads=1)
    for row in rows:
        document = tantivy.Document()
        document.add_unsigned("row", row.row)
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
