"""Child process: parse the library once and deal its passages out to the rounds, the same for both sides.

``python -m tests.bench.prepare WORK ROUNDS PASSAGES`` prints ``{documents, passages}``. Whole documents
are dealt in the order of their ids (hashes), so that every round gets a mixture of kinds and formats.
"""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

from ingest import builtin_model, index, passage_store, pipeline
from ingest.front_matter import SOURCES
from ingest.models import IndexedDocument, context
from tests.bench.child import ALL, MODELS, PARSED, QUESTIONS, files_of, silent, texts_of
from tests.bench.questions import questions
from tests.fakes import BigramEmbedder

CORPUS = Path("corpus")


def parse(scratch: Path) -> list[IndexedDocument]:
    """All documents of the library, through the real pipeline with a fake model."""
    pipeline.ingest([CORPUS], scratch, BigramEmbedder(), silent)
    store = passage_store.PassageStore(index.current_build(scratch) / passage_store.NAME)
    documents = sorted(store.indexed_documents(), key=lambda document: document.id)
    store.close()
    return documents


def deal(documents: Sequence[IndexedDocument], rounds: int, limit: int) -> list[list[IndexedDocument]]:
    """Each document to the round that has fewest passages, unless that would take it over the limit."""
    hands: list[list[IndexedDocument]] = [[] for _ in range(rounds)]
    counts = [0] * rounds
    for document in documents:
        place = counts.index(min(counts))
        if counts[place] + len(document.passages) <= limit:
            hands[place].append(document)
            counts[place] += len(document.passages)
    return hands


def copy_files(documents: Iterable[IndexedDocument], folder: Path) -> None:
    """The documents' files as a small library of their own."""
    folder.mkdir(exist_ok=True)
    shutil.copy(CORPUS / SOURCES, folder)
    for document in documents:
        target = folder / document.path
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(CORPUS / document.path, target)


def main() -> None:
    """Write what the rounds need into WORK."""
    work, rounds, limit = Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
    builtin_model.ensure(MODELS / builtin_model.NAME, silent)
    hands = deal(parse(work / PARSED), rounds, limit)
    for number, documents in enumerate(hands):
        copy_files(documents, files_of(work, str(number)))
        copy_files(documents, files_of(work, ALL))
        texts = [context(d.document.title, p)[0] for d in documents for p in d.passages]
        texts_of(work, number).write_text(json.dumps(texts), encoding="utf-8")
    (work / QUESTIONS).write_text(json.dumps(questions()), encoding="utf-8")
    dealt = [document for documents in hands for document in documents]
    print(json.dumps({"documents": len(dealt), "passages": sum(len(d.passages) for d in dealt)}))


if __name__ == "__main__":
    main()
