"""Step 14: key points – sentences of the hits, verbatim, each with its citation."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from ingest import terms
from ingest.chunk import Span, sentences
from ingest.models import Aspect
from search.models import Hit, KeyPoint, Vectors
from search.query import aspects_of

MOST = 5
PER_HIT = 2
HITS_LOOKED_AT = 8
LENGTH = (14, 180)  # characters of a sentence that can stand alone
# A sentence is as relevant as its cosine, plus these. Chosen on 50 of the judged questions by the verdicts of
# tests/quality/key_points.tsv: the rank of the whole passage tells more than the sentence itself, since sentence
# vectors are made in their surroundings and lie close together.
PASSAGE_WEIGHT = 0.04  # of the fused score of its passage, in standard deviations
WORDS_WEIGHT = 0.2  # of the share of BM25 that a sentence reaches
# For the aspect that is asked for, and for figures where a number is; as much off for mere background.
ASPECT_BONUS = 0.05
LEAST_SHARE = 0.03  # of BM25: a sentence that has next to none of the question's words isn't quoted
SLACK = 0.08  # a sentence this much less relevant than the best is left out
OTHER_SLACK = 0.24  # unless all the others are from one document, and it isn't
REPETITION = 0.6  # of the shorter sentence's character pairs, from which two sentences say the same

# Of a list item.
_MARKER = re.compile(r"^(?:[-*·•●]|[（(]?(?:\d{1,2}|[一二三四五六七八九十]{1,3})[.．、）)])\s*")
_WHOLE = re.compile(r"[。！!…][”’」』）)》]*$")
_LEANS = re.compile(  # on the sentence before it
    r"^(?:但|而|所以|因此|于是|此|同时|其中|这样|这些|这种|这里|这个|这一|这套|这次|这件|该|它|他们?|她们?|然后|后来|并且|不过|"
    r"另外|也|还|再|第[二三四五六七八九]|其[一二三四次余]|[一二三]点是|可见|由此|照这|从这|对此|为此|据此|以上|上述|有的|相比之下|[|，、])"
)
_ANNOUNCES = re.compile(  # what follows, without saying it, or that nothing is known
    r"(?:以下|下面|如下|这里|编者|从这)[^。]{0,24}(?:建议|经验|做法|几[点条处份]|清单|材料|办法)[^。]{0,8}[。：]$|(?:几|两|三|四)[点条][^。]{0,6}。$"
    r"|(?:没有写|没有提到|看不到|只能空着|没有给出|没有列出|没有交代|没有涉及|查不到)"
    r"|^备注|^注[：:]|整理自|引用前|仅供参考|对照着看|绕不开|(?:各有不同|各不相同|规矩不同)。$"
)
_HOW_MANY = re.compile(r"多少|几[个人年次家户天月]|多[大久长高]|上限")
_FIGURE = re.compile(
    r"[0-9一二三四五六七八九十百千万两][多余]?\s*(?:[个万亿元人户家次年月天%％名份处项]|平方)"
)
_SIMILAR = re.compile(r"类似|相似|先例|同类|案例|经历|背景|为什么|为何|原因")


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence of a hit, where it begins in it, and its relevance to the question; ``document`` is a row."""

    text: str
    hit: int
    start: int
    document: int
    relevance: float


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a question asks for: aspects, figures, and whether how it began belongs to it."""

    aspects: frozenset[Aspect]
    figures: bool
    background: bool


def key_points(
    question: str,
    query: Vectors,
    hits: Sequence[Hit],
    sentence_vectors: Sequence[Vectors],
    words_share: Callable[[Sequence[tuple[Hit, Span]]], Vectors],
) -> tuple[KeyPoint, ...]:
    """Up to MOST sentences in reading order, hit by hit: relevant to the question, none saying what another says.

    ``sentence_vectors`` holds each hit's (s, dim) in the order of its sentences; ``words_share``
    gives the share of the question's words that each span of a hit's text holds, 0 to 1.
    Two documents are heard where a second one is relevant.
    """
    looked_at = hits[:HITS_LOOKED_AT]
    spans = [sentences(hit.passage.text) for hit in looked_at]
    shares = words_share([(hit, span) for hit, own in zip(looked_at, spans, strict=True) for span in own])
    wanted = _wanted(terms.simplified(question))
    found: list[Sentence] = []
    for hit, own, vectors in zip(looked_at, spans, sentence_vectors, strict=False):
        share, shares = shares[: len(own)], shares[len(own) :]
        if len(vectors) == len(own) and hit.confidence != "弱":
            found += _sentences(query, hit, own, vectors, share, wanted)
    found.sort(key=lambda sentence: (-sentence.relevance, sentence.hit, sentence.text))
    chosen = sorted(
        _two_documents(_choose(found), found), key=lambda sentence: (sentence.hit, sentence.start)
    )
    return tuple(KeyPoint(sentence.text, sentence.hit) for sentence in chosen)


def _choose(found: Sequence[Sentence]) -> list[Sentence]:
    """The first ones, most relevant first, that repeat none before them."""
    chosen: list[Sentence] = []
    for sentence in found:
        if len(chosen) == MOST or sentence.relevance < found[0].relevance - SLACK:
            break
        if Counter(s.hit for s in chosen)[sentence.hit] < PER_HIT and _is_new(sentence, chosen):
            chosen.append(sentence)
    return chosen


def _two_documents(chosen: list[Sentence], found: Sequence[Sentence]) -> list[Sentence]:
    """With the best sentence of a second document, where all are of one and it is not much less relevant."""
    if len({sentence.document for sentence in chosen}) != 1:
        return chosen
    relevant = (s for s in found if s.relevance >= found[0].relevance - OTHER_SLACK)
    others = (s for s in relevant if s.document != chosen[0].document and _is_new(s, chosen))
    other = next(others, None)
    return [*chosen[: MOST - 1], other] if other else chosen


def _sentences(
    query: Vectors, hit: Hit, spans: Sequence[Span], vectors: Vectors, shares: Vectors, wanted: Wanted
) -> list[Sentence]:
    """Those sentences of a hit that can stand alone, with their relevance."""
    relevance = vectors @ query + WORDS_WEIGHT * shares + PASSAGE_WEIGHT * hit.score
    texts = [_MARKER.sub("", hit.passage.text[start:end].strip()) for start, end in spans]
    return [
        Sentence(text, hit.rank, start, hit.document.row, float(value) + _bonus(hit, text, wanted))
        for text, (start, _), value, share in zip(texts, spans, relevance, shares, strict=True)
        if share >= LEAST_SHARE and _stands_alone(text)
    ]


def _wanted(question: str) -> Wanted:
    return Wanted(aspects_of(question), bool(_HOW_MANY.search(question)), bool(_SIMILAR.search(question)))


def _bonus(hit: Hit, text: str, wanted: Wanted) -> float:
    """For what the question asks for, less for what only leads up to it."""
    aspect = hit.passage.aspect
    counts = wanted.figures and bool(_FIGURE.search(text))
    leads_up = aspect == "背景" and not wanted.background and aspect not in wanted.aspects
    return ASPECT_BONUS * ((aspect in wanted.aspects) + counts - leads_up)


def _stands_alone(sentence: str) -> bool:
    """Whole, of a readable length, neither leaning on the sentence before it nor announcing the next."""
    whole = bool(_WHOLE.search(sentence)) and " | " not in sentence and "\n" not in sentence
    fit = LENGTH[0] <= len(sentence) <= LENGTH[1]
    return whole and fit and not _LEANS.match(sentence) and not _ANNOUNCES.search(sentence)


def _is_new(sentence: Sentence, chosen: Sequence[Sentence]) -> bool:
    own = _pairs(sentence.text)
    return not any(
        len(own & other) > REPETITION * min(len(own), len(other))
        for other in map(_pairs, (s.text for s in chosen))
    )


def _pairs(text: str) -> frozenset[str]:
    letters = "".join(filter(str.isalnum, text))
    return frozenset(a + b for a, b in pairwise(letters))
