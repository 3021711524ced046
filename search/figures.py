"""The numbers that say most of a case, each with the sentence or table row that tells it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ingest.passage_store import StoredDocument
from search.numbers import Number, numbers_in
from search.searcher import Searcher
from search.slots import slot_of

MOST_FIGURES = 8
LEAST_COUNT = 10  # below it 两件, 三类 only count points
# The order in which kinds of numbers are told; those not named come last, if there is room.
FIGURES = (
    *("户数", "人数", "金额", "比例", "场次", "人次", "车位", "楼栋", "面积"),
    *("设备", "项目", "意见", "队伍", "社区院落", "空间", "时长"),
)


@dataclass(frozen=True, slots=True)
class Figure:
    """A number of the case and the sentence or row that tells it: ``text`` is verbatim, at ``[start, end)`` of the passage."""

    number: Number
    text: str
    start: int
    end: int
    row: int
    passage_id: str
    page: int | None


def figures_of(searcher: Searcher, document: StoredDocument) -> tuple[Figure, ...]:
    """The numbers that say most of the case, the kinds in the order of FIGURES, each amount of a thing once."""
    found: dict[tuple[str, str, float], Figure] = {}
    for stored in searcher.store.passages_of(document):
        if stored.passage.aspect == "启示":  # advice of the compilers, not of the case
            continue
        text = stored.passage.text
        for number in numbers_in(text, searcher.parts.segmenter):
            start, end = _whole_sentence(text, number)
            page = stored.passage.pages[0] if stored.passage.pages else None
            figure = Figure(
                number, text[start:end], start, end, stored.row, f"{document.id}-{stored.number}", page
            )
            if _tells(figure):
                found.setdefault((number.kind, number.unit, number.value), figure)
    ranked = sorted(
        enumerate(found.values()), key=lambda entry: (_priority(entry[1], list(found.values())), entry[0])
    )
    return tuple(figure for _, figure in ranked[:MOST_FIGURES])


def _whole_sentence(text: str, number: Number) -> tuple[int, int]:
    start, end = number.sentence
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return start, end


def _tells(figure: Figure) -> bool:
    """Whether a number is of the case, says what it counts, and is more than a count of points."""
    number = figure.number
    counts = number.kind == "其他" and bool(number.noun) and number.value >= LEAST_COUNT
    return (counts or number.kind in FIGURES) and slot_of("做法", (), figure.text) is not None


def _priority(figure: Figure, figures: Sequence[Figure]) -> tuple[int, int]:
    """The first of each kind before the second of any."""
    kind = figure.number.kind
    earlier = [other for other in figures if other.number.kind == kind]
    place = next(n for n, other in enumerate(earlier) if other is figure)
    return place, FIGURES.index(kind) if kind in FIGURES else len(FIGURES)
