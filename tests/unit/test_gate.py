from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from pathlib import Path

import pytest

from search.evaluation.judged_measures import JudgedResult, Robustness
from search.evaluation.refusal import Refusal
from search.evaluation.significance import Difference
from tests.quality.gate import (
    BASELINE,
    FOLDER,
    decide,
    drops,
    key_points,
    measured,
    other_questions,
    raised,
    read_baseline,
    write_baseline,
)
from tests.quality.measure_key_points import Shown


def result(hybrid: float = 0.7, rrf: float = 0.6) -> JudgedResult:
    rows = {name: row(value) for name, value in {"dense": 0.5, "sparse": 0.4, "rrf": rrf}.items()}
    same = Difference("hybrid", "rrf", 0.1, 0.0, 0.2, 0.01)
    return JudgedResult(
        build="b",
        model="m",
        documents=1,
        passages=1,
        answerable=1,
        unanswerable=1,
        relevant=1.0,
        rows={**rows, "hybrid": row(hybrid), "full": row(0.6)},
        full_of_all=0.5,
        styles={},
        robustness={"错字": Robustness(1, {"hybrid": 0.5}, {"hybrid": 0.6})},
        refusal=Refusal(0.4, 0.97, 0.03, 0.9, 0.05, (), (), ()),
        differences=(same, same),
    )


def row(value: float) -> Mapping[str, float]:
    return dict.fromkeys(("ndcg@10", "mrr@10", "recall@5", "recall@20", "success@3"), value)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ("questions.jsonl", "qrels.tsv"):
        (tmp_path / name).write_text("一", encoding="utf-8")
    return tmp_path


def floors(folder: Path) -> Mapping[str, float]:
    baseline = read_baseline(folder / "baseline.json")
    assert baseline
    return baseline.floors


def run(folder: Path, found: JudgedResult, update: bool = False, accept: bool = False) -> int:
    return decide(found, update, accept, folder / "baseline.json", folder)


def test_a_drop_beyond_noise_is_named() -> None:
    assert drops({"hybrid ndcg@10": 0.7}, {"hybrid ndcg@10": 0.69}) == ["hybrid ndcg@10：0.6900，门槛 0.7000"]


def test_a_drop_within_noise_is_none() -> None:
    assert drops({"hybrid ndcg@10": 0.7}, {"hybrid ndcg@10": 0.696}) == []


def test_a_figure_that_is_not_measured_any_more_is_named() -> None:
    assert drops({"old": 0.7}, {}) == ["old：没有测，门槛 0.7000"]


def test_raising_never_lowers() -> None:
    assert raised({"a": 0.5, "b": 0.5, "c": 0.5}, {"a": 0.6, "b": 0.4, "d": 0.1}) == {
        "a": 0.6,
        "b": 0.5,
        "c": 0.5,
        "d": 0.1,
    }


def test_refusing_less_of_the_answerable_is_more() -> None:
    assert measured(result())["refusal answerable kept"] == 0.97


def test_without_floors_the_gate_fails_until_they_are_written(folder: Path) -> None:
    assert run(folder, result()) == 1
    assert run(folder, result(), update=True) == 0
    assert run(folder, result()) == 0


def test_a_drop_fails_and_update_does_not_lower_the_floor(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run(folder, result(0.7), update=True)
    assert run(folder, result(0.65), update=True) == 1
    assert "hybrid ndcg@10：0.6500，门槛 0.7000" in capsys.readouterr().out
    assert floors(folder)["hybrid ndcg@10"] == 0.7


def test_only_accepting_a_drop_lowers_a_floor(folder: Path) -> None:
    run(folder, result(0.7), update=True)
    assert run(folder, result(0.65), accept=True) == 0
    assert floors(folder)["hybrid ndcg@10"] == 0.65


def test_other_questions_fail_even_when_the_figures_rise(folder: Path) -> None:
    run(folder, result(0.7), update=True)
    (folder / "qrels.tsv").write_text("二", encoding="utf-8")
    assert run(folder, result(0.9), update=True) == 1
    assert floors(folder)["hybrid ndcg@10"] == 0.7
    assert run(folder, result(0.9), accept=True) == 0 == run(folder, result(0.9))


def test_a_fusion_that_does_not_beat_rank_fusion_fails(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(folder, result(0.6, rrf=0.6), update=True) == 1
    assert "不比 rrf" in capsys.readouterr().out


def test_the_floors_hold_for_the_questions_that_are_here() -> None:
    baseline = read_baseline(BASELINE)
    assert baseline and other_questions(baseline, FOLDER) == []


def test_key_points_without_a_verdict_are_not_counted_and_one_sentence_is_no_drop() -> None:
    shown = Shown(Counter({"y": 50, "p": 29, "n": 21, "": 40}))
    assert key_points({"fitted": shown}) == {"key points relevant": 0.75}


def test_a_drop_of_the_key_points_fails(folder: Path) -> None:
    found, path = result(), folder / "baseline.json"
    write_baseline(measured(found) | {"key points relevant": 0.75}, path, folder)
    for share, status in ((0.75, 0), (0.7, 1)):
        assert decide(found, False, False, path, folder, {"key points relevant": share}) == status
