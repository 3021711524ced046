from __future__ import annotations

import re
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from ingest.errors import IngestError
from search.evaluation.markers import block
from tests.bench import bench
from tests.bench.machine import Machine
from tests.bench.peers import environment, folder, run
from tests.bench.peers.roster import ROSTER, Peer
from tests.bench.peers.run import ndcg, row_of, versions
from tests.bench.peers.table import Conditions, Failure, Ranking, Row, goals, report

PEERS = Path(run.__file__).parent
OURS = Row("本项目", True, 0.9, speed=30, p50=8, p95=20, cold=0.5, index_mb=300, query_mb=200)
DENSE = Row("只有语义", False, 0.7, speed=10, p50=12, p95=15, cold=6, index_mb=1500, query_mb=1200)
HYBRID = Row("混合", True, 0.8, speed=8, p50=30, p95=40, cold=8, index_mb=1600, query_mb=1300)
FACTS = Conditions(
    command="python -m tests.bench.peers.run",
    date="2025-01-02",
    commit="abc1234",
    folder="某评测集",
    passages=400,
    characters=464,
    questions=200,
    machine=Machine("某处理器", 2, "Linux x86_64", "3.11.2", {}),
    versions="txtai 9",
    load=(0.1, 1.5),
    others=0.05,
)


def written(*peers: Row | Failure, facts: Conditions = FACTS) -> str:
    return report(OURS, Ranking(0.95, 6, 9), peers, ROSTER, facts)


def test_the_table_has_a_row_for_each_system_and_the_same_cells_in_each() -> None:
    lines = [line for line in written(DENSE, HYBRID).split("\n\n")[0].splitlines()]
    assert "| 混合 | 0.800 | 8.00 | 30.0 | 40.0 | 8.00 | 1600 | 1300 |" in lines
    assert len(lines) == 2 + 4 and {line.count("|") for line in lines} == {9}


def test_a_peer_that_could_not_be_measured_is_a_row_with_its_reason() -> None:
    lines = written(DENSE, Failure("某库", "装不上：no matching | version")).splitlines()
    (line,) = [line for line in lines if line.startswith("| 某库 ")]
    assert "没有测成：装不上：no matching ／ version" in line and line.count("|") == 9


def test_a_ratio_is_to_the_best_peer_and_questions_are_compared_with_hybrid_peers_only() -> None:
    text = goals(OURS, [DENSE, HYBRID])
    assert "| 建索引速度 ÷ 最快的（只有语义） | ≥ 2.50 | 3.00 | 是 |" in text
    assert "| 查询 p50 ÷ 最快的混合检索（混合） | ≤ 0.33 | 0.27 | 是 |" in text
    assert "| 冷启动 ÷ 最快的（只有语义） | ≤ 0.25 | 0.08 | 是 |" in text


def test_what_is_not_reached_is_said() -> None:
    text = goals(replace(OURS, speed=20, query_mb=800), [DENSE, HYBRID])
    assert "| ≥ 2.50 | 2.00 | **否** |" in text and "| ≤ 0.33 | 0.67 | **否** |" in text


def test_where_no_peer_ran_there_is_nothing_to_compare() -> None:
    assert goals(OURS, []) == ""
    assert "要求" not in written(Failure("某库", "没有网络"))


def test_the_report_tells_settings_conditions_and_versions() -> None:
    text = written(DENSE)
    for peer in ROSTER:
        assert f"- **{peer.name}**：" in text
    for fact in ("2025-01-02，提交 abc1234", "中位数 464 字", "其他进程占去所用处理器时间的 5%", "txtai 9"):
        assert fact in text
    assert "机器太忙" not in text
    assert "机器太忙" in written(DENSE, facts=replace(FACTS, others=0.5))


def test_ndcg_is_that_of_trec_eval_and_a_question_without_hits_counts() -> None:
    qrels = {"甲": {"1": 1}, "乙": {"2": 1}}
    assert ndcg({"甲": ["9", "1"], "乙": []}, qrels) == pytest.approx(0.6309 / 2, abs=1e-4)


def test_a_cold_start_is_the_median_of_its_rounds() -> None:
    indexed = {"passages_per_second": 6.5, "peak_mb": 1700.0}
    queried = {"found": {"甲": ["1"]}, "p50": 20.0, "p95": 30.0, "peak_mb": 1300.0}
    row = row_of("某库", True, indexed, queried, (9.0, 6.0, 7.0), {"甲": {"1": 1}})
    assert row == Row("某库", True, 1.0, 6.5, 20.0, 30.0, 7.0, 1700.0, 1300.0)


WHOLE = folder.Folder(
    "小",
    {str(n): ("", f"段落{n}") for n in range(50)},
    {f"q{n}": f"问题{n}" for n in range(10)},
    {f"q{n}": {str(n): 2, str(n + 10): 1, "49": 0} for n in range(10)},
)


def test_a_sample_has_all_relevant_passages_of_its_questions_and_is_always_the_same() -> None:
    drawn = folder.sample(WHOLE, passages=20, questions=6)
    assert len(drawn.passages) == 20 and len(drawn.questions) == 6
    assert all(set(drawn.qrels[name]) <= drawn.passages.keys() for name in drawn.questions)
    assert drawn == folder.sample(WHOLE, passages=20, questions=6)


def test_questions_whose_passages_do_not_fit_are_left_out() -> None:
    assert len(folder.sample(WHOLE, passages=7, questions=10).questions) == 3
    with pytest.raises(IngestError, match="--passages"):
        folder.sample(WHOLE, passages=1, questions=10)


def test_a_sample_written_is_a_beir_folder_again(tmp_path: Path) -> None:
    drawn = folder.sample(WHOLE, passages=20, questions=6)
    folder.write(drawn, tmp_path)
    found = folder.read(tmp_path)
    assert (found.passages, found.questions, found.qrels) == (drawn.passages, drawn.questions, drawn.qrels)


def test_every_peer_has_its_program_and_exact_versions() -> None:
    programs = {path.stem for path in PEERS.glob("*.py") if "serve(" in path.read_text(encoding="utf-8")}
    assert programs - {"child"} == {peer.module for peer in ROSTER}
    assert "torch 2.13.0" in versions(ROSTER)
    pins = environment.VERSIONS.read_text(encoding="utf-8").splitlines()
    assert all(line.startswith("#") or re.fullmatch(r"[\w.-]+==[\w.]+", line) for line in pins)


def test_a_package_that_cannot_be_installed_fails_only_its_own_peer(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pip = tmp_path / "pip.py"
    pip.write_text("import sys\nif 'no-such-package' in sys.argv: sys.exit('ERROR: nothing found')\n")
    monkeypatch.setattr(environment, "PYTHON", Path(sys.executable))
    monkeypatch.setattr(environment, "PIP", (str(pip),))
    peers = (Peer("a", "甲", "", ("no-such-package",)), Peer("b", "乙", "", ("something",)))
    assert environment.install(peers) == {"a": "装不上：ERROR: nothing found"}


def test_a_program_that_cannot_run_says_why_without_a_path(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(environment, "PYTHON", Path(sys.executable))
    with pytest.raises(run.StepError, match=r"^index 出错：") as caught:
        run.step(Peer("no_such_program", "某库", "", ()), "index", Path("nowhere"))
    assert str(environment.ROOT) not in str(caught.value)


def test_a_new_benchmark_keeps_the_comparison_with_peers(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bench, "PAGE", tmp_path / "benchmark.md")
    monkeypatch.setattr(bench, "ROOT", tmp_path)
    (tmp_path / "README.md").write_text("没有标记\n", encoding="utf-8")
    (tmp_path / "benchmark.md").write_text("<!-- peers -->\n以前的\n<!-- /peers -->\n", encoding="utf-8")
    bench.write("新的\n<!-- peers -->\n<!-- /peers -->\n", "")
    assert block((tmp_path / "benchmark.md").read_text(encoding="utf-8"), "peers") == "以前的"
