"""Other ways to tell a document's themes, cross-validated: ``python -m tests.quality.theme_trials [--write PAGE]``.

Ten folds over all texts that have front matter. What is learned is learned on nine and asked about the tenth;
the words of ``ingest/themes.toml`` were chosen on half of the texts, which favours them.
"""

from __future__ import annotations

import argparse
import tomllib
from collections.abc import Callable
from pathlib import Path

import jieba
import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import KFold

from ingest.embed import open_embedder
from ingest.models import Document
from ingest.themes import DATA, MOST, cues, scores
from search.evaluation.markers import table, write_blocks
from tests.quality.measure_facets import ROOT, declared, document, texts

PRECISION = 0.80  # at which recall is compared
READ = 600  # characters of a section that are embedded
Matrix = NDArray[np.float64]


def recall_at(chances: Matrix, truth: Matrix) -> float:
    """The best recall at a precision of at least 0.80, at most four themes a document."""
    ranks = np.argsort(np.argsort(-chances, axis=1), axis=1)
    best = 0.0
    for floor in np.unique(chances):
        named = (chances >= floor) & (ranks < MOST)
        right = float((named * truth).sum())
        if right >= PRECISION * named.sum():
            best = max(best, right / truth.sum())
    return best


def learned(features: Callable[[int], Matrix], truth: Matrix, strength: float) -> Matrix:
    """Chances out of fold of a logistic regression per theme; ``features(theme)`` are its documents' rows."""
    chances = np.zeros(truth.shape)
    for train, held in KFold(10, shuffle=True, random_state=1).split(truth):
        for theme in range(truth.shape[1]):
            rows = features(theme)
            model = LogisticRegression(C=strength, max_iter=1000).fit(rows[train], truth[train, theme])
            chances[held, theme] = model.predict_proba(rows[held])[:, 1]
    return chances


def closeness(documents: list[Document]) -> Matrix:
    """Cosine of each document's sections on average, and of its title, with each theme's description, summed."""
    embedder = open_embedder("", ROOT / "models")
    described = tomllib.loads(DATA.read_text(encoding="utf-8"))
    themes = embedder.encode_query([f"{name}：{described[name]['description']}" for name in cues()])
    titles = embedder.encode_query([document.title for document in documents])
    pieces = [[f"{d.title}\n{' / '.join(s.heading)}\n{s.text[:READ]}" for s in d.sections] for d in documents]
    flat = [piece for own in pieces for piece in own]
    vectors = np.array([found.vector for found in embedder.encode_passages(flat, [[]] * len(flat))])
    ends = np.cumsum([len(own) for own in pieces])
    means = np.array([part.mean(axis=0) for part in np.split(vectors, ends[:-1])])
    centred = [_unit(rows - rows.mean(axis=0)) for rows in (means, titles, themes)]
    return np.asarray((centred[0] + centred[1]) @ centred[2].T, dtype=np.float64)


def _unit(rows: Matrix) -> Matrix:
    return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True))


def trials() -> list[tuple[str, float]]:
    """Each way with its recall."""
    labelled = list(texts("all"))
    documents = [document(text, True) for text in labelled]
    bodies = ["\n".join(s.text for s in d.sections) for d in documents]
    headings = ["\n".join(dict.fromkeys(p for s in d.sections for p in s.heading)) for d in documents]
    truth = np.array([[float(name in (declared(t, "theme") or ())) for name in cues()] for t in labelled])
    words = np.array(
        [
            list(scores(d.title, h, b[:8000]).values())
            for d, h, b in zip(documents, headings, bodies, strict=True)
        ]
    )
    near = closeness(documents)
    weigh = [
        TfidfVectorizer(tokenizer=jieba.lcut, token_pattern=None, min_df=3, max_df=0.5, sublinear_tf=True)
        for _ in range(2)
    ]
    own_words = sparse.hstack(
        [weigh[0].fit_transform(bodies), 0.7 * weigh[1].fit_transform([d.title for d in documents])]
    ).tocsr()
    both = learned(lambda theme: np.c_[words[:, theme], 3 * near[:, theme]], truth, 10)
    from_labels = learned(lambda _: own_words, truth, 30)
    ways = [
        ("线索词（现在的做法）", words),
        ("主题说明的向量", near),
        ("线索词与主题说明的向量，各主题自定门槛", both),
        ("从标注学来的词（TF-IDF，逻辑回归）", from_labels),
        ("后两种相加", both + from_labels),
    ]
    return [(name, recall_at(chances, truth)) for name, chances in ways]


def main() -> None:
    """Measure, print, write."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.quality.theme_trials", description="推断主题的几种做法。"
    )
    parser.add_argument("--write", type=Path, metavar="页面", help="写进这一页的 theme-trials 标记之间")
    options = parser.parse_args()
    found = table(
        ("做法", "精确率不低于 0.80 时的召回率"), [(name, f"{recall:.3f}") for name, recall in trials()]
    )
    print(found)
    if options.write:
        write_blocks(options.write, {"theme-trials": found})


if __name__ == "__main__":
    main()
