"""Numbers with units in a text: how many of what, how much money, what share – never dates and years.

Each keeps its exact place: ``text[number.start:number.end] == number.text``.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ingest.chunk import sentences
from search.cases.counted import kind_of, noun_of, per_of
from search.cases.numerals import NUMERAL, Reading, read
from search.cases.units import UNITS, Unit

if TYPE_CHECKING:
    from jieba import Tokenizer

Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Number:
    """A number as the text has it, and what it says; ``high`` is above ``value`` for a range only."""

    start: int
    end: int
    text: str
    value: float  # in ``unit``
    high: float
    unit: str
    kind: str  # what it is compared under: 户数, 人数, 金额, 比例 …
    noun: str  # what is counted; empty where the text doesn't say
    per: str  # 户 in 每户500元; empty for a total
    loose: str  # the word that makes it so: 约, 超过, 以上 …; 余 and 多 are part of ``text``
    about: bool  # not to be taken to the last digit
    sentence: Span  # where its sentence stands in the text


_FIGURE = re.compile(
    rf"(?P<share>百分之(?P<percent>{NUMERAL})|(?<![统专划归合])(?P<tenths>[一二两三四五六七八九])成(?P<half>半)?(?![立为了员功果长套不效就熟本品])"
    rf"|(?P<part>{NUMERAL})分之(?P<of>{NUMERAL}))"
    rf"|(?P<low>{NUMERAL})(?:\s?[-–—~～至到]\s?(?P<high>{NUMERAL}))?\s?(?:"
    + "|".join(f"(?P<u{n}>{unit.pattern})" for n, unit in enumerate(UNITS))
    + r")(?P<more>[多余半](?![元户人名万层种数]))?"
)
_NOT_BEFORE = re.compile(r"[第数几好每\d.A-Za-z〇零一二两三四五六七八九十百千万亿点号+×:：/-]$")
_LOOSE = re.compile(r"(?:大约|大概|将近|接近|约|近|逾|超过?|不足|不到|至少|估计)$|上(?=$)")
_LOOSE_AFTER = re.compile(r"以上|以下|左右|上下")
_BARE = re.compile(r"[百千万亿]")
_ONE_COUNTS = re.compile(r"(?:约|近|历时|用时|耗时|用了|花了|历经|满)$")
_FULL_WIDTH = str.maketrans("０１２３４５６７８９．％", "0123456789.%")


def numbers_in(text: str, segmenter: Tokenizer | None = None) -> tuple[Number, ...]:
    """All numbers with units, in reading order; ``segmenter`` cuts words that no list of nouns holds.

    >>> [(n.text, n.value, n.unit, n.noun) for n in numbers_in("2019年起，约三百多户居民出资12.5万元。")]
    [('三百多户', 300.0, '户', '居民'), ('12.5万元', 125000.0, '元', '出资')]
    """
    spans = sentences(text)
    starts = [start for start, _ in spans]
    found = _scan(text.translate(_FULL_WIDTH))
    return tuple(
        _number(text, match, unit, reading, spans[bisect_right(starts, match.start()) - 1], segmenter)
        for match, unit, reading in found
    )


def _scan(text: str) -> Iterator[tuple[re.Match[str], Unit, Reading]]:
    """The figures of a text, each with its unit and reading."""
    position = 0
    while match := _FIGURE.search(text, position):
        unit = _unit_of(match)
        reading = _reading_of(match)
        if reading and _is_figure(text, match, unit):
            position = match.end()
            yield match, unit, reading
        else:  # what looked like its numeral may still open the next one: 2018年5户
            position = match.end() if reading and unit.unit == "年" else match.start() + 1


def _unit_of(match: re.Match[str]) -> Unit:
    if match["share"]:
        return Unit("", "比例", "%")
    return next(unit for n, unit in enumerate(UNITS) if match[f"u{n}"])


def _reading_of(match: re.Match[str]) -> Reading | None:
    """The values, before the unit's factor; None where a numeral names none."""
    if match["percent"]:
        return read(match["percent"])
    if match["tenths"]:
        low = read(match["tenths"])
        tenths = low.low * 10 + (5 if match["half"] else 0) if low else 0.0
        return Reading(tenths, tenths)
    if match["part"]:
        return _fraction(read(match["part"]), read(match["of"]))
    low = read(match["low"])
    return _range(low, read(match["high"])) if low and match["high"] else low


def _fraction(part: Reading | None, of: Reading | None) -> Reading | None:
    if not part or not of or not part.low or of.low > part.low:
        return None
    share = round(of.low / part.low * 100, 4)
    return Reading(share, share)


def _range(low: Reading, high: Reading | None) -> Reading | None:
    """Two ends as one range; a 万 said once holds for both: 3至5万元."""
    if high is None:
        return None
    first = low.low * high.scale if low.scale == 1 and low.low < high.low / high.scale else low.low
    return Reading(first, high.high, low.about or high.about) if first < high.high else None


def _is_figure(text: str, match: re.Match[str], unit: Unit) -> bool:
    """Whether a match is an amount: no ordinal, no year or date, no 一个 that only is grammar."""
    before = text[max(match.start() - 4, 0) : match.start()]
    numeral = match["low"] or ""
    if _NOT_BEFORE.search(before):
        return False
    if match["share"]:
        return True
    if numeral == "二" or (unit.kind == "时长" and text.startswith(("前", "以前", "之前"), match.end())):
        return False  # 二轮 is the second, 五年前 a date
    if match[0] == "四处" or (unit.unit == "栋" and before.endswith(("期", "区", "苑", "号的"))):
        return False  # all over the place, and the name of a building: 一期5栋
    if numeral == "半":
        return unit.kind == "时长" and not before.endswith(("上", "下", "大", "多", "小", "前", "后"))
    if unit.unit == "年" and _is_year(text, match, numeral):
        return False
    if _BARE.match(numeral) and numeral[-1] not in "余多来" and not _LOOSE.search(before):
        return len(numeral) > 1 and unit.kind in {"金额", "户数", "人数"}
    if numeral == "一" and not match["high"]:
        spelled = unit.kind == "时长" and bool(_ONE_COUNTS.search(before))
        return bool(match["more"]) or "半" in match[0] or "多" in match[0] or spelled
    return True


def _is_year(text: str, match: re.Match[str], numeral: str) -> bool:
    """Whether 年 closes a calendar year: 2019年, 19年3月, 2015至2020年."""
    last = (match["high"] or numeral).replace(",", "")
    return bool(re.fullmatch(r"(?:19|20)\d\d|\d{3}", last)) or bool(
        re.match(r"\d{1,2}月", text[match.end() :])
    )


def _number(
    text: str,
    match: re.Match[str],
    unit: Unit,
    reading: Reading,
    sentence: Span,
    segmenter: Tokenizer | None,
) -> Number:
    start, end = match.span()
    name = unit.unit or match[0].removesuffix(match["more"] or "")[-1]
    half = _half(match)
    noun = noun_of(text, start, end, unit.kind, name, segmenter)
    loose = _loose(text, start, end)
    return Number(
        start=start,
        end=end,
        text=text[start:end],
        value=round(reading.low * unit.factor + half, 4),
        high=round(reading.high * unit.factor + half, 4),
        unit=name,
        kind=kind_of(noun, unit.kind, name),
        noun=noun,
        per=per_of(text, start, end),
        loose=loose,
        about=reading.about or bool(loose) or match["more"] in {"多", "余"},
        sentence=sentence,
    )


def _loose(text: str, start: int, end: int) -> str:
    """The word beside a number that says how exact it is."""
    match = _LOOSE.search(text[max(start - 3, 0) : start]) or _LOOSE_AFTER.match(text, end)
    return match[0] if match else ""


def _half(match: re.Match[str]) -> float:
    """The half of 一年半 and 两个半小时."""
    return 0.5 if match["more"] == "半" or re.search(r"个半[月小]", match[0]) else 0.0
