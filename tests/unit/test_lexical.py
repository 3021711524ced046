"""What a passage's words say for it."""

from __future__ import annotations

import pytest

from search import lexical
from search.query import QueryTerms

ASKED = QueryTerms(("电梯", "分摊", "费用"), (), ())


def found(*texts: str) -> lexical.Found:
    terms = lexical.weighted_terms(ASKED, 100, lambda *_: 5)
    return lexical.found(terms, 3, lexical.joined([lexical.units(text) for text in texts]), 30.0)


def test_words_close_together_say_more_than_the_same_words_apart() -> None:
    together, apart = (
        "标题\n电梯费用怎么分摊。请大家都来说一说话吧。",
        "标题\n电梯怎么装吧。费用大家都来。分摊说一说。",
    )
    assert len(together) == len(apart)
    shares = found(together, apart)
    assert shares.text[0] == pytest.approx(shares.text[1])
    assert shares.sentence[0] > 1.5 * shares.sentence[1]


def test_a_sentence_is_read_with_the_title_and_with_no_other() -> None:
    titled, untitled, other = "电梯怎么装？\n费用分摊。", "无题\n费用分摊。", "电梯\n别的事。"
    for texts in ((titled, untitled, other), (untitled, other, titled)):
        shares = dict(zip(texts, found(*texts).sentence, strict=True))
        assert shares[titled] > 1.3 * shares[untitled] > 1.3 * shares[other] > 0


def test_a_title_counts_once_for_itself() -> None:
    shares = found("电梯费用分摊\n", "\n电梯费用分摊").sentence
    assert shares[0] == pytest.approx(shares[1])


def test_without_words_or_texts_nothing_is_found() -> None:
    assert found().text.shape == (0,)
    nothing = lexical.found([], 0, lexical.joined([lexical.units("甲\n乙")]), 30.0)
    assert nothing.text.tolist() == nothing.sentence.tolist() == nothing.covered.tolist() == [0.0]
