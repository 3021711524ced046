"""Peer: LlamaIndex with a FAISS vector store, its BM25 retriever and its fusion retriever."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import bm25s
import faiss
from llama_index.core import StorageContext, VectorStoreIndex, load_index_from_storage
from llama_index.core.llms import MockLLM
from llama_index.core.retrievers import QueryFusionRetriever
from llama_index.core.schema import TextNode
from llama_index.embeddings.huggingface import HuggingFaceEmbedding
from llama_index.retrievers.bm25 import BM25Retriever
from llama_index.vector_stores.faiss import FaissVectorStore

from tests.bench.peers.child import CHARACTERS, PASSAGE, QUERY, K, serve


class LlamaIndex:
    """QueryFusionRetriever over a vector index and BM25."""

    def __init__(self, model: str) -> None:
        self._embedding = HuggingFaceEmbedding(
            model_name=model, device="cpu", query_instruction=QUERY, text_instruction=PASSAGE
        )
        self._llm = MockLLM()  # the fusion retriever wants one, even when it rewrites no question

    def index(self, passages: Mapping[str, str], folder: Path) -> None:
        """Embed into the vector store, count words, persist both."""
        nodes = [TextNode(id_=name, text=text) for name, text in passages.items()]
        flat = faiss.IndexFlatIP(len(self._embedding.get_query_embedding("维数")))
        context = StorageContext.from_defaults(vector_store=FaissVectorStore(flat))
        VectorStoreIndex(nodes, storage_context=context, embed_model=self._embedding)
        context.persist(str(folder / "vectors"))
        sparse = BM25Retriever.from_defaults(nodes=nodes, skip_stemming=True, token_pattern=CHARACTERS)
        sparse.persist(str(folder / "bm25"))

    def open(self, folder: Path) -> None:
        """Load both; BM25Retriever.from_persist_dir would forget the token pattern."""
        place = str(folder / "vectors")
        context = StorageContext.from_defaults(
            vector_store=FaissVectorStore.from_persist_dir(place), persist_dir=place
        )
        dense = load_index_from_storage(context, embed_model=self._embedding).as_retriever(similarity_top_k=K)
        sparse = BM25Retriever(
            existing_bm25=bm25s.BM25.load(str(folder / "bm25"), load_corpus=True),
            similarity_top_k=K,
            skip_stemming=True,
            token_pattern=CHARACTERS,
        )
        self._retriever = QueryFusionRetriever(
            [dense, sparse],
            llm=self._llm,
            mode="reciprocal_rerank",
            similarity_top_k=K,
            num_queries=1,
            use_async=False,
        )

    def search(self, question: str) -> Sequence[str]:
        """Both retrievers, fused."""
        return [found.node.node_id for found in self._retriever.retrieve(question)]


if __name__ == "__main__":
    serve(LlamaIndex)
