"""备课夹: what a trainer collected for one training session, and the ways to change it; every change is a new value."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Literal, get_args

from ingest.errors import PackError

Kind = Literal["passage", "case", "point", "note"]
KINDS: tuple[Kind, ...] = get_args(Kind)
IN_WORDS: Mapping[Kind, str] = {"passage": "段落", "case": "整篇", "point": "要点", "note": "自备"}

MAX_ITEMS = 200
MAX_PARTS = 40  # quotes, documents or discussion questions of one item
MAX_TEXT = 20_000  # characters of any one text
MAX_MINUTES = 600


@dataclass(frozen=True, slots=True)
class Cited:
    """A document as it was when something of it was collected; ``sha256`` is of its file then."""

    doc_id: str
    sha256: str
    title: str
    facts: str  # kind, place and years in one line
    themes: tuple[str, ...]
    reference: str  # GB/T 7714, without a number
    sources: tuple[str, ...]  # the same of each of its sources


@dataclass(frozen=True, slots=True)
class Quote:
    """Words of a document, verbatim, and where they stand in it."""

    doc_id: str
    passage: int  # number of the passage in its document
    text: str
    heading: tuple[str, ...] = ()
    pages: tuple[int, int] | None = None
    label: str = ""  # what the words tell: 做法, 成效 …
    lead: str = ""  # the table header or opening line that the passage continues


@dataclass(frozen=True, slots=True)
class Item:
    """One thing collected; ``id`` is the same whenever the same thing is collected again."""

    id: str
    kind: Kind
    title: str
    minutes: int
    documents: tuple[Cited, ...] = ()
    quotes: tuple[Quote, ...] = ()
    note: str = ""
    questions: tuple[str, ...] = ()

    @property
    def facts(self) -> str:
        """What is known of its document; empty unless it has exactly one."""
        return self.documents[0].facts if len(self.documents) == 1 else ""

    @property
    def themes(self) -> tuple[str, ...]:
        """The themes of its documents, each once."""
        return tuple(dict.fromkeys(theme for cited in self.documents for theme in cited.themes))


@dataclass(frozen=True, slots=True)
class Pack:
    """A training session in the making: ``date`` is ISO or empty, ``start`` HH:MM, the rest of the times minutes."""

    title: str = ""
    date: str = ""
    start: str = "09:00"
    opening: int = 10
    closing: int = 15  # for the questions of the whole session
    items: tuple[Item, ...] = ()
    questions: tuple[str, ...] = ()
    revision: int = 0  # how often it was changed in its store

    @property
    def minutes(self) -> int:
        """The whole session."""
        return self.opening + sum(item.minutes for item in self.items) + self.closing

    @property
    def themes(self) -> tuple[str, ...]:
        """The themes of all items, each once."""
        return tuple(dict.fromkeys(theme for item in self.items for theme in item.themes))

    def find(self, item_id: str) -> Item | None:
        """The item with this id."""
        return next((item for item in self.items if item.id == item_id), None)


def add(pack: Pack, *items: Item) -> Pack:
    """The pack with these items at its end; one that it holds already stays where it is."""
    new = {item.id: item for item in items if pack.find(item.id) is None}
    return replace(pack, items=(*pack.items, *new.values()))


def remove(pack: Pack, item_id: str) -> Pack:
    """The pack without this item."""
    return replace(pack, items=tuple(item for item in pack.items if item.id != item_id))


def move(pack: Pack, item_id: str, steps: int) -> Pack:
    """The pack with this item so many places further down (up where negative), as far as there are places."""
    items = list(pack.items)
    here = next((n for n, item in enumerate(items) if item.id == item_id), None)
    if here is not None:
        items.insert(min(max(here + steps, 0), len(items) - 1), items.pop(here))
    return replace(pack, items=tuple(items))


def annotate(
    pack: Pack,
    item_id: str,
    *,
    note: str | None = None,
    minutes: int | None = None,
    questions: tuple[str, ...] | None = None,
) -> Pack:
    """The pack with what is given of this item changed; raises PackError when the item is no longer in it."""
    item = pack.find(item_id)
    if item is None:
        raise PackError("这一项已经在另一个窗口里取出了，刚才的修改没有存下。请把它重新收入后再写。")
    changed = replace(
        item,
        note=item.note if note is None else note,
        minutes=item.minutes if minutes is None else minutes,
        questions=item.questions if questions is None else questions,
    )
    return replace(pack, items=tuple(changed if own is item else own for own in pack.items))


def check(pack: Pack) -> Pack:
    """The pack itself; raises PackError when it is larger than a pack may be."""
    if len(pack.items) > MAX_ITEMS:
        raise PackError(f"一个备课夹最多放 {MAX_ITEMS} 项。请先取出一些，或另存之后清空再收。")
    times = (pack.opening, pack.closing, *(item.minutes for item in pack.items))
    if not all(0 <= minutes <= MAX_MINUTES for minutes in times):
        raise PackError(f"每一项的时长要在 0 到 {MAX_MINUTES} 分钟之间。")
    parts = [pack.questions, *(own for item in pack.items for own in (item.questions, item.quotes))]
    if any(len(part) > MAX_PARTS for part in parts):
        raise PackError(f"一项里最多 {MAX_PARTS} 段引文、{MAX_PARTS} 道讨论题。请删去一些，或分成几项。")
    if any(len(text) > MAX_TEXT for text in _texts(pack)):
        raise PackError(f"有一处文字超过 {MAX_TEXT} 个字。请删短，或分成几项。")
    return pack


def _texts(pack: Pack) -> Iterator[str]:
    yield from (pack.title, *pack.questions)
    for item in pack.items:
        yield from (item.title, item.note, *item.questions)
        for quote in item.quotes:
            yield from (quote.text, quote.lead)
