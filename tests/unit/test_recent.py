"""The questions asked last: each browser's own, few, for a month, and gone when cleared."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from desk import recent
from desk.recent import MOST, NAME, Recent, RecentError

NOW = datetime(2026, 11, 1, tzinfo=UTC)


def test_the_last_questions_come_first_and_each_once(tmp_path: Path) -> None:
    store = Recent(tmp_path)
    for number, question in enumerate(["加装电梯怎么分摊", "花园谁养护", "加裝電梯，怎麼分攤？"]):
        store.add("甲", question, NOW + timedelta(seconds=number))
    assert store.questions("甲", NOW) == ("加裝電梯，怎麼分攤？", "花园谁养护")
    for number in range(10):
        store.add("甲", f"问题{number}", NOW + timedelta(minutes=number + 1))
    assert store.questions("甲", NOW) == tuple(f"问题{number}" for number in reversed(range(10 - MOST, 10)))


def test_a_browser_sees_and_clears_its_own_questions_only(tmp_path: Path) -> None:
    store = Recent(tmp_path)
    store.add("甲", "甲的问题", NOW)
    store.add("乙", "乙的问题", NOW)
    assert store.questions("甲", NOW) == ("甲的问题",)
    store.clear("甲")
    assert store.questions("甲", NOW) == () and store.questions("乙", NOW) == ("乙的问题",)


def test_what_is_cleared_is_not_left_in_the_file_nor_is_a_token_ever(tmp_path: Path) -> None:
    store = Recent(tmp_path)
    store.add("token-of-a-browser", "不想让人看见的问题", NOW)
    assert "不想让人看见的问题".encode() in (tmp_path / NAME).read_bytes()
    store.clear("token-of-a-browser")
    files = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    assert "不想让人看见的问题".encode() not in files and b"token-of-a-browser" not in files


def test_a_question_is_forgotten_after_a_month_by_whomever_it_was(tmp_path: Path) -> None:
    store = Recent(tmp_path)
    store.add("甲", "旧问题", NOW)
    later = NOW + timedelta(days=31)
    assert store.questions("甲", NOW) == ("旧问题",) and store.questions("甲", later) == ()
    store.add("乙", "新问题", later)
    assert "旧问题".encode() not in (tmp_path / NAME).read_bytes()


def test_visitors_without_end_do_not_fill_the_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recent, "MOST_OF_ALL", 3)
    store = Recent(tmp_path)
    for number in range(5):
        store.add(f"访客{number}", "同一个问题", NOW + timedelta(seconds=number))
    assert [bool(store.questions(f"访客{number}", NOW)) for number in range(5)] == [
        False,
        False,
        True,
        True,
        True,
    ]


def test_a_damaged_file_is_named(tmp_path: Path) -> None:
    (tmp_path / NAME).write_bytes(b"no database" * 100)
    with pytest.raises(RecentError, match=NAME):
        Recent(tmp_path).questions("甲")
