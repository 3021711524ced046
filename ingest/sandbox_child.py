"""The child of the sandbox: reads files for its parent, within the bounds that it sets itself first."""

from __future__ import annotations

import contextlib
import os
import pickle
import queue
import signal
import struct
import sys
import threading
from pathlib import Path
from typing import IO

from ingest.errors import IngestError, LimitError, ParseError
from ingest.heartbeat import listen
from ingest.kept_lines import keeping_lines
from ingest.models import Document

ASK, DONE, BEAT, END = b"A", b"D", b"B", b"E"
SECONDS = struct.Struct("<d")
_HEADER = struct.Struct("<cI")


def send(pipe: IO[bytes], kind: bytes, body: bytes) -> None:
    """Write one message: its kind, its length, its body."""
    pipe.write(_HEADER.pack(kind, len(body)) + body)
    pipe.flush()


def receive(pipe: IO[bytes]) -> tuple[bytes, bytes] | None:
    """The next message; None at the end, or where it is cut off."""
    header = pipe.read(_HEADER.size)
    if len(header) < _HEADER.size:
        return None
    kind, length = _HEADER.unpack(header)
    body = pipe.read(length)
    return (kind, body) if len(body) == length else None


def _bound(megabytes: int) -> None:
    """Set this process's limits, where the system has them."""
    try:
        import resource
    except ImportError:  # Windows: the parent's clock is the only bound
        return
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    for kind, limit in ((resource.RLIMIT_DATA, megabytes << 20), (resource.RLIMIT_FSIZE, 500 << 20)):
        _, hard = resource.getrlimit(kind)
        resource.setrlimit(kind, (limit if hard == resource.RLIM_INFINITY else min(limit, hard), hard))


def _more_cpu(seconds: float) -> None:
    """Let this process compute so many more seconds: the bound that holds when the parent is gone."""
    try:
        import resource
    except ImportError:
        return
    used = sum(resource.getrusage(resource.RUSAGE_SELF)[:2])
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    resource.setrlimit(resource.RLIMIT_CPU, (int(used + 2 * seconds) + 2, hard))


def answer(path: Path) -> Document | IngestError:
    """Parse and clean one file; every failure becomes an error that can be sent."""
    from ingest.clean import assemble
    from ingest.parsers import parse

    try:
        return assemble(parse(path), path)
    except IngestError as error:
        return type(error)(error.path, error.reason)
    except MemoryError:
        return LimitError(path, "需要的内存超过上限，已停止；请拆成几个小文件再试")
    except RecursionError:
        return ParseError(path, "结构嵌套太深，文件可能已损坏")


def _serve(seconds: float, megabytes: int) -> None:
    """Answer the parent's requests until it closes the pipe."""
    inbox, outbox = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    quiet = os.open(os.devnull, os.O_RDWR)
    os.dup2(quiet, 0)
    os.dup2(quiet, 1)  # what a library prints must not reach the parent as an answer
    _bound(megabytes)
    requests: queue.Queue[tuple[Path, bool]] = queue.Queue()
    threading.Thread(target=_read_requests, args=(inbox, requests), daemon=True).start()

    def alive(more: float) -> None:
        _more_cpu(seconds + more)
        send(outbox, BEAT, SECONDS.pack(more))

    listen(alive)
    while True:
        path, keep_lines = requests.get()
        _more_cpu(seconds)
        with keeping_lines(keep_lines):
            result = answer(path)
        send(outbox, DONE, pickle.dumps(result))


def _read_requests(inbox: IO[bytes], requests: queue.Queue[tuple[Path, bool]]) -> None:
    """Take requests; when the parent is gone, end at once with all that was started."""
    while message := receive(inbox):
        path, keep_lines = pickle.loads(message[1])
        requests.put((Path(path), keep_lines))
    with contextlib.suppress(OSError):
        if hasattr(os, "killpg"):
            os.killpg(os.getpgid(0), signal.SIGKILL)
    os._exit(1)


def main() -> None:
    """Be a child: limits come as arguments, requests by the pipe."""
    _serve(float(sys.argv[1]), int(sys.argv[2]))


if __name__ == "__main__":
    main()
