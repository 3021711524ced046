"""The running update, live for every session, and the report of the last one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

from desk.access import Administrator
from desk.jobs import JobError, Progress, Status, clock
from ingest.errors import CasebaseError
from views import keeping, sign_in, theme

WATCHED, IDLE = 1.0, 10.0  # seconds between two looks, while an update runs and while none does
STATES = {"ok": "读入", "skipped": "跳过", "duplicate": "重复"}


def draw(administrator: Administrator | None) -> None:
    """The state of the last update; it keeps itself up to date, and the page when an update begins or ends."""
    status = keeping.jobs().status()
    every = WATCHED if status and status.state == "running" else IDLE
    st.fragment(_live, run_every=every)(_seen(status), administrator is not None)


def _seen(status: Status | None) -> tuple[str, str] | None:
    return (status.job.id, status.state) if status else None


def _live(seen: tuple[str, str] | None, may_stop: bool) -> None:
    status = keeping.jobs().status()
    if _seen(status) != seen:
        st.rerun()
    if status is None:
        return
    if status.state == "running":
        _running(status, may_stop)
    else:
        _ended(status)


def _running(status: Status, may_stop: bool) -> None:
    progress = status.progress
    share = progress.done / progress.total if progress and progress.total else 0.0
    st.progress(min(max(share, 0.0), 1.0), text=theme.plain(in_words(progress)))
    st.caption(
        theme.plain(f"{status.job.who}从 {clock(status.job.started)} 起在更新索引；这期间照常可以提问。")
    )
    if may_stop:
        st.button("停止更新", key="cancel", on_click=_cancel)


def in_words(progress: Progress | None) -> str:
    """Stage, how far, how fast, how long still.

    >>> in_words(Progress("计算向量", 30, 120, began=0.0, updated=10.0))
    '计算向量 30/120，每秒 3.0 个，还要约 30 秒'
    """
    if progress is None or not progress.total:
        return f"{progress.stage if progress else '准备'}……"
    text = f"{progress.stage} {progress.done}/{progress.total}"
    if progress.left is None or progress.done >= progress.total:
        return text
    left = f"{progress.left:.0f} 秒" if progress.left < 90 else f"{progress.left / 60:.0f} 分钟"
    return f"{text}，每秒 {progress.rate:.1f} 个，还要约 {left}"


def _cancel() -> None:
    try:
        sign_in.require()
        keeping.jobs().cancel()
    except (CasebaseError, JobError) as error:
        keeping.say("error", str(error))


def _ended(status: Status) -> None:
    started = f"{clock(status.job.started)} {status.job.who}的更新"
    if status.state == "failed":
        st.error(theme.plain(f"{started}没有成功：{status.reason}"))
    elif status.state == "cancelled":
        st.info(theme.plain(f"{started}停止了，索引还是原来的；已经算好的向量会留到下次。"))
    elif status.report:
        _report(started, status.report)


def _report(started: str, report: Mapping[str, Any]) -> None:
    files: Sequence[Mapping[str, Any]] = report["files"]
    counts = {label: sum(file["status"] == name for file in files) for name, label in STATES.items()}
    told = "，".join(f"{label} {count} 个" for label, count in counts.items() if count)
    st.caption(
        theme.plain(f"{started}：{told}；新算向量 {report['embedded']} 个，用时 {report['seconds']:.0f} 秒。")
    )
    with st.expander("上一次更新：每个文件怎么样"):
        st.dataframe([_row(file) for file in sorted(files, key=_worst_first)], hide_index=True)


def _worst_first(file: Mapping[str, Any]) -> tuple[int, bool, str]:
    return ["skipped", "duplicate", "ok"].index(file["status"]), not file["warnings"], file["path"]


def _row(file: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "结果": STATES[file["status"]],
        "文件": file["path"],
        "说明": "；".join(part for part in (file["reason"], *file["warnings"]) if part),
        "页数": str(file["pages"] or ""),
        "读出": f"{file['coverage']:.0%}" if file["status"] == "ok" else "",
        "段落": file["passages"],
        "识别的页": file["ocr_pages"],
        "编码": file["encoding"],
    }


def reasons() -> dict[str, str]:
    """Why files aren't in the index, by name, as far as the last update knows."""
    status = keeping.jobs().status()
    files = status.report["files"] if status and status.report else []
    return {
        file["path"]: f"{STATES[file['status']]}：{file['reason']}"
        for file in files
        if file["status"] != "ok"
    }
