"""Step 12: one ranking from the evidence of both retrievers, by score."""

from __future__ import annotations

import numpy as np

from search.models import Rows, Run, Vectors

# Weight of the words against the meaning, both as standard scores. Swept from 0.3 to 1.3 on the public sets of
# docs/evaluation.md: 0.5 to 0.6 is best on average, and the mean over the sets is 0.016 nDCG@10 above reciprocal
# rank fusion; a linear ranker learned on four of the sets was never better on the fifth.
LEXICAL_WEIGHT = 0.55
# A side whose candidates differ by less than this is flat, and its noise must not be blown up to decide the order.
LEAST_SPREAD = {"lexical": 0.02, "closeness": 0.005}


def fuse(rows: Rows, lexical: Vectors, cosines: Vectors, sentence_cosines: Vectors) -> Run:
    """Rank the candidates ``rows`` by their evidence (n,); equal scores are ordered by row.

    Closeness is the mean of the passage's cosine and its best sentence's. Each signal is
    taken as a standard score over the candidates: shares of BM25 and cosines are not on one
    scale, and how far a candidate stands out is what says that its signal found something.
    """
    if not len(rows):
        return Run(rows, lexical)
    best = np.where(sentence_cosines > -1, sentence_cosines, cosines)
    closeness = standard((cosines + best) / 2, LEAST_SPREAD["closeness"])
    scores = LEXICAL_WEIGHT * standard(lexical, LEAST_SPREAD["lexical"]) + closeness
    order = np.lexsort((rows, -scores))
    return Run(rows[order], scores[order].astype(np.float32))


def standard(values: Vectors, least_spread: float) -> Vectors:
    """Distance from the mean in standard deviations, of which at least ``least_spread`` is assumed."""
    spread = max(float(values.std()), least_spread)
    return np.asarray((values - values.mean()) / spread, dtype=np.float32)
