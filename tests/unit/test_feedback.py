"""What people said: stored once each, exported as judgements, reported as what to write next."""

from __future__ import annotations

import json
import sqlite3
import threading
from pathlib import Path

import pytest

from desk.__main__ import main
from desk.feedback import ANSWER, NAME, Asked, Feedback, FeedbackError, Vote
from desk.feedback_export import export
from desk.feedback_report import as_text, gaps
from search.evaluation.judged import open_judged
from search.evaluation.judged_measures import evaluate_judged
from search.searcher import Searcher

LIFT = "加装电梯费用怎么分摊"


@pytest.fixture
def stored(data_folder: Path) -> Feedback:
    return Feedback(data_folder)


def vote(
    question: str = LIFT, passage: str = "p-0", useful: bool = True, session: str = "s", text: str = "文"
) -> Vote:
    document = "" if passage == ANSWER else "cases/加梯.md"
    return Vote(question, passage, document, "" if passage == ANSWER else text, "b", session, useful)


def test_before_anybody_spoke_there_is_nothing_and_no_file(stored: Feedback, data_folder: Path) -> None:
    assert stored.votes() == [] and stored.questions() == []
    assert not data_folder.exists()


def test_changing_ones_mind_replaces_the_vote(stored: Feedback) -> None:
    stored.vote(vote(useful=True))
    stored.vote(vote("加装电梯，费用怎么分摊？", useful=False))
    stored.vote(vote(session="t"))
    assert sorted((v.session, v.useful) for v in stored.votes()) == [("s", False), ("t", True)]
    stored.withdraw(LIFT, "p-0", "s")
    assert [v.session for v in stored.votes()] == ["t"]


def test_a_question_is_counted_until_it_finds_an_answer(stored: Feedback) -> None:
    for text in ("宠物纠纷怎么调解", "宠物纠纷 怎么调解？"):
        stored.note(text, answerable=False, confidence=0.1, good=False)
    (asked,) = stored.questions()
    assert (asked.question, asked.asked, asked.answerable) == ("宠物纠纷 怎么调解？", 2, False)
    stored.note("宠物纠纷怎么调解", answerable=True, confidence=0.9, good=True)
    assert stored.questions() == []


def test_questions_nobody_asks_any_more_are_forgotten(stored: Feedback, data_folder: Path) -> None:
    stored.note("老问题怎么办", False, 0.1, good=False)
    with sqlite3.connect(data_folder / NAME) as connection:
        connection.execute("UPDATE questions SET last = '2020-01-01T00:00:00+00:00'")
    connection.close()
    stored.note("新问题怎么办", False, 0.1, good=False)
    assert [asked.question for asked in stored.questions()] == ["新问题怎么办"]


def test_votes_of_many_sessions_at_once_are_all_kept(stored: Feedback) -> None:
    threads = [threading.Thread(target=stored.vote, args=(vote(session=str(n)),)) for n in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(stored.votes()) == 20


def test_a_newer_or_damaged_store_is_named_and_left_alone(stored: Feedback, data_folder: Path) -> None:
    stored.vote(vote())
    with sqlite3.connect(data_folder / NAME) as connection:
        connection.execute("PRAGMA user_version=99")
    connection.close()
    with pytest.raises(FeedbackError, match="请升级"):
        stored.vote(vote())
    for path in data_folder.glob(f"{NAME}*"):
        path.unlink()
    (data_folder / NAME).write_text("这不是数据库" * 1000, encoding="utf-8")
    with pytest.raises(FeedbackError, match="读写不了"):
        stored.votes()
    assert (data_folder / NAME).read_text(encoding="utf-8").startswith("这不是")


# --- export


def first_hit(searcher: Searcher, question: str, useful: bool, session: str = "s") -> Vote:
    hit = searcher.search(question).hits[0]
    return Vote(question, hit.passage_id, hit.document.path, hit.passage.text, "b", session, useful)


def test_an_export_can_be_measured_on(stored: Feedback, fake_searcher: Searcher, tmp_path: Path) -> None:
    stored.vote(first_hit(fake_searcher, LIFT, True))
    stored.vote(first_hit(fake_searcher, "居民认领地块浇水养护", True))
    stored.vote(vote("红烧肉怎么做", ANSWER, False))
    exported = export(stored.votes(), fake_searcher.store, tmp_path / "out")
    assert (exported.answerable, exported.unanswerable, exported.judgements, exported.lost) == (2, 1, 2, 0)
    judged = open_judged(tmp_path / "out", fake_searcher.store)
    for question in judged.questions:
        if question.answerable:
            row = fake_searcher.search(question.text).hits[0].row
            assert judged.grades[question.id] == {row: 1}
    assert evaluate_judged(judged, fake_searcher).rows["full"]["success@3"] == 1


def test_only_what_more_people_found_useful_is_a_judgement(
    stored: Feedback, fake_searcher: Searcher, tmp_path: Path
) -> None:
    stored.vote(first_hit(fake_searcher, LIFT, True, "a"))
    stored.vote(first_hit(fake_searcher, LIFT, False, "b"))
    stored.vote(vote("答得好的问题", ANSWER, True))
    exported = export(stored.votes(), fake_searcher.store, tmp_path / "out")
    assert (exported.answerable, exported.unanswerable) == (0, 0)


def test_a_vote_on_a_passage_that_is_gone_is_counted_as_lost(
    stored: Feedback, fake_searcher: Searcher, tmp_path: Path
) -> None:
    stored.vote(vote(text="这一段后来从资料库里移走了。"))
    exported = export(stored.votes(), fake_searcher.store, tmp_path / "out")
    assert exported.lost == 1 and exported.judgements == 0
    assert (tmp_path / "out" / "questions.jsonl").read_text(encoding="utf-8") == ""


def test_hostile_text_breaks_no_line_of_an_export(
    stored: Feedback, fake_searcher: Searcher, tmp_path: Path
) -> None:
    given = first_hit(fake_searcher, LIFT, True)
    hostile = Vote('制表\t换行\n引号"\u2028', given.passage, "a\tb\nc.md", given.text, "b", "s", True)
    stored.vote(hostile)
    export(stored.votes(), fake_searcher.store, tmp_path / "out")
    lines = (tmp_path / "out" / "qrels.tsv").read_text(encoding="utf-8").split("\n")[:-1]
    assert [line.count("\t") for line in lines] == [3, 3]
    (line,) = (tmp_path / "out" / "questions.jsonl").read_text(encoding="utf-8").split("\n")[:-1]
    assert json.loads(line)["text"] == hostile.question


# --- report


def asked(question: str, times: int, last: str = "2026-05-01T00:00:00+00:00") -> Asked:
    return Asked(question, False, 0.1, times, last)


def test_near_identical_wordings_are_one_gap_and_the_most_asked_comes_first() -> None:
    found = gaps(
        [
            asked("静安区宠物纠纷怎么调解", 2),
            asked("静安区的宠物纠纷该怎么调解", 3),
            asked("快递柜放哪里", 4),
        ],
        [],
    )
    assert [(gap.wordings, gap.asked) for gap in found] == [
        (("静安区的宠物纠纷该怎么调解", "静安区宠物纠纷怎么调解"), 5),
        (("快递柜放哪里",), 4),
    ]
    assert found[0].places == ("静安区",)


def test_a_gap_names_the_themes_its_words_speak_for() -> None:
    (gap,) = gaps([asked("加装电梯的电费谁出", 1)], [])
    assert "老旧小区改造" in gap.themes


def test_an_answer_that_people_called_useless_is_a_gap_though_search_was_sure() -> None:
    (gap,) = gaps([], [vote("电梯坏了找谁", ANSWER, False, "a"), vote("电梯坏了找谁", "p-1", False, "b")])
    assert (gap.wordings, gap.asked, gap.useless) == (("电梯坏了找谁",), 2, 2)


def test_a_question_with_a_useful_hit_is_no_gap() -> None:
    votes = [vote("电梯坏了找谁", ANSWER, False, "a"), vote("电梯坏了找谁", "p-1", True, "a")]
    assert gaps([asked("电梯坏了找谁", 7)], votes) == []


def test_the_report_is_read_line_by_line() -> None:
    text = as_text(gaps([asked("静安区宠物纠纷怎么调解", 2), asked("静安区宠物纠纷怎样调解", 1)], []))
    assert text.splitlines()[1:] == [
        "1. 静安区宠物纠纷怎么调解（问过 3 次，最近 2026-05-01）",
        "   也问作：静安区宠物纠纷怎样调解",
        "   涉及：静安区；垃圾分类与环境",
    ]


def test_many_questions_are_grouped_without_comparing_all() -> None:
    words = "楼道 堆物 车位 宠物 噪声 电梯 花园 垃圾 议事 志愿".split()
    many = [asked(f"{a}{b}{n}号楼的事情", 1) for a in words for b in words for n in range(20)]
    assert sum(gap.asked for gap in gaps(many, [])) == len(many)


# --- commands


def test_the_commands_write_and_print(
    stored: Feedback,
    fake_searcher: Searcher,
    fake_index: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["feedback", "report"]) == 0
    assert "没有记下" in capsys.readouterr().out
    stored.vote(first_hit(fake_searcher, LIFT, True))
    stored.note("宠物纠纷怎么调解", False, 0.1, good=False)
    assert main(["feedback", "export", str(tmp_path / "out"), "--index", str(fake_index)]) == 0
    assert "1 个答得了的问题，0 个答不了的，1 条判断" in capsys.readouterr().out
    assert main(["feedback", "report"]) == 0
    assert "1. 宠物纠纷怎么调解" in capsys.readouterr().out


def test_without_an_index_the_export_says_what_to_do(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["feedback", "export", str(tmp_path / "out"), "--index", str(tmp_path / "none")]) == 2
    assert "python -m ingest" in capsys.readouterr().err
