"""The commands and the JSON that is their contract."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from ingest.__main__ import main as ingest_main
from search.__main__ import main as search_main
from tests.fakes import BigramEmbedder


@pytest.fixture(autouse=True)
def fake_model(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ingest.embed.open_embedder", lambda *_: BigramEmbedder())
    monkeypatch.setattr("search.searcher.open_embedder", lambda *_: BigramEmbedder())


def output(capsys: pytest.CaptureFixture[str]) -> Any:
    return json.loads(capsys.readouterr().out)


def test_ingest_reports_every_file(corpus: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (corpus / "坏的.docx").write_bytes(b"PK\x03\x04 nothing")
    store = str(tmp_path / "i")
    assert ingest_main([str(corpus), "--index", store, "--model", "fake/bigram", "--json"]) == 1
    report = output(capsys)
    assert {"build", "documents", "passages", "embedded", "reused", "seconds", "files"} <= set(report)
    assert {file["path"]: file["status"] for file in report["files"]}["坏的.docx"] == "skipped"
    assert all(
        {"path", "status", "reason", "pages", "coverage", "passages", "personal", "masked", "family"}
        <= set(f)
        for f in report["files"]
    )


def test_ingest_of_a_folder_that_is_not_there_does_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert ingest_main([str(tmp_path / "没有"), "--index", str(tmp_path / "i")]) == 2
    assert "没有这个文件夹或文件" in capsys.readouterr().err


def test_extract_prints_what_was_read(corpus: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert ingest_main(["extract", str(corpus / "cases" / "加梯.md")]) == 0
    found = output(capsys)
    assert found["title"] == "临汾路街道：老公房加装电梯"
    assert [section["heading"] for section in found["sections"]] == [["做法"], ["困难与反思"]]
    assert found["facets"]["city"] == {"values": ["上海市"], "how": "declared"}
    assert found["coverage"] == 1.0 and found["warnings"] == []


def test_extract_of_a_broken_file_prints_the_error(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "坏.pdf").write_bytes(b"%PDF-1.4 broken")
    assert ingest_main(["extract", str(tmp_path / "坏.pdf")]) == 1
    assert set(output(capsys)) == {"path", "error"}


def test_verify_says_ok_or_what_is_wrong(fake_index: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert ingest_main(["verify", "--index", str(fake_index), "--json"]) == 0
    assert output(capsys) == {"ok": True, "problems": []}
    next((fake_index / "builds").glob("*/dense.faiss")).write_bytes(b"")
    assert ingest_main(["verify", "--index", str(fake_index), "--json"]) == 1
    assert not output(capsys)["ok"]


def test_search_prints_the_contract(fake_index: Path, capsys: pytest.CaptureFixture[str]) -> None:
    search_main(["加装电梯 费用分摊", "-k", "2", "--json", "--index", str(fake_index)])
    answer = output(capsys)
    assert {"query", "build", "answerable", "confidence", "key_points", "hits", "took_ms"} <= set(answer)
    hit = answer["hits"][0]
    names = "rank score passage_id doc_id title path versions page heading aspect text marks facets".split()
    assert set(names) <= set(hit)
    assert len(answer["hits"]) <= 2
    assert all(hit["text"][start:end] for start, end in hit["marks"])
    assert answer["took_ms"] > 0


def test_a_filter_holds_for_every_hit(fake_index: Path, capsys: pytest.CaptureFixture[str]) -> None:
    search_main(["居民", "--json", "--filter", "city=成都市", "--index", str(fake_index)])
    assert {tuple(hit["facets"]["city"]) for hit in output(capsys)["hits"]} == {("成都市",)}


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["？？"], "标点"),
        ([""], "请先输入"),
        (["居民", "--filter", "planet=火星"], "筛选条件"),
    ],
)
def test_a_question_that_cannot_be_asked_is_explained(
    fake_index: Path, arguments: list[str], says: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert search_main([*arguments, "--index", str(fake_index)]) == 2
    assert says in capsys.readouterr().err


def test_without_an_index_the_command_that_makes_one_is_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert search_main(["居民", "--index", str(tmp_path / "none")]) == 2
    assert "python -m ingest" in capsys.readouterr().err
