"""备课夹: what the visitor collected, put in order, with notes, questions and times; and its files."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, time
from html import escape

import streamlit as st

from desk import templates
from desk.pack import MAX_MINUTES, MAX_TEXT, Item, Pack
from desk.pack_items import LONGEST_TITLE, USUAL_MINUTES, note_item
from desk.pack_outline import Outline, outline
from ingest.errors import PackError
from views import kept_pack, navigation, pack_files, pack_item, theme
from views.pack_fields import bound, questions

LATEST = 5  # things taken out that are offered to be put back
BEGIN = """\
备课夹还是空的。这样开始：

1. 到「问」里提一个问题，在有用的段落下面点「收入备课夹」；要点也可以收。
2. 打开一篇原文，点「整篇 · 收入备课夹」，它的背景、做法、成效、困难就按条收好。
3. 回到这里排顺序、写备注、挑讨论题、定时间，再导出讲义（Word）和幻灯片（PPT）。
"""
KEPT = "备课夹存在运行本软件的电脑上，靠这个浏览器认人。换浏览器或清除浏览数据之前，请先「保存备课夹」。"


def collect_button(item: Item, key: str, what: str = "") -> None:
    """A small button that puts an item into the pack or, once it is there, takes it out again.

    ``key`` tells this button from the others on the page; ``what`` names the item where the place doesn't.
    """
    try:
        held = kept_pack.current().find(item.id) is not None
    except PackError:
        return  # the page of the pack says what is wrong and what to do
    label = "已收入（点此取出）" if held else "收入备课夹"
    st.button(
        f"{what} · {label}" if what else label,
        key=f"collect-{key}",
        type="tertiary",
        icon=":material/bookmark_added:" if held else ":material/bookmark_add:",
        on_click=kept_pack.take_out if held else kept_pack.collect,
        args=(item.id if held else item,),
    )


def draw() -> None:
    """The whole page."""
    st.title("备课夹", anchor=False)
    try:
        pack = kept_pack.current()
    except PackError as error:
        st.error(theme.plain(str(error)))
        st.write("可以把旧文件原样留着，另外开始一个新的备课夹；留着的文件以后还能请人修复。")
        st.button("留着旧文件，重新开始", on_click=kept_pack.start_anew)
        return
    st.caption(KEPT)
    if pack.items:
        _full(pack, outline(pack), _templates())
    else:
        st.info(BEGIN)
        navigation.link("ask", "去「问」", {})
        _own_item()
    _taken_out()
    pack_files.load(pack)


def _full(pack: Pack, plan: Outline, known: tuple[templates.Group, ...]) -> None:
    _session(pack)
    st.header("内容", anchor=False)
    for number, item in enumerate(pack.items, 1):
        pack_item.draw(number, item, pack, plan, known)
    _own_item()
    st.header("结束时的讨论", anchor=False)
    offered = templates.suggested(known, pack.themes, pack.title)
    questions("closing", pack.questions, offered, lambda now, asked: replace(now, questions=asked))
    _agenda(pack, plan)
    pack_files.export(pack)


def _templates() -> tuple[templates.Group, ...]:
    """The questions on offer; without them the rest of the page works."""
    try:
        return templates.groups()
    except PackError as error:
        st.warning(theme.plain(str(error)))
        return ()


def _session(pack: Pack) -> None:
    """Title, day and times of the whole session."""
    st.text_input(
        "培训的题目",
        max_chars=LONGEST_TITLE,
        placeholder="例如：社区小花园项目赋能培训",
        **bound("title", pack.title, lambda now, text: replace(now, title=text)),
    )
    day = date.fromisoformat(pack.date) if pack.date else None
    columns = st.columns(4)
    with columns[0]:
        st.date_input("日期", None, format="YYYY-MM-DD", **bound("date", day, _on_day))
    with columns[1]:
        st.time_input("开始时间", None, step=300, **bound("start", time.fromisoformat(pack.start), _from))
    with columns[2]:
        _minutes("开场（分钟）", **bound("opening", pack.opening, lambda now, n: replace(now, opening=n)))
    with columns[3]:
        _minutes("结束讨论（分钟）", **bound("closing", pack.closing, lambda now, n: replace(now, closing=n)))


def _on_day(pack: Pack, day: date | None) -> Pack:
    return replace(pack, date=day.isoformat() if day else "")


def _from(pack: Pack, start: time | None) -> Pack:
    return replace(pack, start=f"{start:%H:%M}") if start else pack


def _minutes(label: str, **binding: object) -> None:
    st.number_input(label, min_value=0, max_value=MAX_MINUTES, step=5, **binding)  # type: ignore[call-overload]


def _own_item() -> None:
    """Something of the trainer's own between what was collected."""
    with st.expander("加一项自己的内容（破冰、茶歇、分组任务……）"), st.form("own", clear_on_submit=True):
        title = st.text_input("名称", max_chars=LONGEST_TITLE)
        note = st.text_area(pack_item.OWN, max_chars=MAX_TEXT)
        minutes = st.number_input("分钟", 0, MAX_MINUTES, USUAL_MINUTES["note"], 5)
        if st.form_submit_button("加入"):
            if not title.strip():
                st.warning("请先写名称。")
            else:
                kept_pack.collect(note_item(title, note, minutes))
                st.rerun()


def _taken_out() -> None:
    """What was taken out in this session, to be put back."""
    latest = list(kept_pack.taken().values())[-LATEST:]
    if not latest:
        return
    with st.expander(f"刚取出的（{len(kept_pack.taken())}）"):
        for item in reversed(latest):
            label = f"放回「{theme.plain(item.title)}」"
            st.button(label, key=f"back-{item.id}", on_click=kept_pack.collect, args=(item,))


def _agenda(pack: Pack, plan: Outline) -> None:
    st.header(f"流程（共 {pack.minutes} 分钟）", anchor=False)
    rows = "".join(
        f"<tr><td>{escape(step.clock)}</td><td>{escape(step.title)}</td><td>{step.minutes} 分钟</td></tr>"
        for step in plan.agenda
    )
    st.html(f'<div class="cb-card"><table class="cb-agenda">{rows}</table></div>')
