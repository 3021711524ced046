"""What of an item stands on its slide, and what in the speaker's notes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from desk.pack import Item, Quote
from desk.pack_outline import Outline
from desk.printable import one_line, printable
from desk.slide_text import fitted
from ingest.chunk import sentences

MOST_BULLETS, MOST_LINES = 4, 3  # bullets of a case or passage, lines of a bullet
SHORT = 6  # characters: less is no sentence
# What a case's slide shows of it, the first first: what was done and what came of it, then what was hard.
TELLING = ("做法", "成效", "困难", "问题", "启示", "背景")


@dataclass(frozen=True, slots=True)
class Bullet:
    """One line of a slide: a label or nothing, words, and a citation or nothing."""

    text: str
    label: str = ""
    citation: str = ""

    @property
    def whole(self) -> str:
        """All of it as it is read."""
        return "　".join(part for part in (self.label, self.text, self.citation) if part)


def bullets(item: Item, plan: Outline, ems: float) -> tuple[Bullet, ...]:
    """The bullets of an item, each of no more than MOST_LINES lines of ``ems``; …… where words are left out."""
    if not item.quotes:
        return tuple(
            Bullet(fitted(line, ems, 2 * MOST_LINES)) for line in item.note.splitlines() if line.strip()
        )
    if len(item.quotes) == 1:
        return tuple(_sentences(item.quotes[0], plan, ems))
    chosen = _telling(item.quotes) if item.kind == "case" else item.quotes
    return tuple(_bullet(quote, quote.text, one_line(quote.label), plan, ems) for quote in chosen)


def speaker_notes(item: Item, plan: Outline) -> Iterator[str]:
    """Title and note of an item, its quotes in full with their citations, its references and their sources."""
    yield one_line(item.title)
    if item.facts:
        yield one_line(item.facts)
    yield from _block("备注", printable(item.note).splitlines())
    quoted = (Bullet(printable(q.text), one_line(q.label), plan.citation(q)).whole for q in item.quotes)
    yield from _block("引文", quoted)
    numbers = {plan.numbers[own.doc_id] for own in item.documents}
    listed = [both for number, both in enumerate(plan.references(), 1) if number in numbers]
    yield from _block("出处", (line for text, sources in listed for line in (text, *sources)))


def _block(name: str, lines: Iterator[str] | Sequence[str]) -> Iterator[str]:
    found = [line for line in lines if line.strip()]
    if found:
        yield from ("", f"【{name}】", *found)


def _telling(quotes: Sequence[Quote]) -> Sequence[Quote]:
    """Of each slot the first, of the most telling slots, in their own order; where slots are few, more of each."""
    order = sorted(range(len(quotes)), key=lambda n: (_nth(quotes, n), _rank(quotes[n].label), n))
    return [quotes[n] for n in sorted(order[:MOST_BULLETS])]


def _nth(quotes: Sequence[Quote], n: int) -> int:
    """How many quotes of the same slot come before."""
    return sum(quote.label == quotes[n].label for quote in quotes[:n])


def _rank(label: str) -> int:
    return TELLING.index(label) if label in TELLING else len(TELLING)


def _sentences(quote: Quote, plan: Outline, ems: float) -> Iterator[Bullet]:
    """One passage as the first of its lines or, where it is one line, sentences; the citation at the last."""
    found = _parts(quote.text)
    *others, last = found[:MOST_BULLETS] or [""]
    for text in others:
        yield Bullet(fitted(text, ems, MOST_LINES))
    more = "……" if len(found) > MOST_BULLETS else ""
    yield _bullet(quote, last + more, "", plan, ems)


def _parts(text: str) -> list[str]:
    """What a passage consists of; a number that is split from what it numbers goes with it.

    >>> _parts("1. 先写规则。谁都能提。")
    ['1. 先写规则。', '谁都能提。']
    """
    pieces = (
        text.splitlines() if "\n" in text.strip() else [text[start:end] for start, end in sentences(text)]
    )
    found: list[str] = []
    for piece in filter(None, map(one_line, pieces)):
        if found and len(found[-1]) < SHORT:
            found[-1] += f" {piece}"
        else:
            found.append(piece)
    return found


def _bullet(quote: Quote, text: str, label: str, plan: Outline, ems: float) -> Bullet:
    citation = plan.citation(quote)
    beside = Bullet("", label, citation).whole + "　"
    return Bullet(fitted(text, ems, MOST_LINES, beside), label, citation)
