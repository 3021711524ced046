"""Fit the weights of ``search/relevance.py``: ``python -m tests.quality.fit_key_points [--write PAGE]``.

Prints the weights fitted on all graded sentences of the ``fitted`` questions, and for several thresholds what
share of the key points would be relevant, each question's by weights that were fitted without it.
A sentence that answers counts 1, one that helps 0.5.
"""

from __future__ import annotations

import argparse
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from unittest.mock import patch

import numpy as np
from numpy.typing import NDArray

from search import answer, relevance
from search.evaluation.markers import table, write_blocks
from search.searcher import Searcher
from tests.quality.measure_key_points import ROOT, questions, read

Matrix = NDArray[np.float64]
WORTH = {"y": 1.0, "p": 0.5, "n": 0.0}
FOLDS, SEED, RIDGE = 10, 20251120, 3.0
THRESHOLDS = (0.4, 0.45, 0.5, 0.55, 0.6, 0.65, 0.7)


@dataclass(frozen=True, slots=True)
class Evidence:
    """One question: what its sentences were judged by, and its graded sentences' signals (n, signals) and worth (n,)."""

    asked: relevance.Asked
    sources: Sequence[relevance.Source]
    rows: Matrix
    worth: Matrix


def evidence(searcher: Searcher, verdicts: Mapping[tuple[str, str], str], asked: Mapping[str, str]) -> list[Evidence]:
    """What ``search`` sees of each question when it picks key points."""
    found: list[Evidence] = []
    for question, text in asked.items():
        with patch.object(answer, "key_points", return_value=()) as spy:
            searcher.search(text)
        if not spy.called:
            continue
        own, sources = spy.call_args.args
        sentences = [sentence.text for source in sources for sentence in source.sentences]
        grades = {text: verdicts.get((question, text)) for text in sentences}
        first = [n for n, text in enumerate(sentences) if grades[text] and sentences.index(text) == n]
        rows = relevance.signals(own, sources)[first]
        found.append(Evidence(own, sources, rows, np.array([WORTH[grades[sentences[n]] or "n"] for n in first])))
    return found


def fit(rows: Matrix, worth: Matrix) -> tuple[float, Matrix]:
    """Bias and weights of a ridge logistic regression by Newton's method."""
    mean, spread = rows.mean(axis=0), rows.std(axis=0) + 1e-9
    scaled = np.column_stack([np.ones(len(rows)), (rows - mean) / spread])
    found = np.zeros(scaled.shape[1])
    for _ in range(50):
        chance = 1 / (1 + np.exp(-np.clip(scaled @ found, -50, 50)))
        slope = scaled.T @ (worth - chance) - RIDGE * found
        curve = (scaled.T * (chance * (1 - chance))) @ scaled + RIDGE * np.eye(len(found))
        found = found + np.linalg.solve(curve, slope)
    weights = found[1:] / spread
    return float(found[0] - weights @ mean), weights


def out_of_fold(found: Sequence[Evidence]) -> list[tuple[float, Matrix]]:
    """Bias and weights for each question, fitted without it."""
    fold = np.random.default_rng(SEED).permutation(len(found)) % FOLDS
    fits = {
        number: fit(
            np.concatenate([e.rows for e, own in zip(found, fold, strict=True) if own != number]),
            np.concatenate([e.worth for e, own in zip(found, fold, strict=True) if own != number]),
        )
        for number in range(FOLDS)
    }
    return [fits[number] for number in fold.tolist()]


def chosen(found: Evidence, bias: float, weights: Matrix, sure: float, possible: float) -> list[str]:
    """The key points that these weights and thresholds would give."""
    named = dict(zip(relevance.WEIGHTS, weights.tolist(), strict=True))
    with (
        patch.object(relevance, "BIAS", bias),
        patch.object(relevance, "WEIGHTS", named),
        patch.multiple(answer, SURE=sure, POSSIBLE=possible),
    ):
        return [point.text for point in answer.key_points(found.asked, found.sources)]


def report(found: Sequence[Evidence], verdicts: Mapping[tuple[str, str], str], names: Sequence[str]) -> str:
    """Shares of relevant key points out of fold, by the two thresholds."""
    fits, rows = out_of_fold(found), []
    for possible in THRESHOLDS:
        for sure in (t for t in THRESHOLDS if t >= possible):
            points = [chosen(e, *fitted, sure, possible) for e, fitted in zip(found, fits, strict=True)]
            grades = [verdicts.get((q, text), "") for q, own in zip(names, points, strict=True) for text in own]
            judged = max(sum(grade != "" for grade in grades), 1)
            few = sum(len(own) < answer.LEAST for own in points) / len(points)
            none = sum(not own for own in points) / len(points)
            shares = (grades.count("y") / judged, 1 - grades.count("n") / judged, judged / len(grades), few, none)
            rows.append(
                (f"{possible}", f"{sure}", f"{len(grades) / len(points):.1f}", *(f"{s:.1%}" for s in shares))
            )
    heading = ("凑足三条的门槛", "第四条起的门槛", "每题条数", "答到", "答到或有帮助", "判过的", "不足三条的题", "没有要点的题")
    return table(heading, rows)


def main() -> None:
    """Fit, print, write."""
    parser = argparse.ArgumentParser(prog="python -m tests.quality.fit_key_points", description="要点的权重。")
    parser.add_argument("--index", type=Path, default=Path("index"), metavar="文件夹")
    parser.add_argument("--write", type=Path, metavar="页面", help="写进这一页的 key-point-thresholds 标记之间")
    options = parser.parse_args()
    verdicts = read()
    texts = {q: text for q, text in questions().items() if verdicts.part.get(q) == "fitted"}
    searcher = Searcher.open(options.index, ROOT / "models")
    answered = {q: text for q, text in texts.items() if searcher.search(text).answerable}
    found = evidence(searcher, verdicts.of, answered)
    bias, weights = fit(np.concatenate([e.rows for e in found]), np.concatenate([e.worth for e in found]))
    print(f"BIAS = {bias:.2f}")
    for name, weight in zip(relevance.WEIGHTS, weights.tolist(), strict=True):
        print(f'    "{name}": {weight:.2f},')
    text = report(found, verdicts.of, list(answered))
    print(text)
    if options.write:
        write_blocks(options.write, {"key-point-thresholds": text})


if __name__ == "__main__":
    main()
