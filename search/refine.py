"""Step 13: what people need of a ranking – nothing twice, no document that floods the page."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from ingest import terms
from ingest.passage_store import StoredPassage

PER_DOCUMENT = 2  # hits of one document on a page; the others are folded under it
NEAR_IDENTICAL = 0.8  # Jaccard similarity of character bigrams


def choose(ranked: Iterable[StoredPassage], k: int) -> list[StoredPassage]:
    """The first ``k`` passages that repeat none before them, at most PER_DOCUMENT of a document."""
    chosen: list[StoredPassage] = []
    shingles: list[frozenset[str]] = []
    of_document: Counter[int] = Counter()
    for stored in ranked:
        if len(chosen) == k:
            break
        own = frozenset(terms.bigrams(stored.passage.text))
        if of_document[stored.document] < PER_DOCUMENT and not _repeats(own, shingles):
            chosen.append(stored)
            shingles.append(own)
            of_document[stored.document] += 1
    return chosen


def cover(chosen: Sequence[StoredPassage], parts: Sequence[Sequence[StoredPassage]]) -> list[StoredPassage]:
    """Let every part of a question be answered: where none of a part's first is among the chosen, its best takes the
    place of the last chosen that no part needs.
    """
    kept = list(chosen)
    needed: set[int] = set()
    for first in parts:
        rows = [stored.row for stored in first]
        there = next((stored.row for stored in kept if stored.row in rows), None)
        spare = [n for n, stored in enumerate(kept) if stored.row not in needed]
        if there is None and rows and spare:
            kept[spare[-1]], there = first[0], rows[0]
        if there is not None:
            needed.add(there)
    return kept


def _repeats(own: frozenset[str], others: Sequence[frozenset[str]]) -> bool:
    return any(len(own & other) >= NEAR_IDENTICAL * len(own | other) for other in others if own or other)
