"""Step 14: key points – sentences of the hits, verbatim, each with its citation."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ingest.chunk import sentences
from search.models import Hit, KeyPoint, Vectors

MOST, LEAST = 6, 3
PER_HIT = 2
HITS_LOOKED_AT = 8
REPETITION = 0.93  # cosine from which two sentences say the same
LENGTH = (14, 180)  # characters of a sentence that can stand alone
_MARKER = re.compile(
    r"^(?:[-*·•●]|[（(]?(?:\d{1,2}|[一二三四五六七八九十]{1,3})[.．、）)])\s*"
)  # of a list item
_WHOLE = re.compile(r"[。！？!?…][”’」』）)》]*$")
_DANGLING = re.compile(
    r"^(但|而|所以|因此|于是|此外|同时|其中|这样|这些|这种|该|它|他们?|她们?|然后|后来|并且|不过|另外|[|，、])"
)


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence of a hit with its vector (dim,) and its relevance to the question."""

    text: str
    hit: int
    document: int
    vector: Vectors
    relevance: float


def key_points(
    query: Vectors, hits: Sequence[Hit], sentence_vectors: Sequence[Vectors]
) -> tuple[KeyPoint, ...]:
    """Up to MOST sentences, best first: relevant to the question, none saying what another says.

    ``sentence_vectors`` holds each hit's (s, dim), in the order of its sentences.
    """
    candidates = [
        sentence
        for hit, vectors in list(zip(hits, sentence_vectors, strict=True))[:HITS_LOOKED_AT]
        for sentence in _candidates(query, hit, vectors)
    ]
    candidates.sort(key=lambda sentence: (-sentence.relevance, sentence.hit, sentence.text))
    chosen: list[Sentence] = []
    per_hit: Counter[int] = Counter()
    for sentence in candidates:
        if len(chosen) == MOST:
            break
        if per_hit[sentence.hit] < PER_HIT and _is_new(sentence, chosen):
            chosen.append(sentence)
            per_hit[sentence.hit] += 1
    chosen.sort(key=lambda sentence: sentence.hit)
    return tuple(KeyPoint(sentence.text, sentence.hit) for sentence in chosen)


def _candidates(query: Vectors, hit: Hit, vectors: Vectors) -> list[Sentence]:
    text = hit.passage.text
    spans = sentences(text)
    if len(vectors) != len(spans):
        return []
    found = []
    for (start, end), vector in zip(spans, vectors, strict=True):
        sentence = _MARKER.sub("", text[start:end].strip())
        if _stands_alone(sentence):
            marked = sum(min(b, end) - max(a, start) for a, b in hit.marks if a < end and b > start)
            relevance = float(vector @ query) + 0.15 * min(marked / 12, 1.0) + 0.01 * hit.score
            found.append(Sentence(sentence, hit.rank, hit.document.row, vector, relevance))
    return found


def _stands_alone(sentence: str) -> bool:
    """Whole, of a readable length, and not leaning on the sentence before it."""
    whole = bool(_WHOLE.search(sentence)) and " | " not in sentence
    return whole and LENGTH[0] <= len(sentence) <= LENGTH[1] and not _DANGLING.match(sentence)


def _is_new(sentence: Sentence, chosen: Sequence[Sentence]) -> bool:
    return not any(float(np.dot(sentence.vector, other.vector)) > REPETITION for other in chosen)
