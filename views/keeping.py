"""The library, its updates and what was said of the last change, for the parts of the page 资料库."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Literal

import streamlit as st

from desk import data
from desk.access import Administrator
from desk.index_facts import index_facts
from desk.jobs import JobError, Jobs
from desk.keeper import Keeper
from ingest.errors import CasebaseError, StoredIndexError
from ingest.roots import default_paths
from views import sign_in, theme
from views.opened import index_root

_SAID = "library-said"
Tone = Literal["success", "warning", "error"]


def keeper() -> Keeper:
    """The library behind the index."""
    found = Keeper(index_root(), default_paths(), data.folder())
    _purge_daily(found, str(data.folder()))
    return found


@st.cache_resource(ttl=86_400, show_spinner=False)
def _purge_daily(_keeper: Keeper, folder: str) -> int:
    """Delete what has been in the trash for too long, at the first look and once a day."""
    return _keeper.trash.purge(datetime.now(UTC))


def jobs() -> Jobs:
    """The updates of the index."""
    return Jobs(data.folder())


def updated() -> datetime | None:
    """Since when the index holds what the folders hold, as far as is known; None before the first update."""
    times = [when for when in (jobs().updated(), _created()) if when]
    return max(times, default=None)


def _created() -> datetime | None:
    try:
        return datetime.fromisoformat(index_facts(index_root()).created)
    except (StoredIndexError, ValueError):
        return None


def update(administrator: Administrator) -> None:
    """Start an update of the index with the model that it was made with; raises JobError."""
    try:
        model = index_facts(index_root()).model
    except StoredIndexError:
        model = ""
    chosen = os.environ.get("CASEBASE_MODEL", "") or model
    jobs().start(keeper().folders.roots, index_root(), chosen, administrator.name)


def change(make: Callable[[Administrator], str]) -> bool:
    """Make a change as whoever is signed in, start an update and tell; False, and told why, when it failed."""
    try:
        administrator = sign_in.require()
        say("success", make(administrator))
    except CasebaseError as error:
        say("error", str(error))
        return False
    try:
        update(administrator)
    except JobError as error:
        say("warning", f"{error}等它结束后再点一次“更新索引”，刚才的改动就能搜到了。")
    return True


def say(tone: Tone, text: str) -> None:
    """Have a line shown once, at the top of the page, at the next run."""
    st.session_state.setdefault(_SAID, []).append((tone, text))


def said() -> None:
    """Show what was said since the last run."""
    for tone, text in st.session_state.pop(_SAID, []):
        {"success": st.success, "warning": st.warning, "error": st.error}[tone](theme.plain(text))


def when(stamp: str) -> str:
    """A time in ISO 8601 as people here read it."""
    return f"{datetime.fromisoformat(stamp).astimezone():%Y-%m-%d %H:%M}"


def megabytes(size: int) -> str:
    """A size in bytes in words.

    >>> megabytes(1_260_000), megabytes(900)
    ('1.3 MB', '1 KB')
    """
    return f"{size / 1e6:.1f} MB" if size >= 100_000 else f"{max(size / 1e3, 1):.0f} KB"
