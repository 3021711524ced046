"""The numbers that say most of a case, each with the sentence or table row that tells it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ingest.passage_store import StoredDocument, StoredPassage
from search.cases.numbers import Number, numbers_in
from search.cases.quotes import Quote
from search.cases.slots import is_label, is_remark
from search.searcher import Searcher

MOST_FIGURES = 8
LEAST_COUNT = 10  # below it 两件, 三类 only count points, and so do 两个问题 and 三个项目 in Chinese numerals
COUNTED_POINTS = frozenset({"意见", "项目", "空间"})
# The order in which kinds of numbers are told; those not named come last, if there is room.
FIGURES = (
    *("户数", "人数", "金额", "比例", "场次", "人次", "车位", "楼栋", "面积"),
    *("设备", "项目", "意见", "队伍", "社区院落", "空间", "时长"),
)


@dataclass(frozen=True, slots=True)
class Figure:
    """A number of the case and the sentence or row that tells it: ``text`` is verbatim in one line, ``[start, end)`` its place."""

    number: Number
    text: str
    start: int
    end: int
    row: int
    passage_id: str
    page: int | None


def figures_of(searcher: Searcher, document: StoredDocument, quotes: Sequence[Quote]) -> tuple[Figure, ...]:
    """The numbers that say most of the case, the kinds in the order of FIGURES, each amount of a thing once."""
    found: dict[tuple[str, str, float], Figure] = {}
    for stored in searcher.store.passages_of(document):
        if stored.passage.aspect == "启示":  # advice of the compilers, not of the case
            continue
        own = [quote for quote in quotes if quote.stored.row == stored.row]
        for number in numbers_in(stored.passage.text, searcher.parts.segmenter):
            figure = _figure(document, stored, number, own)
            if _tells(figure):
                found.setdefault((number.kind, number.unit, number.value), figure)
    figures = list(found.values())
    ranked = sorted(enumerate(figures), key=lambda entry: (_priority(entry[1], figures), entry[0]))
    return tuple(figure for _, figure in ranked[:MOST_FIGURES])


def _figure(
    document: StoredDocument, stored: StoredPassage, number: Number, quotes: Sequence[Quote]
) -> Figure:
    """A number with its whole sentence, or with the row or line where it stands in none."""
    passage_id = f"{document.id}-{stored.number}"
    if quote := next((q for q in quotes if q.start <= number.start < q.end), None):
        return Figure(number, quote.text, quote.start, quote.end, stored.row, passage_id, quote.page)
    text, (start, end) = stored.passage.text, number.sentence
    start += len(text[start:end]) - len(text[start:end].lstrip())
    end = start + len(text[start:end].rstrip())
    page = stored.passage.pages[0] if stored.passage.pages else None
    return Figure(number, text[start:end], start, end, stored.row, passage_id, page)


def _tells(figure: Figure) -> bool:
    """Whether a number is of the case, says what it counts, and is more than a count of points."""
    number = figure.number
    if number.kind in COUNTED_POINTS and number.value < LEAST_COUNT and not number.text[0].isdigit():
        return False
    counts = number.kind == "其他" and bool(number.noun) and number.value >= LEAST_COUNT
    return (counts or number.kind in FIGURES) and not is_remark(figure.text) and not is_label(figure.text)


def _priority(figure: Figure, figures: Sequence[Figure]) -> tuple[int, int]:
    """The first of each kind before the second of any."""
    kind = figure.number.kind
    earlier = [other for other in figures if other.number.kind == kind]
    place = next(n for n, other in enumerate(earlier) if other is figure)
    return place, FIGURES.index(kind) if kind in FIGURES else len(FIGURES)
