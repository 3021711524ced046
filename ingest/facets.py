"""Document → Facets: what title, path, headings and text tell; what is declared wins, name by name."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from itertools import islice
from pathlib import PurePosixPath

from ingest.gazetteer import mentions
from ingest.models import FACETS, Document, Facets, Section
from ingest.places import LEVELS, Zone, places_of
from ingest.themes import themes_of
from ingest.years import years_of

READ = 8_000  # characters of a text that are looked at; what a document is about stands at its front
OPENING = 300
LONGEST_TITLE = 300

Values = dict[str, tuple[str, ...]]

_FOLDERS = {
    "cases": "案例",
    "training": "培训",
    "reports": "报告",
    "案例": "案例",
    "培训": "培训",
    "报告": "报告",
}
_KIND_IN_TITLE = (
    ("培训", re.compile(r"培训|手册|指南|课件|讲义|教程|工具包|须知|入门")),
    ("报告", re.compile(r"报告|总结$|年报|白皮书|调研")),
    ("案例", re.compile(r"案例|纪实")),
)
_KIND_IN_HEADINGS = (
    ("案例", re.compile(r"背景|做法|成效|反思|启示|借鉴|缘起")),
    ("培训", re.compile(r"要点|步骤|适用|误区|工具|练习|课程|学习目标|流程图|模板")),
    ("报告", re.compile(r"概况|目标|指标|实施|经费|预算|评估|人力|产出|改进|总结")),
)
_LEAST_HEADINGS = 2  # that must speak for a kind

_CLASSES = ("示范类", "品牌类", "育苗类")

_BODY = (
    r"(?:街道|镇|党工委|党委|党总支|党支部|居委会|居民区|社区|委员会|基金会|中心|协会|促进会|公司|集团|政府"
    r"|民政局|局|工作部|组织部|办公室|工作室|业委会|联盟|大学|学院|团队|小组)"
)
_LABELLED = re.compile(
    r"(?:主办单位|主办方|主办|组织单位|实施单位|执行单位|牵头单位|项目单位|申报单位)\s*[：:]\s*([^\n。；;，,]{2,40})"
)
_LED = re.compile(
    rf"(?:^|[，。；\n])(?:[^，。；\n]{{0,10}})由([^，。；、\n的]{{1,18}}?{_BODY})(?:牵头|主办|发起|主导)"
)
# A title that begins with those whose doing the text tells: 塘桥街道：三大综合网格
_TITLED = re.compile(
    r"([^：:“”，,\s的与和]{2,18}?(?:街道|社区|镇|基金会|协会|居民区|居委会))(?:[：:“]|\d{4}年)"
)
_ANY = re.compile(
    r"(?:社区|街道|居民区|居委会|党委|党支部|党总支|党工委|(?:社区)?(?:发展)?基金会|.*(?:智慧|美好|完整|示范|缤纷|未来|友好)社区)+"
)
_JOINED = re.compile(r"[、/]|\s{2,}")
_TOO_MANY = 3


def describe(document: Document, path: str, declared: Mapping[str, tuple[str, ...]]) -> Facets:
    """The facets of a document; ``path`` is relative to its corpus folder, with forward slashes."""
    given = {name: tuple(declared[name]) for name in FACETS if declared.get(name)}
    body = _body(document.sections)
    headings = "\n".join(dict.fromkeys(part for s in document.sections for part in s.heading))[:READ]
    title = document.title[:LONGEST_TITLE]
    published = [source.date for source in document.sources]
    kind = given.get("kind") or _kind(title, path, headings)
    found: Values = {
        "kind": kind,
        "year": years_of(title, PurePosixPath(path).stem, _front(document.sections), published),
        "theme": themes_of(title, headings, body),
        "project_class": tuple(name for name in _CLASSES if name in title + headings + body),
        "organiser": _organisers(title, body) if kind != ("培训",) else (),
        **_place(title, path, headings, body, kind == ("培训",), given),
    }
    values = {name: given.get(name) or found.get(name, ()) for name in FACETS}
    values = {name: value for name, value in values.items() if value}
    return Facets(values, frozenset(values) - frozenset(given))


def _front(sections: Sequence[Section]) -> list[Section]:
    """The sections that begin within the first READ characters."""
    read, front = 0, []
    for section in sections:
        if read >= READ:
            break
        front.append(Section(section.heading, section.text[: READ - read]))
        read += len(section.text)
    return front


def _body(sections: Sequence[Section]) -> str:
    return "\n".join(section.text for section in _front(sections))


def _kind(title: str, path: str, headings: str) -> tuple[str, ...]:
    """案例, 培训 or 报告 by folder, by a word of the title, by the headings; none when they don't say."""
    for folder in PurePosixPath(path).parts[:-1]:
        if folder.lower() in _FOLDERS:
            return (_FOLDERS[folder.lower()],)
    for kind, pattern in _KIND_IN_TITLE:
        if pattern.search(title):
            return (kind,)
    counts = [(len(pattern.findall(headings)), kind) for kind, pattern in _KIND_IN_HEADINGS]
    best, second = sorted(counts, reverse=True)[:2]
    return (best[1],) if best[0] >= _LEAST_HEADINGS and best[0] > second[0] else ()


def _place(title: str, path: str, headings: str, body: str, teaching: bool, given: Values) -> Values:
    """Province to street; a level that contradicts what is declared takes all inferred levels with it."""
    declared = "".join(value for level in LEVELS for value in given.get(level, ())[:1])
    head = title if mentions(title) else f"{title}\n{path.rpartition('.')[0] or path}"
    zones = [
        Zone(declared, 30.0, head=True),
        Zone(head.replace("/", "\n"), 10.0, head=True),
        Zone(headings, 3.0),
        Zone(body[:OPENING], 3.0),
        Zone(body[OPENING:], 1.0),
    ]
    found = places_of(zones, heads_only=teaching)
    denied = any(set(found.get(level, ())) - set(given[level]) for level in LEVELS if level in given)
    return {} if denied else found


def _organisers(title: str, body: str) -> tuple[str, ...]:
    """Who organised it, where the text says so outright or the title begins with them; none when it names many."""
    labelled = [part.strip() for text in islice(_LABELLED.findall(body), 2) for part in _JOINED.split(text)]
    led = [] if labelled else [name for name in _LED.findall(body) if not _ANY.fullmatch(name)]
    names = tuple(dict.fromkeys(n for n in [*labelled, *led] if len(n) > 1))
    if names:
        return names if len(names) <= _TOO_MANY else ()
    start = 0
    for mention in mentions(title):
        if mention.start == start and mention.name.sure and not mention.name.places[0].street:
            start = mention.end
    starts = [match[1] for at in (start, 0) if (match := _TITLED.match(title, at))]
    return next(((name,) for name in starts if not _ANY.fullmatch(name)), ())
