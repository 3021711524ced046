"""What the confidence is made of."""

from __future__ import annotations

import numpy as np
import pytest

from search import confidence, lexical
from search.confidence import Logistic
from search.fuse import Ranking
from search.language.synonyms import Synonym
from search.models import Run
from search.query import QueryTerms

WORDS = QueryTerms(("加梯", "分摊", "无人机"), (), (), (Synonym("加梯", ("加装电梯",)),))
FREQUENCY = {"加梯": 1, "分摊": 10, "无人机": 0}


def covered(*texts: str) -> float:
    terms = lexical.weighted_terms(WORDS, 100, lambda _, word: FREQUENCY.get(word, 0))
    held = [lexical.units(f"\n{text}") for text in texts]
    shares = lexical.found(terms, len(WORDS.words), lexical.joined(held), 10.0).covered
    return float(shares.max(initial=0))


def ranking(*closeness: float, covered: float = 0.0) -> Ranking:
    rows = np.arange(len(closeness))
    shares = np.full(len(rows), covered, np.float32)
    return Ranking(Run(rows, np.zeros(len(rows), np.float32)), np.array(closeness, np.float32), shares)


def test_a_passage_covers_the_words_it_holds_itself_or_by_a_synonym() -> None:
    assert covered("加装电梯的费用怎么分摊") == covered("加梯，分摊")
    assert covered("加梯") > covered("分摊") > covered("别的事") == 0  # a rare word weighs more
    assert covered("加梯", "分摊") == covered("加梯")  # the best one, not all together
    assert covered("加梯，分摊，用无人机") == pytest.approx(1)
    assert covered() == 0


def test_closer_passages_and_more_of_the_words_make_surer() -> None:
    model = confidence.CALIBRATED["multilingual-e5-small"]
    near, far = ranking(0.6, 0.55, 0.5, covered=0.5), ranking(0.5, 0.45, 0.4, covered=0.5)
    assert confidence.of_answer(model, near) > confidence.of_answer(model, far)
    assert confidence.of_answer(model, near) > confidence.of_answer(
        model, ranking(0.6, 0.55, 0.5, covered=0.1)
    )
    assert confidence.of_answer(model, ranking()) == 0


def test_a_place_not_covered_is_never_answered_however_sure_the_rest() -> None:
    sure = Logistic(50.0, 0.0, 0.0)
    assert confidence.of_answer(sure, ranking(0.9, covered=1.0)) == 1
    assert confidence.of_answer(sure, ranking(0.9, covered=1.0), uncovered=True) < confidence.ANSWERABLE
