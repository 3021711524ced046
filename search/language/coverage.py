"""Places that a question is about and the library isn't: 哈尔滨 in 「哈尔滨的社区食堂怎么运营」."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from ingest import terms
from ingest.place_names import PlaceName, PlaceNames
from search.language.hints import ELSEWHERE, LEFT_OUT

# A city's name in that of a housing estate, in a people's or a speciality's.
_NAMED_AFTER = re.compile(
    r"花园|公寓|新村|家园|大厦|大楼|广场|宾馆|饭店|酒店|人(?![民口才员大群社行均户力])|籍|老乡|瓜|啤酒|烧烤|面馆|巴巴|版"
)
_IN = re.compile(r"(?<![现存实所])在$")
_AROUND = ("在", "的", "市的", "那边的", "那里的", "这边的", "当地的", "地区的")


@dataclass(frozen=True, slots=True)
class UnknownPlaces:
    """Places as the question writes them, and whether it is about nowhere else; if so, the question without them."""

    names: tuple[str, ...] = ()
    rest: str = ""
    nowhere_else: bool = False


def unknown_places(question: str, names: PlaceNames, offered: Collection[str] = ()) -> UnknownPlaces:
    """The places that a question names and the library doesn't know; ``offered`` are words taken for its own.

    What is known counts as another place only when it isn't what the unknown one lies in, or may lie in it.
    """
    text = LEFT_OUT.sub(lambda match: " " * len(match[0]), terms.simplified(question))
    if len(text) != len(question):
        return UnknownPlaces()
    found = list(_named(text, names))
    unknown = [(at, name) for at, name in found if not name.known and not _inside(name.text, offered)]
    if not unknown:
        return UnknownPlaces()
    spans = [(at, at + len(name.text)) for at, name in unknown]
    known = [name for _, name in found if name.known]
    others = [name for name in known if not any(_related(name, place) for _, place in unknown)]
    written = dict.fromkeys(question[start:end] for start, end in spans)
    return UnknownPlaces(tuple(written), "" if others else _without(question, spans), not others)


def _named(text: str, names: PlaceNames) -> Iterator[tuple[int, PlaceName]]:
    at = 0
    while at < len(text) - 1:
        name = names.at(text, at)
        if name is None:
            at += 1
            continue
        end = at + len(name.text)
        if not (ELSEWHERE.match(text, end) or _NAMED_AFTER.match(text, end)):
            yield at, name
        at = end


def _inside(name: str, words: Collection[str]) -> bool:
    return any(name in word for word in words)


def _related(one: PlaceName, other: PlaceName) -> bool:
    """Whether one may lie in the other."""
    return any(a[: len(b)] == b[: len(a)] for a in one.places for b in other.places)


def _without(question: str, spans: list[tuple[int, int]]) -> str:
    """The question with the places cut out, and the words that only led to them."""
    rest = question
    for start, end in reversed(spans):
        before, after = rest[:start], rest[end:]
        led = max((word for word in _AROUND if after.startswith(word)), key=len, default="")
        rest = _IN.sub("", before) + after[len(led) :]
    return rest.strip(" ，,、。？?")
