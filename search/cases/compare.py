"""Two to four cases side by side: their slots, and their numbers by what they count."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ingest.errors import QueryError
from ingest.passage_store import StoredDocument
from search.cases.card import Card, Line, card, find_document
from search.cases.figures import FIGURES, Figure
from search.cases.reasons import place_in_words, years_in_words
from search.cases.slots import SLOTS, Slot
from search.searcher import Searcher

FEWEST, MOST = 2, 4


@dataclass(frozen=True, slots=True)
class FactRow:
    """One known fact of each document, in their order; empty where it isn't known."""

    name: str
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SlotRow:
    """One slot of each card, in the order of the documents."""

    slot: Slot
    cells: tuple[tuple[Line, ...], ...]


@dataclass(frozen=True, slots=True)
class NumberRow:
    """The numbers of one kind and unit of each card, in the order of the documents."""

    kind: str
    unit: str
    cells: tuple[tuple[Figure, ...], ...]


@dataclass(frozen=True, slots=True)
class Comparison:
    """A table whose columns are documents: facts, then slots, then numbers."""

    documents: tuple[StoredDocument, ...]
    facts: tuple[FactRow, ...]
    slots: tuple[SlotRow, ...]
    numbers: tuple[NumberRow, ...]


def compare(searcher: Searcher, names: Sequence[str]) -> Comparison:
    """The documents with these ids, paths or titles side by side; raises QueryError unless they are 2 to 4."""
    documents = tuple(dict.fromkeys(find_document(searcher, name).id for name in names))
    if not FEWEST <= len(documents) <= MOST:
        raise QueryError(f"对比需要 {FEWEST} 到 {MOST} 份不同的资料，现在是 {len(documents)} 份。")
    return line_up([card(searcher, searcher.store.by_id[name]) for name in documents])


def line_up(cards: Sequence[Card]) -> Comparison:
    """The cards as rows."""
    slots = tuple(SlotRow(slot, tuple(one.slots[slot] for one in cards)) for slot in SLOTS)
    documents = tuple(one.document for one in cards)
    return Comparison(documents, _facts(documents), slots, _numbers(cards))


def only(cells: Sequence[Sequence[object]]) -> int | None:
    """The position of the only document that says something, None when none or more do.

    >>> only([(), ("8台",), ()])
    1
    """
    saying = [position for position, cell in enumerate(cells) if cell]
    return saying[0] if len(saying) == 1 else None


def _facts(documents: Sequence[StoredDocument]) -> tuple[FactRow, ...]:
    facets = [document.facets.values for document in documents]
    years = [values.get("year", ()) for values in facets]
    rows = (
        FactRow("类型", tuple("、".join(values.get("kind", ())) for values in facets)),
        FactRow("地点", tuple(place_in_words(values) for values in facets)),
        FactRow("时间", tuple(years_in_words(own) if own else "" for own in years)),
        FactRow("主题", tuple("、".join(values.get("theme", ())) for values in facets)),
        FactRow("主办", tuple("、".join(values.get("organiser", ())) for values in facets)),
    )
    return tuple(row for row in rows if any(row.cells))


def _numbers(cards: Sequence[Card]) -> tuple[NumberRow, ...]:
    """A row for each kind and unit; those that most cards have come first, then in the order of FIGURES."""
    found = dict.fromkeys((f.number.kind, f.number.unit) for one in cards for f in one.figures)
    rows = [
        NumberRow(kind, unit, tuple(_of(one, kind, unit) for one in cards))
        for kind, unit in found
        if kind != "其他"
    ]
    order = {kind: n for n, kind in enumerate(FIGURES)}
    rows.sort(key=lambda row: (-sum(map(bool, row.cells)), order.get(row.kind, len(order)), row.unit))
    return tuple(rows)


def _of(one: Card, kind: str, unit: str) -> tuple[Figure, ...]:
    return tuple(figure for figure in one.figures if (figure.number.kind, figure.number.unit) == (kind, unit))
