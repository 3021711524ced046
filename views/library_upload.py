"""放进新资料: choose files, say what to do with names that are taken, store them and update the index."""

from __future__ import annotations

from typing import get_args

import streamlit as st

from desk.access import Administrator
from desk.keeper import Clash
from ingest.errors import CasebaseError
from views import keeping, theme
from views.library_document import TYPES

_ROUND = "upload-round"  # another number empties the box
_CLASH = "upload-clash"
_CHOICES: dict[Clash, str] = {
    "都保留": "都保留，新的名字后面加上编号",
    "替换": "用新的换下旧的，旧的进回收站",
}


def draw() -> None:
    """The box, and what to do with what is in it."""
    key = f"upload-{st.session_state.get(_ROUND, 0)}"
    uploads = st.file_uploader(
        "PDF、Word、PPT、Excel、网页、文本、图片，每个不超过 200 MB",
        type=TYPES,
        accept_multiple_files=True,
        key=key,
    )
    st.caption("存进资料文件夹里的“上传”。放进之前请确认可以给同事看，没有居民的姓名、电话、证件号。")
    if not uploads:
        return
    try:
        taken = keeping.keeper().clashes([upload.name for upload in uploads])
    except CasebaseError as error:
        st.error(theme.plain(str(error)))
        return
    if taken:
        st.warning(theme.plain(f"已经有同名的文件：{'、'.join(taken)}"))
        st.radio("同名的怎么办", get_args(Clash), format_func=_CHOICES.__getitem__, key=_CLASH)
    st.button(
        f"放进 {len(uploads)} 个文件并更新索引",
        key="store",
        type="primary",
        on_click=_store,
        args=(key,),
    )


def _store(key: str) -> None:
    """Store each file; one that can't be costs none of the others."""
    uploads = st.session_state.get(key) or []
    clash: Clash = st.session_state.get(_CLASH, "都保留")

    def make(administrator: Administrator) -> str:
        keeper, stored = keeping.keeper(), []
        for upload in uploads:
            try:
                stored.append(keeper.add(upload.name, upload, administrator.name, clash))
            except CasebaseError as error:
                keeping.say("error", f"没有放进去：{error}")
        if not stored:
            raise CasebaseError("一个文件也没有放进去。")
        return f"放进了 {len(stored)} 个文件：{'、'.join(stored)}"

    if keeping.change(make):
        st.session_state[_ROUND] = st.session_state.get(_ROUND, 0) + 1
