"""What an open Searcher is made of, for the other ways of using a build: similar projects and case cards."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ingest.embed import Embedder
from search.facets import FacetCounts
from search.retrieval import Retrieval

if TYPE_CHECKING:
    from jieba import Tokenizer


@dataclass(frozen=True, slots=True)
class Parts:
    """The model, the retrievers, the filters and the words of one build."""

    embedder: Embedder
    retrieval: Retrieval
    facets: FacetCounts
    segmenter: Tokenizer
