"""What stands in the address of the ask page, so that a link can be shared and back and reload keep everything."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import parse_qs, urlencode

import streamlit as st

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
BACK = "back"  # the parameter in which another page keeps what was asked here
PAGE, MOST = 10, 50  # hits


def question() -> list[str]:
    """What is asked, from the box or, on another page, from the address; empty for nothing."""
    return [text] if (text := st.session_state.get("q")) else st.query_params.get_all("q")


def chosen(name: str) -> tuple[str, ...]:
    """The chosen values of a facet or of another choice: the address is what holds."""
    return tuple(st.query_params.get_all(name))


def choose(name: str, values: Sequence[str]) -> None:
    """Choose these values instead; none leaves the parameter out."""
    st.query_params[name] = list(values)


def filters() -> dict[str, tuple[str, ...]]:
    """The chosen values by facet."""
    return {name: values for name in FILTERS if (values := chosen(name))}


def one_of(name: str, options: Sequence[str]) -> str:
    """The chosen one of a few options, the first when none of them is chosen."""
    given = chosen(name)
    return given[0] if given and given[0] in options else options[0]


def number_of_hits() -> int:
    """How many hits are asked for: PAGE, or more of them up to MOST."""
    given = chosen("n")
    return min(max(int(given[0]), PAGE), MOST) if given and given[0].isdecimal() else PAGE


def asked() -> str:
    """The question and the choices as one parameter, for the address of a page that leads back to them."""
    values = {"q": question(), **{name: list(chosen(name)) for name in CHOICES}}
    return urlencode({name: given for name, given in values.items() if given}, doseq=True)


def restore() -> None:
    """Take up what was asked before another page was opened.

    Streamlit drops the parameters of this page's widgets from another page's address, and the browser's
    way back keeps that address's parameters; so the other page carries the question in one of its own.
    """
    before = came_from()
    if before:
        st.query_params.from_dict(before)
        st.session_state.pop("q", None)
        st.rerun()


def came_from() -> dict[str, list[str]]:
    """The parameters of the ask page that led here."""
    before = parse_qs(st.query_params.get(BACK, ""))
    return {name: values for name, values in before.items() if name in ("q", *CHOICES)}
