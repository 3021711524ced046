"""问: a question, its key points and the passages that answer it; everything chosen stands in the address."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from desk.pack_items import point_item
from ingest.errors import QueryError
from search.models import Answer, FacetValue
from search.understanding import ASPECTS_ASKED_FOR
from views import address, asked, cards, feedback, hits, recent, theme, understanding
from views.opened import searcher
from views.session_pack import collect_button

EXAMPLES = {
    "新社工": ("楼道堆物，第一次上门怎么说", "老房加装电梯，费用怎么分摊", "外卖骑手怎么融入社区治理"),
    "培训师": ("如何提升居民参与度", "自治金项目有哪些成功案例", "团队培育可以组织哪些活动"),
    "项目负责人": ("社区小花园建好以后谁来养护", "自治金项目怎么做中期评估", "邻里会客厅遇到过哪些困难"),
}


def draw() -> None:
    """The whole page."""
    asked.restore()
    st.title("社区治理案例库", anchor=False)
    text = st.text_input(
        "想找什么？可以是一句话，也可以是几个词",
        key="q",
        bind="query-params",
        placeholder="例如：如何提升居民参与度",
    )
    filters = asked.filters()
    if not text:
        _begin()
        _filters(searcher().facet_counts(filters))
        return
    try:
        answer = searcher().search(text, asked.number_of_hits(), filters, address.values("literal"))
    except QueryError as error:
        st.warning(theme.plain(str(error)))
        return
    recent.note(answer.query.text)
    _filters(answer.facets)
    understanding.draw(answer.understanding, _ask)
    _answer(answer)


def _begin() -> None:
    """What to ask: what this browser asked last, and examples by role."""
    recent.offer(_ask)
    st.write("试试这样问：")
    for column, (role, examples) in zip(st.columns(len(EXAMPLES)), EXAMPLES.items(), strict=True):
        with column:
            st.caption(role)
            for example in examples:
                st.button(example, key=f"example-{example}", on_click=_ask, args=(example,), width="stretch")


def _ask(text: str) -> None:
    st.session_state["q"] = text


def _filters(counts: Mapping[str, tuple[FacetValue, ...]]) -> None:
    """Facets with the number of documents that each value leaves."""
    with st.sidebar:
        st.header("筛选", anchor=False)
        for name, label in asked.LABELS.items():
            number = {value.value: value.count for value in counts.get(name, ())}

            def labelled(value: str, number: Mapping[str, int] = number) -> str:
                return f"{value}（{number.get(value, 0)}）"

            address.several(name, label, list(number), labelled)
        address.several("aspect", "只看哪方面", ASPECTS_ASKED_FOR)


def _answer(answer: Answer) -> None:
    feedback.note(answer)
    if not answer.answerable:
        _not_found(answer)
    if not answer.hits:
        return
    if answer.key_points:
        st.header("要点", anchor=False)
        st.html(cards.points(answer.key_points, answer.hits, asked.here()))
        collect_button(point_item(answer.query.text, answer.key_points, answer.hits), "points")
    documents = len({hit.document.row for hit in answer.hits})
    theme.count(
        f"{len(answer.hits)} 个段落，出自 {documents} 篇文档，用时 {answer.took_ms['total']:.0f} 毫秒"
    )
    hits.draw(answer)
    feedback.answer_buttons(answer)
    shown = asked.number_of_hits()
    if len(answer.hits) == shown < asked.MOST:
        more = str(shown + asked.PAGE)
        st.button("再看 10 段", key="more", on_click=address.put, args=("n", more))


def _not_found(answer: Answer) -> None:
    """Say so, say what may be changed, and offer it."""
    if answer.hits:
        st.info("没有找到足够相关的内容。下面是最接近的几段，仅供参考。")
    else:
        st.info("在所选的范围里没有找到任何段落。")
    advice = ["换一种说法，或者少用几个词，只留下最要紧的"]
    if answer.unknown:
        advice.insert(0, f"资料库里没有出现「{'」「'.join(answer.unknown)}」，请换成别的说法")
    st.markdown("\n".join(f"- {theme.plain(line)}" for line in advice))
    if answer.query.filters:
        st.button("去掉全部筛选再找", key="unfiltered", on_click=_without_filters)


def _without_filters() -> None:
    for name in asked.FILTERS:
        address.put(name)
