from __future__ import annotations

import numpy as np
import pytest

from search.cases.match import Side, document_scores, match, usual_closeness
from search.cases.overlap import Term, contained, shared_words, shingles, telling_terms, term_score


def unit(*rows: list[float]) -> np.ndarray:
    vectors = np.array(rows, dtype=np.float32)
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


def test_of_two_passages_as_close_the_one_of_the_same_aspect_is_taken() -> None:
    library = Side(unit([1, 0.1, 0], [1, 0.1, 0], [0, 1, 0], [0, 0, 1]), ("做法", "问题", "问题", "问题"))
    found = match(Side(unit([1, 0, 0]), ("问题",)), library, np.array([0, 0, 1, 1]), 2)
    assert found.best.tolist() == [[1, 2]] or found.best.tolist() == [[1, 3]]


def test_a_closer_passage_of_the_other_aspect_still_wins() -> None:
    library = Side(unit([1, 0, 0], [0.2, 1, 0], [0, 1, 0], [0, 0, 1]), ("做法", "问题", "问题", "问题"))
    found = match(Side(unit([1, 0, 0]), ("问题",)), library, np.array([0, 0, 1, 1]), 2)
    assert found.best[0, 0] == 0


def test_each_group_weighs_the_same_however_many_passages_it_has() -> None:
    library = Side(unit([1, 0], [0, 1]), ("问题", "做法"))
    documents = np.array([0, 1])
    one = match(Side(unit([1, 0], [0, 1]), ("问题", "做法")), library, documents, 2)
    three = match(Side(unit([1, 0], [1, 0], [0, 1]), ("问题", "问题", "做法")), library, documents, 2)
    assert document_scores(one, ("问题", "做法")) == pytest.approx(
        document_scores(three, ("问题", "问题", "做法")), abs=0.05
    )


def test_the_usual_closeness_leaves_out_passages_of_the_same_document() -> None:
    library = Side(unit([1, 0], [1, 0.01], [0, 1]), ("", "", ""))
    low, middle = usual_closeness(library, np.array([0, 0, 1]))
    assert low <= middle < 0.2


def test_a_word_inside_a_found_longer_one_is_no_second_reason() -> None:
    own = [Term("时间银行", 3.0), Term("银行", 2.0), Term("积分", 1.5), Term("每天", 1.4, topic=False)]
    assert shared_words(own, "时间银行用积分，每天都开") == ("时间银行", "积分")


def test_a_synonym_counts_as_its_word_and_is_named_as_the_text_has_it() -> None:
    own = [Term("外卖员", 2.0, others=("骑手",))]
    assert shared_words(own, "给骑手开的驿站") == ("骑手",) and term_score(own, "骑手") > 0
    assert term_score(own, "花园") == 0.0


def test_no_terms_share_nothing() -> None:
    assert term_score([], "花园") == 0.0 and shared_words([], "花园") == ()


def test_the_same_text_is_contained_whatever_its_punctuation() -> None:
    one = shingles("居民认领地块，轮流浇水养护。")
    assert contained(one, shingles("居民认领地块 轮流浇水养护！还有别的。")) == 1.0
    assert contained(shingles(""), one) == 0.0


def test_words_that_every_proposal_has_are_not_telling() -> None:
    from ingest import terms

    found = telling_terms(
        "停车项目", "停车项目的背景和目标", terms.full_segmenter(), 100, lambda field, word: 5
    )
    assert [term.text for term in found] == ["停车"]
