"""Step 13: what people need of a ranking – nothing twice, one version of a document, none that floods the page."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from types import MappingProxyType

from ingest import terms
from ingest.passage_store import PassageStore, StoredPassage

PER_DOCUMENT = 2  # hits of one document on a page; the others are folded under it
NEAR_IDENTICAL = 0.8  # Jaccard similarity of character pairs

Families = Mapping[int, int]
"""The representative's row by a document's row, of the documents that have other versions."""


def families_of(store: PassageStore) -> Families:
    """The families of one build."""
    return {d.row: store.by_id[d.family].row for d in store.documents if d.versions}


def _folded(stored: StoredPassage) -> str:
    return terms.fold(stored.passage.text)


def choose(
    ranked: Sequence[StoredPassage],
    k: int,
    folded: Callable[[StoredPassage], str] = _folded,
    families: Families = MappingProxyType({}),
) -> list[StoredPassage]:
    """The first ``k`` passages that repeat none before them, at most PER_DOCUMENT of a document, of one document a family.

    ``folded`` gives a passage's folded text where that is known already.
    """
    chosen: list[StoredPassage] = []
    shingles: list[frozenset[str]] = []
    of_document: Counter[int] = Counter()
    for stored in _one_of_a_family(ranked, folded, families):
        if len(chosen) == k:
            break
        if of_document[stored.document] == PER_DOCUMENT:
            continue
        own = _pairs(folded(stored))
        if not _repeats(own, shingles):
            chosen.append(stored)
            shingles.append(own)
            of_document[stored.document] += 1
    return chosen


def _one_of_a_family(
    ranked: Sequence[StoredPassage], folded: Callable[[StoredPassage], str], families: Families
) -> Iterator[StoredPassage]:
    """The passages without those of other versions of a document: whatever version ranks first is shown.

    Where the representative holds the same passage, that is shown in its place, and so the representative.
    """
    shown: dict[int, StoredPassage] = {}
    for stored in ranked:
        representative = families.get(stored.document)
        if representative is None:
            yield stored
        elif representative not in shown:
            own = _pairs(folded(stored))
            same = (o for o in ranked if o.document == representative and _similar(own, _pairs(folded(o))))
            shown[representative] = stored if stored.document == representative else next(same, stored)
            yield shown[representative]
        elif stored.document == shown[representative].document and stored != shown[representative]:
            yield stored


def cover(
    chosen: Sequence[StoredPassage],
    parts: Sequence[Sequence[StoredPassage]],
    families: Families = MappingProxyType({}),
) -> list[StoredPassage]:
    """Let every part of a question be answered: where none of a part's first is among the chosen, its best takes the
    place of the last chosen that no part needs. What another version of a chosen document says is left out.
    """
    kept = list(chosen)
    needed: set[int] = set()
    for candidates in parts:
        first = [stored for stored in candidates if not _has_other_version(stored, kept, families)]
        rows = [stored.row for stored in first]
        there = next((stored.row for stored in kept if stored.row in rows), None)
        spare = [n for n, stored in enumerate(kept) if stored.row not in needed]
        if there is None and rows and spare:
            kept[spare[-1]], there = first[0], rows[0]
        if there is not None:
            needed.add(there)
    return kept


def _has_other_version(stored: StoredPassage, kept: Sequence[StoredPassage], families: Families) -> bool:
    """Whether another document of the passage's family is among those kept."""
    family = families.get(stored.document)
    return family is not None and any(
        families.get(other.document) == family and other.document != stored.document for other in kept
    )


def _pairs(text: str) -> frozenset[str]:
    return frozenset(map(str.__add__, text, text[1:]))


def _repeats(own: frozenset[str], others: Sequence[frozenset[str]]) -> bool:
    return any(_similar(own, other) for other in others)


def _similar(one: frozenset[str], other: frozenset[str]) -> bool:
    """Whether two sets of pairs are NEAR_IDENTICAL; sets of too different a size can't be."""
    least, most = sorted((len(one), len(other)))
    return least >= NEAR_IDENTICAL * most and len(one & other) >= NEAR_IDENTICAL * len(one | other)
