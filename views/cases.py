"""案例: all documents, narrowed by facets and title words; everything chosen stands in the address."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from html import escape
from pathlib import PurePosixPath

import streamlit as st

from ingest.parsers import PARSERS
from ingest.passage_store import StoredDocument
from search import browse
from search.cases.card import gist
from search.models import FacetValue
from views import address, cards, navigation, originals, theme, tray
from views.asked import LABELS
from views.opened import searcher

PER_PAGE = 20
ORDERS = {"year": "按年份", "place": "按地点", "title": "按题目", "added": "按最近加入"}
FORMATS = {
    "pdf": "PDF",
    "docx": "Word",
    "pptx": "PPT",
    "xlsx": "Excel",
    "html": "网页",
    "letter": "邮件",
    "epub": "电子书",
    "ofd": "OFD",
    "markdown": "文本",
    "text": "文本",
    "image": "图片",
    "legacy": "旧版 Office",
}


def draw() -> None:
    """The whole page."""
    st.title("案例", anchor=False)
    left, right = st.columns([3, 1])
    with left:
        words = address.text("title", "在题目里找", "例如：加装电梯")
    with right:
        order = address.one("sort", "排列", ORDERS, "year")
    filters = {name: values for name in LABELS if (values := address.values(name))}
    listing = browse.browse(searcher(), filters, words, _key(order))
    _filters(listing.counts)
    tray.draw()
    if not listing.documents:
        st.info("没有符合条件的资料。请少选几项筛选，或者换几个题目里的字。")
        return
    _list(listing.documents, order)


def _key(order: str) -> browse.Key:
    keys: Mapping[str, browse.Key] = {
        "year": browse.by_year,
        "place": browse.by_place,
        "title": browse.by_title,
        "added": lambda document: (-originals.added(document), *browse.by_title(document)),
    }
    return keys[order]


def _filters(counts: Mapping[str, tuple[FacetValue, ...]]) -> None:
    """Facets with the number of documents that each value leaves."""
    with st.sidebar:
        st.header("筛选", anchor=False)
        for name, label in LABELS.items():
            number = {value.value: value.count for value in counts.get(name, ())}
            address.several(name, label, list(number), _labelled(number))


def _labelled(number: Mapping[str, int]) -> Callable[[str], str]:
    return lambda value: f"{value}（{number.get(value, 0)}）"


def _list(documents: tuple[StoredDocument, ...], order: str) -> None:
    """One page of the documents."""
    count = -(-len(documents) // PER_PAGE)
    here = address.number(address.PAGE, 1, count, 1)
    first = (here - 1) * PER_PAGE
    shown = documents[first : first + PER_PAGE]
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
        theme.count(f"共 {len(documents)} 篇，这里是第 {first + 1} 到 {first + len(shown)} 篇")
        address.pages(address.PAGE, count, "above")
    for document in shown:
        _card(document, order)
    address.pages(address.PAGE, count, "below")


def _card(document: StoredDocument, order: str) -> None:
    added = f"{date.fromtimestamp(originals.added(document)):%Y-%m-%d} 加入" if order == "added" else ""
    with st.container(border=True):
        st.html(entry(document, added))
        with st.container(horizontal=True, vertical_alignment="center"):
            place = {"doc": document.id, **navigation.here()}
            navigation.link("case", "案例卡", {**place, **tray.carried()})
            navigation.link("source", "原文", {**place, "from": "cases"})
            tray.button(document.id)


def entry(document: StoredDocument, added: str = "") -> str:
    """Title, facts, gist and extent of a document as HTML."""
    said = _gist(searcher().build, document.id)
    quoted = f'<p class="cb-text">{escape(said)}</p>' if said else ""
    return (
        f'<div class="cb-card"><h3>{escape(document.title)}</h3>'
        f'<p class="cb-meta">{escape(cards.facts(document))}</p>{quoted}'
        f'<p class="cb-meta">{escape(extent(document, added))}</p></div>'
    )


def extent(document: StoredDocument, added: str = "") -> str:
    """Format, pages and passages of a document, in words."""
    module = PARSERS.get(PurePosixPath(document.path).suffix.lower(), "").rpartition(".")[2]
    pages = f"{document.page_count} 页" if document.page_count else ""
    parts = (FORMATS.get(module, ""), pages, f"{document.passages} 个段落", added)
    return " · ".join(part for part in parts if part)


@st.cache_data(show_spinner=False, max_entries=20_000)
def _gist(build: str, document: str) -> str:
    """One sentence of a document; the build is only there to tell what was kept from what has changed."""
    line = gist(searcher(), searcher().store.by_id[document])
    return line.text if line else ""
