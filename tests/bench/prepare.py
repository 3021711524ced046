"""Child process: parse the library once and deal its passages out to the rounds, the same for both sides.

``python -m tests.bench.prepare WORK ROUNDS PASSAGES`` prints ``{documents, passages}``. Whole documents
are dealt in the order of their ids (hashes), so that every round gets a mixture of kinds and formats.
"""

from __future__ import annotations

import json
import pickle
import sys
from collections.abc import Sequence
from pathlib import Path

from ingest import builtin_model, index, passage_store, pipeline
from ingest.models import IndexedDocument, context
from tests.bench.child import MODELS, QUESTIONS, documents_of, texts_of
from tests.bench.questions import questions
from tests.fakes import BigramEmbedder


def parse(corpus: Path, scratch: Path) -> list[IndexedDocument]:
    """All documents of the library, through the real pipeline with a fake model."""
    pipeline.ingest([corpus], scratch, BigramEmbedder(), _silent)
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


def main() -> None:
    """Write what the rounds need into WORK."""
    work, rounds, limit = Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
    builtin_model.ensure(MODELS / builtin_model.NAME, _silent)
    hands = deal(parse(Path("corpus"), work / "parsed"), rounds, limit)
    for number, documents in enumerate(hands):
        documents_of(work, number).write_bytes(pickle.dumps(documents))
        texts = [context(d.document.title, p)[0] for d in documents for p in d.passages]
        texts_of(work, number).write_text(json.dumps(texts), encoding="utf-8")
    (work / QUESTIONS).write_text(json.dumps(questions()), encoding="utf-8")
    dealt = [document for documents in hands for document in documents]
    print(json.dumps({"documents": len(dealt), "passages": sum(len(d.passages) for d in dealt)}))


def _silent(stage: str, done: int, total: int) -> None:
    """Progress that nobody watches."""


if __name__ == "__main__":
    main()
