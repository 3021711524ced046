"""Votes as judged questions (questions.jsonl, qrels.tsv), so that ``python -m search evaluate`` can measure on them.

A vote names its passage by an anchor, words that stand in it, as the judgements of tests/quality do; so they
hold after the files were cut in another way. 有用 is grade 1: it helped somebody.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from desk.feedback import ANSWER, FeedbackError, Vote, key
from desk.files import replace_text
from ingest.chunk import sentences
from ingest.passage_store import PassageStore

SHORTEST, LONGEST = 8, 60  # characters of an anchor, white space not counted
QUESTIONS, QRELS = "questions.jsonl", "qrels.tsv"  # as search.evaluation.judged names them


@dataclass(frozen=True, slots=True)
class Exported:
    """How many questions of each kind were written, judgements, and votes whose passage is gone."""

    answerable: int
    unanswerable: int
    judgements: int
    lost: int


def export(votes: Sequence[Vote], store: PassageStore, folder: Path) -> Exported:
    """Write both files; raises FeedbackError when the folder can't be written to.

    Answerable is a question with a hit that more sessions called 有用 than 没用; unanswerable one whose
    answer more called 没用, with no such hit. What is neither is left out.
    """
    texts = _texts(store)
    questions: list[dict[str, str]] = []
    rows = ["question\tdocument\tanchor\tgrade"]
    lost = 0
    for number, given in enumerate(_by_question(votes), start=1):
        name, found = f"f-{number:03d}", []
        for passage, verdict in given.items():
            if passage != ANSWER and _net(verdict) > 0:
                anchor = _anchor(verdict[-1].text, texts)
                lost += not anchor
                found += [(PurePosixPath(verdict[-1].document).stem, anchor)] if anchor else []
        answered_badly = _net(given.get(ANSWER, [])) < 0
        useful = any(passage != ANSWER and _net(verdict) > 0 for passage, verdict in given.items())
        if found or (answered_badly and not useful):
            text = next(iter(given.values()))[0].question
            kind = "answerable" if found else "unanswerable"
            questions.append({"_id": name, "text": text, "kind": kind, "style": "反馈", "role": ""})
            rows += [f"{name}\t{' '.join(document.split())}\t{anchor}\t1" for document, anchor in found]
    try:
        lines = "".join(json.dumps(question, ensure_ascii=False) + "\n" for question in questions)
        replace_text(folder / QUESTIONS, lines, 0o644)
        replace_text(folder / QRELS, "".join(f"{row}\n" for row in rows), 0o644)
    except OSError as error:
        raise FeedbackError(f"{folder} 写不进去（{error.strerror}）。") from error
    answerable = sum(question["kind"] == "answerable" for question in questions)
    return Exported(answerable, len(questions) - answerable, len(rows) - 1, lost)


def _by_question(votes: Sequence[Vote]) -> list[Mapping[str, list[Vote]]]:
    """The votes of each question by passage, questions in the order in which they were first judged."""
    grouped: defaultdict[str, defaultdict[str, list[Vote]]] = defaultdict(lambda: defaultdict(list))
    for vote in votes:
        grouped[key(vote.question)][vote.passage].append(vote)
    return list(grouped.values())


def _net(votes: Sequence[Vote]) -> int:
    return sum(1 if vote.useful else -1 for vote in votes)


def _texts(store: PassageStore) -> list[str]:
    return [
        "".join(passage.passage.text.split())
        for document in store.documents
        for passage in store.passages_of(document)
    ]


def _anchor(text: str, texts: Sequence[str]) -> str:
    """The sentence of a passage that fewest passages of the index hold, cut to LONGEST; empty when none does."""
    candidates = ["".join(text[start:end].split())[:LONGEST] for start, end in sentences(text)]
    long = [candidate for candidate in candidates if len(candidate) >= SHORTEST] or candidates
    held = {candidate: sum(candidate in other for other in texts) for candidate in long if candidate}
    found = [candidate for candidate, count in held.items() if count]
    return min(found, key=lambda candidate: (held[candidate], -len(candidate)), default="")
