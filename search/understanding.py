"""Step 9: what a question is taken to mean – shown to the person who asks, and for them to change."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from ingest.columns import ASPECTS
from ingest.passage_store import PassageStore
from ingest.place_names import PlaceNames
from search.language import coverage, hints, spelling
from search.language.synonyms import Synonym
from search.language.vocabulary import Vocabulary
from search.models import FILTERS, Query, Understanding

ASPECTS_ASKED_FOR = tuple(aspect for aspect in ASPECTS if aspect != "其他")


def known_values(store: PassageStore) -> dict[str, frozenset[str]]:
    """The facet values that a library has, by name."""
    values = {name: frozenset(held) for name, held in store.columns.holders.items()}
    return {name: values.get(name, frozenset()) for name in FILTERS} | {
        "aspect": frozenset(ASPECTS_ASKED_FOR)
    }


def understand(
    asked: Query,
    synonyms: tuple[Synonym, ...],
    known: Mapping[str, Collection[str]],
    places: PlaceNames,
    vocabulary: Vocabulary,
    parts: tuple[str, ...],
) -> Understanding:
    """Put together what is shown of a question; a filter that is chosen already isn't offered."""
    found = hints.hints(asked.text, known)
    offered = tuple(hint for hint in found if hint.value not in asked.filters.get(hint.name, ()))
    unknown = coverage.unknown_places(asked.text, places, [word for hint in found for word in hint.words])
    return Understanding(synonyms, offered, spelling.suggest(asked.text, vocabulary), parts, unknown)
