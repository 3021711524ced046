"""The opened index behind every page."""

from __future__ import annotations

import os
from pathlib import Path

import streamlit as st

from ingest import index
from search.searcher import Searcher

MODELS = Path("models")


def index_root() -> Path:
    """Folder of the index that the page answers from."""
    return Path(os.environ.get("CASEBASE_INDEX", "index"))


def searcher() -> Searcher:
    """The Searcher of the current build; a newly published one is picked up at the next run. Raises CasebaseError."""
    return _open(str(index_root()), index.current_build(index_root()).name)


@st.cache_resource(show_spinner="正在打开资料库…", max_entries=1)
def _open(root: str, build: str) -> Searcher:
    """One Searcher a build, warmed up, so that the first question is as fast as the next."""
    opened = Searcher.open(Path(root), MODELS)
    opened.warm_up()
    return opened
