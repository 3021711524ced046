from __future__ import annotations

import pytest

from search.cases.numbers import Number, numbers_in
from search.cases.numerals import read
from search.cases.reasons import in_words


def only(text: str) -> Number:
    found = numbers_in(text)
    assert len(found) == 1, [number.text for number in found]
    return found[0]


@pytest.mark.parametrize(
    ("text", "value", "unit", "kind"),
    [
        ("全楼18户。", 18, "户", "户数"),
        ("约三百多户居民", 300, "户", "户数"),
        ("财政投入3.2亿元", 320_000_000, "元", "金额"),
        ("拨了900多万元", 9_000_000, "元", "金额"),
        ("补贴两千三百元", 2300, "元", "金额"),
        ("占地57.5亩", 38333.525, "平方米", "面积"),
        ("面积0.63平方公里", 630_000, "平方米", "面积"),
        ("满意度百分之九十五点六", 95.6, "%", "比例"),
        ("九成居民反对", 90, "%", "比例"),
        ("三分之二的业主同意", 66.6667, "%", "比例"),
        ("开了22次议事会", 22, "场次", "场次"),
        ("历时一年半", 1.5, "年", "时长"),
        ("用了两个半月", 2.5, "个月", "时长"),
        ("改造四十九栋", 49, "栋", "楼栋"),
        ("新增120个车位", 120, "个", "车位"),
        ("装了206台电梯", 206, "台", "设备"),
        ("收集意见7864项", 7864, "项", "意见"),
        ("接待１２００人次", 1200, "人次", "人次"),
    ],
)
def test_a_number_is_read_with_its_unit(text: str, value: float, unit: str, kind: str) -> None:
    number = only(text)
    assert (number.value, number.unit, number.kind) == (pytest.approx(value), unit, kind)


@pytest.mark.parametrize(
    "text",
    [
        "2019年3月15日，二〇二〇年再开工。",
        "上世纪八九十年代的老小区，80年代建成。",
        "第三次会议在5号楼开，第一轮先问底楼。",
        "一个小区一张表，每户一册，先做一件看得见的事。",
        "几十户人家，数百人参加，好几百条意见。",
        "打12345热线，按“123”模式做，设24小时警务站，建15分钟生活圈。",
        "五年前就提过，三楼以上都想装，四处堆着杂物。",
        "三元里离火车站近，演练设在一期5栋，门牌统一成古朴的样式，2022年下半年用了大半年。",
    ],
)
def test_dates_names_and_ordinals_are_no_numbers(text: str) -> None:
    assert [number.text for number in numbers_in(text)] == []


def test_a_range_has_two_ends_and_a_unit_said_once_holds_for_both() -> None:
    number = only("每栋补贴3至5万元")
    assert (number.value, number.high, number.per) == (30_000, 50_000, "栋")
    assert (only("有两三百户").value, only("有两三百户").high) == (200, 300)


@pytest.mark.parametrize(
    ("text", "noun"),
    [
        ("有1009户，车位却只有526个。", "车位"),
        ("发动了20余名退休党员参加。", "退休党员"),
        ("一共改30个老旧小区。", "老旧小区"),
        ("居民满意度超过95%。", "居民满意度"),
        ("85%的居民同意。", "居民"),
        ("老年居民占39.6%。", "老年居民"),
        ("厨余垃圾纯度 | 80%以上", "厨余垃圾纯度"),
        ("募集善款17452.76元。", "善款"),
        ("来自30多个国家的居民。", "国家"),
        ("有44个老旧的自治院落。", "老旧自治院落"),
        ("社区里的时代豪庭还住着155名外籍人士。", "外籍人士"),
    ],
)
def test_what_is_counted_stands_beside_the_number(text: str, noun: str) -> None:
    assert numbers_in(text)[-1].noun == noun


def test_what_only_follows_a_number_is_no_part_of_it() -> None:
    assert only("一共6幢多层住宅").text == "6幢"


def test_a_number_keeps_its_sentence() -> None:
    text = "先开会。三栋楼都签了。再动工。"
    number = only(text)
    assert text[slice(*number.sentence)] == "三栋楼都签了。"


def test_a_number_is_shown_as_the_text_has_it() -> None:
    assert in_words(only("超过5万元资金")) == "超过5万元（资金）"
    assert in_words(only("每平方米30元")) == "每平方米30元"
    assert in_words(only("办活动200场以上")) == "200场以上活动"
    assert in_words(only("快递员两百多人")) == "快递员两百多人"


def test_a_numeral_that_names_no_value_is_none() -> None:
    assert [read(text) for text in ("二〇二四", "几十", "", "余", "点五")] == [None] * 5


def test_one_myriad_hundred_millions_is_read() -> None:
    reading = read("一万亿")
    assert reading is not None and reading.low == 1e12
