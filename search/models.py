"""The types that cross a file boundary while a question is answered."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from ingest.models import FACETS, Passage
from ingest.passage_store import StoredDocument, StoredPassage
from search.language.coverage import UnknownPlaces
from search.language.hints import Hint
from search.language.synonyms import Synonym

Vectors = NDArray[np.float32]
Rows = NDArray[np.int64]

FILTERS = (*FACETS, "aspect")
"""Names by which a search can be narrowed: the documents' facets and the passages' aspect."""

Confidence = Literal["强", "中", "弱"]


@dataclass(frozen=True, slots=True)
class Query:
    """What is asked: the cleaned question, the chosen facet values by name, how many hits.

    ``literal`` are words of the question whose synonyms are not to be searched for.
    """

    text: str
    filters: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    k: int = 10
    literal: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Run:
    """Passage rows of one retriever, best first, with its scores (n,)."""

    rows: Rows
    scores: Vectors


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage at a rank; ``marks`` are offsets of matched terms in ``passage.text``."""

    rank: int
    score: float
    row: int
    passage_id: str
    document: StoredDocument
    passage: Passage
    marks: tuple[tuple[int, int], ...]
    confidence: Confidence
    terms: tuple[str, ...]  # words of the question that the passage holds
    closeness: float  # cosine of the question, less what all questions share, with the best sentence


@dataclass(frozen=True, slots=True)
class KeyPoint:
    """A sentence of a passage, verbatim; ``hit`` is the rank of the hit that it stands in or is folded under."""

    text: str
    hit: int
    stored: StoredPassage


@dataclass(frozen=True, slots=True)
class FacetValue:
    """One value of a facet and how many documents, their versions not counted, a click on it would leave."""

    value: str
    count: int


@dataclass(frozen=True, slots=True)
class Understanding:
    """Synonyms that were searched for too, filters on offer, what it may have been meant to be, places not covered."""

    synonyms: tuple[Synonym, ...] = ()
    hints: tuple[Hint, ...] = ()
    suggestion: str | None = None  # 「您是不是要找」; never applied by itself
    parts: tuple[str, ...] = ()  # the questions in the question, when there are several
    unknown_places: UnknownPlaces = field(default_factory=UnknownPlaces)  # that the library has nothing on


@dataclass(frozen=True, slots=True)
class Answer:
    """What a question gets; no hits and ``answerable`` False when nothing is relevant enough."""

    query: Query
    build: str
    answerable: bool
    confidence: float  # probability that the first hits answer the question, 0 to 1
    hits: tuple[Hit, ...]
    more: Mapping[int, tuple[StoredPassage, ...]]  # what else was found of a hit's document, by its row
    key_points: tuple[KeyPoint, ...]
    unknown: tuple[str, ...]  # words of the question that no passage holds
    facets: Mapping[str, tuple[FacetValue, ...]]
    understanding: Understanding
    took_ms: Mapping[str, float]  # by stage, "total" last
