"""The communities (社区) of a city: a text that names city and community tells its district and street as well.

``communities.tsv.xz`` holds 113,504 of them, a line per street: from the list of the National
Bureau of Statistics as package jionlp carries it (Apache-2.0), made by tests/quality/make_communities.py.
"""

from __future__ import annotations

import lzma
import re
from collections import defaultdict
from functools import cache
from pathlib import Path

from ingest.gazetteer import Mention, Name, Place

DATA = Path(__file__).with_name("communities.tsv.xz")
SUFFIX = "社区"
_LONGEST = 10  # characters of a name before 社区; 303 of 113,504 are longer
_TELLING = 3  # characters of a name that may tell its city
# What kind of community a text speaks of, though somewhere one is called so.
_KINDS = frozenset(
    "城乡 智慧 美好 完整 熟人 幸福 示范 未来 友好 国际 老旧 先锋 零碳 韧性 和谐 文明 平安 和美 美丽 健康 绿色 "
    "阳光 爱心 温馨 活力 学习型 品质 低碳 宜居 安全 邻里 新型 农村 城市 街道 中心 居民 商圈 共享 红色 数字".split()
)


def communities(text: str, city: Place | None = None) -> list[Mention]:
    """The communities of a city that a text names; a name that several bear has them all as places.

    Without a city those whose name (three characters or more before 社区) one alone in the country bears.

    >>> [m.name.places[0].district for m in communities("东亭社区的五社联动", Place("湖北省", "武汉市"))]
    ['武昌区']
    """
    own, found, read = _of_city(city.province, city.city) if city else _singular(), [], 0
    for match in re.finditer(SUFFIX, text):
        for start in range(max(match.start() - _LONGEST, read), match.start() - 1):
            name = text[start : match.start()]
            if name in own:
                if name not in _KINDS:
                    found.append(Mention(start, match.end(), Name(name + SUFFIX, own[name], True, True)))
                break
        read = match.end()
    return found


@cache
def _of_city(province: str, city: str) -> dict[str, tuple[Place, ...]]:
    """The streets of a city's communities by name."""
    head = f"{province}\t{city}\t"
    found: defaultdict[str, list[Place]] = defaultdict(list)
    for line in _table():
        if line.startswith(head):
            *levels, names = line.split("\t")
            for name in names.split(" "):
                found[name].append(Place(*levels))
    return {name: tuple(places) for name, places in found.items()}


@cache
def _singular() -> dict[str, tuple[Place, ...]]:
    """The street of each community whose name no other bears."""
    found: dict[str, tuple[Place, ...]] = {}
    for line in _table():
        *levels, names = line.split("\t")
        place = Place(*levels)
        for name in names.split(" "):
            if len(name) >= _TELLING:
                found[name] = (*found.get(name, ()), place)
    return {name: places for name, places in found.items() if len(places) == 1}


@cache
def _table() -> tuple[str, ...]:
    return tuple(lzma.decompress(DATA.read_bytes()).decode("utf-8").split("\n"))
