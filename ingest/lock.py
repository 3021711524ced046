"""The lock of an index: one writer at a time, and who it is.

The operating system holds the lock and lets go of it when the process ends, however it ends; the file beside it
only tells who that is. One that is found when the lock is free was left by a process that was killed.
"""

from __future__ import annotations

import contextlib
import json
import os
import sys
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

import filelock

from ingest.errors import IngestError, LockedError

LOCK = "LOCK"
HOLDER = f"{LOCK}.holder"
_LONGEST = 60  # characters of a command that are shown


@dataclass(frozen=True, slots=True)
class Holder:
    """The process that writes: its number, when it began (local time, ISO 8601), its command."""

    pid: int
    since: str
    command: str

    def __str__(self) -> str:
        return f"进程 {self.pid}（{self.command}，{self.since[:19].replace('T', ' ')} 开始）"

    @classmethod
    def here(cls) -> Holder:
        """This process."""
        return cls(os.getpid(), datetime.now().astimezone().isoformat(timespec="seconds"), _command())

    @classmethod
    def read(cls, root: Path) -> Holder | None:
        """The holder as written beside the lock; None when there is none or it can't be read."""
        try:
            raw = json.loads((root / HOLDER).read_text(encoding="utf-8"))
            return cls(int(raw["pid"]), str(raw["since"]), str(raw["command"])[:_LONGEST])
        except (OSError, ValueError, KeyError, TypeError):
            return None


@dataclass(frozen=True, slots=True)
class Wait:
    """How many seconds to wait for the lock, and whom to tell of it."""

    seconds: float = 0.0
    say: Callable[[str], None] = lambda _: None


AT_ONCE = Wait()


@contextlib.contextmanager
def writer_lock(root: Path, wait: Wait = AT_ONCE) -> Iterator[None]:
    """Be the one writer of the index; raises LockedError naming the one that is, IngestError when nobody can be."""
    try:
        root.mkdir(parents=True, exist_ok=True)
        lock = filelock.FileLock(root / LOCK)
        _acquire(lock, root, wait)
    except OSError as error:
        raise IngestError(root, f"写不了索引文件夹（{error}）。请检查权限和磁盘空间。") from error
    try:
        if left := Holder.read(root):
            wait.say(f"上一次更新没有正常结束：{left}。现在接着做。")
        here = json.dumps(asdict(Holder.here()), ensure_ascii=False)
        (root / HOLDER).write_text(here, encoding="utf-8", errors="replace")
        yield
    finally:
        (root / HOLDER).unlink(missing_ok=True)
        lock.release()


def is_locked(root: Path) -> bool:
    """Whether somebody is writing the index now."""
    if not (root / LOCK).exists():
        return False
    lock = filelock.FileLock(root / LOCK)
    try:
        lock.acquire(timeout=0)
    except filelock.Timeout:
        return True
    lock.release()
    return False


def _acquire(lock: filelock.BaseFileLock, root: Path, wait: Wait) -> None:
    with contextlib.suppress(filelock.Timeout):
        lock.acquire(timeout=0)
        return
    waited = ""
    if wait.seconds > 0:
        wait.say(f"索引正在由{_who(root)}更新。等它结束，最多等 {wait.seconds:g} 秒；不想等就按 Ctrl-C。")
        with contextlib.suppress(filelock.Timeout):
            lock.acquire(timeout=wait.seconds, poll_interval=0.2)
            return
        waited = f"等了 {wait.seconds:g} 秒，"
    raise LockedError(root, f"{waited}索引正在由{_who(root)}更新。请等它结束后再试。")


def _who(root: Path) -> str:
    return str(Holder.read(root) or "另一个进程")


def _command() -> str:
    """The command line as a person would type it, shortened."""
    program = Path(sys.argv[0])
    name = f"python -m {program.parent.name}" if program.name == "__main__.py" else program.name
    text = " ".join([name, *sys.argv[1:]]) if name not in ("", "-c") else "python"
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"
