"""Measure retrieval on a BEIR folder, passages taken as given, through the code paths of real search."""

from __future__ import annotations

import json
import resource
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from ingest import index, pipeline, terms, vectors
from ingest.aspects import aspect_of
from ingest.embed import Embedder, open_embedder
from ingest.errors import IngestError, QueryError
from ingest.models import Document, Facets, IndexedDocument, Passage, Section
from search.measures import Qrels, measure
from search.models import Run
from search.searcher import Searcher

DEPTH = 20  # ranks looked at: the deepest measure is recall@20


def evaluate_folder(
    folder: Path, mode: str, limit: int | None, models: Path, cache: Path | None = None
) -> dict[str, Any]:
    """Index ``corpus.jsonl`` in a temporary folder, ask ``queries.jsonl``, score against ``qrels.tsv``.

    Returns the JSON of ``python -m search evaluate``; raises IngestError when the folder isn't in BEIR form.
    """
    documents = [_document(entry) for entry in _jsonl(folder / "corpus.jsonl")]
    qrels = read_qrels(folder / "qrels.tsv")
    questions = {str(q["_id"]): str(q["text"]) for q in _jsonl(folder / "queries.jsonl")}
    asked = {name: text for name, text in questions.items() if name in qrels}
    asked = dict(list(asked.items())[:limit])
    embedder = open_embedder("", models)
    with tempfile.TemporaryDirectory(prefix="casebase-evaluate-") as scratch:
        began = time.perf_counter()
        build = _build(Path(scratch), documents, embedder, cache)
        index_seconds = time.perf_counter() - began
        searcher = Searcher(build, embedder)
        retrieve = {"hybrid": searcher.rank, "dense": searcher.dense_run, "sparse": searcher.sparse_run}[mode]
        runs, took = _ask(asked, retrieve, searcher)
    return {
        "mode": mode,
        "passages": len(documents),
        "queries": len(asked),
        **measure(runs, {name: qrels[name] for name in asked}),
        "index_seconds": round(index_seconds, 2),
        "passages_per_second": round(len(documents) / index_seconds, 2),
        "query_ms": {f"p{p}": round(float(np.percentile(took or [0.0], p)), 2) for p in (50, 95)},
        "peak_rss_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
    }


def _ask(
    asked: Mapping[str, str], retrieve: Callable[[str, int], Run], searcher: Searcher
) -> tuple[dict[str, list[str]], list[float]]:
    """Ranked document ids of each question, and the milliseconds that each took."""
    runs: dict[str, list[str]] = {}
    took: list[float] = []
    for name, text in asked.items():
        began = time.perf_counter()
        try:
            rows = retrieve(text, DEPTH).rows
        except QueryError:  # a question of punctuation only finds nothing
            rows = np.zeros(0, dtype=np.int64)
        took.append((time.perf_counter() - began) * 1000)
        runs[name] = [
            searcher.store.documents[stored.document].path for stored in searcher.store.passages(rows)
        ]
    return runs, took


def _document(entry: Mapping[str, Any]) -> IndexedDocument:
    """One BEIR passage as a document of one passage."""
    text, title = str(entry["text"]), str(entry.get("title") or "")
    passage = Passage(section=0, start=0, end=len(text), text=text, aspect=aspect_of((), text))
    document = Document(title=title, sections=(Section((), text),))
    return IndexedDocument(str(entry["_id"]), str(entry["_id"]), "", "", document, Facets({}), (passage,))


def _build(root: Path, documents: list[IndexedDocument], embedder: Embedder, cache: Path | None) -> Path:
    store = vectors.EmbeddingCache(cache or root / "embeddings.sqlite", embedder.fingerprint, embedder.dim)
    keys, _ = pipeline.embed(documents, embedder, store, _silent)
    inputs = index.Inputs(
        embedder.name, embedder.fingerprint, embedder.dim, terms.version(), terms.dictionary_fingerprint(), {}, 0, "evaluate"
    )
    with index.staging(root, inputs.build_id) as folder:
        sentences = pipeline.write_build(folder, documents, store, keys, embedder, _silent)
        manifest = index.Manifest(inputs.build_id, "", inputs, len(documents), len(keys), sentences, ())
        build = index.publish(root, folder, manifest)
    store.close()
    return build


def _silent(stage: str, done: int, total: int) -> None:
    """Progress that nobody watches."""


def _jsonl(path: Path) -> Iterator[dict[str, Any]]:
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except OSError as error:
        raise IngestError(
            path, "没有这个文件。评测集要有 corpus.jsonl、queries.jsonl 和 qrels.tsv。"
        ) from error
    for number, line in enumerate(lines, start=1):
        if line.strip():
            try:
                yield json.loads(line)
            except ValueError as error:
                raise IngestError(path, f"第 {number} 行不是 JSON：{error}") from error


def read_qrels(path: Path) -> Qrels:
    """Judgements by question and document id; a header line is skipped. Raises IngestError."""
    qrels: dict[str, dict[str, int]] = {}
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except OSError as error:
        raise IngestError(
            path, "没有这个文件。评测集要有 corpus.jsonl、queries.jsonl 和 qrels.tsv。"
        ) from error
    for line in lines:
        parts = line.split("\t")
        if len(parts) >= 3 and parts[-1].strip().lstrip("-").isdigit():
            qrels.setdefault(parts[0], {})[parts[-2]] = int(parts[-1])
    return qrels
