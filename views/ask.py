"""问: a question, its key points and the passages that answer it; everything chosen stands in the address."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from urllib.parse import parse_qs, urlencode

import streamlit as st

from desk.pack_items import hit_item, point_item
from ingest.errors import QueryError
from search.models import Answer, FacetValue, Hit, Understanding
from views import cards, navigation, theme
from views.opened import searcher
from views.session_pack import collect_button

SHOWN = 10
BACK = "back"  # the parameter in which another page keeps what was asked here
EXAMPLES = (
    "如何提升居民参与度",
    "老房加装电梯，费用怎么分摊",
    "外卖骑手怎么融入社区治理",
    "楼道堆物整治遇到哪些困难",
    "社区小花园建好以后谁来养护",
    "自治金项目怎么做中期评估",
)
LABELS = {
    "kind": "类型",
    "city": "城市",
    "district": "区县",
    "year": "年份",
    "theme": "主题",
    "project_class": "项目类别",
}
ASPECTS = ("背景", "做法", "成效", "困难", "启示", "工具")


def asked() -> dict[str, list[str]]:
    """The question and the filters, for the address of a page that leads back to them."""
    values = {name: list(chosen(name)) for name in (*LABELS, "aspect")}
    return {name: given for name, given in {"q": question(), **values}.items() if given}


def question() -> list[str]:
    """What is asked, from the box or, on another page, from the address; empty for nothing."""
    return [text] if (text := st.session_state.get("q")) else st.query_params.get_all("q")


def chosen(name: str) -> tuple[str, ...]:
    """The chosen values of a facet: the address is what holds."""
    return tuple(st.query_params.get_all(name))


def restore() -> None:
    """Take up what was asked before another page was opened.

    Streamlit drops the parameters of this page's widgets from another page's address, and the browser's
    way back keeps that address's parameters; so the other page carries the question in one of its own.
    """
    before = parse_qs(st.query_params.get(BACK, ""))
    if before:
        st.query_params.from_dict(
            {n: values for n, values in before.items() if n in ("q", *LABELS, "aspect")}
        )
        st.session_state.pop("q", None)
        st.rerun()


def draw() -> None:
    """The whole page."""
    restore()
    st.title("社区治理案例库", anchor=False)
    text = st.text_input(
        "想找什么？可以是一句话，也可以是几个词",
        key="q",
        bind="query-params",
        placeholder="例如：如何提升居民参与度",
    )
    filters = _chosen_filters()
    if not text:
        _examples()
        _filters(searcher().facet_counts(filters))
        return
    try:
        answer = searcher().search(text, SHOWN, filters)
    except QueryError as error:
        st.warning(theme.plain(str(error)))
        return
    _filters(answer.facets)
    _answer(answer)


def _chosen_filters() -> dict[str, tuple[str, ...]]:
    """What is chosen at the side; read before the question is asked, drawn after its counts are known."""
    return {name: values for name in (*LABELS, "aspect") if (values := chosen(name))}


def _filters(counts: Mapping[str, tuple[FacetValue, ...]]) -> None:
    """Facets with the number of documents that each value leaves."""
    with st.sidebar:
        st.subheader("筛选", anchor=False)
        for name, label in LABELS.items():
            number = {value.value: value.count for value in counts.get(name, ())}

            def labelled(value: str, number: Mapping[str, int] = number) -> str:
                return f"{value}（{number.get(value, 0)}）"

            _filter(name, label, list(number), labelled)
        _filter("aspect", "只看哪方面", ASPECTS, str)


def _filter(name: str, label: str, options: Sequence[str], labelled: Callable[[str], str]) -> None:
    """One facet's choice, kept in the address by value: a bound widget would keep its label, the count in it."""
    st.session_state[name] = list(chosen(name))
    unknown = [value for value in chosen(name) if value not in options]
    st.multiselect(
        label,
        [*options, *unknown],
        format_func=labelled,
        key=name,
        on_change=lambda: _choose(name, st.session_state[name]),
        placeholder="不限",
    )


def _choose(name: str, values: Sequence[str]) -> None:
    st.query_params[name] = list(values)


def _examples() -> None:
    st.write("试试这样问：")
    for example in EXAMPLES:
        st.button(example, key=f"example-{example}", on_click=_ask, args=(example,))


def _ask(text: str) -> None:
    st.session_state["q"] = text


def _understanding(understood: Understanding) -> None:
    """What the question was taken to mean: corrections and filters on offer, synonyms that were searched for too."""
    if understood.suggestion:
        label = f"您是不是要找：{theme.plain(understood.suggestion)}"
        st.button(label, key="suggestion", on_click=_ask, args=(understood.suggestion,))
    if understood.hints:
        with st.container(horizontal=True):
            for hint in understood.hints:
                label = f"只看：{theme.plain(hint.value)}"
                more = [*chosen(hint.name), hint.value]
                st.button(
                    label, key=f"hint-{hint.name}-{hint.value}", on_click=_choose, args=(hint.name, more)
                )
    if understood.synonyms:
        shown = "；".join(
            f"{synonym.word}（{'、'.join(synonym.others[:6])}）" for synonym in understood.synonyms
        )
        st.caption(theme.plain(f"同时找了近义的说法：{shown}"))
    if understood.parts:
        st.caption(theme.plain(f"问题分成了 {len(understood.parts)} 个：{'；'.join(understood.parts)}"))


def _answer(answer: Answer) -> None:
    _understanding(answer.understanding)
    if not answer.hits:
        st.info("在所选的范围里没有找到任何段落。请放宽左侧的筛选，或者换几个词再试。")
        return
    if not answer.answerable:
        st.info(
            "没有找到足够相关的内容。可以换一种说法，少用几个词，或者放宽筛选。下面是最接近的几段，仅供参考。"
        )
    if answer.key_points:
        st.subheader("要点", anchor=False)
        st.html(cards.points(answer.key_points))
        collect_button(point_item(answer.query.text, answer.key_points, answer.hits), "points")
    documents = len({hit.document.row for hit in answer.hits})
    st.caption(f"{len(answer.hits)} 个段落，出自 {documents} 篇文档，用时 {answer.took_ms['total']:.0f} 毫秒")
    for hit in answer.hits:
        _card(hit)


def _card(hit: Hit) -> None:
    with st.container(border=True):
        st.html(cards.card(hit))
        place = {"doc": hit.document.id, "passage": hit.passage_id.rpartition("-")[2]}
        with st.container(horizontal=True, vertical_alignment="center"):
            navigation.link("source", "查看原文", {**place, BACK: urlencode(asked(), doseq=True)})
            collect_button(hit_item(hit), hit.passage_id)
