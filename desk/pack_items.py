"""Items of a session pack made from what the library shows, and what has become of their documents since."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Sequence

from desk.pack import MAX_PARTS, Cited, Item, Kind, Quote
from desk.printable import shortened
from desk.references import reference, source_references
from ingest.models import Passage
from ingest.passage_store import PassageStore, StoredDocument
from search.cases.card import Card
from search.cases.reasons import place_in_words, years_in_words
from search.models import Hit, KeyPoint

USUAL_MINUTES: dict[Kind, int] = {"passage": 10, "case": 20, "point": 10, "note": 10}
LONGEST_TITLE, LONGEST_HEADING = 200, 30
MOST_SOURCES = 20


def cited(document: StoredDocument) -> Cited:
    """A document as a pack keeps it."""
    values = document.facets.values
    years = values.get("year", ())
    facts = (
        "、".join(values.get("kind", ())),
        place_in_words(values),
        years_in_words(years) if years else "",
    )
    return Cited(
        document.id,
        document.sha256,
        shortened(document.title, LONGEST_TITLE),
        " · ".join(part for part in facts if part),
        values.get("theme", ()),
        reference(document),
        source_references(document)[:MOST_SOURCES],
    )


def passage_item(document: StoredDocument, number: int, passage: Passage) -> Item:
    """A passage of a document."""
    own = cited(document)
    title = own.title
    if passage.heading:  # tells the passages of one document apart
        title += f" · {shortened(passage.heading[-1], LONGEST_HEADING)}"
    quote = _quote(document, number, passage)
    return Item(
        f"passage-{document.id}-{number}", "passage", title, USUAL_MINUTES["passage"], (own,), (quote,)
    )


def hit_item(hit: Hit) -> Item:
    """The passage of a hit."""
    return passage_item(hit.document, _number(hit.passage_id), hit.passage)


def case_item(card: Card) -> Item:
    """A whole case: the sentences of its card, in the order of the slots."""
    own = cited(card.document)
    quotes = tuple(
        Quote(
            own.doc_id,
            _number(line.passage_id),
            line.text,
            pages=(line.page, line.page) if line.page else None,
            label=slot,
        )
        for slot, lines in card.slots.items()
        for line in lines
    )
    return Item(f"case-{own.doc_id}", "case", own.title, USUAL_MINUTES["case"], (own,), quotes[:MAX_PARTS])


def point_item(question: str, points: Sequence[KeyPoint], hits: Sequence[Hit]) -> Item:
    """The key points of an answer under its question; ``hits`` are those that the points name by rank."""
    by_rank = {hit.rank: hit for hit in hits}
    quotes, documents = [], {}
    for point in points[:MAX_PARTS]:
        hit = by_rank[point.hit]
        documents[hit.document.id] = hit.document
        passage = point.stored.passage
        quotes.append(Quote(hit.document.id, point.stored.number, point.text, passage.heading, passage.pages))
    name = hashlib.sha256("\n".join([question, *(quote.text for quote in quotes)]).encode()).hexdigest()[:16]
    title = shortened(question, LONGEST_TITLE)
    own = tuple(cited(document) for document in documents.values())
    return Item(f"point-{name}", "point", title, USUAL_MINUTES["point"], own, tuple(quotes))


def note_item(title: str, note: str, minutes: int) -> Item:
    """Something of the trainer's own: an icebreaker, a break, a task."""
    return Item(f"note-{secrets.token_hex(8)}", "note", shortened(title, LONGEST_TITLE), minutes, note=note)


def notices(item: Item, store: PassageStore) -> tuple[str, ...]:
    """What has become of the item's documents since it was collected; none when every quote still stands."""
    found = []
    for own in item.documents:
        document = store.by_id.get(own.doc_id)
        if document is None:
            found.append(f"《{own.title}》已经不在资料库里了，这里保留的是收入时的原文。")
        elif document.sha256 != own.sha256 and (lost := _lost(item, document, store)):
            found.append(
                f"《{own.title}》收入之后改过：有 {lost} 处引文与现在的文字不同，这里保留的是收入时的原文。"
            )
    return tuple(found)


def _lost(item: Item, document: StoredDocument, store: PassageStore) -> int:
    """How many of the item's quotes the document no longer holds."""
    text = "".join("".join(section.text.split()) for section in store.sections_of(document))
    return sum("".join(q.text.split()) not in text for q in item.quotes if q.doc_id == document.id)


def _quote(document: StoredDocument, number: int, passage: Passage) -> Quote:
    label = "" if passage.aspect == "其他" else passage.aspect
    return Quote(document.id, number, passage.text, passage.heading, passage.pages, label, passage.lead)


def _number(passage_id: str) -> int:
    return int(passage_id.rpartition("-")[2])
