"""Step 14: key points – sentences of the passages found, verbatim, each with its citation."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from search.models import KeyPoint
from search.quotable import Sentence
from search.relevance import Asked, Logistic, Source, probabilities

LEAST, MOST = 3, 6
# Probability from which a sentence is a key point, and from which it still makes up LEAST. The shares of relevant
# ones at these and other thresholds: docs/evaluation.md.
SURE, POSSIBLE = 0.6, 0.45
OTHER = 0.35  # the same of the first point of all, and of a second document's where all others are of one
PER_PASSAGE = 2
PER_ASPECT = (
    4  # of an answer to how something is done: what comes of it and what is hard about it is heard too
)
REPETITION = 0.6  # of the shorter sentence's character pairs, from which two sentences say the same
_ORDER = {"背景": 0, "困难": 2, "成效": 3}  # the steps, 1, before the difficulties and the results


@dataclass(frozen=True, slots=True)
class Candidate:
    """A sentence that can be quoted, the place of its passage among the sources, and its probability."""

    sentence: Sentence
    source: Source
    probability: float


def key_points(logistic: Logistic, asked: Asked, sources: Sequence[Source]) -> tuple[KeyPoint, ...]:
    """Three to six sentences likely to answer the question, none saying what another says; fewer where fewer do.

    Two documents are heard where a second one answers too. For a question of how something is done the steps come
    before difficulties and results; else as they stand in the hits.
    """
    sources = [source for source in sources if source.sentences]
    if not sources:
        return ()
    sentences = [(source, sentence) for source in sources for sentence in source.sentences]
    chances = probabilities(logistic, asked, sources).tolist()
    candidates = [
        Candidate(sentence, source, chance)
        for (source, sentence), chance in zip(sentences, chances, strict=True)
        if sentence.alone and chance >= min(OTHER, POSSIBLE)
    ]
    candidates.sort(key=lambda c: (-c.probability, c.source.hit, c.source.stored.row, c.sentence.start))
    chosen = _two_documents(_choose(candidates, PER_ASPECT if asked.how else MOST), candidates)
    chosen.sort(key=lambda c: _place(c, asked.how))
    return tuple(KeyPoint(c.sentence.text, c.source.hit, c.source.stored) for c in chosen)


def _choose(candidates: Sequence[Candidate], per_aspect: int) -> list[Candidate]:
    """The likeliest ones that repeat none before them, not all of one passage."""
    chosen: list[Candidate] = []
    passages: Counter[int] = Counter()
    aspects: Counter[str] = Counter()
    for candidate in candidates:
        needed = SURE if len(chosen) >= LEAST else POSSIBLE if chosen else OTHER
        if candidate.probability < needed or len(chosen) == MOST:
            break
        row, aspect = candidate.source.stored.row, candidate.source.stored.passage.aspect
        if passages[row] < PER_PASSAGE and aspects[aspect] < per_aspect and _is_new(candidate, chosen):
            chosen.append(candidate)
            passages[row] += 1
            aspects[aspect] += 1
    return chosen


def _two_documents(chosen: list[Candidate], candidates: Sequence[Candidate]) -> list[Candidate]:
    """With the best sentence of a second document, where all are of one and it is likely enough to answer."""
    documents = {candidate.source.stored.document for candidate in chosen}
    if len(documents) != 1:
        return chosen
    others = (c for c in candidates if c.source.stored.document not in documents and _is_new(c, chosen))
    other = next((c for c in others if c.probability >= OTHER), None)
    return [*chosen[: MOST - 1], other] if other else chosen


def _place(candidate: Candidate, how: bool) -> tuple[int, int, int, int]:
    stored = candidate.source.stored
    order = _ORDER.get(stored.passage.aspect, 1) if how else 0
    return order, candidate.source.hit, stored.row, candidate.sentence.start


def _is_new(candidate: Candidate, chosen: Sequence[Candidate]) -> bool:
    own = _pairs(candidate.sentence.text)
    return not any(
        len(own & other) > REPETITION * min(len(own), len(other))
        for other in (_pairs(c.sentence.text) for c in chosen)
    )


def _pairs(text: str) -> frozenset[str]:
    letters = "".join(filter(str.isalnum, text))
    return frozenset(a + b for a, b in pairwise(letters))
