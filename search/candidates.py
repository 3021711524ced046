"""Passages as refining and marking need them, kept in memory: reading and folding them anew takes longest."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ingest import terms
from ingest.passage_store import PassageStore, StoredPassage
from search import pairs
from search.models import Rows

KEPT = 30_000  # passages, about 3 kB each


@dataclass(frozen=True, slots=True)
class Candidate:
    """A passage, its folded text, and which pairs of characters that holds, as a bitmap of pairs.COUNT bits."""

    stored: StoredPassage
    text: str
    pairs: int

    @classmethod
    def of(cls, stored: StoredPassage) -> Candidate:
        """A passage made ready."""
        text = terms.fold(stored.passage.text)
        return cls(stored, text, pairs_of(text))


def pairs_of(text: str) -> int:
    """The bitmap of a text's pairs; of two texts of 500 characters it tells the Jaccard similarity to 0.02."""
    bits = np.zeros(pairs.COUNT, dtype=np.bool_)
    bits[pairs.numbers(np.frombuffer(text.encode("utf-16-le", "surrogatepass"), dtype=np.uint16))] = True
    return int.from_bytes(np.packbits(bits).tobytes())


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
            kept.update((stored.row, Candidate.of(stored)) for stored in self._store.passages(new))
        return [kept[row] for row in wanted]
