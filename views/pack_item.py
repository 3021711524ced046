"""One item of the session pack on its page: its quotes, and what the visitor adds to it."""

from __future__ import annotations

from html import escape

import streamlit as st

from desk import templates
from desk.pack import IN_WORDS, MAX_MINUTES, MAX_TEXT, Item, Pack, Quote, annotate, move
from desk.pack_items import notices
from desk.pack_outline import Outline
from views import kept_pack, navigation, theme
from views.opened import searcher
from views.pack_fields import bound, questions

SHORT = 5  # quotes that are shown without asking
LINKS = 4  # documents of an item that are linked
NOTE = "备注（印在讲义上，也放进幻灯片的演讲者备注）"
OWN = "内容（印在讲义和幻灯片上，一行一条）"


def draw(number: int, item: Item, pack: Pack, plan: Outline, known: tuple[templates.Group, ...]) -> None:
    """The item as a card with its controls."""
    with st.container(border=True):
        facts = " · ".join(part for part in (IN_WORDS[item.kind], item.facts) if part)
        st.html(
            f'<div class="cb-card"><h3>{number}. {escape(item.title)}</h3>'
            f'<p class="cb-meta">{escape(facts)}</p></div>'
        )
        for notice in notices(item, searcher().store):
            st.warning(theme.plain(notice))
        _quotes(item, plan)
        _controls(number, item, pack, plan)
        label = OWN if item.kind == "note" else NOTE
        st.text_area(
            label,
            max_chars=MAX_TEXT,
            height=80,
            **bound(f"note-{item.id}", item.note, lambda now, text: annotate(now, item.id, note=text)),
        )
        with st.expander(f"讨论题（{len(item.questions)}）"):
            questions(
                item.id,
                item.questions,
                templates.suggested(known, item.themes, item.title),
                lambda now, asked: annotate(now, item.id, questions=asked),
            )


def _quotes(item: Item, plan: Outline) -> None:
    if len(item.quotes) <= SHORT:
        _quoted(item.quotes, plan)
        return
    with st.expander(f"引文（{len(item.quotes)} 处）"):
        _quoted(item.quotes, plan)


def _quoted(quotes: tuple[Quote, ...], plan: Outline) -> None:
    for quote in quotes:
        label = f"<b>{escape(quote.label)}</b>" if quote.label else ""
        lead = f'<span class="cb-lead">{escape(quote.lead)} ……</span>\n' if quote.lead else ""
        cited = f'<span class="cb-meta">　{escape(plan.citation(quote))}</span>'
        st.html(f'<blockquote class="cb-card cb-quote">{lead}{label}{escape(quote.text)}{cited}</blockquote>')


def _controls(number: int, item: Item, pack: Pack, plan: Outline) -> None:
    """Its place in the order, its minutes, the way out, the way to its documents."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.number_input(
            "分钟",
            min_value=0,
            max_value=MAX_MINUTES,
            step=5,
            width=130,
            **bound(
                f"minutes-{item.id}", item.minutes, lambda now, given: annotate(now, item.id, minutes=given)
            ),
        )
        _step("上移", item, -1, number == 1)
        _step("下移", item, 1, number == len(pack.items))
        st.button("取出", key=f"out-{item.id}", on_click=kept_pack.take_out, args=(item.id,))
        for own in item.documents[:LINKS]:
            if own.doc_id not in searcher().store.by_id:
                continue
            passage = next((str(q.passage) for q in item.quotes if q.doc_id == own.doc_id), "")
            label = "查看原文" if len(item.documents) == 1 else f"原文 {plan.numbers[own.doc_id]}"
            navigation.link("source", label, {"doc": own.doc_id, "passage": passage, "from": "pack"})


def _step(label: str, item: Item, steps: int, disabled: bool) -> None:
    def moved() -> None:
        kept_pack.change(lambda now: move(now, item.id, steps))

    st.button(label, key=f"{label}-{item.id}", disabled=disabled, on_click=moved)
