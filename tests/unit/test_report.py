"""What a run shows: a table whose columns stand below each other, and progress that fits where it is written."""

from __future__ import annotations

import io
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from wcwidth import width

from ingest import progress, report_table
from ingest.__main__ import main
from ingest.report import FileReport, Report
from tests.fakes import BigramEmbedder

OLD = FileReport("旧.md", "ok", coverage=1.0, passages=3, encoding="utf-8", change="unchanged")
PDF = FileReport(
    "案例/加梯.pdf",
    "ok",
    "",
    12,
    0.873,
    31,
    "",
    2,
    5,
    ("第 3 页没有读出文字",),
    text_pages=9,
    empty_pages=1,
    removed_lines=("页眉",),
)
BAD = FileReport("坏\x1b[31m的.docx", "skipped", "内容不是 .docx 格式，文件可能已损坏")
REPORT = Report("b", 2, 34, 31, 3, 12.5, (OLD, PDF, BAD), read=1, taken_over=1, gone=("没了.md",))


def test_columns_stand_below_each_other_and_notes_wrap_in_theirs() -> None:
    lines = report_table.table([OLD, PDF, BAD], 110)
    start = width(lines[0].partition("提醒")[0])
    assert width(lines[2].partition("第 3 页")[0]) == start
    assert all(width(line) <= 110 for line in lines)
    assert "12（9/2/1）" in lines[2] and "87%" in lines[2]
    rest = "".join(line[start - 40 :] for line in lines[3:])
    assert "内容不是" in rest and "\x1b" not in "".join(lines)


@given(st.lists(st.text(max_size=60), min_size=1, max_size=5), st.integers(60, 200))
def test_no_name_breaks_the_table(names: list[str], columns: int) -> None:
    files = [replace(OLD, path=name) for name in names]
    lines = report_table.table(files, columns)
    assert len(lines) == len(files) + 1
    assert all("\n" not in line and line.isprintable() for line in lines)
    assert len({width(line.partition("utf-8")[0]) for line in lines[1:]}) == 1


@given(st.text(st.characters(categories=["Lo", "Ll", "Nd"]), max_size=80), st.integers(8, 60))
def test_a_long_name_is_cut_in_the_middle_to_what_it_may_take(name: str, columns: int) -> None:
    short = report_table.shortened(name, columns)
    if width(name) <= columns:
        assert short == name
    else:
        start, mark, end = short.partition("…")
        assert mark and width(short) <= columns
        assert name.startswith(start) and name.endswith(end)


def test_only_files_with_something_to_say_are_listed_unless_all_are_asked_for() -> None:
    some, every = (report_table.in_words(REPORT, 1.0, 200, all_files) for all_files in (False, True))
    assert "旧.md" not in some and "加梯.pdf" in some and "坏" in some
    assert "旧.md" in every
    assert "读取 1 个文件，沿用 1 个，跳过 1 个，移除 1 个。" in some
    assert "新算向量 31 个（31 段/秒）" in some and "用时 12.5 秒" in some


def test_what_is_no_terminal_gets_few_plain_lines(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [0.0]
    monkeypatch.setattr(progress.time, "monotonic", lambda: now[0])
    monkeypatch.setattr(sys, "stderr", io.StringIO())
    with progress.StageProgress() as shown:
        for done in range(1, 1001):
            now[0] += 0.03
            shown.show("计算向量", done, 1000)
        said = sys.stderr.getvalue()  # type: ignore[attr-defined]
    assert "\r" not in said
    assert said.splitlines()[0] == "计算向量 335/1000 段，33 段/秒，约剩 20 秒"
    assert said.splitlines()[-1].startswith("计算向量 1000/1000 段")
    assert len(said.splitlines()) == 3
    assert shown.done("计算向量") == 1000 and 29 < shown.seconds("计算向量") < 31


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_a_terminal_gets_a_bar_in_words(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stderr", Terminal())
    monkeypatch.setenv("COLUMNS", "80")
    with progress.StageProgress() as shown:
        shown.show("计算向量", 0, 100)
        shown.show("计算向量", 50, 100)
        shown.show("写入索引", 3, 3)
    bars = sys.stderr.getvalue().replace("\n", "\r").split("\r")  # type: ignore[attr-defined]
    assert any(bar.startswith("计算向量  50%｜") and "50/100 段，" in bar and "约剩" in bar for bar in bars)
    assert any("写入索引 100%" in bar for bar in bars)
    assert all(width(bar.rstrip()) < 80 for bar in bars)


@pytest.fixture
def fake_model(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ingest.embed.open_embedder", lambda *_: BigramEmbedder())


@pytest.mark.usefixtures("fake_model")
def test_the_command_prints_the_table_and_sums(
    corpus: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = [str(corpus), "--index", str(tmp_path / "i"), "--model", "fake"]
    assert main(arguments) == 0
    first = capsys.readouterr().out
    assert first.startswith("文件") and "cases/花园.md" in first and "新增" in first
    assert main(arguments) == 0
    assert capsys.readouterr().out.startswith("沿用 3 个。\n")
    main([*arguments, "--all-files"])
    assert "未变" in capsys.readouterr().out


@pytest.mark.parametrize("command", ["", "extract", "verify", "rollback", "doctor"])
def test_help_is_in_chinese_and_shows_examples(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main([*command.split(), "--help"])
    text = capsys.readouterr().out
    assert ended.value.code == 0
    assert "用法：" in text and "例子：" in text and f"python -m ingest {command}".strip() in text
    assert not [word for word in ("usage", "options", "positional", "show this") if word in text]


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--nope"], "不认识的参数：--nope"),
        (["--wait", "久"], "--wait 不能是 '久'"),
        (["--corpus"], "--corpus 后面要写一个值"),
        (["extract"], "缺少参数：文件"),
    ],
)
def test_a_mistake_in_the_command_is_said_in_chinese(
    arguments: list[str], says: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    assert ended.value.code == 2
    assert says in capsys.readouterr().err
