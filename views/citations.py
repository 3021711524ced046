"""Quotes with their place in the source, as HTML; the place opens in another tab, so that the page stays as it is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from urllib.parse import urlencode

from search.cases.card import Line
from search.cases.figures import Figure
from search.cases.present import NOTHING, where
from views.navigation import BACK


def quote(line: Line | Figure) -> str:
    """A verbatim sentence and the link to it."""
    return f"{escape(line.text)} {link(line.passage_id, line.page)}"


def quotes(lines: Sequence[Line]) -> str:
    """Sentences as a list; words where there is none."""
    if not lines:
        return f'<p class="cb-nothing">{NOTHING}</p>'
    return f'<ul class="cb-points">{"".join(f"<li>{quote(line)}</li>" for line in lines)}</ul>'


def link(passage_id: str, page: int | None) -> str:
    """The place of a passage, leading there, and from there to its card."""
    document = passage_id.rpartition("-")[0]
    return opening(passage_id, where(passage_id, page), {"from": "case", BACK: urlencode({"doc": document})})


def opening(passage_id: str, said: str, back: Mapping[str, str]) -> str:
    """HTML that leads to a passage in its source; ``back`` are the parameters for the way back."""
    document, _, number = passage_id.rpartition("-")
    address = escape("source?" + urlencode({"doc": document, "passage": number, **back}))
    return f'<a class="cb-cite" href="{address}" target="_blank" rel="noopener" title="在新标签页打开原文">{said}</a>'
