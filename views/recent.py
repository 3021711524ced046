"""The questions that this browser asked last: kept, offered again, cleared with one click."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import streamlit as st

from desk import data
from desk.recent import KEPT_DAYS, Recent, RecentError
from views import theme, visitor
from views.sign_in import stored_secrets

_LAST = "recent-last"


def questions_are_kept() -> bool:
    """Whether questions may be stored; ``[privacy] log_questions = false`` in secrets.toml says no."""
    privacy = stored_secrets().get("privacy")
    return not (isinstance(privacy, Mapping) and privacy.get("log_questions") is False)


def note(question: str) -> None:
    """Remember a question that was asked, once until another is."""
    if st.session_state.get(_LAST) == question or not questions_are_kept():
        return
    st.session_state[_LAST] = question
    try:
        Recent(data.folder()).add(visitor.token(), question)
    except RecentError as error:
        st.toast(theme.plain(f"刚才的问题没有记下来：{error}"))


def offer(ask: Callable[[str], None]) -> None:
    """What this browser asked last, each a button that asks it again."""
    try:
        questions = Recent(data.folder()).questions(visitor.token()) if questions_are_kept() else ()
    except RecentError as error:
        st.warning(theme.plain(f"最近问过的看不了：{error}"))
        return
    if not questions:
        return
    st.write("最近问过：")
    with st.container(horizontal=True):
        for text in questions:
            st.button(theme.plain(theme.short(text)), key=f"recent-{text}", on_click=ask, args=(text,))
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption(
            f"只存在运行案例库的这台电脑上，最多 {KEPT_DAYS} 天；换一个浏览器看不到。", width="content"
        )
        st.button("清除最近问过的", key="forget", on_click=_forget, type="tertiary")


def _forget() -> None:
    try:
        Recent(data.folder()).clear(visitor.token())
    except RecentError as error:
        st.toast(theme.plain(f"没有清除：{error}"))
    st.session_state.pop(_LAST, None)
