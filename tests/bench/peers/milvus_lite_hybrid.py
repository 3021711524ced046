"""Peer: Milvus Lite with a dense field and its own BM25 function, fused by its RRF ranker."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import jieba
from pymilvus import AnnSearchRequest, DataType, Function, FunctionType, MilvusClient, RRFRanker
from sentence_transformers import SentenceTransformer

from tests.bench.peers.child import K, serve

COLLECTION = "passages"
BATCH = 500
LONGEST = 65_535  # bytes of a VARCHAR


class MilvusLite:
    """One collection in one file."""

    def __init__(self, model: str) -> None:
        jieba.initialize()
        self._model = SentenceTransformer(model, device="cpu")

    def index(self, passages: Mapping[str, str], folder: Path) -> None:
        """Embed, insert, flush."""
        vectors = self._model.encode_document(list(passages.values()), show_progress_bar=False)
        client = self._client(folder)
        client.create_collection(COLLECTION, **self._schema(client, vectors.shape[1]))
        rows = [
            {"id": name, "text": text, "dense": vector.tolist()}
            for (name, text), vector in zip(passages.items(), vectors, strict=True)
        ]
        for start in range(0, len(rows), BATCH):
            client.insert(COLLECTION, rows[start : start + BATCH])
        client.flush(COLLECTION)
        client.close()

    def open(self, folder: Path) -> None:
        """Load the collection."""
        self._opened = self._client(folder)
        self._opened.load_collection(COLLECTION)

    def search(self, question: str) -> Sequence[str]:
        """Both fields, fused."""
        vector = self._model.encode_query(question, show_progress_bar=False)
        requests = [
            AnnSearchRequest([vector.tolist()], "dense", {"metric_type": "IP"}, limit=K),
            AnnSearchRequest([question], "sparse", {"metric_type": "BM25"}, limit=K),
        ]
        (found,) = self._opened.hybrid_search(COLLECTION, requests, RRFRanker(), limit=K)
        return [hit["id"] for hit in found]

    def _client(self, folder: Path) -> MilvusClient:
        return MilvusClient(str(folder / "milvus.db"))

    def _schema(self, client: MilvusClient, dim: int) -> dict[str, Any]:
        schema = client.create_schema()
        schema.add_field("id", DataType.VARCHAR, is_primary=True, max_length=200)
        schema.add_field(
            "text",
            DataType.VARCHAR,
            max_length=LONGEST,
            enable_analyzer=True,
            analyzer_params={"tokenizer": "jieba"},
        )
        schema.add_field("dense", DataType.FLOAT_VECTOR, dim=dim)
        schema.add_field("sparse", DataType.SPARSE_FLOAT_VECTOR)
        schema.add_function(Function("bm25", FunctionType.BM25, ["text"], ["sparse"]))
        indexes = client.prepare_index_params()
        indexes.add_index("dense", index_type="FLAT", metric_type="IP")
        indexes.add_index("sparse", index_type="SPARSE_INVERTED_INDEX", metric_type="BM25")
        return {"schema": schema, "index_params": indexes}


if __name__ == "__main__":
    serve(MilvusLite)
