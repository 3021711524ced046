"""The opened index behind every page."""

from __future__ import annotations

import os
from pathlib import Path

import streamlit as st

from ingest import index
from ingest.errors import StoreUnreachableError
from ingest.milvus.address import Address, from_environment
from search.searcher import Searcher

MODELS = Path("models")
_LOOK_AGAIN = 60  # seconds after which a store elsewhere is asked for its current build again


def index_root() -> Path:
    """Folder of the index that the page answers from."""
    return Path(os.environ.get("CASEBASE_INDEX", "index"))


def searcher() -> Searcher:
    """The Searcher of the current build; a newly published one is picked up at the next run. Raises CasebaseError."""
    address = from_environment()
    found = "" if address is None else _published(str(address), address)
    return _open(str(index_root()), found or index.current_build(index_root()).name)


def forget_published() -> None:
    """Ask the store for its current build at the next run: it has just failed."""
    _published.clear()


@st.cache_data(ttl=_LOOK_AGAIN, show_spinner=False)
def _published(name: str, _address: Address) -> str:
    """Id of the build that the store answers from; empty where nobody answers and there is a local build instead."""
    from search.milvus.opening import published_at

    try:
        return f"{published_at(_address)} in Milvus"
    except StoreUnreachableError:
        if index.builds(index_root()):
            return ""
        raise


@st.cache_resource(show_spinner="正在打开资料库…", max_entries=1)
def _open(root: str, build: str) -> Searcher:
    """One Searcher a build, warmed up, so that the first question is as fast as the next."""
    opened = Searcher.open(Path(root), MODELS)
    opened.warm_up()
    return opened
