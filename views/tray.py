"""The cases picked for a comparison: kept for the session, and in the address, so that a reload keeps them too.

The address is written on a click only: written while another page opens, it would stand in the browser's history
as the address of the page before.
"""

from __future__ import annotations

import streamlit as st

from search.cases.compare import FEWEST, MOST
from views import address, navigation, theme
from views.opened import searcher

PARAMETER = "pick"
_KEPT = "picked"


def picked() -> tuple[str, ...]:
    """Ids of the picked documents that the library holds; those of the address, else those of the session."""
    given = address.values(PARAMETER) or st.session_state.get(_KEPT, ())
    known = tuple(dict.fromkeys(name for name in given if name in searcher().store.by_id))[:MOST]
    st.session_state[_KEPT] = known
    return known


def carried() -> dict[str, str | list[str]]:
    """What a link to another page hands on."""
    return {PARAMETER: list(picked())}


def draw() -> None:
    """What is picked, each to be put back, and the way to the comparison; nothing while nothing is picked."""
    chosen = picked()
    if not chosen:
        return
    with st.container(border=True, key="tray"):
        st.markdown(f"**比较**：已选 {len(chosen)} 篇，可选 {FEWEST} 到 {MOST} 篇")
        for name in chosen:
            title = searcher().store.by_id[name].title
            st.button(
                f"✕ {theme.plain(theme.short(title))}",
                key=f"unpick-{name}",
                help="从比较中拿掉",
                on_click=_change,
                args=(tuple(other for other in chosen if other != name),),
                type="tertiary",
            )
        if len(chosen) >= FEWEST:
            navigation.link("compare", "并排比较 →", {"doc": list(chosen)})
        else:
            st.caption("再选一篇就可以比较了。")


def button(name: str) -> None:
    """Put a document into the comparison, or take it out again."""
    chosen = picked()
    inside = name in chosen
    others = tuple(other for other in chosen if other != name)
    st.button(
        "已加入比较" if inside else "加入比较",
        key=f"pick-{name}",
        on_click=_change,
        args=(others if inside else (*chosen, name),),
        disabled=not inside and len(chosen) >= MOST,
        help="再点一下拿掉" if inside else f"最多 {MOST} 篇" if len(chosen) >= MOST else None,
        type="primary" if inside else "secondary",
    )


def _change(chosen: tuple[str, ...]) -> None:
    st.session_state[_KEPT] = chosen
    address.put(PARAMETER, *chosen)
