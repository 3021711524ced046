"""What ranking and showing need of one passage, as one record: its row, its folded text, its vectors."""

from __future__ import annotations

import json
import struct
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from ingest.folded import Units
from ingest.passage_store import StoredPassage, passage_of
from ingest.vectors import Vectors

_LENGTHS = struct.Struct("<II")


@dataclass(frozen=True, slots=True)
class PassageRecord:
    """A passage, its folded text (n,), its vector (dim,) and those of its sentences (s, dim)."""

    stored: StoredPassage
    folded: Units
    vector: Vectors
    sentences: Vectors

    @classmethod
    def read(cls, data: bytes, dim: int) -> PassageRecord:
        """Read what ``written`` made."""
        row, folded = _LENGTHS.unpack_from(data)
        start = _LENGTHS.size
        vectors = np.frombuffer(data, dtype="<f2", offset=start + row + folded).reshape(-1, dim)
        return cls(
            stored=passage_of(json.loads(data[start : start + row])),
            folded=np.frombuffer(data, dtype="<u2", count=folded // 2, offset=start + row),
            vector=vectors[0].astype(np.float32),
            sentences=vectors[1:].astype(np.float32),
        )


def written(row: Sequence[Any], folded: Units, vector: Vectors, sentences: Vectors) -> bytes:
    """A row of the table passages with its folded text and its vectors, which are kept as fp16."""
    text, code_units = json.dumps(row, ensure_ascii=False).encode(errors="surrogatepass"), folded.tobytes()
    vectors = np.vstack([vector[None, :], sentences]).astype("<f2")
    return _LENGTHS.pack(len(text), len(code_units)) + text + code_units + vectors.tobytes()
