"""HTML of hits and passages; every text that comes from a document or a user is escaped here."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from html import escape
from urllib.parse import urlsplit

from ingest.models import Passage, Section, Source
from ingest.passage_store import StoredDocument, StoredPassage
from search.models import Hit, KeyPoint
from search.present import cited, pages_in_words
from views import citations
from views.theme import plain

Span = tuple[int, int]


def marked(text: str, spans: Iterable[Span]) -> str:
    """Escaped text with ``<mark>`` around the spans, which are ascending and apart.

    >>> marked("a<b", [(1, 2)])
    'a<mark>&lt;</mark>b'
    """
    pieces, position = [], 0
    for start, end in spans:
        pieces += [escape(text[position:start]), "<mark>", escape(text[start:end]), "</mark>"]
        position = end
    return "".join([*pieces, escape(text[position:])])


def facts(document: StoredDocument) -> str:
    """Kind · place · year · themes of a document, as plain text."""
    values = document.facets.values
    years = sorted(values.get("year", ()))
    year = "" if not years else years[0] if len(years) == 1 else f"{years[0]}–{years[-1]}"
    parts = ("、".join(values.get("kind", ())), place(document), year, "、".join(values.get("theme", ())))
    return " · ".join(part for part in parts if part)


def place(document: StoredDocument) -> str:
    """City, district and street of a document, as plain text; empty when it names none."""
    values = document.facets.values
    return " ".join(
        dict.fromkeys(v for name in ("city", "district", "street") for v in values.get(name, ())[:1])
    )


def place_of(passage: Passage) -> str:
    """Heading path and page of a passage, as plain text."""
    parts = [*passage.heading, pages_in_words(passage.pages)]
    return " › ".join(part for part in parts if part)


def heading_label(section: Section) -> str:
    """A section's heading path as Streamlit's Markdown shows it literally."""
    return plain(" › ".join(section.heading) or "开头")


def why(hit: Hit) -> str:
    """Why the hit is here, in words."""
    whole = [term for term in hit.terms if not any(term != other and term in other for other in hit.terms)]
    reasons = [f"含有「{'」「'.join(whole[:6])}」"] if whole else []
    reasons += ["意思接近"] if hit.confidence == "强" or (hit.confidence == "中" and not hit.terms) else []
    return "，".join(reasons)


def card(hit: Hit) -> str:
    """One hit as a card."""
    return (
        f'<div class="cb-card" id="hit-{hit.rank}"><h3>{hit.rank}. {escape(hit.document.title)}</h3>'
        f'<p class="cb-meta">{escape(facts(hit.document))}</p>{_body(hit)}</div>'
    )


def document_head(document: StoredDocument) -> str:
    """The head of a card that holds several hits of one document."""
    return (
        f'<div class="cb-card"><h3>{escape(document.title)}</h3>'
        f'<p class="cb-meta">{escape(facts(document))}</p></div>'
    )


def passage_card(hit: Hit) -> str:
    """One hit below the head of its document."""
    return f'<div class="cb-card" id="hit-{hit.rank}">{_body(hit, f"{hit.rank}. ")}</div>'


def _body(hit: Hit, number: str = "") -> str:
    passage = hit.passage
    return (
        f'<p class="cb-path">{number}<span class="cb-badge">{escape(passage.aspect)}</span>'
        f"{escape(place_of(passage))}</p>{lead(passage)}"
        f'<p class="cb-text">{marked(passage.text, hit.marks)}</p>'
        f'<p class="cb-meta">相关程度：{hit.confidence}{escape("。" + why(hit) if why(hit) else "")}</p>'
    )


def other_passage(words: str, stored: StoredPassage) -> str:
    """A passage that stands beside a hit; ``words`` say where."""
    passage = stored.passage
    return (
        f'<div class="cb-card cb-other"><p class="cb-path">{escape(words)} · {escape(place_of(passage))}</p>'
        f'{lead(passage)}<p class="cb-text">{escape(passage.text)}</p></div>'
    )


def lead(passage: Passage) -> str:
    """The header row or opening line that the passage continues, set apart from its own text."""
    return f'<p class="cb-lead">{escape(passage.lead)} ……</p>' if passage.lead else ""


def points(key_points: Sequence[KeyPoint], hits: Sequence[Hit], back: Mapping[str, str]) -> str:
    """Key points as a list: each leads to its card, or to its place in the source where no card shows it.

    ``back`` holds the parameters of this page, for the way back from the source.
    """
    documents = {hit.rank: hit.document.id for hit in hits}
    shown = {hit.row for hit in hits}
    items = []
    for point in key_points:
        said = f"[{escape(cited(point, hits))}]"
        if point.stored.row in shown:
            link = f'<a href="#hit-{point.hit}">{said}</a>'
        else:
            passage_id = f"{documents[point.hit]}-{point.stored.number}"
            link = citations.opening(passage_id, said, back)
        items.append(f"<li>{escape(point.text)} {link}</li>")
    return f'<div class="cb-card"><ul class="cb-points">{"".join(items)}</ul></div>'


def sources(listed: Sequence[Source]) -> str:
    """Sources as a list; only http(s) addresses become links."""
    return (
        f'<div class="cb-card"><ul>{"".join(f"<li>{_source(source)}</li>" for source in listed)}</ul></div>'
    )


def _source(source: Source) -> str:
    text = escape("，".join(part for part in (source.title, source.publisher, source.date) if part))
    if not is_web_address(source.url):
        return text
    return f'{text} <a href="{escape(source.url)}" target="_blank" rel="noopener noreferrer">打开网页</a>'


def is_web_address(url: str) -> bool:
    """Whether an address may be offered as a link."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.netloc)
