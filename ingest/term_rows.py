"""Step 6, first half: passages → their terms; on all cores for a library whose words take minutes to cut."""

from __future__ import annotations

import multiprocessing
import os
from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from itertools import islice
from typing import Protocol

from ingest import terms
from ingest.models import IndexedDocument, Passage
from ingest.term_index import TermRow

PARALLEL_FROM = 10_000  # passages: about 6 s of work, of which the processes' start takes two
_MOST_CORES = 4  # writing the index keeps up with no more
_BATCH = 64  # documents

Words = Mapping[str, str]
"""The words of a text, space-joined, by the text."""
_Cut = tuple[list[TermRow], dict[str, str]]


class Cache(Protocol):
    """What keeps the words of texts between builds: a ``WordCache``."""

    def known(self, texts: Iterable[str]) -> dict[str, str]:
        """The words of those of the texts that were cut before."""

    def put(self, words: Words) -> None:
        """Keep the words of these texts."""


class NoCache:
    """Keeps nothing: for a build that is never updated."""

    def known(self, texts: Iterable[str]) -> dict[str, str]:
        """None of the texts."""
        return {}

    def put(self, words: Words) -> None:
        """Forget them."""


def rows_of(documents: Iterable[IndexedDocument], passages: int, cache: Cache) -> Iterator[TermRow]:
    """The terms of every passage, in row order; ``passages`` is about how many there are."""
    tasks = ((batch, cache.known(_texts(batch))) for batch in _batches(documents))
    cores = min(os.cpu_count() or 1, _MOST_CORES)
    if passages < PARALLEL_FROM or cores == 1:
        yield from _keeping((_batch_rows(*task) for task in tasks), cache)
        return
    # Started afresh: a fork would copy the locks of the threads of the model that has just run.
    with ProcessPoolExecutor(cores, multiprocessing.get_context("spawn")) as pool:
        yield from _keeping(_in_order(pool, tasks, 2 * cores), cache)


def _in_order(
    pool: ProcessPoolExecutor, tasks: Iterable[tuple[Sequence[IndexedDocument], Words]], ahead: int
) -> Iterator[_Cut]:
    """What becomes of the tasks, in their order, a few at work at a time."""
    waiting: deque[Future[_Cut]] = deque()
    for task in tasks:
        waiting.append(pool.submit(_batch_rows, *task))
        if len(waiting) > ahead:
            yield waiting.popleft().result()
    for left in waiting:
        yield left.result()


def _keeping(cuts: Iterable[_Cut], cache: Cache) -> Iterator[TermRow]:
    for rows, new in cuts:
        cache.put(new)
        yield from rows


def _batches(documents: Iterable[IndexedDocument]) -> Iterator[list[IndexedDocument]]:
    rest = iter(documents)
    while batch := list(islice(rest, _BATCH)):
        yield batch


def _texts(documents: Iterable[IndexedDocument]) -> set[str]:
    """All that is cut into words of these documents."""
    texts: set[str] = set()
    for indexed in documents:
        texts.add(indexed.document.title)
        for passage in indexed.passages:
            texts.update(passage.heading)
            texts.add(_text(passage))
    return texts


def _text(passage: Passage) -> str:
    return f"{passage.lead}\n{passage.text}"


def _batch_rows(documents: Sequence[IndexedDocument], known: Words) -> _Cut:
    """The documents' rows, and the words of the texts that weren't known."""
    folded = {text: terms.fold(text) for text in _texts(documents)}
    new = {text: " ".join(terms.words_in(folded[text])) for text in sorted(folded.keys() - known.keys())}
    words = {**known, **new}
    return [row for indexed in documents for row in _document_rows(indexed, folded, words)], new


def _document_rows(indexed: IndexedDocument, folded: Words, words: Words) -> Iterator[TermRow]:
    """A document's passages; the title field also holds the heading path."""
    title = indexed.document.title
    facets = tuple(f"{name}={value}" for name, values in indexed.facets.values.items() for value in values)
    for passage in indexed.passages:
        text = _text(passage)
        pairs = terms.bigrams_in(folded[text])
        yield TermRow(
            title=" ".join(filter(None, (words[part] for part in (title, *passage.heading)))),
            words=words[text],
            bigrams=" ".join(pairs),
            characters=" ".join(dict.fromkeys("".join(pairs))),
            facets=(*facets, f"aspect={passage.aspect}"),
            folded="\n".join(folded[part] for part in (title, *passage.heading, text)),
        )
