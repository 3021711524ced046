"""Step 5, embed: text → unit vectors, by the built-in model or any that sentence-transformers can load.

The built-in model runs in onnxruntime alone. One pass gives a passage's vector and, from the same token
states, one for each of its sentences ("late chunking": a sentence is read in its surroundings).
"""

from __future__ import annotations

import hashlib
import os
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol, TypeVar
from zipfile import BadZipFile

import numpy as np
import onnxruntime
from numpy.typing import NDArray
from onnxruntime.capi import onnxruntime_pybind11_state as engine

from ingest import builtin_model
from ingest.errors import ModelError
from ingest.unigram import Unigram

Vectors = NDArray[np.float32]
Span = tuple[int, int]
T = TypeVar("T")

WINDOW = 64  # texts that the threads are handed ahead of the one that is waited for
UNREADABLE = (
    *(OSError, ValueError, KeyError, RuntimeError, BadZipFile),
    *(engine.Fail, engine.InvalidArgument, engine.InvalidGraph, engine.InvalidProtobuf),
    *(engine.NoSuchFile, engine.RuntimeException),
)


@dataclass(frozen=True, slots=True)
class Embedded:
    """One passage's unit vector, and one for each of its sentences; ``index`` tells which passage."""

    index: int
    vector: Vectors
    sentences: Vectors


class Embedder(Protocol):
    """The one seam between this project and a neural model."""

    @property
    def name(self) -> str:
        """What manifests call the model."""

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
    """The built-in model by onnxruntime: one text a run, one run a core.

    A text alone gives the same vector whatever is embedded beside it, and no padding is computed. One run a
    core, rather than one run on two, measured 1.1 times as fast on a quiet machine and 1.8 times on a busy
    one, where threads that wait for each other lose most; a query takes 4 ms instead of 2.6.
    """

    def __init__(self, folder: Path, threads: int | None = None) -> None:
        facts = builtin_model.manifest(folder)
        if facts is None:
            raise ModelError(f"「{folder}」中没有内置向量模型；请运行：python -m ingest")
        try:
            self.name, self.dim = str(facts["name"]), int(facts["dim"])
            self.fingerprint, self.max_tokens = str(facts["fingerprint"]), int(facts["max_tokens"])
            self._prompts = facts["prompts"]
            self._words = Unigram.load(folder / builtin_model.DICTIONARY)
            self._session = _session(folder / builtin_model.GRAPH)
        except UNREADABLE as error:
            advice = "请删除该文件夹后运行：python -m ingest"
            raise ModelError(f"内置向量模型「{folder}」已损坏；{advice}（{_first_line(error)}）") from error
        self._threads = threads or _cores()

    def encode_query(self, texts: Sequence[str]) -> Vectors:
        """Embed what is asked."""
        return self._encode(texts, self._prompts["query"])

    def encode_document(self, texts: Sequence[str]) -> Vectors:
        """Embed what will be found."""
        return self._encode(texts, self._prompts["document"])

    def encode_passages(self, texts: Sequence[str], spans: Sequence[Sequence[Span]]) -> Iterator[Embedded]:
        """Embed passages and the sentences at their spans, each as soon as it is finished.

        A span that holds no token (empty, or behind ``max_tokens``) gets the passage's own vector.
        """
        prompt = self._prompts["document"]

        def embed(index: int) -> Embedded:
            states, places = self._states(prompt + texts[index])
            whole = unit(states.mean(axis=0))
            return Embedded(index, whole, pool(states, places - len(prompt), spans[index], whole))

        return self._each(embed, len(texts))

    def _encode(self, texts: Sequence[str], prompt: str) -> Vectors:
        def embed(index: int) -> Vectors:
            return unit(self._states(prompt + texts[index])[0].mean(axis=0))

        rows = list(self._each(embed, len(texts)))
        return np.stack(rows) if rows else np.empty((0, self.dim), np.float32)

    def _each(self, work: Callable[[int], T], count: int) -> Iterator[T]:
        if count == 1:  # a query needs no second thread
            yield work(0)
            return
        with ThreadPoolExecutor(self._threads) as threads:
            ahead: deque[Future[T]] = deque()
            try:
                for index in range(count):
                    ahead.append(threads.submit(work, index))
                    if len(ahead) >= WINDOW:
                        yield ahead.popleft().result()
                while ahead:
                    yield ahead.popleft().result()
            finally:  # a caller who stops early waits for those that have begun only
                for future in ahead:
                    future.cancel()

    def _states(self, text: str) -> tuple[Vectors, NDArray[np.int64]]:
        """Run the network over one text: the states of its tokens, and their places in the text."""
        tokens = self._words.encode(text).truncate(self.max_tokens)
        states: Vectors = self._session.run(None, {"input_ids": np.array([tokens.ids], np.int64)})[0][0]
        return states, np.array(tokens.spans, np.int64)


class SentenceTransformerEmbedder:
    """Any other model, by sentence-transformers.

    Sentences are embedded as texts of their own: simpler and always right, where token states would need the
    offsets and prompts of every tokenizer there is; indexing takes twice as long.
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
        return np.asarray(encode(list(texts), normalize_embeddings=True, show_progress_bar=False), np.float32)


def open_embedder(name: str, models: Path) -> Embedder:
    """Open the built-in model ("" or its name), a local folder, or a model of the hub by its name."""
    folder = models / builtin_model.NAME if name in ("", builtin_model.NAME) else Path(name).expanduser()
    if name in ("", builtin_model.NAME) or builtin_model.manifest(folder):
        return OnnxEmbedder(folder)
    if not folder.is_dir():
        return _from_hub(name)
    try:
        model = _load(str(folder), local_files_only=True)
    except (OSError, ValueError, KeyError, RuntimeError) as error:
        advice = "文件夹中应是 sentence-transformers 格式的完整模型"
        raise ModelError(f"无法加载向量模型「{folder}」：{advice}（{_first_line(error)}）") from error
    return SentenceTransformerEmbedder(model, folder.resolve().name, _fingerprint(folder))


def pool(states: Vectors, places: NDArray[np.int64], spans: Sequence[Span], otherwise: Vectors) -> Vectors:
    """Average the states of the tokens that overlap each span, to unit rows."""
    starts, ends = places[:, 0], places[:, 1]
    rows = np.empty((len(spans), states.shape[1]), np.float32)
    for row, (start, end) in zip(rows, spans, strict=True):
        # Never <s> and </s>: they stand for no text.
        inside = np.maximum(starts, start) < np.minimum(ends, end)
        row[:] = unit(states[inside].mean(axis=0)) if inside.any() else otherwise
    return rows


def unit(vector: Vectors) -> Vectors:
    """Scale to length 1.

    >>> unit(np.array([3, 4], np.float32)).round(3).tolist() == np.array([0.6, 0.8], np.float32).tolist()
    True
    """
    scaled: Vectors = vector / np.maximum(np.linalg.norm(vector), np.float32(1e-12))
    return scaled


def _session(graph: Path) -> onnxruntime.InferenceSession:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    # Beyond the basic level Add and LayerNormalization would be fused into one operator, five times slower.
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_BASIC
    options.log_severity_level = 3  # what goes wrong is raised
    return onnxruntime.InferenceSession(str(graph), options, providers=["CPUExecutionProvider"])


def _cores() -> int:
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _from_hub(name: str) -> SentenceTransformerEmbedder:
    """Take the copy downloaded before, or else ask the hub, once: its own retries would last 90 seconds."""
    try:
        model = _load(name, local_files_only=True)
    except (OSError, ValueError, KeyError, RuntimeError):
        from huggingface_hub import HfApi

        try:
            model = _load(name, revision=HfApi().model_info(name, timeout=10).sha)
        except Exception as error:  # which network library there is below the hub changes with its version
            advice = "没有这个文件夹，也无法从 Hugging Face 下载；请联网，或先下载到本地，再填文件夹的路径"
            raise ModelError(f"无法加载向量模型「{name}」：{advice}（{_first_line(error)}）") from error
    revision = getattr(model[0].auto_model.config, "_commit_hash", None)
    return SentenceTransformerEmbedder(model, name, hashlib.sha256(f"{name}@{revision}".encode()).hexdigest())


def _load(name: str, **settings: Any) -> Any:
    try:
        from sentence_transformers import SentenceTransformer
    except ImportError as error:
        advice = "请运行：pip install sentence-transformers"
        raise ModelError(f"加载向量模型「{name}」需要 sentence-transformers；{advice}") from error
    return SentenceTransformer(name, **settings)


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
