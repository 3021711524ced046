"""The trash: files taken out of the library, each with what is needed to put it back, for thirty days.

One folder a file: ``record.json`` is written first, then the file is moved in as ``content``. An entry
without content is of a move that never happened.
"""

from __future__ import annotations

import contextlib
import errno
import json
import os
import re
import secrets
import shutil
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Literal

from desk.files import replace_text
from desk.keeper_names import LibraryError

DAYS = 30
RECORD, CONTENT = "record.json", "content"
_ID = re.compile(r"\d{8}T\d{12}-[0-9a-f]{8}")


@dataclass(frozen=True, slots=True)
class Trashed:
    """One file in the trash: where it was, when and by whom it was taken out, and what sources.toml said of it."""

    id: str
    name: str  # as the index names it
    root: str  # the corpus folder, absolute
    relative: str  # path below it, with forward slashes
    when: str  # ISO 8601, UTC
    who: str
    why: Literal["移走", "替换"]
    size: int  # bytes
    entry: str = ""  # of sources.toml, as TOML

    @property
    def until(self) -> datetime:
        """When it is deleted for good."""
        return datetime.fromisoformat(self.when) + timedelta(days=DAYS)


class Trash:
    """The trash in a folder, which need not exist yet."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def put(
        self, path: Path, name: str, root: Path, who: str, why: Literal["移走", "替换"], entry: str
    ) -> Trashed:
        """Move a file of the library in; raises LibraryError, and then it stays where it was."""
        now = datetime.now(UTC)
        record = Trashed(
            id=f"{now:%Y%m%dT%H%M%S%f}-{secrets.token_hex(4)}",
            name=name,
            root=str(root.resolve()),
            relative=path.relative_to(root).as_posix(),
            when=now.isoformat(timespec="seconds"),
            who=who,
            why=why,
            size=path.stat().st_size,
            entry=entry,
        )
        folder = self._folder / record.id
        try:
            replace_text(folder / RECORD, json.dumps(asdict(record), ensure_ascii=False, indent=1))
            move(path, folder / CONTENT)
        except OSError as error:
            shutil.rmtree(folder, ignore_errors=True)
            raise LibraryError(f"{path.name} 移不进回收站（{error.strerror}），还在原处。") from error
        return record

    def entries(self) -> list[Trashed]:
        """All that can be put back, the newest first; a damaged entry is left out."""
        found = (self._read(folder) for folder in self._folder.glob("*") if _ID.fullmatch(folder.name))
        return sorted((entry for entry in found if entry), key=lambda entry: entry.id, reverse=True)

    def entry(self, id_: str) -> Trashed:
        """One entry; raises LibraryError when it isn't there any more."""
        entry = self._read(self._folder / id_) if _ID.fullmatch(id_) else None
        if entry is None:
            raise LibraryError("回收站里已经没有这个文件，可能刚被恢复或清除了。")
        return entry

    def content(self, entry: Trashed) -> Path:
        """The file itself."""
        return self._folder / entry.id / CONTENT

    def drop(self, entry: Trashed) -> None:
        """Delete an entry for good, with its file if that is still here."""
        shutil.rmtree(self._folder / entry.id, ignore_errors=True)

    def purge(self, now: datetime) -> int:
        """Delete what has been here for thirty days; returns how many files that were."""
        old = [entry for entry in self.entries() if entry.until <= now]
        for entry in old:
            self.drop(entry)
        return len(old)

    @staticmethod
    def _read(folder: Path) -> Trashed | None:
        try:
            entry = Trashed(**json.loads((folder / RECORD).read_text(encoding="utf-8")))
            return entry if entry.id == folder.name and (folder / CONTENT).is_file() else None
        except (OSError, ValueError, TypeError):
            return None


def move(source: Path, target: Path) -> None:
    """Move a file, to another disk as well; it is whole at one place or the other at any moment. Raises OSError."""
    try:
        source.rename(target)
        return
    except OSError as error:
        if error.errno != errno.EXDEV:
            raise
    scratch = target.with_name(f".{target.name}.{secrets.token_hex(4)}")
    try:
        shutil.copy2(source, scratch)
        with scratch.open("rb+") as file:
            os.fsync(file.fileno())
        scratch.rename(target)
    finally:
        with contextlib.suppress(OSError):
            scratch.unlink()
    source.unlink()
