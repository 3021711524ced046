"""How well the confidence tells the questions that the library answers from those that it doesn't."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

GROUPS = 10  # deciles


@dataclass(frozen=True, slots=True)
class Verdict:
    """What search made of one judged question."""

    question: str
    answerable: bool  # as judged
    confidence: float
    refused: bool


@dataclass(frozen=True, slots=True)
class Group:
    """Questions of like confidence: how sure search was on average, and how many were answerable."""

    low: float
    high: float
    questions: int
    confidence: float
    answerable: float


@dataclass(frozen=True, slots=True)
class Refusal:
    """The area under the ROC curve, what the threshold refuses, and the reliability of the confidence."""

    threshold: float
    auc: float
    answerable_refused: float
    unanswerable_refused: float
    calibration_error: float  # mean distance of confidence and share answerable over the groups
    groups: tuple[Group, ...]
    wrongly_refused: tuple[str, ...]
    wrongly_answered: tuple[str, ...]


def measure_refusal(verdicts: Sequence[Verdict], threshold: float) -> Refusal:
    """All figures of the refusal; both kinds of questions must be there."""
    yes, no = ([v for v in verdicts if v.answerable == kind] for kind in (True, False))
    groups = reliability(verdicts)
    distances = [g.questions * abs(g.confidence - g.answerable) for g in groups]
    return Refusal(
        threshold=threshold,
        auc=round(auc([v.confidence for v in yes], [v.confidence for v in no]), 4),
        answerable_refused=round(sum(v.refused for v in yes) / len(yes), 4),
        unanswerable_refused=round(sum(v.refused for v in no) / len(no), 4),
        calibration_error=round(sum(distances) / len(verdicts), 4),
        groups=groups,
        wrongly_refused=tuple(v.question for v in yes if v.refused),
        wrongly_answered=tuple(v.question for v in no if not v.refused),
    )


def auc(positive: Sequence[float], negative: Sequence[float]) -> float:
    """Probability that one of the positives lies above one of the negatives; a tie counts half.

    >>> auc([0.9, 0.5], [0.5, 0.1])
    0.875
    """
    above = np.sign(np.subtract.outer(np.asarray(positive), np.asarray(negative)))
    return float((above + 1).mean() / 2)


def reliability(verdicts: Sequence[Verdict]) -> tuple[Group, ...]:
    """The questions in ten groups of equal size by confidence, the least sure first."""
    ordered = sorted(verdicts, key=lambda verdict: (verdict.confidence, verdict.question))
    bounds = [len(ordered) * n // GROUPS for n in range(GROUPS + 1)]
    groups = [ordered[a:b] for a, b in pairwise(bounds)]
    return tuple(_group(group) for group in groups if group)


def _group(verdicts: Sequence[Verdict]) -> Group:
    sure = [verdict.confidence for verdict in verdicts]
    answerable = sum(verdict.answerable for verdict in verdicts) / len(verdicts)
    return Group(min(sure), max(sure), len(verdicts), round(sum(sure) / len(sure), 4), round(answerable, 4))
