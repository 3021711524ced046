"""问: a question, its key points and the passages that answer it; everything chosen stands in the address."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from ingest.errors import QueryError
from search.models import Answer, FacetValue, Hit
from views import cards, theme
from views.library import searcher

SHOWN = 10
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


def draw() -> None:
    """The whole page."""
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
        _filters({name: () for name in LABELS} | searcher().facet_counts(filters))
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
    names = (*LABELS, "aspect")
    chosen = {name: tuple(st.session_state.get(name) or st.query_params.get_all(name)) for name in names}
    return {name: values for name, values in chosen.items() if values}


def _filters(counts: Mapping[str, tuple[FacetValue, ...]]) -> None:
    """Facets with the number of documents that each value leaves."""
    with st.sidebar:
        st.subheader("筛选", anchor=False)
        for name, label in LABELS.items():
            number = {value.value: value.count for value in counts.get(name, ())}
            chosen = [v for v in st.session_state.get(name) or st.query_params.get_all(name) if v not in number]
            st.multiselect(
                label,
                [*number, *chosen],
                format_func=lambda value, number=number: f"{value}（{number.get(value, 0)}）",
                key=name,
                bind="query-params",
                placeholder="不限",
            )
        st.multiselect("只看哪方面", ASPECTS, key="aspect", bind="query-params", placeholder="不限")


def _examples() -> None:
    st.write("试试这样问：")
    for example in EXAMPLES:
        st.button(example, key=f"example-{example}", on_click=_ask, args=(example,))


def _ask(text: str) -> None:
    st.session_state["q"] = text


def _answer(answer: Answer) -> None:
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
    documents = len({hit.document.row for hit in answer.hits})
    st.caption(f"{len(answer.hits)} 个段落，出自 {documents} 篇文档，用时 {answer.took_ms['total']:.0f} 毫秒")
    for hit in answer.hits:
        _card(hit)


def _card(hit: Hit) -> None:
    with st.container(border=True):
        st.html(cards.card(hit))
        st.page_link(
            st.session_state["source_page"],
            label="查看原文",
            query_params={"doc": hit.document.id, "passage": str(hit.passage_id.rpartition("-")[2])},
        )
