"""What every question needs of all documents and passages of a build, as arrays instead of rows to be read."""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, get_args

import numpy as np
from numpy.typing import NDArray

from ingest.models import Aspect, IndexedDocument

NAME = "columns.sqlite"
"""The tables below by themselves: what a page server has of passages.sqlite when the rest is elsewhere."""
ASPECTS: tuple[Aspect, ...] = get_args(Aspect)
Rows = NDArray[np.int64]

SCHEMA = """
CREATE TABLE columns (name TEXT PRIMARY KEY, data BLOB NOT NULL);
CREATE TABLE facet_values (name TEXT NOT NULL, value TEXT NOT NULL, documents BLOB NOT NULL, PRIMARY KEY (name, value));
"""
_TYPES = {
    "first_passages": np.int64,
    "representatives": np.int64,
    "aspects": np.uint8,
    "headed": np.bool_,
    "lengths": np.int32,
    "mean_length": np.float64,
}


@dataclass(frozen=True, slots=True)
class Columns:
    """Arrays by document row (d,) and by passage row (p,), and who holds each facet value."""

    first_passages: (
        Rows  # (d + 1,): the passages of a document are [first_passages[row], first_passages[row + 1])
    )
    representatives: Rows  # (d,): row of the document that stands for its family, its own where it is alone
    aspects: NDArray[np.uint8]  # (p,): place in ASPECTS
    headed: NDArray[np.bool_]  # (p,): whether the passage stands under a heading
    lengths: NDArray[np.int32]  # (p,): characters
    mean_length: float  # characters of a passage with its document's title
    holders: Mapping[
        str, Mapping[str, Rows]
    ]  # facet name → value → rows of the documents that hold it, ascending

    @classmethod
    def read(cls, connection: sqlite3.Connection) -> Columns:
        """Read what a ``Collector`` wrote; raises sqlite3.Error, KeyError or ValueError."""
        stored = dict(connection.execute("SELECT name, data FROM columns").fetchall())
        arrays: dict[str, Any] = {
            name: np.frombuffer(stored[name], dtype=kind) for name, kind in _TYPES.items()
        }
        holders: defaultdict[str, dict[str, Rows]] = defaultdict(dict)
        for name, value, documents in connection.execute("SELECT name, value, documents FROM facet_values"):
            holders[name][value] = np.frombuffer(documents, dtype=np.int32).astype(np.int64)
        (mean_length,) = arrays.pop("mean_length").tolist()
        return cls(**arrays, mean_length=mean_length, holders=dict(holders))

    def documents_of(self, passages: Rows) -> Rows:
        """The document row of each passage row."""
        return np.searchsorted(self.first_passages, passages, side="right") - 1


def copy(source: Path, target: Path) -> None:
    """Write the tables of SCHEMA, taken from another file, into a new one."""
    connection = sqlite3.connect(target)
    connection.executescript("PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF;" + SCHEMA)
    connection.execute("ATTACH ? AS source", (str(source),))
    for table in ("columns", "facet_values"):
        connection.execute(f"INSERT INTO {table} SELECT * FROM source.{table} ORDER BY 1, 2")
    connection.commit()
    connection.close()


class Collector:
    """Gathers the columns while documents are written one after the other."""

    def __init__(self) -> None:
        self._ids: dict[str, int] = {}
        self._representatives: list[str] = []
        self._first: list[int] = [0]
        self._aspects = bytearray()
        self._headed = bytearray()
        self._lengths: list[int] = []
        self._characters = 0
        self._holders: defaultdict[tuple[str, str], list[int]] = defaultdict(list)

    def add(self, indexed: IndexedDocument, family: Sequence[str]) -> None:
        """The next document and the ids of its family, the representative's first."""
        row = len(self._ids)
        self._ids[indexed.id] = row
        self._representatives.append(family[0])
        self._first.append(self._first[-1] + len(indexed.passages))
        for passage in indexed.passages:
            self._aspects.append(ASPECTS.index(passage.aspect))
            self._headed.append(bool(passage.heading))
            self._lengths.append(len(passage.text))
            self._characters += len(passage.text) + len(indexed.document.title)
        for name, values in indexed.facets.values.items():
            for value in dict.fromkeys(values):
                self._holders[name, value].append(row)

    def write(self, connection: sqlite3.Connection) -> None:
        """Write the tables of SCHEMA."""
        columns = {
            "first_passages": self._first,
            "representatives": [self._ids[one] for one in self._representatives],
            "aspects": list(self._aspects),
            "headed": list(self._headed),
            "lengths": self._lengths,
            "mean_length": [self._characters / max(len(self._lengths), 1)],
        }
        connection.executemany(
            "INSERT INTO columns VALUES (?,?)",
            [(name, np.array(values, dtype=_TYPES[name]).tobytes()) for name, values in columns.items()],
        )
        connection.executemany(
            "INSERT INTO facet_values VALUES (?,?,?)",
            [
                (*held, np.array(rows, dtype=np.int32).tobytes())
                for held, rows in sorted(self._holders.items())
            ],
        )
