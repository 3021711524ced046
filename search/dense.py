"""Step 11, dense: passages by the cosine of their vector with the question's, within the allowed rows."""

from __future__ import annotations

from typing import Any

import faiss
import numpy as np

from search.models import Rows, Run, Vectors


class DenseRetriever:
    """Exact inner-product search over the passage vectors of one build."""

    def __init__(self, index: Any) -> None:
        self._index = index

    def retrieve(self, query: Vectors, k: int, allowed: Rows | None = None) -> Run:
        """The ``k`` passages nearest to the unit vector ``query`` (dim,); ``allowed`` rows only, exactly."""
        parameters = None
        if allowed is not None:
            selector = faiss.IDSelectorBatch(allowed)
            parameters = faiss.SearchParameters(sel=selector)
        scores, rows = self._index.search(query[None, :], k, params=parameters)
        found = rows[0] >= 0
        return Run(rows[0][found], scores[0][found])

    def cosines(self, query: Vectors, rows: Rows) -> Vectors:
        """Cosine of the query (dim,) with each of the rows, in their order."""
        if not len(rows):
            return np.zeros(0, dtype=np.float32)
        vectors: Vectors = self._index.reconstruct_batch(rows)
        return vectors @ query
