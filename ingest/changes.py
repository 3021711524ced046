"""What has changed in the folders since the last run: files added, changed, renamed and gone."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Literal

SET_ASIDE = "set_aside.json"
"""In the index folder: the files of the last run that have no document, as they were refused or duplicates."""

Change = Literal["added", "changed", "renamed", "unchanged"]
Stamp = tuple[str, str]
"""SHA-256 of a file's bytes (empty: it couldn't be opened) and the fingerprint of its entry in sources.toml."""


@dataclass(frozen=True, slots=True)
class Changes:
    """By name what became of each file, what the renamed ones were called, and the names that are gone."""

    of: Mapping[str, Change]
    was: Mapping[str, str]
    gone: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SetAside:
    """A file without a document: its stamp, and what was said of it."""

    sha256: str
    provenance: str
    status: str
    reason: str
    warnings: tuple[str, ...] = ()

    @property
    def stamp(self) -> Stamp:
        """Of the file as it was then."""
        return self.sha256, self.provenance


def compare(before: Mapping[str, Stamp], now: Mapping[str, Stamp]) -> Changes:
    """Compare the files of two runs; a new name for bytes whose old name is gone is a rename.

    >>> compare({"a": ("1", ""), "b": ("2", ""), "c": ("3", "")}, {"a": ("1", ""), "d": ("2", ""), "e": ("4", "")})
    Changes(of={'a': 'unchanged', 'd': 'renamed', 'e': 'added'}, was={'d': 'b'}, gone=('c',))
    """
    gone = [name for name in before if name not in now]
    by_bytes: defaultdict[str, list[str]] = defaultdict(list)
    for name in reversed(gone):
        by_bytes[before[name][0]].append(name)
    of: dict[str, Change] = {}
    was: dict[str, str] = {}
    for name, stamp in now.items():
        if name in before:
            of[name] = "unchanged" if before[name] == stamp else "changed"
        elif stamp[0] and by_bytes.get(stamp[0]):
            of[name], was[name] = "renamed", by_bytes[stamp[0]].pop()
        else:
            of[name] = "added"
    renamed = set(was.values())
    return Changes(of, was, tuple(name for name in gone if name not in renamed))


def read_set_aside(store: Path) -> dict[str, SetAside]:
    """By name, the files set aside in the last run; none where nothing readable says so."""
    try:
        raw = json.loads((store / SET_ASIDE).read_text(encoding="utf-8"))
        return {
            name: SetAside(**{**entry, "warnings": tuple(entry["warnings"])}) for name, entry in raw.items()
        }
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return {}


def write_set_aside(store: Path, files: Mapping[str, SetAside]) -> None:
    """Remember the files set aside in this run."""
    with suppress(OSError):  # it only serves the next report
        text = json.dumps({name: asdict(file) for name, file in files.items()}, ensure_ascii=True, indent=1)
        beside = store / f"{SET_ASIDE}.tmp"
        beside.write_text(text + "\n", encoding="utf-8")
        beside.replace(store / SET_ASIDE)
