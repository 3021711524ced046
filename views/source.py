"""原文: a document at the place of a passage; the address names both (``?doc=…&passage=…``)."""

from __future__ import annotations

from html import escape

import streamlit as st

from desk.pack_items import case_item, passage_item
from desk.references import reference
from ingest.models import Section
from ingest.passage_store import StoredDocument, StoredPassage
from search.cases.card import card
from search.present import pages_in_words
from views import address, cards, navigation, originals
from views.opened import searcher
from views.paper import Paper
from views.session_pack import collect_button

BACK_TO = {
    "ask": "← 回到搜索结果",
    "cases": "← 回到案例",
    "case": "← 回到案例卡",
    "similar": "← 回到找同类",
    "gaps": "← 回到空白图",
    "pack": "← 回到备课夹",
}
"""The pages that lead here, named by the parameter ``from``, and the words that lead back."""


def draw() -> None:
    """The whole page."""
    origin = st.query_params.get("from", "ask")
    origin = origin if origin in BACK_TO else "ask"
    navigation.back(origin, BACK_TO[origin])
    store = searcher().store
    document = store.by_id.get(st.query_params.get("doc", ""))
    if document is None:
        st.warning("没有这篇文档，它可能已从资料库移走。请回到“问”重新搜索。")
        return
    passages = store.passages_of(document)
    number = st.query_params.get("passage", "")
    here = next((passage for passage in passages if str(passage.number) == number), None)
    _head(document, [store.by_id[version].path for version in document.versions])
    _collect(document, here)
    _place(document, store.sections_of(document), here)
    _sources(document)


def _head(document: StoredDocument, versions: list[str]) -> None:
    others = f'<p class="cb-meta">同一篇的其他版本：{escape("、".join(versions))}</p>' if versions else ""
    st.html(
        f'<div class="cb-card"><h1>{escape(document.title)}</h1>'
        f'<p class="cb-meta">{escape(cards.facts(document))}</p>'
        f'<p class="cb-meta">文件：{escape(document.path)}</p>{others}</div>'
    )
    if originals.is_masked(document):
        st.caption("这份文件里有个人信息，已经遮住；原件不在网页上提供。")
        return
    path = originals.original(document)
    if path is None:
        st.caption("原文件已改动或移走，下面是资料库里保存的文字。")
        return
    st.download_button("下载原件", path.read_bytes, path.name, key="original", on_click="ignore")


def _collect(document: StoredDocument, here: StoredPassage | None) -> None:
    """Take the marked passage, or the card of the whole document, into the session pack."""
    with st.container(horizontal=True):
        if here is not None:
            collect_button(passage_item(document, here.number, here.passage), "passage", "这一段")
        collect_button(case_item(card(searcher(), document)), "case", "整篇")


def _place(document: StoredDocument, sections: list[Section], here: StoredPassage | None) -> None:
    """The text and, for a PDF, the page beside it as a picture."""
    page = _page(document, here)
    shown = originals.paper_of(document, page, here.passage.text if here else "") if page else None
    if page is None or shown is None:
        _sections(sections, here)
        return
    text, picture = st.columns(2)
    with text:
        _sections(sections, here)
    with picture:
        _turn(page, shown.pages)
        st.image(shown.png, caption=_caption(document, page, shown), width="stretch", alt=f"原件第 {page} 页")


def _page(document: StoredDocument, here: StoredPassage | None) -> int | None:
    """The page to show: the one turned to, or the first of the passage; None where the format has no pages."""
    first = here.passage.pages[0] if here and here.passage.pages else 1
    return address.number("page", 1, document.page_count, first) if document.page_count else None


def _turn(page: int, pages: int) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        st.button("‹ 上一页", key="before", disabled=page <= 1, on_click=_turn_to, args=(page - 1,))
        st.caption(f"{pages_in_words((page, page))}，共 {pages} 页", width="content")
        st.button("下一页 ›", key="after", disabled=page >= pages, on_click=_turn_to, args=(page + 1,))


def _turn_to(page: int) -> None:
    st.query_params["page"] = str(page)


def _caption(document: StoredDocument, page: int, shown: Paper) -> str:
    if any(read.page == page for read in document.ocr):
        return "这一页是扫描件，文字由识别得来，可能有错字。"
    return "着色的是这一段在原件上的位置。" if shown.found else ""


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
    title = f"<h2>{heading}</h2>" if heading else ""
    return f'<div class="cb-card">{title}<p class="cb-text">{body}</p></div>'


def _sources(document: StoredDocument) -> None:
    if document.sources:
        st.header("来源", anchor=False)
        st.html(cards.sources(document.sources))
    st.caption("引用这篇资料（GB/T 7714—2015）：")
    st.code(reference(document), language=None, wrap_lines=True)
