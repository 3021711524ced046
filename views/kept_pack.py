"""The visitor's session pack as every page reaches it: reading, changing, the button that collects."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from desk import data
from desk.pack import Item, Pack, add, remove
from desk.pack_store import PackStore
from ingest.errors import PackError
from views import theme, visitor

_PROBLEM, _TAKEN = "pack-problem", "pack-taken"


def store() -> PackStore:
    """Where packs are kept on this machine."""
    return PackStore(data.folder() / "packs")


def current() -> Pack:
    """The visitor's pack as it is now; raises PackError when it cannot be read."""
    return store().load(visitor.token())


def change(edit: Callable[[Pack], Pack], seen: int | None = None) -> bool:
    """Change the pack; what goes wrong is kept for ``report``. Whether it was changed."""
    try:
        store().change(visitor.token(), edit, seen)
    except PackError as error:
        st.session_state[_PROBLEM] = str(error)
        return False
    return True


def start_anew() -> None:
    """Set a file that cannot be read aside and begin an empty pack."""
    try:
        store().set_aside(visitor.token())
    except PackError as error:
        st.session_state[_PROBLEM] = str(error)


def report() -> None:
    """Say what went wrong with the last change; called once a run, by ``app.py``."""
    if text := st.session_state.pop(_PROBLEM, ""):
        st.toast(theme.plain(text), icon=":material/warning:", duration="long")


def collect(item: Item) -> None:
    """Put an item into the pack, with its notes where it was taken out in this session."""
    if change(lambda pack: add(pack, taken().get(item.id, item))):
        taken().pop(item.id, None)


def take_out(item_id: str) -> None:
    """Take an item out of the pack and keep it for this session."""

    def without(pack: Pack) -> Pack:
        if item := pack.find(item_id):
            taken()[item_id] = item
        return remove(pack, item_id)

    change(without)


def taken() -> dict[str, Item]:
    """The items that were taken out in this session, by id, the last one last."""
    held: dict[str, Item] = st.session_state.setdefault(_TAKEN, {})
    return held


def page_title() -> str:
    """备课夹, with the number of its items."""
    try:
        number = len(current().items)
    except PackError:
        number = 0
    return f"备课夹（{number}）" if number else "备课夹"
