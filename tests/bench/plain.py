"""Child process: the plain stack of most tutorials – sentence-transformers in fp32 and a flat FAISS index.

``python -m tests.bench.plain (index|assemble|query|ask) WORK [ROUND]``. Same weights, same passages, no BM25,
no sentence vectors, no filters, nothing folded.
"""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

import faiss
import numpy as np
import torch
from sentence_transformers import SentenceTransformer

from ingest import builtin_model
from tests.bench.child import MODELS, QUESTION, percentile, run, texts_of, time_questions

K = 10


def load() -> SentenceTransformer:
    """The weights of the built-in model in full precision."""
    folder = str(MODELS / builtin_model.NAME)
    return SentenceTransformer(
        folder, device="cpu", local_files_only=True, model_kwargs={"dtype": torch.float32}
    )


def index_round(work: Path, arguments: list[str]) -> dict[str, Any]:
    """Embed a round's passages and write a flat index of them."""
    number = int(arguments[0])
    texts = json.loads(texts_of(work, number).read_text(encoding="utf-8"))
    model = load()
    model.encode_document(["预热"])
    began = time.perf_counter()
    vectors = model.encode_document(texts, show_progress_bar=False)
    flat = faiss.IndexFlatIP(vectors.shape[1])
    flat.add(vectors)
    faiss.write_index(flat, str(work / f"plain-{number}.faiss"))
    return {"passages_per_second": len(texts) / (time.perf_counter() - began)}


def assemble(work: Path, arguments: list[str]) -> dict[str, Any]:
    """Join the rounds' indexes and texts in one: what the queries are asked of."""
    parts = [faiss.read_index(str(path)) for path in sorted(work.glob("plain-*.faiss"))]
    whole = faiss.IndexFlatIP(parts[0].d)
    for part in parts:
        whole.add(part.reconstruct_n(0, part.ntotal))
    faiss.write_index(whole, str(work / "plain.faiss"))
    texts = [
        text for number in range(len(parts)) for text in json.loads(texts_of(work, number).read_text("utf-8"))
    ]
    (work / "plain.json").write_text(json.dumps(texts), encoding="utf-8")
    return {"passages": whole.ntotal}


class Plain:
    """Model, index and texts, loaded from disk."""

    def __init__(self, work: Path) -> None:
        self._model = load()
        self._index = faiss.read_index(str(work / "plain.faiss"))
        self._texts = json.loads((work / "plain.json").read_text(encoding="utf-8"))

    def search(self, question: str, k: int = K) -> list[tuple[float, str]]:
        """The ``k`` nearest passages with their scores."""
        vector = np.atleast_2d(self._model.encode_query([question], show_progress_bar=False))
        scores, rows = self._index.search(vector, k)
        return [(float(score), self._texts[row]) for score, row in zip(scores[0], rows[0], strict=True)]


def query(work: Path, arguments: list[str]) -> dict[str, Any]:
    """Ask every question, warm, for ten passages."""
    took, _ = time_questions(work, Plain(work).search)
    return {"p50": percentile(took, 50), "p95": percentile(took, 95)}


def ask(work: Path, arguments: list[str]) -> dict[str, Any]:
    """Answer one question and end: the counterpart of ``python -m search``."""
    return {"hits": Plain(work).search(QUESTION, 5)}


if __name__ == "__main__":
    run({"index": index_round, "assemble": assemble, "query": query, "ask": ask})
