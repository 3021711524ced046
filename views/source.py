"""原文: a document at the place of a passage; the address names both (``?doc=…&passage=…``)."""

from __future__ import annotations

from html import escape
from urllib.parse import parse_qs

import streamlit as st

from desk.pack_items import case_item, passage_item
from ingest.models import Section
from ingest.passage_store import StoredDocument, StoredPassage
from search.cases.card import card
from search.present import pages_in_words
from views import cards, navigation, originals
from views.ask import BACK
from views.opened import searcher
from views.session_pack import collect_button


def draw() -> None:
    """The whole page."""
    before = parse_qs(st.query_params.get(BACK, ""))
    navigation.link("ask", "← 回到搜索结果", before)
    store = searcher().store
    document = store.by_id.get(st.query_params.get("doc", ""))
    if document is None:
        st.warning("没有这篇文档，它可能已从资料库移走。请回到“问”重新搜索。")
        return
    passages = store.passages_of(document)
    number = st.query_params.get("passage", "")
    here = next((passage for passage in passages if str(passage.number) == number), None)
    _head(document)
    _collect(document, here)
    _place(document, store.sections_of(document), here)
    _sources(document)


def _head(document: StoredDocument) -> None:
    st.html(
        f'<div class="cb-card"><h2>{escape(document.title)}</h2>'
        f'<p class="cb-meta">{escape(cards.facts(document))}</p>'
        f'<p class="cb-meta">文件：{escape(document.path)}</p></div>'
    )


def _collect(document: StoredDocument, here: StoredPassage | None) -> None:
    """Take the marked passage, or the card of the whole document, into the session pack."""
    with st.container(horizontal=True):
        if here is not None:
            collect_button(passage_item(document, here.number, here.passage), "passage", "这一段")
        collect_button(case_item(card(searcher(), document)), "case", "整篇")


def _place(document: StoredDocument, sections: list[Section], here: StoredPassage | None) -> None:
    """The text and, for a PDF, the page beside it as a picture."""
    page = here.passage.pages[0] if here and here.passage.pages else None
    picture = originals.page_picture(document, page) if page else None
    if page is None or picture is None:
        _sections(sections, here)
        return
    text, paper = st.columns(2)
    with text:
        _sections(sections, here)
    with paper:
        st.image(picture, caption=pages_in_words((page, page)))


def _sections(sections: list[Section], here: StoredPassage | None) -> None:
    """The section of the passage open, the passage marked; the others folded around it."""
    for number, section in enumerate(sections):
        if here is None or number == here.passage.section:
            st.html(_section(section, here))
        else:
            with st.expander(cards.heading_label(section)):
                st.html(_section(section, None))


def _section(section: Section, here: StoredPassage | None) -> str:
    heading = escape(" › ".join(section.heading))
    if here is None:
        body = escape(section.text)
    else:
        start, end = here.passage.start, here.passage.end
        before, own, after = section.text[:start], section.text[start:end], section.text[end:].lstrip()
        body = f'{escape(before)}<span class="cb-here">{escape(own)}</span>{escape(after)}'
        heading += escape(f"  {pages_in_words(here.passage.pages)}")
    return f'<div class="cb-card"><h3>{heading}</h3><p class="cb-text">{body}</p></div>'


def _sources(document: StoredDocument) -> None:
    if document.sources:
        st.subheader("来源", anchor=False)
        st.html(cards.sources(document.sources))
