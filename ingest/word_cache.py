"""words.sqlite: the words that a text was cut into, so that an update cuts new texts only: 0.6 ms a passage."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Iterable, Mapping
from pathlib import Path

from ingest import terms

NAME = "words.sqlite"


class WordCache:
    """Text → its words, space-joined, as the present dictionary cuts it; what another one cut is dropped."""

    def __init__(self, path: Path) -> None:
        self._connection = sqlite3.connect(path)
        self._connection.executescript(
            "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA secure_delete=ON;"
            "CREATE TABLE IF NOT EXISTS made_by (fingerprint TEXT NOT NULL);"
            "CREATE TABLE IF NOT EXISTS words (key BLOB PRIMARY KEY, words TEXT NOT NULL) WITHOUT ROWID;"
        )
        self._used: set[bytes] = set()
        now = [(f"{terms.version()} {terms.dictionary_fingerprint()}",)]
        if self._connection.execute("SELECT fingerprint FROM made_by").fetchall() != now:
            self._connection.executescript("DELETE FROM words; DELETE FROM made_by;")
            self._connection.executemany("INSERT INTO made_by VALUES (?)", now)

    def known(self, texts: Iterable[str]) -> dict[str, str]:
        """The words of those of the texts that were cut before."""
        query, found = "SELECT words FROM words WHERE key=?", {}
        for text in texts:
            self._used.add(key := _key(text))
            if row := self._connection.execute(query, (key,)).fetchone():
                found[text] = row[0]
        return found

    def put(self, words: Mapping[str, str]) -> None:
        """Keep the words of these texts."""
        rows = [(_key(text), cut) for text, cut in words.items()]
        self._connection.executemany("INSERT OR REPLACE INTO words VALUES (?,?)", rows)

    def forget_others(self) -> None:
        """Drop the texts that nobody asked for: nothing stays of a document that was removed or masked."""
        self._connection.execute("CREATE TEMP TABLE used (key BLOB PRIMARY KEY) WITHOUT ROWID")
        self._connection.executemany("INSERT INTO used VALUES (?)", ((key,) for key in self._used))
        self._connection.execute("DELETE FROM words WHERE key NOT IN (SELECT key FROM used)")

    def close(self) -> None:
        """Commit and close."""
        self._connection.commit()
        self._connection.close()


def _key(text: str) -> bytes:
    return hashlib.blake2b(text.encode(errors="surrogatepass"), digest_size=16).digest()
