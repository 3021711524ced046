"""passages.sqlite: documents, sections and passages of one build; written once, then only read."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, overload

import numpy as np
from numpy.typing import NDArray

from ingest import columns
from ingest.errors import IndexDamagedError
from ingest.models import (
    Document,
    Facets,
    IndexedDocument,
    OcrPage,
    PageMap,
    Passage,
    Section,
    Signature,
    Source,
    Table,
)

NAME = "passages.sqlite"
_DOCUMENTS_KEPT = 4_096  # in memory, about 4 kB each
_SCHEMA = """
CREATE TABLE documents (
    row INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, path TEXT NOT NULL, title TEXT NOT NULL,
    sha256 TEXT NOT NULL, provenance TEXT NOT NULL,
    first_passage INTEGER NOT NULL, passages INTEGER NOT NULL,
    facets TEXT NOT NULL, sources TEXT NOT NULL, report TEXT NOT NULL,
    family TEXT NOT NULL, letters INTEGER NOT NULL, minhash BLOB NOT NULL);
CREATE TABLE sections (
    document INTEGER NOT NULL, number INTEGER NOT NULL, heading TEXT NOT NULL, text TEXT NOT NULL,
    pages TEXT NOT NULL, tables TEXT NOT NULL, PRIMARY KEY (document, number)) WITHOUT ROWID;
CREATE TABLE passages (
    row INTEGER PRIMARY KEY, document INTEGER NOT NULL, number INTEGER NOT NULL, section INTEGER NOT NULL,
    start INTEGER NOT NULL, end INTEGER NOT NULL, heading TEXT NOT NULL, text TEXT NOT NULL,
    first_page INTEGER, last_page INTEGER, aspect TEXT NOT NULL, lead TEXT NOT NULL);
"""


@dataclass(frozen=True, slots=True)
class StoredDocument:
    """One document's row: what a hit shows of it, and its passages' rows ``[first_passage, +passages)``."""

    row: int
    id: str
    path: str
    title: str
    sha256: str
    provenance: str
    first_passage: int
    passages: int
    facets: Facets
    sources: tuple[Source, ...]
    page_count: int | None
    blank_pages: tuple[int, ...]
    coverage: float
    encoding: str
    removed: tuple[str, ...]
    ocr: tuple[OcrPage, ...]
    warnings: tuple[str, ...]
    personal: Mapping[str, int]  # how many of each kind of personal data the file holds
    family: str  # id of the document that stands for it and its other versions, its own where it stands alone
    versions: tuple[str, ...]  # ids of the family's other documents, the representative's first
    signature: Signature


@dataclass(frozen=True, slots=True)
class StoredPassage:
    """One passage's row, its document's row with it."""

    row: int
    document: int
    number: int
    passage: Passage


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def write(path: Path, documents: Iterable[IndexedDocument], families: Mapping[str, tuple[str, ...]]) -> None:
    """Write all documents; passage rows count from 0 in reading order.

    ``families`` has the ids of a document's family, the representative's first, where it isn't alone.
    """
    connection = sqlite3.connect(path)
    connection.executescript("PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF;" + _SCHEMA + columns.SCHEMA)
    collected, first = columns.Collector(), 0
    for row, document in enumerate(documents):
        family = families.get(document.id, (document.id,))
        _write_document(connection, row, first, document, family)
        collected.add(document, family)
        first += len(document.passages)
    collected.write(connection)
    connection.commit()
    connection.close()


def _write_document(
    connection: sqlite3.Connection, row: int, first: int, indexed: IndexedDocument, family: tuple[str, ...]
) -> None:
    document, facets = indexed.document, indexed.facets
    report = {
        "page_count": document.page_count,
        "blank_pages": document.blank_pages,
        "coverage": document.coverage,
        "encoding": document.encoding,
        "removed": document.removed,
        "ocr": [asdict(page) for page in document.ocr],
        "warnings": document.warnings,
        "declared": document.declared,
        "personal": indexed.personal,
    }
    values = {"values": facets.values, "inferred": sorted(facets.inferred)}
    connection.execute(
        "INSERT INTO documents VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?)",
        (
            row,
            indexed.id,
            indexed.path,
            document.title,
            indexed.sha256,
            indexed.provenance,
            first,
            len(indexed.passages),
            _json(values),
            _json([asdict(source) for source in document.sources]),
            _json(report),
            _json(family),
            indexed.signature.letters,
            indexed.signature.minhash,
        ),
    )
    connection.executemany(
        "INSERT INTO sections VALUES (?,?,?,?,?,?)",
        [
            (
                row,
                n,
                _json(s.heading),
                s.text,
                _json(s.pages),
                _json([[t.start, t.end, t.header_end] for t in s.tables]),
            )
            for n, s in enumerate(document.sections)
        ],
    )
    connection.executemany(
        "INSERT INTO passages VALUES (?,?,?,?,?,?,?,?,?,?,?,?)",
        [
            (
                first + n,
                row,
                n,
                p.section,
                p.start,
                p.end,
                _json(p.heading),
                p.text,
                *_pages(p),
                p.aspect,
                p.lead,
            )
            for n, p in enumerate(indexed.passages)
        ],
    )


def _pages(passage: Passage) -> tuple[int | None, int | None]:
    return passage.pages or (None, None)


class PassageStore:
    """Read access to one build's documents, sections and passages.

    Raises IndexDamagedError when the file isn't a readable store.
    """

    def __init__(self, path: Path) -> None:
        try:
            uri = f"{path.absolute().as_uri()}?mode=ro&immutable=1"
            self._connection = sqlite3.connect(uri, uri=True, check_same_thread=False)
            self.columns = columns.Columns.read(self._connection)
        except (sqlite3.Error, ValueError, KeyError, TypeError) as error:
            raise IndexDamagedError(
                f"索引里的 {path.name} 已损坏（{error}）。请运行 python -m ingest 重建。"
            ) from error
        self.documents: Sequence[StoredDocument] = _Documents(
            self._connection, len(self.columns.representatives)
        )
        self.by_id: Mapping[str, StoredDocument] = _ById(self._connection, self.documents)

    def _rows(self, sql: str, arguments: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        return self._connection.execute(sql, arguments).fetchall()

    def passages(self, rows: Sequence[int] | NDArray[np.int64]) -> list[StoredPassage]:
        """The passages with these rows, in the order asked for."""
        found: dict[int, StoredPassage] = {}
        for part in (rows[i : i + 500] for i in range(0, len(rows), 500)):
            marks = ",".join("?" * len(part))
            for raw in self._rows(
                f"SELECT * FROM passages WHERE row IN ({marks})", [int(row) for row in part]
            ):
                found[raw[0]] = passage_of(raw)
        return [found[int(row)] for row in rows]

    def passages_of(self, document: StoredDocument) -> list[StoredPassage]:
        """All passages of one document, in reading order."""
        return self.passages(range(document.first_passage, document.first_passage + document.passages))

    def sections_of(self, document: StoredDocument) -> list[Section]:
        """All sections of one document, in reading order."""
        rows = self._rows(
            "SELECT heading, text, pages, tables FROM sections WHERE document=? ORDER BY number",
            [document.row],
        )
        return [section_of(*row) for row in rows]

    def indexed_documents(self) -> Iterator[IndexedDocument]:
        """All documents as they were written: what an update takes over of the build before it."""
        for stored in self.documents:
            declared = json.loads(self._rows("SELECT report FROM documents WHERE row=?", [stored.row])[0][0])[
                "declared"
            ]
            document = Document(
                title=stored.title,
                sections=tuple(self.sections_of(stored)),
                declared={name: tuple(values) for name, values in declared.items()},
                sources=stored.sources,
                page_count=stored.page_count,
                blank_pages=stored.blank_pages,
                coverage=stored.coverage,
                removed=stored.removed,
                encoding=stored.encoding,
                ocr=stored.ocr,
                warnings=stored.warnings,
            )
            passages = tuple(p.passage for p in self.passages_of(stored))
            yield IndexedDocument(
                id=stored.id,
                path=stored.path,
                sha256=stored.sha256,
                provenance=stored.provenance,
                document=document,
                facets=stored.facets,
                passages=passages,
                personal=stored.personal,
                signature=stored.signature,
            )

    def table(self, name: str) -> Iterator[tuple[Any, ...]]:
        """All rows of documents, sections or passages as they are stored, in their order."""
        order = {"sections": "document, number"}.get(name, "row")
        return iter(self._connection.execute(f"SELECT * FROM {name} ORDER BY {order}"))

    def documents_at(self, rows: Iterable[int]) -> dict[int, StoredDocument]:
        """The documents with these rows, by row."""
        return {row: self.documents[row] for row in rows}

    def close(self) -> None:
        """Close the file."""
        self._connection.close()


class _Documents(Sequence[StoredDocument]):
    """The documents by row, each read when it is asked for: a large library's would take seconds and gigabytes."""

    def __init__(self, connection: sqlite3.Connection, count: int) -> None:
        self._connection, self._count = connection, count
        self._read = lru_cache(_DOCUMENTS_KEPT)(self._read_one)

    def __len__(self) -> int:
        return self._count

    @overload
    def __getitem__(self, row: int) -> StoredDocument: ...
    @overload
    def __getitem__(self, row: slice) -> list[StoredDocument]: ...
    def __getitem__(self, row: int | slice) -> StoredDocument | list[StoredDocument]:
        rows = range(self._count)[row]
        if isinstance(rows, range):
            return [self._read(one) for one in rows]
        found: StoredDocument = self._read(rows)
        return found

    def __iter__(self) -> Iterator[StoredDocument]:
        return map(document_of, self._connection.execute("SELECT * FROM documents ORDER BY row"))

    def _read_one(self, row: int) -> StoredDocument:
        return document_of(self._connection.execute("SELECT * FROM documents WHERE row=?", [row]).fetchone())


class _ById(Mapping[str, StoredDocument]):
    """The documents by id."""

    def __init__(self, connection: sqlite3.Connection, documents: Sequence[StoredDocument]) -> None:
        self._connection, self._documents = connection, documents

    def __len__(self) -> int:
        return len(self._documents)

    def __iter__(self) -> Iterator[str]:
        return (document.id for document in self._documents)

    def __getitem__(self, name: str) -> StoredDocument:
        found = self._connection.execute("SELECT row FROM documents WHERE id=?", [name]).fetchone()
        if found is None:
            raise KeyError(name)
        (row,) = found
        return self._documents[int(row)]


def document_of(row: Sequence[Any]) -> StoredDocument:
    """A row of the table documents."""
    facets, sources, report, family = (json.loads(part) for part in row[8:12])
    return StoredDocument(
        row=row[0],
        id=row[1],
        path=row[2],
        title=row[3],
        sha256=row[4],
        provenance=row[5],
        first_passage=row[6],
        passages=row[7],
        facets=Facets({n: tuple(v) for n, v in facets["values"].items()}, frozenset(facets["inferred"])),
        sources=tuple(Source(**source) for source in sources),
        page_count=report["page_count"],
        blank_pages=tuple(report["blank_pages"]),
        coverage=report["coverage"],
        encoding=report["encoding"],
        removed=tuple(report["removed"]),
        ocr=tuple(OcrPage(**page) for page in report["ocr"]),
        warnings=tuple(report["warnings"]),
        personal=report["personal"],
        family=family[0],
        versions=tuple(other for other in family if other != row[1]),
        signature=Signature(row[12], row[13]),
    )


def section_of(heading: str, text: str, pages: str, tables: str) -> Section:
    """A row of the table sections, without its document and number."""
    page_map: PageMap = tuple((offset, page) for offset, page in json.loads(pages))
    return Section(tuple(json.loads(heading)), text, page_map, tuple(Table(*t) for t in json.loads(tables)))


def passage_of(row: Sequence[Any]) -> StoredPassage:
    """A row of the table passages."""
    number, document, ordinal, section, start, end, heading, text, first, last, aspect, lead = row
    pages = None if first is None else (first, last)
    passage = Passage(section, start, end, text, tuple(json.loads(heading)), pages, aspect, lead)
    return StoredPassage(number, document, ordinal, passage)
