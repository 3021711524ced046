"""案例卡: one document by slots (``?doc=…``), each line with its place, its sources and the cases like it."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

import streamlit as st

from desk.pack_items import case_item
from ingest.passage_store import StoredDocument
from search.cases.card import Card, card
from search.cases.figures import Figure
from search.cases.reasons import in_words
from search.cases.similar import SimilarProject, similar_to
from views import address, cards, citations, navigation, theme, tray
from views.cases import extent
from views.opened import searcher
from views.session_pack import collect_button

ALIKE = 4  # similar cases shown


def draw() -> None:
    """The whole page."""
    navigation.back("cases", "← 全部案例", tray.carried())
    document = searcher().store.by_id.get(address.value("doc"))
    if document is None:
        st.warning("没有这篇文档，它可能已从资料库移走。请回到“案例”另选一篇。")
        return
    st.html(_head(document))
    with st.container(horizontal=True, vertical_alignment="center"):
        navigation.link("source", "查看原文", {"doc": document.id, **navigation.here(), "from": "case"})
        tray.button(document.id)
        made = card(searcher(), document)
        collect_button(case_item(made), "case")
    tray.draw()
    st.html(_slots(made))
    _sources(document)
    _alike(document)


def _head(document: StoredDocument) -> str:
    organiser = "、".join(document.facets.values.get("organiser", ()))
    led = f'<p class="cb-meta">主办：{escape(organiser)}</p>' if organiser else ""
    return (
        f'<div class="cb-card"><h1>{escape(document.title)}</h1>'
        f'<p class="cb-meta">{escape(cards.facts(document))}</p>{led}'
        f'<p class="cb-meta">{escape(extent(document))}</p></div>'
    )


def _slots(made: Card) -> str:
    """All slots and the numbers; each line is the document's own sentence."""
    told = [
        f'<section><h2>{slot}</h2><div class="cb-slot">{citations.quotes(lines)}</div></section>'
        for slot, lines in made.slots.items()
    ]
    numbers = f'<section><h2>数字</h2><div class="cb-slot">{_figures(made.figures)}</div></section>'
    return (
        f'<div class="cb-card cb-slots">{"".join(told)}{numbers}'
        '<p class="cb-meta">每一句都是资料的原话，由程序挑选；点句末的页码或段落可以核对原文。</p></div>'
    )


def _figures(figures: Sequence[Figure]) -> str:
    if not figures:
        return citations.quotes(())
    items = (
        f"<li><strong>{escape(in_words(figure.number))}</strong> {citations.link(figure.passage_id, figure.page)}"
        f'<br><span class="cb-meta">{escape(theme.short(figure.text, 160))}</span></li>'
        for figure in figures
    )
    return f'<ul class="cb-points">{"".join(items)}</ul>'


def _sources(document: StoredDocument) -> None:
    st.header("来源", anchor=False)
    if document.sources:
        st.html(cards.sources(document.sources))
    st.caption(theme.plain(f"资料库里的文件：{theme.short(document.path, 200)}"))


def _alike(document: StoredDocument) -> None:
    st.header("相近的案例", anchor=False)
    found = [hit for hit in similar_to(searcher(), document, ALIKE) if hit.likeness != "弱"]
    if not found:
        st.caption("资料库里没有真正相近的案例。")
    for hit in found:
        with st.container(border=True):
            st.html(_hit(hit))
            with st.container(horizontal=True, vertical_alignment="center"):
                navigation.link("case", "打开案例卡", {"doc": hit.document.id, **tray.carried()})
                tray.button(hit.document.id)


def _hit(hit: SimilarProject) -> str:
    return (
        f'<div class="cb-card"><h3>{escape(hit.document.title)}</h3>'
        f'<p class="cb-meta">{escape(cards.facts(hit.document))}</p>'
        f'<p class="cb-meta">相近程度：{hit.likeness}。{escape("；".join(hit.reasons))}</p></div>'
    )
