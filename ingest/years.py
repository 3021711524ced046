"""The years that a document is about, from its dates and periods, not from laws, building ages or amounts.

What a document tells goes on until its sources were published.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ingest.models import Section

FIRST, LAST = 1990, 2049
GAP = 7  # years between two dates that still make one period; swept 1 to 8 on half of the library
LONGEST = 20  # years of a stated period, and from a start (启动, 立项) to the next date

_NUMERALS = str.maketrans("〇○零一二三四五六七八九", "000123456789")
_CHINESE_YEAR = re.compile(r"(?:二[〇○零]|一九)[〇○零一二三四五六七八九]{2}(?=年)")
_YEAR = r"(?<![\d.])((?:19|20)\d\d)"
_DASH = r"\s*年?\s*[-–—~～－至到]{1,2}\s*"
_PERIOD = re.compile(rf"{_YEAR}{_DASH}(?:((?:19|20)?\d\d)(?=\s*年)|((?:19|20)\d\d)(?!\d))")
_DATED = re.compile(rf"{_YEAR}(?:\s*年(?!代)|[-./](?:1[0-2]|0?[1-9])(?!\d))")
_LISTED = re.compile(rf"{_YEAR}年?(?=[、和与及](?:19|20)\d\d\s*年(?!代))")  # 2018、2019年
# 20240305 in a file name.
_STAMP = re.compile(r"(?<!\d)((?:19|20)\d\d)(?:0[1-9]|1[0-2])(?:[0-2]\d|3[01])?(?!\d)")
_PLAN = re.compile(r"十([二三四五六])五[”’」]?(?:期间|时期|以来|末)")
_PLANS = {"二": 2011, "三": 2016, "四": 2021, "五": 2026, "六": 2031}  # first of five years
_BARE = re.compile(rf"{_YEAR}(?!\d|\s*[余多]?\s*[户元人家个㎡平米名场次件号弄])")  # in a title or file name
_CITED = re.compile(r"《[^》\n]{1,60}》(?:（[^）\n]{0,20}）)?")
_REFERENCES = re.compile(r"参考|文献|来源|注释")
_NOT_BEFORE = re.compile(
    r"(?:建|成立|落成|竣工|交付|诞生|出生|创办|颁布|发布|修订|施行|出台)[于在]?(?:约|大约)?$"
    r"|(?:追溯|起源|早在)[^。；\n]{0,8}$"
    r"|(?:目标|计划|力争|预计|规划|争取)[^。；（(\n]{0,10}$"
)
_WHEN = r"[^\S\n]?年?(?:\d{1,2}月)?(?:\d{1,2}日)?(?:底|初|前后|左右|之间|间)?(?:以前|之前)?"
_NOT_AFTER = re.compile(
    rf"{_WHEN}(?:修订|施行|颁布|起施行|成立(?:，是|的|，属|于))|年?[^，。；\n]{{0,6}}(?:普查|报道[写说])"
)
_BUILT = re.compile(
    rf"{_WHEN}(?:由[^，。\n]{{1,8}})?(?:始建|初建|建成|建造|建的|建设的|修建|竣工|交付|入住|交房|动迁|建房)"
)
_HOUSING = re.compile(r"小区|住宅|商品房|公房|楼栋|房屋|院落|宿舍|社区|新村|街坊|大院|入住|交付|交房|动迁")
_HOUSING_ONLY = 2008  # before this year, whatever was built is old housing
_START = re.compile(r"[^。；\n]{0,12}?(?:立项|启动|试行|试点|发起|首创|起步)")
_OPEN = re.compile(r"\s*年?(?:以来|起|后|之后|至今)")


@dataclass(frozen=True, slots=True)
class Dated:
    """A year that a text names; ``opens``: a time without an end (2017年以来), ``starts``: 2012年启动."""

    year: int
    opens: bool
    starts: bool


def years_of(
    title: str, stem: str, sections: Sequence[Section], published: Sequence[str] = ()
) -> tuple[str, ...]:
    """The years a reader would look under: those in the title, else the period in which most dates lie.

    ``published`` are the dates of the document's sources: the last of them ends the period.

    >>> years_of("", "", [Section((), "小区建于1986年。2019年3月动工，2021年完工，惠及2015户。")])
    ('2019', '2020', '2021')
    """
    named = {dated.year for dated in _dates(title, _BARE) if not dated.opens}
    if named:
        return tuple(map(str, sorted(named)))
    dates = [*_dates(f"{title}\n{stem}", _BARE), *_dates(stem, _STAMP)]
    for section in sections:
        if not (section.heading and _REFERENCES.search(section.heading[-1])):
            dates += _dates(section.text, _DATED)
    told = _main_period(dates)
    days = "\n".join(published)
    last = max((int(year) for year in re.findall(_YEAR, days) if FIRST <= int(year) <= LAST), default=0)
    if not told:
        told = _main_period(list(_planned(sections))) or range(last, last + bool(last))
    elif told[-1] < last <= told[-1] + LONGEST:
        told = range(told[0], last + 1)
    return tuple(map(str, told))


def _planned(sections: Sequence[Section]) -> Iterator[Dated]:
    """The years of the five-year plans that a text names as its time (“十四五”期间)."""
    for section in sections:
        for match in _PLAN.finditer(section.text):
            first = _PLANS[match[1]]
            yield from (Dated(year, False, False) for year in range(first, first + 5))


def _dates(text: str, single: re.Pattern[str]) -> Iterator[Dated]:
    """Each year named, once a mention; a period gives all of its years."""
    text = _CITED.sub(lambda cited: " " * len(cited[0]), text)
    text = _CHINESE_YEAR.sub(lambda year: year[0].translate(_NUMERALS), text)
    end = 0
    for match in sorted(
        [*_PERIOD.finditer(text), *single.finditer(text), *_LISTED.finditer(text)],
        key=lambda m: (m.start(), -m.end()),
    ):
        if match.start() < end:
            continue
        end = match.end()
        first, last, digits = int(match[1]), _last(match), _digits_end(match)
        if first >= FIRST and last <= LAST and not _beside_the_point(text, match.start(1), digits, last):
            opens = first == last and bool(_OPEN.match(text, digits))
            starts = bool(_START.match(text, match.end(1)))
            yield from (Dated(year, opens, starts) for year in range(first, last + 1))


def _last(match: re.Match[str]) -> int:
    """The last year of a match (2018-20年: 2020); out of range when it runs backwards or on for decades."""
    text = next((group for group in match.groups()[1:] if group), match[1])
    last = int(match[1][: 4 - len(text)] + text)
    return last if 0 <= last - int(match[1]) <= LONGEST else LAST + 1


def _digits_end(match: re.Match[str]) -> int:
    """Where the digits of the last year end."""
    return max(end for _, end in map(match.span, range(1, len(match.groups()) + 1)))


def _beside_the_point(text: str, start: int, end: int, year: int) -> bool:
    """Whether a year belongs to a law, a report, a plan or the age of housing."""
    if _NOT_BEFORE.search(text, max(start - 20, 0), start) or _NOT_AFTER.match(text, end):
        return True
    if not _BUILT.match(text, end):
        return False
    clause = (
        re.split(r"[。；\n]", text[max(start - 40, 0) : start])[-1]
        + re.split(r"[。；\n]", text[end : end + 40])[0]
    )
    return year < _HOUSING_ONLY or bool(_HOUSING.search(clause))


def _main_period(dates: Sequence[Dated]) -> range:
    """From the first to the last year of the run of years with most mentions, the later one at a tie."""
    counts = Counter(dated.year for dated in dates)
    starts = {dated.year for dated in dates if dated.starts}
    runs: list[list[int]] = []
    for year in sorted(counts):
        if runs and year - runs[-1][-1] <= (LONGEST if runs[-1][-1] in starts else GAP):
            runs[-1].append(year)
        else:
            runs.append([year])
    best = max(runs, key=lambda run: (sum(counts[year] for year in run), run[-1]), default=[0, -1])
    return range(best[0], best[-1] + 1)
