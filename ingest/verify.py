"""Check every hash and count of a build: what ``python -m ingest verify`` reports."""

from __future__ import annotations

from pathlib import Path

from ingest import index, passage_store, term_index, vectors
from ingest.models import Section


def problems_of(root: Path) -> list[str]:
    """What is wrong with the current build, a sentence each; raises StoredIndexError when it can't be read at all."""
    build = index.current_build(root)
    problems = index.check(build)
    if problems:
        return problems
    manifest = index.Manifest.read(build)
    store = passage_store.PassageStore(build / passage_store.NAME)
    counts = {
        "passages.sqlite 的文档数": (len(store.documents), manifest.documents),
        "passages.sqlite 的段落数": (sum(d.passages for d in store.documents), manifest.passages),
        "dense.faiss 的向量数": (vectors.read_dense(build / vectors.DENSE).ntotal, manifest.passages),
        "词项索引的段落数": (
            term_index.open_index(build / term_index.NAME).searcher().num_docs,
            manifest.passages,
        ),
    }
    problems = [f"{name}是 {found}，应为 {due}" for name, (found, due) in counts.items() if found != due]
    for document in store.documents:
        sections = store.sections_of(document)
        wrong = [p.number for p in store.passages_of(document) if not _exact(sections, p)]
        problems += [f"{document.path} 的段落 {number} 与原文位置不符" for number in wrong]
    store.close()
    return problems


def _exact(sections: list[Section], stored: passage_store.StoredPassage) -> bool:
    passage = stored.passage
    return sections[passage.section].text[passage.start : passage.end] == passage.text
