"""Step 14: the passages that key points may be quoted from, with what says which of their sentences answer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from search import lexical, quotable
from search.candidates import Candidate, Candidates
from search.fuse import Ranking
from search.models import Hit
from search.relevance import Source
from search.retrieval import Retrieval

HITS_LOOKED_AT = 10  # with what is folded under them, of the first FOLDED_UP_TO passages of the ranking
FOLDED_UP_TO = 25


def sources(
    hits: Sequence[Hit],
    more: Mapping[int, Sequence[Candidate]],
    ranking: Ranking,
    candidates: Candidates,
    retrieval: Retrieval,
    weighted: Sequence[lexical.WeightedTerm],
    words: int,
) -> list[Source]:
    """The first hits and what is folded under them (``more``, by document row); ``words`` of the terms are words."""
    place = {row: n for n, row in enumerate(ranking.run.rows.tolist())}
    ranks = _ranks(hits[:HITS_LOOKED_AT], more, place)
    passages = candidates.of(list(ranks))
    cut = [quotable.sentences_of(candidate.stored.passage.text) for candidate in passages]
    held = _held(passages, cut, retrieval, weighted, words)
    found = []
    for (row, rank), candidate, sentences, own in zip(ranks.items(), passages, cut, held, strict=True):
        vectors, at = retrieval.sentences(row), place[row]
        if len(vectors) == len(sentences):  # else cut by another version of this program
            score, closeness = float(ranking.run.scores[at]), float(ranking.closeness[at])
            found.append(
                Source(candidate.stored, rank, score, closeness, sentences, vectors, own[1:], own[0])
            )
    return found


def _ranks(
    hits: Sequence[Hit], more: Mapping[int, Sequence[Candidate]], place: Mapping[int, int]
) -> dict[int, int]:
    """By row of each passage the rank of its hit, or of the hit that it is folded under."""
    ranks = {hit.row: hit.rank for hit in hits}
    for hit in hits:
        for candidate in more.get(hit.document.row, ()):
            if place.get(candidate.stored.row, FOLDED_UP_TO) < FOLDED_UP_TO:
                ranks.setdefault(candidate.stored.row, hit.rank)
    return ranks


def _held(
    passages: Sequence[Candidate],
    cut: Sequence[tuple[quotable.Sentence, ...]],
    retrieval: Retrieval,
    weighted: Sequence[lexical.WeightedTerm],
    words: int,
) -> list[lexical.Held]:
    """Of each passage, which words stand in its title and headings, and which in each of its sentences."""
    wholes = retrieval.folded(np.array([candidate.stored.row for candidate in passages], dtype=np.int64))
    texts: list[lexical.Units] = []
    for candidate, whole, sentences in zip(passages, wholes, cut, strict=True):
        stored = candidate.stored.passage.text
        # Folding may move characters; then the words of the text as it is are looked for.
        text = lexical.units(candidate.text if len(candidate.text) == len(stored) else stored)
        texts += [whole[: len(whole) - len(text)], *(text[s.start : s.end] for s in sentences)]
    counts = [1 + len(sentences) for sentences in cut]
    return np.split(lexical.held(weighted, words, texts), np.cumsum(counts)[:-1])
