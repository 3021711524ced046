"""The documents that may be like a proposal: those with a passage near it in meaning or words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ingest.passage_store import StoredDocument, StoredPassage
from search.cases import match, overlap
from search.cases.slots import is_label
from search.models import Rows, Vectors
from search.query import QueryTerms
from search.searcher import Searcher

NEAREST = 60  # passages looked up for each passage of the proposal; their documents are the candidates
# Share of the shorter document that stands in the other: versions of one text. In the library a draft and its final
# text share 0.75, any other two documents at most 0.12.
TWIN = 0.5
SAME_TEXT = (
    0.7  # share of a proposal that stands word for word in a document, which then is the proposal itself
)


@dataclass(frozen=True, slots=True)
class Pool:
    """The candidates: documents, their passages, and which passage is of which document."""

    documents: tuple[StoredDocument, ...]
    passages: tuple[StoredPassage, ...]
    owner: Rows  # (n,) position in ``documents``

    def of(self, number: int) -> list[StoredPassage]:
        """The passages of one candidate."""
        return [self.passages[n] for n in np.flatnonzero(self.owner == number)]

    def text(self, number: int) -> str:
        """The title and text of one candidate."""
        return "\n".join((self.documents[number].title, *(s.passage.text for s in self.of(number))))


def candidates(
    searcher: Searcher, vectors: Vectors, own: Sequence[overlap.Term], kinds: tuple[str, ...]
) -> Pool:
    """The documents of these kinds that hold a passage near one of the vectors (p, dim) or the terms."""
    parts, store, filters = searcher.parts, searcher.store, {"kind": kinds}
    rows = [parts.retrieval.dense(vector, NEAREST, filters).rows for vector in vectors]
    if own:
        asked = QueryTerms(tuple(word for term in own for word in (term.text, *term.others)), (), ())
        rows.append(parts.retrieval.sparse(asked, NEAREST, filters).rows)
    found = sorted({stored.document for stored in store.passages(np.unique(np.concatenate(rows)))})
    documents = tuple(store.documents[row] for row in found)
    by_document = [store.passages_of(document) for document in documents]
    owner = np.repeat(np.arange(len(documents)), [len(passages) for passages in by_document])
    passages = tuple(stored for passages in by_document for stored in passages)
    return Pool(documents, passages, owner.astype(np.int64))


def library_side(searcher: Searcher, pool: Pool) -> match.Side:
    """The passages of the candidates, with the vectors of the build."""
    rows = np.array([stored.row for stored in pool.passages], dtype=np.int64)
    groups = (
        match.NEVER if is_label(s.passage.text) else match.GROUPS[s.passage.aspect] for s in pool.passages
    )
    return match.Side(searcher.parts.retrieval.vectors(rows), tuple(groups))


def choose(text: str, pool: Pool, order: Sequence[int], k: int) -> tuple[list[int], dict[int, float]]:
    """The first ``k`` candidates that are no versions of each other, and how much those hold that are the text itself.

    Of versions the representative of their family stands, else the longest, in the place of the best.
    """
    own = overlap.shingles(text)
    chosen: list[int] = []
    same: dict[int, float] = {}
    texts: list[frozenset[str]] = []
    for number in order:
        other = overlap.shingles("\n".join(stored.passage.text for stored in pool.of(number)))
        twin = next((n for n, better in enumerate(texts) if are_twins(other, better)), None)
        if (share := overlap.contained(own, other)) >= SAME_TEXT:
            same[number] = share
        elif twin is None and len(chosen) == k:
            break
        elif twin is None:
            chosen.append(number)
            texts.append(other)
        elif _stands_before(pool.documents[number], other, pool.documents[chosen[twin]], texts[twin]):
            chosen[twin], texts[twin] = number, other
    return chosen, _one_of_a_family(same, pool)


def _one_of_a_family(same: dict[int, float], pool: Pool) -> dict[int, float]:
    """Those candidates without the other versions of each: the representative where it is there, else the first."""
    stands: dict[str, int] = {}
    for number in same:
        document = pool.documents[number]
        if document.family not in stands or document.id == document.family:
            stands[document.family] = number
    return {number: share for number, share in same.items() if number in stands.values()}


def _stands_before(
    one: StoredDocument, own: frozenset[str], other: StoredDocument, others: frozenset[str]
) -> bool:
    """Whether of two versions the first is to be shown."""
    return one.id == one.family if one.family == other.family else len(own) > len(others)


def are_twins(one: frozenset[str], other: frozenset[str]) -> bool:
    """Whether of two texts, given by their shingles, one is a version of the other."""
    return max(overlap.contained(one, other), overlap.contained(other, one)) >= TWIN
