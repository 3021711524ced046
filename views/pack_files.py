"""The session pack's files: handout, slides and Markdown to take away, the pack itself to keep and to load again."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import streamlit as st

from desk.handout import handout
from desk.markdown import markdown
from desk.pack import Pack, add
from desk.pack_file import MAX_BYTES, decode, encode
from desk.printable import file_name
from desk.slides import slides
from ingest.errors import PackError
from views import kept_pack, theme

_WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_SLIDES = "application/vnd.openxmlformats-officedocument.presentationml.presentation"
_LOADS = "pack-loads"  # how many files were taken over: each has its own uploader, so that none stays behind


def export(pack: Pack) -> None:
    """Buttons that make a file when they are clicked."""
    st.header("导出", anchor=False)
    with st.container(horizontal=True):
        _download("讲义（Word）", pack, ".docx", _WORD, lambda: handout(pack))
        _download("幻灯片（PPT）", pack, ".pptx", _SLIDES, lambda: slides(pack))
        _download("Markdown", pack, ".md", "text/markdown", lambda: markdown(pack).encode())
        _download("保存备课夹", pack, ".json", "application/json", lambda: encode(pack))


def _download(label: str, pack: Pack, suffix: str, mime: str, make: Callable[[], bytes]) -> None:
    name = file_name(pack.title, suffix, "备课夹")
    st.download_button(label, make, name, mime, key=f"export{suffix}", on_click="ignore")


def load(pack: Pack) -> None:
    """A file that was kept, to take the place of the pack or to follow it."""
    with st.expander("载入保存过的备课夹"):
        given = st.file_uploader(
            "选「保存备课夹」得到的文件", type="json", key=f"pack-file-{st.session_state.get(_LOADS, 0)}"
        )
        if given is None:
            return
        try:
            loaded = decode(given.getvalue()[: MAX_BYTES + 1])
        except PackError as error:
            st.error(theme.plain(str(error)))
            return
        st.write(
            theme.plain(
                f"「{loaded.title or '没有题目'}」，{len(loaded.items)} 项，共 {loaded.minutes} 分钟。"
            )
        )
        with st.container(horizontal=True):
            st.button("载入" if not pack.items else "换成这一份", on_click=_replace, args=(pack, loaded))
            if pack.items:
                st.button("接在现在的后面", on_click=_append, args=(loaded,))


def _replace(seen: Pack, loaded: Pack) -> None:
    """Put the loaded pack in the place of the one that was seen, whose items can still be put back."""
    if kept_pack.change(lambda now: replace(loaded, revision=now.revision), seen.revision):
        kept = {item.id for item in loaded.items}
        kept_pack.taken().update({item.id: item for item in seen.items if item.id not in kept})
        _done()


def _append(loaded: Pack) -> None:
    if kept_pack.change(lambda now: add(now, *loaded.items)):
        _done()


def _done() -> None:
    st.session_state[_LOADS] = st.session_state.get(_LOADS, 0) + 1
