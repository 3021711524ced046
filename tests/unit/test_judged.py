from __future__ import annotations

import json
from pathlib import Path

import pytest

from ingest import index, pipeline
from ingest.errors import IngestError
from search.evaluation.judged import JudgedSet, is_judged, open_judged
from search.evaluation.judged_measures import evaluate_judged, presentable
from search.evaluation.report import judged_blocks
from search.searcher import Searcher
from tests.conftest import silent
from tests.fakes import BigramEmbedder

LIFT = "每一栋楼都要全体同意才开工。"
MONEY = "谈判最花时间"


def question(id_: str, text: str, kind: str = "answerable", **more: str) -> dict[str, str]:
    return {"_id": id_, "text": text, "kind": kind, "style": "口语", "role": "新社工", **more}


QUESTIONS = [
    question("a", "加装电梯费用分摊"),
    question("b", "居民認領地塊", plain="居民认领地块", style="繁体"),
    question("c", "红烧肉怎么做", kind="unanswerable"),
]
QRELS = [("a", "lift", LIFT, 1), ("a", "lift", MONEY, 2), ("b", "garden", "居民认领地块", 2)]


def write(folder: Path, qrels: list[tuple[str, str, str, int]]) -> Path:
    folder.mkdir(exist_ok=True)
    lines = [json.dumps(entry, ensure_ascii=False) for entry in QUESTIONS]
    (folder / "questions.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")
    rows = [("question", "document", "anchor", "grade"), *qrels]
    text = "".join("\t".join(map(str, row)) + "\n" for row in rows)
    (folder / "qrels.tsv").write_text(text, encoding="utf-8")
    return folder


@pytest.fixture
def judged(tmp_path: Path, fake_searcher: Searcher) -> JudgedSet:
    return open_judged(write(tmp_path / "judged", QRELS), fake_searcher.store)


def rows_with(searcher: Searcher, text: str) -> list[int]:
    stored = (p for d in searcher.store.documents for p in searcher.store.passages_of(d))
    return [p.row for p in stored if text in "".join(p.passage.text.split())]


def test_an_anchor_names_every_passage_that_holds_it(judged: JudgedSet, fake_searcher: Searcher) -> None:
    (garden,) = rows_with(fake_searcher, "居民认领地块")
    assert judged.grades["b"] == {garden: 2}


def test_the_higher_grade_counts_where_two_anchors_meet(tmp_path: Path, fake_searcher: Searcher) -> None:
    qrels = [("a", "lift", LIFT, 2), ("a", "lift", "全体同意", 1), ("b", "garden", "居民认领地块", 2)]
    found = open_judged(write(tmp_path / "x", qrels), fake_searcher.store)
    assert found.grades["a"] == dict.fromkeys(rows_with(fake_searcher, LIFT), 2)


def test_white_space_in_a_passage_hides_no_anchor(corpus: Path, tmp_path: Path) -> None:
    (corpus / "cases" / "走访.md").write_text("## 做法\n先开 居民会，\n\n再 逐户走访。\n", encoding="utf-8")
    pipeline.ingest([corpus], tmp_path / "index", BigramEmbedder(), silent)
    searcher = Searcher(index.current_build(tmp_path / "index"), BigramEmbedder())
    qrels = [*QRELS, ("a", "visits", "先开居民会，再逐户走访。", 1)]
    assert len(open_judged(write(tmp_path / "x", qrels), searcher.store).grades["a"]) > 1


def test_an_anchor_that_is_nowhere_is_an_error_that_names_it(tmp_path: Path, fake_searcher: Searcher) -> None:
    qrels = [*QRELS, ("a", "lift", "这一句谁也没写过", 1)]
    with pytest.raises(IngestError, match="lift「这一句谁也没写过」"):
        open_judged(write(tmp_path / "x", qrels), fake_searcher.store)


def test_an_answerable_question_without_judgements_is_an_error(
    tmp_path: Path, fake_searcher: Searcher
) -> None:
    with pytest.raises(IngestError, match="没有这些问题的判断：b"):
        open_judged(write(tmp_path / "x", QRELS[:2]), fake_searcher.store)


def test_the_limit_keeps_both_kinds_of_questions(tmp_path: Path, fake_searcher: Searcher) -> None:
    found = open_judged(write(tmp_path / "x", QRELS), fake_searcher.store, limit=1)
    assert [q.id for q in found.questions] == ["a", "c"] and list(found.grades) == ["a"]


@pytest.mark.parametrize("row", [("a", "lift", "", 1), ("a", "lift", LIFT, 3)])
def test_a_row_that_is_not_a_judgement_is_an_error(
    tmp_path: Path, fake_searcher: Searcher, row: tuple[str, str, str, int]
) -> None:
    with pytest.raises(IngestError, match="第 5 行"):
        open_judged(write(tmp_path / "x", [*QRELS, row]), fake_searcher.store)


def test_a_beir_folder_is_not_taken_for_judged_questions(tmp_path: Path) -> None:
    (tmp_path / "queries.jsonl").touch()
    assert not is_judged(tmp_path)


def test_every_row_and_every_style_is_measured(judged: JudgedSet, fake_searcher: Searcher) -> None:
    result = evaluate_judged(judged, fake_searcher)
    assert list(result.rows) == ["dense", "sparse", "rrf", "hybrid", "full"]
    assert (result.answerable, result.unanswerable) == (2, 1)
    assert result.rows["full"]["success@3"] == 1
    assert result.styles["繁体"].questions == 1 and result.robustness["繁体"].questions == 1
    assert result.robustness["繁体"].typed["sparse"] == result.robustness["繁体"].plain["sparse"]


def test_the_best_page_shows_two_passages_of_a_document(fake_searcher: Searcher) -> None:
    document = max(fake_searcher.store.documents, key=lambda d: d.passages)
    rows = [stored.row for stored in fake_searcher.store.passages_of(document)]
    assert presentable(dict.fromkeys(rows, 1), fake_searcher) == [1] * min(len(rows), 2)


def test_every_table_has_as_many_cells_in_each_line(judged: JudgedSet, fake_searcher: Searcher) -> None:
    for block in judged_blocks(evaluate_judged(judged, fake_searcher)).values():
        lines = [line for line in block.splitlines() if line.startswith("|")]
        assert len({line.count("|") for line in lines}) <= 1
