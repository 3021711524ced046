"""Peer: sentence-transformers and a flat FAISS index, no keywords: the start of most tutorials."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

import faiss
from sentence_transformers import SentenceTransformer

from tests.bench.peers.child import K, serve


class PlainFaiss:
    """Vectors only."""

    def __init__(self, model: str) -> None:
        self._model = SentenceTransformer(model, device="cpu")

    def index(self, passages: Mapping[str, str], folder: Path) -> None:
        """Embed, add, write."""
        vectors = self._model.encode_document(list(passages.values()), show_progress_bar=False)
        flat = faiss.IndexFlatIP(vectors.shape[1])
        flat.add(vectors)
        faiss.write_index(flat, str(folder / "flat.faiss"))
        (folder / "ids.json").write_text(json.dumps(list(passages)), encoding="utf-8")

    def open(self, folder: Path) -> None:
        """Read the index and the ids."""
        self._flat = faiss.read_index(str(folder / "flat.faiss"))
        self._ids = json.loads((folder / "ids.json").read_text(encoding="utf-8"))

    def search(self, question: str) -> Sequence[str]:
        """The nearest passages."""
        _, rows = self._flat.search(self._model.encode_query([question], show_progress_bar=False), K)
        return [self._ids[row] for row in rows[0] if row >= 0]


if __name__ == "__main__":
    serve(PlainFaiss)
