"""Vectors on disk: dense.faiss (one a passage), sentences.f16 (one a sentence) and the cache of embeddings."""

from __future__ import annotations

import hashlib
import math
import sqlite3
import tempfile
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Any, BinaryIO

import faiss
import numpy as np
from numpy.typing import NDArray

from ingest.errors import IndexDamagedError

Vectors = NDArray[np.float32]

DENSE, SENTENCES, STARTS, SHARED = "dense.faiss", "sentences.f16", "sentences.starts", "shared.f32"
QUESTIONS = Path(__file__).with_name("questions.txt")
"""Questions of all kinds, one a line: what they have in common says nothing of what is asked."""

# Up to so many passages every vector is compared: 3 ms a question on one thread of a quiet machine, 20 of a busy one,
# since it reads 77 MB. Beyond, those of the lists (inverted file, IVF) nearest to the question.
FLAT_UP_TO = 100_000
# Of k-means for the lists: 64 vectors a list are enough to place its centre, and more rounds hardly move it.
_SEED, _ROUNDS, _PER_LIST = 1, 10, 64
_BLOCK = 8_192  # vectors held in memory at a time


def structure_for(passages: int) -> str:
    """The structure of dense.faiss for so many passages: ``flat``, or ``ivf`` and its number of lists."""
    return "flat" if passages <= FLAT_UP_TO else f"ivf{2 ** round(math.log2(2 * math.sqrt(passages)))}"


def write_dense(
    path: Path, vectors: Iterable[Vectors], passages: int, dim: int, structure: str | None = None
) -> str:
    """Write the passages' unit vectors (dim,), fp16, for inner products; FAISS ids are passage rows.

    Returns the structure's name. Through Python's own I/O: FAISS can't open Chinese paths on Windows
    (facebookresearch/faiss#3073).
    """
    structure = structure or structure_for(passages)
    index: Any
    fp16, inner_product = faiss.ScalarQuantizer.QT_fp16, faiss.METRIC_INNER_PRODUCT
    if structure == "flat":
        index = faiss.IndexScalarQuantizer(dim, fp16, inner_product)
        for block in _blocks(vectors):
            index.add(block)
    else:
        lists = int(structure.removeprefix("ivf"))
        quantizer = faiss.IndexFlatIP(dim)
        index = faiss.IndexIVFScalarQuantizer(quantizer, dim, lists, fp16, inner_product, False)
        index.cp.seed, index.cp.niter, index.cp.spherical = _SEED, _ROUNDS, True
        with tempfile.TemporaryFile(dir=path.parent) as scratch:
            _fill(index, scratch, vectors, (passages, dim))
        index.make_direct_map()  # the place of every row, for ``reconstruct``
    with path.open("wb") as file:
        faiss.write_index(index, faiss.PyCallbackIOWriter(file.write))  # type: ignore[attr-defined]
    return structure


def _fill(index: Any, scratch: BinaryIO, vectors: Iterable[Vectors], shape: tuple[int, int]) -> None:
    """Train an IVF index with every so manieth vector, then add them all; they wait on disk meanwhile."""
    for block in _blocks(vectors):
        scratch.write(block.astype(np.float16).tobytes())
    scratch.flush()
    stored = np.memmap(scratch, dtype=np.float16, mode="r", shape=shape)
    every = max(1, shape[0] // (_PER_LIST * index.nlist))
    index.train(stored[::every].astype(np.float32))
    for start in range(0, shape[0], _BLOCK):
        index.add(stored[start : start + _BLOCK].astype(np.float32))


def _blocks(vectors: Iterable[Vectors]) -> Iterator[Vectors]:
    """The vectors (dim,) by _BLOCK, as matrices."""
    rest = iter(vectors)
    while block := list(islice(rest, _BLOCK)):
        yield np.array(block, dtype=np.float32)


def read_dense(path: Path) -> Any:
    """Open what ``write_dense`` wrote, mapped into memory: only what is searched is read. Raises IndexDamagedError."""
    try:
        mapped = np.memmap(path, dtype=np.uint8, mode="r")
        reader = faiss.ZeroCopyIOReader(faiss.swig_ptr(mapped), mapped.nbytes)  # type: ignore[attr-defined]
        index: Any = faiss.read_index(reader)
    except (OSError, ValueError, RuntimeError) as error:
        raise IndexDamagedError(f"索引里的 {path.name} 已损坏。请运行 python -m ingest 重建。") from error
    index.referenced_objects = [mapped]  # which must live as long as the index
    return index


def write_shared(folder: Path, embed: Callable[[Sequence[str]], Vectors]) -> None:
    """Write the mean vector (dim,) of questions of all kinds; ``embed`` is the model's ``encode_query``."""
    embed(QUESTIONS.read_text(encoding="utf-8").split("\n")[:-1]).mean(axis=0).tofile(folder / SHARED)


def read_shared(folder: Path) -> Vectors:
    """What ``write_shared`` wrote."""
    return np.fromfile(folder / SHARED, dtype=np.float32)


def writing_sentences(
    folder: Path, pairs: Iterable[tuple[Vectors, Vectors]]
) -> Generator[Vectors, None, None]:
    """Hand on the passage's vector of each pair, in row order, writing its sentence vectors on the way.

    Where each passage's sentences begin is written at the end.
    """
    starts = [0]
    with (folder / SENTENCES).open("wb") as file:
        for vector, sentences in pairs:
            file.write(sentences.astype(np.float16).tobytes())
            starts.append(starts[-1] + len(sentences))
            yield vector
    np.array(starts, dtype=np.int64).tofile(folder / STARTS)


def sentences_in(folder: Path) -> int:
    """How many sentence vectors a build has."""
    return int(np.fromfile(folder / STARTS, dtype=np.int64)[-1])


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
