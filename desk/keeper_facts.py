"""What is declared of a document: its entry in the corpus folder's sources.toml, edited in place, comments kept."""

from __future__ import annotations

from collections.abc import MutableMapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from desk.files import replace_text
from desk.keeper_names import LibraryError
from ingest.front_matter import SOURCES, spellings, years_of
from ingest.models import Facets

LONGEST, MOST = 120, 8  # characters of a value; themes
_FIELDS = {
    "title": "title",
    "kind": "kind",
    "city": "city",
    "district": "district",
    "period": "year",
    "themes": "theme",
}
"""Field of sources.toml → the facet that it declares."""


@dataclass(frozen=True, slots=True)
class Facts:
    """The facts that can be edited; empty leaves a fact to the document itself."""

    title: str = ""
    kind: str = ""
    city: str = ""
    district: str = ""
    period: str = ""  # in words: 「2018–2020」
    themes: tuple[str, ...] = ()


def as_shown(title: str, facets: Facets) -> Facts:
    """The facts of a document as the library shows them now."""
    first = {name: next(iter(facets.values.get(name, ())), "") for name in ("kind", "city", "district")}
    years = "、".join(facets.values.get("year", ()))
    return Facts(title, **first, period=years, themes=facets.values.get("theme", ()))


def validated(facts: Facts) -> Facts:
    """The facts with white space set right; raises LibraryError naming the one that is wrong."""
    clean = Facts(
        title=" ".join(facts.title.split()),
        kind=" ".join(facts.kind.split()),
        city=" ".join(facts.city.split()),
        district=" ".join(facts.district.split()),
        period=" ".join(facts.period.split()),
        themes=tuple(dict.fromkeys(theme for t in facts.themes if (theme := " ".join(t.split())))),
    )
    labels = {
        "标题": clean.title,
        "类型": clean.kind,
        "城市": clean.city,
        "区县": clean.district,
        "年份": clean.period,
    }
    for label, value in {**labels, **{f"主题「{theme}」": theme for theme in clean.themes}}.items():
        if len(value) > LONGEST or not value.isprintable():
            raise LibraryError(f"{label[:40]}太长，或含有不能显示的字符；最多 {LONGEST} 个字。")
    if clean.period and not years_of(clean.period):
        raise LibraryError(f"年份「{clean.period}」里看不出年份。请写成 2021，或者 2018–2020。")
    if len(clean.themes) > MOST:
        raise LibraryError(f"主题最多 {MOST} 个，现在是 {len(clean.themes)} 个。")
    return clean


def declare(root: Path, relative: str, facts: Facts, before: Facts) -> None:
    """Write the facts that differ from those shown before; an emptied one is left to the document again.

    All else in the entry and in the file stays as it is. Raises LibraryError.
    """
    facts = validated(facts)
    document = _open(root)
    entry = document.setdefault(relative, _table())
    if not isinstance(entry, MutableMapping):
        raise LibraryError(f"{SOURCES} 里「{relative}」不是一段，改不了。请先在文件里改好。")
    for field, facet in _FIELDS.items():
        value = getattr(facts, field)
        if value == getattr(before, field):
            continue
        for spelling in spellings(facet):
            entry.pop(spelling, None)
        if value:
            entry[field] = list(value) if isinstance(value, tuple) else value
    if not entry:
        document.pop(relative)
    _write(root, document)


def take(root: Path, relative: str) -> str:
    """Remove an entry and return it as TOML, empty when there was none; raises LibraryError."""
    import tomlkit

    document = _open(root)
    if relative not in document:
        return ""
    taken = tomlkit.document()
    taken.add(relative, document.pop(relative))
    _write(root, document)
    return tomlkit.dumps(taken)


def put_back(root: Path, relative: str, entry: str) -> None:
    """Append what ``take`` returned, under this path; an entry that is there by now stays. Raises LibraryError."""
    import tomlkit

    document = _open(root)
    kept = next(iter(tomlkit.parse(entry).unwrap().values()), None)
    if kept is not None and relative not in document:
        document[relative] = kept
        _write(root, document)


def _table() -> Any:
    import tomlkit

    return tomlkit.table()


def _open(root: Path) -> Any:
    import tomlkit
    from tomlkit.exceptions import TOMLKitError

    path = root / SOURCES
    if path.is_symlink():
        raise LibraryError(f"{SOURCES} 是一个链接，不在这里改它。")
    try:
        return tomlkit.parse(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return tomlkit.document()
    except (OSError, UnicodeDecodeError, TOMLKitError) as error:
        raise LibraryError(f"{SOURCES} 读不懂（{error}）。请先改好它。") from error


def _write(root: Path, document: Any) -> None:
    import tomlkit

    try:
        replace_text(root / SOURCES, tomlkit.dumps(document), 0o644)
    except OSError as error:
        raise LibraryError(f"{SOURCES} 写不进去（{error.strerror}），没有改动。") from error
