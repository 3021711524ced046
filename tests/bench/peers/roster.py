"""Who is compared, and with which settings; each has its program in the file of its ``module``."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Peer:
    """One library: what it is made of, and in Chinese how it is used."""

    module: str
    name: str
    settings: str
    packages: tuple[str, ...]  # to be installed; requirements.txt has the versions
    hybrid: bool = True


ROSTER = (
    Peer(
        "plain_faiss",
        "sentence-transformers + FAISS",
        "只有语义检索：`encode_document`、`encode_query`，`IndexFlatIP`。",
        ("sentence-transformers", "faiss-cpu"),
        hybrid=False,
    ),
    Peer(
        "txtai_hybrid",
        "txtai",
        "`Embeddings(hybrid=True)`，其余照默认：FAISS 与自带的 BM25 各占一半，按 Unicode 规则切分（汉字一字一词）。",
        ("txtai",),
    ),
    Peer(
        "haystack_hybrid",
        "Haystack",
        "`InMemoryDocumentStore`，`DocumentJoiner` 按名次融合，存成 JSON。默认的正则表达式不切分中文，"
        "改成汉字一字一词（`bm25_tokenization_regex`）。",
        ("haystack-ai", "sentence-transformers-haystack"),
    ),
    Peer(
        "llamaindex_hybrid",
        "LlamaIndex",
        "`FaissVectorStore`（`IndexFlatIP`）与 `BM25Retriever`，`QueryFusionRetriever` 按名次融合，不改写问题。"
        "默认的正则表达式不切分中文，改成汉字一字一词（`token_pattern`），不做英文词干。",
        (
            "llama-index-core",
            "llama-index-embeddings-huggingface",
            "llama-index-retrievers-bm25",
            "llama-index-vector-stores-faiss",
            "faiss-cpu",
        ),
    ),
    Peer(
        "langchain_ensemble",
        "LangChain",
        "Langchain-Chatchat 的检索：`FAISS` 与 `BM25Retriever`（`jieba.lcut_for_search`），`EnsembleRetriever` "
        "各占一半。BM25 存不下来，打开时重做一次；Langchain-Chatchat 每问一次重做一次。",
        (
            "langchain-community",
            "langchain-classic",
            "langchain-huggingface",
            "sentence-transformers",
            "faiss-cpu",
            "rank-bm25",
            "jieba",
        ),
    ),
    Peer(
        "milvus_lite_hybrid",
        "Milvus Lite",
        "一个集合：向量（`FLAT`，IP）与全文检索的 `BM25` 函数（jieba 分词），`hybrid_search` 用 `RRFRanker`；"
        "向量由 sentence-transformers 计算。",
        ("pymilvus", "milvus-lite", "sentence-transformers", "jieba"),
    ),
)
