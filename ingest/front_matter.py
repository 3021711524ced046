"""What a document says of itself: YAML front matter of a text, or its entry in the corpus folder's sources.toml."""

from __future__ import annotations

import hashlib
import json
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any

from ingest.errors import IngestError
from ingest.models import Source

SOURCES = "sources.toml"
_ONE = {
    "kind": "kind", "province": "province", "city": "city", "district": "district", "street": "street",
    "organiser": "organiser", "organizer": "organiser", "类型": "kind", "省": "province", "市": "city", "城市": "city",
    "区": "district", "区县": "district", "街道": "street", "主办单位": "organiser", "组织方": "organiser",
}  # fmt: skip
_MANY = {
    "themes": "theme",
    "theme": "theme",
    "主题": "theme",
    "project_class": "project_class",
    "项目类别": "project_class",
}
_PERIOD = ("period", "year", "years", "时间", "年份")
_TITLE = ("title", "标题", "题名")
_KEEP_LINES = "keep_lines"
_COMPILED = "compiled"
_KEPT = {"sources", "community", "confidence", _COMPILED, "sheets", _KEEP_LINES}  # known, but no facet
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
_SPAN = re.compile(r"年?\s*(?:\d{1,2}月)?\s*(?:[-–—~～至到]|——)\s*")
_LONGEST_SPAN = 60  # years
_DAY = re.compile(r"((?:19|20)\d\d)\s*[-年/.]\s*(\d{1,2})\s*[-月/.]\s*(\d{1,2})(?!\d)")


@dataclass(frozen=True, slots=True)
class FrontMatter:
    """Declared title, facet values by facet name, sources, and what is wrong with it.

    ``keep_lines`` asks for the running lines that are left out of a file by default.
    """

    title: str = ""
    declared: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    sources: tuple[Source, ...] = ()
    warnings: tuple[str, ...] = ()
    keep_lines: bool = False
    fingerprint: str = ""  # SHA-256 over the entry, empty for none


def spellings(facet: str) -> tuple[str, ...]:
    """Every field name that declares a facet, or the title.

    >>> spellings("city")
    ('city', '市', '城市')
    """
    if facet in ("title", "year"):
        return _TITLE if facet == "title" else _PERIOD
    return tuple(name for name, meant in {**_ONE, **_MANY}.items() if meant == facet)


def front_matter(raw: Mapping[str, Any]) -> FrontMatter:
    """Read the fields of corpus/README.md; unknown ones are named in a warning and otherwise ignored.

    >>> front_matter({"title": "加梯", "city": "上海市", "period": "2018–2020"}).declared["year"]
    ('2018', '2019', '2020')
    """
    if not raw:
        return FrontMatter()
    declared: dict[str, tuple[str, ...]] = {}
    for name, value in raw.items():
        if name in _ONE:
            declared[_ONE[name]] = _items(value)[:1]
        elif name in _MANY:
            declared[_MANY[name]] = tuple(
                dict.fromkeys(part for item in _items(value) for part in _parts(item))
            )
        elif name in _PERIOD:
            declared["year"] = years_of("，".join(_items(value)))
    unknown = [str(name) for name in raw if name not in {*_ONE, *_MANY, *_PERIOD, *_TITLE, *_KEPT}]
    warnings = [f"不认识的字段 {'、'.join(unknown)[:200]}，没有采用"] if unknown else []
    if not isinstance(raw.get(_KEEP_LINES, False), bool):
        warnings.append(f"{_KEEP_LINES} 只能写 true 或 false，没有采用")
    sources = _sources(raw.get("sources"))
    if vague := [source.accessed for source in sources if source.accessed and not day_of(source.accessed)]:
        warnings.append(
            f"引用日期 {'、'.join(vague)[:100]} 看不出是哪一天，没有采用；请写成 2026-11-24 的样子"
        )
    compiled = day_of("".join(_items(raw.get(_COMPILED))))
    return FrontMatter(
        title=next((" ".join(_items(raw[name])) for name in _TITLE if name in raw), ""),
        declared={name: values for name, values in declared.items() if values},
        sources=tuple(replace(s, accessed=day_of(s.accessed) or compiled) for s in sources),
        warnings=tuple(warnings),
        keep_lines=raw.get(_KEEP_LINES) is True,
        fingerprint=hashlib.sha256(json.dumps(raw, sort_keys=True, default=str).encode()).hexdigest(),
    )


def years_of(period: str) -> tuple[str, ...]:
    """Every year of a period; two years joined by a dash span those between them, an open end adds nothing.

    >>> years_of("2015–2017，2020"), years_of("2019年3月至2020年"), years_of("2021至今"), years_of("约2020")
    (('2015', '2016', '2017', '2020'), ('2019', '2020'), ('2021',), ('2020',))
    """
    years: set[int] = set()
    last, end = 0, 0
    for match in _YEAR.finditer(period):
        year, between = int(match[0]), period[end : match.start()]
        spans = last and last < year <= last + _LONGEST_SPAN and _SPAN.fullmatch(between)
        years |= set(range(last, year + 1)) if spans else {year}
        last, end = year, match.end()
    return tuple(str(year) for year in sorted(years))


def day_of(text: str) -> str:
    """The day with which a text begins as YYYY-MM-DD; empty where it begins with none.

    >>> day_of("2026-11-24，根据公开资料整理"), day_of("2026年1月5日"), day_of("2026-13-01"), day_of("2026年冬")
    ('2026-11-24', '2026-01-05', '', '')
    """
    match = _DAY.match(text)
    try:
        return date(*map(int, match.groups())).isoformat() if match else ""
    except ValueError:
        return ""


def _items(value: Any) -> tuple[str, ...]:
    values = value if isinstance(value, list) else [value]
    texts = (" ".join(str(v).split()) for v in values if isinstance(v, str | int | date) and v != "null")
    return tuple(text for text in texts if text)


def _parts(text: str) -> list[str]:
    return [part.strip() for part in re.split("[,，、;；]", text) if part.strip()]


def _sources(raw: Any) -> tuple[Source, ...]:
    entries = raw if isinstance(raw, list) else []
    read = (_source(entry if isinstance(entry, Mapping) else {"title": entry}) for entry in entries)
    return tuple(source for source in read if source.title)


def _source(entry: Mapping[str, Any]) -> Source:
    title, publisher, issued, url, accessed = (
        " ".join(_items(entry.get(name))) for name in ("title", "publisher", "date", "url", "accessed")
    )
    return Source(title or url, publisher, issued, url, accessed)


def read_sources(folder: Path) -> dict[str, FrontMatter]:
    """Entries of a corpus folder's sources.toml, by path relative to it; raises IngestError when unreadable."""
    path = folder / SOURCES
    try:
        raw = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, ValueError) as error:
        raise IngestError(path, f"读不懂（{error}）。请改正后再运行。") from error
    return {name: front_matter(entry) for name, entry in raw.items() if isinstance(entry, Mapping)}
