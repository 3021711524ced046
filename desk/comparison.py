"""A comparison in words, as it leaves the library: the rows, numbers and references that Word and Excel both write."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from ingest.models import Source
from ingest.passage_store import StoredDocument
from search.cases.card import Line
from search.cases.compare import Comparison, NumberRow, SlotRow, only
from search.cases.figures import Figure
from search.cases.present import NOTHING, where
from search.cases.reasons import in_words

NOTE = (
    "每一句都是资料的原话，括号里是它在资料里的位置，引用之前请打开原文核对。同一行的数字不一定是同一个口径。"
)
ONLY = "只有这一份写了"
_NOT_IN_XML = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


@dataclass(frozen=True, slots=True)
class Row:
    """One row: for each document a cell of lines; ``only`` is the position of the one document that tells of a slot."""

    name: str
    cells: tuple[tuple[str, ...], ...]
    only: int | None = None
    nothing: str = NOTHING  # what an empty cell says


@dataclass(frozen=True, slots=True)
class NumberLine:
    """One number of the document at a position, to calculate with; ``value`` and ``high`` are in ``unit``."""

    document: int
    kind: str
    unit: str
    noun: str
    value: float
    high: float
    about: bool
    shown: str
    sentence: str
    place: str


@dataclass(frozen=True, slots=True)
class Reference:
    """What a document is, and where its facts come from."""

    title: str
    path: str
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Sheet:
    """A comparison in words; the cells of each row are in the order of the references."""

    rows: tuple[Row, ...]
    numbers: tuple[NumberLine, ...]
    references: tuple[Reference, ...]


def sheet(comparison: Comparison) -> Sheet:
    """Everything of a comparison that is written down, without the characters that no Office file can hold."""
    facts = [Row(row.name, tuple((_clean(c),) if c else () for c in row.cells)) for row in comparison.facts]
    slots = [_row(row) for row in comparison.slots]
    numbers = [_number_row(row) for row in comparison.numbers]
    references = tuple(_reference(document) for document in comparison.documents)
    return Sheet((*facts, *slots, *numbers), tuple(_numbers(comparison)), references)


def number_name(row: NumberRow) -> str:
    """The kind of a row of numbers with its unit.

    >>> number_name(NumberRow("金额", "元", ()))
    '金额（元）'
    """
    return f"{row.kind}（{row.unit}）" if row.unit else row.kind


def _row(slot: SlotRow) -> Row:
    """The sentences of a slot."""
    cells = tuple(tuple(_quoted(line.text, line) for line in cell) for cell in slot.cells)
    return Row(slot.slot, cells, only(cells))


def _number_row(row: NumberRow) -> Row:
    """The numbers of a kind; most kinds are told by one document, which the dashes of the others show."""
    cells = tuple(tuple(_quoted(in_words(figure.number), figure) for figure in cell) for cell in row.cells)
    return Row(number_name(row), cells, nothing="—")


def _quoted(text: str, quoted: Line | Figure) -> str:
    """What is quoted, and its place."""
    return _clean(f"{text}（{where(quoted.passage_id, quoted.page)}）")


def _numbers(comparison: Comparison) -> Iterator[NumberLine]:
    for row in comparison.numbers:
        for position, cell in enumerate(row.cells):
            yield from (_number(position, figure) for figure in cell)


def _number(position: int, figure: Figure) -> NumberLine:
    number = figure.number
    return NumberLine(
        document=position,
        kind=number.kind,
        unit=number.unit,
        noun=_clean(number.noun),
        value=number.value,
        high=number.high,
        about=number.about,
        shown=_clean(in_words(number)),
        sentence=_clean(figure.text),
        place=where(figure.passage_id, figure.page),
    )


def _reference(document: StoredDocument) -> Reference:
    return Reference(
        _clean(document.title), _clean(document.path), tuple(_clean(_source(one)) for one in document.sources)
    )


def _source(source: Source) -> str:
    return "，".join(part for part in (source.title, source.publisher, source.date, source.url) if part)


def _clean(text: str) -> str:
    return _NOT_IN_XML.sub("", text)
