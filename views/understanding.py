"""What a question was taken to mean: shown, each part to be taken up or turned off."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from search.language.synonyms import Synonym
from search.models import Understanding
from views import address, asked, theme

SHOWN = 6  # synonyms of a word


def draw(understood: Understanding, ask: Callable[[str], None]) -> None:
    """Corrections and filters on offer, synonyms that were searched for too; ``ask`` asks another question."""
    if understood.suggestion:
        label = f"您是不是要找：{theme.plain(understood.suggestion)}"
        st.button(label, key="suggestion", on_click=ask, args=(understood.suggestion,))
    if unknown := understood.unknown_places.names:
        st.info(theme.plain(f"资料库里没有{'、'.join(unknown)}的资料。"))
        if rest := understood.unknown_places.rest:
            st.button("不限地点再找", key="anywhere", on_click=ask, args=(rest,))
    chosen = [(name, value) for name, values in asked.filters().items() for value in values]
    if understood.hints or chosen:
        with st.container(horizontal=True):
            for hint in understood.hints:
                label = f"只看：{theme.plain(hint.value)}"
                more = [*address.values(hint.name), hint.value]
                st.button(
                    label,
                    key=f"hint-{hint.name}-{hint.value}",
                    on_click=address.put,
                    args=(hint.name, *more),
                )
            for name, value in chosen:
                left = [other for other in address.values(name) if other != value]
                label = f"✕ 已筛选：{theme.plain(value)}"
                st.button(label, key=f"chosen-{name}-{value}", on_click=address.put, args=(name, *left))
    _synonyms(understood)
    if understood.parts:
        st.caption(theme.plain(f"问题分成了 {len(understood.parts)} 个：{'；'.join(understood.parts)}"))


def _synonyms(understood: Understanding) -> None:
    literal = address.values("literal")
    if not understood.synonyms and not literal:
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption("同时找了近义的说法：" if understood.synonyms else "只按原来的字词找：", width="content")
        for synonym in understood.synonyms:
            st.button(
                f"✕ {theme.plain(_in_words(synonym))}",
                key=f"synonym-{synonym.word}",
                type="tertiary",
                help="点一下，不再找这些近义的说法",
                on_click=address.put,
                args=("literal", *literal, synonym.word),
            )
        for word in literal:
            st.button(
                f"＋ {theme.plain(word)}的近义说法",
                key=f"literal-{word}",
                type="tertiary",
                on_click=address.put,
                args=("literal", *(other for other in literal if other != word)),
            )


def _in_words(synonym: Synonym) -> str:
    more = "等" if len(synonym.others) > SHOWN else ""
    return f"{synonym.word}：{'、'.join(synonym.others[:SHOWN])}{more}"
