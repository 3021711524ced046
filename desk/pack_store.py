"""Session packs kept on this machine: one JSON file a visitor, changed one change at a time."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from functools import lru_cache
from pathlib import Path

from filelock import FileLock, Timeout

from desk.files import replace_bytes
from desk.pack import Pack, check
from desk.pack_file import MAX_BYTES, decode, encode
from ingest.errors import PackError

_VISITOR = re.compile(r"[A-Za-z0-9_-]{16,64}")
_PATIENCE = 10.0  # seconds for another tab's change, which takes milliseconds


class PackStore:
    """The packs in one folder, which is made when the first is kept."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def load(self, visitor: str) -> Pack:
        """The visitor's pack, an empty one at first; raises PackError when its file cannot be read."""
        path = self._path(visitor)
        try:
            state = path.stat()
            return _read(path, state.st_ino, state.st_mtime_ns, state.st_size)
        except FileNotFoundError:
            return Pack()
        except OSError as error:
            raise PackError(
                f"备课夹打不开（{error.strerror}）。请检查文件夹 {path.parent} 的权限。"
            ) from error

    def change(self, visitor: str, edit: Callable[[Pack], Pack], seen: int | None = None) -> Pack:
        """Keep and return what ``edit`` makes of the pack as it is now, whichever tab changed it last.

        With ``seen``, the revision that the visitor decided upon, a pack that changed since is left alone.
        Raises PackError then, when the pack would be too large, or when it cannot be read or written.
        """
        path = self._path(visitor)
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            with FileLock(path.with_suffix(".lock"), timeout=_PATIENCE):
                now = self.load(visitor)
                if seen is not None and seen != now.revision:
                    raise PackError("备课夹刚在另一个窗口里改过，没有动它。请看过现在的内容再决定。")
                changed = check(replace(edit(now), revision=now.revision + 1))
                data = encode(changed)
                if len(data) > MAX_BYTES:
                    raise PackError("备课夹里的文字太多，这一次没有存下。请先取出一些，或另存之后清空再收。")
                replace_bytes(path, data)
        except Timeout as error:
            raise PackError("另一个窗口正在改备课夹，刚才的修改没有存下。请再试一次。") from error
        except OSError as error:
            raise PackError(
                f"备课夹存不下（{error.strerror}）。请检查文件夹 {path.parent} 的权限和磁盘空间。"
            ) from error
        return changed

    def set_aside(self, visitor: str) -> Path:
        """Give a file that cannot be read another name, so that a new pack can begin; return that name."""
        path = self._path(visitor)
        number = 1
        while (aside := path.with_suffix(f".damaged-{number}")).exists():
            number += 1
        try:
            return path.rename(aside)
        except OSError as error:
            raise PackError(
                f"旧文件改不了名（{error.strerror}）。请检查文件夹 {path.parent} 的权限。"
            ) from error

    def _path(self, visitor: str) -> Path:
        if not _VISITOR.fullmatch(visitor):
            raise PackError("认不出这个浏览器。请刷新页面再试。")
        return self._folder / f"{visitor}.json"


@lru_cache(maxsize=64)
def _read(path: Path, inode: int, changed_ns: int, size: int) -> Pack:
    """The pack in a file of this state; every write makes another file, so a state names one content."""
    if size > MAX_BYTES:
        raise PackError(f"备课夹的文件 {path.name} 大得不合理，没有打开。")
    return decode(path.read_bytes())
