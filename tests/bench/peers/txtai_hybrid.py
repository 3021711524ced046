"""Peer: txtai's hybrid embeddings database."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from txtai import Embeddings

from tests.bench.peers.child import K, serve


class Txtai:
    """``Embeddings(hybrid=True)``: FAISS and its own BM25, scores mixed half and half."""

    def __init__(self, model: str) -> None:
        self._embeddings = Embeddings(path=model, hybrid=True, gpu=False, models={})

    def index(self, passages: Mapping[str, str], folder: Path) -> None:
        """Index and save."""
        self._embeddings.index(passages.items())
        self._embeddings.save(str(folder))

    def open(self, folder: Path) -> None:
        """Load the saved database; its weights are those loaded already (``models``)."""
        self._embeddings.load(str(folder))

    def search(self, question: str) -> Sequence[str]:
        """Its own mixture."""
        return [str(found[0]) for found in self._embeddings.search(question, K)]


if __name__ == "__main__":
    serve(Txtai)
