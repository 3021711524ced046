"""A synthetic library: complete, the same every time, and counted as plain Python counts it."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from ingest import index, verify
from ingest.models import FACETS
from ingest.passage_store import StoredDocument
from search.facets import FacetCounts
from search.searcher import Searcher
from tests.bench import scale_child
from tests.bench.synthetic import Library, Stub, World

PASSAGES = "900"


@pytest.fixture(scope="module")
def world() -> World:
    return World()


@pytest.fixture(scope="module")
def work(tmp_path_factory: pytest.TempPathFactory) -> Path:
    work = tmp_path_factory.mktemp("合成")
    (work / f"index-{PASSAGES}").mkdir()
    scale_child.make(work, [PASSAGES])
    scale_child.build(work, [PASSAGES])
    return work


@pytest.fixture(scope="module")
def searcher(work: Path, world: World) -> Searcher:
    return Searcher(index.current_build(work / f"index-{PASSAGES}"), Stub(world))  # type: ignore[arg-type]


def test_a_synthetic_build_is_complete(work: Path, searcher: Searcher) -> None:
    assert verify.problems_of(work / f"index-{PASSAGES}") == []
    assert searcher.manifest.passages == int(PASSAGES) == searcher.parts.retrieval.passages


def test_a_synthetic_library_is_the_same_every_time(work: Path, world: World, tmp_path: Path) -> None:
    again = Library(tmp_path / "again", int(PASSAGES))
    again.make(world)
    assert again.path.read_bytes() == (work / f"{PASSAGES}.pickle").read_bytes()
    first, second = (np.array([v for v, _ in again.vectors(world)]) for _ in range(2))
    assert first.shape == (900, 384) and (first == second).all()
    assert np.linalg.norm(first, axis=1) == pytest.approx(1, abs=1e-5)


def test_every_synthetic_question_finds_something(searcher: Searcher, world: World) -> None:
    found = [searcher.search(world.question(n)).hits for n in range(10)]
    assert all(found)


FILTERS: list[dict[str, tuple[str, ...]]] = [
    {},
    {"kind": ("案例",)},
    {"kind": ("培训", "报告"), "year": ("2010", "2011", "2012")},
    {"theme": ("加装电梯", "垃圾分类"), "aspect": ("做法",)},
    {"city": ("没有的市",)},
    {"aspect": ("成效", "做法")},
]


def passes(document: StoredDocument, filters: dict[str, tuple[str, ...]]) -> bool:
    held = document.facets.values
    return all(set(held.get(name, ())) & set(values) for name, values in filters.items() if name != "aspect")


@pytest.mark.parametrize("filters", FILTERS)
def test_facets_are_counted_and_passages_allowed_as_plain_python_does(
    searcher: Searcher, filters: dict[str, tuple[str, ...]]
) -> None:
    store, facets = searcher.store, FacetCounts(searcher.store)
    for name in FACETS:
        others = {other: values for other, values in filters.items() if other != name}
        held = {
            (value, document.family)
            for document in store.documents
            if passes(document, others)
            for value in document.facets.values.get(name, ())
        }
        expected = Counter(value for value, _ in held)
        counted = [(v.value, v.count) for v in facets.counts(filters)[name]]
        assert dict(counted) == expected
        by_count = sorted(counted, key=lambda item: (-item[1], item[0]))
        assert counted == (sorted(counted, reverse=True) if name == "year" else by_count)
    aspects = filters.get("aspect")
    allowed = [
        stored.row
        for document in store.documents
        if passes(document, filters)
        for stored in store.passages_of(document)
        if not aspects or stored.passage.aspect in aspects
    ]
    found = facets.allowed(filters)
    assert (found is None) == (not filters)
    assert found is None or found.tolist() == allowed
