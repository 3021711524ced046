"""Step 6, first half: passages → their terms; on all cores for a library whose words take minutes to cut."""

from __future__ import annotations

import multiprocessing
import os
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from itertools import chain, islice

from ingest import terms
from ingest.models import IndexedDocument
from ingest.term_index import TermRow

PARALLEL_FROM = 10_000  # passages: about 6 s of work, of which the processes' start takes two
_BATCH = 64  # documents
_MOST_CORES = 4  # writing the index keeps up with no more


def rows_of(documents: Iterable[IndexedDocument], passages: int) -> Iterator[TermRow]:
    """The terms of every passage, in row order; ``passages`` is about how many there are."""
    cores = min(os.cpu_count() or 1, _MOST_CORES)
    if passages < PARALLEL_FROM or cores == 1:
        yield from chain.from_iterable(map(_batch_rows, _batches(documents)))
        return
    # Started afresh: a fork would copy the locks of the threads of the model that has just run.
    with ProcessPoolExecutor(cores, multiprocessing.get_context("spawn")) as pool:
        yield from chain.from_iterable(_in_order(pool, _batches(documents), 2 * cores))


def _in_order(
    pool: ProcessPoolExecutor, batches: Iterable[Sequence[IndexedDocument]], ahead: int
) -> Iterator[list[TermRow]]:
    """The rows of the batches in their order, a few batches at work at a time."""
    waiting: deque[Future[list[TermRow]]] = deque()
    for batch in batches:
        waiting.append(pool.submit(_batch_rows, batch))
        if len(waiting) > ahead:
            yield waiting.popleft().result()
    for left in waiting:
        yield left.result()


def _batches(documents: Iterable[IndexedDocument]) -> Iterator[list[IndexedDocument]]:
    rest = iter(documents)
    while batch := list(islice(rest, _BATCH)):
        yield batch


def _batch_rows(documents: Sequence[IndexedDocument]) -> list[TermRow]:
    return [row for document in documents for row in _document_rows(document)]


def _document_rows(indexed: IndexedDocument) -> Iterator[TermRow]:
    """Tokenize a document's passages; the title field also holds the heading path."""
    folded_title = terms.fold(indexed.document.title)
    title = terms.words_in(folded_title)
    facets = tuple(f"{name}={value}" for name, values in indexed.facets.values.items() for value in values)
    headings = {path: [*map(terms.fold, path)] for path in {passage.heading for passage in indexed.passages}}
    heading_words = {
        path: [word for part in folded for word in terms.words_in(part)] for path, folded in headings.items()
    }
    for passage in indexed.passages:
        text = terms.fold(f"{passage.lead}\n{passage.text}")
        pairs = terms.bigrams_in(text)
        yield TermRow(
            title=" ".join(title + heading_words[passage.heading]),
            words=" ".join(terms.words_in(text)),
            bigrams=" ".join(pairs),
            characters=" ".join(dict.fromkeys("".join(pairs))),
            facets=(*facets, f"aspect={passage.aspect}"),
            folded="\n".join((folded_title, *headings[passage.heading], text)),
        )
