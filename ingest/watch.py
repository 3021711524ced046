"""``--watch``: the index follows the folders whenever they have changed and come to rest."""

from __future__ import annotations

import queue
import sys
import time
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path

from watchdog.events import FileSystemEvent, FileSystemEventHandler
from watchdog.observers import Observer
from watchdog.observers.api import BaseObserver
from watchdog.observers.polling import PollingObserver

from ingest.errors import CasebaseError, IngestError
from ingest.report import FileReport, Report

QUIET = 1.0  # seconds without a change after which the folders count as at rest
POLLED_QUIET = 3.0  # the same where they are only looked through every second
PATIENCE = 30.0  # seconds for which a file that is still open for writing holds a round up
LONGEST = 60.0  # seconds after which a round begins however restless the folders are
RETRY = 30.0  # seconds after which a round that failed is tried again
_NAMED = 3  # files that a line names
_READS = {"opened", "closed_no_write"}
_TELLS_OF_CLOSING = sys.platform == "linux"  # elsewhere the system doesn't say that a file was closed


def follow(folders: Folders, run: Callable[[], Report], tell: Callable[[Report], None]) -> None:
    """Run a round whenever the folders have changed, until KeyboardInterrupt; a failed round is said and retried."""
    failed = ""
    while True:
        if not folders.rest(RETRY if failed else None) and not failed:
            continue
        try:
            tell(run())
            failed = ""
        except Exception as error:  # whatever it is, the next round may go well
            reason = str(error) if isinstance(error, CasebaseError) else f"{type(error).__name__}：{error}"
            if reason != failed:
                print(f"{_now()} 这一轮没有成功，稍后再试：{reason}", file=sys.stderr, flush=True)
            failed = reason


def line(report: Report) -> str:
    """What a round changed, in one line and one more for each file that can't be read; "" for nothing."""
    parts = []
    for change, word in (("added", "新增"), ("changed", "修改"), ("renamed", "改名")):
        if files := [file for file in report.files if file.change == change]:
            parts.append(f"{word} {len(files)}（{_names([_name(file) for file in files])}）")
    if report.gone:
        parts.append(f"移除 {len(report.gone)}（{_names(report.gone)}）")
    if not parts:
        return ""
    skipped = [f for f in report.files if f.status == "skipped" and f.change != "unchanged"]
    told = [f"  跳过 {file.path}：{file.reason}" for file in skipped]
    return "\n".join([f"{_now()} {'，'.join(parts)}；用时 {report.seconds:.1f} 秒", *told])


def _name(file: FileReport) -> str:
    return f"{file.was} → {file.path}" if file.was else file.path


def _names(names: Sequence[str]) -> str:
    return "、".join(names[:_NAMED]) + ("……" if len(names) > _NAMED else "")


def _now() -> str:
    return f"{datetime.now():%H:%M:%S}"


class Folders(FileSystemEventHandler):
    """Watches folders; ``ignored`` is the index, which may lie inside one. Raises IngestError when it can't.

    With ``poll`` the folders are looked through every second: for network drives that tell of no changes.
    """

    def __init__(self, folders: Sequence[Path], ignored: Path, poll: bool = False) -> None:
        self._folders = list(dict.fromkeys(folder.resolve() for folder in folders))
        self._ignored, self._poll = ignored.resolve(), poll
        self._quiet = POLLED_QUIET if poll else QUIET
        self._events: queue.Queue[FileSystemEvent] = queue.Queue()
        self._writing: set[str | bytes] = set()
        self._observer = self._watching()
        self._seen = self._places()

    def __enter__(self) -> Folders:
        return self

    def __exit__(self, *_: object) -> None:
        self._observer.stop()
        self._observer.join(timeout=5)

    def rest(self, timeout: float | None = None) -> bool:
        """Wait until something has changed and the folders are at rest again; False where nothing did in time."""
        began = time.monotonic()
        while not self._changed(QUIET):
            if (
                self._places() != self._seen
            ):  # a folder is gone, or is there again: a drive, a restored backup
                self._observer.stop()
                self._observer, self._seen = self._watching(), self._places()
                return True
            if timeout is not None and time.monotonic() - began > timeout:
                return False
        first = last = time.monotonic()
        while time.monotonic() - first < LONGEST:
            if self._changed(self._quiet):
                last = time.monotonic()
            elif not self._writing or time.monotonic() - last > PATIENCE:
                break
        self._writing.clear()
        return True

    def on_any_event(self, event: FileSystemEvent) -> None:
        """Take note of a change; watchdog calls this in a thread of its own."""
        paths = [Path(str(path)) for path in (event.src_path, event.dest_path) if path]
        if event.event_type not in _READS and any(self._matters(path) for path in paths):
            self._events.put(event)

    def _matters(self, path: Path) -> bool:
        """Whether ingest would look at the path, by the rule of ``scan``."""
        if path.is_relative_to(self._ignored):
            return False
        inside = [path.relative_to(folder) for folder in self._folders if path.is_relative_to(folder)]
        return any(not any(part.startswith((".", "_", "~$")) for part in own.parts) for own in inside)

    def _changed(self, seconds: float) -> bool:
        """Whether a change comes within so many seconds; keeps the files that are open for writing in mind."""
        try:
            event = self._events.get(timeout=seconds)
        except queue.Empty:
            return False
        if event.event_type == "deleted" and (gone := Path(str(event.src_path))) in self._folders:
            # Polling ends with the folder, which may be back before anyone looks.
            self._seen[self._folders.index(gone)] = None
        if event.event_type == "modified" and not event.is_directory and _TELLS_OF_CLOSING and not self._poll:
            self._writing.add(event.src_path)
        elif event.event_type != "created":
            self._writing.discard(event.src_path)
        return True

    def _places(self) -> list[tuple[int, int] | None]:
        return [_place(folder) for folder in self._folders]

    def _watching(self) -> BaseObserver:
        observer = PollingObserver() if self._poll else Observer()
        try:
            for folder in self._folders:
                if folder.is_dir():
                    observer.schedule(self, str(folder), recursive=True)
            observer.start()
        except OSError as error:
            advice = "文件夹太多或在网络盘上时，请加上 --watch-poll"
            raise IngestError(self._folders[0], f"监视不了这个文件夹（{error}）；{advice}") from error
        return observer


def _place(folder: Path) -> tuple[int, int] | None:
    try:
        found = folder.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino
