"""Step 12: one ranking from the evidence of both retrievers, by score."""

from __future__ import annotations

import numpy as np

from search.models import Rows, Run, Vectors

# Weight of closeness in meaning against the share of the attainable BM25; see docs/evaluation.md.
CLOSENESS_WEIGHT = 4.0


def fuse(rows: Rows, lexical: Vectors, cosines: Vectors, sentence_cosines: Vectors) -> Run:
    """Rank the candidates ``rows`` by their evidence (n,); equal scores are ordered by row.

    No normalisation by the range of the candidates: the scale of each signal is
    kept, so that a flat or an empty side changes nothing in the order of the other.
    """
    best = np.where(sentence_cosines > -1, sentence_cosines, cosines)
    scores = lexical + CLOSENESS_WEIGHT * (cosines + best) / 2
    order = np.lexsort((rows, -scores))
    return Run(rows[order], scores[order].astype(np.float32))
