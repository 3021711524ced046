"""The hits of an answer as cards, in the chosen order, passage by passage or by document."""

from __future__ import annotations

from collections.abc import Iterable

import streamlit as st

from desk.pack_items import hit_item
from ingest.passage_store import StoredPassage
from search.models import Answer, Hit
from views import address, asked, cards, feedback, navigation
from views.opened import searcher
from views.session_pack import collect_button


def draw(answer: Answer) -> None:
    """All cards, and how they are ordered and grouped."""
    with st.container(horizontal=True):
        _choice("order", "排序", asked.ORDERS)
        _choice("group", "排列", asked.GROUPS)
    ordered = _ordered(answer.hits, address.value("order", asked.ORDERS[0], asked.ORDERS))
    if address.value("group", asked.GROUPS[0], asked.GROUPS) == "按文档":
        for own in _by_document(ordered):
            with st.container(border=True):
                st.html(cards.document_head(own[0].document))
                for hit in own:
                    st.html(cards.passage_card(hit))
                    _below(hit, answer, last=hit is own[-1])
        return
    last = {hit.document.row: hit for hit in ordered}
    for hit in ordered:
        with st.container(border=True):
            st.html(cards.card(hit))
            _below(hit, answer, last=last[hit.document.row] is hit)


def _choice(name: str, label: str, options: tuple[str, ...]) -> None:
    st.session_state[name] = address.value(name, options[0], options)
    st.segmented_control(
        label,
        options,
        key=name,
        required=True,
        label_visibility="collapsed",
        on_change=_take,
        args=(name, options[0]),
    )


def _take(name: str, usual: str) -> None:
    given = st.session_state[name]
    address.put(name, *[given] * (given != usual))


def _ordered(hits: Iterable[Hit], order: str) -> list[Hit]:
    """The hits by relevance, by year (the newest first, those without one last) or by place; ties by relevance."""
    if order == "按年份":
        return sorted(
            hits, key=lambda hit: max(hit.document.facets.values.get("year", ()), default=""), reverse=True
        )
    if order == "按地点":
        return sorted(hits, key=lambda hit: cards.place(hit.document) or "\uffff")
    return list(hits)


def _by_document(hits: Iterable[Hit]) -> list[list[Hit]]:
    """The hits of each document together, documents in the order of their first."""
    groups: dict[int, list[Hit]] = {}
    for hit in hits:
        groups.setdefault(hit.document.row, []).append(hit)
    return list(groups.values())


def _below(hit: Hit, answer: Answer, last: bool) -> None:
    """What can be done with a hit: open its source, see what stands around it and what else its document says."""
    with st.container(
        horizontal=True, vertical_alignment="center", gap="xsmall", key=f"below-{hit.passage_id}"
    ):
        _open_source(hit.document.id, int(hit.passage_id.rpartition("-")[2]))
        collect_button(hit_item(hit), hit.passage_id)
        feedback.hit_buttons(answer, hit)
    more = answer.more.get(hit.document.row, ()) if last else ()
    label = f"前后文，另有 {len(more)} 段相关" if more else "前后文"
    around = st.expander(label, key=f"around-{hit.passage_id}", on_change="rerun", type="compact")
    if around.open:
        with around:
            _around(hit, more)


def _around(hit: Hit, more: Iterable[StoredPassage]) -> None:
    number = int(hit.passage_id.rpartition("-")[2])
    whole = searcher().store.passages_of(hit.document)
    for words, at in (("前一段", number - 1), ("后一段", number + 1)):
        if 0 <= at < len(whole):
            st.html(cards.other_passage(words, whole[at]))
    for stored in more:
        st.html(cards.other_passage("同一文档", stored))
        _open_source(hit.document.id, stored.number)


def _open_source(document: str, number: int) -> None:
    navigation.link("source", "查看原文", {"doc": document, "passage": str(number), **asked.here()})
