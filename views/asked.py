"""The question and all that is chosen with it: they stand in the address of the ask page."""

from __future__ import annotations

from urllib.parse import parse_qs, urlencode

import streamlit as st

from views import address
from views.navigation import BACK

LABELS = {
    "kind": "类型",
    "city": "城市",
    "district": "区县",
    "year": "年份",
    "theme": "主题",
    "project_class": "项目类别",
}
ORDERS = ("按相关", "按年份", "按地点")
GROUPS = ("逐段", "按文档")
FILTERS = (*LABELS, "aspect")
CHOICES = (*FILTERS, "literal", "order", "group", "n")
PAGE, MOST = 10, 50  # hits


def question() -> list[str]:
    """What is asked, from the box or, on another page, from the address; empty for nothing."""
    return [text] if (text := st.session_state.get("q")) else st.query_params.get_all("q")


def filters() -> dict[str, tuple[str, ...]]:
    """The chosen values by facet."""
    return {name: values for name in FILTERS if (values := address.values(name))}


def number_of_hits() -> int:
    """How many hits are asked for: PAGE, or more of them up to MOST."""
    return address.number("n", PAGE, MOST, PAGE)


def here() -> dict[str, str]:
    """The question and the choices as another page keeps them, so that it can lead back to them."""
    values = {"q": question(), **{name: list(address.values(name)) for name in CHOICES}}
    given = {name: chosen for name, chosen in values.items() if chosen}
    return {BACK: urlencode(given, doseq=True)}


def restore() -> None:
    """Take up what was asked before another page was opened.

    Streamlit drops the parameters of this page's widgets from another page's address, and the browser's
    way back keeps that address's parameters; so the other page carries the question in one of its own.
    """
    before = parse_qs(st.query_params.get(BACK, ""))
    if before:
        st.query_params.from_dict({n: values for n, values in before.items() if n in ("q", *CHOICES)})
        st.session_state.pop("q", None)
        st.rerun()
