"""What both sides of the benchmark share: names in the work folder, the clock, the memory, the output."""

from __future__ import annotations

import json
import resource
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from tests.bench.questions import WORDINGS

QUESTION = "如何提升居民参与度"
MODELS = Path("models")
QUESTIONS = "questions.json"
ALL = "all"  # rounds together
PARSED = "parsed"  # an index of the whole library by a fake model: files already read
STORE = "ours"  # our index
WARM_UP = 4 * len(WORDINGS)  # questions asked before the clock starts


def files_of(work: Path, which: str) -> Path:
    """Where the files of a round are, or of ALL."""
    return work / f"files-{which}"


def texts_of(work: Path, number: int) -> Path:
    """Where a round's passages are as texts, for the plain stack."""
    return work / f"texts-{number}.json"


def time_questions(work: Path, ask: Callable[[str], Any]) -> tuple[list[float], list[Any]]:
    """Milliseconds of each question after a warm-up, and the answers."""
    asked = json.loads((work / QUESTIONS).read_text(encoding="utf-8"))
    for question in asked[:WARM_UP]:
        ask(question)
    took, answers = [], []
    for question in asked:
        began = time.perf_counter()
        answers.append(ask(question))
        took.append((time.perf_counter() - began) * 1000)
    return took, answers


def percentile(values: Sequence[float], percent: int) -> float:
    """The nearest-rank percentile.

    >>> percentile([3.0, 1.0, 2.0], 50)
    2.0
    """
    ordered = sorted(values)
    return ordered[max(-(-len(ordered) * percent // 100) - 1, 0)]


def run(commands: dict[str, Callable[[Path, list[str]], dict[str, Any]]]) -> None:
    """``COMMAND WORK …``: run one measurement and print what it found, with this process's peak memory."""
    name, work, *rest = sys.argv[1:]
    found = commands[name](Path(work), rest)
    print(json.dumps({**found, "peak_mb": peak_mb()}, ensure_ascii=False))


def silent(stage: str, done: int, total: int) -> None:
    """Progress that nobody watches."""


def peak_mb() -> float:
    """The most memory that this process has had."""
    unit = 1024 * 1024 if sys.platform == "darwin" else 1024  # macOS counts in bytes, Linux in kilobytes
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / unit
