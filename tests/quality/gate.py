"""``make gate``: fail when search got worse on the judged questions than the floors in baseline.json.

Floors only rise: ``--update`` raises them, ``--accept-drop`` is the one way to lower one, and to go on with
other questions. The SHA-256 of the questions and of the judgements is pinned beside the floors, so that a
score can never change because the questions did.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import math
import shutil
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from types import MappingProxyType

from ingest import builtin_model, index, pipeline
from ingest.embed import open_embedder
from ingest.errors import CasebaseError
from ingest.lock import LOCK
from search.evaluation.judged import QRELS, QUESTIONS, open_judged
from search.evaluation.judged_measures import JudgedResult, evaluate_judged
from search.searcher import Searcher
from tests.quality import measure_key_points
from tests.quality.measure_key_points import Shown

ROOT = Path(__file__).resolve().parents[2]
FOLDER = Path(__file__).parent
BASELINE = FOLDER / "baseline.json"
NOISE = 0.005  # half a point: less than one question of 156 lost entirely
POINT_STEP = 0.05  # of the share of relevant key points: one sentence more or less is no drop
GATED_ROWS = ("dense", "sparse", "hybrid", "full")
GATED_MEASURES = ("ndcg@10", "mrr@10", "recall@20", "success@3")


@dataclass(frozen=True, slots=True)
class Baseline:
    """The floors by name, and which questions and judgements they hold for."""

    questions_sha256: str
    qrels_sha256: str
    floors: Mapping[str, float]


def measured(result: JudgedResult) -> dict[str, float]:
    """All that has a floor; more is better in each."""
    found = {f"{row} {name}": result.rows[row][name] for row in GATED_ROWS for name in GATED_MEASURES}
    for style, robustness in result.robustness.items():
        found[f"hybrid {style} ndcg@10"] = robustness.typed["hybrid"]
    return found | {
        "refusal auc": result.refusal.auc,
        "refusal answerable kept": round(1 - result.refusal.answerable_refused, 4),
        "refusal unanswerable refused": result.refusal.unanswerable_refused,
    }


def drops(floors: Mapping[str, float], now: Mapping[str, float]) -> list[str]:
    """Describe everything that is below its floor by more than noise, or isn't measured any more."""
    return [
        f"{name}：{now[name]:.4f}，门槛 {floor:.4f}" if name in now else f"{name}：没有测，门槛 {floor:.4f}"
        for name, floor in floors.items()
        if now.get(name, float("-inf")) < floor - NOISE
    ]


def broken(result: JudgedResult) -> list[str]:
    """Say what the fusion doesn't beat, though it is there for that."""
    best = result.rows["hybrid"]["ndcg@10"]
    return [
        f"hybrid ndcg@10 {best:.4f} 不比 {row} 的 {result.rows[row]['ndcg@10']:.4f} 好"
        for row in ("dense", "sparse", "rrf")
        if best <= result.rows[row]["ndcg@10"]
    ]


def raised(floors: Mapping[str, float], now: Mapping[str, float]) -> dict[str, float]:
    """The floors at what is measured now where that is more; none is lowered."""
    return {**floors, **{name: max(value, floors.get(name, value)) for name, value in now.items()}}


def other_questions(baseline: Baseline, folder: Path) -> list[str]:
    """Which of the two files aren't those that the floors hold for."""
    pinned = {QUESTIONS: baseline.questions_sha256, QRELS: baseline.qrels_sha256}
    return [name for name, digest in pinned.items() if sha256(folder / name) != digest]


def sha256(path: Path) -> str:
    """Hash of a file, in hexadecimal digits."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def read_baseline(path: Path) -> Baseline | None:
    """The floors on disk, None before the first ``--update``."""
    return Baseline(**json.loads(path.read_text(encoding="utf-8"))) if path.is_file() else None


def write_baseline(floors: Mapping[str, float], path: Path, folder: Path) -> None:
    """Pin the floors to the questions and judgements as they are."""
    baseline = Baseline(sha256(folder / QUESTIONS), sha256(folder / QRELS), dict(floors))
    path.write_text(json.dumps(asdict(baseline), ensure_ascii=False, indent=2) + "\n", encoding="utf-8")


@contextmanager
def fresh_index(root: Path = ROOT) -> Iterator[Path]:
    """An index of ``corpus/`` as it is now, beside the user's own, of which all that still holds is taken over."""
    models = root / "models"
    builtin_model.ensure(models / builtin_model.NAME, _silent)
    with tempfile.TemporaryDirectory(prefix="casebase-gate-") as scratch:
        store = Path(scratch) / "index"
        if (root / "index" / index.CURRENT).is_file():
            with index.writer_lock(root / "index"):  # nobody writes while it is copied
                shutil.copytree(root / "index", store, ignore=shutil.ignore_patterns(f"{LOCK}*"))
        report = pipeline.ingest([root / "corpus"], store, open_embedder("", models), _silent)
        if skipped := [file.path for file in report.files if file.status == "skipped"]:
            raise CasebaseError(f"corpus/ 里有 {len(skipped)} 个文件没有读进来，先修好：{skipped[0]}")
        yield store


def evaluate() -> tuple[JudgedResult, dict[str, float]]:
    """Ask the judged questions; the figures on key points beside what they measure."""
    with fresh_index() as store:
        searcher = Searcher.open(store, ROOT / "models")
        result = evaluate_judged(open_judged(FOLDER, searcher.store), searcher)
        return result, key_points(measure_key_points.measure(searcher, measure_key_points.read()))


def key_points(found: Mapping[str, Shown]) -> dict[str, float]:
    """The share of key points that are relevant, of all that have a verdict, down to the next POINT_STEP."""
    shown = found.values()
    unjudged = sum(each.verdicts[""] for each in shown)
    total = sum(each.verdicts.total() for each in shown)
    relevant = sum(each.verdicts["y"] + each.verdicts["p"] for each in shown)
    print(f"要点 {total} 条，其中 {unjudged} 条还没判")
    share = relevant / max(total - unjudged, 1)
    return {"key points relevant": round(POINT_STEP * math.floor(share / POINT_STEP + 1e-9), 4)}


def decide(
    result: JudgedResult,
    update: bool,
    accept: bool,
    path: Path = BASELINE,
    folder: Path = FOLDER,
    points: Mapping[str, float] = MappingProxyType({}),
) -> int:
    """Compare with the floors, tell, write what is asked for; 0 when nothing fell."""
    now, baseline = measured(result) | dict(points), read_baseline(path)
    floors = baseline.floors if baseline else {}
    for name, value in now.items():
        print(f"{name:32}{value:8.4f}   门槛 {floors.get(name, 0):.4f}")
    if accept:
        write_baseline(now, path, folder)
        print("门槛已改成这次的数字。请在提交说明里写明为什么。")
        return 0
    if baseline and (changed := other_questions(baseline, folder)):
        print(f"{'、'.join(changed)} 变了，旧门槛不能再比。确认无误后用 --accept-drop 重新定门槛。")
        return 1
    if update:
        write_baseline(raised(floors, now), path, folder)
    elif not baseline:
        print("还没有门槛。用 --update 写下第一次的数字。")
        return 1
    fallen = drops(floors, now) + broken(result)
    print("\n".join(["退步了：", *fallen]) if fallen else "没有退步。")
    return 1 if fallen else 0


def main(arguments: Sequence[str] | None = None) -> int:
    """Evaluate and compare; 0 when nothing fell, 1 when something did, 2 when it could not be measured."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.quality.gate", description="检索质量不许退步：与 baseline.json 里的门槛比较。"
    )
    which = parser.add_mutually_exclusive_group()
    which.add_argument("--update", action="store_true", help="把门槛提高到这次的数字，从不降低")
    which.add_argument(
        "--accept-drop", action="store_true", help="把门槛改成这次的数字，即使更低；题目变了也用它"
    )
    options = parser.parse_args(arguments)
    print("==> 更新资料库的索引，再问评判过的问题", file=sys.stderr)
    try:
        result, points = evaluate()
        return decide(result, options.update, options.accept_drop, points=points)
    except CasebaseError as error:
        print(f"没法比较：{error}", file=sys.stderr)
        return 2


def _silent(stage: str, done: int, total: int) -> None:
    """Progress that nobody watches."""


if __name__ == "__main__":
    sys.exit(main())
