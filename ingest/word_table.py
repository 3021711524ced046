"""dictionary.sqlite: the words that a build was segmented with, read word by word.

jieba loads its whole dictionary before it cuts its first word: 0.65 s and 65 MB for 500,000
entries, prefixes included. A question needs some sixty of them. So each build keeps the words
as a sorted table, and jieba's own algorithm runs over it: what it asks of its dictionary –
is there a word that begins like this, and how frequent is this word – are one look-up.
A build's terms thereby always fit its questions, whatever the dictionary has become since.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from functools import cache, lru_cache
from pathlib import Path

from jieba import Tokenizer

from ingest import terms
from ingest.errors import IndexDamagedError

NAME = "dictionary.sqlite"


@cache
def image() -> bytes:
    """The table of jieba's words and the domain's, as a file's bytes; its prefixes (frequency 0) follow from the order."""
    connection = sqlite3.connect(":memory:")
    connection.execute("CREATE TABLE words (word TEXT PRIMARY KEY, frequency INTEGER NOT NULL) WITHOUT ROWID")
    frequencies: Mapping[str, int] = terms.full_segmenter().FREQ
    words = sorted((word, frequency) for word, frequency in frequencies.items() if frequency)
    connection.executemany("INSERT INTO words VALUES (?,?)", words)
    connection.execute("CREATE TABLE total (frequency INTEGER NOT NULL)")
    connection.execute("INSERT INTO total VALUES (?)", [sum(frequency for _, frequency in words)])
    connection.commit()
    table = connection.serialize()
    connection.close()
    return table


class WordTable:
    """Stands in for jieba's ``FREQ``: a word's frequency, 0 for what only begins words, no entry for the rest."""

    def __init__(self, path: Path) -> None:
        try:
            uri = f"{path.absolute().as_uri()}?mode=ro&immutable=1"
            self._connection = sqlite3.connect(uri, uri=True, check_same_thread=False)
            (self.total,) = self._connection.execute("SELECT frequency FROM total").fetchone()
        except (sqlite3.Error, TypeError, ValueError) as error:
            raise IndexDamagedError(
                f"索引里的 {path.name} 已损坏（{error}）。请运行 python -m ingest 重建。"
            ) from error
        self._find = lru_cache(maxsize=4096)(self._look_up)

    def _look_up(self, word: str) -> int | None:
        sql = "SELECT word, frequency FROM words WHERE word >= ? ORDER BY word LIMIT 1"
        found = self._connection.execute(sql, [word]).fetchone()
        if found is None or not found[0].startswith(word):
            return None
        return int(found[1]) if found[0] == word else 0

    def __contains__(self, word: str) -> bool:
        return self._find(word) is not None

    def __getitem__(self, word: str) -> int:
        frequency = self._find(word)
        if frequency is None:
            raise KeyError(word)
        return frequency

    def get(self, word: str, default: int | None = None) -> int | None:
        """As of a dict."""
        frequency = self._find(word)
        return default if frequency is None else frequency


def segmenter(path: Path) -> Tokenizer:
    """A jieba segmenter over a build's words; raises IndexDamagedError."""
    table, cut = WordTable(path), Tokenizer()
    cut.FREQ, cut.total, cut.initialized = table, table.total, True
    return cut
