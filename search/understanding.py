"""Step 9: what a question is taken to mean – shown to the person who asks, and for them to change."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from ingest.passage_store import PassageStore
from ingest.place_names import PlaceNames
from search.language import coverage, hints, spelling
from search.language.synonyms import Synonym
from search.language.vocabulary import Vocabulary
from search.models import FILTERS, Understanding

_ASPECTS = ("背景", "做法", "成效", "困难", "启示", "工具")


def known_values(store: PassageStore) -> dict[str, frozenset[str]]:
    """The facet values that a library has, by name."""
    values: dict[str, set[str]] = {name: set() for name in FILTERS}
    for document in store.documents:
        for name, own in document.facets.values.items():
            values.setdefault(name, set()).update(own)
    return {name: frozenset(own) for name, own in values.items()} | {"aspect": frozenset(_ASPECTS)}


def understand(
    question: str,
    synonyms: tuple[Synonym, ...],
    filters: Mapping[str, Collection[str]],
    known: Mapping[str, Collection[str]],
    places: PlaceNames,
    vocabulary: Vocabulary,
    parts: tuple[str, ...],
) -> Understanding:
    """Put together what is shown of a cleaned question; a filter that is chosen already isn't offered."""
    found = hints.hints(question, known)
    offered = (hint for hint in found if hint.value not in filters.get(hint.name, ()))
    several = parts if len(parts) > 1 else ()
    unknown = coverage.unknown_places(question, places, [word for hint in found for word in hint.words])
    suggestion = spelling.suggest(question, vocabulary)
    return Understanding(synonyms, tuple(offered), suggestion, several, unknown)
