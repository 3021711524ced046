"""Step 5, embed: text → unit vectors, by the built-in model or any that sentence-transformers can load.

The built-in model runs in onnxruntime alone. One pass gives a passage's vector and, from the same token states, a
vector for each of its sentences ("late chunking": a sentence is read in its surroundings).
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol, TypeVar

import numpy as np
import onnxruntime
from numpy.typing import NDArray

from ingest import builtin_model
from ingest.errors import ModelError
from ingest.unigram import Unigram

Vectors = NDArray[np.float32]
Span = tuple[int, int]
T = TypeVar("T")

WINDOW = 64  # texts handed to the threads at a time: what a caller who stops early has paid for in vain at most


@dataclass(frozen=True, slots=True)
class Embedded:
    """One passage's unit vector, and one for each of its sentences; ``index`` tells which passage."""

    index: int
    vector: Vectors
    sentences: Vectors


class Embedder(Protocol):
    """The one seam between this project and a neural model; the first two methods are sentence-transformers' own."""

    @property
    def name(self) -> str:
        """What the manifest calls the model."""

    @property
    def dim(self) -> int:
        """Length of a vector."""

    @property
    def fingerprint(self) -> str:
        """Changes when the same text would get another vector."""

    def encode_query(self, texts: Sequence[str]) -> Vectors:
        """Embed what is asked; unit rows."""

    def encode_document(self, texts: Sequence[str]) -> Vectors:
        """Embed what will be found; unit rows."""

    def encode_passages(self, texts: Sequence[str], spans: Sequence[Sequence[Span]]) -> Iterator[Embedded]:
        """Embed passages and the sentences at their spans, in any order, each as soon as it is finished."""


class OnnxEmbedder:
    """The built-in model by onnxruntime, one text a run and one run a core.

    Measured against batches padded to one length and one run on all cores: see docs/evaluation.md.
    """

    def __init__(self, folder: Path, threads: int | None = None) -> None:
        facts = builtin_model.manifest(folder)
        if facts is None:
            raise ModelError(f"「{folder}」中没有内置向量模型；请运行：python -m ingest")
        self.name, self.dim, self.fingerprint = str(facts["name"]), int(facts["dim"]), str(facts["fingerprint"])
        self.max_tokens, self._prompts = int(facts["max_tokens"]), facts["prompts"]
        self._threads = threads or _cores()
        try:
            self._words = Unigram.load(folder / builtin_model.DICTIONARY)
            self._session = _session(folder / builtin_model.GRAPH)
        except (OSError, ValueError, KeyError, RuntimeError) as error:
            raise ModelError(f"内置向量模型「{folder}」已损坏（{error}）；请删除该文件夹后运行：python -m ingest") from error

    def encode_query(self, texts: Sequence[str]) -> Vectors:
        """Embed what is asked."""
        return self._encode(texts, self._prompts["query"])

    def encode_document(self, texts: Sequence[str]) -> Vectors:
        """Embed what will be found."""
        return self._encode(texts, self._prompts["document"])

    def encode_passages(self, texts: Sequence[str], spans: Sequence[Sequence[Span]]) -> Iterator[Embedded]:
        """Embed passages and the sentences at their spans, in any order, each as soon as it is finished.

        A span that holds no token (it stands behind ``max_tokens``, or is empty) gets the passage's own vector.
        """
        prompt = self._prompts["document"]

        def embed(index: int) -> Embedded:
            states, places = self._states(prompt + texts[index])
            whole = unit(states.mean(axis=0))
            return Embedded(index, whole, pool(states, places - len(prompt), spans[index], whole))

        yield from self._each(embed, len(texts))

    def _encode(self, texts: Sequence[str], prompt: str) -> Vectors:
        def embed(index: int) -> Vectors:
            return unit(self._states(prompt + texts[index])[0].mean(axis=0))

        rows = list(self._each(embed, len(texts)))
        return np.stack(rows) if rows else np.empty((0, self.dim), np.float32)

    def _each(self, work: Callable[[int], T], count: int) -> Iterator[T]:
        if count == 1:
            yield work(0)
            return
        with ThreadPoolExecutor(self._threads) as threads:
            for start in range(0, count, WINDOW):
                yield from threads.map(work, range(start, min(start + WINDOW, count)))

    def _states(self, text: str) -> tuple[Vectors, NDArray[np.int64]]:
        """Run the network over one text: the states of its tokens, and their places in the text."""
        tokens = self._words.encode(text).truncate(self.max_tokens)
        states = self._session.run(None, {"input_ids": np.array([tokens.ids])})[0][0]
        return states, np.array(tokens.spans)


class SentenceTransformerEmbedder:
    """Any other model, by sentence-transformers.

    Sentences are embedded as texts of their own: token states would need each tokenizer's offsets and prompts.
    """

    def __init__(self, model: Any, name: str, fingerprint: str) -> None:
        self.name, self.fingerprint, self._model = name, fingerprint, model
        self.dim = int(model.get_embedding_dimension())

    def encode_query(self, texts: Sequence[str]) -> Vectors:
        """Embed what is asked."""
        return self._vectors(self._model.encode_query, texts)

    def encode_document(self, texts: Sequence[str]) -> Vectors:
        """Embed what will be found."""
        return self._vectors(self._model.encode_document, texts)

    def encode_passages(self, texts: Sequence[str], spans: Sequence[Sequence[Span]]) -> Iterator[Embedded]:
        """Embed passages and the sentences at their spans."""
        for start in range(0, len(texts), WINDOW):
            batch, cuts = texts[start : start + WINDOW], spans[start : start + WINDOW]
            sentences = [text[a:b] for text, places in zip(batch, cuts, strict=True) for a, b in places]
            vectors = self.encode_document([*batch, *sentences])
            at = len(batch)
            for offset, places in enumerate(cuts):
                yield Embedded(start + offset, vectors[offset], vectors[at : at + len(places)])
                at += len(places)

    def _vectors(self, encode: Callable[..., Any], texts: Sequence[str]) -> Vectors:
        if not texts:
            return np.empty((0, self.dim), np.float32)
        return np.asarray(
            encode(list(texts), normalize_embeddings=True, show_progress_bar=False, convert_to_numpy=True), np.float32
        )


def open_embedder(name: str, models: Path) -> Embedder:
    """Open the built-in model ("" or its name), a local folder, or a model of the hub by its name."""
    if name in ("", builtin_model.NAME):
        return OnnxEmbedder(models / builtin_model.NAME)
    folder = Path(name).expanduser()
    if folder.is_dir():
        if builtin_model.manifest(folder):
            return OnnxEmbedder(folder)
        return SentenceTransformerEmbedder(_load(str(folder), local=True), folder.name, _fingerprint(folder))
    model = _load(name, local=False)
    revision = getattr(model[0].auto_model.config, "_commit_hash", None) or ""
    return SentenceTransformerEmbedder(model, name, hashlib.sha256(f"{name}@{revision}".encode()).hexdigest())


def pool(states: Vectors, places: NDArray[np.int64], spans: Sequence[Span], otherwise: Vectors) -> Vectors:
    """Average the states of the tokens that overlap each span, to unit rows."""
    starts, ends = places[:, 0], places[:, 1]
    rows = np.empty((len(spans), states.shape[1]), np.float32)
    for row, (start, end) in zip(rows, spans, strict=True):
        inside = (starts < end) & (ends > start) & (ends > starts)
        row[:] = unit(states[inside].mean(axis=0)) if inside.any() else otherwise
    return rows


def unit(vector: Vectors) -> Vectors:
    """Scale to length 1.

    >>> unit(np.array([3, 4], np.float32)).tolist()
    [0.6000000238418579, 0.800000011920929]
    """
    return vector / np.maximum(np.linalg.norm(vector), np.float32(1e-12))


def _session(graph: Path) -> onnxruntime.InferenceSession:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    # Higher levels would fuse Add and LayerNormalization into an operator that is five times slower than the two.
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_BASIC
    options.log_severity_level = 3
    return onnxruntime.InferenceSession(str(graph), options, providers=["CPUExecutionProvider"])


def _cores() -> int:
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _load(name: str, local: bool) -> Any:
    try:
        from sentence_transformers import SentenceTransformer

        return SentenceTransformer(name, local_files_only=local)
    except ImportError as error:
        raise ModelError(f"使用模型「{name}」需要 sentence-transformers；请运行：pip install sentence-transformers") from error
    except (OSError, ValueError, RuntimeError) as error:
        advice = "文件夹中应是 sentence-transformers 格式的完整模型" if local else "需要联网下载，或先下载到本地再填文件夹路径"
        raise ModelError(f"无法加载向量模型「{name}」：{advice}（{_first_line(error)}）") from error


def _first_line(error: Exception) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0]


def _fingerprint(folder: Path) -> str:
    """Hash every file of the model: weights, tokenizer, prompts, pooling."""
    digest = hashlib.sha256()
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        digest.update(path.relative_to(folder).as_posix().encode())
        with path.open("rb") as file:
            digest.update(hashlib.file_digest(file, "sha256").digest())
    return digest.hexdigest()
