"""Step 10: filters → allowed passages, and how many documents each facet value would leave."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

import numpy as np

from ingest.models import FACETS
from ingest.passage_store import PassageStore
from search.models import FacetValue, Rows

KEPT_COUNTS = 1_000  # combinations of filters

Chosen = tuple[tuple[str, tuple[str, ...]], ...]
Filters = Mapping[str, tuple[str, ...]]


class FacetCounts:
    """Documents and passages of one build by facet value."""

    def __init__(self, store: PassageStore) -> None:
        self._store = store
        self._aspects = np.array(store.aspects())
        self._counted: dict[Chosen, dict[str, tuple[FacetValue, ...]]] = {}

    def allowed(self, filters: Filters) -> Rows | None:
        """Rows of the passages that pass all filters, ascending; None when there is no filter."""
        if not filters:
            return None
        documents = self.documents(filters)
        ranges = [
            np.arange(document.first_passage, document.first_passage + document.passages)
            for document in self._store.documents
            if document.row in documents
        ]
        rows: Rows = np.concatenate(ranges).astype(np.int64) if ranges else np.zeros(0, dtype=np.int64)
        if aspects := filters.get("aspect"):
            rows = rows[np.isin(self._aspects[rows], aspects)]
        return rows

    def counts(self, filters: Filters) -> dict[str, tuple[FacetValue, ...]]:
        """For each facet its values, most frequent first; the other facets' filters hold, its own doesn't.

        So a count is what choosing that value alone leaves of the library; versions of one document count once,
        as they are found once.
        """
        chosen = tuple(sorted((name, tuple(values)) for name, values in filters.items()))
        if chosen not in self._counted:
            if len(self._counted) >= KEPT_COUNTS:
                self._counted.clear()
            self._counted[chosen] = {
                name: self.values(name, self.documents(without(filters, name))) for name in FACETS
            }
        return self._counted[chosen]

    def values(self, name: str, documents: set[int]) -> tuple[FacetValue, ...]:
        """The values of a facet among these documents, a family once; most frequent first, years newest first."""
        found = (self._store.documents[row] for row in documents)
        held = {
            (value, document.family) for document in found for value in document.facets.values.get(name, ())
        }
        counted = Counter(value for value, _ in held)
        ordered = sorted(counted.items(), key=lambda item: (-item[1], item[0]))
        if name == "year":
            ordered.sort(key=lambda item: item[0], reverse=True)
        return tuple(FacetValue(value, count) for value, count in ordered)

    def documents(self, filters: Filters) -> set[int]:
        """Rows of the documents that pass all filters but the one of aspects."""
        rows = {document.row for document in self._store.documents}
        for name, values in filters.items():
            if name != "aspect":
                rows &= self._store.documents_with(name, values)
        return rows


def without(filters: Filters, name: str) -> Filters:
    """The other filters."""
    return {other: values for other, values in filters.items() if other != name}
