"""Opening a build for a command: what there is to tell of it goes to standard error."""

from __future__ import annotations

from pathlib import Path

from ingest.console import say
from search.searcher import Searcher

MODELS = Path("models")


def open_searcher(root: Path) -> Searcher:
    """``Searcher.open`` with the models of this folder; raises CasebaseError."""
    opened = Searcher.open(root, MODELS)
    if opened.notice:
        say(opened.notice)
    return opened
