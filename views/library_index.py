"""回收站, 索引 and 没答好的问题: the parts of the page 资料库 that are about no single document."""

from __future__ import annotations

import streamlit as st

from desk import data
from desk.access import Administrator
from desk.feedback import Feedback, FeedbackError
from desk.feedback_report import gaps as found_gaps
from desk.index_facts import IndexFacts, index_facts
from desk.trash import DAYS, Trashed
from ingest.errors import CasebaseError, StoredIndexError
from views import keeping, sign_in, theme
from views.opened import index_root

SHOWN_CHANGES = 50


def trash() -> None:
    """What was taken out, and back with it or away for good."""
    entries = {entry.id: entry for entry in keeping.keeper().trash.entries()}
    if not entries:
        st.info(f"回收站是空的。移走和换下的文件在这里放 {DAYS} 天。")
        return
    st.dataframe([_row(entry) for entry in entries.values()], hide_index=True)
    chosen = st.selectbox(
        "哪一个",
        list(entries),
        index=None,
        placeholder="选一个文件",
        format_func=lambda id_: f"{entries[id_].name}（{keeping.when(entries[id_].when)}）",
        key="trashed",
    )
    if chosen in entries:
        with st.container(horizontal=True):
            st.button("恢复", key="restore", on_click=_restore, args=(chosen,))
            with st.popover("彻底删除…"):
                st.write(theme.plain(f"彻底删除 {entries[chosen].name}？删了就找不回来。"))
                st.button("彻底删除", key="delete", on_click=_delete, args=(chosen,))


def _row(entry: Trashed) -> dict[str, str]:
    return {
        "文件": entry.name,
        "怎么来的": entry.why,
        "谁": entry.who,
        "什么时候": keeping.when(entry.when),
        "保留到": f"{entry.until.astimezone():%Y-%m-%d}",
        "大小": keeping.megabytes(entry.size),
    }


def _restore(id_: str) -> None:
    keeping.change(lambda administrator: f"恢复了：{keeping.keeper().restore(id_, administrator.name)}")


def _delete(id_: str) -> None:
    try:
        keeping.keeper().delete(id_, sign_in.require().name)
        keeping.say("success", "彻底删除了。")
    except CasebaseError as error:
        keeping.say("error", str(error))


def facts(administrator: Administrator | None) -> None:
    """What there is on disk, the update, the way back, and who changed what."""
    try:
        found = index_facts(index_root())
    except StoredIndexError as error:
        st.warning(theme.plain(str(error)))
        found = None
    if found:
        _table(found)
    if administrator is None:
        return
    with st.container(horizontal=True):
        st.button("更新索引", key="update", on_click=update)
        if found and found.earlier:
            with st.popover("退回上一个版本…"):
                st.write("文件不动，只是搜索暂时回到更新前的样子；下次更新索引会重新跟上文件。")
                st.button("退回", key="rollback", on_click=_rollback)
    if changes := keeping.keeper().changes()[:SHOWN_CHANGES]:
        st.header("谁改了什么", anchor=False)
        st.dataframe(
            [
                {"时间": keeping.when(c.when), "谁": c.who, "做了什么": c.what, "文件": c.name}
                for c in changes
            ],
            hide_index=True,
        )


def _table(found: IndexFacts) -> None:
    rows = {
        "版本": found.build,
        "建成": keeping.when(found.created),
        "文档与段落": f"{found.documents} 篇，{found.passages} 段",
        "向量模型": found.model,
        "占用": f"索引 {keeping.megabytes(found.build_size)}，向量缓存 {keeping.megabytes(found.cache_size)}",
        "可以退回": found.earlier or "没有更早的版本",
    }
    st.dataframe([{"项目": name, "内容": value} for name, value in rows.items()], hide_index=True)


def update() -> None:
    """Start an update as whoever is signed in."""
    try:
        keeping.update(sign_in.require())
    except CasebaseError as error:
        keeping.say("error", str(error))


def _rollback() -> None:
    try:
        keeping.say("success", f"已退回版本 {keeping.keeper().rollback(sign_in.require().name)}。")
    except CasebaseError as error:
        keeping.say("error", str(error))


def gaps() -> None:
    """The questions that found no good answer: what to write next."""
    stored = Feedback(data.folder())
    try:
        found = found_gaps(stored.questions(), stored.votes())
    except FeedbackError as error:
        st.error(theme.plain(str(error)))
        return
    st.caption("没找到好答案、或者有人说没用的问题，说法相近的算在一起：接下来可以补这些资料。")
    if not found:
        st.info("还没有这样的问题。")
        return
    st.dataframe(
        [
            {
                "问题": gap.wordings[0],
                "问过": gap.asked,
                "说没用": gap.useless,
                "最近": gap.last[:10],
                "地点": "、".join(gap.places),
                "主题": "、".join(gap.themes),
                "也问作": "；".join(gap.wordings[1:]),
            }
            for gap in found
        ],
        hide_index=True,
    )
