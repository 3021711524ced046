"""place_names.tsv: the provinces, cities and districts of the country, and which of them the library knows.

A question about a place that no document is about or names has no answer here; that has to be known without
the gazetteer, which takes 0.35 s to load. A line is a name, 1 or 0 for known, and where it may lie.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

from ingest import terms
from ingest.errors import IndexDamagedError
from ingest.models import IndexedDocument

if TYPE_CHECKING:
    from ingest.gazetteer import Place

NAME = "place_names.tsv"
_LEVELS = ("province", "city", "district")


@dataclass(frozen=True, slots=True)
class PlaceName:
    """A name in full or shortened, each place that bears it from the province down, and whether the library has any."""

    text: str
    known: bool
    places: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class _Entry:
    """A name of the gazetteer, what in a text shows that it is known, and the places that bear it."""

    text: str
    forms: frozenset[str]
    places: tuple[tuple[str, ...], ...]


def names_of(documents: Sequence[IndexedDocument]) -> list[PlaceName]:
    """Every name of the gazetteer that stands for itself; known when a document is about such a place or names it."""
    covered, written = _covered(documents), _written(documents)
    return [
        PlaceName(
            entry.text, not covered.isdisjoint(entry.places) or bool(written & entry.forms), entry.places
        )
        for entry in _entries()
    ]


def write(path: Path, names: Iterable[PlaceName]) -> None:
    """Write them in their order."""
    lines = (
        f"{name.text}\t{int(name.known)}\t{' '.join('/'.join(place) for place in name.places)}\n"
        for name in names
    )
    path.write_text("".join(lines), encoding="utf-8", newline="\n")


class PlaceNames:
    """What ``write`` wrote, a line read when it is asked for; raises IndexDamagedError."""

    def __init__(self, path: Path) -> None:
        try:
            lines = path.read_text(encoding="utf-8").splitlines()
            self._lines: dict[str, str] = dict(line.split("\t", 1) for line in lines)
        except (OSError, ValueError) as error:
            raise IndexDamagedError(
                f"索引里的地名表已损坏（{error}）。请运行 python -m ingest 重建。"
            ) from error
        self._longest = max(map(len, self._lines), default=0)

    def at(self, text: str, start: int) -> PlaceName | None:
        """The longest name that begins at an offset of a text."""
        for end in range(min(start + self._longest, len(text)), start + 1, -1):
            if (line := self._lines.get(text[start:end])) is not None:
                known, _, places = line.partition("\t")
                paths = tuple(tuple(place.split("/")) for place in places.split(" "))
                return PlaceName(text[start:end], known == "1", paths)
        return None


@cache
def _entries() -> tuple[_Entry, ...]:
    from ingest.gazetteer import short, upper_names

    return tuple(
        _Entry(
            name.text,
            frozenset({name.text, short(name.text)} - {""}),
            tuple(dict.fromkeys(_path(place) for place in name.places)),
        )
        for name in sorted(upper_names(), key=lambda name: name.text)
    )


def _path(place: Place) -> tuple[str, ...]:
    """A place from the province down; a municipality is its own city."""
    return tuple(level for level in (place.province, place.city, place.district) if level)


def _covered(documents: Iterable[IndexedDocument]) -> set[tuple[str, ...]]:
    """The places that documents are about, with all above them; a district that several have needs its city."""
    values = {
        frozenset(value for level in _LEVELS for value in document.facets.values.get(level, ()))
        for document in documents
    }
    found: set[tuple[str, ...]] = set()
    for entry in _entries():
        for path in entry.places:
            if any(path[-1] in own and (len(entry.places) == 1 or own & set(path[:-1])) for own in values):
                found.update(path[:depth] for depth in range(1, len(path) + 1))
    return found


@cache
def _forms() -> dict[str, tuple[str, ...]]:
    """What shows that a place is known, by its first two characters."""
    grouped: defaultdict[str, list[str]] = defaultdict(list)
    for form in sorted({form for entry in _entries() for form in entry.forms}):
        grouped[form[:2]].append(form)
    return {start: tuple(forms) for start, forms in grouped.items()}


def _written(documents: Iterable[IndexedDocument]) -> set[str]:
    """Which names, in full or shortened, some document's text or title holds."""
    found: set[str] = set()
    for indexed in documents:
        document = indexed.document
        parts = (part for section in document.sections for part in (*section.heading, section.text))
        text = terms.simplified("\n".join((document.title, *parts)))
        for start in {a + b for a, b in pairwise(text)} & _forms().keys():
            found.update(form for form in _forms()[start] if form not in found and form in text)
    return found
