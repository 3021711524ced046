"""The BEIR folder that all are measured on: a sample of a given one, or of the project's own judged questions."""

from __future__ import annotations

import json
import random
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ingest import index, passage_store
from ingest.errors import IngestError
from search.evaluation.beir import read_qrels
from search.evaluation.jsonl import read_jsonl
from search.evaluation.judged import open_judged
from search.evaluation.measures import Qrels

SEED = 20241124


@dataclass(frozen=True, slots=True)
class Folder:
    """Passages (title, text) and questions by id, and the judgements."""

    name: str
    passages: Mapping[str, tuple[str, str]]
    questions: Mapping[str, str]
    qrels: Qrels


def read(folder: Path) -> Folder:
    """A folder in BEIR form; raises IngestError."""
    passages = {
        str(entry["_id"]): (str(entry.get("title") or ""), str(entry["text"]))
        for entry in read_jsonl(folder / "corpus.jsonl")
    }
    questions = {str(entry["_id"]): str(entry["text"]) for entry in read_jsonl(folder / "queries.jsonl")}
    return Folder(folder.resolve().name, passages, questions, read_qrels(folder / "qrels.tsv"))


def judged(folder: Path, store: Path) -> Folder:
    """The project's own judged questions and the passages of its index; raises CasebaseError."""
    opened = passage_store.PassageStore(index.current_build(store) / passage_store.NAME)
    found = open_judged(folder, opened)
    passages = {
        str(stored.row): (document.title, stored.passage.text)
        for document in opened.documents
        for stored in opened.passages_of(document)
    }
    opened.close()
    qrels = {name: {str(row): grade for row, grade in rows.items()} for name, rows in found.grades.items()}
    questions = {question.id: question.text for question in found.questions}
    return Folder("评判过的问题", passages, questions, qrels)


def sample(whole: Folder, passages: int, questions: int) -> Folder:
    """Questions drawn by lot with all their relevant passages, as many as fit, and other passages up to the number.

    The same every time. Raises IngestError where no question fits.
    """
    lot = random.Random(SEED)
    relevant = {
        name: {found for found, grade in whole.qrels.get(name, {}).items() if grade > 0}
        for name in _shuffled(whole.questions, lot)
    }
    asked: list[str] = []
    kept: dict[str, None] = {}
    for name, wanted in relevant.items():
        together = kept | dict.fromkeys(sorted(wanted))
        if (
            wanted
            and wanted <= whole.passages.keys()
            and len(together) <= passages
            and len(asked) < questions
        ):
            kept = together
            asked.append(name)
    if not asked:
        raise IngestError(
            Path(whole.name), f"没有一个问题的相关段落放得进 {passages} 段；请用 --passages 放宽。"
        )
    others = [name for name in _shuffled(whole.passages, lot) if name not in kept]
    kept |= dict.fromkeys(others[: passages - len(kept)])
    return Folder(
        whole.name,
        {name: text for name, text in whole.passages.items() if name in kept},
        {name: whole.questions[name] for name in asked},
        {name: {found: whole.qrels[name][found] for found in relevant[name]} for name in asked},
    )


def write(folder: Folder, place: Path) -> None:
    """As files in BEIR form."""
    entries = ({"_id": name, "title": title, "text": text} for name, (title, text) in folder.passages.items())
    _write_jsonl(place / "corpus.jsonl", entries)
    _write_jsonl(
        place / "queries.jsonl", ({"_id": name, "text": text} for name, text in folder.questions.items())
    )
    lines = [f"{name}\t{found}\t{grade}" for name, of in folder.qrels.items() for found, grade in of.items()]
    (place / "qrels.tsv").write_text("\n".join(["query-id\tcorpus-id\tscore", *lines, ""]), encoding="utf-8")


def _shuffled(names: Iterable[str], lot: random.Random) -> list[str]:
    shuffled = list(names)
    lot.shuffle(shuffled)
    return shuffled


def _write_jsonl(path: Path, entries: Iterable[Mapping[str, Any]]) -> None:
    lines = [json.dumps(entry) for entry in entries]
    path.write_text("\n".join([*lines, ""]), encoding="utf-8")
