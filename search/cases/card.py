"""A case card without a language model: sentences of the case itself, by slot, and its numbers."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ingest import terms
from ingest.errors import QueryError
from ingest.passage_store import StoredDocument
from search.cases.figures import Figure, figures_of
from search.cases.numbers import numbers_in
from search.cases.quotes import Quote, centrality, quotes_of
from search.cases.slots import SLOTS, Slot, slot_of, tells_facts, tells_result, tells_trouble, tells_weakness
from search.searcher import Searcher

MOST: Mapping[Slot, int] = {"背景": 2, "问题": 3, "做法": 4, "成效": 3, "困难": 3, "启示": 3}
GIST: Sequence[Slot] = ("做法", "成效", "启示", "问题", "背景", "困难")
REPETITION = 0.5  # share of the shorter sentence's pairs of characters from which two sentences say the same
_LEANING = re.compile(
    r"^(?:与此同时|但|而|所以|因此|于是|此外|同时|其中|这样|这些|这种|这类|这一|这里|这个|这|该|它|他们?|她们?|然后|后来|并且|不过|另外|至于|另一|还有|也|其他)"
)
_SAYS = re.compile(r"编者|报道|评价说|写得|记者")  # who says so takes the room of what is said
_ADVICE = re.compile(r"可以|建议|不妨|要|先|应|最好|宜")
_STEP = re.compile(
    r"首先|先|再|随后|之后|由|组织|召开|建立|设立|成立|制定|推行|引入|发动|协商|征集|征询|公示|投票|表决|招募|改成|请"
)


@dataclass(frozen=True, slots=True)
class Line:
    """One sentence of a slot, verbatim in one line, and where it stands: ``[start, end)`` of the text of passage ``row``."""

    text: str
    start: int
    end: int
    row: int
    passage_id: str
    page: int | None


@dataclass(frozen=True, slots=True)
class Card:
    """A document by slots; a slot of which it says nothing is empty."""

    document: StoredDocument
    slots: Mapping[Slot, tuple[Line, ...]]
    figures: tuple[Figure, ...]


def find_document(searcher: Searcher, name: str) -> StoredDocument:
    """The document with this id, path or title; raises QueryError when there is none, or more than one."""
    if found := searcher.store.by_id.get(name):
        return found
    name = name.removeprefix("corpus/").strip()
    documents = searcher.store.documents
    exact = [d for d in documents if name in (d.path, d.title, d.path.rpartition("/")[2])]
    matching = exact or [d for d in documents if name and (name in d.path or name in d.title)]
    if len(matching) == 1:
        return matching[0]
    if not matching:
        raise QueryError(f"资料库里没有「{name[:80]}」。请给出文档编号，或它在资料库里的路径、标题。")
    some = "、".join(document.path for document in matching[:5])
    raise QueryError(f"「{name[:80]}」对应 {len(matching)} 份资料：{some}……请写得更完整些。")


def card(searcher: Searcher, document: StoredDocument) -> Card:
    """The card of one document."""
    quotes = quotes_of(searcher, document)
    by_slot = _by_slot(quotes)
    slots = {
        slot: tuple(_line(document, q) for q in _choose(slot, by_slot[slot], MOST[slot])) for slot in SLOTS
    }
    return Card(document, slots, figures_of(searcher, document, quotes))


def gist(searcher: Searcher, document: StoredDocument) -> Line | None:
    """The sentence that best says what a document is about: what was done, else what came of it; None for none."""
    by_slot = _by_slot(quotes_of(searcher, document))
    slot = next((slot for slot in GIST if by_slot[slot]), None)
    return _line(document, _choose(slot, by_slot[slot], 1)[0]) if slot else None


def _by_slot(quotes: Sequence[Quote]) -> dict[Slot, list[Quote]]:
    """The sentences that may fill each slot, in reading order."""
    by_slot: dict[Slot, list[Quote]] = {slot: [] for slot in SLOTS}
    for quote in quotes:
        passage = quote.stored.passage
        if slot := slot_of(passage.aspect, passage.heading, quote.text):
            by_slot[slot].append(quote)
    _share_background(by_slot)
    _only_troubles(by_slot)
    if not by_slot["困难"]:
        _take_troubles(by_slot)
    return by_slot


def _share_background(by_slot: dict[Slot, list[Quote]]) -> None:
    """Where each sentence of the background tells a problem, the first that tells facts too says where it was."""
    problems = by_slot["问题"]
    if not by_slot["背景"] and len(problems) > 1 and tells_facts(problems[0].text):
        by_slot["背景"], by_slot["问题"] = problems[:1], problems[1:]


def _only_troubles(by_slot: dict[Slot, list[Quote]]) -> None:
    """Of what stands under a heading of difficulties keep what names one, where any sentence does."""
    naming = [quote for quote in by_slot["困难"] if tells_weakness(quote.text)]
    by_slot["困难"] = naming or by_slot["困难"]


def _take_troubles(by_slot: dict[Slot, list[Quote]]) -> None:
    """Where no section tells of difficulties, take the sentences of the others that do."""
    for slot in ("做法", "成效"):
        troubles = [quote for quote in by_slot[slot] if tells_trouble(quote.text)]
        by_slot["困难"] += troubles
        by_slot[slot] = [quote for quote in by_slot[slot] if quote not in troubles]


def _line(document: StoredDocument, quote: Quote) -> Line:
    passage_id = f"{document.id}-{quote.stored.number}"
    return Line(quote.text, quote.start, quote.end, quote.stored.row, passage_id, quote.page)


def _choose(slot: Slot, quotes: Sequence[Quote], most: int) -> list[Quote]:
    """The ``most`` most telling sentences of a slot, in reading order, none saying what another says."""
    if not quotes:
        return []
    worth = _worth(slot, quotes)
    chosen: list[int] = []
    while len(chosen) < most:
        best = max(
            (n for n in range(len(quotes)) if n not in chosen and not _repeats(quotes, n, chosen)),
            key=lambda n: (worth[n] - _crowded(quotes, n, chosen), -n),
            default=None,
        )
        if best is None:
            break
        chosen.append(best)
    return [quotes[n] for n in sorted(chosen)]


def _worth(slot: Slot, quotes: Sequence[Quote]) -> list[float]:
    """How much each sentence says for its slot: position, length, figures, cues, and nearness to the whole slot."""
    central = centrality(quotes)
    worth = []
    for n, quote in enumerate(quotes):
        text = quote.text
        value = 0.3 * float(central[n]) + 0.5 * quote.first - 0.5 * n / len(quotes)
        value += 0.5 * min(len(text) / 40, 1.0) - 0.4 * max(len(text) - 100, 0) / 80
        value -= 1.2 * bool(_LEANING.match(text))
        worth.append(value + _cue(slot, text))
    return worth


def _cue(slot: Slot, text: str) -> float:
    """What makes a sentence one of its slot."""
    if slot in ("背景", "成效"):
        figures = min(len(numbers_in(text)), 3) / 3
        return 0.8 * figures + (0.4 if slot == "成效" and tells_result(text) else 0.0)
    pattern = {"做法": _STEP, "启示": _ADVICE}.get(slot)
    said = 0.2 * min(len(pattern.findall(text)), 3) if pattern else 0.0
    said -= 0.8 * (slot == "做法" and tells_trouble(text))
    return said - 0.6 * bool(_SAYS.search(text))


def _repeats(quotes: Sequence[Quote], n: int, chosen: Sequence[int]) -> bool:
    """By characters: the vectors of sentences read in one passage are too alike to tell."""
    own = frozenset(terms.bigrams(quotes[n].text))
    others = [frozenset(terms.bigrams(quotes[m].text)) for m in chosen]
    return any(len(own & other) >= REPETITION * max(min(len(own), len(other)), 1) for other in others)


def _crowded(quotes: Sequence[Quote], n: int, chosen: Sequence[int]) -> float:
    """A second sentence of one section or passage has to be better than the first of another."""
    own = quotes[n].stored
    same = [quotes[m].stored for m in chosen if quotes[m].stored.passage.heading == own.passage.heading]
    return 0.4 * len(same) + 0.3 * sum(other.row == own.row for other in same)
