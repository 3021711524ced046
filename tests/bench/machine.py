"""What the numbers were measured on, and how much else was going on there meanwhile."""

from __future__ import annotations

import os
import platform
import resource
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

PACKAGES = (
    "sentence-transformers",
    "torch",
    "transformers",
    "onnxruntime",
    "faiss-cpu",
    "tantivy",
    "jieba",
    "opencc",
    "numpy",
)


@dataclass(frozen=True, slots=True)
class Machine:
    """Facts that decide what a number means."""

    cpu: str
    cores: int
    system: str
    python: str
    versions: dict[str, str]


@dataclass(frozen=True, slots=True)
class Ticks:
    """CPU seconds spent so far: by the whole machine and by our ended child processes."""

    machine: float
    own: float


def machine() -> Machine:
    """This machine, without its name or any path on it."""
    versions = {name: version(name) for name in PACKAGES}
    system = f"{platform.system()} {platform.machine()}"
    return Machine(_cpu(), cores(), system, platform.python_version(), versions)


def cores() -> int:
    """Cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def ticks() -> Ticks | None:
    """CPU time so far; None where the system doesn't tell."""
    try:
        first = Path("/proc/stat").read_text(encoding="ascii").splitlines()[0]
    except OSError:
        return None
    user, nice, system, _idle, _iowait, irq, softirq, steal = (int(n) for n in first.split()[1:9])
    busy = (user + nice + system + irq + softirq + steal) / os.sysconf("SC_CLK_TCK")
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return Ticks(busy, children.ru_utime + children.ru_stime)


def others_share(before: Ticks | None, after: Ticks | None) -> float | None:
    """Which share of the CPU time spent in between went to other processes.

    >>> others_share(Ticks(100, 10), Ticks(200, 85))
    0.25
    """
    if before is None or after is None or after.machine <= before.machine:
        return None
    return max(0.0, 1 - (after.own - before.own) / (after.machine - before.machine))


def _cpu() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        lines = []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.processor() or platform.machine()
