"""Step 13: what people need of a ranking – nothing twice, no document that floods the page."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from search.candidates import Candidate

PER_DOCUMENT = 2  # hits of one document on a page; the others are folded under it
NEAR_IDENTICAL = 0.8  # Jaccard similarity of character pairs


def choose(ranked: Iterable[Candidate], k: int) -> list[Candidate]:
    """The first ``k`` passages that repeat none before them, at most PER_DOCUMENT of a document."""
    chosen: list[Candidate] = []
    shingles: list[frozenset[str]] = []
    of_document: Counter[int] = Counter()
    for candidate in ranked:
        if len(chosen) == k:
            break
        if of_document[candidate.stored.document] == PER_DOCUMENT:
            continue
        own = frozenset(map(str.__add__, candidate.text, candidate.text[1:]))
        if not _repeats(own, shingles):
            chosen.append(candidate)
            shingles.append(own)
            of_document[candidate.stored.document] += 1
    return chosen


def cover(chosen: Sequence[Candidate], parts: Sequence[Sequence[Candidate]]) -> list[Candidate]:
    """Let every part of a question be answered: where none of a part's first is among the chosen, its best takes the
    place of the last chosen that no part needs.
    """
    kept = list(chosen)
    needed: set[int] = set()
    for first in parts:
        rows = [candidate.stored.row for candidate in first]
        there = next((row for candidate in kept if (row := candidate.stored.row) in rows), None)
        spare = [n for n, candidate in enumerate(kept) if candidate.stored.row not in needed]
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
