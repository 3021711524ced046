"""Step 12, first half: how well the words of a candidate answer the question, on a scale that means something.

The retriever's BM25 finds candidates; here the candidates of both retrievers are
scored alike, by BM25 (Robertson & Zaragoza 2009) over three views of the question
– dictionary words, character bigrams, single characters – counted in the folded
text, and divided by what a passage holding every term could reach at most.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from ingest.terms import bigrams
from search.language.synonyms import Synonym
from search.models import Vectors
from search.query import QueryTerms

# Swept on the five public sets of docs/evaluation.md (400 questions each) over k1 0.6–2.0, b 0.4–0.75 and the
# weights: no pair wins everywhere, these lose least anywhere; words alone are 0.003 to 0.03 nDCG@10 lower.
K1, B = 0.9, 0.5
WEIGHTS = {"words": 1.0, "bigrams": 1.0, "characters": 0.5}
SYNONYM_WEIGHT = 1.5  # 0.657 → 0.672 nDCG@10 on the judged questions; 0.5: 0.666, 2: 0.673


@dataclass(frozen=True, slots=True)
class Candidate:
    """A candidate's text as it is compared: folded, its title and headings before the text."""

    head: str
    text: str


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


def covered_share(
    query: QueryTerms, passages: int, frequency: Callable[[str, str], int], candidates: Sequence[Candidate]
) -> float:
    """Largest share of the words' weight that one candidate holds, by a synonym too, 0 to 1."""
    others = {synonym.word: synonym.others for synonym in query.synonyms}
    weights = {word: idf(frequency("words", word), passages) for word in query.words}
    texts = [f"{candidate.head}\n{candidate.text}" for candidate in candidates]
    held = [
        sum(w for word, w in weights.items() if any(form in text for form in (word, *others.get(word, ()))))
        for text in texts
    ]
    return max(held, default=0.0) / (sum(weights.values()) or 1.0)


def idf(frequency: int, passages: int) -> float:
    """Inverse document frequency as Lucene has it, never negative.

    >>> idf(10, 10) > 0
    True
    """
    return float(np.log1p((passages - min(frequency, passages) + 0.5) / (frequency + 0.5)))


def scores(terms: Sequence[WeightedTerm], candidates: Sequence[Candidate], mean_length: float) -> Vectors:
    """Share of the attainable BM25 that each candidate reaches, 0 to 1, in their order."""
    if not terms or not candidates:
        return np.zeros(len(candidates), dtype=np.float32)
    texts = [f"{candidate.head}\n{candidate.text}" for candidate in candidates]
    spelled = [(term.text, *term.others) for term in terms]
    strings = [string for group in spelled for string in group]
    each = np.array([[text.count(string) for string in strings] for text in texts], dtype=np.float32)
    starts = np.cumsum([0, *(len(group) for group in spelled[:-1])])
    counts = np.add.reduceat(each, starts, axis=1)
    lengths = np.array([len(text) for text in texts], dtype=np.float32)
    norm = K1 * (1 - B + B * lengths / max(mean_length, 1.0))
    weights = np.array([term.weight for term in terms], dtype=np.float32)
    saturated = counts / (counts + norm[:, None])
    return np.asarray(saturated @ weights / max(float(weights.sum()), 1e-9), dtype=np.float32)
