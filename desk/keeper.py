"""Keeping the library: add, replace, remove and restore files, say what is declared of them, roll the index back.

Nothing is ever overwritten or deleted at once: what leaves the library goes to the trash. A change takes
effect in the index with the next update (``desk.jobs``).
"""

from __future__ import annotations

import contextlib
import os
import secrets
from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path, PurePosixPath
from typing import BinaryIO, Literal

import filelock

from desk import keeper_facts
from desk.keeper_facts import Facts
from desk.keeper_journal import Change, Journal
from desk.keeper_names import LibraryError, free_name, safe_name, same
from desk.keeper_places import Folders, Place, checked, make_folder, names_in
from desk.trash import Trash, Trashed, move
from ingest import index
from ingest.errors import IngestError, LimitError
from ingest.sandbox import MAX_FILE

_COPIED = 1024 * 1024  # bytes at a time

Clash = Literal["都保留", "替换"]


class Keeper:
    """The library behind an index, its trash and its journal.

    ``corpora`` are used until there is an index, which knows its own folders. A method that raises has
    changed nothing.
    """

    def __init__(self, store: Path, corpora: Sequence[Path], data: Path) -> None:
        self._store, self._data = store, data
        self.folders = Folders.of_index(store, corpora)
        self.trash = Trash(data / "trash")
        self._journal = Journal(data / "library.jsonl")

    def clashes(self, names: list[str]) -> list[str]:
        """Which of these uploads have a name that is taken, as it would be stored; raises IngestError."""
        taken = names_in(self.folders.uploads().path)
        return [name for name in map(safe_name, names) if any(same(name, other) for other in taken)]

    def add(self, name: str, source: BinaryIO, who: str, clash: Clash = "都保留") -> str:
        """Store an upload; returns its name in the index. Raises LibraryError or IngestError."""
        with self._changing():
            folder, name = self.folders.uploads(), safe_name(name)
            make_folder(folder.root, folder.path)
            taken = names_in(folder.path)
            old = next((other for other in taken if same(name, other)), None)
            with _received(folder.path, source, name) as scratch:
                if old and clash == "替换":
                    place = self._swap(Place(folder.root, folder.path / old), scratch, old, who)
                else:
                    place = Place(folder.root, folder.path / free_name(name, taken))
                    scratch.rename(place.path)
            self._note(who, "上传", self.folders.name(place))
            return self.folders.name(place)

    def replace(self, name: str, upload: str, source: BinaryIO, who: str) -> str:
        """Put an upload in a file's place, the old one into the trash; returns its name in the index.

        The name stays, and with it links to the document, unless the format is another. Raises LibraryError
        or IngestError.
        """
        with self._changing():
            old = self.folders.place(name)
            suffix = PurePosixPath(safe_name(upload)).suffix
            new = old.path.name if suffix == old.path.suffix.lower() else old.path.with_suffix(suffix).name
            others = [other for other in names_in(old.path.parent) if other != old.path.name]
            if any(same(new, other) for other in others):
                raise LibraryError(f"{new} 已经有了，替换不了。请先把它移走。")
            with _received(old.path.parent, source, upload) as scratch:
                place = self._swap(old, scratch, new, who)
            self._note(who, "替换", self.folders.name(place))
            return self.folders.name(place)

    def remove(self, name: str, who: str) -> Trashed:
        """Move a file to the trash; raises LibraryError."""
        with self._changing():
            trashed = self._to_trash(self.folders.place(name), who, "移走")
            self._note(who, "移走", name)
            return trashed

    def restore(self, id_: str, who: str) -> str:
        """Put a file of the trash back, beside one that took its name; returns its name. Raises LibraryError."""
        with self._changing():
            entry = self.trash.entry(id_)
            root = self.folders.known(entry.root)
            path = root / checked(entry.relative, entry.name)
            make_folder(root, path.parent)
            place = Place(root, path.with_name(free_name(path.name, names_in(path.parent))))
            try:
                move(self.trash.content(entry), place.path)
            except OSError as error:
                raise LibraryError(f"{entry.name} 没有恢复成（{error.strerror}），还在回收站里。") from error
            if entry.entry:
                keeper_facts.put_back(root, place.relative, entry.entry)
            self.trash.drop(entry)
            self._note(who, "恢复", self.folders.name(place))
            return self.folders.name(place)

    def delete(self, id_: str, who: str) -> None:
        """Delete a file of the trash for good; raises LibraryError."""
        with self._changing():
            entry = self.trash.entry(id_)
            self.trash.drop(entry)
            self._note(who, "彻底删除", entry.name)

    def declare(self, name: str, facts: Facts, before: Facts, who: str) -> None:
        """Write the facts of a document that differ from those shown before; raises LibraryError."""
        with self._changing():
            place = self.folders.place(name)
            keeper_facts.declare(place.root, place.relative, facts, before)
            self._note(who, "改写说明", name)

    def rollback(self, who: str) -> str:
        """Bring the build before the current one back; returns its id. Raises StoredIndexError or LockedError."""
        with self._changing(), index.writer_lock(self._store):
            build = index.rollback(self._store).name
            self._note(who, "退回索引", build)
            return build

    def pending(self, updated: datetime | None) -> list[Change]:
        """The changes since the last update of the index began, the newest first."""
        changes = [change for change in self._journal.latest() if change.what != "彻底删除"]
        return [c for c in changes if updated is None or datetime.fromisoformat(c.when) > updated]

    def changes(self) -> list[Change]:
        """The last changes, the newest first."""
        return self._journal.latest()

    def _swap(self, old: Place, scratch: Path, name: str, who: str) -> Place:
        """Put a received file in the place of another, under a name; what is declared of it stays."""
        entry = self._to_trash(old, who, "替换").entry
        place = Place(old.root, old.path.with_name(name))
        scratch.rename(place.path)
        if entry:
            keeper_facts.put_back(old.root, place.relative, entry)
        return place

    def _to_trash(self, place: Place, who: str, why: Literal["移走", "替换"]) -> Trashed:
        """Move a file to the trash with its entry of sources.toml, which stays when that fails."""
        entry = keeper_facts.take(place.root, place.relative)
        try:
            return self.trash.put(place.path, self.folders.name(place), place.root, who, why, entry)
        except LibraryError:
            if entry:
                keeper_facts.put_back(place.root, place.relative, entry)
            raise

    @contextlib.contextmanager
    def _changing(self) -> Iterator[None]:
        """One change at a time, among all sessions and processes; raises LibraryError."""
        try:
            self._data.mkdir(parents=True, exist_ok=True)
            with filelock.FileLock(self._data / "library.lock", timeout=30):
                yield
        except filelock.Timeout as error:
            raise LibraryError("别人正在改动资料库，请过一会儿再试。") from error
        except OSError as error:
            raise LibraryError(f"写不进去（{error.strerror or error}），没有改动。") from error

    def _note(self, who: str, what: str, name: str) -> None:
        with contextlib.suppress(OSError):  # the change is made; that it isn't noted must not undo it
            self._journal.note(who, what, name)


@contextlib.contextmanager
def _received(folder: Path, source: BinaryIO, name: str) -> Iterator[Path]:
    """The upload in a hidden file of the folder, gone afterwards unless it was moved; raises IngestError."""
    scratch = folder / f".upload-{secrets.token_hex(8)}"
    try:
        size = 0
        source.seek(0)
        with scratch.open("xb") as file:
            while piece := source.read(_COPIED):
                size += len(piece)
                if size > MAX_FILE:
                    raise LimitError(name, f"文件太大，上限 {MAX_FILE // 1_000_000} MB；请拆成几个文件")
                file.write(piece)
            file.flush()
            os.fsync(file.fileno())
        if size == 0:
            raise IngestError(name, "文件是空的")
        yield scratch
    finally:
        with contextlib.suppress(OSError):
            scratch.unlink()
