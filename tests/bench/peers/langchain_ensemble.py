"""Peer: LangChain's FAISS and BM25 in an EnsembleRetriever, with the settings of Langchain-Chatchat."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import jieba
from langchain_classic.retrievers import EnsembleRetriever
from langchain_community.retrievers import BM25Retriever
from langchain_community.vectorstores import FAISS
from langchain_huggingface import HuggingFaceEmbeddings

from tests.bench.peers.child import PASSAGE, QUERY, K, serve


class LangChain:
    """Langchain-Chatchat's retrieval, but BM25 is made once and not for each question."""

    def __init__(self, model: str) -> None:
        jieba.initialize()
        self._embeddings = HuggingFaceEmbeddings(
            model_name=model,
            model_kwargs={"device": "cpu"},
            encode_kwargs={"prompt": PASSAGE},
            query_encode_kwargs={"prompt": QUERY},
        )

    def index(self, passages: Mapping[str, str], folder: Path) -> None:
        """Embed and save the FAISS store; BM25 as well, which is then lost."""
        store = FAISS.from_texts(list(passages.values()), self._embeddings, ids=list(passages))
        store.save_local(str(folder))
        self._combine(store)

    def open(self, folder: Path) -> None:
        """Load the FAISS store, and make BM25 of its texts."""
        store = FAISS.load_local(
            str(folder), self._embeddings, allow_dangerous_deserialization=True
        )  # our own file
        self._combine(store)

    def _combine(self, store: FAISS) -> None:
        documents = list(store.docstore._dict.values())  # as Langchain-Chatchat does
        sparse = BM25Retriever.from_documents(documents, preprocess_func=jieba.lcut_for_search, k=K)
        dense = store.as_retriever(search_kwargs={"k": K})
        self._retriever = EnsembleRetriever(retrievers=[sparse, dense], weights=[0.5, 0.5])

    def search(self, question: str) -> Sequence[str]:
        """Both retrievers, fused by rank."""
        return [document.id for document in self._retriever.invoke(question)[:K]]


if __name__ == "__main__":
    serve(LangChain)
