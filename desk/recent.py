"""The questions each browser asked last, kept on this machine so that they outlive a reload: one SQLite file."""

from __future__ import annotations

import contextlib
import hashlib
import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from desk.feedback import key
from ingest.errors import CasebaseError

NAME = "recent.sqlite"
MOST = 6  # questions of one browser
KEPT_DAYS = 30
MOST_OF_ALL = 20_000  # questions of all browsers, the oldest forgotten first
_TABLE = """CREATE TABLE IF NOT EXISTS recent (
    browser TEXT NOT NULL, question_key TEXT NOT NULL, question TEXT NOT NULL, at TEXT NOT NULL,
    PRIMARY KEY (browser, question_key)) WITHOUT ROWID"""
_BEYOND = "ORDER BY at DESC LIMIT -1 OFFSET ?"


class RecentError(CasebaseError):
    """The questions asked last can't be stored or read."""


class Recent:
    """The store in a data folder; made when first written to. Every method raises RecentError.

    ``visitor`` is the browser's token; only its hash is stored, which doesn't lead to the session pack.
    """

    def __init__(self, folder: Path) -> None:
        self._path = folder / NAME

    def add(self, visitor: str, question: str, now: datetime | None = None) -> None:
        """Put a question first; the browser's seventh, and all browsers' of a month ago, are forgotten."""
        now = now or datetime.now(UTC)
        oldest = (now - timedelta(days=KEPT_DAYS)).isoformat(timespec="microseconds")
        browser, at = _browser(visitor), now.isoformat(timespec="microseconds")
        with self._open() as connection:
            connection.execute(
                "INSERT OR REPLACE INTO recent VALUES (?,?,?,?)", (browser, key(question), question, at)
            )
            connection.execute("DELETE FROM recent WHERE at < ?", (oldest,))
            connection.execute(
                "DELETE FROM recent WHERE browser=? AND question_key IN"
                f" (SELECT question_key FROM recent WHERE browser=? {_BEYOND})",
                (browser, browser, MOST),
            )
            connection.execute(
                "DELETE FROM recent WHERE (browser, question_key) IN"
                f" (SELECT browser, question_key FROM recent {_BEYOND})",
                (MOST_OF_ALL,),
            )

    def questions(self, visitor: str, now: datetime | None = None) -> tuple[str, ...]:
        """This browser's questions, the last one first."""
        if not self._path.exists():
            return ()
        oldest = ((now or datetime.now(UTC)) - timedelta(days=KEPT_DAYS)).isoformat(timespec="microseconds")
        with self._open() as connection:
            rows = connection.execute(
                "SELECT question FROM recent WHERE browser=? AND at >= ? ORDER BY at DESC",
                (_browser(visitor), oldest),
            ).fetchall()
        return tuple(question for (question,) in rows)

    def clear(self, visitor: str) -> None:
        """Forget this browser's questions; their bytes are overwritten in the file."""
        if self._path.exists():
            with self._open() as connection:
                connection.execute("DELETE FROM recent WHERE browser=?", (_browser(visitor),))

    @contextlib.contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        """A connection for one transaction."""
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            with contextlib.closing(sqlite3.connect(self._path, timeout=10)) as connection:
                connection.execute("PRAGMA secure_delete=ON")
                connection.execute(_TABLE)
                with connection:
                    yield connection
        except (OSError, sqlite3.Error) as error:
            raise RecentError(f"{self._path} 读写不了（{error}）。") from error


def _browser(visitor: str) -> str:
    return hashlib.sha256(f"recent {visitor}".encode()).hexdigest()
