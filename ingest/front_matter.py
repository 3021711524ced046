"""What a document says of itself: YAML front matter of a text, or its entry in the corpus folder's sources.toml."""

from __future__ import annotations

import hashlib
import json
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ingest.errors import IngestError
from ingest.models import Source

SOURCES = "sources.toml"
_ONE = ("kind", "province", "city", "district", "street", "organiser")
_MANY = {"themes": "theme", "project_class": "project_class"}
_KNOWN = {*_ONE, *_MANY, "title", "period", "sources", "community", "confidence", "compiled", "sheets"}
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")


@dataclass(frozen=True, slots=True)
class FrontMatter:
    """Declared title, facet values by facet name, sources, and the fields that nobody knows."""

    title: str = ""
    declared: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    sources: tuple[Source, ...] = ()
    unknown: tuple[str, ...] = ()
    fingerprint: str = ""  # SHA-256 over the entry, empty for none


def front_matter(raw: Mapping[str, Any]) -> FrontMatter:
    """Read the fields of corpus/README.md; a field of another kind than expected counts as not given.

    >>> front_matter({"title": "加梯", "city": "上海市", "period": "2018–2020"}).declared["year"]
    ('2018', '2019', '2020')
    """
    declared = {name: _values(raw.get(name)) for name in _ONE}
    declared |= {facet: _values(raw.get(name)) for name, facet in _MANY.items()}
    declared["year"] = years_of(str(raw.get("period") or ""))
    return FrontMatter(
        title=str(raw.get("title") or "").strip(),
        declared={name: values for name, values in declared.items() if values},
        sources=_sources(raw.get("sources")),
        unknown=tuple(sorted(str(name) for name in raw if name not in _KNOWN)),
        fingerprint=hashlib.sha256(json.dumps(raw, sort_keys=True, default=str).encode()).hexdigest(),
    )


def years_of(period: str) -> tuple[str, ...]:
    """Every year of a period; two years joined by a dash span those between them.

    >>> years_of("2015–2017，2020")
    ('2015', '2016', '2017', '2020')
    """
    years: set[int] = set()
    last, end = 0, 0
    for match in _YEAR.finditer(period):
        year, between = int(match[0]), period[end : match.start()]
        dashed = last and last < year <= last + 60 and re.fullmatch(r"年?\s*(?:[-–—~～至到]|——)\s*", between)
        years |= set(range(last, year + 1)) if dashed else {year}
        last, end = year, match.end()
    return tuple(str(year) for year in sorted(years))


def _values(value: Any) -> tuple[str, ...]:
    values = value if isinstance(value, list) else [value]
    return tuple(str(v).strip() for v in values if isinstance(v, str | int) and str(v).strip())


def _sources(raw: Any) -> tuple[Source, ...]:
    entries = [entry for entry in raw if isinstance(entry, Mapping)] if isinstance(raw, list) else []
    names = ("title", "publisher", "date", "url")
    return tuple(Source(*(str(entry.get(name) or "").strip() for name in names)) for entry in entries)


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
