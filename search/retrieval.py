"""Where step 11 looks: the passages of one build in the files on this disk, or behind the same few questions elsewhere."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Protocol

import numpy as np

from ingest import folded, term_index, vectors
from search.dense import DenseRetriever
from search.facets import FacetCounts, Filters
from search.models import Rows, Run, Vectors
from search.query import QueryTerms
from search.sparse import SparseRetriever

Find = Callable[[Vectors], Rows]
"""Given the question's vector (dim,), the rows of the candidates of both retrievers, ascending."""


class Retrieval(Protocol):
    """The passages of one build: found by words and by meaning, and what ranking needs of those found."""

    passages: int

    def frequency(self, field: str, term: str) -> int:
        """Number of passages that hold the term in this field."""

    def begin(self, asked: QueryTerms, k: int, filters: Filters) -> Find:
        """Begin to find the ``k`` best of each retriever, with what needs no vector of the question."""

    def dense(self, vector: Vectors, k: int, filters: Filters) -> Run:
        """The ``k`` passages with the highest inner product with ``vector`` (dim,), of those that pass the filters."""

    def sparse(self, asked: QueryTerms, k: int, filters: Filters) -> Run:
        """The ``k`` passages with the highest BM25, of those that pass the filters."""

    def vectors(self, rows: Rows) -> Vectors:
        """Vectors (n, dim) of the rows, in their order."""

    def sentences(self, row: int) -> Vectors:
        """Sentence vectors (s, dim) of one passage, in reading order; s may be 0."""

    def best_sentences(self, vector: Vectors, rows: Rows) -> Vectors:
        """The highest cosine of a sentence of each passage with ``vector`` (dim,); -1 where there is none."""

    def folded(self, rows: Rows) -> list[folded.Units]:
        """The code units of each passage's folded text behind its title, headings and lead."""


class LocalRetrieval:
    """The files of a build: FAISS, tantivy, and memory-mapped vectors and texts."""

    def __init__(self, build: Path, dim: int, facets: FacetCounts) -> None:
        self._dense = DenseRetriever(vectors.read_dense(build / vectors.DENSE))
        self._sparse = SparseRetriever(term_index.open_index(build / term_index.NAME))
        self._sentences = vectors.SentenceVectors(build, dim)
        self._folded = folded.FoldedTexts(build)
        self._facets = facets
        self.passages = self._sparse.passages
        self.frequency = self._sparse.frequency
        self.sparse = self._sparse.retrieve
        self.vectors = self._dense.vectors
        self.sentences = self._sentences.of
        self.best_sentences = self._sentences.best
        self.folded = self._folded.of

    def begin(self, asked: QueryTerms, k: int, filters: Filters) -> Find:
        """The sparse half at once, which takes place beside the embedding, the dense half when the vector is there."""
        matching = self.sparse(asked, k, filters).rows
        return lambda vector: np.union1d(self.dense(vector, k, filters).rows, matching)

    def dense(self, vector: Vectors, k: int, filters: Filters) -> Run:
        """The dense half."""
        return self._dense.retrieve(vector, k, self._facets.allowed(filters))
