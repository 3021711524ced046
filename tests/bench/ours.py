"""Child process: our side, ``python -m tests.bench.ours (index|assemble|query) WORK [ROUND]``."""

from __future__ import annotations

import shutil
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ingest import builtin_model, index, pipeline, terms
from ingest.embed import open_embedder
from ingest.models import context
from ingest.passage_store import NAME as PASSAGES
from ingest.passage_store import PassageStore
from search.searcher import Searcher
from tests.bench.child import ALL, MODELS, PARSED, STORE, files_of, percentile, run, silent, time_questions
from tests.bench.peak import needed


def index_round(work: Path, arguments: list[str]) -> dict[str, Any]:
    """The whole of ingest for a round's files, which are parsed already: all vectors, a complete build."""
    embedder = open_embedder("", MODELS)
    embedder.encode_document(["预热"])
    terms.words("预热")  # loads jieba's dictionary
    _forget_builds(work)
    began = time.perf_counter()
    report = pipeline.ingest([files_of(work, arguments[0])], work / STORE, embedder, silent)
    seconds = time.perf_counter() - began
    return {
        "passages_per_second": report.passages / seconds,
        "operations_per_second": needed(_texts(work / STORE), MODELS / builtin_model.NAME) / seconds,
    }


def assemble(work: Path, arguments: list[str]) -> dict[str, Any]:
    """One build of all rounds, every vector from the cache: what the queries are asked of."""
    _forget_builds(work)
    report = pipeline.ingest([files_of(work, ALL)], work / STORE, open_embedder("", MODELS), silent)
    return {"passages": report.passages}


def query(work: Path, arguments: list[str]) -> dict[str, Any]:
    """Ask every question, warm, for ten hits, and take the searcher's own times by stage as well."""
    searcher = Searcher.open(work / STORE, MODELS)
    took, answers = time_questions(work, searcher.search)
    stages = {
        name: percentile([answer.took_ms[name] for answer in answers], 50) for name in answers[0].took_ms
    }
    return {"p50": percentile(took, 50), "p95": percentile(took, 95), "stages": stages}


def _texts(store: Path) -> Iterator[str]:
    """What was embedded of each passage."""
    opened = PassageStore(index.current_build(store) / PASSAGES)
    for document in opened.indexed_documents():
        for passage in document.passages:
            yield terms.simplified(context(document.document.title, passage)[0])
    opened.close()


def _forget_builds(work: Path) -> None:
    """Leave the index as if only the fake model had been there; the vectors' cache stays."""
    shutil.copytree(
        work / PARSED, work / STORE, ignore=shutil.ignore_patterns("embeddings.sqlite*"), dirs_exist_ok=True
    )


if __name__ == "__main__":
    run({"index": index_round, "assemble": assemble, "query": query})
