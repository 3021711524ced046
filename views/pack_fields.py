"""Widgets whose value the session pack holds: what is typed is kept, and what another tab kept is shown."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import streamlit as st

from desk.pack import MAX_PARTS, Pack
from views import kept_pack

T = TypeVar("T")


def bound(name: str, stored: T, edit: Callable[[Pack, T], Pack]) -> dict[str, Any]:
    """``key`` and ``on_change`` of a widget that shows ``stored`` and changes the pack by ``edit``.

    The widget's state is touched only where it differs, so that nobody's typing is overwritten.
    """
    key = f"pack-{name}"
    if key not in st.session_state or st.session_state[key] != stored:
        st.session_state[key] = stored

    def changed() -> None:
        given: T = st.session_state[key]
        kept_pack.change(lambda pack: edit(pack, given))

    return {"key": key, "on_change": changed}


def questions(
    name: str,
    stored: tuple[str, ...],
    offered: tuple[str, ...],
    edit: Callable[[Pack, tuple[str, ...]], Pack],
) -> None:
    """Discussion questions, one a line, and those on offer to add to them."""

    def typed(pack: Pack, text: str) -> Pack:
        return edit(pack, tuple(line.strip() for line in text.splitlines() if line.strip()))

    st.text_area(
        f"讨论题（一行一题，最多 {MAX_PARTS} 题，可以直接改）",
        height=34 + 28 * max(len(stored), 2),
        **bound(f"questions-{name}", "\n".join(stored), typed),
    )
    left = [question for question in offered if question not in stored]
    if not left:
        return

    def picked() -> None:
        chosen = st.session_state[f"offer-{name}"]
        st.session_state[f"offer-{name}"] = None
        if chosen:
            kept_pack.change(lambda pack: edit(pack, (*stored, chosen)))

    st.selectbox(
        "从题库加一题",
        left,
        index=None,
        key=f"offer-{name}",
        placeholder=f"有 {len(left)} 道合适的题可选",
        on_change=picked,
    )
