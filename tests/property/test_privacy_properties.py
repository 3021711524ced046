from __future__ import annotations

import datetime

from hypothesis import given
from hypothesis import strategies as st

from ingest.privacy import find, mask, passes_luhn

FRAGMENTS = st.sampled_from(
    "13812345678_1381234_5678_6222_0212_3456_7894_11010519491231002X_+86_86_@_qq.com_3_12_弄_号_栋_单元_室_楼_月_元_编号_卡号"
    "_一_〇_８_Ｘ_－_*_._，_|_www._http://_ _\n".split("_")
)
TEXT = st.lists(FRAGMENTS, max_size=25).map("".join)
PROVINCES = st.sampled_from(["11", "31", "44", "51", "65", "82"])
BORN = st.dates(datetime.date(1900, 1, 1), datetime.date(2025, 12, 31))
AROUND = st.sampled_from(["", "身份证", "王阿姨：", "| ", "（", "，电话 "])


def check_digit(first: str) -> str:
    """ISO 7064 MOD 11-2 by its definition: the weighted sum of all 18 is 1 modulo 11."""
    total = sum(int(digit) * 2 ** (17 - place) for place, digit in enumerate(first))
    return next("0123456789X"[last] for last in range(11) if (total + last) % 11 == 1)


@st.composite
def identity_numbers(draw: st.DrawFn) -> str:
    county, serial = draw(st.integers(0, 9999)), draw(st.integers(0, 999))
    first = f"{draw(PROVINCES)}{county:04}{draw(BORN):%Y%m%d}{serial:03}"
    return first + check_digit(first)


@st.composite
def tables(draw: st.DrawFn) -> str:
    """Rows of what a statistics table holds: counts, amounts, shares, years, dates."""
    cell = st.one_of(
        st.integers(0, 9_999_999_999).map(str),
        st.integers(0, 99_999_999).map(lambda n: f"{n:,}"),
        st.floats(0, 1e6).map(lambda x: f"{x:.2f}"),
        st.integers(0, 10000).map(lambda n: f"{n / 100}%"),
        BORN.map(lambda day: f"{day:%Y-%m-%d}"),
        BORN.map(lambda day: f"{day:%Y%m%d}"),
        st.integers(1, 99).map(lambda n: f"{n}号楼"),
        st.integers(1, 9999).map(lambda n: f"{n}户"),
    )
    rows = draw(st.lists(st.lists(cell, min_size=1, max_size=8), min_size=1, max_size=8))
    return "\n".join(" | ".join(row) for row in rows)


@given(TEXT)
def test_a_masked_text_is_as_long_and_holds_nothing_more(text: str) -> None:
    clean = mask(text)
    assert len(clean) == len(text)
    assert mask(clean) == clean
    assert [line.count("|") for line in clean.split("\n")] == [line.count("|") for line in text.split("\n")]


@given(TEXT)
def test_only_what_was_found_is_changed(text: str) -> None:
    clean = mask(text)
    assert all(new in (old, "*") for old, new in zip(text, clean, strict=True))
    assert (clean != text) == bool(find(text))


@given(AROUND, identity_numbers(), st.booleans())
def test_every_valid_identity_number_is_found(before: str, number: str, wide: bool) -> None:
    written = "".join(chr(ord(char) + 0xFEE0) for char in number) if wide else number
    found = find(f"{before}{written}。")
    assert [(f.kind, f.start, f.end) for f in found] == [("身份证号", len(before), len(before) + 18)]


@given(identity_numbers(), st.integers(1, 9))
def test_an_identity_number_with_a_wrong_digit_is_none(number: str, off: int) -> None:
    wrong = number[:16] + str((int(number[16]) + off) % 10) + number[17]
    assert all(f.kind != "身份证号" for f in find(wrong))


@given(st.integers(10**14, 10**15 - 1))
def test_one_last_digit_in_ten_makes_a_card(first: int) -> None:
    assert sum(passes_luhn(f"{first}{last}") for last in range(10)) == 1


@given(tables())
def test_a_table_of_statistics_is_no_personal_data(text: str) -> None:
    assert find(text) == []
