"""Quotes with their place in the source, as HTML; the place opens in another tab, so that the page stays as it is."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from urllib.parse import urlencode

from search.cases.card import Line
from search.cases.figures import Figure
from search.cases.present import NOTHING, where


def quote(line: Line | Figure) -> str:
    """A verbatim sentence and the link to it."""
    return f"{escape(line.text)} {link(line.passage_id, line.page)}"


def quotes(lines: Sequence[Line]) -> str:
    """Sentences as a list; words where there is none."""
    if not lines:
        return f'<p class="cb-nothing">{NOTHING}</p>'
    return f'<ul class="cb-points">{"".join(f"<li>{quote(line)}</li>" for line in lines)}</ul>'


def link(passage_id: str, page: int | None) -> str:
    """The place of a passage, leading there."""
    document, _, number = passage_id.rpartition("-")
    place = {"doc": document, "passage": number, "from": "case", "back": urlencode({"doc": document})}
    address = escape("source?" + urlencode(place))
    return (
        f'<a class="cb-cite" href="{address}" target="_blank" rel="noopener" title="在新标签页打开原文">'
        f"{where(passage_id, page)}</a>"
    )
