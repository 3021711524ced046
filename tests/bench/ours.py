"""Child process: our side, ``python -m tests.bench.ours (index|assemble|query) WORK [ROUND]``."""

from __future__ import annotations

import pickle
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from ingest import index, pipeline, terms, vectors
from ingest.embed import Embedder, open_embedder
from ingest.models import IndexedDocument
from search.searcher import Searcher
from tests.bench.child import MODELS, STORE, documents_of, percentile, run, time_questions


def index_round(work: Path, arguments: list[str]) -> dict[str, Any]:
    """Embed a round's passages with their sentences and publish a complete build of them."""
    documents = _documents(documents_of(work, int(arguments[0])))
    embedder = open_embedder("", MODELS)
    embedder.encode_document(["预热"])
    terms.words("预热")  # loads jieba's dictionary
    began = time.perf_counter()
    passages = _publish(work / STORE, documents, embedder)
    return {"passages_per_second": passages / (time.perf_counter() - began)}


def assemble(work: Path, arguments: list[str]) -> dict[str, Any]:
    """Publish one build of all rounds, every vector from the cache: what the queries are asked of."""
    documents = [
        document for path in sorted(work.glob("documents-*.pickle")) for document in _documents(path)
    ]
    return {"passages": _publish(work / STORE, documents, open_embedder("", MODELS))}


def query(work: Path, arguments: list[str]) -> dict[str, Any]:
    """Ask every question, warm, for ten hits, and take the searcher's own times by stage as well."""
    searcher = Searcher.open(work / STORE, MODELS)
    took, answers = time_questions(work, searcher.search)
    stages = {
        name: percentile([answer.took_ms[name] for answer in answers], 50) for name in answers[0].took_ms
    }
    return {"p50": percentile(took, 50), "p95": percentile(took, 95), "stages": stages}


def _documents(path: Path) -> list[IndexedDocument]:
    found: list[IndexedDocument] = pickle.loads(path.read_bytes())
    return found


def _publish(store: Path, documents: Sequence[IndexedDocument], embedder: Embedder) -> int:
    store.mkdir(exist_ok=True)
    cache = vectors.EmbeddingCache(store / "embeddings.sqlite", embedder.fingerprint, embedder.dim)
    keys, _ = pipeline.embed(documents, embedder, cache, _silent)
    inputs = index.Inputs(
        embedder.name, embedder.fingerprint, embedder.dim, terms.fingerprint(), {}, 0, documents[0].id
    )
    with index.staging(store, inputs.build_id) as folder:
        sentences = pipeline.write_build(folder, documents, cache, keys, embedder, _silent)
        manifest = index.Manifest(inputs.build_id, "", inputs, len(documents), len(keys), sentences, ())
        index.publish(store, folder, manifest)
    cache.close()
    return len(keys)


def _silent(stage: str, done: int, total: int) -> None:
    """Progress that nobody watches."""


if __name__ == "__main__":
    run({"index": index_round, "assemble": assemble, "query": query})
