"""``make bench-scale``: synthetic libraries of growing size – build, update, open, ask; writes a block of docs/benchmark.md."""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from search.evaluation.markers import table, write_blocks
from tests.bench.bench import PAGE, SCALE, child
from tests.bench.machine import machine, others_share, ticks
from tests.bench.report import BUSY, STAGES, number

SIZES = (10_000, 100_000)
Found = Mapping[str, Any]


def measure(passages: int, work: Path) -> Found:
    """Everything about one size, each step in a fresh process."""
    found: dict[str, Any] = {}
    for step in ("make", "build", "update", "ask"):
        print(f"==> {passages} 段：{step}", file=sys.stderr, flush=True)
        found[step] = child("tests.bench.scale_child", step, str(work), str(passages))
    return found


def report(sizes: Sequence[int], found: Sequence[Found], conditions: str) -> str:
    """The table, a column for each size and how the last compares with the first, and what it was measured on."""
    several = len(sizes) > 1
    heading = ["", *(_size(size) for size in sizes), *(["最后一列 ÷ 第一列"] if several else [])]
    rows = [["向量的结构", *(one["build"]["structure"] for one in found), *([""] if several else [])]]
    for name, value in _measures().items():
        values = [value(one) for one in found]
        ratio = [number(values[-1] / values[0])] if several and values[0] else [""] * several
        rows.append([name, *map(number, values), *ratio])
    return f"{table(heading, rows)}\n\n{conditions}"


def _measures() -> dict[str, Callable[[Found], float]]:
    """What is shown, and where it is found."""
    parts = {"store": "资料库", "terms": "词项", "vectors": "向量", "publish": "发布"}
    return {
        "建索引（秒），不含解析和计算向量": _at("build", "written"),
        **{f"其中{shown}": _at("build", "took", name) for name, shown in parts.items()},
        "更新 1%（秒），不含解析和计算向量": _at("update", "written"),
        "建索引的内存峰值（MB）": _at("build", "peak_mb"),
        "磁盘（MB）": _at("build", "disk_mb"),
        "打开（秒）": _at("ask", "opened"),
        "提问进程的内存（MB）": _at("ask", "own_mb"),
        "连同读过的映射文件（MB），系统随时可以收回": _at("ask", "touched_mb"),
        "预热（毫秒）": _at("ask", "warm_up"),
        "预热后第一问（毫秒）": _at("ask", "first"),
        "不筛选 p50（毫秒）": _at("ask", "plain", "p50"),
        "不筛选 p95（毫秒）": _at("ask", "plain", "p95"),
        **{f"其中{STAGES[name]}": _at("ask", "plain", "stages", name) for name in STAGES if name != "total"},
        "筛选到约 1% p50（毫秒）": _at("ask", "filtered", "p50"),
        "筛选到约 1% p95（毫秒）": _at("ask", "filtered", "p95"),
        "语义检索的前 10 与逐一比较相同的比例": _at("ask", "recall"),
        "同上，筛选到约 1%": _at("ask", "recall_filtered"),
        "同上，筛选到约三分之一": _at("ask", "recall_third"),
    }


def _at(*path: str) -> Callable[[Found], float]:
    def value(one: Found) -> float:
        found: Any = one
        for key in path:
            found = found[key]
        return float(found)

    return value


def _size(passages: int) -> str:
    return f"{passages // 10_000} 万段" if passages >= 10_000 else f"{passages} 段"


def _conditions(command: str, load: tuple[float, float], others: float | None) -> str:
    here = machine()
    busy = "" if others is None else f"；其他进程占去所用处理器时间的 {others:.0%}"
    warning = "。**机器太忙，毫秒和秒不可靠，请在空闲时重测**" if (others or 0) > BUSY else ""
    return (
        f"`{command}`，{date.today().isoformat()}；{here.cpu}，{here.cores} 核，{here.system}；"
        f"系统负载开始时 {load[0]:.1f}，结束时 {load[1]:.1f}{busy}{warning}"
    )


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure, print, write."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.bench.scale", description="测速：合成的资料库从小到大。"
    )
    parser.add_argument("sizes", nargs="*", type=int, default=SIZES, metavar="段数", help="默认 10000 100000")
    parser.add_argument("--print-only", action="store_true", help="只显示，不写 docs/benchmark.md")
    options = parser.parse_args(arguments)
    load, before = os.getloadavg()[0], ticks()
    with tempfile.TemporaryDirectory(prefix="casebase-scale-") as scratch:
        found = [measure(passages, Path(scratch)) for passages in options.sizes]
    command = f"python -m tests.bench.scale {' '.join(map(str, options.sizes))}"
    conditions = _conditions(command, (load, os.getloadavg()[0]), others_share(before, ticks()))
    text = report(options.sizes, found, conditions)
    print(text)
    if not options.print_only:
        write_blocks(PAGE, {SCALE: text})


if __name__ == "__main__":
    main()
