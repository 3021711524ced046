from __future__ import annotations

import math

from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.errors import QueryError
from search.cases.brief import read_brief
from search.cases.numbers import numbers_in
from search.cases.numerals import chinese_value, read

TEXT = st.text(
    alphabet="0123456789,.%〇零一二两三四五十百千万亿半余多来几约近第年月日户人名元平方米个次场栋至-成分之百点，。的居民|\n １％",
    max_size=60,
)
DIGITS = "零一二三四五六七八九"


def chinese(value: int) -> str:
    """A whole number below 100,000,000 in Chinese, the plain way."""
    if value >= 10_000:
        rest = value % 10_000
        gap = "零" if 0 < rest < 1_000 else ""
        return chinese(value // 10_000) + "万" + (gap + chinese(rest) if rest else "")
    out, gap = "", False
    for unit, name in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit = value // unit % 10
        if digit:
            out += ("零" if gap and out else "") + DIGITS[digit] + name
            gap = False
        else:
            gap = True
    return out or "零"


@given(TEXT | st.text(max_size=80))
def test_any_text_is_read_and_every_span_is_exact(text: str) -> None:
    end = 0
    for number in numbers_in(text):
        assert number.start >= end and text[number.start : number.end] == number.text != ""
        assert math.isfinite(number.value) and 0 <= number.value <= number.high
        first, last = number.sentence
        assert first <= number.start < last <= len(text)
        end = number.end


@given(st.text(alphabet="0123456789,.〇零一二两三四五六七八九十百千万亿余多来几点半 ", max_size=15))
def test_any_numeral_is_read_or_refused(text: str) -> None:
    reading = read(text)
    assert reading is None or (math.isfinite(reading.low) and 0 <= reading.low <= reading.high)


@given(st.integers(1, 99_999_999))
def test_a_number_written_in_chinese_is_read_back(value: int) -> None:
    assert chinese_value(chinese(value)) == value


@given(st.integers(0, 9_999_999))
def test_a_number_of_households_is_found_whatever_its_size(value: int) -> None:
    (number,) = numbers_in(f"小区有{value}户居民。")
    assert (number.value, number.unit) == (value, "户")


@settings(deadline=None)
@given(TEXT | st.text(max_size=200))
def test_any_proposal_is_read_or_refused(text: str) -> None:
    try:
        brief = read_brief(text)
    except QueryError:
        return
    assert brief.passages and all(passage.text.strip() for passage in brief.passages)
