"""资料库: what is in, how well it was read and, for administrators, everything that changes it."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from pathlib import PurePosixPath
from typing import Any

import streamlit as st

from desk.access import Administrator
from ingest.errors import CasebaseError
from ingest.passage_store import PassageStore, StoredDocument
from views import (
    keeping,
    library_document,
    library_health,
    library_index,
    library_job,
    library_upload,
    sign_in,
    theme,
)
from views.opened import searcher

TABLE_HEIGHT, TITLE_WIDTH = 420, 230  # pixels; a phone still shows the column after the title
_FILTERS = {"类型": "kind", "城市": "city", "年份": "year"}


def draw() -> None:
    """The whole page."""
    st.title("资料库", anchor=False)
    with (
        st.container()
    ):  # what comes and goes here must not move the tabs, which would then open the first again
        administrator = sign_in.bar()
        keeping.said()
        library_job.draw(administrator)
        store = _opened(administrator)
        _pending(administrator)
    if administrator is None:
        contents, facts = st.tabs(["里面有什么", "索引"])
    else:
        contents, upload, trash, facts, gaps = st.tabs(
            ["里面有什么", "放进新资料", "回收站", "索引", "没答好的问题"]
        )
        with upload:
            library_upload.draw()
        with trash:
            library_index.trash()
        with gaps:
            library_index.gaps()
    with contents:
        _contents(store, administrator)
    with facts:
        library_index.facts(administrator)


def _opened(administrator: Administrator | None) -> PassageStore | None:
    """The documents of the index; None, and why, while there is no usable index."""
    try:
        return searcher().store
    except CasebaseError as error:
        st.warning(theme.plain(str(error)))
        if administrator:
            st.info("也可以在这里做：放进第一批资料，或者到“索引”点“更新索引”。")
        return None


def _pending(administrator: Administrator | None) -> None:
    """Changes that can't be searched for yet."""
    status = keeping.jobs().status()
    if (status and status.state == "running") or not (waiting := keeping.keeper().pending(keeping.updated())):
        return
    names = "、".join(f"{change.what} {PurePosixPath(change.name).name}" for change in waiting[:3])
    more = f"等 {len(waiting)} 项" if len(waiting) > 3 else ""
    st.warning(theme.plain(f"有改动还没进索引，暂时搜不到：{names}{more}。"))
    if administrator:
        st.button("更新索引", key="update-pending", on_click=library_index.update)


def _contents(store: PassageStore | None, administrator: Administrator | None) -> None:
    documents = store.documents if store else []
    if store and documents:
        if shown := _filtered(documents):
            _table(store, shown, administrator)
        else:
            st.info("没有符合的文档。请放宽上面的条件。")
    _unread(documents, administrator)


def _table(store: PassageStore, shown: Sequence[StoredDocument], administrator: Administrator | None) -> None:
    """One row a document; the chosen one in full below."""
    passages = sum(document.passages for document in shown)
    flagged = sum(library_health.short(document) != library_health.GOOD for document in shown)
    told = f"，{flagged} 篇有要留意的地方" if flagged else ""
    theme.count(f"{len(shown)} 篇文档，{passages} 个段落{told}。点一行看详情，点列名排序。")
    table = st.dataframe(
        [_row(document) for document in shown],
        hide_index=True,
        height=min(TABLE_HEIGHT, 38 + 35 * len(shown)),
        column_config={"标题": st.column_config.TextColumn(width=TITLE_WIDTH)},
        on_select="rerun",
        selection_mode="single-row",
        # Other rows, another key: a choice is kept by number, and must not pass to another document.
        key=f"documents-{hash(tuple(document.id for document in shown))}",
    )
    rows = table["selection"]["rows"]
    if rows and rows[0] < len(shown):
        library_document.draw(store, shown[rows[0]], administrator)


def _filtered(documents: Sequence[StoredDocument]) -> list[StoredDocument]:
    """What the boxes leave; a document passes a filter with any of the chosen values."""
    with st.container(horizontal=True):
        words = st.text_input("标题或文件名里有", key="library-words", width=220).casefold().split()
        chosen = {}
        for label, name in _FILTERS.items():
            values = {value for d in documents for value in d.facets.values.get(name, ())}
            options = sorted(values, reverse=name == "year")
            chosen[name] = set(
                st.multiselect(label, options, key=f"library-{name}", placeholder="不限", width=160)
            )
        formats = sorted({_format(document) for document in documents})
        kept = set(st.multiselect("格式", formats, key="library-format", placeholder="不限", width=160))
        flagged = st.toggle("只看要留意的", key="library-flagged")
    return [
        document
        for document in documents
        if all(word in f"{document.title} {document.path}".casefold() for word in words)
        and all(not wanted or wanted & set(document.facets.values.get(n, ())) for n, wanted in chosen.items())
        and (not kept or _format(document) in kept)
        and (not flagged or library_health.short(document) != library_health.GOOD)
    ]


def _row(document: StoredDocument) -> dict[str, Any]:
    values = document.facets.values
    years = sorted(values.get("year", ()))
    return {
        "标题": document.title,
        "健康": library_health.short(document),
        "类型": "、".join(values.get("kind", ())),
        "地点": " ".join([*values.get("city", ())[:1], *values.get("district", ())[:1]]),
        "年份": years[-1] if years else "",
        "格式": _format(document),
        "段落": document.passages,
        "文件": document.path,
    }


def _format(document: StoredDocument) -> str:
    return PurePosixPath(document.path).suffix.removeprefix(".").upper()


def _unread(documents: Sequence[StoredDocument], administrator: Administrator | None) -> None:
    """Files in the folders that the index doesn't hold, with the reason where one is known."""
    known = {document.path for document in documents}
    unread = [name for name in keeping.keeper().folders.files() if name not in known]
    if not unread:
        return
    why = library_job.reasons()
    st.header("没有读进来的文件", anchor=False)
    items = (f"<li>{escape(name)}：{escape(why.get(name, '还没有更新索引'))}</li>" for name in unread)
    st.html(f'<div class="cb-card"><ul>{"".join(items)}</ul></div>')
    if administrator:
        library_document.remove_unread(unread)
