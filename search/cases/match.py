"""How alike a proposal and the documents of the library are, aspect by aspect: problem with problem, method with method."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ingest.models import Aspect
from search.models import Rows, Vectors

Group = str
GROUPS: Mapping[Aspect, Group] = {
    "背景": "问题",
    "困难": "问题",
    "做法": "做法",
    "工具": "做法",
    "成效": "成效",
    "启示": "启示",
    "其他": "",
}
"""Aspects that are compared with each other; 其他 with any but 启示, the advice of others."""

NEVER: Group = "启示"  # of a passage that matches none: advice, and what is no text

WEIGHTS: Mapping[Group, float] = {"问题": 1.0, "做法": 1.0, "成效": 0.4, "启示": 0.4, "": 0.7}
SAME_GROUP = 0.5  # standard deviations by which a passage of the other aspect must be closer to be preferred
# How much of what all passages share is taken from each asked: else the general passages are near to everything.
COMMON_WEIGHT = 1.0
SAMPLE = 300
ADVICE = 0.5  # standard deviations that a passage of advice must be closer


@dataclass(frozen=True, slots=True)
class Side:
    """Passages of one side of the comparison (n,): their vectors (n, dim) and groups."""

    vectors: Vectors
    groups: tuple[Group, ...]


@dataclass(frozen=True, slots=True)
class Matches:
    """For each passage of the proposal (p) and each document (d) the best passage of the document."""

    best: Rows  # (p, d) positions among the library's passages
    scores: Vectors  # (p, d) standard scores
    closeness: Vectors  # (p, d) cosines


def groups_of(aspects: Sequence[Aspect]) -> tuple[Group, ...]:
    """The group of each aspect."""
    return tuple(GROUPS[aspect] for aspect in aspects)


def match(asked: Side, library: Side, documents: NDArray[np.int64], count: int) -> Matches:
    """Match each passage asked with the best passage of each of ``count`` documents.

    ``documents`` (n,) numbers the document of each passage of the library from 0; each must have a passage.
    """
    common = library.vectors.mean(axis=0)
    cosines = asked.vectors @ library.vectors.T
    own = (asked.vectors - COMMON_WEIGHT * common) @ library.vectors.T
    spread = np.maximum(own.std(axis=1, keepdims=True), 1e-3)
    scores = (own - own.mean(axis=1, keepdims=True)) / spread
    scores += SAME_GROUP * _alike(asked.groups, library.groups) - ADVICE * _only_advice(
        asked.groups, library.groups
    )
    best = np.stack([_best_of(scores, documents == number) for number in range(count)], axis=1)
    rows = np.arange(len(asked.groups))[:, None]
    return Matches(
        best,
        np.asarray(scores[rows, best], dtype=np.float32),
        np.asarray(cosines[rows, best], dtype=np.float32),
    )


def _alike(asked: Sequence[Group], library: Sequence[Group]) -> NDArray[np.bool_]:
    """Whether each pair (p, n) is of one group; what names none goes with all."""
    left, right = np.array(asked)[:, None], np.array(library)[None, :]
    return np.asarray((left == right) | ((left == "") & (right != "启示")) | (right == ""))


def _only_advice(asked: Sequence[Group], library: Sequence[Group]) -> NDArray[np.bool_]:
    """Whether of a pair only the library's passage is advice, which is not what was done there."""
    return np.asarray((np.array(asked)[:, None] != "启示") & (np.array(library)[None, :] == "启示"))


def _best_of(scores: Vectors, mask: NDArray[np.bool_]) -> Rows:
    positions = np.flatnonzero(mask)
    return np.asarray(positions[scores[:, positions].argmax(axis=1)], dtype=np.int64)


def usual_closeness(library: Side, documents: NDArray[np.int64]) -> tuple[float, float]:
    """How close a passage is to the nearest of another document: exceeded by nine in ten passages, by three in four.

    It tells, for any model, what cosine means that two texts are of one world. Looked up for SAMPLE passages.
    """
    sample = np.arange(0, len(documents), max(len(documents) // SAMPLE, 1))
    cosines = library.vectors[sample] @ library.vectors.T
    cosines[documents[sample][:, None] == documents[None, :]] = -1.0
    low, middle = np.percentile(cosines.max(axis=1), [10, 25])
    return float(low), float(middle)


def document_scores(matches: Matches, groups: Sequence[Group]) -> Vectors:
    """The weighted mean (d,) of the best matches, each group's passages together weighing what the group does."""
    total, weights = np.zeros(matches.scores.shape[1], dtype=np.float32), 0.0
    for group in dict.fromkeys(groups):
        own = [n for n, other in enumerate(groups) if other == group]
        total += WEIGHTS[group] * matches.scores[own].mean(axis=0)
        weights += WEIGHTS[group]
    return np.asarray(total / max(weights, 1e-9), dtype=np.float32)
