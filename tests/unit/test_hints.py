"""Filters that a question suggests: the traps by example, the promise – only what the library has – by property."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.language.hints import Hint, hints

KNOWN = {
    "kind": ("案例", "培训", "报告"),
    "province": ("四川省", "上海市", "北京市", "江苏省"),
    "city": ("成都市", "上海市", "北京市", "南京市", "苏州市", "重庆市", "宁波市", "广州市"),
    "district": ("静安区", "浦东新区", "锦江区", "朝阳区", "高新区", "长寿区", "友好区", "海曙区", "南山区"),
    "street": ("南京西路街道", "潍坊新村街道", "陆家嘴街道", "玉林街道", "花园路街道", "火车南站街道"),
    "year": tuple(map(str, range(2012, 2027))),
    "project_class": ("示范类",),
    "aspect": ("背景", "做法", "成效", "困难", "启示", "工具"),
}


def told(question: str) -> list[tuple[str, str]]:
    return [(hint.name, hint.value) for hint in hints(question, KNOWN)]


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("成都的案例", [("city", "成都市"), ("kind", "案例")]),
        ("静安", [("district", "静安区")]),
        ("浦东的社区规划师", [("district", "浦东新区")]),
        ("上海有哪些", [("city", "上海市")]),  # city before province
        ("四川的经验", [("province", "四川省")]),
        ("南京和苏州", [("city", "南京市"), ("city", "苏州市")]),
        ("宁波海曙那边", [("city", "宁波市"), ("district", "海曙区")]),
        ("潍坊新村怎么分组", [("street", "潍坊新村街道")]),
        ("南京西路街道的商户", [("street", "南京西路街道")]),
        (
            "成都锦江的院落",
            [("city", "成都市"), ("district", "锦江区")],
        ),  # a word by itself, a place after its city
        ("2024年怎么分类", [("year", "2024")]),
        ("二〇二四年", [("year", "2024")]),
        ("2018到2020年", [("year", "2018"), ("year", "2019"), ("year", "2020")]),
        ("培训资料", [("kind", "培训")]),
        ("调研报告", [("kind", "报告")]),
        ("示范类项目", [("project_class", "示范类")]),
        ("加装电梯遇到哪些困难", [("aspect", "困难")]),
        ("失败的案例", [("kind", "案例"), ("aspect", "困难")]),
        ("自治金试点效果", [("aspect", "成效")]),
        ("靜安區的案例", [("district", "静安区"), ("kind", "案例")]),  # traditional
    ],
)
def test_what_a_question_names_is_offered(question: str, expected: list[tuple[str, str]]) -> None:
    assert told(question) == expected


@pytest.mark.parametrize(
    "question",
    [
        "南京西路的商户", "北京东路", "上海话怎么推广", "苏州河步道", "广州塔", "重庆火锅", "上海大学", "成都银行",  # part of another name
        "社区", "街道", "花园路", "火车南站", "玉林",  # no place, or a road, a station
        "长寿老人", "友好社区", "高新技术", "朝阳的楼门", "南山公园",  # a word as well
        "昆明", "哈尔滨", "1999年",  # not in the library
        "2015户", "2017年以来", "2013-2025年", "12345热线",  # no year, or too open a period
        "楼组长怎么培训", "案例怎么写", "评估报告怎么写", "报告会",  # the thing itself is asked about
        "困难家庭怎么帮", "无障碍改造", "解决困难", "停车困难", "效果图",  # no aspect
        "除了上海以外", "不要成都的", "", " ", "？",
    ],
)  # fmt: skip
def test_traps_give_no_hint(question: str) -> None:
    assert told(question) == []


def test_what_is_excluded_is_not_offered_but_the_rest_is() -> None:
    assert told("除了上海还有哪些案例") == [("kind", "案例")]
    assert told("成都以外的案例") == [("kind", "案例")]


def test_a_hint_shows_the_words_as_they_were_typed() -> None:
    assert hints("靜安的案例和案例", KNOWN) == (
        Hint("district", "静安区", ("靜安",)),
        Hint("kind", "案例", ("案例",)),
    )
    assert [hint.words for hint in hints("2018到2020年", KNOWN)] == [
        ("2018",),
        ("2018到2020年",),
        ("2020年",),
    ]


def test_without_known_values_there_is_no_hint() -> None:
    assert hints("2024年成都的案例有哪些困难", {}) == ()


@given(st.text(alphabet="静安区成都市南京西路案例困难效果2024年除了以外，的 ", max_size=30))
def test_only_known_values_and_words_of_the_question(question: str) -> None:
    found = hints(question, KNOWN)
    assert len({(hint.name, hint.value) for hint in found}) == len(found)
    for hint in found:
        assert hint.value in KNOWN[hint.name]
        assert hint.words and all(word and word in question for word in hint.words)


@given(
    st.text(max_size=60),
    st.dictionaries(st.sampled_from(sorted(KNOWN)), st.lists(st.text(max_size=6), max_size=4)),
)
def test_never_raises(question: str, known: dict[str, list[str]]) -> None:
    hints(question, known)
