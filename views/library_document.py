"""One document of the library: how it was read and, for administrators, its facts, a new version, its removal."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

import streamlit as st

from desk import keeper_facts
from desk.access import Administrator
from desk.keeper_facts import Facts
from ingest.parsers import PARSERS
from ingest.passage_store import PassageStore, StoredDocument
from ingest.themes import cues
from views import cards, keeping, library_health, navigation, theme

KINDS = ("案例", "培训", "报告")
TYPES = sorted(suffix.removeprefix(".") for suffix in PARSERS)
SHOWN_REMOVED = 200  # lines


def draw(store: PassageStore, document: StoredDocument, administrator: Administrator | None) -> None:
    """The whole card."""
    with st.container(border=True):
        found = library_health.lines(document, store.sections_of(document))
        st.html(
            f'<div class="cb-card"><h3>{escape(document.title)}</h3>'
            f'<p class="cb-meta">{escape(cards.facts(document))}</p>'
            f'<p class="cb-meta">文件：{escape(document.path)}</p>'
            f"<ul>{''.join(f'<li>{escape(line)}</li>' for line in found)}</ul></div>"
        )
        navigation.link("source", "打开原文", {"doc": document.id})
        if document.removed:
            with st.expander(f"去掉的 {len(document.removed)} 行"):
                st.text("\n".join(document.removed[:SHOWN_REMOVED]))
        if administrator:
            with st.expander("改标题、类型、地点、年份、主题"):
                _facts(document)
            with st.expander("换成新的一份"):
                _replace(document)
            _remove(document.path, f"remove-{document.id}")


def _facts(document: StoredDocument) -> None:
    before = keeper_facts.as_shown(document.title, document.facets)
    with st.form(f"facts-{document.id}", border=False):
        title = st.text_input("标题", before.title, max_chars=keeper_facts.LONGEST)
        kinds = list(dict.fromkeys(["", *KINDS, before.kind]))
        kind = st.selectbox("类型", kinds, index=kinds.index(before.kind), format_func=lambda k: k or "不说")
        city = st.text_input("城市", before.city, max_chars=40)
        district = st.text_input("区县", before.district, max_chars=40)
        period = st.text_input("年份，如 2021 或 2018–2020", before.period, max_chars=keeper_facts.LONGEST)
        themes = st.multiselect(
            "主题", list(dict.fromkeys([*cues(), *before.themes])), before.themes, placeholder="不说"
        )
        st.caption("清空一项，就按文件自己写的或程序推断的来。写下的存在资料文件夹的 sources.toml 里。")
        if st.form_submit_button("存下并更新索引"):
            _declare(document.path, Facts(title, kind, city, district, period, tuple(themes)), before)
            st.rerun()


def _declare(name: str, facts: Facts, before: Facts) -> None:
    def make(administrator: Administrator) -> str:
        keeping.keeper().declare(name, facts, before, administrator.name)
        return f"存下了：{name}"

    keeping.change(make)


def _replace(document: StoredDocument) -> None:
    key = f"replacement-{document.id}"
    upload = st.file_uploader("新的一份", type=TYPES, key=key)
    st.caption("旧的进回收站。格式不变时，地址和链接也不变。")
    st.button(
        "替换", key=f"replace-{document.id}", disabled=upload is None, on_click=_swap, args=(document, key)
    )


def _swap(document: StoredDocument, key: str) -> None:
    if (upload := st.session_state.get(key)) is None:
        return

    def make(administrator: Administrator) -> str:
        name = keeping.keeper().replace(document.path, upload.name, upload, administrator.name)
        return f"换好了：{name}。旧的在回收站里。"

    keeping.change(make)


def _remove(name: str, key: str) -> None:
    with st.popover("移走…"):
        st.write(theme.plain(f"把 {name} 移到回收站？30 天内可以恢复。"))
        st.button("移到回收站", key=key, on_click=_take_out, args=(name,))


def _take_out(name: str) -> None:
    def make(administrator: Administrator) -> str:
        keeping.keeper().remove(name, administrator.name)
        return f"移到回收站了：{name}"

    keeping.change(make)


def remove_unread(names: Sequence[str]) -> None:
    """Take out a file that couldn't be read."""
    name = st.selectbox("移走哪一个", names, index=None, placeholder="选一个文件", key="unread")
    if name:
        _remove(name, "remove-unread")
