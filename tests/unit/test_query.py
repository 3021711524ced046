from __future__ import annotations

import pytest

from ingest.errors import QueryError
from search.query import clean, parse_filters, terms_of


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "请先输入"),
        (" \n\t", "请先输入"),
        ("？！。。。", "标点"),
        ("\x00\x1b", "请先输入"),
        ("参" * 10_000, "10000 个字"),
    ],
)
def test_what_cannot_be_searched_for_is_refused_in_words(text: str, says: str) -> None:
    with pytest.raises(QueryError, match=says):
        clean(text)


def test_control_characters_and_direction_marks_are_dropped() -> None:
    assert clean("居民\x00参与\u202e度 ") == "居民 参与 度"


def test_markup_is_a_question_like_any_other() -> None:
    assert clean("<script>alert(1)</script>") == "<script>alert(1)</script>"


def test_question_words_are_left_out_unless_there_is_nothing_else() -> None:
    assert terms_of("如何提升居民参与度").words == ("提升", "居民", "参与", "参与度", "居民参与度")
    assert terms_of("怎么办").words == ("怎么", "怎么办")


def test_no_bigram_reaches_over_a_question_word() -> None:
    assert "升如" not in terms_of("提升如何参与").bigrams


def test_traditional_and_full_width_ask_the_same() -> None:
    assert terms_of("樓組長２０２４") == terms_of("楼组长2024")


@pytest.mark.parametrize("pair", ["city", "city=", "planet=火星", "=成都市"])
def test_an_unknown_filter_is_refused(pair: str) -> None:
    with pytest.raises(QueryError, match="筛选条件"):
        parse_filters([pair])
