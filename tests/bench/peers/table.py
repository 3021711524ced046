"""The comparison as Markdown in Chinese: a row for each system, what it must show, how each was set."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from search.evaluation.markers import table
from tests.bench.machine import Machine
from tests.bench.peers.roster import Peer
from tests.bench.report import BUSY, number

HEADING = (
    "",
    "nDCG@10",
    "建索引（段/秒）",
    "查询 p50（毫秒）",
    "p95",
    "冷启动到第一个回答（秒）",
    "建索引内存（MB）",
    "查询内存（MB）",
)


@dataclass(frozen=True, slots=True)
class Row:
    """What one system reached; times and memory as in HEADING."""

    name: str
    hybrid: bool
    ndcg: float
    speed: float
    p50: float
    p95: float
    cold: float
    index_mb: float
    query_mb: float


@dataclass(frozen=True, slots=True)
class Failure:
    """A system that could not be measured, and why."""

    name: str
    reason: str


@dataclass(frozen=True, slots=True)
class Ranking:
    """Our ranking alone, without the page around it."""

    ndcg: float
    p50: float
    p95: float


@dataclass(frozen=True, slots=True)
class Conditions:
    """What the numbers depend on besides the code; ``load`` of one minute, ``others`` a share of CPU time."""

    command: str
    date: str
    commit: str
    folder: str
    passages: int
    characters: float  # median of a passage
    questions: int
    machine: Machine
    versions: str  # of the peers
    load: tuple[float, float]
    others: float | None


@dataclass(frozen=True, slots=True)
class Goal:
    """A ratio of ours to the best peer's, and the bound that it must keep."""

    name: str
    value: Callable[[Row], float]
    bound: float
    at_least: bool = False  # the best peer is the one with most, and ours must have more
    hybrid: bool = False  # only against peers that do the same work


GOALS = (
    Goal("建索引速度 ÷ 最快的", lambda row: row.speed, 2.5, at_least=True),
    Goal("查询 p50 ÷ 最快的混合检索", lambda row: row.p50, 1 / 3, hybrid=True),
    Goal("冷启动 ÷ 最快的", lambda row: row.cold, 1 / 4),
    Goal("建索引内存 ÷ 最省的", lambda row: row.index_mb, 1 / 3),
    Goal("查询内存 ÷ 最省的", lambda row: row.query_mb, 1 / 3),
)


def report(
    ours: Row, ranking: Ranking, peers: Sequence[Row | Failure], roster: Sequence[Peer], facts: Conditions
) -> str:
    """All of the block on docs/benchmark.md."""
    measured = [peer for peer in peers if isinstance(peer, Row)]
    alone = [
        "本项目，只排序",
        f"{ranking.ndcg:.3f}",
        "",
        number(ranking.p50),
        number(ranking.p95),
        "",
        "",
        "",
    ]
    rows = [_cells(ours), alone, *map(_cells, peers)]
    parts = [table(HEADING, rows), goals(ours, measured), _settings(roster), _conditions(facts)]
    return "\n\n".join(part for part in parts if part)


def goals(ours: Row, peers: Sequence[Row]) -> str:
    """What the comparison must show, each against the best of the peers; nothing where no peer was measured."""
    rows = []
    for goal in GOALS:
        rivals = [peer for peer in peers if peer.hybrid or not goal.hybrid]
        if not rivals:
            continue
        best = (max if goal.at_least else min)(rivals, key=goal.value)
        ratio = goal.value(ours) / goal.value(best)
        kept = ratio >= goal.bound if goal.at_least else ratio <= goal.bound
        wanted = f"{'≥' if goal.at_least else '≤'} {goal.bound:.2f}"
        rows.append([f"{goal.name}（{best.name}）", wanted, number(ratio), "是" if kept else "**否**"])
    return table(("本项目 ÷ 同类", "要求", "这一次", "达到"), rows) if rows else ""


def _cells(row: Row | Failure) -> list[str]:
    if isinstance(row, Failure):
        return [row.name, f"没有测成：{row.reason}", *[""] * (len(HEADING) - 2)]
    values = (row.speed, row.p50, row.p95, row.cold, row.index_mb, row.query_mb)
    return [row.name, f"{row.ndcg:.3f}", *map(number, values)]


def _settings(roster: Sequence[Peer]) -> str:
    return "\n".join(f"- **{peer.name}**：{peer.settings}" for peer in roster)


def _conditions(facts: Conditions) -> str:
    busy = "" if facts.others is None else f"；其他进程占去所用处理器时间的 {facts.others:.0%}"
    warning = "。**机器太忙，这些数字不可靠，请在空闲时重测**" if (facts.others or 0) > BUSY else ""
    here = facts.machine
    return (
        f"`{facts.command}`，{facts.date}，提交 {facts.commit}；{facts.folder}，{facts.passages} 段"
        f"（中位数 {facts.characters:.0f} 字），{facts.questions} 个问题；{here.cpu}，{here.cores} 核，"
        f"{here.system}，Python {here.python}；系统负载开始时 {facts.load[0]:.1f}，结束时 {facts.load[1]:.1f}"
        f"{busy}{warning}。\n\n同类的版本：{facts.versions}。"
    )
