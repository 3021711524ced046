"""Vectors on disk: dense.faiss (one a passage), sentences.f16 (one a sentence) and the cache of embeddings."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import faiss
import numpy as np
from numpy.typing import NDArray

from ingest.errors import IndexDamagedError

Vectors = NDArray[np.float32]

DENSE, SENTENCES, STARTS, SHARED = "dense.faiss", "sentences.f16", "sentences.starts", "shared.f32"
QUESTIONS = Path(__file__).with_name("questions.txt")
"""Questions of all kinds, one a line: what they have in common says nothing of what is asked."""


def write_dense(path: Path, vectors: Vectors) -> None:
    """Write unit vectors (n, dim) as a flat fp16 inner-product index; FAISS ids are passage rows.

    Through Python's own I/O: FAISS can't open Chinese paths on Windows (facebookresearch/faiss#3073).
    """
    index = faiss.IndexScalarQuantizer(
        vectors.shape[1], faiss.ScalarQuantizer.QT_fp16, faiss.METRIC_INNER_PRODUCT
    )
    index.add(np.ascontiguousarray(vectors))
    path.write_bytes(faiss.serialize_index(index).tobytes())


def read_dense(path: Path) -> Any:
    """Open what ``write_dense`` wrote; raises IndexDamagedError."""
    try:
        return faiss.deserialize_index(np.fromfile(path, dtype=np.uint8))
    except (OSError, RuntimeError) as error:
        raise IndexDamagedError(f"索引里的 {path.name} 已损坏。请运行 python -m ingest 重建。") from error


def write_shared(folder: Path, embed: Callable[[Sequence[str]], Vectors]) -> None:
    """Write the mean vector (dim,) of questions of all kinds; ``embed`` is the model's ``encode_query``."""
    embed(QUESTIONS.read_text(encoding="utf-8").split("\n")[:-1]).mean(axis=0).tofile(folder / SHARED)


def read_shared(folder: Path) -> Vectors:
    """What ``write_shared`` wrote."""
    return np.fromfile(folder / SHARED, dtype=np.float32)


def write_sentences(folder: Path, per_passage: Iterable[Vectors]) -> None:
    """Write the sentence vectors of all passages in row order, and where each passage's begin."""
    starts = [0]
    with (folder / SENTENCES).open("wb") as file:
        for vectors in per_passage:
            file.write(vectors.astype(np.float16).tobytes())
            starts.append(starts[-1] + len(vectors))
    np.array(starts, dtype=np.int64).tofile(folder / STARTS)


class SentenceVectors:
    """Memory-mapped sentence vectors, by passage row."""

    def __init__(self, folder: Path, dim: int) -> None:
        self._starts = np.fromfile(folder / STARTS, dtype=np.int64)
        total = int(self._starts[-1])
        shape = (total, dim)
        self._vectors: NDArray[np.float16] = (
            np.asarray(np.memmap(folder / SENTENCES, dtype=np.float16, mode="r", shape=shape))
            if total
            else np.zeros(shape, dtype=np.float16)
        )

    def of(self, row: int) -> Vectors:
        """Sentence vectors (s, dim) of one passage, in reading order; s may be 0."""
        return self._vectors[self._starts[row] : self._starts[row + 1]].astype(np.float32)

    def best(self, query: Vectors, rows: NDArray[np.int64]) -> Vectors:
        """The highest cosine of a sentence of each passage with the query (dim,); -1 where there is none."""
        starts, ends = self._starts[rows], self._starts[rows + 1]
        out = np.full(len(rows), -1.0, dtype=np.float32)
        has = ends > starts
        if has.any():
            counts = (ends - starts)[has]
            first = np.cumsum(counts) - counts
            places = np.repeat(starts[has] - first, counts) + np.arange(counts.sum())
            out[has] = np.maximum.reduceat(self._vectors[places].astype(np.float32) @ query, first)
        return out


class EmbeddingCache:
    """(model fingerprint, text key) → passage vector and sentence vectors, as fp16; only ever grows."""

    def __init__(self, path: Path, fingerprint: str, dim: int) -> None:
        self._fingerprint, self._dim = fingerprint, dim
        self._connection = sqlite3.connect(path)
        self._connection.executescript(
            "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;"
            "CREATE TABLE IF NOT EXISTS embeddings (model TEXT, key BLOB, vectors BLOB NOT NULL,"
            " PRIMARY KEY (model, key)) WITHOUT ROWID;"
        )

    @staticmethod
    def key(text: str, spans: Sequence[tuple[int, int]]) -> bytes:
        """SHA-256 over the embedded text and where its sentences are."""
        return hashlib.sha256(f"{text}\0{spans}".encode(errors="surrogatepass")).digest()

    def known(self, keys: Iterable[bytes]) -> set[bytes]:
        """Those of the keys that are in the cache."""
        query = "SELECT 1 FROM embeddings WHERE model=? AND key=?"
        return {k for k in keys if self._connection.execute(query, (self._fingerprint, k)).fetchone()}

    def put(self, key: bytes, vector: Vectors, sentences: Vectors) -> None:
        """Store one passage's vectors; call ``commit`` now and then."""
        blob = np.vstack([vector[None, :], sentences.reshape(-1, self._dim)]).astype(np.float16).tobytes()
        self._connection.execute(
            "INSERT OR REPLACE INTO embeddings VALUES (?,?,?)", (self._fingerprint, key, blob)
        )

    def commit(self) -> None:
        """Make what was put so far lasting."""
        self._connection.commit()

    def get(self, keys: Iterable[bytes]) -> Iterator[tuple[Vectors, Vectors]]:
        """Passage vector (dim,) and sentence vectors (s, dim) of each key, in order; all must be known."""
        query = "SELECT vectors FROM embeddings WHERE model=? AND key=?"
        for key in keys:
            (blob,) = self._connection.execute(query, (self._fingerprint, key)).fetchone()
            rows = np.frombuffer(blob, dtype=np.float16).reshape(-1, self._dim).astype(np.float32)
            yield rows[0], rows[1:]

    def close(self) -> None:
        """Commit and close."""
        self._connection.commit()
        self._connection.close()
