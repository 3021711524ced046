"""Inputs whose value stands in the page's address, so that it can be shared, reloaded and come back to.

Streamlit's own binding would write labels, and with them their counts, into the address.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import streamlit as st

MAX_TEXT = 200  # characters of what may be typed into the address
PAGE = "page"
Labelled = Callable[[str], str]


def values(name: str) -> tuple[str, ...]:
    """All values of a parameter."""
    return tuple(st.query_params.get_all(name))


def value(name: str, default: str = "", among: Sequence[str] | None = None) -> str:
    """A parameter's value; the default where there is none, or none that is allowed."""
    given = st.query_params.get(name, default)
    return given if among is None or given in among else default


def number(name: str, lowest: int, highest: int, default: int) -> int:
    """A parameter's whole number, brought within the bounds."""
    given = value(name)
    sound = given.isascii() and given.isdigit() and len(given) < 10
    return min(max(int(given), lowest), highest) if sound else default


def put(name: str, *given: str) -> None:
    """Set a parameter; without values it goes."""
    if given:
        st.query_params[name] = list(given)
    else:
        st.query_params.pop(name, None)


def several(name: str, label: str, options: Sequence[str], labelled: Labelled = str, **more: str) -> None:
    """A choice of several; what the address names and the options don't hold can be taken away."""
    st.session_state[key(name)] = list(values(name))
    unknown = [given for given in values(name) if given not in options]
    st.multiselect(
        label,
        [*options, *unknown],
        format_func=labelled,
        key=key(name),
        on_change=_take,
        args=(name,),
        placeholder=more.get("placeholder", "不限"),
    )


def one(name: str, label: str, options: Mapping[str, str], default: str) -> str:
    """A choice of one among options (value → label); returns the chosen value."""
    st.session_state[key(name)] = value(name, default, tuple(options))
    chosen: str = st.selectbox(
        label, list(options), format_func=lambda v: options[v], key=key(name), on_change=_take, args=(name,)
    )
    return chosen


def text(name: str, label: str, placeholder: str) -> str:
    """A line of text."""
    st.session_state[key(name)] = value(name)[:MAX_TEXT]
    typed: str = st.text_input(
        label,
        key=key(name),
        on_change=_take,
        args=(name,),
        placeholder=placeholder,
        max_chars=MAX_TEXT,
    )
    return typed


def pages(name: str, count: int, place: str) -> None:
    """Buttons for the pages of a list, drawn where there is more than one; ``place`` tells those of one page apart."""
    if count > 1:
        here = number(name, 1, count, 1)
        own = f"{key(name)}-{place}-{here}-{count}"  # another page is another widget: its default is the address's
        st.pagination(count, default=here, key=own, on_change=_turn, args=(name, own))


def key(name: str) -> str:
    """The key of the input of a parameter."""
    return f"at-{name}"


def _take(name: str) -> None:
    """Write what was chosen into the address; another choice begins at the first page."""
    given = st.session_state[key(name)]
    chosen = given if isinstance(given, list) else [str(given)] if given else []
    put(name, *chosen)
    put(PAGE)


def _turn(name: str, own: str) -> None:
    put(name, str(st.session_state[own]))
