"""Measure search on the judged questions: every row, every style, robustness and refusal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ingest.errors import QueryError
from search import confidence, refine
from search.evaluation.judged import JudgedSet, Question
from search.evaluation.measures import JUDGED_MEASURES, Values, mean, ndcg, per_question, presented
from search.evaluation.refusal import Refusal, Verdict, measure_refusal
from search.evaluation.runs import DEPTH, MODES, ask_all, retrievers
from search.evaluation.significance import Difference, better_single, paired_bootstrap
from search.models import Answer
from search.searcher import Searcher

ROWS = (*MODES, "full")
"""``full`` is what the page shows: at most two passages of a document, near-identical ones and versions once."""
PAGE = 10  # hits on a page; for recall@20 twice as many are asked for


@dataclass(frozen=True, slots=True)
class Style:
    """The questions of one style: how many, and nDCG@10 by row."""

    questions: int
    ndcg: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Robustness:
    """Questions with a typo or in traditional characters: nDCG@10 as typed and of their plain form, by row."""

    questions: int
    typed: Mapping[str, float]
    plain: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class JudgedResult:
    """All figures of one evaluation on the judged questions."""

    build: str
    model: str
    documents: int
    passages: int
    answerable: int
    unanswerable: int
    relevant: float  # passages a question, on average
    rows: Mapping[str, Mapping[str, float]]
    full_of_all: float  # nDCG@10 of the page against all relevant passages, folded ones counted as missed
    styles: Mapping[str, Style]
    robustness: Mapping[str, Robustness]
    refusal: Refusal
    differences: tuple[Difference, Difference]  # of hybrid, to the better retriever alone and to rrf


def evaluate_judged(judged: JudgedSet, searcher: Searcher) -> JudgedResult:
    """Ask every question in every way and measure what comes back."""
    asked = {q.id: q.text for q in judged.questions if q.answerable}
    answers = {q.id: _answer(searcher, q.text) for q in judged.questions}
    values = _all_rows(asked, judged, searcher)
    rows = {row: mean(found) for row, found in values.items()}
    differences = (
        paired_bootstrap("hybrid", better_single(rows), values),
        paired_bootstrap("hybrid", "rrf", values),
    )
    return JudgedResult(
        build=searcher.build,
        model=searcher.manifest.inputs.model,
        documents=searcher.manifest.documents,
        passages=searcher.manifest.passages,
        answerable=len(asked),
        unanswerable=len(judged.questions) - len(asked),
        relevant=round(sum(map(len, judged.grades.values())) / len(asked), 1),
        rows=rows,
        full_of_all=_full_of_all(judged, answers),
        styles=_styles(judged.questions, values),
        robustness=_robustness(judged, searcher, values),
        refusal=measure_refusal(_verdicts(judged.questions, answers), confidence.ANSWERABLE),
        differences=differences,
    )


def _answer(searcher: Searcher, text: str, k: int = PAGE) -> Answer | None:
    """What the page would show; None for what can't be searched for."""
    try:
        return searcher.search(text, k)
    except QueryError:
        return None


def _gains(answer: Answer | None, grades: Mapping[int, int]) -> list[int]:
    return [grades.get(hit.row, 0) for hit in answer.hits] if answer else []


def _all_rows(asked: Mapping[str, str], judged: JudgedSet, searcher: Searcher) -> dict[str, Values]:
    """Every measure of every question, by row."""
    qrels = {name: {str(row): grade for row, grade in judged.grades[name].items()} for name in asked}
    values: dict[str, Values] = {}
    for mode, retrieve in retrievers(searcher).items():
        found, _ = ask_all(asked, retrieve)
        runs = {name: [str(row) for row in rows] for name, rows in found.items()}
        values[mode] = per_question(runs, qrels, JUDGED_MEASURES)
    values["full"] = {name: _page(text, judged.grades[name], searcher) for name, text in asked.items()}
    return values


def _page(text: str, grades: Mapping[int, int], searcher: Searcher) -> dict[str, float]:
    """The measures of one page of hits; how many are asked for may change which come last."""
    best = presentable(grades, searcher)
    page = presented(_gains(_answer(searcher, text), grades), best)
    deeper = presented(_gains(_answer(searcher, text, DEPTH), grades), best)
    return {**page, "recall@20": deeper["recall@20"]}


def presentable(grades: Mapping[int, int], searcher: Searcher) -> list[int]:
    """The grades of the best page that could be made of the relevant passages by the page's own rules."""
    best_first = sorted(grades, key=lambda row: (-grades[row], row))
    families = refine.families_of(searcher.store)
    chosen = refine.choose(searcher.candidates.of(best_first), len(best_first), families)
    return [grades[candidate.stored.row] for candidate in chosen]


def _full_of_all(judged: JudgedSet, answers: Mapping[str, Answer | None]) -> float:
    found = [
        ndcg(_gains(answers[name], grades), list(grades.values())) for name, grades in judged.grades.items()
    ]
    return round(sum(found) / len(found), 4)


def _styles(questions: Sequence[Question], values: Mapping[str, Values]) -> dict[str, Style]:
    styles = dict.fromkeys(q.style for q in questions if q.answerable)
    of_style = {style: [q.id for q in questions if q.answerable and q.style == style] for style in styles}
    return {style: Style(len(ids), _ndcg(values, ids)) for style, ids in of_style.items()}


def _robustness(judged: JudgedSet, searcher: Searcher, values: Mapping[str, Values]) -> dict[str, Robustness]:
    changed = [q for q in judged.questions if q.answerable and q.plain]
    plain = _all_rows({q.id: q.plain for q in changed}, judged, searcher)
    found: dict[str, Robustness] = {}
    for style in dict.fromkeys(q.style for q in changed):
        ids = [q.id for q in changed if q.style == style]
        found[style] = Robustness(len(ids), _ndcg(values, ids), _ndcg(plain, ids))
    return found


def _ndcg(values: Mapping[str, Values], ids: Sequence[str]) -> dict[str, float]:
    return {row: mean({name: found[name] for name in ids})["ndcg@10"] for row, found in values.items()}


def _verdicts(questions: Sequence[Question], answers: Mapping[str, Answer | None]) -> list[Verdict]:
    return [_verdict(question, answers[question.id]) for question in questions]


def _verdict(question: Question, answer: Answer | None) -> Verdict:
    if answer is None:
        return Verdict(question.id, question.answerable, 0.0, True)
    return Verdict(question.id, question.answerable, answer.confidence, not answer.answerable)
