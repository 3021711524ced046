"""Measure retrieval on a BEIR folder, passages taken as given, through the code paths of real search."""

from __future__ import annotations

import resource
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from ingest import index, pipeline, terms, vectors
from ingest.aspects import aspect_of
from ingest.embed import Embedder, open_embedder
from ingest.errors import IngestError
from ingest.models import Document, Facets, IndexedDocument, Passage, Section
from search.jsonl import FORMS, read_jsonl, read_lines
from search.measures import Qrels, Values, mean, per_question
from search.runs import MODES, ask_all, retrievers
from search.searcher import Searcher
from search.significance import Difference, better_single, paired_bootstrap


@dataclass(frozen=True, slots=True)
class BeirSet:
    """A folder in BEIR form; ``asked`` are the judged questions that are put, ``questions`` how many there are."""

    name: str
    about: Mapping[str, Any]  # its meta.json, where it has one
    documents: tuple[IndexedDocument, ...]
    asked: Mapping[str, str]
    questions: int
    qrels: Qrels


@dataclass(frozen=True, slots=True)
class SetResult:
    """All modes on one set: what its row in docs/evaluation.md is made of."""

    name: str
    about: Mapping[str, Any]
    passages: int
    queries: int
    questions: int
    rows: Mapping[str, Mapping[str, float]]
    differences: tuple[Difference, ...]


@dataclass(frozen=True, slots=True)
class Indexed:
    """A set's temporary index, opened."""

    searcher: Searcher
    seconds: float


def evaluate_folder(
    folder: Path, mode: str, limit: int | None, models: Path, cache: Path | None = None
) -> dict[str, Any]:
    """Index ``corpus.jsonl`` in a temporary folder, ask ``queries.jsonl``, score against ``qrels.tsv``.

    Returns the JSON of ``python -m search evaluate``; raises IngestError when the folder isn't in BEIR form.
    """
    beir = read_folder(folder, limit)
    with _indexed(beir, models, cache) as indexed:
        values, took = _measure(beir, indexed.searcher, mode)
    return _as_json(beir, indexed, mode, mean(values), took)


def compare_folder(
    folder: Path, mode: str, limit: int | None, models: Path, cache: Path | None = None
) -> tuple[dict[str, Any], SetResult]:
    """As ``evaluate_folder``, and all modes side by side, their differences tested."""
    beir = read_folder(folder, limit)
    with _indexed(beir, models, cache) as indexed:
        measured = {name: _measure(beir, indexed.searcher, name) for name in MODES}
    values = {name: found for name, (found, _) in measured.items()}
    rows = {name: mean(found) for name, found in values.items()}
    against = (better_single(rows), "rrf")
    differences = tuple(paired_bootstrap("hybrid", other, values) for other in against)
    result = SetResult(
        beir.name, beir.about, len(beir.documents), len(beir.asked), beir.questions, rows, differences
    )
    compared = {"rows": rows, "differences": [asdict(difference) for difference in differences]}
    return {**_as_json(beir, indexed, mode, rows[mode], measured[mode][1]), **compared}, result


def read_folder(folder: Path, limit: int | None = None) -> BeirSet:
    """Read a BEIR folder; only the questions that have judgements are asked, the first ``limit`` of them."""
    documents = tuple(_document(entry) for entry in read_jsonl(folder / "corpus.jsonl"))
    qrels = read_qrels(folder / "qrels.tsv")
    questions = {str(q["_id"]): str(q["text"]) for q in read_jsonl(folder / "queries.jsonl")}
    judged = {name: text for name, text in questions.items() if name in qrels}
    asked = dict(list(judged.items())[:limit])
    if not asked:
        raise IngestError(folder / "qrels.tsv", f"没有一个问题有判断。{FORMS}")
    meta = folder / "meta.json"
    about = next(read_jsonl_object(meta)) if meta.is_file() else {}
    name = str(about.get("name") or folder.resolve().name)
    return BeirSet(name, about, documents, asked, len(judged), {name: qrels[name] for name in asked})


def read_qrels(path: Path) -> Qrels:
    """Judgements by question and document id; a header line is skipped. Raises IngestError."""
    qrels: dict[str, dict[str, int]] = {}
    for line in read_lines(path):
        parts = line.split("\t")
        if len(parts) >= 3 and parts[-1].strip().lstrip("-").isdigit():
            qrels.setdefault(parts[0], {})[parts[-2]] = int(parts[-1])
    return qrels


def _measure(beir: BeirSet, searcher: Searcher, mode: str) -> tuple[Values, Sequence[float]]:
    """The measures of each question in one mode, and the milliseconds that each took."""
    found, took = ask_all(beir.asked, retrievers(searcher)[mode])
    store = searcher.store
    runs = {
        name: [store.documents[stored.document].path for stored in store.passages(rows)]
        for name, rows in found.items()
    }
    return per_question(runs, beir.qrels), took


def _as_json(
    beir: BeirSet, indexed: Indexed, mode: str, means: Mapping[str, float], took: Sequence[float]
) -> dict[str, Any]:
    return {
        "mode": mode,
        "passages": len(beir.documents),
        "queries": len(beir.asked),
        **means,
        "index_seconds": round(indexed.seconds, 2),
        "passages_per_second": round(len(beir.documents) / indexed.seconds, 2),
        "query_ms": {f"p{p}": round(float(np.percentile(took or [0.0], p)), 2) for p in (50, 95)},
        "peak_rss_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
    }


@contextmanager
def _indexed(beir: BeirSet, models: Path, cache: Path | None) -> Iterator[Indexed]:
    """The set indexed in a temporary folder, which is gone afterwards."""
    embedder = open_embedder("", models)
    with tempfile.TemporaryDirectory(prefix="casebase-evaluate-") as scratch:
        began = time.perf_counter()
        build = _build(Path(scratch), list(beir.documents), embedder, cache)
        seconds = time.perf_counter() - began
        yield Indexed(Searcher(build, embedder), seconds)


def _document(entry: Mapping[str, Any]) -> IndexedDocument:
    """One BEIR passage as a document of one passage."""
    text, title = str(entry["text"]), str(entry.get("title") or "")
    passage = Passage(section=0, start=0, end=len(text), text=text, aspect=aspect_of((), text))
    document = Document(title=title, sections=(Section((), text),))
    return IndexedDocument(str(entry["_id"]), str(entry["_id"]), "", "", document, Facets({}), (passage,))


BUILD_HERE


def _silent(stage: str, done: int, total: int) -> None:
    """Progress that nobody watches."""
