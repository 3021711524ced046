"""Updates of the index in a child process: one at a time, seen by all, the old index kept until all went well."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from desk import jobs as jobs_module
from desk.jobs import Job, JobError, Jobs, Progress, Status
from ingest import index, pipeline
from tests.conftest import silent
from tests.fakes import BigramEmbedder

pytestmark = pytest.mark.slow
COMMAND = (sys.executable, "-m", "tests.unit.fake_ingest_child")


@pytest.fixture
def jobs(tmp_path: Path) -> Iterator[Jobs]:
    jobs = Jobs(tmp_path / "data", COMMAND)
    yield jobs
    with contextlib.suppress(JobError):
        jobs.cancel()


@pytest.fixture
def start(jobs: Jobs, corpus: Path, fake_index: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Job]:
    """Start an update of the fake index after one document came in."""

    def start(how: str = "", who: str = "张三") -> Job:
        monkeypatch.setenv("FAKE_INGEST", how)
        (corpus / "新.md").write_text(
            "# 议事会\n\n居民议事会每月开一次，人人都能提议题。\n", encoding="utf-8"
        )
        return jobs.start([corpus], fake_index, "fake/bigram", who)

    return start


def until(jobs: Jobs, seen: Callable[[Status], bool], seconds: float = 60) -> Status:
    end = time.monotonic() + seconds
    while not ((status := jobs.status()) and seen(status)):
        assert time.monotonic() < end, status
        time.sleep(0.05)
    return status


def finished(jobs: Jobs) -> Status:
    return until(jobs, lambda status: status.state != "running")


def embedding(status: Status) -> bool:
    return status.progress is not None and status.progress.stage in ("计算向量", "读取文件")


def test_before_the_first_update_there_is_nothing_to_tell(jobs: Jobs) -> None:
    assert jobs.status() is None and jobs.updated() is None
    with pytest.raises(JobError, match="没有正在进行"):
        jobs.cancel()


def test_an_update_keeps_to_whether_personal_data_is_shown(
    jobs: Jobs, start: Callable[..., Job], corpus: Path, fake_index: Path
) -> None:
    pipeline.ingest([corpus], fake_index, BigramEmbedder(), silent, keep_personal_data=True)
    start()
    assert finished(jobs).state == "done"
    assert index.Manifest.read(index.current_build(fake_index)).inputs.keep_personal_data


def test_an_update_ends_with_the_report_of_the_command_line(
    jobs: Jobs, start: Callable[..., Job], fake_index: Path
) -> None:
    job = start()
    status = finished(jobs)
    assert status.state == "done" and status.job == job and status.report
    assert status.report["build"] == index.current_build(fake_index).name
    assert {f["path"]: f["status"] for f in status.report["files"]}["新.md"] == "ok"
    assert jobs.updated() == job.started


def test_every_session_and_a_restarted_server_see_the_same_update(
    jobs: Jobs, start: Callable[..., Job], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = start("slow")
    until(jobs, embedding)
    monkeypatch.setattr(jobs_module, "_children", {})  # as after a restart
    other = Jobs(tmp_path / "data", COMMAND)
    status = other.status()
    assert status and status.state == "running" and status.job == job and status.progress
    assert status.progress.total >= status.progress.done
    other.cancel()
    assert finished(jobs).state == "cancelled"


def test_a_second_update_is_refused_naming_who_runs_the_first(jobs: Jobs, start: Callable[..., Job]) -> None:
    job = start("slow", "李四")
    with pytest.raises(JobError, match=r"李四从 \d\d:\d\d 起正在更新"):
        start("slow", "张三")
    assert (status := jobs.status()) and status.job == job


def test_a_cancelled_update_keeps_the_old_index_and_the_next_one_goes_well(
    jobs: Jobs, start: Callable[..., Job], fake_index: Path
) -> None:
    before = index.current_build(fake_index)
    start("slow")
    until(jobs, embedding)
    jobs.cancel()
    assert finished(jobs).state == "cancelled"
    assert index.current_build(fake_index) == before and index.check(before) == []
    assert list((fake_index / "builds").glob("*.tmp")) == []
    start()
    assert finished(jobs).state == "done"
    assert index.current_build(fake_index) != before


def test_an_update_can_be_cancelled_right_after_its_start(jobs: Jobs, start: Callable[..., Job]) -> None:
    start("slow")
    jobs.cancel()
    assert finished(jobs).state == "cancelled"


@pytest.mark.parametrize(("how", "says"), [("crash", "意外结束"), ("fault", "程序出错")])
def test_a_failed_update_says_so_and_keeps_the_old_index(
    jobs: Jobs, start: Callable[..., Job], fake_index: Path, how: str, says: str
) -> None:
    before = index.current_build(fake_index)
    start(how)
    status = finished(jobs)
    assert status.state == "failed" and says in status.reason and "没有动" in status.reason
    assert "秘密" not in status.reason and "Traceback" not in status.reason
    assert index.current_build(fake_index) == before and jobs.updated() is None


def test_a_killed_update_is_told_from_a_running_one_after_a_restart(
    jobs: Jobs, start: Callable[..., Job], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    start("slow")
    until(jobs, embedding)
    os.kill(json.loads((tmp_path / "data" / "job" / "progress.json").read_text())["pid"], signal.SIGKILL)
    monkeypatch.setattr(jobs_module, "_children", {})
    assert "意外结束" in finished(jobs).reason


def test_an_update_from_the_command_line_is_named(
    jobs: Jobs, start: Callable[..., Job], fake_index: Path
) -> None:
    with index.writer_lock(fake_index):
        start()
        status = finished(jobs)
    assert status.state == "failed" and "正在由进程" in status.reason


def test_a_damaged_state_is_taken_for_none(jobs: Jobs, tmp_path: Path) -> None:
    (tmp_path / "data" / "job").mkdir(parents=True)
    for text in ("{", "[]", '{"id": 1}'):
        (tmp_path / "data" / "job" / "job.json").write_text(text, encoding="utf-8")
        assert jobs.status() is None


def test_the_time_left_follows_from_the_rate() -> None:
    progress = Progress("计算向量", 30, 120, began=100.0, updated=110.0)
    assert progress.rate == 3.0 and progress.left == 30.0
    assert Progress("计算向量", 0, 120, 100.0, 110.0).left is None
