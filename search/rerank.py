"""An optional last word on the order of the first candidates: a cross-encoder, which reads question and passage together.

Off unless ``CASEBASE_RERANKER`` names a folder; then the model is loaded with the searcher, by sentence-transformers.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Protocol

import numpy as np

from ingest.errors import ModelError
from search.fuse import Ranking, standard
from search.models import Run, Vectors

ENVIRONMENT = "CASEBASE_RERANKER"
FIRST = 30  # candidates that are read again: about as many as a page of ten can be made of
WEIGHT = 0.5  # of the reranker against the fused score, both standardised; halves, since no model came with judgements
LONGEST = 512  # tokens of question and passage together


class Reranker(Protocol):
    """The seam between this project and a reranking model."""

    def scores(self, question: str, texts: Sequence[str]) -> Vectors:
        """How well each text (n,) answers the question; more is better, on any scale."""


class CrossEncoderReranker:
    """A sentence-transformers ``CrossEncoder`` in a folder; never fetched from anywhere."""

    def __init__(self, folder: Path) -> None:
        if not (folder / "config.json").is_file():
            raise ModelError(
                f"{folder} 里没有重排模型（缺少 config.json）。请把 {ENVIRONMENT} 改成模型所在的文件夹，或者去掉它。"
            )
        from sentence_transformers import CrossEncoder

        try:
            self._model = CrossEncoder(str(folder), num_labels=1, max_length=LONGEST, local_files_only=True)
        except (OSError, ValueError, KeyError, RuntimeError, ImportError) as error:
            raise ModelError(f"{folder} 里的重排模型打不开：{error}") from error

    def scores(self, question: str, texts: Sequence[str]) -> Vectors:
        """The model's own scores (n,)."""
        found = self._model.predict([(question, text) for text in texts], show_progress_bar=False)
        return np.asarray(found, dtype=np.float32).reshape(len(texts))


def from_environment() -> Reranker | None:
    """The reranker of ``CASEBASE_RERANKER``; None where it isn't set. Raises ModelError."""
    folder = os.environ.get(ENVIRONMENT, "").strip()
    return CrossEncoderReranker(Path(folder)) if folder else None


def reranked(ranking: Ranking, question: str, texts: Sequence[str], reranker: Reranker) -> Ranking:
    """The ranking with its first ``len(texts)`` passages in the order of both scores together.

    Scores are put on the fused scale, so that what reads them later reads the same kind of figure.
    """
    first = len(texts)
    if first < 2:
        return ranking
    fused = ranking.run.scores[:first]
    read = standard(reranker.scores(question, texts), 1e-6)
    spread, middle = float(fused.std()), float(fused.mean())
    both = (1 - WEIGHT) * fused + WEIGHT * (middle + spread * read)
    both = np.maximum(both, ranking.run.scores[first:].max(initial=-np.inf))  # what wasn't read stays behind
    order = np.lexsort((np.arange(first), -both))
    places = np.concatenate([order, np.arange(first, len(ranking.run.rows))])
    scores = np.concatenate([both[order], ranking.run.scores[first:]]).astype(np.float32)
    return replace(
        ranking,
        run=Run(ranking.run.rows[places], scores),
        closeness=ranking.closeness[places],
        covered=ranking.covered[places],
    )
