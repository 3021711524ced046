"""Step 11, dense: passages by the cosine of their vector with the question's, within the allowed rows."""

from __future__ import annotations

from typing import Any

import faiss
import numpy as np
from numpy.typing import NDArray

from search.models import Rows, Run, Vectors

# Of many passages, so many are compared with the question: those of the lists nearest to it, whatever the filters
# leave of each list. So filters that leave fewer are searched exactly. 2 ms on one thread.
COMPARED = 50_000
# How much of what all questions share is taken from a question's vector: that part draws every question to the same
# few general passages. 0.5 raises nDCG@10 of dense retrieval on four of five public sets (0.004 to 0.007) and the
# fused one of the judged questions by 0.009; from 0.75 on some sets fall again.
SHARED_WEIGHT = 0.5


def distinctive(query: Vectors, shared: Vectors) -> Vectors:
    """The question's vector (dim,) less the part that it shares with all questions (dim,)."""
    return np.asarray(query - SHARED_WEIGHT * shared, dtype=np.float32)


class DenseRetriever:
    """Inner-product search over the passage vectors of one build, exact up to ``vectors.FLAT_UP_TO`` passages."""

    def __init__(self, index: Any) -> None:
        # Waking other threads for one question takes longer than they save: 24 ms for 11.
        faiss.omp_set_num_threads(1)
        self._index = index
        self._lists = _Lists(index) if isinstance(index, faiss.IndexIVF) else None

    def retrieve(self, query: Vectors, k: int, allowed: Rows | None = None) -> Run:
        """The ``k`` passages with the highest inner product with ``query`` (dim,), of the ``allowed`` rows only."""
        if allowed is not None and not len(allowed):
            return Run(allowed, np.zeros(0, dtype=np.float32))
        selector = None if allowed is None else faiss.IDSelectorBitmap(self._bits(allowed))  # type: ignore[call-arg,arg-type]
        if self._lists is None:
            parameters = faiss.SearchParameters(sel=selector)  # type: ignore[call-arg]  # its stub knows no fields
        else:
            nearest = self._lists.nearest(query, allowed)
            parameters = faiss.SearchParametersIVF(sel=selector, nprobe=nearest)  # type: ignore[call-arg]
        scores, rows = self._index.search(query[None, :], k, params=parameters)
        found = rows[0] >= 0
        return Run(rows[0][found], scores[0][found])

    def _bits(self, rows: Rows) -> NDArray[np.uint8]:
        """A bit for each passage, set for these rows."""
        chosen = np.zeros(self._index.ntotal, dtype=np.bool_)
        chosen[rows] = True
        return np.packbits(chosen, bitorder="little")

    def vectors(self, rows: Rows) -> Vectors:
        """Vectors (n, dim) of the rows, in their order."""
        if not len(rows):
            return np.zeros((0, self._index.d), dtype=np.float32)
        return np.asarray(self._index.reconstruct_batch(rows), dtype=np.float32)


class _Lists:
    """The lists of an IVF index: how many passages each holds, and the list of each passage."""

    def __init__(self, index: Any) -> None:
        self._centres: Any = index.quantizer
        self._count: int = index.nlist
        self._of_row = (faiss.vector_to_array(index.direct_map.array) >> 32).astype(np.int32)
        self._sizes = np.bincount(self._of_row, minlength=self._count)

    def nearest(self, query: Vectors, allowed: Rows | None) -> int:
        """How many of the lists nearest to a question hold COMPARED of the allowed passages; all lists if none do."""
        if allowed is None:
            held = self._sizes
        elif len(allowed) <= COMPARED:
            return self._count
        else:
            held = np.bincount(self._of_row[allowed], minlength=self._count)
        _, order = self._centres.search(query[None, :], self._count)
        return min(int(np.searchsorted(np.cumsum(held[order[0]]), COMPARED)) + 1, self._count)
