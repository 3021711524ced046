"""比较: two to four documents side by side (``?doc=…&doc=…``), to be taken along as Word or Excel."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from html import escape

import streamlit as st

from desk.comparison import ONLY, number_name, sheet
from desk.comparison_excel import as_excel
from desk.comparison_word import as_word
from ingest.errors import QueryError
from ingest.passage_store import StoredDocument
from search.cases.compare import MOST, Comparison, compare, only
from search.cases.figures import Figure
from search.cases.reasons import in_words
from views import address, cards, citations, navigation, theme, tray
from views.opened import searcher

WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def draw() -> None:
    """The whole page."""
    asked = tuple(dict.fromkeys(address.values("doc")))
    known = [name for name in asked if name in searcher().store.by_id]
    navigation.back("cases", "← 换几篇来比较", {tray.PARAMETER: known[:MOST]})
    st.title("比较", anchor=False)
    if len(known) < len(asked):
        st.warning(f"有 {len(asked) - len(known)} 篇已不在资料库里，没有列出。")
    try:
        made = compare(searcher(), known)
    except QueryError as error:
        st.info(theme.plain(f"{error}请在“案例”里用“加入比较”挑选。"))
        return
    _exports(made)
    st.html(table(made))
    st.caption("每一句都是资料的原话，点句末的页码或段落可以核对原文。同一行的数字不一定是同一个口径。")
    _sources(made.documents)


def _exports(made: Comparison) -> None:
    """Both files are made when they are asked for."""
    today = date.today()
    name = f"案例对比-{today:%Y%m%d}"
    with st.container(horizontal=True):
        st.download_button(
            "导出 Word", lambda: as_word(sheet(made), today), f"{name}.docx", WORD, on_click="ignore"
        )
        st.download_button(
            "导出 Excel", lambda: as_excel(sheet(made)), f"{name}.xlsx", EXCEL, on_click="ignore"
        )


def table(made: Comparison) -> str:
    """The comparison as an HTML table, which a narrow screen shows as a stack; the roles keep it a table to be read aloud."""
    titles = [document.title for document in made.documents]
    head = "".join(
        f'<th scope="col" role="columnheader">{escape(document.title)}</th>' for document in made.documents
    )
    rows = [_row(row.name, titles, [escape(cell) for cell in row.cells], None) for row in made.facts]
    rows += [
        _row(row.slot, titles, [citations.quotes(cell) for cell in row.cells], only(row.cells))
        for row in made.slots
    ]
    rows += [
        _row(number_name(row), titles, [_figures(cell) for cell in row.cells], None) for row in made.numbers
    ]
    return (
        f'<div class="cb-card"><table class="cb-compare" role="table"><thead><tr role="row">'
        f'<th scope="col" role="columnheader" class="cb-name">项目</th>{head}</tr></thead>'
        f"<tbody>{''.join(rows)}</tbody></table></div>"
    )


def _row(name: str, titles: Sequence[str], cells: Sequence[str], lone: int | None) -> str:
    """One row; the cell of the only document that says something is marked."""
    written = []
    for position, (title, cell) in enumerate(zip(titles, cells, strict=True)):
        mark = f'<span class="cb-badge">{ONLY}</span>' if position == lone else ""
        shade = ' class="cb-only"' if position == lone else ""
        written.append(
            f'<td{shade} role="cell" data-title="{escape(theme.short(title, 24))}">{mark}{cell}</td>'
        )
    return f'<tr role="row"><th scope="row" role="rowheader">{escape(name)}</th>{"".join(written)}</tr>'


def _figures(figures: Sequence[Figure]) -> str:
    """Numbers with their places; a dash where there are none."""
    if not figures:
        return '<span class="cb-nothing" title="资料没有写">—</span>'
    return "<br>".join(
        f'<span title="{escape(figure.text)}">{escape(in_words(figure.number))}</span> '
        f"{citations.link(figure.passage_id, figure.page)}"
        for figure in figures
    )


def _sources(documents: Sequence[StoredDocument]) -> None:
    st.header("来源", anchor=False)
    for document in documents:
        st.html(f'<div class="cb-card"><h3>{escape(document.title)}</h3></div>')
        if document.sources:
            st.html(cards.sources(document.sources))
        place: dict[str, str | list[str]] = {"doc": document.id, tray.PARAMETER: [d.id for d in documents]}
        navigation.link("case", "案例卡", place)
