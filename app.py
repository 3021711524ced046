"""The page: ``streamlit run app.py``. Draws only; what is drawn comes from ``search``."""

from __future__ import annotations

import streamlit as st

from ingest.errors import CasebaseError, StoreError
from views import (
    ask,
    case,
    cases,
    compare,
    gaps,
    kept_pack,
    library,
    navigation,
    session_pack,
    similar,
    source,
    theme,
    visitor,
)
from views.opened import forget_published, searcher

st.set_page_config(page_title="社区治理案例库", layout="wide", initial_sidebar_state="auto")
theme.apply()

PAGES = {
    "ask": st.Page(ask.draw, title="问", url_path="ask", default=True),
    "cases": st.Page(cases.draw, title="案例", url_path="cases"),
    "case": st.Page(case.draw, title="案例卡", url_path="case", visibility="hidden"),
    "compare": st.Page(compare.draw, title="比较", url_path="compare", visibility="hidden"),
    "similar": st.Page(similar.draw, title="找同类", url_path="similar"),
    "pack": st.Page(session_pack.draw, title=kept_pack.page_title(), url_path="pack"),
    "gaps": st.Page(gaps.draw, title="空白图", url_path="gaps"),
    "library": st.Page(library.draw, title="资料库", url_path="library"),
    "source": st.Page(source.draw, title="原文", url_path="source", visibility="hidden"),
}
navigation.register(PAGES)
page = st.navigation(list(PAGES.values()), position="top")
visitor.remember()
kept_pack.report()

try:
    notice = searcher().notice
    if notice and st.session_state.get("told") != notice:
        st.session_state["told"] = notice
        st.warning(theme.plain(notice))
except CasebaseError as error:
    if page.url_path != "library":  # there the first documents can be put in
        st.error(theme.plain(str(error)))
        navigation.link("library", "到资料库", {})
        st.stop()

try:
    page.run()
except StoreError as error:  # it answered when the page was opened, and doesn't any more
    forget_published()
    st.error(theme.plain(str(error)))
    st.button("再试一次", key="again")
