"""How many of the key points shown are relevant: ``python -m tests.quality.measure_key_points [--write PAGE]``.

``key_points.tsv`` holds verdicts on sentences for a question: y answers it or a part of it, p helps who asks, n doesn't.
The weights of ``search/relevance.py`` were fitted on the ``fitted`` questions; the ``held-out`` ones were written
before, and asked and judged only afterwards. A sentence without a verdict is counted as such, not guessed.
"""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from search.answer import LEAST
from search.evaluation.jsonl import read_lines
from search.evaluation.judged import QUESTIONS, read_questions
from search.evaluation.markers import table, write_blocks
from search.searcher import Searcher

FOLDER = Path(__file__).parent
ROOT = FOLDER.parents[1]
VERDICTS = FOLDER / "key_points.tsv"
NEW_QUESTIONS = FOLDER / "key_point_questions.tsv"  # beside the judged ones
SEED, DRAWS = 20251120, 10_000
PARTS = {"fitted": "拟合用的", "held-out": "没看过的"}


@dataclass(frozen=True, slots=True)
class Verdicts:
    """Verdicts by question and sentence, and the part of each question."""

    of: Mapping[tuple[str, str], str]
    part: Mapping[str, str]


@dataclass(slots=True)
class Shown:
    """What the questions of one part got: points by verdict ("" for none), and how many questions got points."""

    verdicts: Counter[str] = field(default_factory=Counter)
    questions: int = 0
    with_points: int = 0
    of_two_documents: int = 0
    of_three: int = 0
    by_question: list[tuple[int, int]] = field(default_factory=list)  # relevant, judged


def read(path: Path = VERDICTS) -> Verdicts:
    """The verdicts on disk."""
    rows = [line.split("\t") for line in read_lines(path) if line][1:]
    return Verdicts({(q, text): v for q, _, text, v in rows}, {q: part for q, part, _, _ in rows})


def questions() -> dict[str, str]:
    """The text of every question that has verdicts or is to get them, by id."""
    rows = [line.split("\t") for line in read_lines(NEW_QUESTIONS) if line][1:]
    judged = {question.id: question.text for question in read_questions(FOLDER / QUESTIONS)}
    return judged | {name: text for name, _, _, text in rows}


def measure(searcher: Searcher, verdicts: Verdicts) -> dict[str, Shown]:
    """Ask the questions that have verdicts and look up what is shown."""
    found = {part: Shown() for part in PARTS}
    for name, text in questions().items():
        if name not in verdicts.part:
            continue
        answer, shown = searcher.search(text), found[verdicts.part[name]]
        documents = {answer.hits[point.hit - 1].document.row for point in answer.key_points}
        shown.questions += 1
        shown.with_points += bool(answer.key_points)
        shown.of_two_documents += len(documents) > 1
        shown.of_three += len(answer.key_points) >= LEAST
        given = Counter(verdicts.of.get((name, point.text), "") for point in answer.key_points)
        shown.verdicts.update(given)
        shown.by_question.append((given["y"] + given["p"], given["y"] + given["p"] + given["n"]))
    return found


def relevant(shown: Shown) -> float:
    """Share of the judged key points that answer or help."""
    good, judged = np.array(shown.by_question or [(0, 0)]).sum(axis=0)
    return float(good / max(judged, 1))


def interval(shown: Shown) -> tuple[float, float]:
    """The 95% interval of ``relevant``, by drawing questions anew (the points of one question stand or fall together)."""
    each = np.array(shown.by_question)
    drawn = each[np.random.default_rng(SEED).integers(len(each), size=(DRAWS, len(each)))].sum(axis=1)
    low, high = np.quantile(drawn[:, 0] / np.maximum(drawn[:, 1], 1), [0.025, 0.975])
    return float(low), float(high)


def report(found: Mapping[str, Shown]) -> str:
    """A row for each part."""
    heading = (
        *("问题", "个数", "有要点的", "三条以上的", "来自两篇以上的", "要点", "答到", "答到或有帮助"),
        *("95% 区间", "还没判的"),
    )
    rows = []
    for part, shown in found.items():
        v = shown.verdicts
        low, high = interval(shown)
        counts = (shown.questions, shown.with_points, shown.of_three, shown.of_two_documents, v.total())
        shares = (f"{v['y'] / max(v.total() - v[''], 1):.1%}", f"{relevant(shown):.1%}")
        rows.append((PARTS[part], *map(str, counts), *shares, f"{low:.1%}–{high:.1%}", str(v[""])))
    return table(heading, rows)


def main() -> None:
    """Measure, print, write."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.quality.measure_key_points", description="要点有多少是有用的。"
    )
    parser.add_argument("--index", type=Path, default=Path("index"), metavar="文件夹")
    parser.add_argument("--write", type=Path, metavar="页面", help="写进这一页的 key-points 标记之间")
    options = parser.parse_args()
    found = report(measure(Searcher.open(options.index, ROOT / "models"), read()))
    print(found)
    if options.write:
        write_blocks(options.write, {"key-points": found})


if __name__ == "__main__":
    main()
