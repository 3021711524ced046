"""What the run before left: documents that need no parsing again, even under a new name, and the stamps of its files."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from ingest import clean, index, passage_store
from ingest.changes import Stamp
from ingest.errors import StoredIndexError
from ingest.facets import describe
from ingest.models import IndexedDocument
from ingest.normalize import normalize


def document_id(name: str) -> str:
    """The id of the document with this name: the same as long as the file keeps it."""
    return hashlib.sha256(name.encode(errors="surrogateescape")).hexdigest()[:12]


def indexed_stamps(store: Path) -> dict[str, Stamp]:
    """By name, the stamps of the files in the current build; none where there is no readable one."""
    try:
        opened = passage_store.PassageStore(index.current_build(store) / passage_store.NAME)
    except StoredIndexError:
        return {}
    stamps = {d.path: (d.sha256, d.provenance) for d in opened.documents}
    opened.close()
    return stamps


class Renamer:
    """Gives documents of the build before the new names of their files."""

    def __init__(self, documents: Iterable[IndexedDocument]) -> None:
        self._by_stamp = {(d.sha256, d.provenance): d for d in documents}

    def renamed(self, name: str, stamp: Stamp, titled: bool) -> IndexedDocument | None:
        """The document of the file that had this stamp, under the name that it has now.

        None where there is none, or where a parse might read the file differently under its new name: by another
        suffix, or because its title was made from its name (hidden where sources.toml gives it one: ``titled``).
        """
        old = self._by_stamp.get(stamp)
        if old is None or titled:
            return None
        before = Path(old.path)
        if before.suffix.lower() != Path(name).suffix.lower():
            return None
        if old.document.title in (clean.name_title(before), normalize(before.stem)):
            return None
        facets = describe(old.document, name, old.document.declared)
        return replace(old, id=document_id(name), path=name, facets=facets)
