"""Which place a document is about: what title and path name, else what the text names most.

Precision goes before recall: a text that tours many cities is about none of them.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from ingest.communities import communities
from ingest.gazetteer import Mention, Name, Place, mentions, street_after

LEVELS = ("province", "city", "district", "street")
SHARE = 0.6  # of all weight at a level, for a place that no head names
LEAST = 3.0  # weight of a place that no head names: once in the opening, or three times in the text
MOST = 2  # values at one level
LONG_NAME = 4  # characters of a street's name that no one else bears by chance

_CITED = re.compile(r"《[^》\n]{1,60}》")
_STREET = re.compile(r"(?![的和与及等在是有各多]|街道|地区)[\u4e00-\u9fff]{2,6}?(?:街道|镇(?!政)|地区(?!性))")
_NAMED = ("社区", "小区", "新村")
_SITE = re.compile(
    r"[\u4e00-\u9fff\d]{2,12}?(?<!城乡|智慧|美好|完整|熟人|幸福|示范|未来|友好|国际|老旧|先锋|零碳|韧性)"
    r"(?<![个居])(?:社区|小区|居民区|居委|新村|新城|家园|花园|公寓|宿舍|大院|大厦|大楼|广场|[弄苑园坊村巷路])"
)


@dataclass(frozen=True, slots=True)
class Zone:
    """A stretch of a document and what a mention in it weighs; a ``head`` names the matter (a title)."""

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


def places_of(zones: Sequence[Zone], heads_only: bool = False) -> dict[str, tuple[str, ...]]:
    """Province to street of a document by facet name; a level without a sure value is absent.

    With ``heads_only`` (teaching texts, whose places are examples) only a head can name one. A head that
    names a city and no site in it (成都的社区基金会) means all of it: districts in the text are examples too.

    >>> places_of([Zone("静安临汾路街道：加装电梯", 10.0, head=True)])["district"]
    ('静安区',)
    """
    settled = _settle(_witnessed([reading for zone in zones for reading in _read(zone)]))
    site = any(_SITE.search(_without(zone, settled)) for zone in zones if zone.head)
    found = _chosen(settled, heads_only, site)
    if not found or (1 < len(found) < len(LEVELS) and len(found[-1]) == 1):
        settled += [reading for zone in zones for reading in _sited(zone, found[-1][0] if found else None)]
        found = _chosen(settled, heads_only, site)
    return {
        level: tuple(dict.fromkeys(str(getattr(place, level)) for place in places))
        for level, places in zip(LEVELS, found, strict=False)
    }


def _chosen(settled: Sequence[Reading], heads_only: bool, site: bool) -> list[tuple[Place, ...]]:
    """The places of each level from the province down to the last that has a sure value."""
    found: list[tuple[Place, ...]] = []
    within: tuple[Place, ...] = ()
    headed = False
    for depth, level in enumerate(LEVELS, start=1):
        here = [(r.zone, _cut(r.places[0], depth)) for r in settled if getattr(r.places[0], level)]
        here = [(zone, place) for zone, place in here if not within or _under(place, within)]
        within = _choose(here, heads_only or (headed and not site))
        if not within:
            break
        headed = headed or any(zone.head for zone, _ in here)
        found.append(within)
    return found


def _sited(zone: Zone, within: Place | None) -> list[Reading]:
    """The communities that a zone names, each in its street: of a city or district, or of all the country."""
    readings = []
    for mention in communities(_uncited(zone.text), within and _cut(within, 2)):
        places = tuple(place for place in mention.name.places if not within or _under(place, {within}))
        if len(places) == 1:
            readings.append(Reading(zone, mention, places, linked=True))
    return readings


def _without(zone: Zone, readings: Sequence[Reading]) -> str:
    """The text of a head, the divisions named in it cut out: what is left may name a site."""
    text = zone.text
    for reading in readings:
        if reading.zone is zone:
            at = reading.mention
            text = text[: at.start] + " " * (at.end - at.start) + text[at.end :]
    return text


def _cut(place: Place, depth: int) -> Place:
    """The division of this depth (1 is the province) that a place lies in."""
    return Place(*(getattr(place, level) for level in LEVELS[:depth]))


def _under(place: Place, others: Collection[Place]) -> bool:
    """Whether a place is one of the others, or lies in one of them."""
    return any(_cut(place, depth) in others for depth in range(1, len(LEVELS) + 1))


def _read(zone: Zone) -> list[Reading]:
    """The mentions of one zone, each seen with the one right before it; what stands in 《》 is not read."""
    text = _uncited(zone.text)
    readings: list[Reading] = []
    for mention in mentions(text):
        reading = Reading(zone, mention, mention.name.places)
        if readings and readings[-1].mention.end == mention.start:
            linked = _linked(readings[-1], reading)
            named_so = (
                not mention.name.full and not linked[-1].linked and text.startswith(_NAMED, mention.end)
            )
            readings[-1:] = linked[:1] if named_so else linked  # 上海四平社区 is no place in 四平市
        else:
            readings.append(reading)
    known = {reading.mention.start for reading in readings if reading.linked or reading.mention.name.full}
    for reading in list(readings):
        end, name = reading.mention.end, reading.mention.name
        if end in known:
            continue
        if name.full and (match := _STREET.match(text, end)):
            readings += _unregistered(reading, match[0])
        elif zone.head and len(name.places) == 1 and name.places[0].city and not name.places[0].district:
            street = street_after(text, end, name.places[0])
            readings += [Reading(zone, street, street.name.places, linked=True)] if street else []
    return readings


def _uncited(text: str) -> str:
    """A text with what stands in 《》 blanked."""
    return _CITED.sub(lambda cited: "\n" * len(cited[0]), text)


def _linked(before: Reading, reading: Reading) -> list[Reading]:
    """Narrow two adjoining mentions by each other: 北京朝阳, 成都市武侯区玉林街道, 高新区石羊街道."""
    above = frozenset(before.places)
    inside = tuple(place for place in reading.places if _under(place, above))
    if inside:
        return [before, replace(reading, places=inside, linked=True)]
    cities = {place.city for place in reading.places}
    shared = tuple(place for place in before.places if place.district and place.city in cities)
    if len(shared) == 1 and all(place.street for place in reading.places):
        before = replace(before, places=shared, linked=True)  # the text knows better than the register
        return [before, *_unregistered(before, reading.mention.name.text)]
    return [before, reading]


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
        if reading.linked or (reading.mention.name.full and reading.mention.name.sure):
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
    """Give each mention one division: of several bearers of a name, the one whose city stands nearby."""
    support: defaultdict[Place, float] = defaultdict(float)
    for reading in readings:
        if len(reading.places) == 1 and not _unsupported_town(reading):
            for depth in (2, 3):
                support[_cut(reading.places[0], depth)] += reading.zone.weight
    settled: list[Reading] = []
    for reading in readings:
        lone = len(reading.places) == 1 and not _unsupported_town(reading)
        near = settled[-1].places[0] if settled and settled[-1].zone is reading.zone else Place("")
        place = reading.places[0] if lone else _best_backed(reading.places, support, near)
        if place:
            settled.append(replace(reading, places=(place,)))
    return settled


def _unsupported_town(reading: Reading) -> bool:
    """Whether a town's name is too short to be sure of without its district: 东升镇, 新乡."""
    return 0 < len(reading.places[0].street) < LONG_NAME and not reading.linked


def _best_backed(places: Sequence[Place], support: Mapping[Place, float], near: Place) -> Place | None:
    """Of the bearers of a name, the one whose city was named last, else whose district or city is named."""
    backed = [
        (_cut(p, 2) == _cut(near, 2), bool(p.street) * support.get(_cut(p, 3), 0.0), support[_cut(p, 2)], p)
        for p in places
        if _cut(p, 2) in support
    ]
    best = sorted(backed, reverse=True)[:2]
    return best[0][3] if best and (len(best) == 1 or best[0][:3] > best[1][:3]) else None


def _choose(found: Sequence[tuple[Zone, Place]], heads_only: bool) -> tuple[Place, ...]:
    """The places of one level: those in the heads, else the one that outweighs the rest."""
    heads = list(dict.fromkeys(place for zone, place in found if zone.head))
    if heads or heads_only:
        return tuple(heads) if len(heads) <= MOST else ()
    weights: defaultdict[Place, float] = defaultdict(float)
    for zone, place in found:
        weights[place] += zone.weight
    ranked = sorted(((weight, place) for place, weight in weights.items()), reverse=True)
    if ranked and ranked[0][0] >= max(LEAST, SHARE * sum(weights.values())):
        return (ranked[0][1],)
    pair = len(ranked) == MOST and bool(ranked[0][1].district) and ranked[-1][0] >= LEAST
    return tuple(sorted(weights)) if pair else ()
