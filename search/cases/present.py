"""Similar projects, case cards and comparisons as JSON and as plain text; the JSON is a contract, fields may be added."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ingest.passage_store import StoredDocument, StoredPassage
from search.cases.brief import Brief
from search.cases.card import Card, Line
from search.cases.compare import Comparison
from search.cases.figures import Figure
from search.cases.reasons import in_words
from search.cases.similar import Shown, SimilarProject
from search.present import pages_in_words

NOTHING = "资料没有写"
NOT_ALIKE = "没有找到真正相近的项目。下面几份只是用词上最接近的，仅供参考。"


def document_as_json(document: StoredDocument) -> dict[str, Any]:
    """What names a document."""
    facets = {name: list(values) for name, values in document.facets.values.items()}
    return {"doc_id": document.id, "title": document.title, "path": document.path, "facets": facets}


def similar_as_json(brief: Brief, hits: Sequence[SimilarProject]) -> dict[str, Any]:
    """The hits with what is known of the proposal."""
    facets = {name: list(values) for name, values in brief.facets.values.items()}
    proposal = {"title": brief.title, "facets": facets, "aspects": [p.aspect for p in brief.passages]}
    return {"proposal": proposal, "notes": list(notes(brief, hits)), "hits": [_hit(hit) for hit in hits]}


def notes(brief: Brief, hits: Sequence[SimilarProject]) -> tuple[str, ...]:
    """What a reader of the hits must know first."""
    alike = any(hit.likeness != "弱" for hit in hits)
    return brief.notes if alike else (*brief.notes, NOT_ALIKE)


def _hit(hit: SimilarProject) -> dict[str, Any]:
    return {
        "rank": hit.rank,
        "score": hit.score,
        "likeness": hit.likeness,
        **document_as_json(hit.document),
        "same_text": hit.same_text,
        "reasons": list(hit.reasons),
        "differences": list(hit.differences),
        "passages": [_shown(hit.document, shown) for shown in hit.passages],
        "difficulties": [_passage(hit.document, stored) for stored in hit.difficulties],
    }


def _shown(document: StoredDocument, shown: Shown) -> dict[str, Any]:
    own = {"asked_aspect": shown.aspect, "asked": shown.asked, "closeness": shown.closeness}
    return {**own, **_passage(document, shown.stored)}


def _passage(document: StoredDocument, stored: StoredPassage) -> dict[str, Any]:
    passage = stored.passage
    return {
        "passage_id": f"{document.id}-{stored.number}",
        "page": passage.pages[0] if passage.pages else None,
        "heading": list(passage.heading),
        "aspect": passage.aspect,
        "text": passage.text,
    }


def card_as_json(card: Card) -> dict[str, Any]:
    """The card; an empty slot is an empty list."""
    slots = {slot: [_line(line) for line in lines] for slot, lines in card.slots.items()}
    return {**document_as_json(card.document), "slots": {**slots, "数字": [_figure(f) for f in card.figures]}}


def _line(line: Line) -> dict[str, Any]:
    return {
        "text": line.text,
        "passage_id": line.passage_id,
        "page": line.page,
        "span": [line.start, line.end],
    }


def _figure(figure: Figure) -> dict[str, Any]:
    number = figure.number
    return {
        "shown": in_words(number),
        "kind": number.kind,
        "noun": number.noun,
        "value": number.value,
        "high": number.high,
        "unit": number.unit,
        "per": number.per,
        "about": number.about,
        "text": figure.text,
        "passage_id": figure.passage_id,
        "page": figure.page,
        "span": [figure.start, figure.end],
    }


def comparison_as_json(comparison: Comparison) -> dict[str, Any]:
    """The rows of the table, each with a cell for each document."""
    return {
        "documents": [document_as_json(document) for document in comparison.documents],
        "facts": [{"name": row.name, "cells": list(row.cells)} for row in comparison.facts],
        "slots": [
            {"slot": row.slot, "cells": [[_line(line) for line in cell] for cell in row.cells]}
            for row in comparison.slots
        ],
        "numbers": [
            {"kind": row.kind, "unit": row.unit, "cells": [[_figure(f) for f in cell] for cell in row.cells]}
            for row in comparison.numbers
        ],
    }


def similar_as_text(brief: Brief, hits: Sequence[SimilarProject]) -> str:
    """The hits for a terminal."""
    lines = list(notes(brief, hits))
    for hit in hits:
        lines += ["", f"[{hit.rank}] {hit.document.title}（{hit.likeness}）", f"    {hit.document.path}"]
        lines += [f"    相同：{' · '.join(hit.reasons) or '用词和意思接近'}"]
        lines += [f"    不同：{line}" for line in hit.differences]
        lines += [
            f"    对应「{_short(shown.asked)}」：{_short(shown.stored.passage.text)}"
            for shown in hit.passages
        ]
        lines += [f"    那里遇到的困难：{_short(stored.passage.text, 120)}" for stored in hit.difficulties]
    return "\n".join(lines).strip()


def _short(text: str, length: int = 50) -> str:
    line = " ".join(text.split())
    return line if len(line) <= length else f"{line[:length]}…"


def card_as_text(card: Card) -> str:
    """The card for a terminal."""
    lines = [card.document.title, card.document.path]
    for slot, quotes in card.slots.items():
        lines += ["", f"【{slot}】", *(f"  · {line.text}{_where(line)}" for line in quotes)] if quotes else []
        lines += [] if quotes else ["", f"【{slot}】{NOTHING}"]
    numbers = "；".join(f"{in_words(figure.number)}{_where(figure)}" for figure in card.figures)
    return "\n".join([*lines, "", f"【数字】{numbers or NOTHING}"])


def where(passage_id: str, page: int | None) -> str:
    """The place of a quote in its document: the page, or where the format has none the passage.

    >>> where("e1cab956070e-3", None)
    '第 4 段'
    """
    return pages_in_words((page, page)) if page else f"第 {int(passage_id.rpartition('-')[2]) + 1} 段"


def _where(line: Line | Figure) -> str:
    page = pages_in_words((line.page, line.page)) if line.page else ""
    number = f"第 {int(line.passage_id.rpartition('-')[2]) + 1} 段"
    return f"（{page}{'，' if page else ''}{number}）"


def comparison_as_text(comparison: Comparison) -> str:
    """The comparison for a terminal: row by row, the documents by letter."""
    letters = "ABCD"
    lines = [
        f"{letter}  {document.title}" for letter, document in zip(letters, comparison.documents, strict=False)
    ]
    for fact in comparison.facts:
        lines += ["", f"【{fact.name}】", *_cells(letters, fact.cells)]
    for row in comparison.slots:
        lines += [
            "",
            f"【{row.slot}】",
            *_cells(letters, ["".join(line.text for line in cell) for cell in row.cells]),
        ]
    for numbers in comparison.numbers:
        cells = ["；".join(in_words(figure.number) for figure in cell) for cell in numbers.cells]
        lines += ["", f"【{numbers.kind}】", *_cells(letters, cells)]
    return "\n".join(lines)


def _cells(letters: str, cells: Sequence[str]) -> list[str]:
    return [f"  {letter}  {cell or NOTHING}" for letter, cell in zip(letters, cells, strict=False)]
