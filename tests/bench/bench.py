"""``make bench``: our stack against the plain one in one run; writes docs/benchmark.md and a table in README.

Every measurement runs in a fresh process, ours and plain one after the other, the first of a pair by turns.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from search.evaluation.markers import block, with_block
from tests.bench.child import QUESTION, STORE
from tests.bench.machine import machine, others_share, ticks
from tests.bench.questions import questions
from tests.bench.report import Conditions, Measure, Results, page, small_table, with_small_table

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "benchmark.md"
SCALE, PEERS = "scale", "peers"  # blocks on it that tests.bench.scale and tests.bench.peers.run write
ROUNDS, COLD_ROUNDS = 3, 5
LONGEST = 7200  # seconds that one child may take

Pairs = tuple[list[dict[str, Any]], list[dict[str, Any]]]


def child(*command: str, **environment: str) -> dict[str, Any]:
    """Run a Python module in a fresh process: the JSON that it prints, and the seconds that it took."""
    began = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-m", *command],
        cwd=ROOT,
        env={**os.environ, "HF_HUB_OFFLINE": "1", "PYTHONUTF8": "1", **environment},
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=LONGEST,
    )
    seconds = time.perf_counter() - began
    if done.returncode not in (0, 1) or not done.stdout:  # 1: search answered that it found nothing
        raise SystemExit(f"测速中断：python -m {command[0]} 出错了\n{done.stderr[-2000:]}")
    return {**json.loads(done.stdout), "seconds": seconds}


def alternate(
    what: str, count: int, ours: Callable[[int], dict[str, Any]], plain: Callable[[int], dict[str, Any]]
) -> Pairs:
    """Run both sides ``count`` times."""
    found: Pairs = [], []
    for turn in range(count):
        print(f"==> {what}：第 {turn + 1} 轮，共 {count} 轮", file=sys.stderr, flush=True)
        sides = ((found[0], ours), (found[1], plain))
        for results, measure in sides if turn % 2 == 0 else reversed(sides):
            results.append(measure(turn))
    return found


def measure_all(work: Path, rounds: int) -> Results:
    """Index, query, start cold."""
    folder = str(work)
    indexed = alternate(
        "建索引",
        rounds,
        lambda turn: index_ours(folder, turn),
        lambda turn: child("tests.bench.plain", "index", folder, str(turn)),
    )
    child("tests.bench.ours", "assemble", folder)
    child("tests.bench.plain", "assemble", folder)
    queried = alternate(
        "查询",
        rounds,
        lambda turn: child("tests.bench.ours", "query", folder),
        lambda turn: child("tests.bench.plain", "query", folder),
    )
    cold = alternate(
        "冷启动", COLD_ROUNDS, lambda turn: ask(work), lambda turn: child("tests.bench.plain", "ask", folder)
    )
    return results_of(indexed, queried, cold)


def index_ours(folder: str, turn: int) -> dict[str, Any]:
    """A round of ours, and right after it the int8 peak of the machine as it is just then."""
    found = child("tests.bench.ours", "index", folder, str(turn))
    return {**found, "peak": child("tests.bench.peak")["operations_per_second"]}


def ask(work: Path) -> dict[str, Any]:
    """The command line as people use it."""
    return child("search", QUESTION, "-k", "5", "--json", CASEBASE_INDEX=str(work / STORE))


def results_of(indexed: Pairs, queried: Pairs, cold: Pairs) -> Results:
    """The children's numbers as measures."""
    return Results(
        speed=measure("建索引速度", "段/秒", indexed, "passages_per_second"),
        p50=measure("查询时间 p50", "毫秒", queried, "p50"),
        p95=measure("查询时间 p95", "毫秒", queried, "p95"),
        cold=measure("冷启动到回答", "秒", cold, "seconds"),
        index_memory=measure("建索引内存峰值", "MB", indexed, "peak_mb"),
        query_memory=measure("查询内存峰值", "MB", queried, "peak_mb"),
        operations=tuple(found["operations_per_second"] for found in indexed[0]),
        peak=tuple(found["peak"] for found in indexed[0]),
        stages={
            name: tuple(found["stages"][name] for found in queried[0]) for name in queried[0][0]["stages"]
        },
    )


def measure(name: str, unit: str, pairs: Pairs, key: str) -> Measure:
    """One number of every child."""
    ours, plain = (tuple(float(found[key]) for found in side) for side in pairs)
    return Measure(name, unit, ours, plain)


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure, print, write."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.bench.bench", description="测速：本项目与普通做法同场比较。"
    )
    parser.add_argument(
        "--passages", type=int, default=400, metavar="段数", help="每轮建索引至多几段，默认 400"
    )
    parser.add_argument("--rounds", type=int, default=ROUNDS, metavar="轮数", help=f"默认 {ROUNDS}")
    parser.add_argument(
        "--print-only", action="store_true", help="只显示，不写 docs/benchmark.md 和 README.md"
    )
    options = parser.parse_args(arguments)
    load, before, began = os.getloadavg()[0], ticks(), time.monotonic()
    with tempfile.TemporaryDirectory(prefix="casebase-bench-") as scratch:
        print("==> 读入资料库", file=sys.stderr, flush=True)
        dealt = child("tests.bench.prepare", scratch, str(options.rounds), str(options.passages))
        results = measure_all(Path(scratch), options.rounds)
    conditions = Conditions(
        date=date.today().isoformat(),
        command=f"python -m tests.bench.bench --passages {options.passages} --rounds {options.rounds}",
        machine=machine(),
        documents=dealt["documents"],
        passages=dealt["passages"],
        rounds=options.rounds,
        questions=len(questions()),
        question=QUESTION,
        minutes=(time.monotonic() - began) / 60,
        load=(load, os.getloadavg()[0]),
        others=others_share(before, ticks()),
    )
    text = page(results, conditions)
    print(text)
    if not options.print_only:
        write(text, small_table(results))


def write(text: str, small: str) -> None:
    """Put the report where readers look for it; what other commands wrote there stays."""
    written = PAGE.read_text(encoding="utf-8")
    for name in (SCALE, PEERS):
        text = with_block(text, name, block(written, name))
    PAGE.write_text(text, encoding="utf-8")
    readme = ROOT / "README.md"
    readme.write_text(with_small_table(readme.read_text(encoding="utf-8"), small), encoding="utf-8")


if __name__ == "__main__":
    main()
