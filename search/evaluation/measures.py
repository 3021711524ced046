"""The field's measures, by ir-measures (trec_eval's own definitions), question by question and on average.

ir-measures is a development dependency: it is loaded when something is measured.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from types import ModuleType

from ingest.errors import CasebaseError

Qrels = Mapping[str, Mapping[str, int]]
Values = Mapping[str, Mapping[str, float]]
"""By question, then by measure."""

MEASURES = ("ndcg@10", "mrr@10", "recall@5", "recall@20")
JUDGED_MEASURES = (*MEASURES, "success@3")
_TREC = {
    "ndcg@10": "nDCG@10",
    "mrr@10": "RR@10",
    "recall@5": "R@5",
    "recall@20": "R@20",
    "success@3": "Success@3",
}


def per_question(runs: Mapping[str, Sequence[str]], qrels: Qrels, names: Sequence[str] = MEASURES) -> Values:
    """Each measure of every question in ``qrels``; ``runs`` hold ids, best first."""
    library = _library()
    wanted = {library.parse_measure(_TREC[name]): name for name in names}
    values = {question: dict.fromkeys(names, 0.0) for question in qrels}
    for found in library.iter_calc(list(wanted), qrels, _scored(runs)):
        values[found.query_id][wanted[found.measure]] = float(found.value)
    return values


def presented(grades: Sequence[int], presentable: Sequence[int]) -> dict[str, float]:
    """The same measures of one page of hits, by their grades, against all that could be shown by its rules.

    A page that shows two passages of a document can't hold the third: ``presentable`` are the grades of
    the best choice among the relevant passages that keeps the page's rules.

    >>> presented([0, 2], [2, 1])["mrr@10"]
    0.5
    """
    first = next((rank for rank, grade in enumerate(grades, start=1) if grade), 0)
    return {
        "ndcg@10": min(1.0, ndcg(grades, presentable)),
        "mrr@10": 1 / first if 0 < first <= 10 else 0.0,
        "recall@5": _recall(grades[:5], presentable),
        "recall@20": _recall(grades[:20], presentable),
        "success@3": float(0 < first <= 3),
    }


def ndcg(grades: Sequence[int], relevant: Sequence[int], k: int = 10) -> float:
    """Gain of a ranking over that of the best ranking of the relevant grades (Järvelin & Kekäläinen 2002)."""
    ideal = _dcg(sorted(relevant, reverse=True)[:k])
    return _dcg(grades[:k]) / ideal if ideal else 0.0


def mean(values: Values) -> dict[str, float]:
    """The average over the questions, each measure."""
    names = next(iter(values.values()), {})
    return {name: round(sum(v[name] for v in values.values()) / len(values), 4) for name in names}


def _dcg(grades: Sequence[int]) -> float:
    return sum(grade / math.log2(rank + 1) for rank, grade in enumerate(grades, start=1))


def _recall(grades: Sequence[int], relevant: Sequence[int]) -> float:
    return min(1.0, sum(map(bool, grades)) / len(relevant)) if relevant else 0.0


def _scored(runs: Mapping[str, Sequence[str]]) -> dict[str, dict[str, float]]:
    """A score by rank for each id, since the measures sort by score."""
    return {name: {id_: 1.0 / (rank + 1) for rank, id_ in enumerate(ids)} for name, ids in runs.items()}


def _library() -> ModuleType:
    try:
        import ir_measures
    except ImportError as error:
        raise CasebaseError(
            "评测要用 ir-measures，这个环境里没有。请运行 make setup，或者 pip install ir-measures。"
        ) from error
    module: ModuleType = ir_measures
    return module
