"""Step 10: filters → allowed passages, and how many documents each facet value would leave."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ingest.columns import ASPECTS
from ingest.models import FACETS
from ingest.passage_store import PassageStore
from search.models import FacetValue, Rows

KEPT_COUNTS = 1_000  # combinations of filters

Chosen = tuple[tuple[str, tuple[str, ...]], ...]
Filters = Mapping[str, tuple[str, ...]]
Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class _Held:
    """Which document holds which value of a facet, in the order of values and families: a family's side by side."""

    values: tuple[str, ...]
    documents: Rows  # (h,)
    codes: Rows  # (h,): place in ``values``
    families: Rows  # (h,)

    @classmethod
    def of(cls, holders: Mapping[str, Rows], representatives: Rows) -> _Held:
        values = tuple(sorted(holders))
        documents = np.concatenate([np.zeros(0, dtype=np.int64), *(holders[value] for value in values)])
        codes = np.repeat(np.arange(len(values)), [len(holders[value]) for value in values])
        order = np.lexsort((representatives[documents], codes))
        return cls(values, documents[order], codes, representatives[documents[order]])

    def counts(self, chosen: Mask) -> Rows:
        """How many families of the chosen documents (d,) hold each value (v,)."""
        held = chosen[self.documents]
        codes, families = self.codes[held], self.families[held]
        first = np.ones(len(codes), dtype=np.bool_)
        first[1:] = (codes[1:] != codes[:-1]) | (families[1:] != families[:-1])
        return np.bincount(codes[first], minlength=len(self.values))


class FacetCounts:
    """Documents and passages of one build by facet value."""

    def __init__(self, store: PassageStore) -> None:
        self._columns = store.columns
        holders, representatives = store.columns.holders, store.columns.representatives
        self._held = {name: _Held.of(holders.get(name, {}), representatives) for name in FACETS}
        self._counted: dict[Chosen, dict[str, tuple[FacetValue, ...]]] = {}
        self._last_allowed: tuple[Chosen, Rows] | None = None  # the parts of a question ask for the same

    def allowed(self, filters: Filters) -> Rows | None:
        """Rows of the passages that pass all filters, ascending; None when there is no filter."""
        if not filters:
            return None
        chosen = _chosen(filters)
        if (last := self._last_allowed) and last[0] == chosen:
            return last[1]
        documents = self.documents(filters)
        passages = np.repeat(documents, np.diff(self._columns.first_passages))
        if aspects := filters.get("aspect"):
            wanted = [place for place, aspect in enumerate(ASPECTS) if aspect in aspects]
            passages &= np.isin(self._columns.aspects, wanted)
        rows = np.flatnonzero(passages)
        self._last_allowed = chosen, rows
        return rows

    def counts(self, filters: Filters) -> dict[str, tuple[FacetValue, ...]]:
        """For each facet its values, most frequent first; the other facets' filters hold, its own doesn't.

        So a count is what choosing that value alone leaves of the library; versions of one document count once,
        as they are found once.
        """
        chosen = _chosen(filters)
        if chosen not in self._counted:
            if len(self._counted) >= KEPT_COUNTS:
                self._counted.clear()
            self._counted[chosen] = {
                name: self.values(name, self.documents(without(filters, name))) for name in FACETS
            }
        return self._counted[chosen]

    def values(self, name: str, documents: Mask) -> tuple[FacetValue, ...]:
        """The values of a facet among these documents (d,), a family once: years from the last, others the most frequent."""
        held = self._held[name]
        counts = held.counts(documents).tolist()
        counted = [(value, count) for value, count in zip(held.values, counts, strict=True) if count]
        if name == "year":
            counted.reverse()
        else:
            counted.sort(key=lambda item: (-item[1], item[0]))
        return tuple(FacetValue(value, count) for value, count in counted)

    def documents(self, filters: Filters) -> Mask:
        """Which documents (d,) hold one of the values of every filter but that of aspects."""
        passing = np.ones(len(self._columns.representatives), dtype=np.bool_)
        for name, values in filters.items():
            if name != "aspect":
                passing &= self._holding(name, values)
        return passing

    def _holding(self, name: str, values: Iterable[str]) -> Mask:
        holding = np.zeros(len(self._columns.representatives), dtype=np.bool_)
        holders = self._columns.holders.get(name, {})
        for value in values:
            holding[holders.get(value, np.zeros(0, dtype=np.int64))] = True
        return holding


def _chosen(filters: Filters) -> Chosen:
    return tuple(sorted((name, tuple(values)) for name, values in filters.items()))


def without(filters: Filters, name: str) -> Filters:
    """The other filters."""
    return {other: values for other, values in filters.items() if other != name}
