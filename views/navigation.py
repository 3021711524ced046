"""The pages by name, so that one can lead to another without importing it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlencode

import streamlit as st

if TYPE_CHECKING:
    from streamlit.navigation.page import StreamlitPage

BACK = "back"  # the parameter in which a page keeps the parameters of the one before it
_PAGES = "pages"


def register(pages: Mapping[str, StreamlitPage]) -> None:
    """Make the pages known to ``link``; called once a run, by ``app.py``."""
    st.session_state[_PAGES] = dict(pages)


def link(page: str, label: str, parameters: Mapping[str, str | list[str]]) -> None:
    """A link to a page with these parameters in its address."""
    st.page_link(st.session_state[_PAGES][page], label=label, query_params=dict(parameters))


def here() -> dict[str, str | list[str]]:
    """This page's parameters as another page keeps them, so that it can lead back to them."""
    own = {name: st.query_params.get_all(name) for name in st.query_params if name != BACK}
    return {BACK: urlencode(own, doseq=True)}


def back(page: str, label: str, more: Mapping[str, str | list[str]] | None = None) -> None:
    """A link to the page before, with the parameters that it had, or with these instead."""
    link(page, label, {**parse_qs(st.query_params.get(BACK, "")), **(more or {})})
