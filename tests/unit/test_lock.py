"""One writer at a time: a second process waits, says for whom, and does not wait for ever."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from ingest import index, lock, verify
from ingest.errors import IngestError
from tests.processes import ingest, until


@pytest.fixture
def holder(corpus: Path, tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    """A slow ingest that has the lock."""
    with ingest(corpus, "--index", tmp_path / "i", pause=0.8) as process:
        until(lambda: lock.Holder.read(tmp_path / "i"))
        yield process
        process.kill()


def test_a_second_ingest_waits_says_for_whom_and_then_does_its_work(
    corpus: Path, tmp_path: Path, holder: subprocess.Popen[str]
) -> None:
    with ingest(corpus, "--index", tmp_path / "i") as second:
        out, err = second.communicate()
    assert f"进程 {holder.pid}（" in err and "等它结束" in err
    assert holder.wait() == second.returncode == 0
    assert "沿用 3 个" in out
    assert verify.problems_of(tmp_path / "i") == []


@pytest.mark.parametrize(("seconds", "says"), [("0", "索引正在由进程"), ("0.5", "等了 0.5 秒")])
def test_a_second_ingest_gives_up_after_its_limit(
    corpus: Path, tmp_path: Path, holder: subprocess.Popen[str], seconds: str, says: str
) -> None:
    with ingest(corpus, "--index", tmp_path / "i", "--wait", seconds) as second:
        _, err = second.communicate()
    assert second.returncode == 2
    assert says in err and str(holder.pid) in err
    assert holder.poll() is None


def test_the_lock_of_a_killed_process_holds_nobody_up(
    corpus: Path, tmp_path: Path, holder: subprocess.Popen[str]
) -> None:
    holder.kill()
    holder.wait()
    assert lock.Holder.read(tmp_path / "i") and not lock.is_locked(tmp_path / "i")
    with ingest(corpus, "--index", tmp_path / "i", "--wait", "0") as second:
        _, err = second.communicate()
    assert second.returncode == 0
    assert f"没有正常结束：进程 {holder.pid}" in err


def test_an_index_folder_that_cannot_be_made_is_an_error_that_names_it(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(IngestError, match="写不了索引文件夹"), index.writer_lock(tmp_path / "file"):
        pass


def test_a_holder_that_is_no_holder_is_none(tmp_path: Path) -> None:
    for text in ("", "[]", '{"pid": "x"}', f'{{"pid": {os.getpid()}}}'):
        (tmp_path / lock.HOLDER).write_text(text, encoding="utf-8")
        assert lock.Holder.read(tmp_path) is None
