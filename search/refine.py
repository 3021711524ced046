"""Step 13: what people need of a ranking – nothing twice, no document that floods the page."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence

from ingest import terms
from ingest.passage_store import StoredPassage

PER_DOCUMENT = 2  # hits of one document on a page; the others are folded under it
NEAR_IDENTICAL = 0.8  # Jaccard similarity of character pairs


def choose(
    ranked: Iterable[StoredPassage], k: int, folded: Callable[[StoredPassage], str] | None = None
) -> list[StoredPassage]:
    """The first ``k`` passages that repeat none before them, at most PER_DOCUMENT of a document.

    ``folded`` gives a passage's folded text where that is known already.
    """
    chosen: list[StoredPassage] = []
    shingles: list[frozenset[str]] = []
    of_document: Counter[int] = Counter()
    for stored in ranked:
        if len(chosen) == k:
            break
        if of_document[stored.document] == PER_DOCUMENT:
            continue
        text = folded(stored) if folded else terms.fold(stored.passage.text)
        own = frozenset(map(str.__add__, text, text[1:]))
        if not _repeats(own, shingles):
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
    return any(_similar(own, other) for other in others)


def _similar(one: frozenset[str], other: frozenset[str]) -> bool:
    """Whether two sets of pairs are NEAR_IDENTICAL; sets of too different a size can't be."""
    least, most = sorted((len(one), len(other)))
    return least >= NEAR_IDENTICAL * most and len(one & other) >= NEAR_IDENTICAL * len(one | other)
