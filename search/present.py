"""An Answer as JSON and as plain text; the JSON is a contract (docs/architecture.md), fields may be added."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from search.models import Answer, Hit, KeyPoint


def pages_in_words(pages: tuple[int, int] | None) -> str:
    """A page span as it is cited.

    >>> pages_in_words((85, 86))
    '第 85–86 页'
    """
    if pages is None:
        return ""
    first, last = pages
    return f"第 {first} 页" if first == last else f"第 {first}–{last} 页"


def cited(point: KeyPoint, hits: Sequence[Hit]) -> str:
    """What a key point's citation says: the number of its hit, and where in that document else it stands."""
    if point.stored.row in {hit.row for hit in hits if hit.rank == point.hit}:
        return str(point.hit)
    passage = point.stored.passage
    place = " ".join(filter(None, (*passage.heading[-1:], pages_in_words(passage.pages))))
    return f"{point.hit} 另一段：{place}" if place else f"{point.hit} 另一段"


def as_json(answer: Answer) -> dict[str, Any]:
    """The answer in plain JSON types."""
    return {
        "query": answer.query.text,
        "build": answer.build,
        "synonyms": {synonym.word: list(synonym.others) for synonym in answer.understanding.synonyms},
        "hints": [{"name": hint.name, "value": hint.value} for hint in answer.understanding.hints],
        "unknown_places": list(answer.understanding.unknown_places.names),
        "suggestion": answer.understanding.suggestion,
        "parts": list(answer.understanding.parts),
        "answerable": answer.answerable,
        "confidence": answer.confidence,
        "key_points": [_point(point, answer.hits) for point in answer.key_points],
        "hits": [_hit(hit) for hit in answer.hits],
        "took_ms": answer.took_ms["total"],
        "stages_ms": dict(answer.took_ms),
    }


def _point(point: KeyPoint, hits: Sequence[Hit]) -> dict[str, Any]:
    document = next(hit.document for hit in hits if hit.rank == point.hit)
    return {"text": point.text, "hit": point.hit, "passage_id": f"{document.id}-{point.stored.number}"}


def _hit(hit: Hit) -> dict[str, Any]:
    passage = hit.passage
    return {
        "rank": hit.rank,
        "score": hit.score,
        "confidence": hit.confidence,
        "passage_id": hit.passage_id,
        "doc_id": hit.document.id,
        "title": hit.document.title,
        "path": hit.document.path,
        "versions": list(hit.document.versions),
        "page": passage.pages[0] if passage.pages else None,
        "pages": list(passage.pages) if passage.pages else None,
        "heading": list(passage.heading),
        "aspect": passage.aspect,
        "lead": passage.lead,
        "text": passage.text,
        "marks": [list(span) for span in hit.marks],
        "facets": {name: list(values) for name, values in hit.document.facets.values.items()},
    }


def as_text(answer: Answer) -> str:
    """The answer for a terminal."""
    lines = [] if answer.answerable else ["没有找到足够相关的内容。下面是最接近的几段，仅供参考。", ""]
    if names := answer.understanding.unknown_places.names:
        lines = [f"资料库里没有{'、'.join(names)}的资料。", *lines]
    if answer.understanding.suggestion:
        lines = [f"您是不是要找：{answer.understanding.suggestion}", "", *lines]
    if answer.key_points:
        lines += ["要点：", *(f"  · {p.text} [{cited(p, answer.hits)}]" for p in answer.key_points), ""]
    for hit in answer.hits:
        place = " / ".join(part for part in (*hit.passage.heading, pages_in_words(hit.passage.pages)) if part)
        lines += [
            f"[{hit.rank}] {hit.document.title}（{hit.confidence}）",
            f"    {hit.document.path}  {place}",
        ]
        text = f"{hit.passage.lead}\n{hit.passage.text}" if hit.passage.lead else hit.passage.text
        lines += [f"    {line}" for line in text.splitlines()] + [""]
    lines.append(f"用时 {answer.took_ms['total']:.0f} 毫秒。")
    return "\n".join(lines)
