"""Signing in as an administrator; the sign-in lives in the session and ends with it, or after some hours."""

from __future__ import annotations

import time
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import streamlit as st
from streamlit.errors import StreamlitSecretNotFoundError

from desk import access, data
from desk.access import AccessError, Administrator, Guard, Settings
from desk.access_commands import SECRETS
from views import theme

_KEY = "administrator"
_OFF = (
    "现在只能看，不能改。要添加、移走资料，请在装本程序的电脑上、在本程序的文件夹里运行 "
    "`python -m desk password` 设一个管理员密码，再刷新这一页登录。"
)


def stored_secrets() -> Mapping[str, Any]:
    """What secrets.toml holds; nothing where there is none."""
    try:
        return st.secrets.to_dict()
    except StreamlitSecretNotFoundError:
        return {}


def known() -> Settings:
    """Who may be an administrator."""
    found = access.settings(stored := stored_secrets())
    if not stored and SECRETS.exists() and SECRETS.stat().st_size:
        return Settings(problem=f"设置文件 {SECRETS} 读不懂，没有采用。请改好它。")
    return found


def administrator() -> Administrator | None:
    """Who is signed in in this session; None for a visitor."""
    settings, signed_in = known(), st.session_state.get(_KEY)
    if isinstance(signed_in, Administrator) and access.holds(signed_in, settings, time.time()):
        return signed_in
    st.session_state.pop(_KEY, None)
    if settings.service and st.user.is_logged_in:
        try:
            return access.vouched(st.user.to_dict(), settings, time.time())
        except AccessError:
            return None
    return None


def require() -> Administrator:
    """Who is signed in; raises AccessError for a visitor. Every change asks this at the moment it is made."""
    if (found := administrator()) is None:
        raise AccessError("登录已经到期，没有改动。请重新登录。")
    return found


def bar() -> Administrator | None:
    """One line: who is signed in, or how to; returns who is."""
    settings, found = known(), administrator()
    if settings.problem:
        st.warning(theme.plain(settings.problem))
    if found:
        with st.container(horizontal=True, vertical_alignment="center"):
            until = f"{datetime.fromtimestamp(found.until).astimezone():%H:%M}"
            st.caption(theme.plain(f"管理员：{found.name}，登录到 {until} 为止"))
            st.button("退出登录", key="sign-out", on_click=_sign_out)
    elif settings.possible:
        with st.expander("管理员登录（只看不改不用登录）", expanded=_KEY + "-problem" in st.session_state):
            _service(settings)
            _form(settings)
    else:
        st.caption(_OFF)
    return found


def _form(settings: Settings) -> None:
    if not settings.password:
        return
    if problem := st.session_state.pop(_KEY + "-problem", ""):
        st.error(theme.plain(problem))
    with st.form("sign-in", clear_on_submit=True, border=False):
        st.text_input("管理员密码", type="password", key="password", max_chars=access.LONGEST)
        st.text_input("怎么称呼您（写进操作记录，可以不填）", key="called", max_chars=40)
        st.form_submit_button("登录", on_click=_sign_in)


def _sign_in() -> None:
    given, name = st.session_state.get("password", ""), st.session_state.get("called", "")
    try:
        st.session_state[_KEY] = Guard(data.folder()).sign_in(given, name, known())
    except AccessError as error:
        st.session_state[_KEY + "-problem"] = str(error)


def _service(settings: Settings) -> None:
    """Signing in through the service of the organisation."""
    if not (settings.service and settings.emails):
        return
    if st.user.is_logged_in:
        try:
            access.vouched(st.user.to_dict(), settings, time.time())
        except AccessError as error:
            st.warning(theme.plain(str(error)))
            st.button("退出单位账号", on_click=st.logout)
    elif _can_log_in():
        st.button("用单位账号登录", on_click=st.login)
    else:
        st.warning("要用单位账号登录，还需要安装 Authlib：`pip install 'casebase[auth]'`。")


def _can_log_in() -> bool:
    from importlib.util import find_spec

    return find_spec("authlib") is not None


def _sign_out() -> None:
    st.session_state.pop(_KEY, None)
    if known().service and st.user.is_logged_in:
        st.logout()
