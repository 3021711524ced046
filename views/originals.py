"""The original files behind the documents: found again safely, and drawn page by page where they are PDFs."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path

import streamlit as st

from ingest.passage_store import StoredDocument
from views import paper
from views.opened import searcher
from views.paper import Paper


def original(document: StoredDocument) -> Path | None:
    """The document's file; None when it is gone, changed since it was indexed, or leads out of its folder."""
    return next((path for path in _places(document) if _sha256(path) == document.sha256), None)


def added(document: StoredDocument) -> float:
    """When the document's file came to where it is, in seconds since 1970; 0 when it is gone.

    On Windows and macOS that is when it was created there, elsewhere when its entry last changed.
    """
    path = next(_places(document), None)
    if path is None:
        return 0.0
    status = path.stat()
    return float(getattr(status, "st_birthtime", status.st_ctime))


def _places(document: StoredDocument) -> Iterator[Path]:
    """The files inside the corpus folders that bear the document's path."""
    roots = [Path(root) for root in searcher().manifest.roots]
    for root in roots:
        base = root if root.is_dir() else root.parent
        # Of several roots each has its label before the names, one part long; the hash tells whose file it is.
        name = document.path if len(roots) == 1 else document.path.partition("/")[2]
        path = (base / name).resolve()
        if path.is_relative_to(base.resolve()) and path.is_file():
            yield path


def is_masked(document: StoredDocument) -> bool:
    """Whether personal data in the document is masked, so that its original isn't for every reader."""
    return bool(document.personal) and not searcher().manifest.inputs.keep_personal_data


def paper_of(document: StoredDocument, page: int, passage: str) -> Paper | None:
    """One page of a PDF with the passage shaded; None where there is no such picture, or it would show what is masked."""
    if is_masked(document):
        return None
    path = original(document)
    if path is None or path.suffix.lower() != ".pdf":
        return None
    return _drawn(str(path), document.sha256, page, passage)


@st.cache_data(show_spinner=False, max_entries=64)
def _drawn(path: str, sha256: str, page: int, passage: str) -> Paper | None:
    return paper.draw(Path(path), page, passage)


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
