from __future__ import annotations

import json
from pathlib import Path

import pytest

from ingest.errors import CasebaseError, IngestError
from search.evaluation import beir
from search.evaluation.evaluate import SetResult, compare_folder, evaluate_folder
from search.evaluation.markers import write_blocks
from search.evaluation.report import write_set
from tests.fakes import BigramEmbedder

PASSAGES = {"p1": "加装电梯的费用由本楼居民议定", "p2": "共享花园由居民认领地块", "p3": "楼组长每月上门一次"}
QUERIES = {"q1": "加装电梯费用", "q2": "花园认领", "q3": "没有判断的问题"}
PAGE = "# 质量\n\n手写。\n\n<!-- sources -->\n<!-- /sources -->\n\n<!-- sets -->\n<!-- /sets -->\n\n结尾。\n"


def lines(path: Path, entries: dict[str, str]) -> None:
    text = [json.dumps({"_id": key, "text": value}, ensure_ascii=False) for key, value in entries.items()]
    path.write_text("\n".join(text) + "\n", encoding="utf-8")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(beir, "open_embedder", lambda name, models: BigramEmbedder())
    folder = tmp_path / "toy"
    folder.mkdir()
    lines(folder / "corpus.jsonl", PASSAGES)
    lines(folder / "queries.jsonl", QUERIES)
    (folder / "qrels.tsv").write_text("query-id\tcorpus-id\tscore\nq1\tp1\t1\nq2\tp2\t1\n", encoding="utf-8")
    return folder


def compared(folder: Path) -> SetResult:
    return compare_folder(folder, "hybrid", None, folder)[1]


@pytest.mark.parametrize("mode", ["dense", "sparse", "rrf", "hybrid"])
def test_every_mode_prints_the_same_fields(folder: Path, mode: str) -> None:
    found = evaluate_folder(folder, mode, None, folder)
    assert (found["mode"], found["passages"], found["queries"]) == (mode, 3, 2)
    assert found["ndcg@10"] == 1
    fields = {"mrr@10", "recall@5", "recall@20", "index_seconds", "passages_per_second", "peak_rss_mb"}
    assert fields < found.keys() and found["query_ms"].keys() == {"p50", "p95"}


def test_the_limit_counts_the_questions_that_have_judgements(folder: Path) -> None:
    assert evaluate_folder(folder, "sparse", 1, folder)["queries"] == 1


def test_a_line_separator_inside_a_passage_ends_no_line(folder: Path) -> None:
    lines(folder / "corpus.jsonl", {**PASSAGES, "p4": "甲\u2028乙\x85丙"})
    assert evaluate_folder(folder, "sparse", None, folder)["passages"] == 4


def test_a_folder_of_no_form_is_an_error_that_tells_both(folder: Path) -> None:
    (folder / "qrels.tsv").unlink()
    with pytest.raises(IngestError, match=r"questions\.jsonl"):
        evaluate_folder(folder, "sparse", None, folder)


def test_a_line_that_is_not_json_is_named(folder: Path) -> None:
    (folder / "queries.jsonl").write_text('{"_id": "q1", "text": "x"}\n{"_id"', encoding="utf-8")
    with pytest.raises(IngestError, match="第 2 行不是 JSON"):
        evaluate_folder(folder, "sparse", None, folder)


def test_each_set_writes_its_own_row_and_leaves_what_people_wrote(folder: Path, tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text(PAGE, encoding="utf-8")
    write_set(page, compared(folder))
    (folder / "meta.json").write_text('{"name": "other", "licence": "MIT"}', encoding="utf-8")
    write_set(page, compared(folder))
    write_set(page, compared(folder))  # again: the row is replaced
    text = page.read_text(encoding="utf-8")
    assert text.count("| toy | 3 | 2 | 1.000 |") == 1 and text.count("| other | 3 | 2 | 1.000 |") == 1
    assert "| other | 未注明 | MIT |" in text
    assert "手写。" in text and text.endswith("结尾。\n")


def test_a_page_without_markers_is_an_error(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("# 没有标记\n", encoding="utf-8")
    with pytest.raises(CasebaseError, match="<!-- sets -->"):
        write_blocks(page, {"sets": "x"})


def test_what_is_written_is_taken_as_it_is(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("<!-- x -->\nold\n<!-- /x -->\n", encoding="utf-8")
    write_blocks(page, {"x": r"\1 \g<0>"})
    assert page.read_text(encoding="utf-8") == "<!-- x -->\n\\1 \\g<0>\n<!-- /x -->\n"
