"""Whether a difference between two systems is more than chance: the paired bootstrap over questions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from search.evaluation.measures import Values

SAMPLES, SEED = 10_000, 20_240_601
_AT_ONCE = 500  # samples drawn in one array: bounds the memory


@dataclass(frozen=True, slots=True)
class Difference:
    """Mean of ``system − against`` over the questions, its 95% interval, and the two-sided p."""

    system: str
    against: str
    mean: float
    low: float
    high: float
    p: float


def paired_bootstrap(
    system: str, against: str, rows: Mapping[str, Values], measure: str = "ndcg@10"
) -> Difference:
    """Compare two rows question by question (Efron & Tibshirani 1993); the same figures every time."""
    pairs = [(rows[system][q][measure], rows[against][q][measure]) for q in rows[system]]
    differences = np.array([ours - theirs for ours, theirs in pairs])
    means = _resampled_means(differences)
    low, high = np.percentile(means, (2.5, 97.5))
    p = min(1.0, 2 * min(float((means <= 0).mean()), float((means >= 0).mean())))
    rounded = (round(float(value), 4) for value in (differences.mean(), low, high, p))
    return Difference(system, against, *rounded)


def better_single(means: Mapping[str, Mapping[str, float]], measure: str = "ndcg@10") -> str:
    """Which of the two retrievers alone is the better one on average."""
    return max(("dense", "sparse"), key=lambda row: means[row][measure])


def _resampled_means(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Means (SAMPLES,) of as many values drawn with replacement."""
    random = np.random.default_rng(SEED)
    sizes = [min(_AT_ONCE, SAMPLES - done) for done in range(0, SAMPLES, _AT_ONCE)]
    parts = [values[random.integers(len(values), size=(size, len(values)))].mean(axis=1) for size in sizes]
    return np.concatenate(parts)
