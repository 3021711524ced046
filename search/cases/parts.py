"""What an open Searcher is made of, for the other ways of using a build: similar projects and case cards."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ingest.embed import Embedder
from ingest.vectors import SentenceVectors
from search.dense import DenseRetriever
from search.facets import FacetCounts
from search.sparse import SparseRetriever

if TYPE_CHECKING:
    from jieba import Tokenizer


@dataclass(frozen=True, slots=True)
class Parts:
    """The model, both retrievers, the sentence vectors, the filters and the words of one build."""

    embedder: Embedder
    dense: DenseRetriever
    sparse: SparseRetriever
    sentences: SentenceVectors
    facets: FacetCounts
    segmenter: Tokenizer
