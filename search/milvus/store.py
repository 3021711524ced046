"""The documents of a build on a Milvus server, read as those of passages.sqlite are."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import overload

import numpy as np
from numpy.typing import NDArray

from ingest.columns import Columns
from ingest.milvus import records
from ingest.milvus.passages import PassageRecord
from ingest.milvus.server import Server
from ingest.models import Section
from ingest.passage_store import PassageStore, StoredDocument, StoredPassage, document_of, section_of

KEPT = 4_096  # documents, about 4 kB each
_AT_ONCE = 500  # documents of a request when all are gone through

Fetch = Callable[[Sequence[int] | NDArray[np.int64]], list[PassageRecord]]


class MilvusStore(PassageStore):
    """What a PassageStore tells of a build, without its file: only the columns are here; ``fetch`` has the passages."""

    def __init__(self, server: Server, build: str, columns: Columns, fetch: Fetch) -> None:
        self._server, self._build, self.columns, self._fetch = server, build, columns, fetch
        self._kept: dict[int, StoredDocument] = {}
        self.documents = _Documents(self, len(self.columns.representatives))
        self.by_id = _ById(self)

    def passages(self, rows: Sequence[int] | NDArray[np.int64]) -> list[StoredPassage]:
        """The passages with these rows, in the order asked for."""
        return [record.stored for record in self._fetch(rows)]

    def sections_of(self, document: StoredDocument) -> list[Section]:
        """All sections of one document, in reading order."""
        found = records.get(self._server, self._build, [f"s{document.row}"])
        return [section_of(*row) for row in json.loads(found.get(f"s{document.row}", b"[]"))]

    def documents_at(self, rows: Iterable[int]) -> dict[int, StoredDocument]:
        """The documents with these rows, by row; in one request those that aren't kept."""
        wanted, kept = list(rows), self._kept
        new = [row for row in dict.fromkeys(wanted) if row not in kept]
        if new:
            if len(kept) + len(new) > KEPT:
                self._kept = kept = {row: kept[row] for row in wanted if row in kept}
            kept.update((document.row, document) for document in self.read(new))
        return {row: kept[row] for row in wanted}

    def read(self, rows: Sequence[int]) -> list[StoredDocument]:
        """The documents with these rows, from the server."""
        found = records.get(self._server, self._build, [f"d{row}" for row in rows])
        return [document_of(json.loads(found[f"d{row}"])) for row in rows]

    def row_of(self, name: str) -> int | None:
        """The row of the document with this id."""
        found = records.get(self._server, self._build, [f"i{name}"])
        return int(found[f"i{name}"]) if found else None

    def close(self) -> None:
        """Nothing is held open."""


class _Documents(Sequence[StoredDocument]):
    """The documents by row."""

    def __init__(self, store: MilvusStore, count: int) -> None:
        self._store, self._count = store, count

    def __len__(self) -> int:
        return self._count

    @overload
    def __getitem__(self, row: int) -> StoredDocument: ...
    @overload
    def __getitem__(self, row: slice) -> list[StoredDocument]: ...
    def __getitem__(self, row: int | slice) -> StoredDocument | list[StoredDocument]:
        rows = range(self._count)[row]
        if isinstance(rows, range):
            return [found for start in rows[::_AT_ONCE] for found in self._read(start, rows)]
        return self._store.documents_at([rows])[rows]

    def __iter__(self) -> Iterator[StoredDocument]:
        rows = range(self._count)
        return (found for start in rows[::_AT_ONCE] for found in self._read(start, rows))

    def _read(self, start: int, rows: range) -> list[StoredDocument]:
        """The next few from ``start`` on, which aren't kept: whoever goes through all needs none of them soon."""
        place = rows.index(start)
        return self._store.read(rows[place : place + _AT_ONCE])


class _ById(Mapping[str, StoredDocument]):
    """The documents by id."""

    def __init__(self, store: MilvusStore) -> None:
        self._store = store

    def __len__(self) -> int:
        return len(self._store.documents)

    def __iter__(self) -> Iterator[str]:
        return (document.id for document in self._store.documents)

    def __getitem__(self, name: str) -> StoredDocument:
        row = self._store.row_of(name)
        if row is None:
            raise KeyError(name)
        return self._store.documents[row]
