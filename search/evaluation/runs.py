"""The runs that evaluation compares: each retriever alone, the two fused by rank, and search's own fusion."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence

import numpy as np

from ingest.errors import QueryError
from search.models import Rows, Run
from search.searcher import DEPTH as CANDIDATES
from search.searcher import Searcher

DEPTH = 20  # ranks looked at: the deepest measure is recall@20
MODES = ("dense", "sparse", "rrf", "hybrid")
RRF_K = 60  # Cormack et al. 2009 (SIGIR)

Retrieve = Callable[[str, int], Run]


def retrievers(searcher: Searcher) -> Mapping[str, Retrieve]:
    """What answers in each mode; ``rrf`` is the baseline and gets as many candidates as ``hybrid``."""

    def fused_by_rank(text: str, k: int) -> Run:
        runs = [searcher.dense_run(text, CANDIDATES), searcher.sparse_run(text, CANDIDATES)]
        run = reciprocal_rank_fusion(runs)
        return Run(run.rows[:k], run.scores[:k])

    return {
        "dense": searcher.dense_run,
        "sparse": searcher.sparse_run,
        "rrf": fused_by_rank,
        "hybrid": searcher.rank,
    }


def reciprocal_rank_fusion(runs: Sequence[Run], k: int = RRF_K) -> Run:
    """Each passage's sum of 1 / (k + rank) over the runs, best first; equal scores are ordered by row."""
    rows, place = np.unique(np.concatenate([run.rows for run in runs]), return_inverse=True)
    shares = np.concatenate([1 / (k + np.arange(1, len(run.rows) + 1)) for run in runs])
    scores = np.bincount(place, weights=shares, minlength=len(rows))
    order = np.lexsort((rows, -scores))
    return Run(rows[order], scores[order].astype(np.float32))


def ask_all(asked: Mapping[str, str], retrieve: Retrieve) -> tuple[dict[str, Rows], list[float]]:
    """Ranked rows of each question, and the milliseconds that each took."""
    found: dict[str, Rows] = {}
    took: list[float] = []
    for name, text in asked.items():
        began = time.perf_counter()
        try:
            found[name] = retrieve(text, DEPTH).rows
        except QueryError:  # a question of punctuation only finds nothing
            found[name] = np.zeros(0, dtype=np.int64)
        took.append((time.perf_counter() - began) * 1000)
    return found, took
