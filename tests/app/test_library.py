"""The page 资料库 in each of its states, through Streamlit's own AppTest; updates run in a real child."""

from __future__ import annotations

import contextlib
import os
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest
from streamlit.util import calc_hash

from desk import access, jobs
from desk.feedback import ANSWER, Feedback
from desk.jobs import JobError, Jobs
from ingest import index, pipeline
from tests.app.test_pages import ask, shown
from tests.conftest import ROOT, silent
from tests.fakes import BigramEmbedder

PASSWORD = "梧桐树 江边 七点钟"
LIFT = "加装电梯 费用分摊"


@pytest.fixture
def app(
    fake_index: Path, corpus: Path, data_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[AppTest]:
    monkeypatch.setenv("CASEBASE_INDEX", str(fake_index))
    monkeypatch.setenv("CASEBASE_CORPUS", str(corpus))
    monkeypatch.setattr("search.searcher.open_embedder", lambda *_: BigramEmbedder())
    monkeypatch.setattr(jobs, "COMMAND", (sys.executable, "-m", "tests.unit.fake_ingest_child"))
    monkeypatch.setattr(access, "COST", 10)
    yield AppTest.from_file(str(ROOT / "app.py"), default_timeout=30)
    with contextlib.suppress(JobError):
        Jobs(data_folder).cancel()


def opened(app: AppTest, password: bool = True) -> AppTest:
    """The library's page, as a visitor sees it."""
    if password:
        app.secrets["admin"] = {"password": access.hash_password(PASSWORD)}
    app._page_hash = calc_hash("library")  # switch_page knows only pages that are files
    app.run()
    assert not app.exception
    return app


def signed_in(app: AppTest, password: str = PASSWORD) -> AppTest:
    opened(app)
    app.text_input(key="password").set_value(password)
    app.text_input(key="called").set_value("张三")
    next(button for button in app.button if button.label == "登录").click()
    app.run()
    assert not app.exception
    return app


def click(app: AppTest, key: str) -> AppTest:
    app.button(key=key).click().run()
    assert not app.exception
    return app


def finished(app: AppTest, seconds: float = 60) -> AppTest:
    """The page after the running update has ended."""
    end = time.monotonic() + seconds
    while "cancel" in [button.key for button in app.button]:
        assert time.monotonic() < end
        time.sleep(0.2)
        app.run()
    assert not app.exception
    return app


def labels(app: AppTest) -> list[str]:
    return [button.label for button in app.button]


def text(app: AppTest) -> str:
    """What the page says, Markdown's escapes removed, tables with it."""
    said = shown(app) + "\n".join(element.value for element in app.success)
    tables = "\n".join(str(table.value.to_dict()) for table in app.dataframe)
    return said.replace("\\", "") + tables


def titles(app: AppTest) -> list[str]:
    table = next(table.value for table in app.dataframe if "健康" in table.value)
    return list(table["标题"])


def choose(app: AppTest, row: int) -> None:
    """Click a row of the table."""
    table = next(table for table in app.dataframe if "健康" in table.value)
    app.session_state[table.key] = {"selection": {"rows": [row], "columns": [], "cells": []}}
    app.run()
    assert not app.exception


# --- visitors


def test_a_visitor_sees_what_is_in_and_how_to_become_able_to_change_it(app: AppTest) -> None:
    opened(app, password=False)
    assert titles(app) == ["临汾路街道：老公房加装电梯", "江华社区共享花园", "怎样提高居民参与度"]
    assert "python -m desk password" in text(app)
    assert labels(app) == [] and len(app.get("file_uploader")) == 0


def test_a_visitor_can_narrow_the_table(app: AppTest) -> None:
    opened(app)
    app.multiselect(key="library-city").set_value(["成都市"]).run()
    assert titles(app) == ["江华社区共享花园"]
    app.multiselect(key="library-city").set_value([]).run()
    app.text_input(key="library-words").set_value("参与度 TRAINING").run()
    assert titles(app) == ["怎样提高居民参与度"]
    app.text_input(key="library-words").set_value("").run()
    app.toggle(key="library-flagged").set_value(True).run()
    assert "没有符合的文档" in text(app)


def test_a_choice_does_not_pass_to_another_document(app: AppTest) -> None:
    opened(app)
    choose(app, 1)
    assert "文件：cases/花园.md" in text(app)
    app.text_input(key="library-words").set_value("a").run()
    app.text_input(key="library-words").set_value("参与度").run()
    assert "文件：" not in text(app)


def test_a_wrong_password_opens_nothing_and_is_counted(app: AppTest) -> None:
    signed_in(app, "不对的密码啊啊啊啊")
    assert "密码不对。还可以试 4 次" in text(app)
    assert "更新索引" not in labels(app) and len(app.get("file_uploader")) == 0
    for _ in range(4):
        signed_in(app, "不对的密码啊啊啊啊")
    signed_in(app)
    assert "密码错得太多了" in text(app) and "更新索引" not in labels(app)


def test_a_sign_in_that_has_expired_changes_nothing(app: AppTest, corpus: Path) -> None:
    signed_in(app)
    app.secrets["admin"] = {"password": access.hash_password("后来换的另一个新密码")}
    click(app, "update")
    assert "登录已经到期" in text(app)
    assert "更新索引" not in labels(app)


def test_signing_out_takes_the_buttons_away(app: AppTest) -> None:
    assert "更新索引" in labels(signed_in(app))
    click(app, "sign-out")
    assert "更新索引" not in labels(app)


# --- administrators


def test_an_upload_is_searchable_after_its_update(app: AppTest, corpus: Path) -> None:
    signed_in(app)
    upload = (
        "../议事会<b>.md",
        "# 议事会怎么开\n\n居民议事会每月开一次，人人都能提议题。".encode(),
        "text/markdown",
    )
    app.get("file_uploader")[0].set_value([upload]).run()
    click(app, "store")
    finished(app)
    assert (corpus / "上传" / "议事会_b_.md").is_file()
    assert "议事会怎么开" in titles(app)
    assert "张三的更新：读入 4 个" in text(app)


def test_a_name_that_is_taken_is_asked_about(app: AppTest, corpus: Path) -> None:
    (corpus / "上传").mkdir()
    (corpus / "上传" / "会.md").write_text("旧的一份，居民议事会。", encoding="utf-8")
    signed_in(app)
    app.get("file_uploader")[0].set_value(
        [("会.md", "新的一份，居民议事会。".encode(), "text/markdown")]
    ).run()
    assert "已经有同名的文件：会.md" in text(app)
    app.radio(key="upload-clash").set_value("替换")
    click(app, "store")
    finished(app)
    assert (corpus / "上传" / "会.md").read_text(encoding="utf-8") == "新的一份，居民议事会。"
    assert "上传/会.md" in text(app) and "替换" in text(app)


def test_a_document_is_removed_and_comes_back(app: AppTest, corpus: Path) -> None:
    signed_in(app)
    choose(app, 1)
    assert "江华社区共享花园" in text(app) and "读出 100.0% 的文字" in text(app)
    remove = next(button for button in app.button if button.label == "移到回收站")
    click(app, remove.key)
    finished(app)
    assert not (corpus / "cases" / "花园.md").exists() and "江华社区共享花园" not in titles(app)
    trashed = app.selectbox(key="trashed")
    assert "cases/花园.md" in trashed.options[0]
    trashed.select_index(0).run()
    click(app, "restore")
    finished(app)
    assert (corpus / "cases" / "花园.md").is_file() and "江华社区共享花园" in titles(app)


def test_facts_are_edited(app: AppTest) -> None:
    signed_in(app)
    choose(app, 1)
    next(box for box in app.text_input if box.label == "标题").set_value("花园（新名）")
    next(button for button in app.button if button.label == "存下并更新索引").click()
    app.run()
    assert not app.exception
    finished(app)
    assert "花园（新名）" in titles(app)


def test_a_running_update_is_shown_to_all_and_can_be_stopped(
    app: AppTest, corpus: Path, monkeypatch: pytest.MonkeyPatch, fake_index: Path
) -> None:
    before = index.current_build(fake_index)
    monkeypatch.setenv("FAKE_INGEST", "slow")
    (corpus / "新.md").write_text("居民议事会每月开一次。", encoding="utf-8")
    click(signed_in(app), "update")
    assert "张三从" in text(app) and "停止更新" in labels(app)
    visitor = opened(AppTest.from_file(str(ROOT / "app.py"), default_timeout=30))
    assert "张三从" in text(visitor) and "停止更新" not in labels(visitor)
    click(app, "cancel")
    assert "停止了，索引还是原来的" in text(app)
    assert index.current_build(fake_index) == before


def test_a_file_that_cannot_be_read_is_named_with_the_reason_and_can_be_taken_out(
    app: AppTest, corpus: Path
) -> None:
    (corpus / "坏<i>.pdf").write_bytes(b"%PDF-1.4 broken")
    signed_in(app)
    assert "坏&lt;i&gt;.pdf：还没有更新索引" in text(app)
    click(app, "update")
    finished(app)
    assert "坏&lt;i&gt;.pdf：跳过：" in text(app) and "<i>" not in shown(app)
    app.selectbox(key="unread").select_index(0).run()
    click(app, "remove-unread")
    assert not (corpus / "坏<i>.pdf").exists()


def test_the_index_goes_back_and_the_page_says_that_it_lags(
    app: AppTest, corpus: Path, fake_index: Path
) -> None:
    first = index.current_build(fake_index).name
    (corpus / "新.md").write_text("# 新的\n\n居民议事会每月开一次。", encoding="utf-8")
    pipeline.ingest([corpus], fake_index, BigramEmbedder(), silent)
    click(signed_in(app), "rollback")
    assert index.current_build(fake_index).name == first
    assert "有改动还没进索引" in text(app)
    click(app, "update-pending")
    finished(app)
    assert "有改动还没进索引" not in text(app) and "新的" in titles(app)


def test_questions_without_a_good_answer_are_for_administrators(app: AppTest, data_folder: Path) -> None:
    Feedback(data_folder).note("宠物纠纷怎么调解", False, 0.1, good=False)
    assert "宠物纠纷" not in text(opened(app))
    assert "宠物纠纷怎么调解" in text(signed_in(app))


def test_without_an_index_the_first_documents_can_be_uploaded(
    app: AppTest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CASEBASE_INDEX", str(tmp_path / "none"))
    monkeypatch.setenv("CASEBASE_CORPUS", str(tmp_path / "fresh"))
    signed_in(app)
    assert "还没有索引" in text(app)
    app.get("file_uploader")[0].set_value(
        [("一.md", "居民议事会每月开一次。".encode(), "text/markdown")]
    ).run()
    click(app, "store")
    finished(app)
    assert titles(app) == ["一"]


def test_without_an_index_the_first_update_reads_every_folder(
    app: AppTest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("甲", "乙"):
        (tmp_path / name).mkdir()
        (tmp_path / name / f"{name}会.md").write_text(f"{name}社区的议事会每月开一次。", encoding="utf-8")
    monkeypatch.setenv("CASEBASE_INDEX", str(tmp_path / "none"))
    monkeypatch.setenv("CASEBASE_CORPUS", os.pathsep.join(str(tmp_path / name) for name in ("甲", "乙")))
    click(signed_in(app), "update")
    finished(app)
    assert sorted(titles(app)) == ["乙会", "甲会"]


# --- feedback on the page 问


def votes(app: AppTest) -> list[Any]:
    return [group for group in app.get("button_group") if group.key.startswith("vote-")]


def test_a_hit_and_an_answer_can_be_judged_and_the_mind_changed(app: AppTest, data_folder: Path) -> None:
    ask(app, LIFT)
    votes(app)[0].set_value("有用").run()
    votes(app)[-1].set_value("没用").run()
    votes(app)[0].set_value("没用").run()
    assert not app.exception
    stored = {vote.passage: vote for vote in Feedback(data_folder).votes()}
    assert [vote.useful for vote in stored.values()] == [False, False] and ANSWER in stored
    votes(app)[0].set_value(None).run()
    assert [vote.passage for vote in Feedback(data_folder).votes()] == [ANSWER]


def test_a_question_without_an_answer_is_counted_once_a_session(app: AppTest, data_folder: Path) -> None:
    ask(app, "骁龙手机跑分")
    ask(app, "骁龙手机跑分")
    assert [(asked.question, asked.asked) for asked in Feedback(data_folder).questions()] == [
        ("骁龙手机跑分", 1)
    ]


def test_counting_questions_can_be_turned_off(app: AppTest, data_folder: Path) -> None:
    app.secrets["privacy"] = {"log_questions": False}
    ask(app, "骁龙手机跑分")
    assert not data_folder.exists()
