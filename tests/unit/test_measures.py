from __future__ import annotations

import sys
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.errors import CasebaseError
from search.evaluation.measures import JUDGED_MEASURES, Values, mean, ndcg, per_question, presented
from search.evaluation.refusal import Verdict, auc, measure_refusal, reliability
from search.evaluation.runs import reciprocal_rank_fusion
from search.evaluation.significance import better_single, paired_bootstrap
from search.models import Run

GRADES = st.lists(st.integers(0, 2), min_size=1, max_size=20)


def run(*rows: int) -> Run:
    return Run(np.array(rows, dtype=np.int64), np.zeros(len(rows), dtype=np.float32))


def values(*numbers: float) -> Values:
    return {f"q{n}": {"ndcg@10": number} for n, number in enumerate(numbers)}


def test_ndcg_of_two_relevant_passages_at_ranks_two_and_three() -> None:
    # gained: 2 / log2(3) + 1 / log2(4) = 1.2619 + 0.5 = 1.7619
    # best:   2 / log2(2) + 1 / log2(3) = 2 + 0.6309 = 2.6309
    expected = pytest.approx(1.7619 / 2.6309, abs=1e-4)
    assert ndcg([0, 2, 1], [1, 2]) == expected
    assert per_question({"q": ["x", "a", "b"]}, {"q": {"a": 2, "b": 1}})["q"]["ndcg@10"] == expected


@given(GRADES, st.lists(st.integers(1, 2), max_size=8))
def test_a_page_with_no_rules_is_measured_as_ir_measures_does(shown: list[int], missed: list[int]) -> None:
    qrels = {f"s{n}": grade for n, grade in enumerate(shown)} | {f"m{n}": g for n, g in enumerate(missed)}
    relevant = [grade for grade in qrels.values() if grade]
    theirs = per_question({"q": [f"s{n}" for n in range(len(shown))]}, {"q": qrels}, JUDGED_MEASURES)["q"]
    assert presented(shown, relevant) == pytest.approx(theirs)


def test_a_page_is_measured_against_the_best_page_that_its_rules_allow() -> None:
    assert presented([2, 2], [2, 2])["ndcg@10"] == 1  # a third passage of the document can't be shown
    assert presented([2, 2], [2, 2, 2])["recall@5"] == pytest.approx(2 / 3)


def test_a_question_without_any_hit_counts_as_nothing() -> None:
    found = per_question({"a": [], "b": ["x"]}, {"a": {"x": 1}, "b": {"x": 1}})
    assert mean(found)["ndcg@10"] == 0.5


def test_without_the_library_the_error_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "ir_measures", None)
    with pytest.raises(CasebaseError, match="pip install ir-measures"):
        per_question({}, {})


def test_rank_fusion_prefers_what_both_runs_hold() -> None:
    # 2: 1/62 + 1/61 = 0.0325; 1: 1/61 = 0.0164; 3: 1/62 = 0.0161
    fused = reciprocal_rank_fusion([run(1, 2), run(2, 3)])
    assert fused.rows.tolist() == [2, 1, 3]
    assert fused.scores == pytest.approx([1 / 62 + 1 / 61, 1 / 61, 1 / 62])


def test_rank_fusion_orders_equal_scores_by_row_and_bears_an_empty_run() -> None:
    assert reciprocal_rank_fusion([run(9), run(4)]).rows.tolist() == [4, 9]
    assert reciprocal_rank_fusion([run(9, 4), run()]).rows.tolist() == [9, 4]


def test_the_bootstrap_gives_the_same_figures_every_time() -> None:
    rows = {"hybrid": values(0.9, 0.4, 0.8, 0.7), "rrf": values(0.5, 0.5, 0.6, 0.7)}
    first = paired_bootstrap("hybrid", "rrf", rows)
    assert first == paired_bootstrap("hybrid", "rrf", rows)
    assert first.mean == 0.125 and first.low < first.mean < first.high


def test_equal_systems_do_not_differ_and_a_clear_gain_does() -> None:
    rows = {"same": values(*[0.5] * 50), "as": values(*[0.5] * 50), "better": values(*[0.6] * 50)}
    assert paired_bootstrap("same", "as", rows).p == 1
    gain = paired_bootstrap("better", "as", rows)
    assert gain.p == 0 and gain.low == gain.high == pytest.approx(0.1)


def test_the_better_retriever_alone_is_told_by_its_mean() -> None:
    assert better_single({"dense": {"ndcg@10": 0.4}, "sparse": {"ndcg@10": 0.5}}) == "sparse"


def test_auc_is_one_when_every_answerable_question_is_surer() -> None:
    assert auc([0.9, 0.8], [0.7, 0.1]) == 1
    assert auc([0.5], [0.5]) == 0.5


def test_refusal_counts_each_kind_by_itself_and_names_the_wrong_ones() -> None:
    verdicts = [Verdict(f"y{n}", True, 0.9, False) for n in range(3)] + [Verdict("y3", True, 0.1, True)]
    verdicts += [Verdict("n0", False, 0.1, True), Verdict("n1", False, 0.8, False)]
    found = measure_refusal(verdicts, 0.4)
    assert (found.answerable_refused, found.unanswerable_refused) == (0.25, 0.5)
    assert (found.wrongly_refused, found.wrongly_answered) == (("y3",), ("n1",))


@given(st.lists(st.tuples(st.floats(0, 1), st.booleans()), max_size=60))
def test_the_groups_of_the_reliability_table_hold_every_question_once(
    drawn: list[tuple[float, bool]],
) -> None:
    groups = reliability([Verdict(f"{n:02}", kind, sure, False) for n, (sure, kind) in enumerate(drawn)])
    assert sum(group.questions for group in groups) == len(drawn)
    assert all(a.high <= b.low for a, b in pairwise(groups))
