"""How sure we are that the first hits answer the question: a logistic model of their evidence.

Fitted on the judged questions (tests/quality: those that the library answers against those
that it doesn't) and on questions of other worlds, with the built-in model's cosines; the
figures, cross-validated, are in docs/evaluation.md. Another model's cosines lie elsewhere:
for it only words count.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from search.fuse import Ranking
from search.models import Confidence

LOOKED_AT = 5  # ranks
ANSWERABLE = 0.4  # below this the page says 「没有找到」: refuses 3% of the answerable judged questions
_UNCOVERED = 0.2  # at most, for a question about a place that no document is about or names
_STRONG = 0.85


@dataclass(frozen=True, slots=True)
class Logistic:
    """log-odds = bias + closeness · cosine + lexical · share of BM25 + unknown · share of unknown words."""

    bias: float
    closeness: float
    lexical: float
    unknown: float

    def probability(self, closeness: float, lexical: float, unknown: float) -> float:
        """Between 0 and 1."""
        odds = self.bias + self.closeness * closeness + self.lexical * lexical + self.unknown * unknown
        return 1 / (1 + math.exp(-max(min(odds, 50.0), -50.0)))


CALIBRATED = {"multilingual-e5-small": Logistic(-17.52, 38.29, 6.77, -5.46)}
WORDS_ONLY = Logistic(-2.0, 0.0, 8.0, -4.0)


def logistic_for(model: str) -> Logistic:
    """The model fitted for an embedding model, by its name."""
    return CALIBRATED.get(model, WORDS_ONLY)


def of_answer(logistic: Logistic, ranking: Ranking, unknown: float, uncovered: bool = False) -> float:
    """Probability that the best passages answer the question.

    ``unknown`` is the share of its words' weight that falls to words which no passage holds, 0 to 1;
    ``uncovered`` whether it is about a place that the library has nothing on, and nowhere else.
    """
    if not len(ranking.run.rows):
        return 0.0
    closeness, lexical = ranking.closeness[:LOOKED_AT].max(), ranking.lexical[:LOOKED_AT].max()
    probability = logistic.probability(float(closeness), float(lexical), unknown)
    return round(min(probability, _UNCOVERED) if uncovered else probability, 4)


def of_hit(logistic: Logistic, closeness: float, lexical: float) -> Confidence:
    """One hit's confidence as the page says it."""
    probability = logistic.probability(closeness, lexical, 0.0)
    return "强" if probability >= _STRONG else "中" if probability >= ANSWERABLE else "弱"
