from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from tests.bench import bench, peak
from tests.bench.bench import ROOT, results_of
from tests.bench.machine import Machine
from tests.bench.prepare import deal
from tests.bench.questions import questions
from tests.bench.report import (
    STAGES,
    Conditions,
    Measure,
    Results,
    page,
    small_table,
    table,
    with_small_table,
)
from tests.bench.scale import report


def side(speed: float, p50: float, seconds: float, peak: float) -> list[dict[str, object]]:
    stages = {"embed": p50 / 2, "total": p50}
    once = {"passages_per_second": speed, "p50": p50, "p95": p50 * 2, "seconds": seconds, "peak_mb": peak}
    once |= {"operations_per_second": speed * 1e10, "peak": 1e12}
    return [{**once, "stages": stages}, {**once, "p50": p50 * 3, "stages": stages}]


@pytest.fixture
def results() -> Results:
    pairs = side(30, 8, 1, 200), side(10, 16, 5, 1000)
    return results_of(pairs, pairs, pairs)


@pytest.fixture
def conditions() -> Conditions:
    machine = Machine("某处理器", 2, "Linux x86_64", "3.11.2", {"torch": "2.13.0"})
    return Conditions(
        "2025-01-02",
        "python -m tests.bench.bench",
        machine,
        200,
        1100,
        3,
        220,
        "问题？",
        4.2,
        (0.5, 1.8),
        0.12,
    )


def test_a_ratio_is_taken_pair_by_pair() -> None:
    assert Measure("查询", "毫秒", (10, 40), (20, 80)).ratios == (0.5, 0.5)


def test_the_table_has_both_sides_and_their_ratio(results: Results) -> None:
    assert "| 建索引速度（段/秒） | 30.0 | 10.0 | 3.00 |" in table(results)
    assert "| 查询时间 p50（毫秒） | 16.0（8.00–24.0） | 32.0（16.0–48.0） | 0.50 |" in table(results)


def test_every_row_of_the_table_has_the_same_cells(results: Results) -> None:
    assert {line.count("|") for line in table(results).splitlines()} == {5}


def test_the_page_tells_which_share_of_the_int8_peak_was_used(
    results: Results, conditions: Conditions
) -> None:
    assert "每秒 3000 亿次，峰值 10000 亿次，用到 30.0%" in page(results, conditions)


def test_an_int8_product_takes_time_and_longer_texts_need_more_of_it() -> None:
    assert peak.measure(0.01) > 0
    assert peak.operations(200, 12, 384, 1536) > 2 * peak.operations(100, 12, 384, 1536)


def test_the_page_tells_conditions_and_noise_but_no_path(results: Results, conditions: Conditions) -> None:
    text = page(results, conditions)
    for fact in (
        "2025-01-02",
        "某处理器，2 核",
        "torch 2.13.0",
        "4.2 分钟",
        "占去所用处理器时间的 12%",
        "相差至多 200%",
    ):
        assert fact in text
    assert str(ROOT) not in text


def test_what_the_system_does_not_tell_is_left_out(results: Results, conditions: Conditions) -> None:
    assert "其他进程" not in page(results, replace(conditions, others=None))


def test_numbers_of_a_busy_machine_say_so(results: Results, conditions: Conditions) -> None:
    assert "机器太忙" in page(results, replace(conditions, others=0.5))
    assert "机器太忙" not in page(results, conditions)


def test_the_readme_gets_four_ratios_between_its_markers(results: Results) -> None:
    readme = "前\n<!-- bench -->\n旧的\n<!-- /bench -->\n后\n"
    written = with_small_table(readme, small_table(results))
    assert written.startswith("前\n<!-- bench -->\n| | 本项目 ÷ 普通做法 |\n")
    assert written.endswith("| 内存峰值 | 建索引 0.20，查询 0.20 |\n<!-- /bench -->\n后\n")
    assert "旧的" not in written
    assert with_small_table(written, small_table(results)) == written


def test_a_readme_without_markers_stays_as_it_is(results: Results) -> None:
    assert with_small_table("没有标记\n", small_table(results)) == "没有标记\n"


def test_the_questions_are_many_and_all_different() -> None:
    assert len(set(questions())) == len(questions()) >= 200


def test_without_documents_every_round_has_an_empty_hand() -> None:
    assert deal([], rounds=2, limit=10) == [[], []]


def test_what_growing_libraries_took_is_a_table_with_a_ratio() -> None:
    once = {"written": 8.0, "peak_mb": 200.0, "disk_mb": 60.0, "structure": "flat"}
    built = {**once, "took": dict.fromkeys(("store", "terms", "vectors", "publish"), 2.0)}
    stages = dict.fromkeys((*STAGES, "total"), 1.0)
    timed = {"p50": 5.0, "p95": 9.0, "stages": stages}
    asked = {
        **dict.fromkeys(("opened", "own_mb", "touched_mb", "warm_up", "first"), 3.0),
        **dict.fromkeys(("recall", "recall_filtered", "recall_third"), 1.0),
        "plain": timed,
        "filtered": timed,
    }
    small = {"build": built, "update": built, "ask": asked}
    large = {**small, "build": {**built, "written": 80.0, "structure": "ivf64"}}
    text = report((10_000, 1_000_000), (small, large), "条件")
    assert "| 建索引（秒），不含解析和计算向量 | 8.00 | 80.0 | 10.0 |" in text
    assert "| 向量的结构 | flat | ivf64 |  |" in text
    assert {line.count("|") for line in text.splitlines() if line.startswith("|")} == {5}


def test_a_new_report_keeps_what_was_measured_of_growing_libraries(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, results: Results, conditions: Conditions
) -> None:
    monkeypatch.setattr(bench, "PAGE", tmp_path / "benchmark.md")
    monkeypatch.setattr(bench, "ROOT", tmp_path)
    (tmp_path / "README.md").write_text("没有标记\n", encoding="utf-8")
    (tmp_path / "benchmark.md").write_text("<!-- scale -->\n以前测的\n<!-- /scale -->\n", encoding="utf-8")
    bench.write(page(results, conditions), "")
    written = (tmp_path / "benchmark.md").read_text(encoding="utf-8")
    assert "以前测的\n<!-- /scale -->" in written and "## 条件" in written
