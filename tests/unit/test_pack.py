"""A session pack: its changes, its file, its place on this machine."""

from __future__ import annotations

import json
import threading
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desk.pack import MAX_ITEMS, MAX_TEXT, Item, Pack, add, annotate, move, remove
from desk.pack_file import MAX_BYTES, decode, encode
from desk.pack_items import case_item, hit_item, note_item, point_item
from desk.pack_outline import outline
from desk.pack_store import PackStore
from desk.printable import file_name, shortened
from desk.templates import DATA, groups, suggested
from ingest.errors import PackError
from ingest.themes import cues
from search.cases.card import card
from search.searcher import Searcher

VISITOR = "visitor-of-this-test-0"


def named(*names: str) -> Pack:
    return Pack(items=tuple(Item(name, "note", name, 5) for name in names))


def names(pack: Pack) -> str:
    return "".join(item.id for item in pack.items)


@pytest.fixture
def full(fake_searcher: Searcher) -> Pack:
    """A passage, a case, key points and something of the trainer's own."""
    answer = fake_searcher.search("加装电梯 费用分摊", 5)
    items = (
        hit_item(answer.hits[0]),
        case_item(card(fake_searcher, answer.hits[0].document)),
        point_item("费用怎么分", answer.key_points, answer.hits),
        note_item("茶歇", "自由交流", 15),
    )
    return add(Pack("加梯培训", "2025-11-20", questions=("谁来管账？",)), *items)


def test_items_are_added_once_moved_within_bounds_and_removed() -> None:
    pack = add(named("a", "b"), Item("a", "note", "another", 5), Item("c", "note", "c", 5))
    assert names(pack) == "abc" and pack.items[0].title == "a"
    assert [names(move(pack, "c", steps)) for steps in (-1, -9, 1)] == ["acb", "cab", "abc"]
    assert names(remove(pack, "b")) == "ac"
    assert move(pack, "x", 1) == remove(pack, "x") == pack


def test_a_note_on_what_is_no_longer_there_is_an_error() -> None:
    assert annotate(named("a"), "a", note="记").items[0].note == "记"
    with pytest.raises(PackError, match="另一个窗口"):
        annotate(named("a"), "b", note="记")


def test_times_follow_each_other_past_midnight() -> None:
    pack = replace(named("a", "b"), start="23:50", opening=5, closing=20)
    pack = annotate(pack, "b", minutes=0)
    assert [step.clock for step in outline(pack).agenda] == ["23:50–23:55", "23:55–00:00", "00:00–00:20"]
    assert pack.minutes == 30


def test_documents_are_numbered_in_the_order_of_their_citation(full: Pack) -> None:
    plan = outline(full)
    assert list(plan.numbers.values()) == list(range(1, len(plan.numbers) + 1))
    assert plan.citation(full.items[0].quotes[0]).startswith("[1]")
    assert [text[:4] for text, _ in plan.references()][:1] == ["[1] "]


def test_a_pack_comes_back_from_its_file(full: Pack) -> None:
    assert decode(encode(full)) == full


@given(st.text(), st.text())
def test_any_text_survives_a_file_or_loses_only_what_no_file_may_hold(title: str, note: str) -> None:
    pack = add(Pack(title), note_item("自备", note, 5))
    once = decode(encode(pack))
    assert decode(encode(once)) == once
    once.title.encode()


def broken(change: dict[str, Any]) -> bytes:
    return json.dumps({**json.loads(encode(named("a"))), **change}).encode()


def item(**change: Any) -> dict[str, Any]:
    return {**json.loads(encode(named("a")))["items"][0], **change}


QUOTE = {"doc_id": "d", "passage": 0, "text": "t", "heading": [], "pages": None, "label": "", "lead": ""}
CITED = {"doc_id": "d", "sha256": "0", "title": "", "facts": "", "themes": [], "reference": "", "sources": []}


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "不是备课夹文件"),
        (b"\xff\xfe\x00", "不是备课夹文件"),
        (b"[" * 100_000, "不是备课夹文件"),
        (b"9" * 10_000, "不是备课夹文件"),
        (b'{"items": []}', "不是备课夹文件"),
        (b" " * (MAX_BYTES + 1), "超过"),
        (broken({"version": 2}), "更新的软件"),
        (broken({"version": True}), "版本"),
        (broken({"title": None}), "标题"),
        (broken({"title": "长" * (MAX_TEXT + 1)}), "标题"),
        (broken({"start": "25:00"}), "开始时间"),
        (broken({"date": "昨天"}), "日期"),
        (broken({"opening": -1}), "开场时长"),
        (broken({"opening": 1e9}), "开场时长"),
        (broken({"items": "a"}), "内容"),
        (broken({"items": [1]}), "内容"),
        (broken({"items": [item()] * 2}), "重复"),
        (broken({"items": [item()] * (MAX_ITEMS + 1)}), "内容"),
        (broken({"items": [item(id="../../etc/passwd")]}), "编号"),
        (broken({"items": [item(kind="virus")]}), "类型"),
        (broken({"items": [item(quotes=[QUOTE])]}), "没有出处"),
        (broken({"items": [item(documents=[CITED], quotes=[{**QUOTE, "pages": [2, 1]}])]}), "页码"),
        (broken({"items": [item(questions=["问"] * 41)]}), "讨论题"),
    ],
)
def test_a_file_that_is_no_pack_gets_a_plain_error(data: bytes, says: str) -> None:
    with pytest.raises(PackError, match=says):
        decode(data)


def test_fields_that_a_later_software_adds_are_passed_over() -> None:
    assert decode(broken({"colour": "red"})) == named("a")


def test_a_pack_is_kept_and_counted(tmp_path: Path) -> None:
    store = PackStore(tmp_path / "packs")
    assert store.load(VISITOR) == Pack()
    store.change(VISITOR, lambda pack: add(pack, Item("a", "note", "a", 5)))
    kept = store.change(VISITOR, lambda pack: add(pack, Item("b", "note", "b", 5)))
    assert names(kept) == "ab" and kept.revision == 2
    assert PackStore(tmp_path / "packs").load(VISITOR) == kept
    assert [path.suffix for path in (tmp_path / "packs").iterdir() if path.suffix == ".tmp"] == []


def test_tabs_that_write_at_once_lose_nothing(tmp_path: Path) -> None:
    def tab(number: int) -> None:
        for n in range(10):
            own = Item(f"{number}-{n}", "note", "", 5)
            PackStore(tmp_path).change(VISITOR, partial(lambda item, pack: add(pack, item), own))

    tabs = [threading.Thread(target=tab, args=(number,)) for number in range(4)]
    for one in tabs:
        one.start()
    for one in tabs:
        one.join()
    assert len(PackStore(tmp_path).load(VISITOR).items) == 40


def test_a_decision_on_a_pack_that_changed_since_is_not_carried_out(tmp_path: Path) -> None:
    store = PackStore(tmp_path)
    seen = store.change(VISITOR, lambda pack: add(pack, Item("a", "note", "a", 5)))
    store.change(VISITOR, lambda pack: add(pack, Item("b", "note", "b", 5)))
    with pytest.raises(PackError, match="另一个窗口"):
        store.change(VISITOR, lambda pack: Pack(), seen.revision)
    assert names(store.load(VISITOR)) == "ab"


def test_a_change_that_makes_a_pack_too_large_leaves_it_as_it_was(tmp_path: Path) -> None:
    store = PackStore(tmp_path)
    store.change(VISITOR, lambda pack: named(*(str(n) for n in range(MAX_ITEMS))))
    with pytest.raises(PackError, match="最多"):
        store.change(VISITOR, lambda pack: add(pack, Item("more", "note", "", 5)))
    assert len(store.load(VISITOR).items) == MAX_ITEMS


def test_a_pack_is_never_kept_larger_than_it_can_be_read_again(tmp_path: Path) -> None:
    huge = Pack(items=tuple(Item(str(n), "note", "", 5, note="长" * MAX_TEXT) for n in range(MAX_ITEMS)))
    with pytest.raises(PackError, match="太多"):
        PackStore(tmp_path).change(VISITOR, lambda pack: huge)
    assert PackStore(tmp_path).load(VISITOR) == Pack()


@pytest.mark.parametrize("visitor", ["", "short", "../../../../etc/passwd", "a/b" * 8, "x" * 65, "员" * 20])
def test_a_visitor_is_never_a_path(tmp_path: Path, visitor: str) -> None:
    with pytest.raises(PackError):
        PackStore(tmp_path).load(visitor)


def test_a_damaged_pack_is_set_aside_whole(tmp_path: Path) -> None:
    (tmp_path / f"{VISITOR}.json").write_bytes(b"{")
    store = PackStore(tmp_path)
    with pytest.raises(PackError, match="已损坏"):
        store.change(VISITOR, lambda pack: pack)
    assert store.set_aside(VISITOR).read_bytes() == b"{"
    assert store.load(VISITOR) == Pack()


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "packs").write_text("a file", encoding="utf-8")
    with pytest.raises(PackError, match="packs"):
        PackStore(tmp_path / "packs").change(VISITOR, lambda pack: pack)


def test_quotes_are_verbatim_and_name_their_passage(full: Pack, fake_searcher: Searcher) -> None:
    for own in full.items:
        for quote in own.quotes:
            document = fake_searcher.store.by_id[quote.doc_id]
            passage = fake_searcher.store.passages_of(document)[quote.passage].passage
            assert quote.text in passage.text.replace("\n", " ")


def test_there_are_questions_for_every_theme_of_the_library() -> None:
    own = {theme for group in groups() for theme in group.themes}
    assert own == set(cues())


def test_questions_that_fit_the_title_come_before_those_that_fit_anything() -> None:
    known = groups()
    offered = suggested(known, ("社区小花园",), "老公房加装电梯")
    lift, garden, general = (
        next(g for g in known if g.name == n) for n in ("加装电梯", "社区小花园", "通用")
    )
    assert offered.index(lift.questions[0]) < offered.index(garden.questions[0])
    assert offered[-len(general.questions) :] == general.questions
    assert len(set(offered)) == len(offered)


def test_a_broken_question_file_is_named(tmp_path: Path) -> None:
    for text in ("[[group]", '[[group]]\nname = "a"', DATA.read_text(encoding="utf-8") + "\n[group]\n"):
        (tmp_path / "templates.toml").write_text(text, encoding="utf-8")
        with pytest.raises(PackError, match=r"templates\.toml"):
            groups(tmp_path / "templates.toml")


def test_a_title_becomes_a_file_name_that_any_system_takes() -> None:
    assert file_name("../a:b\\c\n<培训>", ".docx", "备课夹") == "a b c 培训.docx"
    assert file_name(" . ", ".md", "备课夹") == "备课夹.md"
    assert len(file_name("长" * 500, ".md", "备课夹").encode()) < 255


def test_what_is_shortened_says_so() -> None:
    assert shortened("居民议事", 4) == "居民议事"
    assert len(shortened("居" * 500, 200)) == 200 and shortened("居" * 500, 200).endswith("……")
