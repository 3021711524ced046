"""Progress of the stages of a run: a bar a stage on a terminal, else a plain line now and then."""

from __future__ import annotations

import shutil
import sys
import time
from typing import Any

EVERY = 10.0  # seconds between two plain lines of a stage
_UNITS = {"查看文件": "个文件", "读取文件": "个文件", "计算向量": "段", "写入索引": "步", "写入 Milvus": "段"}


def in_words(seconds: float) -> str:
    """A duration as it is read.

    >>> [in_words(seconds) for seconds in (0.4, 24, 200, 7500)]
    ['1 秒', '24 秒', '3 分 20 秒', '2 小时 5 分']
    """
    whole = max(round(seconds), 1)
    if whole < 60:
        return f"{whole} 秒"
    if whole < 3600:
        return f"{whole // 60} 分 {whole % 60} 秒"
    return f"{whole // 3600} 小时 {whole % 3600 // 60} 分"


def pace(done: int, total: int, rate: float, unit: str) -> str:
    """How fast a stage goes and how long it will still take; empty while that isn't known.

    >>> pace(432, 1179, 31.2, "段"), pace(0, 1179, 0.0, "段"), pace(3, 3, 1.5, "步")
    ('，31 段/秒，约剩 24 秒', '', '，1.5 步/秒')
    """
    if rate <= 0:
        return ""
    left = f"，约剩 {in_words((total - done) / rate)}" if done < total else ""
    return f"，{rate:.0f} {unit}/秒{left}" if rate >= 10 else f"，{rate:.1f} {unit}/秒{left}"


class StageProgress:
    """Shows the stages of a run on standard error as they come, and remembers how far they got."""

    def __init__(self) -> None:
        self._bar: Any = None
        self._stage = ""
        self._began = self._said = 0.0
        self._done: dict[str, int] = {}
        self._seconds: dict[str, float] = {}

    def __enter__(self) -> StageProgress:
        return self

    def __exit__(self, *_: object) -> None:
        self._close()

    def show(self, stage: str, done: int, total: int) -> None:
        """Say that the stage is at ``done`` of ``total``."""
        begins = stage != self._stage
        if begins:
            self._close()
            self._stage, self._began = stage, time.monotonic()
            self._said = self._began
        self._done[stage], self._seconds[stage] = done, time.monotonic() - self._began
        if sys.stderr.isatty():
            self._draw(done, total)
        else:
            self._say(done, total, begins)

    def done(self, stage: str) -> int:
        """How far the stage got; 0 for one that hasn't begun."""
        return self._done.get(stage, 0)

    def seconds(self, stage: str) -> float:
        """How long the stage has taken; 0 for one that hasn't begun."""
        return self._seconds.get(stage, 0.0)

    def _draw(self, done: int, total: int) -> None:
        if self._bar is None:
            unit = _UNITS.get(self._stage, "步")
            self._bar = _bar()(total=total, desc=self._stage, unit=unit, bar_format=_FORMAT, mininterval=0.2,
                               file=sys.stderr, ncols=_columns(), nrows=24)  # fmt: skip
        self._bar.total = total
        self._bar.update(done - self._bar.n)

    def _say(self, done: int, total: int, begins: bool) -> None:
        now = time.monotonic()
        named = begins and self._stage not in _UNITS  # a step that says only what it is
        if done < total and not named and now - self._said < EVERY:
            return
        self._said = now
        unit = _UNITS.get(self._stage, "步")
        speed = pace(done, total, done / (now - self._began) if now - self._began > 1 else 0.0, unit)
        print(f"{self._stage} {done}/{total} {unit}{speed}", file=sys.stderr, flush=True)

    def _close(self) -> None:
        if self._bar is not None:
            self._bar.close()
            self._bar = None


_FORMAT = "{desc} {percentage:3.0f}%｜{bar}｜{n_fmt}/{total_fmt} {unit}{pace}"


def _columns() -> int:
    """Width of a bar. Asked of the system here: tqdm shows no bar where the size of the terminal is unknown."""
    return min(shutil.get_terminal_size().columns, 100) - 1


def _bar() -> Any:
    """Tqdm's bar, with pace and time left in our words."""
    from tqdm import tqdm

    class Bar(tqdm):  # type: ignore[misc]
        @property
        def format_dict(self) -> dict[str, Any]:
            facts: dict[str, Any] = super().format_dict
            rate = facts["rate"] or (facts["n"] / facts["elapsed"] if facts["elapsed"] > 0 else 0.0)
            return {**facts, "pace": pace(facts["n"], facts["total"] or 0, rate, facts["unit"])}

    return Bar
