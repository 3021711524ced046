"""How much of the refusal's figures is fitting: ``python -m tests.quality.cross_validate [--index DIR] [--write PAGE]``.

The logistic model of ``search/confidence.py`` has seen the judged questions. Here a model of the same form is
fitted to nine tenths of them and asked about the rest, ten times.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from search import confidence
from search.confidence import Logistic
from search.evaluation.judged import Question, open_judged
from search.evaluation.markers import table, write_blocks
from search.evaluation.refusal import Verdict, measure_refusal
from search.evaluation.report import reliability
from search.searcher import Searcher

ROOT = Path(__file__).resolve().parents[2]
FOLDS, SEED = 10, 7
RIDGE = 1e-3  # keeps the fit finite where a fold is separable
Matrix = NDArray[np.float64]


class Recorder(Logistic):
    """A logistic model that keeps what it was asked last: the evidence for the whole answer."""

    last: tuple[float, float] = (0.0, 0.0)

    def probability(self, closeness: float, covered: float) -> float:
        Recorder.last = closeness, covered
        return 1.0


def evidence(questions: tuple[Question, ...], searcher: Searcher) -> tuple[Matrix, NDArray[np.bool_]]:
    """A row (1, closeness, covered) for each question, and whether it is about an unknown place alone."""
    searcher._logistic = Recorder(0.0, 0.0, 0.0)
    rows, elsewhere = [], []
    for question in questions:
        answer = searcher.search(question.text)
        rows.append((1.0, *Recorder.last))
        elsewhere.append(answer.understanding.unknown_places.nowhere_else)
    return np.array(rows), np.array(elsewhere)


def fit(rows: Matrix, answerable: NDArray[np.bool_]) -> Matrix:
    """Coefficients of a logistic regression by Newton's method, both kinds weighing alike."""
    weights = np.where(answerable, 0.5 / answerable.mean(), 0.5 / (~answerable).mean())
    found = np.zeros(rows.shape[1])
    for _ in range(50):
        chance = 1 / (1 + np.exp(-np.clip(rows @ found, -50, 50)))
        slope = rows.T @ (weights * (answerable - chance)) - RIDGE * found
        curve = (rows.T * (weights * chance * (1 - chance))) @ rows + RIDGE * np.eye(len(found))
        found = found + np.linalg.solve(curve, slope)
    return found


def out_of_fold(rows: Matrix, answerable: NDArray[np.bool_]) -> Matrix:
    """Each question's probability by a model that hasn't seen it; every fold has its share of both kinds."""
    order = np.random.default_rng(SEED).permutation(len(rows))
    order = order[np.argsort(answerable[order], kind="stable")]
    fold = np.empty(len(rows), dtype=np.int64)
    fold[order] = np.arange(len(rows)) % FOLDS
    chances = np.empty(len(rows))
    for number in range(FOLDS):
        held = fold == number
        chances[held] = 1 / (1 + np.exp(-(rows[held] @ fit(rows[~held], answerable[~held]))))
    return chances


def report(questions: tuple[Question, ...], rows: Matrix, elsewhere: NDArray[np.bool_]) -> str:
    """The refusal's figures and reliability out of fold, as tables."""
    chances = out_of_fold(rows, np.array([question.answerable for question in questions]))
    chances[elsewhere] = np.minimum(chances[elsewhere], confidence.UNCOVERED)
    verdicts = [
        Verdict(question.id, question.answerable, float(chance), bool(chance < confidence.ANSWERABLE))
        for question, chance in zip(questions, chances, strict=True)
    ]
    found = measure_refusal(verdicts, confidence.ANSWERABLE)
    figures = [
        ("AUC", f"{found.auc:.3f}"),
        (f"门槛 {found.threshold:.2f}：答得了的问题被拒", f"{found.answerable_refused:.1%}"),
        ("同一门槛：答不了的问题被拒", f"{found.unanswerable_refused:.1%}"),
        ("把握与实际比例的平均差", f"{found.calibration_error:.3f}"),
    ]
    return f"{table(('', '数值'), figures)}\n\n{reliability(found)}"


def main() -> None:
    """Ask, fit, print, write."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.quality.cross_validate", description="拒答的交叉验证。"
    )
    parser.add_argument("--index", type=Path, default=Path("index"), metavar="文件夹")
    parser.add_argument("--write", type=Path, metavar="页面", help="写进这一页的 refusal-unseen 标记之间")
    options = parser.parse_args()
    searcher = Searcher.open(options.index, ROOT / "models")
    questions = open_judged(Path(__file__).parent, searcher.store).questions
    rows, elsewhere = evidence(questions, searcher)
    answerable = np.array([question.answerable for question in questions])
    names = ("bias", "closeness", "covered")
    print("全部问题上：", dict(zip(names, fit(rows, answerable).round(2).tolist(), strict=True)))
    found = report(questions, rows, elsewhere)
    print(found)
    if options.write:
        write_blocks(options.write, {"refusal-unseen": found})


if __name__ == "__main__":
    main()
