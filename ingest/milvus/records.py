"""Bytes by key in a build's second collection: what page servers read, cut into parts that fit a field."""

from __future__ import annotations

import base64
import zlib
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Any

from ingest.milvus.schema import PART, records_of
from ingest.milvus.server import Server

_AT_ONCE = 2_000_000  # characters of an insertion
_ASKED_FOR = 200  # records of a request, mostly of one part


def put(server: Server, build: str, records: Iterable[tuple[str, bytes]]) -> int:
    """Write the records; returns of how many parts they are. Keys must be new."""
    written, batch, size = 0, list[dict[str, Any]](), 0
    for row in (row for key, data in records for row in _rows(key, data)):
        batch.append(row)
        size += len(row["data"])
        if size > _AT_ONCE:
            written += _insert(server, build, batch)
            batch, size = [], 0
    return written + _insert(server, build, batch)


def _insert(server: Server, build: str, rows: list[dict[str, Any]]) -> int:
    if rows:
        server.call("insert", records_of(build), rows)
    return len(rows)


def _rows(key: str, data: bytes) -> Iterator[dict[str, Any]]:
    packed = zlib.compress(data, 1)
    parts = [packed[start : start + PART] for start in range(0, len(packed), PART)]
    for number, part in enumerate(parts):
        yield {
            "key": _part(key, number),
            "parts": len(parts),
            "data": base64.b64encode(part).decode(),
            "none": [0.0, 0.0],
        }


def stored_size(data: bytes) -> int:
    """Characters that a record takes."""
    return sum(len(row["data"]) for row in _rows("", data))


def _part(key: str, number: int) -> str:
    return f"{key}#{number}" if number else key


def get(server: Server, build: str, keys: Iterable[str]) -> dict[str, bytes]:
    """The records with these keys, those that there are."""
    wanted = list(dict.fromkeys(keys))
    first = _fetch(server, build, wanted)
    rest = [_part(key, n) for key in wanted if key in first for n in range(1, first[key][0])]
    others = _fetch(server, build, rest) if rest else {}
    return {
        key: zlib.decompress(
            b"".join([first[key][1], *(others[_part(key, n)][1] for n in range(1, first[key][0]))])
        )
        for key in wanted
        if key in first
    }


def _fetch(server: Server, build: str, keys: Sequence[str]) -> dict[str, tuple[int, bytes]]:
    """Of each stored part, how many its record has, and its bytes."""
    found: dict[str, tuple[int, bytes]] = {}
    rest = iter(keys)
    while batch := list(islice(rest, _ASKED_FOR)):
        rows = server.call("query", records_of(build), ids=batch, output_fields=["key", "parts", "data"])
        found |= {row["key"]: (row["parts"], base64.b64decode(row["data"])) for row in rows}
    return found
