"""A folder in BEIR form: read it, and index its passages, taken as given, in a temporary folder."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ingest import index, pipeline, term_rows, terms, vectors
from ingest.aspects import aspect_of
from ingest.embed import Embedder, open_embedder
from ingest.errors import IngestError
from ingest.models import Document, Facets, IndexedDocument, Passage, Section
from search.evaluation.jsonl import FORMS, read_jsonl, read_lines, read_object
from search.evaluation.measures import Qrels
from search.searcher import Searcher


@dataclass(frozen=True, slots=True)
class BeirSet:
    """A set's passages and questions; ``asked`` are those that are put, of ``judged`` with judgements."""

    name: str
    about: Mapping[str, Any]  # its meta.json; empty where there is none
    documents: tuple[IndexedDocument, ...]
    asked: Mapping[str, str]
    judged: int
    qrels: Qrels  # of the questions asked


@dataclass(frozen=True, slots=True)
class Indexed:
    """A set's index, opened, and how long it took to build."""

    searcher: Searcher
    seconds: float


def read_folder(folder: Path, limit: int | None = None) -> BeirSet:
    """Read a folder; asked are the questions with judgements, the first ``limit``. Raises IngestError."""
    documents = tuple(_document(entry) for entry in read_jsonl(folder / "corpus.jsonl"))
    qrels = read_qrels(folder / "qrels.tsv")
    questions = {str(q["_id"]): str(q["text"]) for q in read_jsonl(folder / "queries.jsonl")}
    judged = {name: text for name, text in questions.items() if name in qrels}
    asked = dict(list(judged.items())[:limit])
    if not asked:
        raise IngestError(folder / "qrels.tsv", f"没有一个问题有判断。{FORMS}")
    about = read_object(folder / "meta.json")
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


@contextmanager
def indexed(beir: BeirSet, models: Path, cache: Path | None) -> Iterator[Indexed]:
    """The set indexed in a folder that is gone afterwards; ``cache`` keeps its vectors for another time."""
    embedder = open_embedder("", models)
    with tempfile.TemporaryDirectory(prefix="casebase-evaluate-") as scratch:
        began = time.perf_counter()
        build = build_index(Path(scratch), list(beir.documents), embedder, cache)
        seconds = time.perf_counter() - began
        yield Indexed(Searcher(build, embedder), seconds)


def _document(entry: Mapping[str, Any]) -> IndexedDocument:
    """One BEIR passage as a document of one passage."""
    text, title = str(entry["text"]), str(entry.get("title") or "")
    passage = Passage(section=0, start=0, end=len(text), text=text, aspect=aspect_of((), text))
    document = Document(title=title, sections=(Section((), text),))
    return IndexedDocument(str(entry["_id"]), str(entry["_id"]), "", "", document, Facets({}), (passage,))


def build_index(
    root: Path, documents: list[IndexedDocument], embedder: Embedder, cache: Path | None = None
) -> Path:
    """Index passages as given under ``root``; returns the build. ``cache`` keeps vectors for another time."""
    store = vectors.EmbeddingCache(cache or root / "embeddings.sqlite", embedder.fingerprint, embedder.dim)
    keys, _ = pipeline.embed(documents, embedder, store, _silent)
    inputs = index.Inputs(
        model=embedder.name,
        model_fingerprint=embedder.fingerprint,
        dim=embedder.dim,
        terms_version=terms.version(),
        dictionary_fingerprint=terms.dictionary_fingerprint(),
        chunk={},
        pipeline_version=0,
        corpus_fingerprint="evaluate",
    )
    with index.staging(root, inputs.build_id) as folder:
        words = term_rows.NoCache()
        structure = pipeline.write_build(folder, documents, {}, store, keys, embedder, _silent, words)
        count = vectors.sentences_in(folder)
        manifest = index.Manifest(
            inputs.build_id, "", inputs, len(documents), len(keys), count, structure, roots=()
        )
        build = index.publish(root, folder, manifest)
    store.close()
    return build


def _silent(stage: str, done: int, total: int) -> None:
    """Progress that nobody watches."""
