"""What every peer's program has in common: ``python -m tests.bench.peers.NAME (index|query|ask) WORK MODEL``.

Only the standard library is used here, since peers run in an environment of their own. Each step is a fresh
process that prints one JSON line. WORK is a BEIR folder; a peer's index goes into a folder of its name in it.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol

from tests.bench.child import peak_mb, percentile

K = 10
WARM_UP = 10  # questions asked before the clock starts
QUERY, PASSAGE = "query: ", "passage: "  # the prompts that the model was trained with
CHARACTERS = (
    r"[\u3400-\u9fff]|[^\W\u3400-\u9fff]+"  # for tokenizers by regular expression: each Han character
)


class Peer(Protocol):
    """One library, used as its documentation shows; ``roster.py`` says in Chinese how."""

    def __init__(self, model: str) -> None:
        """Load the weights, and what words are cut with."""

    def index(self, passages: Mapping[str, str], folder: Path) -> None:
        """Index texts by id, and save what the library can save."""

    def open(self, folder: Path) -> None:
        """Open what ``index`` saved in another process; what can't be saved is made again."""

    def search(self, question: str) -> Sequence[str]:
        """Ids of the first K passages, best first."""


def serve(peer: Callable[[str], Peer]) -> None:
    """Run the step that the command line names."""
    step, work, model = sys.argv[1], Path(sys.argv[2]), sys.argv[3]
    folder = work / Path(sys.argv[0]).stem
    found = {"index": index, "query": query, "ask": ask}[step](peer(model), work, folder)
    print(json.dumps({**found, "peak_mb": peak_mb()}, ensure_ascii=False), flush=True)


def index(peer: Peer, work: Path, folder: Path) -> dict[str, Any]:
    """Index the whole corpus."""
    texts = passages(work)
    folder.mkdir()
    began = time.perf_counter()
    peer.index(texts, folder)
    return {"passages_per_second": len(texts) / (time.perf_counter() - began)}


def query(peer: Peer, work: Path, folder: Path) -> dict[str, Any]:
    """Ask every question, warm."""
    asked = questions(work)
    peer.open(folder)
    return timed(asked, peer.search)


def ask(peer: Peer, work: Path, folder: Path) -> dict[str, Any]:
    """Answer one question and end."""
    peer.open(folder)
    return {"ids": list(peer.search(next(iter(questions(work).values()))))}


def timed(asked: Mapping[str, str], search: Callable[[str], Sequence[str]]) -> dict[str, Any]:
    """Milliseconds p50 and p95, and the ids found for each question."""
    for question in list(asked.values())[:WARM_UP]:
        search(question)
    took, found = [], {}
    for name, question in asked.items():
        began = time.perf_counter()
        found[name] = list(search(question))
        took.append((time.perf_counter() - began) * 1000)
    return {"p50": percentile(took, 50), "p95": percentile(took, 95), "found": found}


def passages(work: Path) -> dict[str, str]:
    """Texts of the corpus by id, a title before its text."""
    entries = map(json.loads, (work / "corpus.jsonl").read_text(encoding="utf-8").splitlines())
    return {entry["_id"]: f"{entry['title']}\n{entry['text']}".strip() for entry in entries}


def questions(work: Path) -> dict[str, str]:
    """The questions by id."""
    entries = map(json.loads, (work / "queries.jsonl").read_text(encoding="utf-8").splitlines())
    return {entry["_id"]: entry["text"] for entry in entries}
