"""The documents of the library without a question: those of chosen facets and title words, in an order."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from ingest import terms
from ingest.models import FACETS
from ingest.passage_store import StoredDocument
from search.facets import Filters, without
from search.models import FacetValue
from search.searcher import Searcher

MAX_WORDS = 200  # characters of the title words that are looked for

Key = Callable[[StoredDocument], tuple[object, ...]]


@dataclass(frozen=True, slots=True)
class Listing:
    """The documents in order, and for each facet how many each of its values would leave."""

    documents: tuple[StoredDocument, ...]
    counts: Mapping[str, tuple[FacetValue, ...]]


def browse(searcher: Searcher, filters: Filters, words: str, order: Key) -> Listing:
    """The documents that pass the filters and hold each of the words in their title."""
    store, facets = searcher.store, searcher.parts.facets
    wanted = terms.fold(words[:MAX_WORDS]).split()
    titled = np.array([_holds(document.title, wanted) for document in store.documents], dtype=np.bool_)
    rows = np.flatnonzero(facets.documents(filters) & titled).tolist()
    counts = {name: facets.values(name, facets.documents(without(filters, name)) & titled) for name in FACETS}
    return Listing(tuple(sorted((store.documents[row] for row in rows), key=order)), counts)


def _holds(title: str, wanted: list[str]) -> bool:
    if not wanted:
        return True
    folded = terms.fold(title)
    return all(word in folded for word in wanted)


def by_year(document: StoredDocument) -> tuple[object, ...]:
    """Newest last year first, then by title; the undated last."""
    years = document.facets.values.get("year", ())
    return (-max(map(int, years), default=0), *by_title(document))


def by_place(document: StoredDocument) -> tuple[object, ...]:
    """By province, city, district and street, then by title; those without a place last."""
    levels = (document.facets.values.get(level, ()) for level in ("province", "city", "district", "street"))
    names = ["、".join(values) for values in levels]
    return (not any(names), *map(_reading, names), *by_title(document))


def by_title(document: StoredDocument) -> tuple[object, ...]:
    """As a Chinese dictionary would order the titles."""
    return (_reading(document.title), document.row)


def _reading(text: str) -> bytes:
    """GB 18030 holds the common characters in the order of their pinyin."""
    return text.encode("gb18030", errors="replace")
