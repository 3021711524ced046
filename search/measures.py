"""The field's measures, by ir-measures (trec_eval's own definitions)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import ir_measures
from ir_measures import RR, R, nDCG

Qrels = Mapping[str, Mapping[str, int]]

MEASURES = {"ndcg@10": nDCG @ 10, "mrr@10": RR @ 10, "recall@5": R @ 5, "recall@20": R @ 20}


def measure(runs: Mapping[str, Sequence[str]], qrels: Qrels) -> dict[str, float]:
    """Mean of each measure over the questions in ``qrels``; ``runs`` hold ids, best first."""
    values = ir_measures.calc_aggregate(list(MEASURES.values()), qrels, _scored(runs))
    return {name: round(float(values[m]), 4) for name, m in MEASURES.items()}


def per_question(runs: Mapping[str, Sequence[str]], qrels: Qrels, name: str = "ndcg@10") -> dict[str, float]:
    """One measure question by question, for paired tests."""
    found = ir_measures.iter_calc([MEASURES[name]], qrels, _scored(runs))
    return {metric.query_id: float(metric.value) for metric in found}


def _scored(runs: Mapping[str, Sequence[str]]) -> dict[str, dict[str, float]]:
    """A score by rank for each id, since the measures sort by score."""
    return {name: {id_: 1.0 / (rank + 1) for rank, id_ in enumerate(ids)} for name, ids in runs.items()}
