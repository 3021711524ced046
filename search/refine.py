"""Step 13: what people need of a ranking – nothing twice, one version of a document, none that floods the page."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np

from ingest.passage_store import PassageStore
from search.candidates import Candidate

PER_DOCUMENT = 2  # hits of one document on a page; the others are folded under it
NEAR_IDENTICAL = 0.8  # Jaccard similarity of character pairs

Families = Mapping[int, int]
"""The representative's row by a document's row, of the documents that have other versions."""
_NONE: Families = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Limit:
    """At most ``most`` hits of documents with one label; ``labels`` are by document row, an empty one isn't limited."""

    labels: Mapping[int, str]
    most: int


def families_of(store: PassageStore) -> Families:
    """The families of one build."""
    representatives = store.columns.representatives
    several = np.flatnonzero(
        np.bincount(representatives, minlength=len(representatives))[representatives] > 1
    )
    return dict(zip(several.tolist(), representatives[several].tolist(), strict=True))


def choose(
    ranked: Sequence[Candidate], k: int, families: Families = _NONE, limits: Sequence[Limit] = ()
) -> list[Candidate]:
    """The first ``k`` passages that repeat none before them, at most PER_DOCUMENT of a document, of one document a family.

    What passes one of the limits comes after all that pass none.
    """
    chosen: list[Candidate] = []
    put_off: list[Candidate] = []
    pairs: list[int] = []
    of_document: Counter[int] = Counter()
    of_label: Counter[tuple[int, str]] = Counter()
    for candidate in _one_of_a_family(ranked, families):
        if len(chosen) == k:
            break
        document = candidate.stored.document
        if of_document[document] == PER_DOCUMENT:
            continue
        if any(_similar(candidate.pairs, other) for other in pairs):
            continue
        pairs.append(candidate.pairs)
        of_document[document] += 1
        labels = [(n, label) for n, limit in enumerate(limits) if (label := limit.labels[document])]
        if any(of_label[label] == limits[label[0]].most for label in labels):
            put_off.append(candidate)
        else:
            of_label.update(labels)
            chosen.append(candidate)
    return chosen + put_off[: k - len(chosen)]


def _one_of_a_family(ranked: Sequence[Candidate], families: Families) -> Iterator[Candidate]:
    """The passages without those of other versions of a document: whatever version ranks first is shown.

    Where the representative holds the same passage, that is shown in its place, and so the representative.
    """
    shown: dict[int, Candidate] = {}
    for candidate in ranked:
        document = candidate.stored.document
        representative = families.get(document)
        if representative is None:
            yield candidate
        elif representative not in shown:
            own = candidate.pairs
            same = (o for o in ranked if o.stored.document == representative and _similar(own, o.pairs))
            shown[representative] = candidate if document == representative else next(same, candidate)
            yield shown[representative]
        elif document == shown[representative].stored.document and candidate is not shown[representative]:
            yield candidate


def cover(
    chosen: Sequence[Candidate], parts: Sequence[Sequence[Candidate]], families: Families = _NONE
) -> list[Candidate]:
    """Let every part of a question be answered: where none of a part's first is among the chosen, its best takes the
    place of the last chosen that no part needs. What another version of a chosen document says is left out.
    """
    kept = list(chosen)
    needed: set[int] = set()
    for found in parts:
        first = [candidate for candidate in found if not _has_other_version(candidate, kept, families)]
        rows = [candidate.stored.row for candidate in first]
        there = next((row for candidate in kept if (row := candidate.stored.row) in rows), None)
        spare = [n for n, candidate in enumerate(kept) if candidate.stored.row not in needed]
        if there is None and rows and spare:
            kept[spare[-1]], there = first[0], rows[0]
        if there is not None:
            needed.add(there)
    return kept


def folded(ranked: Sequence[Candidate], chosen: Sequence[Candidate]) -> dict[int, list[Candidate]]:
    """What else was found of each chosen document, by its row."""
    shown = {candidate.stored.row for candidate in chosen}
    found: dict[int, list[Candidate]] = {candidate.stored.document: [] for candidate in chosen}
    for candidate in ranked:
        if candidate.stored.document in found and candidate.stored.row not in shown:
            found[candidate.stored.document].append(candidate)
    return found


def _has_other_version(candidate: Candidate, kept: Sequence[Candidate], families: Families) -> bool:
    """Whether another document of the passage's family is among those kept."""
    own = candidate.stored.document
    others = {other.stored.document for other in kept} - {own}
    return own in families and any(families.get(other) == families[own] for other in others)


def _similar(one: int, other: int) -> bool:
    """Whether two bitmaps of pairs are NEAR_IDENTICAL."""
    return (one & other).bit_count() >= NEAR_IDENTICAL * (one | other).bit_count()
