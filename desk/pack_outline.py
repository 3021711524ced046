"""What every export of a session pack is made from: the times of the agenda, the numbers of the references."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import count

from desk.pack import Cited, Pack, Quote
from desk.printable import one_line
from desk.references import citation

UNTITLED = "赋能培训"
OPENING, CLOSING = "开场与介绍", "讨论与小结"


@dataclass(frozen=True, slots=True)
class Step:
    """One line of the agenda; ``clock`` is like 09:00–09:10."""

    clock: str
    title: str
    minutes: int


@dataclass(frozen=True, slots=True)
class Outline:
    """A pack's agenda, and its documents in the order in which they are cited, the first with number 1."""

    title: str
    agenda: tuple[Step, ...]
    cited: tuple[Cited, ...]
    numbers: Mapping[str, int]  # by document id

    def citation(self, quote: Quote) -> str:
        """The quote's number and page, like ``[2] 第 3 页``, which no line break may part."""
        return citation(self.numbers[quote.doc_id], quote.pages).replace(" ", "\u00a0")

    def references(self) -> Iterator[tuple[str, tuple[str, ...]]]:
        """Each numbered reference with those of its sources."""
        for number, own in enumerate(self.cited, 1):
            yield one_line(f"[{number}] {own.reference}"), tuple(one_line(source) for source in own.sources)


def outline(pack: Pack) -> Outline:
    """The outline of a pack; what takes no time has no line in the agenda."""
    counter = count(1)
    cited: dict[str, Cited] = {}
    numbers: dict[str, int] = {}
    for item in pack.items:
        for own in item.documents:
            if own.doc_id not in numbers:
                numbers[own.doc_id], cited[own.doc_id] = next(counter), own
    return Outline(one_line(pack.title) or UNTITLED, tuple(_agenda(pack)), tuple(cited.values()), numbers)


def _agenda(pack: Pack) -> Iterator[Step]:
    hours, minutes = pack.start.split(":")
    now = int(hours) * 60 + int(minutes)
    steps = [(OPENING, pack.opening), *((item.title, item.minutes) for item in pack.items)]
    for title, length in [*steps, (CLOSING, pack.closing)]:
        if length:
            yield Step(f"{_clock(now)}–{_clock(now + length)}", one_line(title), length)
            now += length


def _clock(minutes: int) -> str:
    """Minutes of a day as HH:MM.

    >>> _clock(555), _clock(24 * 60 + 5)
    ('09:15', '00:05')
    """
    return f"{minutes // 60 % 24:02}:{minutes % 60:02}"
