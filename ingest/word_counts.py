"""word_counts.tsv: the words of a build and how many passages hold each; what spelling is checked against."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from ingest.errors import IndexDamagedError
from ingest.term_index import TermRow

NAME = "word_counts.tsv"
LEAST = 2  # passages; a word met once may be a slip itself

_CHINESE = re.compile(r"[\u3400-\u9fff]+")


def counting(rows: Iterable[TermRow], counts: Counter[str]) -> Iterator[TermRow]:
    """Hand the rows on, adding the Chinese words of each to ``counts`` on the way."""
    for row in rows:
        counts.update(word for word in set(row.words.split()) if _CHINESE.fullmatch(word))
        yield row


def write(path: Path, counts: Mapping[str, int]) -> None:
    """Write the words that enough passages hold, in a fixed order."""
    lines = [f"{word}\t{count}\n" for word, count in sorted(counts.items()) if count >= LEAST]
    path.write_text("".join(lines), encoding="utf-8", newline="\n")


def read(path: Path) -> dict[str, int]:
    """Read what ``write`` wrote; raises IndexDamagedError."""
    try:
        pairs = (line.split("\t") for line in path.read_text(encoding="utf-8").splitlines())
        return {word: int(count) for word, count in pairs}
    except (OSError, ValueError) as error:
        raise IndexDamagedError(f"索引里的词频表已损坏（{error}）。请运行 python -m ingest 重建。") from error
