"""Which place a document is about: what title and path name, else what the text names most.

Precision goes before recall: a text that tours many cities is about none of them.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from ingest.gazetteer import Mention, Name, Place, mentions

LEVELS = ("province", "city", "district", "street")
SHARE = 0.6  # of all weight at a level, for a place that no head names
LEAST = 3.0  # weight of a place that no head names: once in the opening, or three times in the text
MOST = 2  # values at one level

_CITED = re.compile(r"《[^》\n]{1,60}》")
_STREET = re.compile(r"(?!街道|地区)[\u4e00-\u9fff]{2,6}?(?:街道|镇(?!政)|地区(?!性))")


@dataclass(frozen=True, slots=True)
class Zone:
    """A stretch of a document and what one mention in it weighs; ``head`` when it names the matter (a title)."""

    text: str
    weight: float
    head: bool = False


@dataclass(frozen=True, slots=True)
class Reading:
    """A mention and the divisions it may stand for; ``linked`` when the words before it say which."""

    zone: Zone
    mention: Mention
    places: tuple[Place, ...]
    linked: bool = False


def places_of(zones: Sequence[Zone]) -> dict[str, tuple[str, ...]]:
    """Province, city, district and street of a document by facet name; a level without a sure value is absent.

    >>> places_of([Zone("静安临汾路街道：加装电梯", 10.0, head=True)])["district"]
    ('静安区',)
    """
    settled = _settle(_witnessed([reading for zone in zones for reading in _read(zone)]))
    out: dict[str, tuple[str, ...]] = {}
    within: tuple[Place, ...] = ()
    for depth, level in enumerate(LEVELS, start=1):
        here = [(r.zone, _cut(r.places[0], depth)) for r in settled if getattr(r.places[0], level)]
        within = _choose([(zone, p) for zone, p in here if not within or _under(p, within)])
        if not within:
            break
        out[level] = tuple(dict.fromkeys(str(getattr(place, level)) for place in within))
    return out


def _cut(place: Place, depth: int) -> Place:
    """The division of this depth (1 is the province) that a place lies in."""
    return Place(*(getattr(place, level) for level in LEVELS[:depth]))


def _under(place: Place, others: Iterable[Place]) -> bool:
    """Whether a place is one of the others, or lies in one of them."""
    return any(
        all(getattr(other, level) in ("", getattr(place, level)) for level in LEVELS) for other in others
    )


def _read(zone: Zone) -> list[Reading]:
    """The mentions of one zone, each seen together with the one right before it; titles in 《》 are not read."""
    text = _CITED.sub(lambda cited: "\n" * len(cited[0]), zone.text)
    readings: list[Reading] = []
    for mention in mentions(text):
        before = readings[-1] if readings and readings[-1].mention.end == mention.start else None
        readings.append(_linked(Reading(zone, mention, mention.name.places), before))
    known = {reading.mention.start for reading in readings}
    for reading in list(readings):
        end = reading.mention.end
        if end not in known and reading.mention.name.full and (match := _STREET.match(text, end)):
            readings += _unregistered(reading, match[0])
    return readings


def _linked(reading: Reading, before: Reading | None) -> Reading:
    """Narrow a mention by the one it follows: 北京朝阳, 成都市武侯区玉林街道."""
    if before is None:
        return reading
    inside = tuple(place for place in reading.places if _under(place, before.places))
    if inside:
        return replace(reading, places=inside, linked=True)
    if len(before.places) == 1 and before.places[0].district and all(p.street for p in reading.places):
        return _unregistered(before, reading.mention.name.text)[0]  # the text knows better than the register
    return reading


def _unregistered(reading: Reading, street: str) -> list[Reading]:
    """A street named right after its district that the register has elsewhere or not at all."""
    if len(reading.places) != 1 or not reading.places[0].district or reading.places[0].street:
        return []
    place = replace(reading.places[0], street=street)
    end = reading.mention.end
    mention = Mention(end, end + len(street), Name(street, (place,), True, True))
    return [Reading(reading.zone, mention, (place,), linked=True)]


def _witnessed(readings: Sequence[Reading]) -> list[Reading]:
    """Keep the sure readings, and those whose division is spelled out elsewhere in the document."""
    spelled: defaultdict[str, set[Place]] = defaultdict(set)
    for reading in readings:
        if len(reading.places) == 1 and (reading.linked or (reading.mention.name.full and reading.mention.name.sure)):
            spelled[reading.mention.name.text].update(reading.places)
    everywhere = {place for places in spelled.values() for place in places}
    kept = []
    for reading in readings:
        name = reading.mention.name
        own = tuple(sorted(spelled[name.text])) if name.text in spelled else ()
        seen = own or tuple(place for place in reading.places if place in everywhere)
        if reading.linked:
            kept.append(reading)
        elif seen:
            kept.append(replace(reading, places=seen))
        elif name.sure:
            kept.append(reading)
    return kept


def _settle(readings: Sequence[Reading]) -> list[Reading]:
    """Give each mention one division: of several bearers of a name, the one whose city the document names."""
    support: defaultdict[Place, float] = defaultdict(float)
    for reading in readings:
        if len(reading.places) == 1 and not _unsupported_town(reading):
            for depth in (2, 3):
                support[_cut(reading.places[0], depth)] += reading.zone.weight
    settled = []
    for reading in readings:
        ranked = sorted(((_backing(p, support), p) for p in reading.places), reverse=True)
        if len(ranked) == 1 and not (_unsupported_town(reading) and not ranked[0][0]):
            settled.append(reading)
        elif ranked[0][0] and ranked[0][0] > ranked[1][0] if len(ranked) > 1 else False:
            settled.append(replace(reading, places=(ranked[0][1],)))
    return settled


def _unsupported_town(reading: Reading) -> bool:
    """Whether only a town's name speaks for a place: 镇 and 乡 are too short and too many to be sure alone."""
    street = reading.places[0].street
    return bool(street) and not reading.linked and not (street.endswith("街道") and len(street) > 3)


def _backing(place: Place, support: dict[Place, float]) -> tuple[float, float]:
    """How much the rest of the document speaks for a place's district and city."""
    return (support.get(_cut(place, 3), 0.0) if place.street else 0.0, support.get(_cut(place, 2), 0.0))


def _choose(found: Sequence[tuple[Zone, Place]]) -> tuple[Place, ...]:
    """The places of one level: those in the heads, else the one that outweighs the rest."""
    heads = list(dict.fromkeys(place for zone, place in found if zone.head))
    if heads:
        return tuple(heads) if len(heads) <= MOST else ()
    weights: defaultdict[Place, float] = defaultdict(float)
    for zone, place in found:
        weights[place] += zone.weight
    if not weights:
        return ()
    best, weight = max(weights.items(), key=lambda item: (item[1], item[0]))
    return (best,) if weight >= LEAST and weight >= SHARE * sum(weights.values()) else ()
