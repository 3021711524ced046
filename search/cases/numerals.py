"""Read a numeral: 1,009 · 3.2亿 · 三百多 · 十几万 · 两三百 → its value, or the two ends of its range."""

from __future__ import annotations

import re
from dataclasses import dataclass

_DIGITS = {char: value for value, char in enumerate("〇一二三四五六七八九")} | {"零": 0, "两": 2}
_TENS = {"十": 10, "百": 100, "千": 1_000}
_MYRIADS = {"万": 10_000, "亿": 100_000_000}
_SOME = "余多来几"

ARABIC = r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d{1,12}(?:\.\d{1,4})?"
SCALE = rf"\s?[{_SOME}]?(?:[十百千]?万亿?|亿|千|百)"
_CHINESE = "〇零一二两三四五六七八九十百千万亿"
NUMERAL = (
    rf"(?:(?:{ARABIC})(?:{SCALE})?[{_SOME}]?"
    rf"|[{_CHINESE}]{{1,12}}(?:点[〇零一二三四五六七八九]{{1,4}}[万亿]?)?(?:[{_SOME}][万亿千百]?)?"
    r"|半)"
)
"""Pattern of what ``read`` may understand."""

_SPLIT = re.compile(rf"(?P<number>{ARABIC})\s?(?P<scale>[十百千]?万亿?|亿|千|百)?")
_PAIR = re.compile(r"(.*?)([一二两三四五六七八九])([二三四五六七八九])([十百千万亿]*)")


@dataclass(frozen=True, slots=True)
class Reading:
    """What a numeral says: from ``low`` to ``high`` (the same unless it is a range), ``about`` when it is loose."""

    low: float
    high: float
    about: bool = False
    scale: float = 1.0  # the 万 or 亿 that closes it, for a range that names it once: 3到5万


def read(text: str) -> Reading | None:
    """The value of a numeral; None where it names none (几十, 数百, a row of digits such as 二〇二四).

    >>> read("三百多")
    Reading(low=300.0, high=300.0, about=True, scale=1.0)
    """
    if text == "半":
        return Reading(0.5, 0.5)
    if text[:1] in _SOME:  # the empty text, too
        return None
    bare = re.sub(rf"[{_SOME}\s]", "", text)
    about = any(char in text for char in _SOME)
    if match := _SPLIT.fullmatch(bare):
        scale = _scale(match["scale"] or "")
        value = round(float(match["number"].replace(",", "")) * scale, 4)
        return Reading(value, value, about, scale)
    return _read_chinese(bare, about)


def _scale(text: str) -> float:
    value = 1.0
    for char in text:
        value *= (_TENS | _MYRIADS)[char]
    return value


def _read_chinese(text: str, about: bool) -> Reading | None:
    scale = float(_MYRIADS.get(text[-1:], 1))
    value = chinese_value(text)
    if value is not None:
        return Reading(float(value), float(value), about, scale)
    if match := _PAIR.fullmatch(text):  # 两三百, 七八十, 十五六
        head, first, second, tail = match.groups()
        low, high = chinese_value(head + first + tail), chinese_value(head + second + tail)
        if low is not None and high is not None and 0 < _DIGITS[second] - _DIGITS[first] <= 2:
            return Reading(float(low), float(high), True, scale)
    return None


def chinese_value(text: str) -> float | None:
    """The value of a Chinese numeral; None when it isn't one, or has two digits side by side.

    >>> chinese_value("一万二千三百"), chinese_value("两千三"), chinese_value("三点五万"), chinese_value("三四")
    (12300, 2300, 35000.0, None)
    """
    if "点" in text:
        return _decimal(text)
    total, myriad, digit, step = 0, 0, -1, 1
    for char in text:
        if char in _DIGITS:
            if digit > 0:
                return None
            digit, step = _DIGITS[char], 1 if char in "〇零" else step
        elif char in _TENS:
            myriad += (1 if digit < 0 else digit) * _TENS[char]
            digit, step = -1, _TENS[char] // 10
        elif char in _MYRIADS:
            section = myriad + max(digit, 0)
            section = section or int(
                not total
            )  # 万 alone is one myriad, the 亿 of 一万亿 has its number before it
            big = _MYRIADS[char]
            total = (total + section) * big if total < big else total + section * big
            myriad, digit, step = 0, -1, _MYRIADS[char] // 10
        else:
            return None
    return total + myriad + max(digit, 0) * step if text else None


def _decimal(text: str) -> float | None:
    """三点五万, read digit by digit behind the point."""
    whole, _, rest = text.partition("点")
    scale = _MYRIADS.get(rest[-1:], 1)
    digits = rest.rstrip("万亿")
    value = chinese_value(whole)
    if value is None or not digits or not all(char in _DIGITS for char in digits):
        return None
    fraction = float("0." + "".join(str(_DIGITS[char]) for char in digits))
    return (value + fraction) * scale
