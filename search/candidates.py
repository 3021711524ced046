"""Passages as refining and marking need them, kept in memory: reading and folding them anew takes longest."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ingest import terms
from ingest.passage_store import PassageStore, StoredPassage
from search.models import Rows

KEPT = 30_000  # passages, about 2 kB each


@dataclass(frozen=True, slots=True)
class Candidate:
    """A passage and its folded text."""

    stored: StoredPassage
    text: str


class Candidates:
    """The candidates of one build, by passage row."""

    def __init__(self, store: PassageStore) -> None:
        self._store = store
        self._kept: dict[int, Candidate] = {}

    def of(self, rows: Sequence[int] | Rows) -> list[Candidate]:
        """The candidates with these rows, in the order asked for."""
        wanted = [int(row) for row in rows]
        kept = self._kept
        new = [row for row in wanted if row not in kept]
        if new:
            if len(kept) + len(new) > KEPT:
                self._kept = kept = {row: kept[row] for row in wanted if row in kept}
            kept.update((s.row, Candidate(s, terms.fold(s.passage.text))) for s in self._store.passages(new))
        return [kept[row] for row in wanted]
