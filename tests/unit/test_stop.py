"""Ctrl-C ends an ingest cleanly at any stage: no process stays, nothing is lost, what was embedded is kept."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
from pathlib import Path

import pytest

from ingest import index, lock, verify
from ingest.parsers.legacy import descendants
from tests.processes import ingest, until

pytestmark = pytest.mark.skipif(os.name != "posix", reason="sends signals")


def stop(process: subprocess.Popen[str]) -> str:
    """Press Ctrl-C, and return what was said."""
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "Traceback" not in err
    return err


def alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rsplit(")", 1)[1].split()[0] != "Z"


def cached(store: Path) -> int:
    import sqlite3

    try:
        with sqlite3.connect(f"file:{store / 'embeddings.sqlite'}?mode=ro", uri=True) as connection:
            count = connection.execute("SELECT count(*) FROM embeddings").fetchone()[0]
        connection.close()
    except sqlite3.OperationalError:
        return 0
    return int(count)


def test_stopped_while_embedding_it_keeps_what_was_embedded_and_says_how_much(
    corpus: Path, fake_index: Path
) -> None:
    before, cache = index.current_build(fake_index), cached(fake_index)
    for number in range(120):
        (corpus / f"{number}.txt").write_text(f"第{number}个院子的居民议事会讨论了停车。", encoding="utf-8")
    with ingest(corpus, "--index", fake_index, pause=0.05) as process:
        until(lambda: cached(fake_index) > cache)  # the first batch is kept
        said = stop(process)
    found = re.search(r"算好的 (\d+) 段", said)
    assert found and int(found[1]) >= 64
    assert 0 <= cached(fake_index) - cache - int(found[1]) <= 1
    assert index.current_build(fake_index) == before
    assert verify.problems_of(fake_index) == []
    assert not lock.is_locked(fake_index) and lock.Holder.read(fake_index) is None
    kept = cached(fake_index) - cache
    with ingest(corpus, "--index", fake_index, "--json") as process:
        report = json.loads(process.communicate()[0])
    assert report["embedded"] == 120 - kept


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="looks for children in /proc")
def test_stopped_while_reading_it_ends_the_processes_that_read(corpus: Path, tmp_path: Path) -> None:
    for number in range(200):
        (corpus / f"{number}.html").write_text(f"<p>第{number}个院子</p>" * 3000, encoding="utf-8")
    with ingest(corpus, "--index", tmp_path / "i") as process:
        until(lambda: len(descendants(process.pid)) >= 2)
        children = descendants(process.pid)
        said = stop(process)
    assert "原来的索引没有动" in said
    until(lambda: not any(map(alive, children)), 10)


def test_stopped_while_waiting_for_the_lock_it_ends(corpus: Path, tmp_path: Path) -> None:
    with index.writer_lock(tmp_path / "i"), ingest(corpus, "--index", tmp_path / "i") as process:
        assert process.stderr
        while "等它结束" not in process.stderr.readline():
            assert process.poll() is None
        stop(process)
