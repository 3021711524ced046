"""Where the words of a question stand in a passage, traditional or full-width as they may be written."""

from __future__ import annotations

from collections.abc import Iterable

from ingest import terms
from search.query import QueryTerms

Span = tuple[int, int]


def marks(text: str, query: QueryTerms, known: str = "") -> tuple[tuple[Span, ...], tuple[str, ...]]:
    """Spans of the question's terms in ``text``, ascending and apart, and the terms found.

    A word that the text doesn't hold is looked for by its bigrams. ``known`` is the folded text where it is known.
    """
    folded, offsets = (known, range(len(text))) if len(known) == len(text) else folded_with_offsets(text)
    found = [word for word in query.words if word in folded]
    missing = [word for word in query.words if word not in folded]
    parts = [
        bigram for bigram in query.bigrams if bigram in folded and any(bigram in word for word in missing)
    ]
    hits = (span for term in [*found, *parts] for span in _occurrences(folded, term))
    return _merged((offsets[start], offsets[end - 1] + 1) for start, end in hits), tuple(
        dict.fromkeys([*found, *parts])
    )


def folded_with_offsets(text: str) -> tuple[str, list[int]]:
    """The folded text and, for each of its characters, the offset in ``text`` that it came from."""
    folded = terms.fold(text)
    if len(folded) == len(text):
        return folded, list(range(len(text)))
    pieces = [terms.fold(char) for char in text]
    return "".join(pieces), [i for i, piece in enumerate(pieces) for _ in piece]


def _occurrences(text: str, term: str) -> Iterable[Span]:
    start = text.find(term)
    while start >= 0:
        yield start, start + len(term)
        start = text.find(term, start + 1)


def _merged(spans: Iterable[Span]) -> tuple[Span, ...]:
    merged: list[Span] = []
    for start, end in sorted(spans):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return tuple(merged)
