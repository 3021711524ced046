"""Peer: a Haystack pipeline of two retrievers and a joiner."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from haystack import Document, Pipeline
from haystack.components.joiners import DocumentJoiner
from haystack.components.retrievers.in_memory import InMemoryBM25Retriever, InMemoryEmbeddingRetriever
from haystack.document_stores.in_memory import InMemoryDocumentStore
from haystack.utils import ComponentDevice
from haystack_integrations.components.embedders.sentence_transformers import (
    SentenceTransformersDocumentEmbedder,
    SentenceTransformersTextEmbedder,
)

from tests.bench.peers.child import CHARACTERS, PASSAGE, QUERY, K, serve


class Haystack:
    """InMemoryDocumentStore, BM25 and embeddings joined by rank."""

    def __init__(self, model: str) -> None:
        device = ComponentDevice.from_str("cpu")
        self._documents = SentenceTransformersDocumentEmbedder(
            model=model, device=device, prefix=PASSAGE, progress_bar=False
        )
        self._texts = SentenceTransformersTextEmbedder(
            model=model, device=device, prefix=QUERY, progress_bar=False
        )
        self._texts.warm_up()  # the document embedder shares these weights

    def index(self, passages: Mapping[str, str], folder: Path) -> None:
        """Embed, write into the store, save it."""
        store = InMemoryDocumentStore(bm25_tokenization_regex=CHARACTERS)
        self._documents.warm_up()
        documents = [Document(id=name, content=text) for name, text in passages.items()]
        store.write_documents(self._documents.run(documents)["documents"])
        store.save_to_disk(str(folder / "store.json"))

    def open(self, folder: Path) -> None:
        """Load the store and put the pipeline together."""
        store = InMemoryDocumentStore.load_from_disk(str(folder / "store.json"))
        self._pipeline = Pipeline()
        self._pipeline.add_component("embedder", self._texts)
        self._pipeline.add_component("dense", InMemoryEmbeddingRetriever(store, top_k=K))
        self._pipeline.add_component("sparse", InMemoryBM25Retriever(store, top_k=K))
        self._pipeline.add_component("joiner", DocumentJoiner("reciprocal_rank_fusion", top_k=K))
        self._pipeline.connect("embedder.embedding", "dense.query_embedding")
        self._pipeline.connect("dense", "joiner")
        self._pipeline.connect("sparse", "joiner")

    def search(self, question: str) -> Sequence[str]:
        """Both retrievers, joined."""
        found = self._pipeline.run({"embedder": {"text": question}, "sparse": {"query": question}})
        return [document.id for document in found["joiner"]["documents"]]


if __name__ == "__main__":
    serve(Haystack)
