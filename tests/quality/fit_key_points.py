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
THRESHOLDS = (0.4, 0.45, 0.5, 0.6, 0.7)


@dataclass(frozen=True, slots=True)
class Evidence:
    """One question: what its sentences were judged by, and its graded sentences' signals (n, signals) and worth (n,)."""

    asked: relevance.Asked
    sources: Sequence[relevance.Source]
    rows: Matrix
    worth: Matrix


def evidence(
    searcher: Searcher, verdicts: Mapping[tuple[str, str], str], asked: Mapping[str, str]
) -> list[Evidence]:
    """What ``search`` sees of each question when it picks key points."""
    found: list[Evidence] = []
    for question, text in asked.items():
        with patch.object(answer, "key_points", return_value=()) as spy:
            searcher.search(text)
        if not spy.called:
            continue
        _, own, sources = spy.call_args.args
        sentences = [sentence.text for source in sources for sentence in source.sentences]
        grades = {text: verdicts.get((question, text)) for text in sentences}
        first = [n for n, text in enumerate(sentences) if grades[text] and sentences.index(text) == n]
        rows = relevance.signals(own, sources)[first]
        found.append(
            Evidence(own, sources, rows, np.array([WORTH[grades[sentences[n]] or "n"] for n in first]))
        )
    return found


def fit(found: Sequence[Evidence], without: Sequence[str] = ()) -> relevance.Logistic:
    """A ridge logistic regression by Newton's method, the weights of the signals ``without`` 0."""
    rows, worth = np.concatenate([e.rows for e in found]), np.concatenate([e.worth for e in found])
    used = np.array([name not in without for name in relevance.SIGNALS])
    mean, spread = rows.mean(axis=0), np.where(used, rows.std(axis=0) + 1e-9, np.inf)
    scaled = np.column_stack([np.ones(len(rows)), (rows - mean) / spread])
    fitted = np.zeros(scaled.shape[1])
    for _ in range(50):
        chance = 1 / (1 + np.exp(-np.clip(scaled @ fitted, -50, 50)))
        slope = scaled.T @ (worth - chance) - RIDGE * fitted
        curve = (scaled.T * (chance * (1 - chance))) @ scaled + RIDGE * np.eye(len(fitted))
        fitted = fitted + np.linalg.solve(curve, slope)
    weights = fitted[1:] / spread
    return relevance.Logistic(float(fitted[0] - weights @ mean), tuple(weights.tolist()))


def out_of_fold(found: Sequence[Evidence]) -> list[relevance.Logistic]:
    """Weights for each question, fitted without it."""
    fold = np.random.default_rng(SEED).permutation(len(found)) % FOLDS
    others = [[e for e, own in zip(found, fold, strict=True) if own != number] for number in range(FOLDS)]
    fits = [fit(own) for own in others]
    return [fits[number] for number in fold.tolist()]


def chosen(found: Evidence, logistic: relevance.Logistic, sure: float, possible: float) -> list[str]:
    """The key points that these weights and thresholds would give."""
    with patch.multiple(answer, SURE=sure, POSSIBLE=possible):
        return [point.text for point in answer.key_points(logistic, found.asked, found.sources)]


def report(found: Sequence[Evidence], verdicts: Mapping[tuple[str, str], str], names: Sequence[str]) -> str:
    """Shares of relevant key points out of fold, by the two thresholds."""
    fits, rows = out_of_fold(found), []
    for possible in THRESHOLDS:
        sure = max(possible, answer.SURE)
        points = [chosen(e, fitted, sure, possible) for e, fitted in zip(found, fits, strict=True)]
        grades = [verdicts.get((q, text), "") for q, own in zip(names, points, strict=True) for text in own]
        judged = [grade for grade in grades if grade]
        few = sum(len(own) < answer.LEAST for own in points) / len(points)
        none = sum(not own for own in points) / len(points)
        shares = (judged.count("y") / len(judged), 1 - judged.count("n") / len(judged))
        percent = (*shares, len(judged) / len(grades), few, none)
        rows.append(
            (f"{possible}", f"{sure}", f"{len(grades) / len(points):.1f}", *(f"{s:.1%}" for s in percent))
        )
    heading = (
        "凑足三条的门槛",
        "第四条起的门槛",
        "每题条数",
        "答到",
        "答到或有帮助",
        "判过的",
        "不足三条的题",
        "没有要点的题",
    )
    return table(heading, rows)


def main() -> None:
    """Fit, print, write."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.quality.fit_key_points", description="要点的权重。"
    )
    parser.add_argument("--index", type=Path, default=Path("index"), metavar="文件夹")
    parser.add_argument(
        "--write", type=Path, metavar="页面", help="写进这一页的 key-point-thresholds 标记之间"
    )
    options = parser.parse_args()
    verdicts = read()
    texts = {q: text for q, text in questions().items() if verdicts.part.get(q) == "fitted"}
    searcher = Searcher.open(options.index, ROOT / "models")
    answered = {q: text for q, text in texts.items() if searcher.search(text).answerable}
    found = evidence(searcher, verdicts.of, answered)
    for name, without in (("CALIBRATED", ()), ("WORDS_ONLY", relevance.OF_COSINES)):
        logistic = fit(found, without)
        print(f"{name}: {logistic.bias:.2f}, ({', '.join(f'{weight:.2f}' for weight in logistic.weights)})")
    text = report(found, verdicts.of, list(answered))
    print(text)
    if options.write:
        write_blocks(options.write, {"key-point-thresholds": text})


if __name__ == "__main__":
    main()
