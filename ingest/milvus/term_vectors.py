"""The terms of a passage as a sparse vector whose inner product with a question's is BM25: our terms on any server.

The analyzers of Milvus cut Chinese otherwise than ingest/terms.py, and those of a server otherwise than those of
milvus-lite; with the weights computed here both find what the local tantivy index finds.
"""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

from ingest.errors import IndexDamagedError
from ingest.term_index import FIELDS, TermRow

NAME = "frequencies.sqlite"
FOUND_BY = (
    "title",
    "words",
    "bigrams",
)  # the fields that are searched; of the others only frequencies are used
K1, B = 1.2, 0.75  # as tantivy has them
_SCHEMA = """
PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF;
CREATE TABLE terms (field TEXT NOT NULL, term TEXT NOT NULL, number INTEGER NOT NULL, passages INTEGER NOT NULL,
    PRIMARY KEY (field, term)) WITHOUT ROWID;
"""


class TermWeights:
    """The numbers of all terms of a build, and the weights of a passage's."""

    def __init__(self, rows: Iterable[TermRow]) -> None:
        self._frequencies: Counter[tuple[str, str]] = Counter()
        totals: Counter[str] = Counter()
        count = 0
        for count, row in enumerate(rows, start=1):  # noqa: B007
            for field in FIELDS:
                found = getattr(row, field).split()
                totals[field] += len(found)
                self._frequencies.update((field, term) for term in set(found))
        self._means = {field: totals[field] / max(count, 1) for field in FOUND_BY}
        self._numbers = {pair: number for number, pair in enumerate(sorted(self._frequencies))}

    def vector(self, row: TermRow) -> dict[int, float]:
        """Weight by term number: BM25 of each term of the passage but for the inverse document frequency."""
        weights: dict[int, float] = {}
        for field in FOUND_BY:
            counts = Counter(getattr(row, field).split())
            norm = K1 * (1 - B + B * counts.total() / max(self._means[field], 1e-9))
            for term, count in counts.items():
                weights[self._numbers[field, term]] = count * (K1 + 1) / (count + norm)
        # A server may take no empty vector: a passage without terms gets one that no question asks for.
        return weights or {len(self._numbers): 1.0}

    def write(self, path: Path) -> None:
        """Write the numbers and frequencies of all terms, for questions."""
        connection = sqlite3.connect(path)
        connection.executescript(_SCHEMA)
        connection.executemany(
            "INSERT INTO terms VALUES (?,?,?,?)",
            ((*pair, number, self._frequencies[pair]) for pair, number in self._numbers.items()),
        )
        connection.commit()
        connection.close()


class TermTable:
    """What ``TermWeights.write`` wrote; raises IndexDamagedError."""

    def __init__(self, path: Path) -> None:
        try:
            uri = f"{path.absolute().as_uri()}?mode=ro&immutable=1"
            self._connection = sqlite3.connect(uri, uri=True, check_same_thread=False)
            self.find("words", "")
        except sqlite3.Error as error:
            raise IndexDamagedError(
                f"索引里的 {path.name} 已损坏（{error}）。请删除它所在的文件夹再试。"
            ) from error

    def find(self, field: str, term: str) -> tuple[int, int] | None:
        """The term's number and how many passages hold it in this field; None when none does."""
        query = "SELECT number, passages FROM terms WHERE field=? AND term=?"
        found: tuple[int, int] | None = self._connection.execute(query, (field, term)).fetchone()
        return found

    def frequency(self, field: str, term: str) -> int:
        """How many passages hold the term in this field."""
        found = self.find(field, term)
        return found[1] if found else 0
