"""The pages by name, so that one can lead to another without importing it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import streamlit as st

if TYPE_CHECKING:
    from streamlit.navigation.page import StreamlitPage

_PAGES = "pages"


def register(pages: Mapping[str, StreamlitPage]) -> None:
    """Make the pages known to ``link``; called once a run, by ``app.py``."""
    st.session_state[_PAGES] = dict(pages)


def link(page: str, label: str, parameters: Mapping[str, str | list[str]]) -> None:
    """A link to a page with these parameters in its address."""
    st.page_link(st.session_state[_PAGES][page], label=label, query_params=dict(parameters))
