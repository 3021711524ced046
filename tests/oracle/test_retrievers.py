"""The retrievers against plain reference implementations."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from ingest import term_index, vectors
from ingest.term_index import TermRow
from search.dense import DenseRetriever
from search.query import QueryTerms
from search.sparse import BIGRAM_BOOST, TITLE_BOOST, SparseRetriever

RNG = np.random.default_rng(20241120)


@pytest.fixture(scope="module")
def matrix() -> np.ndarray:
    rows = RNG.normal(size=(500, 48)).astype(np.float32)
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


@pytest.fixture(scope="module")
def dense(matrix: np.ndarray, tmp_path_factory: pytest.TempPathFactory) -> DenseRetriever:
    path = tmp_path_factory.mktemp("密集") / "dense.faiss"
    vectors.write_dense(path, matrix, *matrix.shape)
    return DenseRetriever(vectors.read_dense(path))


def test_dense_retrieval_is_the_dot_product(dense: DenseRetriever, matrix: np.ndarray) -> None:
    for query in matrix[:20]:
        run = dense.retrieve(query, 10)
        exact = matrix @ query
        assert run.rows.tolist() == np.argsort(-exact)[:10].tolist()
        assert run.scores == pytest.approx(exact[run.rows], abs=2e-3)  # fp16


def test_dense_retrieval_within_allowed_rows_is_exact(dense: DenseRetriever, matrix: np.ndarray) -> None:
    allowed = np.sort(RNG.choice(500, 37, replace=False)).astype(np.int64)
    for query in matrix[20:40]:
        run = dense.retrieve(query, 10, allowed)
        exact = matrix[allowed] @ query
        assert run.rows.tolist() == allowed[np.argsort(-exact)[:10]].tolist()


def test_dense_retrieval_returns_no_more_than_is_allowed(dense: DenseRetriever, matrix: np.ndarray) -> None:
    assert len(dense.retrieve(matrix[0], 10, np.array([3, 4], dtype=np.int64)).rows) == 2
    assert len(dense.retrieve(matrix[0], 10, np.zeros(0, dtype=np.int64)).rows) == 0


def clustered(rng: np.random.Generator, count: int) -> np.ndarray:
    """Unit vectors around forty centres."""
    centres = np.random.default_rng(5).normal(size=(40, 32))
    rows = centres[rng.integers(0, 40, count)] + 0.5 * rng.normal(size=(count, 32))
    return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True), dtype=np.float32)


def found_of_best(
    dense: DenseRetriever, matrix: np.ndarray, asked: np.ndarray, allowed: np.ndarray | None
) -> float:
    """Recall@10 against comparing everything that is allowed."""
    rows = np.arange(len(matrix)) if allowed is None else allowed
    shares = []
    for query in asked:
        best = rows[np.argsort(-(matrix[rows] @ query))[:10]]
        found = dense.retrieve(query, 60, allowed).rows
        assert np.isin(found, rows).all()
        shares.append(np.isin(best, found[:10]).mean())
    return float(np.mean(shares))


@pytest.mark.parametrize("structure", ["flat", "ivf32", "ivf64"])
@pytest.mark.parametrize("seed", [1, 2])
def test_every_structure_finds_what_comparing_everything_finds(
    structure: str, seed: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("search.dense.COMPARED", 1_000)
    rng = np.random.default_rng(seed)
    matrix, asked = clustered(rng, 4_000), clustered(rng, 50)
    assert vectors.write_dense(tmp_path / "d", matrix, *matrix.shape, structure) == structure
    dense = DenseRetriever(vectors.read_dense(tmp_path / "d"))
    near = np.flatnonzero(matrix @ matrix[0] > 0).astype(np.int64)  # a filter that goes with the meaning
    assert found_of_best(dense, matrix, asked, None) >= 0.98
    for share in (0.01, 0.2):
        some = np.flatnonzero(rng.random(len(matrix)) < share).astype(np.int64)
        assert found_of_best(dense, matrix, asked, some) >= 0.995  # exact but for the rounding to fp16
    assert len(near) > 1_000
    assert found_of_best(dense, matrix, asked, near) >= 0.95
    assert found_of_best(dense, matrix, -matrix[:20], near) >= 0.95
    rows = rng.integers(0, len(matrix), 30)
    assert dense.vectors(rows) == pytest.approx(matrix[rows], abs=1e-3)


def test_the_same_vectors_make_the_same_structure(tmp_path: Path) -> None:
    matrix = clustered(np.random.default_rng(3), 3_000)
    for name in ("a", "b"):
        vectors.write_dense(tmp_path / name, iter(matrix), *matrix.shape, "ivf16")
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()


def test_many_passages_are_kept_in_lists() -> None:
    assert vectors.structure_for(vectors.FLAT_UP_TO) == "flat"
    assert vectors.structure_for(1_000_000) == "ivf2048"


def bm25(texts: list[list[str]], query: tuple[str, ...], k1: float = 1.2, b: float = 0.75) -> np.ndarray:
    """Robertson's formula, term by term, with Lucene's idf."""
    lengths = np.array([len(text) for text in texts])
    scores = np.zeros(len(texts))
    for term in query:
        tf = np.array([text.count(term) for text in texts])
        df = (tf > 0).sum()
        idf = np.log(1 + (len(texts) - df + 0.5) / (df + 0.5))
        scores += idf * tf * (k1 + 1) / (tf + k1 * (1 - b + b * lengths / lengths.mean()))
    return scores


def test_sparse_retrieval_is_bm25_summed_over_the_fields(tmp_path: Path) -> None:
    vocabulary = [f"词{n}" for n in range(40)]
    # Lengths below 40 are stored exactly by the field norm, so that the reference needs no rounding.
    fields = {
        name: [RNG.choice(vocabulary, RNG.integers(3, 30)).tolist() for _ in range(120)]
        for name in ("words", "title", "bigrams")
    }
    rows = [
        TermRow(
            " ".join(fields["title"][n]),
            " ".join(fields["words"][n]),
            " ".join(fields["bigrams"][n]),
            "",
            ("city=甲",),
        )
        for n in range(120)
    ]
    term_index.write(tmp_path, rows)
    retriever = SparseRetriever(term_index.open_index(tmp_path))
    asked = QueryTerms(("词1", "词2", "词7"), ("词3", "词9"), ())
    run = retriever.retrieve(asked, 120, {})
    expected = (
        bm25(fields["words"], asked.words)
        + TITLE_BOOST * bm25(fields["title"], asked.words)
        + BIGRAM_BOOST * bm25(fields["bigrams"], asked.bigrams)
    )
    assert run.scores == pytest.approx(expected[run.rows], rel=1e-3)
    assert set(run.rows.tolist()) == set(np.flatnonzero(expected).tolist())


def test_a_filter_changes_no_score(tmp_path: Path) -> None:
    rows = [TermRow("", "居民 参与", "", "", (f"city={'甲' if n % 2 else '乙'}",)) for n in range(10)]
    term_index.write(tmp_path, rows)
    retriever = SparseRetriever(term_index.open_index(tmp_path))
    asked = QueryTerms(("居民",), (), ())
    everything, one = retriever.retrieve(asked, 10, {}), retriever.retrieve(asked, 10, {"city": ("甲",)})
    assert one.rows.tolist() == [1, 3, 5, 7, 9]
    assert one.scores.tolist() == everything.scores[:5].tolist()
