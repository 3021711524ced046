"""空白图: themes × places, where there are cases and where there are none; what is chosen stands in the address."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING, Any

import streamlit as st

from desk import gaps
from desk.gaps import REST, GapMap, Scope
from ingest.passage_store import StoredDocument
from search.cases.similar import KINDS
from views import address, cards, navigation, theme, tray
from views.opened import searcher

if TYPE_CHECKING:
    import altair as alt

MISSING = "缺"
ALL = "全国"
_COLUMN, _ROW = 62, 30  # pixels of a cell
_UPRIGHT = 5  # characters of a label that fits over its column
_TURN = 0.7  # of the scale: from here on the text takes the other colour


@dataclass(frozen=True, slots=True)
class Palette:
    """Colours of the map: one hue, told apart by lightness alone."""

    few: str
    many: str
    empty: str
    ink: str  # of the text on few and empty
    other_ink: str  # of the text on many
    line: str


LIGHT = Palette("#f9e4d8", "#8f3a17", "#ffffff", "#262421", "#ffffff", "#8a8a8a")
DARK = Palette("#43291d", "#f0a47c", "#1b1a18", "#ebe7e1", "#1b1a18", "#7d7770")


def draw() -> None:
    """The whole page."""
    st.title("空白图", anchor=False)
    st.write("哪个地方、哪个主题已经有人做过，哪里还没有先例。数字是资料的篇数，写着“缺”的还没有。")
    scope = _scope()
    found = gaps.gap_map(searcher().store.documents, scope)
    if not found.columns or not found.themes:
        st.info("在所选的范围里没有写明地点的资料。请放宽年份，或者多选几种资料。")
        return
    _chart(found)
    _left_out(found, scope)
    with st.expander("用表格看"):
        st.html(table(found))
    _cell(found, scope)


def _scope() -> Scope:
    """What is looked at, as chosen above the map."""
    library = searcher().store.documents
    cities = gaps.cities_with_districts(library)
    kinds = [value.value for value in searcher().facet_counts({}).get("kind", ())]
    left, middle, right = st.columns(3)
    with left:
        city = address.one("city", "看哪里", {ALL: "各城市", **{c: f"{c}各区县" for c in cities}}, ALL)
    with middle:
        years = _years(gaps.years_of(library))
    with right:
        address.several("kind", "哪些资料", kinds, placeholder="、".join(KINDS))
    return Scope("" if city == ALL else city, address.values("kind") or KINDS, years)


def _years(bounds: gaps.Years | None) -> gaps.Years | None:
    """A range of years; None for all of them."""
    if bounds is None or bounds[0] == bounds[1]:
        return None
    first = address.number("from", *bounds, bounds[0])
    last = address.number("to", first, bounds[1], bounds[1])
    st.session_state["at-years"] = (first, last)
    st.slider("年份", *bounds, key="at-years", on_change=_take_years, args=(bounds,))
    return None if (first, last) == bounds else (first, last)


def _take_years(bounds: gaps.Years) -> None:
    first, last = st.session_state["at-years"]
    address.put("from", *([] if first == bounds[0] else [str(first)]))
    address.put("to", *([] if last == bounds[1] else [str(last)]))


def _chart(found: GapMap) -> None:
    """The heat map; a click on a cell chooses it."""
    chosen = _chosen(found)
    key = f"gap-map-{'-'.join(chosen or ('', ''))}"  # another choice is another widget, so that each click counts
    with st.container(key="gap-map"):
        st.altair_chart(
            heat_map(found, chosen, DARK if theme.dark() else LIGHT),
            width="content",
            key=key,
            on_select=lambda: _click(st.session_state[key]),
            selection_mode="cell",
            alt="主题与地点的热力图，格子里是篇数；下面的表格里是同样的数字",
        )


def heat_map(found: GapMap, chosen: tuple[str, str] | None, palette: Palette = LIGHT) -> alt.LayerChart:
    """Counts as colour and text; an empty cell has the page's ground and says so. The texts, inert, let clicks through to the cells."""
    import altair as alt

    most = max(map(len, found.cells.values()), default=1)
    values = [_value(found, row, column, chosen, most) for row in found.themes for column in found.columns]
    angle = 0 if max(map(len, found.columns)) <= _UPRIGHT else -40
    named = f"datum.value === '{REST}' ? '{_label(found, REST)}' : datum.value"
    empty = "datum.count === 0"
    apart = alt.Scale(paddingInner=0.08)
    base = alt.Chart(alt.InlineData(values)).encode(
        x=alt.X("place:N", sort=list(found.columns), title=None, scale=apart)
        .axis(orient="top", labelAngle=angle, labelLimit=140, labelExpr=named, labelFlush=False, ticks=False, domain=False,
              labelColor=palette.ink),
        y=alt.Y("theme:N", sort=list(found.themes), title=None, scale=apart)
        .axis(labelLimit=160, labelFlush=False, ticks=False, domain=False, labelColor=palette.ink),
    )  # fmt: skip
    scale = alt.Scale(type="sqrt", domain=[1, max(most, 2)], range=[palette.few, palette.many])
    cells = base.mark_rect(cursor="pointer", cornerRadius=2).encode(
        tooltip=[
            alt.Tooltip("theme:N", title="主题"),
            alt.Tooltip("place:N", title="地点"),
            alt.Tooltip("text:N", title="篇数"),
        ],
        color=alt.condition(empty, alt.value(palette.empty), alt.Color("count:Q", scale=scale, legend=None)),
        stroke=alt.condition("datum.chosen", alt.value(palette.ink), alt.value(palette.line)),
        strokeWidth=alt.condition("datum.chosen", alt.value(2.5), alt.value(1)),
    )
    texts = base.mark_text(fontSize=13).encode(
        text="text:N", color=alt.condition("datum.full", alt.value(palette.other_ink), alt.value(palette.ink))
    )
    picked = alt.selection_point(name="cell", fields=["theme", "place"], toggle=False)
    chart: alt.LayerChart = (
        alt.layer(cells.add_params(picked), texts)
        .properties(width=alt.Step(_COLUMN), height=alt.Step(_ROW))
        .configure_view(strokeWidth=0)
    )
    return chart


def _value(found: GapMap, row: str, column: str, chosen: tuple[str, str] | None, most: int) -> dict[str, Any]:
    """One cell as the chart reads it."""
    count = len(found.at(row, column))
    return {
        "theme": row,
        "place": column,
        "count": count,
        "text": str(count) if count else MISSING,
        "chosen": (row, column) == chosen,
        "full": count > 0 and (count / most) ** 0.5 > _TURN,
    }


def _label(found: GapMap, column: str) -> str:
    return f"{REST} {len(found.rest)} 处" if column == REST else column


def _click(event: Any) -> None:
    """Choose the cell that was clicked."""
    if cells := event.selection.get("cell"):
        address.put("theme", cells[0]["theme"])
        address.put("place", cells[0]["place"])


def _chosen(found: GapMap) -> tuple[str, str] | None:
    """Theme and place of the address, where the map has both."""
    row, place = address.value("theme"), address.value("place")
    known = row in found.themes and (place in found.places or (place == REST and found.rest))
    return (row, place) if known else None


def _left_out(found: GapMap, scope: Scope) -> None:
    """What the map can't show."""
    level = "区县" if scope.city else "城市"
    notes = []
    if found.rest:
        notes.append(f"“{REST}”是{'、'.join(found.rest)}")
    if found.placeless and not scope.city:
        notes.append(f"有 {found.placeless} 篇没有写明{level}，不在图里")
    if found.undated:
        notes.append(f"有 {found.undated} 篇没有写明年份，选了年份就不算")
    if notes:
        st.caption(theme.plain("；".join(notes) + "。"))


def table(found: GapMap) -> str:
    """The same numbers as a table."""
    head = "".join(f'<th scope="col">{escape(_label(found, column))}</th>' for column in found.columns)
    rows = "".join(
        f'<tr><th scope="row">{escape(row)}</th>'
        + "".join(f"<td>{len(found.at(row, column)) or MISSING}</td>" for column in found.columns)
        + "</tr>"
        for row in found.themes
    )
    return (
        '<div class="cb-card cb-scroll"><table class="cb-counts"><thead><tr><th scope="col">主题</th>'
        f"{head}</tr></thead><tbody>{rows}</tbody></table></div>"
    )


def _cell(found: GapMap, scope: Scope) -> None:
    """One cell: its documents, or what comes nearest."""
    st.header("看一格", anchor=False)
    left, right = st.columns(2)
    with left:
        row = address.one("theme", "主题", {"": "请选择", **{t: t for t in found.themes}}, "")
    with right:
        places = {place: place for place in found.places}
        if found.rest:
            places[REST] = _label(found, REST)
        place = address.one("place", "地点", {"": "请选择", **places}, "")
    if not row or not place:
        st.caption("在图上点一格，或者在这里选主题和地点。")
        return
    tray.draw()
    where = _label(found, place)
    documents = found.at(row, place)
    if documents:
        st.markdown(theme.plain(f"{where} · {row}：{len(documents)} 篇"))
        _documents(documents)
        return
    st.markdown(theme.plain(f"{where} · {row}：资料库里没有先例。"))
    near = gaps.precedents(found, scope, row, place)
    _nearest(f"别处的{row}", near.elsewhere)
    _nearest(f"{where}的其他案例", near.here)


def _nearest(title: str, documents: Sequence[StoredDocument]) -> None:
    st.markdown(f"**{theme.plain(title)}**")
    if documents:
        _documents(documents)
    else:
        st.caption("也没有。")


def _documents(documents: Sequence[StoredDocument]) -> None:
    for document in documents:
        with st.container(border=True):
            st.html(
                f'<div class="cb-card"><h3>{escape(document.title)}</h3>'
                f'<p class="cb-meta">{escape(cards.facts(document))}</p></div>'
            )
            with st.container(horizontal=True, vertical_alignment="center"):
                place = {"doc": document.id, **navigation.here()}
                navigation.link("case", "案例卡", {**place, **tray.carried()})
                navigation.link("source", "原文", {**place, "from": "gaps"})
                tray.button(document.id)
