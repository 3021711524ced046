"""Passages as ranking needs them, kept in memory: reading and folding them anew took half of a question's time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ingest import terms
from ingest.passage_store import PassageStore, StoredPassage
from search.lexical import Units, units
from search.models import Rows

KEPT = 30_000  # passages, about 3 kB each


@dataclass(frozen=True, slots=True)
class Candidate:
    """A passage, its folded text, and the code units of its folded title, headings, lead and text."""

    stored: StoredPassage
    text: str
    units: Units


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
            kept.update((stored.row, self._candidate(stored)) for stored in self._store.passages(new))
        return [kept[row] for row in wanted]

    def _candidate(self, stored: StoredPassage) -> Candidate:
        passage = stored.passage
        text = terms.fold(passage.text)
        head = "\n".join((self._store.documents[stored.document].title, *passage.heading, passage.lead))
        return Candidate(stored, text, units(f"{terms.fold(head)}\n{text}"))
