"""Step 12, first half: how well the words of a candidate answer the question, on a scale that means something.

The retriever's BM25 finds candidates; here the candidates of both retrievers are
scored alike, by BM25 (Robertson & Zaragoza 2009) over three views of the question
– dictionary words, character bigrams, single characters – counted in the folded
text, and divided by what a passage holding every term could reach at most. The same
for its best sentence: words that answer a question stand close together.
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
from search.models import Rows, Vectors
from search.query import QueryTerms

Units = NDArray[np.uint16]
Held = NDArray[np.bool_]

# Swept on the five public sets of docs/evaluation.md (400 questions each) over k1 0.6–2.0, b 0.4–0.75 and the
# weights: no pair wins everywhere, these lose least anywhere; words alone are 0.003 to 0.03 nDCG@10 lower.
K1, B = 0.9, 0.5
WEIGHTS = {"words": 1.0, "bigrams": 1.0, "characters": 0.5}
SYNONYM_WEIGHT = 1.5  # 0.657 → 0.672 nDCG@10 on the judged questions; 0.5: 0.666, 2: 0.673
# A sentence with its title has about so many characters. Any K1 from 0.5 to 1.5 and B from 0.3 to 0.7 is as good, and
# so is twice or half the length; cut at commas too, it is worse.
SENTENCE_B, SENTENCE_LENGTH = 0.7, 50
_ENDS = np.zeros(1 << 16, dtype=np.bool_)
_ENDS[[ord(mark) for mark in "。！？!?；;\n"]] = True


@dataclass(frozen=True, slots=True)
class WeightedTerm:
    """A term of the question with its weight, inverse document frequency included."""

    text: str
    weight: float
    others: tuple[str, ...] = ()  # synonyms, which count as the term itself


@dataclass(frozen=True, slots=True)
class Joined:
    """Texts one behind the other: ``units`` (m,), the text that each belongs to, and each text's length."""

    units: Units
    lengths: Rows
    owner: Rows


@dataclass(frozen=True, slots=True)
class Found:
    """What each text (n,) holds of a question, 0 to 1."""

    text: Vectors  # share of the attainable BM25
    sentence: Vectors  # the same of its best sentence, read with the title
    covered: Vectors  # share of the weight of the question's words, by a synonym too


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


def joined(texts: Sequence[Units]) -> Joined:
    """Texts one behind the other."""
    lengths = np.array([len(text) for text in texts], dtype=np.int64)
    units = np.concatenate(texts) if texts else np.zeros(0, dtype=np.uint16)
    return Joined(units, lengths, np.repeat(np.arange(len(texts)), lengths))


def found(terms: Sequence[WeightedTerm], words: int, texts: Joined, mean_length: float) -> Found:
    """What folded texts hold of the question's terms, of which the first ``words`` are its words.

    Each text stands behind its title, which ends with the first line.
    """
    if not terms or not len(texts.lengths):
        nothing = np.zeros(len(texts.lengths), dtype=np.float32)
        return Found(nothing, nothing, nothing)
    sentence, first, titled = _sentences(texts)
    counts = _counts(terms, texts.units, sentence, len(titled))
    whole = np.add.reduceat(counts, first)
    groups = {term.text: column for column, term in enumerate(terms) if column < words or term.others}
    held = whole[:, [groups[term.text] for term in terms[:words]]] > 0
    # A sentence is read with its title, which says what it is about.
    sizes, of_title = np.bincount(sentence), np.add.reduceat(titled.astype(np.int64), first)
    opening, alone = np.cumsum(of_title) - of_title, ~titled
    members = np.diff(first, append=len(titled))
    counts += np.repeat(np.add.reduceat(counts[titled], opening).T, members, axis=1).T * alone[:, None]
    sizes += np.repeat(np.add.reduceat(sizes[titled], opening), members) * alone
    each = _share(terms, _saturated(counts, sizes / SENTENCE_LENGTH, SENTENCE_B))
    return Found(
        text=_share(terms, _saturated(whole, texts.lengths / max(mean_length, 1.0), B)),
        sentence=np.maximum.reduceat(each, first),
        covered=_share(terms[:words], held),
    )


def _sentences(texts: Joined) -> tuple[Rows, Rows, NDArray[np.bool_]]:
    """The sentence of each unit, the first sentence of each text, and which sentences are of a title."""
    starts = np.cumsum(texts.lengths) - texts.lengths
    begins = np.zeros(len(texts.units), dtype=np.bool_)
    begins[1:] = _ENDS[texts.units[:-1]]
    begins[starts] = True
    sentence = np.cumsum(begins) - 1
    line_ends = texts.units == ord("\n")
    before = np.cumsum(line_ends) - line_ends
    titled = (before == before[starts][texts.owner])[begins]
    return sentence, sentence[starts], titled


def _counts(terms: Sequence[WeightedTerm], texts: Units, owner: Rows, owners: int) -> Vectors:
    """How often each term stands in each stretch of the joined texts, by a synonym too: (owners, terms)."""
    each = occurrences(
        [string for term in terms for string in (term.text, *term.others)], texts, owner, owners
    )
    if not any(term.others for term in terms):
        return each
    starts = np.cumsum([0, *(1 + len(term.others) for term in terms[:-1])])
    return np.add.reduceat(each, starts, axis=1)


def _saturated(counts: Vectors, lengths: NDArray[Any], b: float) -> Vectors:
    """BM25 of each count, as a share of what it could reach; ``lengths`` are in mean lengths."""
    norm = (K1 * (1 - b + b * lengths)).astype(np.float32)
    return np.asarray(counts / (counts + norm[:, None]), dtype=np.float32)


def held(terms: Sequence[WeightedTerm], words: int, texts: Sequence[Units]) -> Held:
    """Which of the first ``words`` terms each text holds, by a synonym too: (texts, words)."""
    others = {term.text: term.others for term in terms if term.others}
    spelled = [(term.text, *others.get(term.text, ())) for term in terms[:words]]
    if not spelled or not texts:
        return np.zeros((len(texts), len(spelled)), dtype=np.bool_)
    starts = np.cumsum([0, *(len(group) for group in spelled[:-1])])
    own = joined(texts)
    strings = [string for group in spelled for string in group]
    each = occurrences(strings, own.units, own.owner, len(texts)) > 0
    return np.asarray(np.logical_or.reduceat(each, starts, axis=1))


def _share(terms: Sequence[WeightedTerm], held: NDArray[Any]) -> Vectors:
    """Share of the terms' weight, of which a text holds ``held`` (texts, terms), each 0 to 1."""
    weights = np.array([term.weight for term in terms], dtype=np.float32)
    return np.asarray(held @ weights / max(float(weights.sum()), 1e-9), dtype=np.float32)


def units(text: str) -> Units:
    """The UTF-16 code units (n,) of a text."""
    return np.frombuffer(text.encode("utf-16-le", "surrogatepass"), dtype=np.uint16)


def occurrences(strings: Sequence[str], texts: Units, owner: Rows, owners: int) -> Vectors:
    """How often each string stands in each stretch of joined texts, overlapping ones too: (owners, strings).

    ``owner`` (m,) says which stretch each unit belongs to, and rises. One pass over all texts together, and one
    count for all strings of one or two units: ``str.count`` for each took a third of a question's time.
    """
    spelled = [tuple(units(string).tolist()) for string in strings]
    alphabet = {unit: n for n, unit in enumerate(sorted({unit for s in spelled for unit in s}), start=1)}
    number = np.zeros(1 << 16, dtype=np.int64)  # of a code unit in the alphabet; 0 stands in no string
    number[list(alphabet)] = list(alphabet.values())
    numbers, size = number[texts], len(alphabet) + 1
    first = np.flatnonzero(numbers)
    following = np.minimum(first + 1, len(numbers) - 1)
    neighbours = (following > first) & (owner[following] == owner[first])
    pair = numbers[first] * size + numbers[following] * neighbours
    columns = {string: column for column, string in enumerate(dict.fromkeys(spelled))}
    single, double = np.full(size, -1), np.full(size * size, -1)
    for string, column in columns.items():
        if len(string) == 1:
            single[alphabet[string[0]]] = column
        elif len(string) == 2:
            double[alphabet[string[0]] * size + alphabet[string[1]]] = column
    cells = []
    for found_in in (single[numbers[first]], double[pair]):
        hits = np.flatnonzero(found_in >= 0)
        cells.append(found_in[hits] * owners + owner[first[hits]])
    counts = np.bincount(np.concatenate(cells), minlength=len(columns) * owners)
    each = np.asarray(counts.reshape(len(columns), owners), dtype=np.float32)
    for string, column in columns.items():
        if len(string) > 2:
            own = [alphabet[unit] for unit in string]
            places = first[pair == own[0] * size + own[1]]
            places = places[places + len(own) <= len(numbers)]
            for offset, expected in enumerate(own[2:], start=2):
                places = places[numbers[places + offset] == expected]
            places = places[owner[places] == owner[places + len(own) - 1]]
            each[column] = np.bincount(owner[places], minlength=owners)
    return each[[columns[string] for string in spelled]].T  # a term's counts lie together
