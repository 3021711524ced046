"""The commands similar, card and compare and their JSON."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from search.__main__ import main
from tests.fakes import BigramEmbedder

PROPOSAL = "小区没有电梯，老人下楼困难。打算请居民议定费用分摊，每一栋楼都要全体同意才开工。"


@pytest.fixture(autouse=True)
def fake_model(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("search.searcher.open_embedder", lambda *_: BigramEmbedder())


def output(capsys: pytest.CaptureFixture[str]) -> Any:
    return json.loads(capsys.readouterr().out)


def test_similar_prints_the_contract(fake_index: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["similar", "--text", PROPOSAL, "-k", "1", "--index", str(fake_index), "--json"]) == 0
    (hit,) = output(capsys)["hits"]
    assert hit["rank"] == 1 and hit["title"] == "临汾路街道：老公房加装电梯"
    assert any("电梯" in reason for reason in hit["reasons"])
    assert hit["difficulties"][0]["text"].startswith("首部电梯耗时约三年")


def test_similar_reads_a_file(fake_index: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "方案.md").write_text(f"# 加梯方案\n\n{PROPOSAL}\n", encoding="utf-8")
    assert main(["similar", str(tmp_path / "方案.md"), "--index", str(fake_index)]) == 0
    assert "那里遇到的困难：首部电梯" in capsys.readouterr().out


def test_card_and_compare_print_slots(fake_index: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["card", "cases/加梯.md", "--index", str(fake_index), "--json"]) == 0
    slots = output(capsys)["slots"]
    assert [line["text"][:4] for line in slots["困难"]] == ["首部电梯"] and slots["成效"] == []
    assert main(["compare", "加梯.md", "花园.md", "--index", str(fake_index)]) == 0
    assert "【困难】\n  A  首部电梯耗时约三年" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["similar", "--text", "电梯"], "文字太少"),
        (["similar", "没有这个文件.docx"], "打不开"),
        (["card", "没有这份"], "资料库里没有"),
        (["card", "cases/"], "请写得更完整些"),
        (["compare", "加梯.md"], "对比需要 2 到 4 份"),
    ],
)
def test_what_cannot_be_done_is_said(
    fake_index: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], message: str
) -> None:
    assert main([*arguments, "--index", str(fake_index)]) == 2
    assert message in capsys.readouterr().err
