"""找同类: past projects like a proposal, why, where they differ, and what went wrong there.

The proposal is kept for the session only, never in the address or on disk.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

import streamlit as st

from desk.pack_items import case_item
from ingest.errors import CasebaseError
from ingest.parsers import PARSERS
from ingest.passage_store import StoredPassage
from search.cases.brief import MAX_CHARACTERS, Brief, read_brief, read_brief_upload
from search.cases.card import card
from search.cases.present import NOTHING, notes
from search.cases.reasons import place_in_words, years_in_words
from search.cases.similar import Shown, SimilarProject, similar
from views import cards, citations, navigation, theme, tray
from views.opened import searcher
from views.session_pack import collect_button

MAX_UPLOAD = 50  # MB
MAX_TYPED = 5 * MAX_CHARACTERS  # what is beyond MAX_CHARACTERS is said to be left out, not refused
_TEXT, _FOUND, _ASKED = "proposal", "similar-found", "similar-asked"
_PROBLEM, _BOX = "similar-problem", "proposal-box"
EXAMPLES = {
    "楼道堆物": """楼道堆物清理方案
背景：我们小区是二十多年的老旧小区，6层楼，没有电梯，共480户。
问题：楼道里堆着旧家具、纸箱和电瓶车，消防检查多次不合格。上门劝过几轮，清走了没多久又堆回来，老人舍不得扔，租客不理会。
做法：打算先选两个楼组试点，由楼组长和党员带头清自家的；开楼组会订公约，约好每月清一次；清出来的地方由居民自己刷墙、放花架。
预算：2万元。""",
    "社区小花园": """小区荒地改小花园
背景：小区中间有一块三百平方米的荒地，杂草丛生，居民常来投诉。
问题：以前请绿化公司种过一次，没人养护，半年就荒了；也有人偷偷种菜，邻居有意见。
做法：想请居民一起设计，分成认领的小地块，成立花友会轮流浇水，每季度办一次花友市集筹养护的钱。
预算：5万元，申请社区保障资金。""",
    "骑手驿站": """外卖骑手驿站
问题：辖区里外卖骑手有两百多人，进小区常和保安起冲突，找不到楼栋，夏天没有地方歇脚、喝水、充电。
做法：准备在党群服务中心一楼设骑手驿站，放饮水、充电和急救包；请物业和保安队一起画一张进门指引图；发动骑手当流动网格员，随手反映楼道和路面上的问题，积分换理发、体检。""",
}


@dataclass(frozen=True, slots=True)
class _Found:
    """What was found for a proposal, kept so that other clicks on the page don't look for it again."""

    build: str
    brief: Brief
    hits: tuple[SimilarProject, ...]


def draw() -> None:
    """The whole page."""
    st.title("找同类", anchor=False)
    st.write("贴上一份方案，看看别处有没有做过类似的，他们怎么做，遇到过什么困难。")
    _input()
    if problem := st.session_state.get(_PROBLEM):
        st.warning(theme.plain(theme.short(problem, 300)))
    found: _Found | None = st.session_state.get(_FOUND)
    if found is None or found.build != searcher().build:
        return
    _reading(found.brief)
    for note in notes(found.brief, found.hits):
        st.info(theme.plain(note))
    if not found.hits:
        st.info("资料库里没有可以比较的案例或报告。")
        return
    tray.draw()
    st.header("相近的项目", anchor=False)
    for hit in found.hits:
        _hit(hit)


def _input() -> None:
    """The proposal, as text or file, and the examples."""
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption("先看个例子：", width="content")
        for name, text in EXAMPLES.items():
            st.button(name, key=f"example-{name}", on_click=_example, args=(text,))
    st.session_state.setdefault(_BOX, st.session_state.get(_TEXT, ""))
    st.text_area(
        "方案的文字",
        key=_BOX,
        height=220,
        max_chars=MAX_TYPED,
        placeholder="写上背景、问题、打算怎么做，几句话也行。",
    )
    upload = st.file_uploader(
        f"或者上传文件：Word、PDF、PPT、网页、文本或图片，{MAX_UPLOAD} MB 以内",
        type=[suffix.removeprefix(".") for suffix in PARSERS],
        max_upload_size=MAX_UPLOAD,
        key="proposal-file",
        help="上传了文件，就比较文件，不看上面的文字。",
    )
    st.caption(
        "文字和文件只用来比较，留在内存里，关掉网页就没有了；不会存进资料库，也不会发到别处。"
        "读文件要用的临时文件，读完立刻删掉。"
    )
    pressed = st.button("找同类", type="primary")
    if st.session_state.pop(_ASKED, False):
        _look("", b"")
    elif pressed:
        st.session_state[_TEXT] = st.session_state[_BOX]
        _look(upload.name, upload.getvalue()) if upload else _look("", b"")


def _example(text: str) -> None:
    st.session_state[_TEXT] = st.session_state[_BOX] = text
    st.session_state[_ASKED] = True


def _look(name: str, data: bytes) -> None:
    """Find what is like the file or, without one, the text; what was found before goes, whatever comes of it."""
    st.session_state[_FOUND] = st.session_state[_PROBLEM] = None
    try:
        with st.spinner("正在比较…"):
            brief = read_brief_upload(name, data) if name else read_brief(st.session_state[_TEXT])
            hits = similar(searcher(), brief)
    except CasebaseError as error:
        st.session_state[_PROBLEM] = str(error)
    else:
        st.session_state[_FOUND] = _Found(searcher().build, brief, hits)


def _reading(brief: Brief) -> None:
    """What was understood of the proposal."""
    values = brief.facets.values
    years = years_in_words(values["year"]) if values.get("year") else ""
    known = {
        "题目": brief.title,
        "地点": place_in_words(values),
        "时间": years,
        "主题": "、".join(values.get("theme", ())),
    }
    with st.expander("程序是这样理解这份方案的"):
        facts = "".join(f"<li>{name}：{escape(value)}</li>" for name, value in known.items() if value)
        parts = "".join(
            f'<li><span class="cb-badge">{escape(passage.aspect)}</span>{escape(theme.short(passage.text, 120))}</li>'
            for passage in brief.passages
        )
        st.html(f'<div class="cb-card"><ul class="cb-points">{facts}{parts}</ul></div>')
        st.caption(
            "问题跟问题比，做法跟做法比。理解得不对时，可以给每一段加上「背景：」「问题：」「做法：」再试。"
        )


def _hit(hit: SimilarProject) -> None:
    with st.container(border=True):
        st.html(_summary(hit))
        if hit.passages:
            with st.expander("哪些段落相近"):
                st.html(_passages(hit.document.id, hit.passages))
        with st.container(horizontal=True, vertical_alignment="center"):
            navigation.link("case", "案例卡", {"doc": hit.document.id, **tray.carried()})
            navigation.link("source", "原文", {"doc": hit.document.id, "from": "similar"})
            tray.button(hit.document.id)
            collect_button(case_item(card(searcher(), hit.document)), hit.document.id)


def _summary(hit: SimilarProject) -> str:
    """Title, likeness, reasons, differences and difficulties."""
    why = "；".join(hit.reasons) or "用词和意思接近"
    different = "".join(f"<li>{escape(line)}</li>" for line in hit.differences)
    apart = f'<h4>不同</h4><ul class="cb-points">{different}</ul>' if different else ""
    trouble = "" if hit.same_text else f"<h4>那里遇到的困难</h4>{_difficulties(hit)}"
    return (
        f'<div class="cb-card"><h3>{hit.rank}. {escape(hit.document.title)}</h3>'
        f'<p class="cb-meta">{escape(cards.facts(hit.document))}</p>'
        f'<p class="cb-path"><span class="cb-badge">相近程度 {hit.likeness}</span></p>'
        f"<h4>相同</h4><p>{escape(why)}</p>{apart}{trouble}</div>"
    )


def _difficulties(hit: SimilarProject) -> str:
    """The passages on difficulties; where there are none, the sentences that tell of one."""
    if hit.difficulties:
        return "".join(_quoted(hit.document.id, stored) for stored in hit.difficulties)
    lines = card(searcher(), hit.document).slots["困难"]
    return citations.quotes(lines) if lines else f'<p class="cb-nothing">{NOTHING}</p>'


def _passages(document: str, shown: Sequence[Shown]) -> str:
    """Pairs of what the proposal says and what is told there."""
    pairs = (
        f'<p class="cb-meta">您写的：{escape(theme.short(pair.asked, 120))}</p>'
        f'<p class="cb-meta">那里的<span class="cb-badge">{escape(pair.stored.passage.aspect)}</span></p>'
        f"{_quoted(document, pair.stored)}"
        for pair in shown
    )
    return f'<div class="cb-card">{"<hr>".join(pairs)}</div>'


def _quoted(document: str, stored: StoredPassage) -> str:
    passage = stored.passage
    link = citations.link(f"{document}-{stored.number}", passage.pages[0] if passage.pages else None)
    return f'<p class="cb-text">{escape(passage.text)} {link}</p>'
