"""Parse files in child processes with bounds on time, memory and output; a bad file costs one line of the report.

The parent starts at most a few children (``python -m ingest.sandbox_child``) and keeps them for many files. One that
hangs, crashes or outgrows its bounds is killed and replaced; when the parent dies, its children end by themselves.
"""

from __future__ import annotations

import contextlib
import io
import os
import pickle
import queue
import signal
import stat
import subprocess
import sys
import threading
import time
from collections import deque
from collections.abc import Collection, Generator, Iterable
from dataclasses import dataclass, field
from pathlib import Path

from ingest.errors import IngestError, LimitError, ParseError, UnsupportedFormatError
from ingest.models import Document
from ingest.sandbox_child import ASK, BEAT, END, SECONDS, receive, send

MAX_FILE = 200_000_000
TOTAL_SECONDS = 1200  # however many pages a file has: enough to recognise 300 of them
COMMAND = (sys.executable, "-m", "ingest.sandbox_child")
# Freed memory goes back to the system at once and no library keeps buffers for threads it will not start: after
# recognising a page a child holds 240 MB instead of 600, and its peak is 650 MB instead of 1.2 GB.
_FRUGAL = {
    "MALLOC_ARENA_MAX": "1",
    "MALLOC_MMAP_THRESHOLD_": "1048576",
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
}
_HEAVY = 0.4  # of the memory allowed: a child that still holds so much after a file gets no other
_ROOT = Path(__file__).resolve().parent.parent


def check_file(path: Path, root: Path | None = None) -> None:
    """Refuse, before it is opened, what is no regular file, too large, or a link out of the folder."""
    try:
        mode = path.stat()
        real = path.resolve(strict=True)
    except (OSError, RuntimeError) as error:
        raise IngestError(path, "打不开：文件不存在，或链接指向不存在的地方") from error
    if root is not None and not real.is_relative_to(root.resolve()):
        raise IngestError(path, "链接指向资料库之外的文件，没有读取")
    if not stat.S_ISREG(mode.st_mode):
        raise UnsupportedFormatError(path, "不是普通文件（是文件夹、设备或管道），没有读取")
    if mode.st_size > MAX_FILE:
        raise LimitError(path, f"文件太大（{mode.st_size // 1_000_000} MB），上限 200 MB；请拆成几个文件")


def parse_all(
    paths: Iterable[Path],
    workers: int = 2,
    seconds: float = 30,
    megabytes: int = 1024,
    root: Path | None = None,
    keep_lines: Collection[Path] = (),
) -> Generator[tuple[Path, Document | IngestError], None, None]:
    """Parse and clean files in child processes; results come in the order of the paths.

    Running lines are kept in the files of ``keep_lines``.
    """
    pool = _Pool(max(workers, 1), seconds, megabytes, keep_lines)
    try:
        waiting = deque(enumerate(paths))
        done: dict[int, tuple[Path, Document | IngestError]] = {}
        turn = 0
        while waiting or pool.busy or done:
            pool.feed(waiting, root, done)
            while turn in done:
                yield done.pop(turn)
                turn += 1
            if pool.busy:
                pool.collect(done)
    finally:
        pool.close()


@dataclass(slots=True)
class _Child:
    """One child process and the file it is reading."""

    process: subprocess.Popen[bytes]
    index: int = -1
    path: Path = Path()
    begun: float = 0.0
    deadline: float = 0.0
    peak: int = 0  # megabytes, as last seen


@dataclass
class _Pool:
    """The children, started one at a time as files need them."""

    workers: int
    seconds: float
    megabytes: int
    keep_lines: Collection[Path] = ()
    children: list[_Child] = field(default_factory=list)
    messages: queue.Queue[tuple[_Child, bytes, bytes]] = field(default_factory=queue.Queue)

    @property
    def busy(self) -> bool:
        """Whether any child is reading a file."""
        return any(child.index >= 0 for child in self.children)

    def feed(
        self,
        waiting: deque[tuple[int, Path]],
        root: Path | None,
        done: dict[int, tuple[Path, Document | IngestError]],
    ) -> None:
        """Give each idle child a file; start a child only while a file is waiting."""
        while waiting and (
            len(self.children) < self.workers or any(child.index < 0 for child in self.children)
        ):
            index, path = waiting.popleft()
            try:
                check_file(path, root)
            except IngestError as error:
                done[index] = (path, error)
                continue
            child = next((child for child in self.children if child.index < 0), None) or self._start()
            child.index, child.path, child.peak = index, path, 0
            child.begun = time.monotonic()
            child.deadline = child.begun + self.seconds
            assert child.process.stdin is not None
            with contextlib.suppress(OSError):  # a dead child shows as the end of its messages
                send(child.process.stdin, ASK, pickle.dumps((str(path), path in self.keep_lines)))

    def _start(self) -> _Child:
        search = os.pathsep.join(filter(None, [str(_ROOT), os.environ.get("PYTHONPATH", "")]))
        process = subprocess.Popen(
            [*COMMAND, str(self.seconds), str(self.megabytes)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={**os.environ, **_FRUGAL, "PYTHONPATH": search, "PYTHONUTF8": "1"},
            start_new_session=True,
        )
        child = _Child(process)
        self.children.append(child)
        threading.Thread(target=self._listen, args=(child,), daemon=True).start()
        return child

    def _listen(self, child: _Child) -> None:
        """Pass a child's messages on; the last one says that it has ended."""
        assert child.process.stdout is not None
        with child.process.stdout as pipe:
            while message := receive(pipe):
                self.messages.put((child, *message))
        self.messages.put((child, END, b""))

    def collect(self, done: dict[int, tuple[Path, Document | IngestError]]) -> None:
        """Take one message, if one comes soon, and stop the children that have overrun their time."""
        with contextlib.suppress(queue.Empty):
            child, kind, body = self.messages.get(timeout=0.1)
            if child in self.children:
                self._take(child, kind, body, done)
        for child in [child for child in self.children if child.index >= 0]:
            child.peak = max(child.peak, _megabytes_of(child.process.pid))
            if time.monotonic() > child.deadline:
                spent = time.monotonic() - child.begun
                reason = f"读了 {spent:.0f} 秒还没读完，已停止；文件可能有问题，也可以拆成几个小文件再试"
                self._finish(child, LimitError(child.path, reason), done)
                self._kill(child)

    def _take(
        self, child: _Child, kind: bytes, body: bytes, done: dict[int, tuple[Path, Document | IngestError]]
    ) -> None:
        if kind == BEAT:
            cap = child.begun + max(TOTAL_SECONDS, self.seconds)
            child.deadline = min(child.deadline + SECONDS.unpack(body)[0], cap)
        elif kind == END:
            self._finish(child, _crash(child, self.megabytes), done)
            self._kill(child)
        else:
            self._finish(child, _loads(child.path, body), done)
            if _megabytes_of(child.process.pid) > _HEAVY * self.megabytes:
                self._kill(child)

    @staticmethod
    def _finish(
        child: _Child, result: Document | IngestError, done: dict[int, tuple[Path, Document | IngestError]]
    ) -> None:
        if child.index >= 0:
            done[child.index] = (child.path, result)
            child.index = -1

    def _kill(self, child: _Child) -> None:
        """End a child with all that it started."""
        self.children.remove(child)
        with contextlib.suppress(OSError):
            if hasattr(os, "killpg"):
                os.killpg(child.process.pid, signal.SIGKILL)
            else:
                child.process.kill()
        if child.process.stdin is not None:
            with contextlib.suppress(OSError):
                child.process.stdin.close()
        child.process.wait()

    def close(self) -> None:
        """End all children."""
        for child in list(self.children):
            self._kill(child)


def _crash(child: _Child, megabytes: int) -> IngestError:
    """Say why a child ended in the middle of a file, as far as can be told."""
    code = child.process.wait()
    if hasattr(signal, "SIGXCPU") and code == -signal.SIGXCPU:
        return LimitError(child.path, "处理时间超过上限，已停止")
    if child.peak > 0.7 * megabytes:
        return LimitError(child.path, f"需要的内存超过 {megabytes} MB，已停止；请拆成几个小文件再试")
    return ParseError(child.path, f"读取程序中途崩溃（代码 {code}），文件可能已损坏；其他文件不受影响")


def _megabytes_of(pid: int) -> int:
    """Private memory of a process in megabytes; 0 where the system does not say."""
    try:
        status = Path(f"/proc/{pid}/status").read_text(encoding="ascii", errors="ignore")
        return int(status.split("VmData:")[1].split()[0]) // 1024
    except (OSError, IndexError, ValueError):
        return 0


class _Loader(pickle.Unpickler):
    """Builds nothing but this package's own types: a child that a file has taken over can send no code."""

    def find_class(self, module: str, name: str) -> object:
        """Refuse every other class."""
        if module in {"ingest.models", "ingest.errors"} or (
            module.startswith("pathlib") and name.endswith("Path")
        ):
            return super().find_class(module, name)
        raise pickle.UnpicklingError(f"{module}.{name}")


def _loads(path: Path, body: bytes) -> Document | IngestError:
    try:
        result = _Loader(io.BytesIO(body)).load()
    except (
        pickle.UnpicklingError,
        EOFError,
        AttributeError,
        ImportError,
        IndexError,
        TypeError,
        ValueError,
    ) as error:
        return ParseError(path, f"读取程序给出的结果无法识别（{error}）")
    if isinstance(result, (Document, IngestError)):
        return result
    return ParseError(path, "读取程序给出的结果无法识别")
