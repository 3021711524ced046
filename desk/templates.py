"""Discussion questions to begin from, by theme, out of a file that trainers may edit (``templates.toml``)."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ingest.errors import PackError

DATA = Path(__file__).with_name("templates.toml")


@dataclass(frozen=True, slots=True)
class Group:
    """Questions that fit documents of any of these themes, or titles with any of these words; neither: all."""

    name: str
    themes: tuple[str, ...]
    words: tuple[str, ...]
    questions: tuple[str, ...]

    def fit(self, themes: Iterable[str], title: str) -> int:
        """How well the group fits what has these themes and this title: 3 by title, 2 by theme, 1 always, 0 not."""
        if any(word in title for word in self.words):
            return 3
        if any(theme in self.themes for theme in themes):
            return 2
        return 0 if self.themes or self.words else 1


def groups(path: Path = DATA) -> tuple[Group, ...]:
    """All groups in the order of the file; raises PackError when it cannot be read."""
    try:
        raw = tomllib.loads(path.read_text(encoding="utf-8"))
        return tuple(_group(entry) for entry in raw["group"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise PackError(f"讨论题库 {path.name} 读不懂（{error}）。请按文件开头的说明改正。") from error


def suggested(known: Iterable[Group], themes: Iterable[str], title: str) -> tuple[str, ...]:
    """The questions of every group that fits, those of the best fitting groups first."""
    own = tuple(themes)
    fitting = [group for group in known if group.fit(own, title)]
    fitting.sort(key=lambda group: -group.fit(own, title))
    return tuple(dict.fromkeys(question for group in fitting for question in group.questions))


def _group(entry: Any) -> Group:
    return Group(entry["name"], *(_texts(entry, name) for name in ("themes", "words", "questions")))


def _texts(entry: Any, name: str) -> tuple[str, ...]:
    values = entry[name]
    if not isinstance(values, list) or not all(isinstance(value, str) for value in values):
        raise TypeError(f"{entry['name']} 的 {name} 不是一列文字")
    return tuple(values)
