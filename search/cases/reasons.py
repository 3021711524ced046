"""Why a past project is like a proposal and where it differs, in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ingest.gazetteer import mentions
from ingest.models import Facets
from search.cases.numbers import Number

PLACES = ("street", "district", "city", "province")
MOST_WORDS = 5
# What a difference in scale or money is told by, and how many times larger counts as a difference.
COMPARED = {"户数": "规模", "人数": "人数", "楼栋": "楼栋", "面积": "面积", "金额": "金额"}
LARGER = 1.5
AFTER = ("以上", "以下", "左右", "上下")
Values = Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Profile:
    """What reasons and differences are told from: facets, kinds of place, numbers."""

    facets: Facets
    sites: tuple[str, ...]
    numbers: tuple[Number, ...]  # in reading order, those of the background first

    def values(self, name: str) -> tuple[str, ...]:
        """The values of one facet."""
        return self.facets.values.get(name, ())


def reasons(own: Profile, other: Profile, shared: Sequence[str]) -> tuple[str, ...]:
    """The likenesses, the most telling first: kind of place, themes, words, place."""
    found = [f"同为{site}" for site in own.sites if site in other.sites]
    themes = [theme for theme in own.values("theme") if theme in other.values("theme")]
    if themes:
        found.append(f"同属{'、'.join(themes)}")
    words = [word for word in shared if not mentions(word)][:MOST_WORDS]
    if words:
        found.append(f"都谈到{'、'.join(words)}")
    if place := _common_place(own, other):
        found.append(f"同在{place}")
    return tuple(found)


def _common_place(own: Profile, other: Profile) -> str:
    """The smallest place that both name."""
    for level in PLACES:
        common = [value for value in own.values(level) if value in other.values(level)]
        if common:
            return common[0]
    return ""


def differences(own: Profile, other: Profile) -> tuple[str, ...]:
    """What differs: place, kind of place, year, and the numbers that both give."""
    found = [*_place(own, other), *_site(own, other), *_year(own, other)]
    return (*found, *(line for kind in COMPARED if (line := _scale(kind, own, other))))


def place_in_words(facets: Values) -> str:
    """City and below, as one name; empty where none is known.

    >>> place_in_words({"province": ("四川省",), "city": ("成都市",), "district": ("武侯区", "锦江区")})
    '成都市武侯区、锦江区'
    """
    levels = [facets.get(level, ()) for level in ("city", "district", "street")]
    name = "".join("、".join(values) for values in levels if values)
    return name or "".join(facets.get("province", ())[:1])


def years_in_words(years: Sequence[str]) -> str:
    """The span of years.

    >>> years_in_words(["2015", "2016", "2018"])
    '2015–2018 年'
    """
    ordered = sorted(years)
    return f"{ordered[0]} 年" if len(set(ordered)) == 1 else f"{ordered[0]}–{ordered[-1]} 年"


def _place(own: Profile, other: Profile) -> list[str]:
    ours, theirs = place_in_words(own.facets.values), place_in_words(other.facets.values)
    if not theirs or ours == theirs:
        return []
    return [f"地点：您的方案在{ours}，那里是{theirs}" if ours else f"地点：那里是{theirs}"]


def _site(own: Profile, other: Profile) -> list[str]:
    if not own.sites or not other.sites or set(own.sites) & set(other.sites):
        return []
    return [f"场所：您的方案是{own.sites[0]}，那里是{'、'.join(other.sites)}"]


def _year(own: Profile, other: Profile) -> list[str]:
    ours, theirs = own.values("year"), other.values("year")
    if not theirs or set(ours) & set(theirs):
        return []
    return [
        f"时间：那里是 {years_in_words(theirs)}" + (f"，您的方案是 {years_in_words(ours)}" if ours else "")
    ]


def _scale(kind: str, own: Profile, other: Profile) -> str:
    """The main number of a kind on both sides, when one is clearly larger and both count the same."""
    ours, theirs = _main(kind, own.numbers), _main(kind, other.numbers)
    if ours is None or theirs is None or ours.unit != theirs.unit:
        return ""
    low, high = sorted((ours.value, theirs.value))
    if high < LARGER * max(low, 1e-9) or (kind == "人数" and ours.noun != theirs.noun):
        return ""
    return f"{COMPARED[kind]}：您的方案是 {in_words(ours)}，那里提到 {in_words(theirs)}"


def _main(kind: str, numbers: Sequence[Number]) -> Number | None:
    """The first total of a kind that is told, of money the largest; what is given per household is none."""
    totals = [number for number in numbers if number.kind == kind and not number.per]
    if kind == "金额":
        return max(totals, key=lambda number: number.value, default=None)
    return totals[0] if totals else None


def in_words(number: Number) -> str:
    """A number as the text has it, with what it counts: 526个车位.

    >>> from search.cases.numbers import numbers_in
    >>> in_words(numbers_in("有1009户，车位却只有526个。")[1])
    '526个车位'
    """
    text = f"{number.text}{number.loose}" if number.loose in AFTER else f"{number.loose}{number.text}"
    if number.per and number.per not in text:
        text = f"{number.per if number.per.endswith('均') else f'每{number.per}'}{text}"
    if number.kind in ("金额", "比例") and number.noun:
        return f"{text}（{number.noun}）"
    if number.kind == "户数":
        return text
    return f"{number.noun}{text}" if number.text.endswith("人") else f"{text}{number.noun}"
