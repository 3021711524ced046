"""Step 12, first half: how well the words of a candidate answer the question, on a scale that means something.

The retriever's BM25 finds candidates; here the candidates of both retrievers are
scored alike, by BM25 (Robertson & Zaragoza 2009) over three views of the question
– dictionary words, character bigrams, single characters – counted in the folded
text, and divided by what a passage holding every term could reach at most.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ingest.terms import bigrams
from search.language.synonyms import Synonym
from search.models import Vectors
from search.query import QueryTerms

Units = NDArray[np.uint16]

# Swept on the five public sets of docs/evaluation.md (400 questions each) over k1 0.6–2.0, b 0.4–0.75 and the
# weights: no pair wins everywhere, these lose least anywhere; words alone are 0.003 to 0.03 nDCG@10 lower.
K1, B = 0.9, 0.5
WEIGHTS = {"words": 1.0, "bigrams": 1.0, "characters": 0.5}
SYNONYM_WEIGHT = 1.5  # 0.657 → 0.672 nDCG@10 on the judged questions; 0.5: 0.666, 2: 0.673


@dataclass(frozen=True, slots=True)
class WeightedTerm:
    """A term of the question with its weight, inverse document frequency included."""

    text: str
    weight: float
    others: tuple[str, ...] = ()  # synonyms, which count as the term itself


def weighted_terms(
    query: QueryTerms, passages: int, frequency: Callable[[str, str], int]
) -> list[WeightedTerm]:
    """The question's terms; ``frequency(field, term)`` says how many of ``passages`` hold one."""
    views: Mapping[str, Sequence[str]] = {
        "words": query.words,
        "bigrams": query.bigrams,
        "characters": query.characters,
    }
    plain = [
        WeightedTerm(term, WEIGHTS[view] * idf(frequency(view, term), passages))
        for view, terms in views.items()
        for term in terms
    ]
    return plain + [_group(synonym, passages, frequency) for synonym in query.synonyms]


def _group(synonym: Synonym, passages: int, frequency: Callable[[str, str], int]) -> WeightedTerm:
    """A word with its synonyms as one term; a phrase is about as frequent as the rarest bigram in it."""
    phrases = (synonym.word, *synonym.others)
    found = max(min(frequency("bigrams", pair) for pair in bigrams(phrase) or [phrase]) for phrase in phrases)
    return WeightedTerm(synonym.word, SYNONYM_WEIGHT * idf(found, passages), synonym.others)


def idf(frequency: int, passages: int) -> float:
    """Inverse document frequency as Lucene has it, never negative.

    >>> idf(10, 10) > 0
    True
    """
    return math.log1p((passages - min(frequency, passages) + 0.5) / (frequency + 0.5))


def scores(terms: Sequence[WeightedTerm], texts: Sequence[Units], mean_length: float) -> Vectors:
    """Share of the attainable BM25 that each folded text reaches, 0 to 1, in their order."""
    return scores_and_coverage(terms, 0, texts, mean_length)[0]


def scores_and_coverage(
    terms: Sequence[WeightedTerm], words: int, texts: Sequence[Units], mean_length: float
) -> tuple[Vectors, Vectors]:
    """``scores``, and the share of the weight of the first ``words`` terms that each text holds, by a synonym too."""
    if not terms or not texts:
        return np.zeros(len(texts), dtype=np.float32), np.zeros(len(texts), dtype=np.float32)
    spelled = [(term.text, *term.others) for term in terms]
    starts = np.cumsum([0, *(len(group) for group in spelled[:-1])])
    each = occurrences([string for group in spelled for string in group], texts)
    counts = np.add.reduceat(each, starts, axis=1)
    lengths = np.array([len(text) for text in texts], dtype=np.float32)
    norm = K1 * (1 - B + B * lengths / max(mean_length, 1.0))
    groups = {term.text: column for column, term in enumerate(terms) if column < words or term.others}
    held = counts[:, [groups[term.text] for term in terms[:words]]] > 0
    return _share(terms, counts / (counts + norm[:, None])), _share(terms[:words], held)


def held(terms: Sequence[WeightedTerm], words: int, texts: Sequence[Units]) -> NDArray[np.bool_]:
    """Which of the first ``words`` terms each text holds, by a synonym too: (texts, words)."""
    others = {term.text: term.others for term in terms if term.others}
    spelled = [(term.text, *others.get(term.text, ())) for term in terms[:words]]
    if not spelled or not texts:
        return np.zeros((len(texts), len(spelled)), dtype=np.bool_)
    starts = np.cumsum([0, *(len(group) for group in spelled[:-1])])
    each = occurrences([string for group in spelled for string in group], texts) > 0
    return np.logical_or.reduceat(each, starts, axis=1)


def _share(terms: Sequence[WeightedTerm], held: NDArray[Any]) -> Vectors:
    """Share of the terms' weight, of which a text holds ``held`` (texts, terms), each 0 to 1."""
    weights = np.array([term.weight for term in terms], dtype=np.float32)
    return np.asarray(held @ weights / max(float(weights.sum()), 1e-9), dtype=np.float32)


def units(text: str) -> Units:
    """The UTF-16 code units (n,) of a text."""
    return np.frombuffer(text.encode("utf-16-le", "surrogatepass"), dtype=np.uint16)


def occurrences(strings: Sequence[str], texts: Sequence[Units]) -> Vectors:
    """How often each string stands in each text, overlapping ones too: (texts, strings).

    One pass over all texts together: ``str.count`` for each pair took a third of a question's time.
    """
    spelled = [units(string).tolist() for string in strings]
    alphabet = {unit: n for n, unit in enumerate(sorted({unit for s in spelled for unit in s}), start=1)}
    number = np.zeros(1 << 16, dtype=np.int32)  # of a code unit in the alphabet; 0 stands in no string
    number[list(alphabet)] = list(alphabet.values())
    gap = np.zeros(max(map(len, spelled)), dtype=np.uint16)
    numbers = number[np.concatenate([part for text in texts for part in (text, gap)])]
    owner = np.repeat(np.arange(len(texts)), [len(text) + len(gap) for text in texts])
    size = len(alphabet) + 1
    first = np.flatnonzero(numbers)
    pairs = numbers[first] * size + numbers[np.minimum(first + 1, len(numbers) - 1)]
    singly = np.bincount(owner[first] * size + numbers[first], minlength=len(texts) * size)
    singly = singly.reshape(len(texts), size)
    out = np.empty((len(texts), len(strings)), dtype=np.float32)
    for column, string in enumerate(spelled):
        own = [alphabet[unit] for unit in string]
        if len(own) == 1:
            out[:, column] = singly[:, own[0]]
            continue
        places = first[pairs == own[0] * size + own[1]]
        for offset, expected in enumerate(own[2:], start=2):
            places = places[numbers[places + offset] == expected]
        out[:, column] = np.bincount(owner[places], minlength=len(texts))
    return out
