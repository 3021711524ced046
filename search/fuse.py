"""Step 12: one ranking from the evidence of both retrievers, by score.

Every signal is a standard score over the candidates: shares of BM25 and cosines are
not on one scale, and how far a candidate stands out is what says that its signal found
something. The figures behind the constants are in docs/evaluation.md.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from search import pairs
from search.models import Rows, Run, Vectors

# Words against meaning. Swept from 0.3 to 1.3 on the public sets and the judged questions: 0.5 to 0.7 is best on
# average, 0.016 nDCG@10 above reciprocal rank fusion; a linear ranker learned on four of the sets was never better
# on the fifth.
LEXICAL_WEIGHT = 0.55
# Of the words' weight, what the best sentence has and not the whole passage: +0.000 to +0.010 on the public sets
# (drcd and stard_dev beyond their 95% intervals), +0.004 on the judged questions; 0.6 and 0.7 are no better.
SENTENCE_SHARE = np.float32(0.5)
# A side whose candidates differ by less than this is flat, and its noise must not be blown up to decide the order.
LEAST_SPREAD = {"lexical": 0.02, "closeness": 0.005}
# Pseudo-relevance feedback (Rocchio 1971): closeness to the first two. +0.02 on the judged questions, ±0.002 on the
# public sets, where only one passage is relevant.
FEEDBACK_FROM, FEEDBACK_WEIGHT = 2, 0.2
# The same for what the first few are worded in: pairs of characters that several of the first five share. Judged
# questions +0.012, the public sets +0.000 to +0.025; from five rather than two, since words repeat less than meaning.
WORDED_LIKE, WORDING_WEIGHT = 5, 0.3
# A passage of a document whose best passage answers well is more likely to help: +0.018 on the judged questions.
DOCUMENT_WEIGHT = 0.4
# A passage on what was done for a question of how, on difficulties for one of difficulties: +0.006.
ASPECT_WEIGHT = 0.4
# A passage shorter than this says little by itself.
FULL_LENGTH, LENGTH_WEIGHT = 80, 0.5


@dataclass(frozen=True, slots=True)
class Evidence:
    """What is known of the candidates ``rows`` (n,), an array each in their order."""

    rows: Rows
    documents: Rows
    lengths: Vectors  # characters
    lexical: Vectors  # share of the attainable BM25, 0 to 1
    sentence_lexical: Vectors  # the same of its best sentence
    covered: Vectors  # share of the question's words that the passage holds, 0 to 1
    cosines: Vectors  # of the passage's vector with the question's
    sentence_cosines: Vectors  # of its best sentence's; -1 where it has none
    vectors: Vectors  # (n, dim)
    pairs: Rows  # (m,), which pairs of characters each holds, as pairs.held gives them
    asked_for: Vectors  # 1 where the passage has an aspect that the question asks for, else 0


@dataclass(frozen=True, slots=True)
class Ranking:
    """A run with what the confidence needs of its passages."""

    run: Run
    closeness: Vectors  # (n,), cosine of the best sentence, or of the passage where it has none
    covered: Vectors  # (n,), share of the question's words that the passage holds


def rank(evidence: Evidence) -> Ranking:
    """Candidates best first, all signals together; equal scores are ordered by row."""
    if not len(evidence.rows):
        return Ranking(Run(evidence.rows, evidence.lexical), evidence.lexical, evidence.covered)
    closeness: Vectors = (evidence.cosines + closest(evidence)) / np.float32(2)
    lexical = evidence.lexical + SENTENCE_SHARE * (evidence.sentence_lexical - evidence.lexical)
    scores = fused(lexical, closeness)
    scores += LENGTH_WEIGHT * np.minimum(evidence.lengths / FULL_LENGTH, 1)
    scores += ASPECT_WEIGHT * evidence.asked_for
    scores += FEEDBACK_WEIGHT * feedback(scores, evidence.vectors)
    scores += DOCUMENT_WEIGHT * best_of_document(scores, evidence.documents)
    scores += WORDING_WEIGHT * wording(scores, evidence.pairs)
    order = np.lexsort((evidence.rows, -scores))
    run = Run(evidence.rows[order], scores[order])
    return Ranking(run, closest(evidence)[order], evidence.covered[order])


def joined(rankings: Sequence[Ranking]) -> Ranking:
    """Several rankings one after the other, each passage at its first place: the rows of all, to look their evidence up."""
    rows = np.concatenate([ranking.run.rows for ranking in rankings])
    _, first = np.unique(rows, return_index=True)
    first.sort()
    return Ranking(
        Run(rows[first], np.concatenate([ranking.run.scores for ranking in rankings])[first]),
        np.concatenate([ranking.closeness for ranking in rankings])[first],
        np.concatenate([ranking.covered for ranking in rankings])[first],
    )


def closest(evidence: Evidence) -> Vectors:
    """The best sentence's cosine, or the passage's where it has no sentence."""
    has_sentence = evidence.sentence_cosines > -1
    return np.asarray(np.where(has_sentence, evidence.sentence_cosines, evidence.cosines), dtype=np.float32)


def fused(lexical: Vectors, closeness: Vectors) -> Vectors:
    """Words and meaning in one score (n,).

    The side whose best candidate stands out more weighs more: where a question names things, one
    passage holds its words; where it is colloquial, many hold a few.
    """
    words = standard(lexical, LEAST_SPREAD["lexical"])
    meaning = standard(closeness, LEAST_SPREAD["closeness"])
    standing_out = (max(float(words.max()), 0.1) / max(float(meaning.max()), 0.1)) ** 0.5
    return np.asarray(LEXICAL_WEIGHT * standing_out * words + meaning, dtype=np.float32)


def feedback(scores: Vectors, vectors: Vectors) -> Vectors:
    """Standard score of each candidate's closeness to what the first few have in common."""
    first = np.argsort(-scores, kind="stable")[:FEEDBACK_FROM]
    common = vectors[first].mean(axis=0) - vectors.mean(axis=0) / 2
    return standard(vectors @ common, LEAST_SPREAD["closeness"])


def wording(scores: Vectors, held: Rows) -> Vectors:
    """Standard score of the share of the first few's pairs that each candidate holds.

    A pair weighs the square of how many of the first hold it, so that what one alone says counts little, times its
    inverse document frequency among the candidates: a relevance model (Lavrenko & Croft 2001) without a dictionary.
    """
    candidate, pair = held >> pairs.BITS, held & (pairs.COUNT - 1)
    first = np.zeros(len(scores), dtype=np.bool_)
    first[np.argsort(-scores, kind="stable")[:WORDED_LIKE]] = True
    shared = np.bincount(pair[first[candidate]], minlength=pairs.COUNT) / first.sum()
    weights = shared**2 * np.log((len(scores) + 1) / (np.bincount(pair, minlength=pairs.COUNT) + 0.5))
    share = np.bincount(candidate, weights[pair], len(scores)) / max(float(weights.sum()), 1e-9)
    return standard(share.astype(np.float32), LEAST_SPREAD["lexical"])


def best_of_document(scores: Vectors, documents: Rows) -> Vectors:
    """For each candidate the score of the best candidate of its document."""
    _, group = np.unique(documents, return_inverse=True)
    best = np.full(group.max() + 1, -np.inf, dtype=np.float32)
    np.maximum.at(best, group, scores)
    return np.asarray(best[group], dtype=np.float32)


def standard(values: Vectors, least_spread: float) -> Vectors:
    """Distance from the mean in standard deviations, of which at least ``least_spread`` is assumed."""
    spread = max(float(values.std()), least_spread)
    return np.asarray((values - values.mean()) / spread, dtype=np.float32)
