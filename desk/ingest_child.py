"""``python -m desk.ingest_child FOLDER``: the update that ``desk.jobs`` started, as FOLDER/job.json describes it.

It ends by itself, or on SIGTERM; either way it leaves its result, and the old index unless all went well.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import sys
import time
import traceback
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from types import FrameType
from typing import Any

import filelock

from desk.files import replace_text
from desk.jobs import DONE, JOB, LOCK, LOG, PROGRESS, RESULT
from ingest import index
from ingest.errors import CasebaseError, StoredIndexError
from ingest.milvus.address import from_environment

_EVERY = 0.25  # seconds between two reports of progress


class _StoppedError(BaseException):
    """Somebody asked for an end; no ``except Exception`` on the way may keep it."""


def main(folder: Path) -> int:
    """Run the job; 0 when it went well."""
    signal.signal(signal.SIGTERM, _stop)
    with filelock.FileLock(folder / LOCK, timeout=10):
        job = json.loads((folder / JOB).read_text(encoding="utf-8"))
        reporter = _Reporter(folder, job["id"])
        try:
            reporter.show("准备", 0, 0)
            result = {"state": "done", "report": _ingest(job, reporter)}
        except _StoppedError:
            result = {"state": "cancelled"}
        except CasebaseError as error:
            result = {"state": "failed", "reason": str(error)}
        except MemoryError:
            result = {"state": "failed", "reason": "内存不够，更新停了下来。原来的索引没有动。"}
        except OSError as error:
            result = {
                "state": "failed",
                "reason": f"读写出错（{error.strerror or error}）。原来的索引没有动。",
            }
        except Exception:
            traceback.print_exc()
            result = {"state": "failed", "reason": f"程序出错，原来的索引没有动。详情在 {folder / LOG}。"}
        with _undisturbed():
            if result["state"] == "done":
                replace_text(folder / DONE, json.dumps({"when": job["when"]}))
            replace_text(folder / RESULT, json.dumps({"id": job["id"], **result}, ensure_ascii=False))
    return 0 if result["state"] == "done" else 1


def _ingest(job: dict[str, Any], reporter: _Reporter) -> dict[str, Any]:
    from ingest.build_command import MODELS, prepare_model
    from ingest.embed import open_embedder
    from ingest.pipeline import ingest

    prepare_model(job["model"], reporter.show)
    roots, store = [Path(root) for root in job["roots"]], Path(job["store"])
    embedder, kept = open_embedder(job["model"], MODELS), _keeps_personal_data(store)
    address = from_environment()
    report = ingest(roots, store, embedder, reporter.show, keep_personal_data=kept)
    if address is not None:
        from ingest.milvus.publish import publish

        publish(store, address, reporter.show)
    return asdict(report)


def _keeps_personal_data(store: Path) -> bool:
    """Whether the library was built to show personal data: an update from the page doesn't change that."""
    try:
        return index.Manifest.read(index.current_build(store)).inputs.keep_personal_data
    except StoredIndexError:
        return False


class _Reporter:
    """Writes progress.json, some times a second at most."""

    def __init__(self, folder: Path, job: str) -> None:
        self._path, self._job = folder / PROGRESS, job
        self._stage, self._began, self._written = "", 0.0, 0.0

    def show(self, stage: str, done: int, total: int) -> None:
        """Say how far a stage is; its end is always written."""
        now = time.time()
        if stage != self._stage:
            self._stage, self._began, self._written = stage, now, 0.0
        if now - self._written < _EVERY and done < total:
            return
        self._written = now
        state = {"stage": stage, "done": done, "total": total, "began": self._began, "updated": now}
        replace_text(self._path, json.dumps({"id": self._job, "pid": os.getpid(), **state}))


def _stop(number: int, frame: FrameType | None) -> None:
    raise _StoppedError


@contextlib.contextmanager
def _undisturbed() -> Iterator[None]:
    """No end is asked for while the result is written."""
    before = signal.signal(signal.SIGTERM, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
