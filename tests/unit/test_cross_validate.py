from __future__ import annotations

import numpy as np
import pytest

from tests.quality.cross_validate import Matrix, fit, out_of_fold


@pytest.fixture
def rows() -> Matrix:
    random = np.random.default_rng(1)
    return np.column_stack([np.ones(4000), random.normal(size=(4000, 2))])


def test_the_fit_finds_the_slopes_that_made_the_answers(rows: Matrix) -> None:
    chance = 1 / (1 + np.exp(-(rows @ np.array([0.0, 2.0, -1.0]))))
    answerable = np.random.default_rng(2).random(len(rows)) < chance
    assert fit(rows, answerable)[1:] == pytest.approx([2.0, -1.0], abs=0.2)


def test_labels_without_any_reason_are_not_learned_by_heart(rows: Matrix) -> None:
    few, labels = rows[:200], np.random.default_rng(3).random(200) < 0.5
    chances = out_of_fold(few, labels)
    assert ((chances > 0.5) == labels).mean() < 0.6
    assert (chances == out_of_fold(few, labels)).all()
