"""Step 14: key points – sentences of the hits, verbatim, each with its citation."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from ingest.chunk import Span, sentences
from search.models import Hit, KeyPoint, Vectors

LEAST, MOST = 3, 6
PER_HIT = 2
HITS_LOOKED_AT = 8
LENGTH = (14, 180)  # characters of a sentence that can stand alone
REPETITION = 0.93  # cosine from which two sentences say the same
WORDS_WEIGHT = 0.25  # of the share of BM25 that a sentence reaches, against its cosine
SLACK = 0.11  # a sentence this much less relevant than the best is left out once there are LEAST, at twice this always
HOW_BONUS = 0.03  # for what was done, in an answer to a question of how; as much off for background

_MARKER = re.compile(
    r"^(?:[-*·•●]|[（(]?(?:\d{1,2}|[一二三四五六七八九十]{1,3})[.．、）)])\s*"
)  # of a list item
_WHOLE = re.compile(r"[。！？!?…][”’」』）)》]*$")
_LEANS = re.compile(  # on the sentence before it
    r"^(?:但|而|所以|因此|于是|此外|同时|其中|这样|这些|这种|这里|这个|这一|该|它|他们?|她们?|然后|后来|并且|不过|另外|也|还|再|"
    r"第[二三四五六七八九]|其[次三四]|[|，、])"
)
_ANNOUNCES = re.compile(  # what follows, without saying it
    r"(?:以下|下面|如下|这里|编者)[^。]{0,24}(?:建议|经验|做法|几[点条处]|清单|材料|办法)[^。]{0,8}[。：]$|(?:几|两|三|四)[点条][^。]{0,6}。$"
    r"|(?:没有写|没有提到|看不到|只能空着|没有给出)"
)
_HOW = re.compile(r"如何|怎么|怎样|咋|办法|步骤|做法")


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence of a hit with its vector (dim,) and its relevance to the question."""

    text: str
    hit: int
    document: int
    vector: Vectors
    relevance: float


def key_points(
    question: str,
    query: Vectors,
    hits: Sequence[Hit],
    sentence_vectors: Sequence[Vectors],
    words_share: Callable[[Sequence[tuple[Hit, Span]]], Vectors],
) -> tuple[KeyPoint, ...]:
    """Up to MOST sentences in the order of their hits: relevant to the question, none saying what another says.

    ``sentence_vectors`` holds each hit's (s, dim) in the order of its sentences; ``words_share``
    gives the share of the question's words that each span of a hit's text holds, 0 to 1.
    """
    looked_at = hits[:HITS_LOOKED_AT]
    spans = [sentences(hit.passage.text) for hit in looked_at]
    shares = words_share([(hit, span) for hit, own in zip(looked_at, spans, strict=True) for span in own])
    how = bool(_HOW.search(question))
    found: list[Sentence] = []
    for hit, own, vectors in zip(looked_at, spans, sentence_vectors, strict=False):
        share, shares = shares[: len(own)], shares[len(own) :]
        if len(vectors) == len(own):
            found += _sentences(
                query, hit, own, vectors, share + np.float32(_bonus(hit) / WORDS_WEIGHT * how)
            )
    found.sort(key=lambda sentence: (-sentence.relevance, sentence.hit, sentence.text))
    chosen: list[Sentence] = []
    for sentence in found:
        enough = len(chosen) >= LEAST and sentence.relevance < found[0].relevance - SLACK
        if enough or len(chosen) == MOST or sentence.relevance < found[0].relevance - 2 * SLACK:
            break
        if Counter(s.hit for s in chosen)[sentence.hit] < PER_HIT and _is_new(sentence, chosen):
            chosen.append(sentence)
    chosen.sort(key=lambda sentence: sentence.hit)
    return tuple(KeyPoint(sentence.text, sentence.hit) for sentence in chosen)


def _sentences(
    query: Vectors, hit: Hit, spans: Sequence[Span], vectors: Vectors, shares: Vectors
) -> list[Sentence]:
    """Those sentences of a hit that can stand alone, with their relevance."""
    relevance = vectors @ query + WORDS_WEIGHT * shares
    texts = [_MARKER.sub("", hit.passage.text[start:end].strip()) for start, end in spans]
    return [
        Sentence(text, hit.rank, hit.document.row, vector, float(value))
        for text, vector, value in zip(texts, vectors, relevance, strict=True)
        if _stands_alone(text)
    ]


def _bonus(hit: Hit) -> float:
    aspect = hit.passage.aspect
    return HOW_BONUS if aspect in ("做法", "工具", "启示") else -HOW_BONUS if aspect == "背景" else 0.0


def _stands_alone(sentence: str) -> bool:
    """Whole, of a readable length, neither leaning on the sentence before it nor announcing the next."""
    whole = bool(_WHOLE.search(sentence)) and " | " not in sentence and "\n" not in sentence
    fit = LENGTH[0] <= len(sentence) <= LENGTH[1]
    return whole and fit and not _LEANS.match(sentence) and not _ANNOUNCES.search(sentence)


def _is_new(sentence: Sentence, chosen: Sequence[Sentence]) -> bool:
    return not any(float(sentence.vector @ other.vector) > REPETITION for other in chosen)
