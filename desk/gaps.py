"""Where there are precedents and where there are none: themes × cities, or × the districts of one city."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from ingest.gazetteer import districts_of
from ingest.passage_store import StoredDocument
from search.cases.similar import KINDS

REST = "其余"
MOST_PLACES, MOST_THEMES = 10, 24  # columns and rows that can be read at a glance
NEAREST = 4  # precedents offered for an empty cell, of each sort
_SEVERAL = re.compile(r"[、，,/]")  # a declared value may name several places: 海淀区、朝阳区

Years = tuple[int, int]
Documents = tuple[StoredDocument, ...]


@dataclass(frozen=True, slots=True)
class Scope:
    """What is looked at: the districts of ``city``, or all cities where it is empty; kinds; years, None for any."""

    city: str = ""
    kinds: tuple[str, ...] = KINDS
    years: Years | None = None


@dataclass(frozen=True, slots=True)
class GapMap:
    """Rows and columns, most documents first, and who stands where; the rest of the places shares a last column."""

    themes: tuple[str, ...]
    columns: tuple[str, ...]  # REST last where there are more places
    places: tuple[str, ...]  # all with a document, each once, then those of the city without any
    rest: tuple[str, ...]  # what REST stands for
    documents: Documents  # of the kinds and years, wherever they are
    cells: Mapping[tuple[str, str], Documents]  # (theme, place or REST) → documents; no entry for none
    placeless: int  # documents that name no such place
    undated: int  # documents left out since they name no year

    def at(self, theme: str, place: str) -> Documents:
        """The documents of a cell."""
        return self.cells.get((theme, place), ())


@dataclass(frozen=True, slots=True)
class Precedents:
    """What comes nearest to an empty cell."""

    elsewhere: Documents  # the same theme in other places
    here: Documents  # other themes in this place


def gap_map(library: Iterable[StoredDocument], scope: Scope, most_places: int = MOST_PLACES) -> GapMap:
    """The map of a library; its rows are all themes of the library, so that one without any document shows."""
    library = tuple(library)
    themes = Counter(theme for document in library for theme in _values(document, "theme"))
    of_kind = [d for d in library if not scope.kinds or set(_values(d, "kind")) & set(scope.kinds)]
    dated = [d for d in of_kind if scope.years is None or _values(d, "year")]
    documents = tuple(d for d in dated if _within(d, scope.years))
    placed = {d.row: places_of(d, scope.city) for d in documents}
    counted = Counter(place for places in placed.values() for place in places)
    touched = [place for place, _ in counted.most_common()]
    untouched = [p for p in (districts_of(scope.city) if scope.city else ()) if p not in counted]
    places = (*touched, *untouched)
    named = places if len(places) <= most_places + 1 else places[:most_places]
    rest = places[len(named) :]
    cells: dict[tuple[str, str], list[StoredDocument]] = {}
    for document in sorted(documents, key=_newest_first):
        own = placed[document.row]
        columns = dict.fromkeys([*own, *([REST] if set(own) & set(rest) else [])])
        for theme in _values(document, "theme"):
            for place in columns:
                cells.setdefault((theme, place), []).append(document)
    return GapMap(
        themes=tuple(theme for theme, _ in themes.most_common(MOST_THEMES)),
        columns=(*named, REST) if rest else named,
        places=places,
        rest=rest,
        documents=documents,
        cells={cell: tuple(found) for cell, found in cells.items()},
        placeless=sum(not places for places in placed.values()),
        undated=len(of_kind) - len(dated),
    )


def places_of(document: StoredDocument, city: str) -> tuple[str, ...]:
    """The cities that a document is about, or the districts of one city; empty when it names none."""
    cities = _split(_values(document, "city"))
    if not city:
        return cities
    if city not in cities:
        return ()
    districts = _split(_values(document, "district"))
    return districts if len(cities) == 1 else tuple(d for d in districts if d in districts_of(city))


def precedents(found: GapMap, scope: Scope, theme: str, place: str) -> Precedents:
    """The nearest to a cell: the same theme, the same city and province first; other themes in the place, newest first."""
    own = set(found.rest) if place == REST else {place}
    local = [d for d in found.documents if own & set(places_of(d, scope.city))]
    near = _around(local, scope)
    same = [d for d in found.documents if theme in _values(d, "theme") and d not in local]
    same.sort(key=lambda d: (-len(near & _whereabouts(d)), *_newest_first(d)))
    other = sorted((d for d in local if theme not in _values(d, "theme")), key=_newest_first)
    return Precedents(tuple(same[:NEAREST]), tuple(other[:NEAREST]))


def cities_with_districts(library: Iterable[StoredDocument], least: int = 2) -> tuple[str, ...]:
    """The cities of which at least so many districts are written about, most first."""
    cities: Counter[str] = Counter()
    districts: dict[str, set[str]] = {}
    for document in library:
        for city in places_of(document, ""):
            cities[city] += 1
            districts.setdefault(city, set()).update(places_of(document, city))
    return tuple(city for city, _ in cities.most_common() if len(districts[city]) >= least)


def years_of(library: Iterable[StoredDocument]) -> Years | None:
    """The first and last year of all; None where no document has any."""
    years = [int(year) for document in library for year in _values(document, "year")]
    return (min(years), max(years)) if years else None


def _within(document: StoredDocument, years: Years | None) -> bool:
    return years is None or any(years[0] <= int(year) <= years[1] for year in _values(document, "year"))


def _values(document: StoredDocument, name: str) -> tuple[str, ...]:
    return document.facets.values.get(name, ())


def _split(values: Sequence[str]) -> tuple[str, ...]:
    """Places one by one.

    >>> _split(["海淀区、朝阳区", "成华区等"])
    ('海淀区', '朝阳区', '成华区')
    """
    parts = (part.strip().removesuffix("等") for value in values for part in _SEVERAL.split(value))
    return tuple(dict.fromkeys(part for part in parts if part))


def _around(local: Sequence[StoredDocument], scope: Scope) -> set[str]:
    """City and provinces of a place, as far as its documents or the scope tell."""
    provinces = {province for document in local for province in _values(document, "province")}
    return provinces | ({scope.city} if scope.city else set())


def _whereabouts(document: StoredDocument) -> set[str]:
    return {*_values(document, "province"), *_split(_values(document, "city"))}


def _newest_first(document: StoredDocument) -> tuple[int, int]:
    return (-max(map(int, _values(document, "year")), default=0), document.row)
