"""How sure we are that the first hits answer the question: a logistic model of their evidence.

Its two signals are how close in meaning the first passages are on average, and how much of the question's words
the best of them holds. Shares of BM25 and of words that no passage holds, used before, told less: out of fold AUC
.993 against .983 with them instead.
Fitted on the judged questions (tests/quality/cross_validate.py prints the coefficients) with the built-in model's
cosines; another model's lie elsewhere: for it only words count.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from search.fuse import Ranking
from search.models import Confidence

LOOKED_AT = 5  # ranks
ANSWERABLE = 0.35  # below this the page says 「没有找到」: refuses 3% of the answerable judged questions
UNCOVERED = 0.2  # at most, for a question about a place that no document is about or names
_STRONG = 0.85


@dataclass(frozen=True, slots=True)
class Logistic:
    """log-odds = bias + closeness · cosine + covered · share of the question's words."""

    bias: float
    closeness: float
    covered: float

    def probability(self, closeness: float, covered: float) -> float:
        """Between 0 and 1."""
        odds = self.bias + self.closeness * closeness + self.covered * covered
        return 1 / (1 + math.exp(-max(min(odds, 50.0), -50.0)))


CALIBRATED = {"multilingual-e5-small": Logistic(-45.57, 92.28, 5.88)}
WORDS_ONLY = Logistic(-3.0, 0.0, 9.5)


def logistic_for(model: str) -> Logistic:
    """The model fitted for an embedding model, by its name."""
    return CALIBRATED.get(model, WORDS_ONLY)


def of_answer(logistic: Logistic, ranking: Ranking, uncovered: bool = False) -> float:
    """Probability that the best passages answer the question.

    ``uncovered``: it is about a place that the library has nothing on, and about nowhere else.
    """
    if not len(ranking.run.rows):
        return 0.0
    closeness, covered = ranking.closeness[:LOOKED_AT].mean(), ranking.covered[:LOOKED_AT].max()
    probability = logistic.probability(float(closeness), float(covered))
    return round(min(probability, UNCOVERED) if uncovered else probability, 4)


def of_hit(logistic: Logistic, closeness: float, covered: float) -> Confidence:
    """One hit's confidence as the page says it."""
    probability = logistic.probability(closeness, covered)
    return "强" if probability >= _STRONG else "中" if probability >= ANSWERABLE else "弱"
