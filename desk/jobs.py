"""One update of the index at a time, in a process of its own, whose state every session can read.

The state is files in ``job/`` of the data folder: ``job.json`` (who started what, when), ``progress.json``,
``result.json`` and ``done.json`` (the last that went well). All but the first are written by the child
(``desk.ingest_child``), which holds ``running.lock`` for as long as it lives. So a page that is reloaded,
a session that is closed or a server that is restarted neither repeats nor loses anything.
"""

from __future__ import annotations

import json
import os
import secrets
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

import filelock

from desk.files import replace_text
from ingest.errors import CasebaseError

JOB, PROGRESS, RESULT, STOP, DONE = "job.json", "progress.json", "result.json", "stop.json", "done.json"
LOCK, LOG = "running.lock", "log.txt"
COMMAND = (sys.executable, "-m", "desk.ingest_child")
STARTING = 30.0  # seconds that a child may need until it holds its lock
STOPPING = 10.0  # seconds that a child is given to end by itself
_PROGRAM = Path(__file__).resolve().parent.parent
# Of this server, by job; asked so that none stays a zombie.
_children: dict[str, subprocess.Popen[bytes]] = {}
_starting = threading.Lock()
_probing = threading.Lock()  # or two sessions that try the lock at once would take each other for the child

State = Literal["running", "done", "failed", "cancelled"]


class JobError(CasebaseError):
    """An update of the index can't be started or stopped."""


@dataclass(frozen=True, slots=True)
class Job:
    """What was started: by whom and when (ISO 8601, UTC), over which folders into which index."""

    id: str
    who: str
    when: str
    roots: tuple[str, ...]
    store: str
    model: str

    @property
    def started(self) -> datetime:
        """When it was started."""
        return datetime.fromisoformat(self.when)


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the running stage is; times are Unix seconds."""

    stage: str
    done: int
    total: int
    began: float
    updated: float

    @property
    def rate(self) -> float:
        """Pieces a second in this stage; 0 until it can be told."""
        return self.done / (self.updated - self.began) if self.done and self.updated > self.began else 0.0

    @property
    def left(self) -> float | None:
        """Seconds that this stage will still take at its rate so far; None until it can be told."""
        return (self.total - self.done) / self.rate if self.rate else None


@dataclass(frozen=True, slots=True)
class Status:
    """The last job and how it stands; ``report`` is that of ``python -m ingest --json`` when it is done."""

    job: Job
    state: State
    progress: Progress | None = None
    report: dict[str, Any] | None = None
    reason: str = ""  # of a failure


class Jobs:
    """The updates of one index; ``command`` is the child's (default COMMAND), to which the job's folder is added."""

    def __init__(self, folder: Path, command: Sequence[str] = ()) -> None:
        self._folder, self._command = folder / "job", tuple(command or COMMAND)

    def start(self, roots: Sequence[Path], store: Path, model: str, who: str) -> Job:
        """Start an update; raises JobError when one is running, naming who runs it since when."""
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            with _starting, filelock.FileLock(self._folder / "start.lock", timeout=STARTING):
                if (last := self.status()) and last.state == "running":
                    raise JobError(f"{last.job.who}从 {clock(last.job.started)} 起正在更新索引，请等它结束。")
                return self._start(roots, store, model, who)
        except (OSError, filelock.Timeout) as error:
            raise JobError(f"更新没有开始：{self._folder} 写不进去（{error}）。") from error

    def _start(self, roots: Sequence[Path], store: Path, model: str, who: str) -> Job:
        job = Job(
            id=secrets.token_hex(8),
            who=who,
            when=datetime.now(UTC).isoformat(timespec="microseconds"),
            roots=tuple(str(root) for root in roots),
            store=str(store),
            model=model,
        )
        for ended in [id_ for id_, child in _children.items() if child.poll() is not None]:
            del _children[ended]
        for name in (PROGRESS, RESULT, STOP):
            (self._folder / name).unlink(missing_ok=True)
        replace_text(self._folder / JOB, json.dumps(asdict(job), ensure_ascii=False))
        search = os.pathsep.join(filter(None, [str(_PROGRAM), os.environ.get("PYTHONPATH", "")]))
        with (self._folder / LOG).open("wb") as log:
            _children[job.id] = subprocess.Popen(
                [*self._command, str(self._folder)],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env={**os.environ, "PYTHONPATH": search, "PYTHONUTF8": "1"},
                start_new_session=True,  # Ctrl-C in the server's terminal isn't meant for it
            )
        return job

    def status(self) -> Status | None:
        """The last job and how it stands; None when there was none."""
        # Asked before the result is read: a child leaves its result first and its lock after.
        alive = self._alive()
        raw = self._read(JOB)
        try:
            job = Job(**{**raw, "roots": tuple(raw["roots"])}) if raw else None
        except (KeyError, TypeError):
            job = None
        if job is None:
            return None
        result = self._read(RESULT)
        if result.get("id") == job.id:
            return Status(job, result["state"], report=result.get("report"), reason=result.get("reason", ""))
        if alive or self._is_starting(job):
            return Status(job, "running", progress=self._progress(job))
        if self._read(STOP).get("id") == job.id:
            return Status(job, "cancelled")
        return Status(job, "failed", reason="更新索引的程序意外结束了。原来的索引没有动，可以再更新一次。")

    def updated(self) -> datetime | None:
        """When the last update that went well was started; None when there was none."""
        when = self._read(DONE).get("when")
        return datetime.fromisoformat(when) if isinstance(when, str) else None

    def cancel(self) -> None:
        """Stop the running job, by force when it doesn't end by itself; raises JobError when none is running."""
        status = self.status()
        if status is None or status.state != "running":
            raise JobError("现在没有正在进行的更新。")
        replace_text(self._folder / STOP, json.dumps({"id": status.job.id}))
        end = time.monotonic() + STARTING
        while not (pid := self._pid(status.job)) and self._is_running(status.job):
            if time.monotonic() > end:
                raise JobError("停不下来：更新索引的程序没有回应。")
            time.sleep(0.05)
        for force in (False, True):
            if pid and self._alive():  # the lock is held: the number can't be another's
                _end(pid, force)
            if self._ended(status.job):
                return
        raise JobError("停不下来：更新索引的程序没有回应。")

    def _ended(self, job: Job) -> bool:
        end = time.monotonic() + STOPPING
        while self._is_running(job):
            if time.monotonic() > end:
                return False
            time.sleep(0.05)
        return True

    def _is_running(self, job: Job) -> bool:
        status = self.status()
        return status is not None and status.job.id == job.id and status.state == "running"

    def _alive(self) -> bool:
        """Whether a child holds the lock."""
        if not (self._folder / LOCK).exists():
            return False
        try:
            with _probing, filelock.FileLock(self._folder / LOCK, timeout=0):
                return False
        except filelock.Timeout:
            return True

    def _is_starting(self, job: Job) -> bool:
        """Whether the child may not have got as far as its lock; a child of this server is asked itself."""
        if child := _children.get(job.id):
            if child.poll() is None:
                return True
            del _children[job.id]
            return False
        return not self._pid(job) and (datetime.now(UTC) - job.started).total_seconds() < STARTING

    def _pid(self, job: Job) -> int:
        """The child's process number, which it writes when it holds the lock; 0 until then."""
        progress = self._read(PROGRESS)
        return int(progress.get("pid", 0)) if progress.get("id") == job.id else 0

    def _progress(self, job: Job) -> Progress | None:
        raw = self._read(PROGRESS)
        if raw.get("id") != job.id or not raw.get("stage"):
            return None
        return Progress(*(raw[name] for name in ("stage", "done", "total", "began", "updated")))

    def _read(self, name: str) -> dict[str, Any]:
        try:
            found = json.loads((self._folder / name).read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return {}
        return found if isinstance(found, dict) else {}


def clock(when: datetime) -> str:
    """A time of day, with the date when it isn't today's."""
    local = when.astimezone()
    today = local.date() == datetime.now().astimezone().date()
    return f"{local:%H:%M}" if today else f"{local:%Y-%m-%d %H:%M}"


def _end(pid: int, force: bool) -> None:
    try:
        os.kill(pid, signal.SIGKILL if force and hasattr(signal, "SIGKILL") else signal.SIGTERM)
    except OSError as error:
        if not isinstance(error, ProcessLookupError):
            raise JobError(f"停不下来（{error.strerror}）。") from error
