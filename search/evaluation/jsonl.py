"""Evaluation files, read line by line with errors that say where."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ingest.errors import IngestError

FORMS = (
    "评测集要么是 BEIR 格式（corpus.jsonl、queries.jsonl、qrels.tsv），"
    "要么是评判过的问题（questions.jsonl、qrels.tsv）。"
)


def read_lines(path: Path) -> list[str]:
    """The lines of a file; raises IngestError when it can't be read.

    Only a line feed ends a line: JSON may hold U+2028 and U+0085, at which ``splitlines`` would cut it.
    """
    try:
        return [line.removesuffix("\r") for line in path.read_text(encoding="utf-8-sig").split("\n")]
    except (OSError, UnicodeDecodeError) as error:
        raise IngestError(path, f"没有这个文件，或者读不了。{FORMS}") from error


def read_jsonl(path: Path) -> Iterator[dict[str, Any]]:
    """The objects of a JSON Lines file; raises IngestError naming the line that isn't one."""
    for number, line in enumerate(read_lines(path), start=1):
        if line.strip():
            try:
                yield json.loads(line)
            except ValueError as error:
                raise IngestError(path, f"第 {number} 行不是 JSON：{error}") from error


def read_object(path: Path) -> dict[str, Any]:
    """The object of a JSON file, empty when there is no such file; raises IngestError."""
    if not path.is_file():
        return {}
    try:
        found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8-sig"))
    except ValueError as error:
        raise IngestError(path, f"不是 JSON：{error}") from error
    return found
