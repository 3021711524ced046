"""The original files behind the documents: found again safely, and drawn page by page where they are PDFs."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Iterator
from pathlib import Path

import streamlit as st

from ingest.passage_store import StoredDocument
from views.opened import searcher

_PDFIUM = threading.Lock()  # PDFium isn't thread-safe, and every session is a thread
SCALE = 1.6  # of 72 dpi: an A4 page is about 950 pixels wide


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
        name = document.path if len(roots) == 1 else document.path.removeprefix(f"{base.name}/")
        path = (base / name).resolve()
        if path.is_relative_to(base.resolve()) and path.is_file():
            yield path


def page_picture(document: StoredDocument, page: int) -> bytes | None:
    """One page of a PDF as a PNG; None where there is no such picture."""
    path = original(document)
    if path is None or path.suffix.lower() != ".pdf":
        return None
    return _rendered(str(path), document.sha256, page)


@st.cache_data(show_spinner=False, max_entries=64)
def _rendered(path: str, sha256: str, page: int) -> bytes | None:
    import io

    import pypdfium2

    try:
        with _PDFIUM, pypdfium2.PdfDocument(path) as pdf:
            picture = pdf[page - 1].render(scale=SCALE).to_pil()
    except (pypdfium2.PdfiumError, IndexError):
        return None
    buffer = io.BytesIO()
    picture.save(buffer, "PNG")
    return buffer.getvalue()


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
