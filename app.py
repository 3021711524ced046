"""The page: ``streamlit run app.py``. Draws only; what is drawn comes from ``search``."""

from __future__ import annotations

import streamlit as st

from ingest.errors import CasebaseError
from views import ask, kept_pack, navigation, session_pack, source, theme, visitor
from views.opened import searcher

st.set_page_config(page_title="社区治理案例库", layout="wide", initial_sidebar_state="auto")
theme.apply()

PAGES = {
    "ask": st.Page(ask.draw, title="问", url_path="ask", default=True),
    "pack": st.Page(session_pack.draw, title=kept_pack.page_title(), url_path="pack"),
    "source": st.Page(source.draw, title="原文", url_path="source", visibility="hidden"),
}
navigation.register(PAGES)
page = st.navigation(list(PAGES.values()), position="top")
visitor.remember()
kept_pack.report()

try:
    searcher()
except CasebaseError as error:
    st.error(theme.plain(str(error)))
    st.stop()

page.run()
