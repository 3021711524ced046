"""The page: ``streamlit run app.py``. Draws only; what is drawn comes from ``search``."""

from __future__ import annotations

import streamlit as st

from ingest.errors import CasebaseError
from views import ask, source, theme
from views.library import searcher

st.set_page_config(page_title="社区治理案例库", layout="wide", initial_sidebar_state="auto")
theme.apply()

ASK = st.Page(ask.draw, title="问", url_path="ask", default=True)
SOURCE = st.Page(source.draw, title="原文", url_path="source", visibility="hidden")
st.session_state["ask_page"], st.session_state["source_page"] = ASK, SOURCE
page = st.navigation([ASK, SOURCE], position="top")

try:
    searcher()
except CasebaseError as error:
    st.error(theme.plain(str(error)))
    st.stop()

page.run()
