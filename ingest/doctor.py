"""``python -m ingest doctor``: is all that the program needs there and in order; each problem with what mends it."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

Status = Literal["ok", "warn", "fail"]
REINSTALL = "pip install -c constraints.txt -e ."
_MARKS: dict[Status, str] = {"ok": "✓", "warn": "!", "fail": "✗"}


@dataclass(frozen=True, slots=True)
class Check:
    """What was looked at, how it is, what was found, and for a problem what mends it: a command, or what to do."""

    name: str
    status: Status
    detail: str
    fix: str = ""


def examine(store: Path, models: Path) -> list[Check]:
    """Every check of the index in ``store`` and the models folder; nothing that a check meets stops the others."""
    from ingest import doctor_checks as checks

    return [
        _careful("Python", checks.python),
        _careful("依赖", checks.dependencies),
        _careful("内置模型", lambda: checks.model(models)),
        _careful("索引", lambda: checks.stored_index(store)),
        *([_careful("Milvus", lambda: checks.milvus(store))] if os.environ.get("CASEBASE_STORE") else []),
        _careful("索引锁", lambda: checks.lock(store)),
        _careful("磁盘空间", lambda: checks.space(store)),
        _careful("写入权限", lambda: checks.writable([store, models])),
        _careful("内存与处理器", checks.machine),
        _careful("文字识别", checks.recognition),
        _careful("旧格式", checks.old_formats),
        _careful("计算向量", lambda: checks.embedding(models)),
        _careful("网页端口", checks.port),
    ]


def in_words(checks: Sequence[Check]) -> str:
    """A line a check, what mends a problem below it."""
    lines = []
    for check in checks:
        lines.append(f"{_MARKS[check.status]} {check.name}：{check.detail}")
        lines += [f"    怎么办：{check.fix}"] if check.fix else []
    problems = sum(check.status == "fail" for check in checks)
    hints = sum(check.status == "warn" for check in checks)
    lines.append(
        f"有 {problems} 处不正常。"
        if problems
        else "一切正常。"
        if not hints
        else f"可以使用，有 {hints} 处要留意。"
    )
    return "\n".join(lines)


def _careful(name: str, check: Callable[[], Check]) -> Check:
    try:
        return check()
    except ImportError as error:
        return Check(name, "fail", f"缺少依赖（{error}）", REINSTALL)
    except Exception as error:  # a damaged part is what a check is for, and shows in ways unforeseen
        return Check(name, "fail", f"检查时出错（{type(error).__name__}：{error}）", REINSTALL)
