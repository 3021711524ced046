"""Child process: one synthetic library, ``python -m tests.bench.scale_child (make|build|update|ask) WORK PASSAGES``."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import numpy as np
from numpy.random import default_rng

from ingest import index, pipeline, terms, vectors, word_cache
from search.models import Rows, Vectors
from search.searcher import Searcher
from tests.bench.child import peak_mb, percentile, run
from tests.bench.synthetic import CITIES, CLUSTERS, Library, Stub, World

QUESTIONS, WARM_UP, RECALL_OF = 200, 40, 50
PARTS = ("store", "terms", "vectors")  # what ``pipeline.write_build`` writes, in its order


Filters = Mapping[str, tuple[str, ...]]


class MadeUp:
    """Stands in for the cache of embeddings: the library's own vectors, whatever the keys."""

    def __init__(self, pairs: Iterator[tuple[Vectors, Vectors]]) -> None:
        self._pairs = pairs

    def get(self, keys: Iterable[int]) -> Iterator[tuple[Vectors, Vectors]]:
        """The vectors of all passages, in row order."""
        return self._pairs


def make(work: Path, arguments: list[str]) -> dict[str, Any]:
    """Write the library down."""
    _library(work, arguments).make(World())
    return {}


def build(work: Path, arguments: list[str]) -> dict[str, Any]:
    """Write a build of the library with the writers that ingest uses."""
    return _build(work, arguments, "new")


def update(work: Path, arguments: list[str]) -> dict[str, Any]:
    """Write it again, as if one text in a hundred were new."""
    with closing(sqlite3.connect(_store(work, arguments) / word_cache.NAME)) as connection, connection:
        connection.execute("DELETE FROM words WHERE key < x'03'")  # of 256 first bytes three
    return _build(work, arguments, "updated")


def _build(work: Path, arguments: list[str], version: str) -> dict[str, Any]:
    world, library, store = World(), _library(work, arguments), _store(work, arguments)
    stub, ends = Stub(world), [time.perf_counter()]
    inputs = index.Inputs(
        model=stub.name,
        model_fingerprint=stub.fingerprint,
        dim=stub.dim,
        terms_version=terms.version(),
        dictionary_fingerprint=terms.dictionary_fingerprint(),
        chunk={},
        pipeline_version=pipeline.VERSION,
        corpus_fingerprint=f"synthetic {version} {library.passages}",
    )

    def progress(stage: str, done: int, total: int) -> None:
        ends.append(time.perf_counter())

    with index.staging(store, inputs.build_id) as folder:
        cache, keys = MadeUp(library.vectors(world)), range(library.passages)
        words = word_cache.WordCache(store / word_cache.NAME)
        structure = pipeline.write_build(
            folder, library, library.families(), cache, keys, stub, progress, words
        )
        manifest = index.Manifest(
            build_id=inputs.build_id,
            created="",
            inputs=inputs,
            documents=library.documents,
            passages=library.passages,
            sentences=vectors.sentences_in(folder),
            structure=structure,
            roots=(),
        )
        published = index.publish(store, folder, manifest)
    words.forget_others()
    words.close()
    ends.append(time.perf_counter())
    took = dict(zip((*PARTS, "publish"), np.diff(ends).round(1).tolist(), strict=True))
    disk = sum(stored.size for stored in index.Manifest.read(published).files.values())
    return {"took": took, "written": ends[-1] - ends[0], "disk_mb": disk / 1e6, "structure": structure}


def ask(work: Path, arguments: list[str]) -> dict[str, Any]:
    """Open the build and ask: with and without filters, and how much of what is nearest the structure finds."""
    world = World()
    stub = Stub(world)
    stub.encode_query(["预热"])
    began = time.perf_counter()
    searcher = Searcher(index.current_build(_store(work, arguments)), stub)  # type: ignore[arg-type]
    opened = time.perf_counter() - began
    one_of_a_hundred = [{"city": (f"第{n}市",)} for n in range(CITIES)]
    began = time.perf_counter()
    searcher.warm_up()
    warm_up = (time.perf_counter() - began) * 1000
    first = _timed(searcher, world, [0])
    _timed(searcher, world, range(1, WARM_UP))
    plain = _timed(searcher, world, range(WARM_UP, WARM_UP + QUESTIONS))
    filtered = _timed(searcher, world, range(WARM_UP, WARM_UP + QUESTIONS), one_of_a_hundred)
    own, touched = _memory_mb()
    facets = searcher.parts.facets
    a_third = {"city": tuple(f"第{n}市" for n in range(CITIES // 3))}
    return {
        "opened": opened,
        "warm_up": warm_up,
        "first": first["p50"],
        "plain": plain,
        "filtered": filtered,
        "own_mb": own,
        "touched_mb": touched,
        "recall": _recall(searcher, world, None),
        "recall_filtered": _recall(searcher, world, facets.allowed(one_of_a_hundred[0])),
        "recall_third": _recall(searcher, world, facets.allowed(a_third)),
    }


def _timed(
    searcher: Searcher, world: World, numbers: Iterable[int], filters: Sequence[Filters] = ({},)
) -> dict[str, Any]:
    """p50 and p95 in milliseconds, and of each stage the p50; the filters by turns."""
    took = [searcher.search(world.question(n), filters=filters[n % len(filters)]).took_ms for n in numbers]
    totals = [one["total"] for one in took]
    stages = {name: percentile([one[name] for one in took], 50) for name in took[0]}
    return {"p50": percentile(totals, 50), "p95": percentile(totals, 95), "stages": stages}


def _recall(searcher: Searcher, world: World, allowed: Rows | None) -> float:
    """Share of the ten nearest passages that dense retrieval has among its first ten."""
    dense, count = searcher.parts.dense, searcher.parts.sparse.passages
    asked = np.stack([world.near(n % CLUSTERS, default_rng(n)) for n in range(RECALL_OF)])
    rows = np.arange(count) if allowed is None else allowed
    best: list[tuple[Vectors, Rows]] = [(np.zeros((RECALL_OF, 0)), np.zeros((RECALL_OF, 0), dtype=np.int64))]
    for start in range(0, len(rows), 50_000):
        block = rows[start : start + 50_000]
        scores = np.hstack([best[0][0], asked @ dense.vectors(block).T])
        known = np.hstack([best[0][1], np.broadcast_to(block, (RECALL_OF, len(block)))])
        order = np.argpartition(-scores, min(10, scores.shape[1] - 1), axis=1)[:, :10]
        best[0] = np.take_along_axis(scores, order, 1), np.take_along_axis(known, order, 1)
    found = [dense.retrieve(query, 10, allowed).rows for query in asked]
    return float(np.mean([np.isin(due, got).mean() for due, got in zip(best[0][1], found, strict=True)]))


def _memory_mb() -> tuple[float, float]:
    """Memory of this process now: its own, and with what it has touched of mapped files, which the system may take back."""
    try:
        lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    except OSError:  # not Linux
        return peak_mb(), peak_mb()
    kilobytes = {
        line.split(":")[0]: int(line.split()[1]) for line in lines if line.startswith(("RssAnon", "VmRSS"))
    }
    return kilobytes["RssAnon"] / 1024, kilobytes["VmRSS"] / 1024


def _library(work: Path, arguments: Sequence[str]) -> Library:
    return Library(work / f"{arguments[0]}.pickle", int(arguments[0]))


def _store(work: Path, arguments: Sequence[str]) -> Path:
    return work / f"index-{arguments[0]}"


if __name__ == "__main__":
    run({"make": make, "build": build, "update": update, "ask": ask})
