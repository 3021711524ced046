"""What people said of hits and answers, and which questions found no good answer: one SQLite file, kept here only.

A vote is stored with the question it was given for, the passage's id and text, the build, the time and a random
token of the session. Of questions only those are counted that found no good answer; ``[privacy]
log_questions = false`` in secrets.toml turns that off.
"""

from __future__ import annotations

import contextlib
import hashlib
import sqlite3
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from ingest import terms
from ingest.errors import CasebaseError

NAME = "feedback.sqlite"
SCHEMA = 1  # PRAGMA user_version
KEPT_DAYS = 365  # of questions, since they were last asked
MOST_QUESTIONS = 20_000  # the longest unasked are forgotten first
ANSWER = ""  # stands where a hit's passage would: the vote is on the answer as a whole
_TABLES = """
CREATE TABLE votes (
    question_key TEXT NOT NULL, passage TEXT NOT NULL, session TEXT NOT NULL, question TEXT NOT NULL,
    document TEXT NOT NULL, text TEXT NOT NULL, text_sha256 TEXT NOT NULL, build TEXT NOT NULL,
    useful INTEGER NOT NULL, at TEXT NOT NULL, PRIMARY KEY (question_key, passage, session)) WITHOUT ROWID;
CREATE TABLE questions (
    question_key TEXT PRIMARY KEY, question TEXT NOT NULL, answerable INTEGER NOT NULL,
    confidence REAL NOT NULL, asked INTEGER NOT NULL, last TEXT NOT NULL) WITHOUT ROWID;
"""


class FeedbackError(CasebaseError):
    """What people said can't be stored or read."""


@dataclass(frozen=True, slots=True)
class Vote:
    """One session's verdict; ``passage`` is a passage id with its document and text, or ANSWER with neither."""

    question: str
    passage: str
    document: str  # path
    text: str
    build: str
    session: str
    useful: bool
    at: str = ""  # ISO 8601, UTC; set when stored


@dataclass(frozen=True, slots=True)
class Asked:
    """A question that found no good answer when it was last asked."""

    question: str
    answerable: bool  # as search judged it
    confidence: float  # 0 to 1
    asked: int  # how many times
    last: str  # ISO 8601, UTC


def key(question: str) -> str:
    """What is left of a question without width, case, script, punctuation and space: equal keys, one question.

    >>> key("加裝電梯，怎麼分攤？") == key("加装电梯 怎么分摊")
    True
    """
    text = terms.simplified(unicodedata.normalize("NFKC", question)).casefold()
    return "".join(c for c in text if c.isalnum()) or text


class Feedback:
    """The store in a data folder; made when first written to. Every method raises FeedbackError."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / NAME

    def vote(self, vote: Vote) -> None:
        """Store a vote; it replaces the session's earlier one on the same hit of the same question."""
        digest = hashlib.sha256(vote.text.encode(errors="surrogatepass")).hexdigest()
        row = (
            key(vote.question),
            vote.passage,
            vote.session,
            vote.question,
            vote.document,
            vote.text,
            digest,
        )
        with self._open() as connection:
            connection.execute(
                "INSERT OR REPLACE INTO votes VALUES (?,?,?,?,?,?,?,?,?,?)",
                (*row, vote.build, vote.useful, _now()),
            )

    def withdraw(self, question: str, passage: str, session: str) -> None:
        """Forget the session's vote on a hit."""
        with self._open() as connection:
            connection.execute(
                "DELETE FROM votes WHERE question_key=? AND passage=? AND session=?",
                (key(question), passage, session),
            )

    def note(self, question: str, answerable: bool, confidence: float, good: bool) -> None:
        """Count a question that found no good answer; one that now did is remembered no more."""
        if good and not self._path.exists():
            return
        with self._open() as connection:
            if good:
                connection.execute("DELETE FROM questions WHERE question_key=?", (key(question),))
                return
            connection.execute(
                "INSERT INTO questions VALUES (?,?,?,?,1,?) ON CONFLICT (question_key) DO UPDATE SET"
                " question=excluded.question, answerable=excluded.answerable,"
                " confidence=excluded.confidence, asked=asked+1, last=excluded.last",
                (key(question), question, answerable, confidence, _now()),
            )
            oldest = (datetime.now(UTC) - timedelta(days=KEPT_DAYS)).isoformat(timespec="seconds")
            connection.execute("DELETE FROM questions WHERE last < ?", (oldest,))
            connection.execute(
                "DELETE FROM questions WHERE question_key IN"
                " (SELECT question_key FROM questions ORDER BY last DESC LIMIT -1 OFFSET ?)",
                (MOST_QUESTIONS,),
            )

    def votes(self) -> list[Vote]:
        """All votes, the oldest first."""
        columns = "question, passage, document, text, build, session, useful, at"
        rows = self._rows(f"SELECT {columns} FROM votes ORDER BY at, question_key, passage, session")
        return [Vote(q, p, d, t, b, s, bool(useful), at) for q, p, d, t, b, s, useful, at in rows]

    def questions(self) -> list[Asked]:
        """The questions that found no good answer, the most asked first."""
        rows = self._rows(
            "SELECT question, answerable, confidence, asked, last FROM questions"
            " ORDER BY asked DESC, last DESC, question_key"
        )
        return [Asked(row[0], bool(row[1]), *row[2:]) for row in rows]

    def _rows(self, sql: str) -> list[tuple[Any, ...]]:
        if not self._path.exists():
            return []
        with self._open() as connection:
            return connection.execute(sql).fetchall()

    @contextlib.contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        """A connection for one transaction: sessions are threads, and few votes a minute are given."""
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            with contextlib.closing(sqlite3.connect(self._path, timeout=10)) as connection:
                _prepare(connection, self._path)
                with connection:
                    yield connection
        except (OSError, sqlite3.Error) as error:
            raise FeedbackError(f"{self._path} 读写不了（{error}）。") from error


def _prepare(connection: sqlite3.Connection, path: Path) -> None:
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    if version > SCHEMA:
        raise FeedbackError(f"{path} 是更新版本的程序写的（第 {version} 版）。请升级本程序。")
    if version == 0:
        connection.execute("PRAGMA journal_mode=WAL")
        # In one transaction, so that of two who come first one makes the tables and the other finds them.
        connection.execute("BEGIN IMMEDIATE")
        if connection.execute("PRAGMA user_version").fetchone() == (0,):
            for statement in _TABLES.split(";")[:-1]:
                connection.execute(statement)
            connection.execute(f"PRAGMA user_version={SCHEMA}")
        connection.commit()


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
