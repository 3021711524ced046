"""``make bench-peers``: the same BEIR folder, the same weights, six other stacks; writes a block of docs/benchmark.md.

Every step of every system is a fresh process, one after the other, the peers' in an environment of their own.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from statistics import median
from typing import Any

from ingest import builtin_model
from ingest.errors import CasebaseError
from search.evaluation.markers import write_blocks
from search.evaluation.measures import Qrels, mean, per_question
from tests.bench.bench import PAGE, PEERS, child
from tests.bench.child import MODELS, STORE, silent
from tests.bench.machine import machine, others_share, ticks
from tests.bench.peers import environment, folder
from tests.bench.peers.child import K
from tests.bench.peers.roster import ROSTER, Peer
from tests.bench.peers.table import Conditions, Failure, Ranking, Row, report

JUDGED = Path("tests/quality")
PASSAGES, QUESTIONS = 400, 200
COLD_ROUNDS = 3
LONGEST = 900  # seconds that one step of a peer may take


def measure_ours(work: Path, chosen: folder.Folder) -> tuple[Row, Ranking]:
    """Index, query, rank, start cold by the command that people use."""
    _say("本项目")
    indexed = child("tests.bench.peers.ours", "index", str(work))
    queried = child("tests.bench.peers.ours", "query", str(work))
    ranked = child("tests.bench.peers.ours", "rank", str(work))
    question = next(iter(chosen.questions.values()))
    command = ("search", question, "-k", str(K), "--json", "--index", str(work / STORE))
    cold = [child(*command)["seconds"] for _ in range(COLD_ROUNDS)]
    row = row_of("本项目", True, indexed, queried, cold, chosen.qrels)
    return row, Ranking(ndcg(ranked["found"], chosen.qrels), ranked["p50"], ranked["p95"])


def measure_peer(peer: Peer, work: Path, chosen: folder.Folder) -> Row | Failure:
    """The same of a peer; a step that fails is the reason of a Failure."""
    _say(peer.name)
    try:
        indexed, queried = (step(peer, name, work) for name in ("index", "query"))
        cold = [step(peer, "ask", work)["seconds"] for _ in range(COLD_ROUNDS)]
    except StepError as error:
        return Failure(peer.name, str(error))
    return row_of(peer.name, peer.hybrid, indexed, queried, cold, chosen.qrels)


def row_of(
    name: str,
    hybrid: bool,
    indexed: Mapping[str, Any],
    queried: Mapping[str, Any],
    cold: Sequence[float],
    qrels: Qrels,
) -> Row:
    """The numbers of a system's steps as its row."""
    return Row(
        name=name,
        hybrid=hybrid,
        ndcg=ndcg(queried["found"], qrels),
        speed=indexed["passages_per_second"],
        p50=queried["p50"],
        p95=queried["p95"],
        cold=median(cold),
        index_mb=indexed["peak_mb"],
        query_mb=queried["peak_mb"],
    )


def ndcg(found: Mapping[str, Sequence[str]], qrels: Qrels) -> float:
    """nDCG@10 on average, by the measure of ``python -m search evaluate``."""
    return mean(per_question(found, qrels, ("ndcg@10",)))["ndcg@10"]


class StepError(Exception):
    """A step of a peer that gave no numbers, and why."""


def step(peer: Peer, name: str, work: Path) -> dict[str, Any]:
    """Run a peer's program for one step: the JSON that it prints, and the seconds that it took."""
    command = [str(environment.PYTHON), "-m", f"tests.bench.peers.{peer.module}", name, str(work)]
    quiet = {"HF_HUB_OFFLINE": "1", "HAYSTACK_TELEMETRY_ENABLED": "False", "PYTHONUTF8": "1"}
    began = time.perf_counter()
    try:
        done = subprocess.run(
            [*command, str((environment.ROOT / MODELS / builtin_model.NAME).resolve())],
            cwd=environment.ROOT,
            env={**os.environ, **quiet},
            capture_output=True,
            text=True,
            encoding="utf-8",
            errors="replace",
            timeout=LONGEST,
        )
    except subprocess.TimeoutExpired as error:
        raise StepError(f"{name} 超过 {LONGEST} 秒") from error
    seconds = time.perf_counter() - began
    if done.returncode or not done.stdout.strip():
        raise StepError(f"{name} 出错：{environment.reason(done.stderr)}")
    return {**json.loads(done.stdout.splitlines()[-1]), "seconds": seconds}


def versions(peers: Sequence[Peer]) -> str:
    """The exact versions of what was installed by name, and of torch and transformers."""
    pinned = dict(re.findall(r"^([\w.-]+)==(\S+)$", environment.VERSIONS.read_text(encoding="utf-8"), re.M))
    named = dict.fromkeys(package for peer in peers for package in peer.packages)
    return "，".join(f"{name} {pinned[name]}" for name in [*named, "torch", "transformers"])


def commit() -> str:
    """The short id of the commit that is measured; with 「有改动」 where files differ from it."""
    command = ["git", "describe", "--always", "--dirty=（有改动）", "--exclude=*"]
    done = subprocess.run(command, cwd=environment.ROOT, capture_output=True, text=True)
    return done.stdout.strip() or "未知"


def main(arguments: Sequence[str] | None = None) -> None:
    """Install, measure, print, write."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.bench.peers.run", description="测速：与同类的检索库同场比较。"
    )
    parser.add_argument(
        "folder", nargs="?", type=Path, metavar="BEIR文件夹", help="默认用 tests/quality 里评判过的问题"
    )
    parser.add_argument("--passages", type=int, default=PASSAGES, help=f"抽出几段，默认 {PASSAGES}")
    parser.add_argument("--questions", type=int, default=QUESTIONS, help=f"至多几个问题，默认 {QUESTIONS}")
    parser.add_argument("--print-only", action="store_true", help="只显示，不写 docs/benchmark.md")
    options = parser.parse_args(arguments)
    try:
        text = compare(options.folder, options.passages, options.questions)
        print(text)
        if not options.print_only:
            write_blocks(PAGE, {PEERS: text})
    except CasebaseError as error:
        raise SystemExit(f"出错了：{error}") from error


def compare(given: Path | None, passages: int, questions: int) -> str:
    """Measure all on a sample of a folder; returns the block of docs/benchmark.md."""
    store = Path(os.environ.get("CASEBASE_INDEX", "index"))
    whole = folder.read(given) if given else folder.judged(JUDGED, store)
    chosen = folder.sample(whole, passages, questions)
    builtin_model.ensure(MODELS / builtin_model.NAME, silent)
    failed, measured = environment.install(ROSTER), commit()
    load, before = os.getloadavg()[0], ticks()
    with tempfile.TemporaryDirectory(prefix="casebase-peers-") as scratch:
        folder.write(chosen, Path(scratch))
        ours, ranking = measure_ours(Path(scratch), chosen)
        peers: list[Row | Failure] = []
        for peer in ROSTER:
            reason = failed.get(peer.module)
            peers.append(Failure(peer.name, reason) if reason else measure_peer(peer, Path(scratch), chosen))
            print(peers[-1], file=sys.stderr, flush=True)  # not lost when the run is stopped
    size = f"--passages {passages} --questions {questions}"
    facts = Conditions(
        command=f"python -m tests.bench.peers.run {'BEIR文件夹 ' if given else ''}{size}",
        date=date.today().isoformat(),
        commit=measured,
        folder=chosen.name,
        passages=len(chosen.passages),
        characters=median(len(text) for _, text in chosen.passages.values()),
        questions=len(chosen.questions),
        machine=machine(),
        versions=versions(ROSTER),
        load=(load, os.getloadavg()[0]),
        others=others_share(before, ticks()),
    )
    return report(ours, ranking, peers, ROSTER, facts)


def _say(name: str) -> None:
    print(f"==> 测 {name}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
