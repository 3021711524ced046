"""Which sentences can be quoted without those around them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.chunk import sentences
from search.quotable import sentences_of, stands_alone

WALK = "社工先挨家挨户走访，记下每户的顾虑。"


@pytest.mark.parametrize(
    "sentence",
    [
        "可见这是项目一线绕不开的题目。",
        "其二，要留出时间让人反悔。",
        "这套做法在三个小区都用过。",
        "以它为枢纽，就近再布几个服务站。",
        "作者主张分清各方的责任。",
        "接着由业委会把名单贴出来。",
    ],
)
def test_what_leans_on_the_sentence_before_cannot_stand_alone(sentence: str) -> None:
    assert not stands_alone(sentence)


@pytest.mark.parametrize(
    "sentence",
    [
        "编者从这里整理出下面几条可以照着做的建议。",
        "编者从正反两面的材料里，提三条建议给管理者。",
        "居民为什么不愿意来参加议事会呢？",
        "备注：整理自公开报道，引用前请核对原文。",
        "没有选上的提案后来怎样，所见材料没有交代。",
        "一、背景与问题",
        "2021年 | 3个 | 完成。",
        "主要有以下几点：",
    ],
)
def test_announcements_questions_notes_headings_and_rows_cannot_stand_alone(sentence: str) -> None:
    assert not stands_alone(sentence)


def test_a_list_marker_is_not_part_of_a_sentence() -> None:
    assert [sentence.text for sentence in sentences_of(f"- {WALK}")] == [WALK]


def test_half_a_sentence_is_never_quoted() -> None:
    first, second = sentences_of(
        "靠政协的平台把不同意见摆到桌面上谈；低层居民里也有愿意的，理由是小区整体会增值。"
    )
    assert not first.alone and not second.alone


@given(st.text(alphabet="社工走访。；！？\n -1、（）“”", max_size=80))
def test_every_span_of_the_index_has_its_sentence_and_the_words_stand_there(text: str) -> None:
    found = sentences_of(text)
    assert [(s.start, s.end) for s in found] == sentences(text)
    assert all(s.text in text[s.start : s.end] for s in found)
