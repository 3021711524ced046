from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from search.fuse import Evidence, rank
from search.lexical import joined, units
from search.models import Run
from search.pairs import held


def fuse(
    rows: np.ndarray, lexical: np.ndarray, cosines: np.ndarray, sentences: np.ndarray, *texts: str
) -> Run:
    """Rank candidates of one document each that differ in nothing but these signals."""
    count = len(rows)
    own = joined([units(text) for text in texts or ["同样的话"] * count])
    return rank(
        Evidence(
            rows,
            np.arange(count),
            np.full(count, 200.0),
            lexical,
            lexical,
            lexical,
            cosines,
            sentences,
            np.ones((count, 4), np.float32),
            held(own.units, own.owner, count),
            np.zeros(count, np.float32),
        )
    ).run


def vector(*values: float) -> np.ndarray:
    return np.array(values, dtype=np.float32)


def test_equal_scores_are_ordered_by_row() -> None:
    run = fuse(np.array([7, 3, 5]), vector(0.5, 0.5, 0.5), vector(0.8, 0.8, 0.8), vector(0.8, 0.8, 0.8))
    assert run.rows.tolist() == [3, 5, 7]


def test_a_flat_side_leaves_the_order_to_the_other() -> None:
    rows = np.array([1, 2, 3])
    flat = vector(0.8, 0.8, 0.8)
    assert fuse(rows, vector(0.1, 0.9, 0.5), flat, flat).rows.tolist() == [2, 3, 1]
    assert fuse(rows, vector(0, 0, 0), vector(0.7, 0.9, 0.8), vector(0.7, 0.9, 0.8)).rows.tolist() == [
        2,
        3,
        1,
    ]


def test_without_candidates_there_is_an_empty_run() -> None:
    assert len(fuse(np.zeros(0, dtype=np.int64), vector(), vector(), vector()).rows) == 0


@given(st.lists(st.tuples(st.floats(0, 1), st.floats(-1, 1), st.floats(-1, 1)), max_size=30))
def test_every_candidate_is_ranked_once_by_finite_descending_scores(signals: list[tuple[float, ...]]) -> None:
    columns = np.array(signals, dtype=np.float32).reshape(-1, 3)
    run = fuse(np.arange(len(columns)), columns[:, 0], columns[:, 1], columns[:, 2])
    assert sorted(run.rows.tolist()) == list(range(len(columns)))
    assert np.isfinite(run.scores).all()
    assert (np.diff(run.scores) <= 0).all()


def test_the_noise_of_a_flat_side_does_not_decide() -> None:
    rows = np.array([1, 2])
    close = vector(0.80, 0.86)
    assert fuse(rows, vector(0.3001, 0.3), close, close).rows.tolist() == [2, 1]


def test_of_two_equals_the_one_worded_like_the_first_comes_first() -> None:
    rows, close = np.arange(8), np.array([0.9, 0.88, *[0.8] * 6], dtype=np.float32)
    first = ["一楼住户能得到补偿", "补偿由一楼住户商定"]
    others = ["完全是别的事情", "花园浇水排班表", "垃圾分类站点", "夜间停车收费", "读书会的书单"]
    run = fuse(rows, np.full(8, 0.5, np.float32), close, close, *first, *others, "一楼住户说起补偿")
    assert run.rows[:3].tolist() == [0, 1, 7]
