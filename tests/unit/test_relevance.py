"""What makes a sentence likely to answer a question."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from ingest.models import Aspect, Passage
from ingest.passage_store import StoredPassage
from search import relevance
from search.models import Vectors
from search.quotable import sentences_of
from search.relevance import SIGNALS, Asked, Source, signals

TEXT = "社工先挨家挨户走访，记下每户的顾虑。楼道里贴出方案和每层的分摊金额。居民难以看懂账目。"


def asked(text: str = "分摊", words: int = 2) -> Asked:
    return Asked(text, np.array([[1.0, 0.0]], dtype=np.float32), np.ones(words, dtype=np.float32))


def source(aspect: Aspect = "做法", hit: int = 1, row: int = 0, document: int = 0) -> Source:
    sentences = sentences_of(TEXT)
    stored = StoredPassage(row, document, 0, Passage(0, 0, len(TEXT), TEXT, aspect=aspect))
    vectors = np.array([[0.5, 0.1], [0.5, 0.1], [0.5, 0.1]], dtype=np.float32)
    return Source(
        stored,
        hit,
        5.0,
        0.5,
        sentences,
        vectors,
        np.zeros((3, 2), dtype=np.bool_),
        np.zeros(2, dtype=np.bool_),
    )


def signal(name: str, own: Asked, *sources: Source) -> list[float]:
    return signals(own, sources)[:, SIGNALS.index(name)].tolist()


def probabilities(own: Asked, sources: list[Source], model: str = "multilingual-e5-small") -> Vectors:
    return relevance.probabilities(relevance.logistic_for(model), own, sources)


def test_what_holds_the_words_that_title_and_headings_leave_over_is_likelier() -> None:
    held = np.array([[True, False], [False, True], [False, False]])
    about = replace(source(), held=held, named=np.array([True, False]))
    assert signal("focus", asked(), about)[1] > signal("focus", asked(), about)[0]
    first, second, _ = probabilities(asked(), [about])
    assert second > first


def test_where_the_title_names_every_word_no_sentence_is_marked_down_for_it() -> None:
    about = replace(source(), named=np.array([True, True]))
    assert signal("focus", asked(), about) == pytest.approx([relevance.USUAL] * 3)


def test_the_closer_sentence_is_likelier() -> None:
    near = replace(source(), vectors=np.array([[0.5, 0], [0.55, 0], [0.45, 0]], dtype=np.float32))
    _, close, far = probabilities(asked(), [near])
    assert close > far


def test_background_is_likelier_to_answer_nothing() -> None:
    assert (probabilities(asked(), [source("背景")]) < probabilities(asked(), [source("做法")])).all()


def test_a_part_of_a_question_is_answered_by_what_is_close_to_that_part() -> None:
    parts = replace(asked(), vectors=np.array([[1.0, 0.0], [0.0, 1.0]], dtype=np.float32))
    other = replace(source(), vectors=np.array([[0.1, 0.6], [0.1, 0.1], [0.1, 0.1]], dtype=np.float32))
    assert signal("cosine", parts, other)[0] > signal("cosine", parts, other)[1]


def test_a_difficulty_counts_where_one_is_asked_for() -> None:
    assert signal("hardship", asked("加装电梯有哪些困难"), source()) == [0, 0, 1]
    assert signal("hardship", asked("加装电梯费用分摊"), source()) == [0, 0, 0]


def test_hits_of_a_document_are_counted_and_what_is_folded_under_them_is_not() -> None:
    first, second, folded = source(hit=1, row=0), source(hit=2, row=1), source(hit=1, row=2)
    assert set(signal("second", asked(), first, second, folded)) == {2}
    assert set(signal("second", asked(), first, folded)) == {1}


def test_probabilities_are_probabilities_whatever_the_signals() -> None:
    wild = replace(source(), score=1e9, closeness=-1e9)
    found = probabilities(
        asked(words=0), [replace(wild, held=np.zeros((3, 0), bool), named=np.zeros(0, bool))]
    )
    assert ((found >= 0) & (found <= 1)).all()


def test_of_a_model_whose_cosines_are_unknown_only_words_count() -> None:
    near = replace(source(), vectors=np.array([[0.9, 0], [0.1, 0], [0.5, 0]], dtype=np.float32))
    _, second, third = probabilities(asked(), [near], "another")
    assert second == third
