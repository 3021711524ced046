"""The benchmark's report: Markdown in Chinese for docs/benchmark.md, and the small table of the README."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from statistics import median

from tests.bench.machine import Machine

PAGE = Path(__file__).with_name("page.md")
MARKERS = re.compile(r"(<!-- bench -->\n).*?(<!-- /bench -->)", re.S)
BUSY = 0.2  # share of the CPU time; torch on all cores suffers more from company than our runs of one thread
STAGES = {
    "understand": "拆分问题",
    "embed": "问题向量，同时理解问题、关键词检索",
    "rank": "筛选、语义检索、融合",
    "refine": "去重、逐问补齐",
    "answer": "要点、标记、筛选计数",
    "total": "合计",
}


@dataclass(frozen=True, slots=True)
class Measure:
    """One thing measured on both sides: ``ours[n]`` and ``plain[n]`` ran one right after the other."""

    name: str
    unit: str
    ours: tuple[float, ...]
    plain: tuple[float, ...]

    @property
    def ratios(self) -> tuple[float, ...]:
        """Ours divided by plain, pair by pair, so that a machine that slows down slows both."""
        return tuple(a / b for a, b in zip(self.ours, self.plain, strict=True))


@dataclass(frozen=True, slots=True)
class Results:
    """All measures of one run, in the order in which they are shown."""

    speed: Measure
    p50: Measure
    p95: Measure
    cold: Measure
    index_memory: Measure
    query_memory: Measure
    operations: tuple[float, ...]  # a second while indexing, round by round
    peak: tuple[float, ...]  # operations a second that an int8 matrix product reached after each round
    stages: Mapping[str, tuple[float, ...]]  # milliseconds (median of the questions) by stage, run by run

    @property
    def measures(self) -> tuple[Measure, ...]:
        """All that has two sides."""
        return self.speed, self.p50, self.p95, self.cold, self.index_memory, self.query_memory


@dataclass(frozen=True, slots=True)
class Conditions:
    """What the numbers depend on besides the code."""

    date: str
    command: str
    machine: Machine
    documents: int
    passages: int
    rounds: int
    questions: int
    question: str  # of the cold start
    minutes: float
    load: tuple[float, float]  # of one minute, before and after
    others: float | None  # share of the CPU time that other processes took


def spread(values: Sequence[float], suffix: str = "") -> str:
    """The median, and the range where there is one.

    >>> spread([3.0, 1.0, 2.0]), spread([0.5], "×")
    ('2.00（1.00–3.00）', '0.50×')
    """
    low, middle, high = (number(value) for value in (min(values), median(values), max(values)))
    return f"{middle}{suffix}" if low == high else f"{middle}{suffix}（{low}–{high}）"


def number(value: float) -> str:
    """About three digits.

    >>> number(1234.5), number(43.21), number(0.456)
    ('1234', '43.2', '0.46')
    """
    return f"{value:.0f}" if value >= 100 else f"{value:.1f}" if value >= 10 else f"{value:.2f}"


def table(results: Results) -> str:
    """Ours, plain and their ratio."""
    rows = [
        f"| {m.name}（{m.unit}） | {spread(m.ours)} | {spread(m.plain)} | {spread(m.ratios)} |"
        for m in results.measures
    ]
    head = "| 测什么 | 本项目 | 普通做法 | 本项目 ÷ 普通做法 |\n|---|--:|--:|--:|"
    return "\n".join([head, *rows])


def peak_share(results: Results) -> str:
    """How much of the machine's int8 arithmetic indexing used."""
    shares = [used / peak for used, peak in zip(results.operations, results.peak, strict=True)]
    used, peak = (spread([value / 1e8 for value in side]) for side in (results.operations, results.peak))
    return f"每秒 {used} 亿次，峰值 {peak} 亿次，用到 {spread([100 * share for share in shares], '%')}"


def stage_table(stages: Mapping[str, Sequence[float]]) -> str:
    """Where a query's time goes."""
    rows = [f"| {STAGES.get(name, name)} | {spread(values)} |" for name, values in stages.items()]
    return "\n".join(["| 步骤 | 毫秒（p50） |\n|---|--:|", *rows])


def small_table(results: Results) -> str:
    """Four ratios for the README."""
    memory = "，".join(
        f"{when} {number(median(measure.ratios))}"
        for when, measure in (("建索引", results.index_memory), ("查询", results.query_memory))
    )
    rows = [
        f"| {results.speed.name} | {number(median(results.speed.ratios))} 倍 |",
        f"| {results.p50.name} | {number(median(results.p50.ratios))} |",
        f"| {results.cold.name} | {number(median(results.cold.ratios))} |",
        f"| 内存峰值 | {memory} |",
    ]
    return "\n".join(["| | 本项目 ÷ 普通做法 |\n|---|--:|", *rows])


def page(results: Results, conditions: Conditions) -> str:
    """The whole of docs/benchmark.md."""
    facts = {field.name: getattr(conditions, field.name) for field in fields(conditions)}
    facts |= {field.name: getattr(conditions.machine, field.name) for field in fields(conditions.machine)}
    facts["versions"] = "，".join(
        f"{name} {version}" for name, version in conditions.machine.versions.items()
    )
    return PAGE.read_text(encoding="utf-8").format(
        table=table(results),
        stages=stage_table(results.stages),
        peak=peak_share(results),
        noise=noise(results, conditions),
        **facts,
    )


def noise(results: Results, conditions: Conditions) -> str:
    """How far the numbers can be trusted, in one sentence."""
    before, after = conditions.load
    timed = (results.speed, results.p50, results.p95, results.cold)
    widest = max(max(side) / min(side) - 1 for measure in timed for side in (measure.ours, measure.plain))
    ratio = max(max(measure.ratios) / min(measure.ratios) - 1 for measure in timed)
    others = "" if conditions.others is None else f"；其他进程占去所用处理器时间的 {conditions.others:.0%}"
    warning = "。**机器太忙，这些数字不可靠，请在空闲时重测**" if (conditions.others or 0) > BUSY else ""
    return (
        f"噪声：同一项最慢与最快相差至多 {widest:.0%}，比值相差至多 {ratio:.0%}{others}"
        f"；系统负载开始时 {before:.1f}，结束时 {after:.1f}{warning}"
    )


def with_small_table(readme: str, small: str) -> str:
    """The README with the table between its markers; unchanged where it has none."""
    return MARKERS.sub(lambda found: f"{found[1]}{small}\n{found[2]}", readme)
