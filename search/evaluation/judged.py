"""The project's own judged questions: read them, and find the passages that their anchors name.

``questions.jsonl`` holds the questions, ``qrels.tsv`` what was judged relevant: question, document, anchor,
grade. A passage is meant when its text, white space removed, contains the anchor, so that the judgements
hold whatever the chunking and the file format.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from ingest.errors import IngestError
from ingest.passage_store import PassageStore
from search.evaluation.jsonl import read_jsonl, read_lines

QUESTIONS, QRELS = "questions.jsonl", "qrels.tsv"
_NAMED = 5  # anchors shown in an error


@dataclass(frozen=True, slots=True)
class Question:
    """One question; ``plain`` is the same without its typo or in simplified characters, else empty."""

    id: str
    text: str
    answerable: bool
    style: str
    role: str
    plain: str = ""


@dataclass(frozen=True, slots=True)
class Judgement:
    """One passage's grade for a question: 2 answers it, 1 helps; ``document`` is for readers only."""

    question: str
    document: str
    anchor: str
    grade: int


@dataclass(frozen=True, slots=True)
class JudgedSet:
    """Questions, and for each answerable one the grades of its relevant passages by row."""

    questions: tuple[Question, ...]
    grades: Mapping[str, Mapping[int, int]]


def is_judged(folder: Path) -> bool:
    """Whether the folder holds judged questions of this form, not a BEIR set."""
    return (folder / QUESTIONS).is_file()


def open_judged(folder: Path, store: PassageStore, limit: int | None = None) -> JudgedSet:
    """Read the folder and match it with the passages of a build; ``limit`` of each kind. Raises IngestError."""
    questions = _first(list(read_questions(folder / QUESTIONS)), limit, folder / QUESTIONS)
    judgements = tuple(read_judgements(folder / QRELS))
    grades = match(judgements, _texts(store), folder / QRELS)
    asked = {question.id for question in questions if question.answerable}
    if missing := sorted(asked - grades.keys()):
        raise IngestError(folder / QRELS, f"没有这些问题的判断：{'、'.join(missing[:_NAMED])}。")
    return JudgedSet(questions, {question: found for question, found in grades.items() if question in asked})


def read_questions(path: Path) -> Iterator[Question]:
    """The questions of a file; raises IngestError."""
    for entry in read_jsonl(path):
        try:
            yield Question(
                id=str(entry["_id"]),
                text=str(entry["text"]),
                answerable={"answerable": True, "unanswerable": False}[entry["kind"]],
                style=str(entry["style"]),
                role=str(entry.get("role", "")),
                plain=str(entry.get("plain", "")),
            )
        except KeyError as error:
            raise IngestError(path, f"有一个问题缺少或写错了 {error}：{str(entry)[:80]}") from error


def read_judgements(path: Path) -> Iterator[Judgement]:
    """The judgements of a file, its heading skipped; raises IngestError."""
    for number, line in enumerate(read_lines(path), start=1):
        parts = line.split("\t")
        if number == 1 or not line:
            continue
        if len(parts) != 4 or parts[3] not in ("1", "2") or not parts[2]:
            raise IngestError(path, f"第 {number} 行不是「问题、文档、锚文字、1 或 2」四栏：{line[:80]}")
        yield Judgement(parts[0], parts[1], parts[2], int(parts[3]))


def match(judgements: Iterable[Judgement], texts: Mapping[int, str], path: Path) -> dict[str, dict[int, int]]:
    """Grades by question and row, the highest where several anchors meet; raises IngestError for a lost anchor."""
    rows: dict[str, list[int]] = {}
    grades: dict[str, dict[int, int]] = {}
    lost: dict[str, None] = {}
    for judgement in judgements:
        if judgement.anchor not in rows:
            rows[judgement.anchor] = [row for row, text in texts.items() if judgement.anchor in text]
        of_question = grades.setdefault(judgement.question, {})
        for row in rows[judgement.anchor]:
            of_question[row] = max(judgement.grade, of_question.get(row, 0))
        if not rows[judgement.anchor]:
            lost[f"{judgement.document}「{judgement.anchor}」"] = None
    if lost:
        named = "；".join(list(lost)[:_NAMED])
        raise IngestError(path, f"{len(lost)} 处锚文字在索引的任何段落里都找不到：{named}。")
    return grades


def _first(questions: Sequence[Question], limit: int | None, path: Path) -> tuple[Question, ...]:
    """The first questions of each kind; both kinds must be there."""
    kinds = [[q for q in questions if q.answerable == kind][:limit] for kind in (True, False)]
    if not all(kinds):
        raise IngestError(path, "要既有答得了的问题（answerable），也有答不了的（unanswerable）。")
    return (*kinds[0], *kinds[1])


def _texts(store: PassageStore) -> dict[int, str]:
    """Every passage's text without white space, by row."""
    stored = (passage for document in store.documents for passage in store.passages_of(document))
    return {passage.row: "".join(passage.passage.text.split()) for passage in stored}
