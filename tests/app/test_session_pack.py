"""备课夹: each state of its page, and the button that collects, through Streamlit's own AppTest."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from desk.pack import Item, Pack, add, annotate, remove
from desk.pack_file import encode
from desk.pack_items import case_item, note_item, passage_item
from desk.pack_store import PackStore
from ingest import pipeline
from search.cases.card import card, find_document
from search.searcher import Searcher
from tests.app.test_pages import ask, shown
from tests.conftest import ROOT, silent
from tests.fakes import BigramEmbedder

VISITOR = "visitor-of-this-test-0"
QUESTION = "加装电梯 费用分摊"


@pytest.fixture
def packs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> PackStore:
    monkeypatch.setenv("CASEBASE_DATA", str(tmp_path / "data"))
    return PackStore(tmp_path / "data" / "packs")


@pytest.fixture
def app(fake_index: Path, packs: PackStore, monkeypatch: pytest.MonkeyPatch) -> AppTest:
    monkeypatch.setenv("CASEBASE_INDEX", str(fake_index))
    monkeypatch.setattr("search.searcher.open_embedder", lambda *_: BigramEmbedder())
    opened = AppTest.from_file(str(ROOT / "app.py"), default_timeout=30)
    opened.session_state["visitor"] = VISITOR
    return opened


def turn_to(app: AppTest, url_path: str) -> AppTest:
    """The page with this address; AppTest's own switch_page knows only pages that are files."""
    app.run()
    pages = app._registered_pages.items()
    app._page_hash = next(name for name, page in pages if page.get("url_pathname") == url_path)
    app.run()
    assert not app.exception
    return app


def on_pack(app: AppTest) -> AppTest:
    return turn_to(app, "pack")


def button(app: AppTest, label: str) -> Callable[[], AppTest]:
    return next(own for own in app.button if own.label.startswith(label)).click


def case(searcher: Searcher) -> Item:
    return case_item(card(searcher, find_document(searcher, "cases/加梯.md")))


def test_an_empty_pack_says_how_to_begin(app: AppTest) -> None:
    page = shown(on_pack(app))
    assert "这样开始" in page and "收入备课夹" in page


def test_a_collected_passage_is_there_in_another_session_of_the_same_browser(
    app: AppTest, packs: PackStore
) -> None:
    button(ask(app, QUESTION), "收入备课夹")().run()
    button(app, "收入备课夹")().run()
    assert len(packs.load(VISITOR).items) == 2
    again = AppTest.from_file(str(ROOT / "app.py"), default_timeout=30)
    again.session_state["visitor"] = VISITOR
    assert "费用分摊" in shown(on_pack(again))


def test_a_collected_passage_can_be_taken_out_where_it_was_collected(app: AppTest, packs: PackStore) -> None:
    button(ask(app, QUESTION), "收入备课夹")().run()
    button(app, "已收入")().run()
    assert not app.exception
    assert packs.load(VISITOR).items == ()


def test_a_whole_case_is_collected_from_its_source(
    app: AppTest, packs: PackStore, fake_searcher: Searcher
) -> None:
    document = find_document(fake_searcher, "cases/加梯.md")
    app.query_params["doc"] = document.id
    turn_to(app, "source")
    button(app, "整篇")().run()
    (item,) = packs.load(VISITOR).items
    assert item.kind == "case"
    assert "首部电梯耗时约三年" in "".join(quote.text for quote in item.quotes)


def test_a_note_taken_out_comes_back_with_its_item(
    app: AppTest, packs: PackStore, fake_searcher: Searcher
) -> None:
    packs.change(VISITOR, lambda pack: add(pack, replace(case(fake_searcher), note="先分组")))
    button(on_pack(app), "取出")().run()
    assert packs.load(VISITOR).items == ()
    button(app, "放回")().run()
    assert [item.note for item in packs.load(VISITOR).items] == ["先分组"]


def test_what_is_typed_is_kept_and_moves_the_times(
    app: AppTest, packs: PackStore, fake_searcher: Searcher
) -> None:
    own = case(fake_searcher)
    packs.change(VISITOR, lambda pack: add(pack, own, note_item("茶歇", "", 10)))
    on_pack(app)
    app.text_input(key="pack-title").set_value("加梯培训").run()
    app.number_input(key=f"pack-minutes-{own.id}").set_value(45).run()
    app.text_area(key=f"pack-note-{own.id}").set_value("请三楼的代表先讲").run()
    app.text_area(key=f"pack-questions-{own.id}").set_value("费用怎么分？\n\n谁来管账？").run()
    button(app, "下移")().run()
    assert not app.exception
    kept = packs.load(VISITOR)
    assert kept.title == "加梯培训"
    assert [item.title for item in kept.items] == ["茶歇", own.title]
    assert kept.items[1].note == "请三楼的代表先讲"
    assert kept.items[1].questions == ("费用怎么分？", "谁来管账？")
    assert "09:20–10:05" in shown(app)  # after 10 minutes to open and 10 of a break


def test_questions_on_offer_are_of_the_items_own_theme(
    app: AppTest, packs: PackStore, fake_searcher: Searcher
) -> None:
    own = case(fake_searcher)
    packs.change(VISITOR, lambda pack: add(pack, own))
    offer = on_pack(app).selectbox(key=f"offer-{own.id}")
    assert "电费" in "".join(offer.options) and "水电、保洁" not in "".join(offer.options)
    offer.select(offer.options[0]).run()
    assert packs.load(VISITOR).items[0].questions == (offer.options[0],)
    assert offer.options[0] not in app.selectbox(key=f"offer-{own.id}").options


def test_what_another_tab_changed_is_shown_and_not_overwritten(
    app: AppTest, packs: PackStore, fake_searcher: Searcher
) -> None:
    own = case(fake_searcher)
    packs.change(VISITOR, lambda pack: add(pack, own))
    on_pack(app)
    packs.change(VISITOR, lambda pack: annotate(pack, own.id, note="别处写的"))
    packs.change(VISITOR, lambda pack: add(pack, note_item("茶歇", "", 10)))
    app.text_input(key="pack-title").set_value("加梯培训").run()
    assert app.text_area(key=f"pack-note-{own.id}").value == "别处写的"
    kept = packs.load(VISITOR)
    assert (kept.title, kept.items[0].note, len(kept.items)) == ("加梯培训", "别处写的", 2)


def test_a_change_that_cannot_be_kept_is_said(
    app: AppTest, packs: PackStore, fake_searcher: Searcher
) -> None:
    own = case(fake_searcher)
    packs.change(VISITOR, lambda pack: add(pack, own, note_item("茶歇", "", 10)))
    on_pack(app)
    packs.change(VISITOR, lambda pack: remove(pack, own.id))
    app.text_area(key=f"pack-note-{own.id}").set_value("写晚了").run()
    assert not app.exception
    assert "另一个窗口" in app.toast[0].value


def test_a_document_that_changed_since_is_named_and_its_quote_stays(
    app: AppTest, packs: PackStore, fake_searcher: Searcher, corpus: Path, fake_index: Path
) -> None:
    document = find_document(fake_searcher, "cases/加梯.md")
    passage = fake_searcher.store.passages_of(document)[0]
    packs.change(VISITOR, lambda pack: add(pack, passage_item(document, passage.number, passage.passage)))
    file = corpus / "cases" / "加梯.md"
    file.write_text(file.read_text(encoding="utf-8").replace("八名", "十名"), encoding="utf-8")
    pipeline.ingest([corpus], fake_index, BigramEmbedder(), silent)
    page = shown(on_pack(app))
    assert "收入之后改过" in page and "八名加梯干部" in page
    file.unlink()
    pipeline.ingest([corpus], fake_index, BigramEmbedder(), silent)
    page = shown(on_pack(app))
    assert "已经不在资料库里" in page and "八名加梯干部" in page


def test_a_kept_file_takes_the_place_of_the_pack_or_follows_it(app: AppTest, packs: PackStore) -> None:
    packs.change(VISITOR, lambda pack: add(pack, note_item("茶歇", "", 10)))
    file = ("备课夹.json", encode(add(Pack(title="旧的培训"), note_item("破冰", "", 15))), "application/json")
    on_pack(app).file_uploader[0].set_value(file).run()
    button(app, "接在现在的后面")().run()
    assert [item.title for item in packs.load(VISITOR).items] == ["茶歇", "破冰"]
    app.file_uploader[0].set_value(file).run()
    button(app, "换成这一份")().run()
    assert not app.exception
    kept = packs.load(VISITOR)
    assert (kept.title, [item.title for item in kept.items]) == ("旧的培训", ["破冰"])


def test_a_file_that_is_no_pack_is_explained(app: AppTest, packs: PackStore) -> None:
    on_pack(app).file_uploader[0].set_value(("别的.json", b'{"a": 1}', "application/json")).run()
    assert not app.exception
    assert "不是备课夹文件" in app.error[0].value


def test_a_damaged_pack_is_set_aside_on_request(app: AppTest, packs: PackStore, tmp_path: Path) -> None:
    folder = tmp_path / "data" / "packs"
    folder.mkdir(parents=True)
    (folder / f"{VISITOR}.json").write_text("{", encoding="utf-8")
    assert "已损坏" in shown(on_pack(app))
    button(app, "留着旧文件")().run()
    assert "这样开始" in shown(app)
    assert (folder / f"{VISITOR}.damaged-1").read_text(encoding="utf-8") == "{"


def test_markup_in_what_is_collected_shows_as_text(app: AppTest, packs: PackStore) -> None:
    hostile = "<img src=x onerror=alert(1)> $x$ :material/home: [点我](javascript:alert(2))"
    packs.change(VISITOR, lambda pack: add(pack, note_item(hostile, hostile, 5)))
    page = shown(on_pack(app))
    assert "&lt;img src=x" in page and "<img" not in page
    button(app, "取出")().run()
    assert any("放回" in own.label and "\\:material" in own.label for own in app.button)


def test_the_page_names_how_much_was_collected(app: AppTest, packs: PackStore) -> None:
    packs.change(VISITOR, lambda pack: add(pack, note_item("茶歇", "", 10)))
    script = "import streamlit as st\nfrom views import kept_pack\nst.write(kept_pack.page_title())"
    small = AppTest.from_string(script)
    small.session_state["visitor"] = VISITOR
    assert small.run().markdown[0].value == "备课夹（1）"
