"""Our side of the comparison, with the steps of a peer: ``python -m tests.bench.peers.ours (index|query|rank) WORK``."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from ingest import terms
from ingest.embed import open_embedder
from ingest.errors import QueryError
from search.evaluation.beir import build_index, read_folder
from search.searcher import Searcher
from tests.bench.child import MODELS, STORE, peak_mb
from tests.bench.peers.child import K, questions, timed


def index(work: Path) -> dict[str, Any]:
    """Everything that ingest writes: vectors of passages and sentences, terms, the store; model and words loaded."""
    beir, embedder = read_folder(work), open_embedder("", MODELS)
    embedder.encode_document(["预热"])
    terms.words("预热")
    (work / STORE).mkdir()
    began = time.perf_counter()
    build_index(work / STORE, list(beir.documents), embedder)
    return {"passages_per_second": len(beir.documents) / (time.perf_counter() - began)}


def query(work: Path) -> dict[str, Any]:
    """A whole page of answers, as people get it."""
    searcher = Searcher.open(work / STORE, MODELS)

    def page(question: str) -> Sequence[str]:
        try:
            return [hit.document.id for hit in searcher.search(question, K).hits]
        except QueryError:  # a question of punctuation only
            return ()

    return timed(questions(work), page)


def rank(work: Path) -> dict[str, Any]:
    """The ranking alone: what a peer's retriever does."""
    searcher = Searcher.open(work / STORE, MODELS)
    store = searcher.store

    def ranking(question: str) -> Sequence[str]:
        try:
            found = store.passages(searcher.rank(question, K).rows)
        except QueryError:
            return ()
        return [store.documents[stored.document].id for stored in found]

    return timed(questions(work), ranking)


if __name__ == "__main__":
    step, folder = sys.argv[1], Path(sys.argv[2])
    result = {"index": index, "query": query, "rank": rank}[step](folder)
    print(json.dumps({**result, "peak_mb": peak_mb()}, ensure_ascii=False))
