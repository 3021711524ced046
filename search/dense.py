"""Step 11, dense: passages by the cosine of their vector with the question's, within the allowed rows."""

from __future__ import annotations

from typing import Any

import faiss
import numpy as np

from search.models import Rows, Run, Vectors

# Below so many passages waking FAISS's other threads takes longer than the search: 11 ms against 0.3 at 1,186.
PARALLEL_FROM = 20_000
# How much of what all questions share is taken from a question's vector: that part draws every question to the same
# few general passages. 0.5 raises nDCG@10 of dense retrieval on four of five public sets (0.004 to 0.007) and the
# fused one of the judged questions by 0.009; from 0.75 on some sets fall again.
SHARED_WEIGHT = 0.5


def distinctive(query: Vectors, shared: Vectors) -> Vectors:
    """The question's vector (dim,) less the part that it shares with all questions (dim,)."""
    return np.asarray(query - SHARED_WEIGHT * shared, dtype=np.float32)


class DenseRetriever:
    """Exact inner-product search over the passage vectors of one build."""

    def __init__(self, index: Any) -> None:
        self._index = index
        if index.ntotal < PARALLEL_FROM:
            faiss.omp_set_num_threads(1)

    def retrieve(self, query: Vectors, k: int, allowed: Rows | None = None) -> Run:
        """The ``k`` passages with the highest inner product with ``query`` (dim,); ``allowed`` rows only, exactly."""
        parameters = None
        if allowed is not None:
            selector = faiss.IDSelectorBatch(allowed)
            parameters = faiss.SearchParameters(sel=selector)  # type: ignore[call-arg]  # its stub knows no fields
        scores, rows = self._index.search(query[None, :], k, params=parameters)
        found = rows[0] >= 0
        return Run(rows[0][found], scores[0][found])

    def vectors(self, rows: Rows) -> Vectors:
        """Vectors (n, dim) of the rows, in their order."""
        if not len(rows):
            return np.zeros((0, self._index.d), dtype=np.float32)
        return np.asarray(self._index.reconstruct_batch(rows), dtype=np.float32)
