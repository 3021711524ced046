"""Measure retrieval on a BEIR folder, through the code paths of real search."""

from __future__ import annotations

import resource
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from search.evaluation.beir import BeirSet, indexed, read_folder
from search.evaluation.measures import Values, mean, per_question
from search.evaluation.runs import MODES, ask_all, retrievers
from search.evaluation.significance import Difference, better_single, paired_bootstrap
from search.searcher import Searcher


@dataclass(frozen=True, slots=True)
class SetResult:
    """All modes on one set: what its row in docs/evaluation.md is made of."""

    name: str
    about: Mapping[str, Any]
    passages: int
    queries: int
    judged: int
    rows: Mapping[str, Mapping[str, float]]
    differences: tuple[Difference, Difference]  # of hybrid, to the better retriever alone and to rrf


@dataclass(frozen=True, slots=True)
class Measured:
    """One mode: each question's measures, and the milliseconds that each took."""

    values: Values
    took: Sequence[float]


def evaluate_folder(
    folder: Path, mode: str, limit: int | None, models: Path, cache: Path | None = None
) -> dict[str, Any]:
    """Index ``corpus.jsonl`` in a temporary folder, ask ``queries.jsonl``, score against ``qrels.tsv``.

    Returns the JSON of ``python -m search evaluate``; raises IngestError when the folder isn't in BEIR form.
    """
    beir = read_folder(folder, limit)
    with indexed(beir, models, cache) as opened:
        return _as_json(beir, mode, _measure(beir, opened.searcher, mode), opened.seconds)


def compare_folder(
    folder: Path, mode: str, limit: int | None, models: Path, cache: Path | None = None
) -> tuple[dict[str, Any], SetResult]:
    """As ``evaluate_folder``, with all modes side by side and their differences tested."""
    beir = read_folder(folder, limit)
    with indexed(beir, models, cache) as opened:
        measured = {name: _measure(beir, opened.searcher, name) for name in MODES}
        single = _as_json(beir, mode, measured[mode], opened.seconds)
    result = _result(beir, {name: found.values for name, found in measured.items()})
    return {
        **single,
        "rows": result.rows,
        "differences": [asdict(difference) for difference in result.differences],
    }, result


def _measure(beir: BeirSet, searcher: Searcher, mode: str) -> Measured:
    found, took = ask_all(beir.asked, retrievers(searcher)[mode])
    store = searcher.store
    runs = {
        name: [store.documents[stored.document].path for stored in store.passages(rows)]
        for name, rows in found.items()
    }
    return Measured(per_question(runs, beir.qrels), took)


def _result(beir: BeirSet, values: Mapping[str, Values]) -> SetResult:
    rows = {mode: mean(found) for mode, found in values.items()}
    differences = (
        paired_bootstrap("hybrid", better_single(rows), values),
        paired_bootstrap("hybrid", "rrf", values),
    )
    return SetResult(
        beir.name, beir.about, len(beir.documents), len(beir.asked), beir.judged, rows, differences
    )


def _as_json(beir: BeirSet, mode: str, measured: Measured, seconds: float) -> dict[str, Any]:
    return {
        "mode": mode,
        "passages": len(beir.documents),
        "queries": len(beir.asked),
        **mean(measured.values),
        "index_seconds": round(seconds, 2),
        "passages_per_second": round(len(beir.documents) / seconds, 2),
        "query_ms": {f"p{p}": round(float(np.percentile(measured.took, p)), 2) for p in (50, 95)},
        "peak_rss_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
    }
