"""Who changed what in the library, one JSON line a change, only ever appended to."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

SHOWN = 64 * 1024  # bytes at the end of the file that are read


@dataclass(frozen=True, slots=True)
class Change:
    """One change: when (ISO 8601, UTC), by whom, what was done, to which file."""

    when: str
    who: str
    what: str
    name: str


class Journal:
    """The journal in a file, which need not exist yet."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def note(self, who: str, what: str, name: str) -> None:
        """Append a change; raises OSError."""
        change = Change(datetime.now(UTC).isoformat(timespec="milliseconds"), who, what, name)
        self._path.parent.mkdir(parents=True, exist_ok=True)
        with self._path.open("a", encoding="utf-8", errors="backslashreplace", newline="\n") as file:
            file.write(json.dumps(asdict(change), ensure_ascii=False) + "\n")

    def latest(self) -> list[Change]:
        """The last changes, the newest first; a damaged line is left out."""
        try:
            with self._path.open("rb") as file:
                file.seek(max(0, self._path.stat().st_size - SHOWN))
                lines = file.read().decode(errors="replace").split("\n")
        except FileNotFoundError:
            return []
        changes = []
        for line in reversed(lines):
            try:
                changes.append(Change(**json.loads(line)))
            except (ValueError, TypeError):
                continue
        return changes
