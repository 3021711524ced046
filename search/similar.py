"""Past projects like a proposal: whole documents, matched aspect by aspect, with reasons and differences in words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ingest import terms
from ingest.models import Document, context
from ingest.passage_store import StoredDocument, StoredPassage
from search import match, overlap, reasons
from search.brief import Brief, read_brief
from search.models import Rows, Vectors
from search.numbers import numbers_in
from search.query import QueryTerms
from search.searcher import Searcher
from search.sites import sites_of

KINDS = ("案例", "报告")
NEAREST = 60  # passages looked up for each passage of the proposal; their documents are the candidates
# Weights of meaning, words and themes, each a standard score over the candidates; see docs/similar-and-cards.md.
TERM_WEIGHT, THEME_WEIGHT = 0.5, 0.3
SAME_TEXT = (
    0.7  # share of the proposal that stands word for word in a document which then is the proposal itself
)
TWIN = 0.6  # share of a document that stands in a better one: another version of the same
SHOWN_PASSAGES, SHOWN_DIFFICULTIES = 3, 3
SAME_TEXT_REASON = "您给的文字就出自这份资料"


@dataclass(frozen=True, slots=True)
class Shown:
    """A passage of the document that matches one of the proposal's."""

    aspect: str  # of the proposal's passage
    asked: str  # the proposal's passage
    stored: StoredPassage
    closeness: float  # cosine


@dataclass(frozen=True, slots=True)
class SimilarProject:
    """A document like the proposal; ``same_text`` when it is the proposal itself, which then stands last."""

    rank: int
    score: float
    document: StoredDocument
    reasons: tuple[str, ...]
    differences: tuple[str, ...]
    passages: tuple[Shown, ...]
    difficulties: tuple[StoredPassage, ...]  # what went wrong there
    same_text: bool = False


@dataclass(frozen=True, slots=True)
class _Pool:
    """The candidates: documents, their passages, and which passage is of which document."""

    documents: list[StoredDocument]
    passages: list[StoredPassage]
    owner: Rows  # (n,) position in ``documents``

    def of(self, number: int) -> list[StoredPassage]:
        """The passages of one candidate."""
        return [self.passages[n] for n in np.flatnonzero(self.owner == number)]

    def text(self, number: int) -> str:
        """The title and text of one candidate."""
        return "\n".join((self.documents[number].title, *(s.passage.text for s in self.of(number))))


def similar(
    searcher: Searcher, asked: str | Document | Brief, k: int = 5, kinds: Sequence[str] = KINDS
) -> tuple[SimilarProject, ...]:
    """The ``k`` documents most like a proposal, best first; raises QueryError when there is too little text.

    A document that holds the proposal's own text comes last, marked ``same_text``, beyond the ``k`` others.
    """
    brief = asked if isinstance(asked, Brief) else read_brief(asked)
    vectors = _embed(searcher, brief)
    own_terms = _terms(searcher, brief)
    pool = _pool(searcher, vectors, own_terms, tuple(kinds))
    if not pool.documents:
        return ()
    groups = match.groups_of([passage.aspect for passage in brief.passages])
    matches = _match(searcher, vectors, groups, pool)
    scores = _scores(brief, own_terms, pool, match.document_scores(matches, groups))
    order = np.lexsort((np.arange(len(scores)), -scores))
    chosen, same = _choose(brief, pool, [int(n) for n in order], k)
    return tuple(
        _project(
            searcher, brief, own_terms, pool, matches, number, rank, float(scores[number]), number in same
        )
        for rank, number in enumerate([*chosen, *same], start=1)
    )


def _embed(searcher: Searcher, brief: Brief) -> Vectors:
    """Vectors (p, dim) of the proposal's passages, in one pass, made as those of the library were."""
    texts = [terms.simplified(context(brief.title, passage)[0]) for passage in brief.passages]
    embedded = searcher.parts.embedder.encode_passages(texts, [()] * len(texts))
    by_index = {one.index: one.vector for one in embedded}
    return np.stack([by_index[n] for n in range(len(texts))])


def _terms(searcher: Searcher, brief: Brief) -> tuple[overlap.Term, ...]:
    parts = searcher.parts
    return overlap.telling_terms(
        brief.title, brief.text, parts.segmenter, parts.sparse.passages, parts.sparse.frequency
    )


def _pool(searcher: Searcher, vectors: Vectors, own: Sequence[overlap.Term], kinds: tuple[str, ...]) -> _Pool:
    """The documents of these kinds that hold a passage near the proposal in meaning or words."""
    parts, store, filters = searcher.parts, searcher.store, {"kind": kinds}
    allowed = parts.facets.allowed(filters)
    if allowed is None or not len(allowed):
        return _Pool([], [], np.zeros(0, dtype=np.int64))
    rows = [parts.dense.retrieve(vector, NEAREST, allowed).rows for vector in vectors]
    if own:
        asked = QueryTerms(tuple(term.text for term in own), (), ())
        rows.append(parts.sparse.retrieve(asked, NEAREST, filters).rows)
    found = sorted({stored.document for stored in store.passages(np.unique(np.concatenate(rows)))})
    documents = [store.documents[row] for row in found]
    by_document = [store.passages_of(document) for document in documents]
    owner = np.repeat(np.arange(len(documents)), [len(passages) for passages in by_document])
    return _Pool(
        documents, [stored for passages in by_document for stored in passages], owner.astype(np.int64)
    )


def _match(searcher: Searcher, vectors: Vectors, groups: tuple[str, ...], pool: _Pool) -> match.Matches:
    rows = np.array([stored.row for stored in pool.passages], dtype=np.int64)
    library = match.Side(
        searcher.parts.dense.vectors(rows), match.groups_of([s.passage.aspect for s in pool.passages])
    )
    return match.match(match.Side(vectors, groups), library, pool.owner, len(pool.documents))


def _scores(brief: Brief, own: Sequence[overlap.Term], pool: _Pool, meaning: Vectors) -> Vectors:
    """Meaning, words and themes in one score (d,)."""
    count = len(pool.documents)
    words = np.array(
        [overlap.term_score(own, terms.fold(pool.text(n))) for n in range(count)], dtype=np.float32
    )
    themes = np.array([_themes_shared(brief, document) for document in pool.documents], dtype=np.float32)
    return np.asarray(
        _standard(meaning) + TERM_WEIGHT * _standard(words) + THEME_WEIGHT * _standard(themes),
        dtype=np.float32,
    )


def _themes_shared(brief: Brief, document: StoredDocument) -> float:
    """Overlap (Dice) of the themes, 0 to 1."""
    own = set(brief.facets.values.get("theme", ()))
    other = set(document.facets.values.get("theme", ()))
    return 2 * len(own & other) / (len(own) + len(other)) if own and other else 0.0


def _standard(values: Vectors) -> Vectors:
    return np.asarray((values - values.mean()) / max(float(values.std()), 1e-3), dtype=np.float32)


def _choose(brief: Brief, pool: _Pool, order: Sequence[int], k: int) -> tuple[list[int], list[int]]:
    """The best ``k`` that are no versions of each other, and those that hold the proposal's own text."""
    own = overlap.shingles([brief.text])
    chosen: list[int] = []
    same: list[int] = []
    texts: list[frozenset[str]] = []
    for number in order:
        if len(chosen) == k:
            break
        text = overlap.shingles(s.passage.text for s in pool.of(number))
        if overlap.contained(own, text) >= SAME_TEXT:
            same.append(number)
        elif not any(overlap.contained(text, other) >= TWIN for other in texts):
            chosen.append(number)
            texts.append(text)
    return chosen, same


def _project(
    searcher: Searcher,
    brief: Brief,
    own: Sequence[overlap.Term],
    pool: _Pool,
    matches: match.Matches,
    number: int,
    rank: int,
    score: float,
    same: bool,
) -> SimilarProject:
    document, text = pool.documents[number], pool.text(number)
    ours = reasons.Profile(
        brief.facets, sites_of(brief.title, brief.text), numbers_in(brief.text, searcher.parts.segmenter)
    )
    theirs = reasons.Profile(
        document.facets, sites_of(document.title, text), numbers_in(text, searcher.parts.segmenter)
    )
    why = reasons.reasons(ours, theirs, overlap.shared_terms(own, terms.fold(text)))
    return SimilarProject(
        rank=rank,
        score=round(score, 4),
        document=document,
        reasons=(SAME_TEXT_REASON, *why) if same else why,
        differences=() if same else reasons.differences(ours, theirs),
        passages=_shown(brief, pool, matches, number),
        difficulties=tuple(s for s in pool.of(number) if s.passage.aspect == "困难")[:SHOWN_DIFFICULTIES],
        same_text=same,
    )


def _shown(brief: Brief, pool: _Pool, matches: match.Matches, number: int) -> tuple[Shown, ...]:
    """The closest pairs of passages, each passage once."""
    order = np.lexsort((np.arange(len(brief.passages)), -matches.scores[:, number]))
    shown: dict[int, Shown] = {}
    for n in order:
        passage, stored = brief.passages[n], pool.passages[matches.best[n, number]]
        if stored.row not in shown and len(shown) < SHOWN_PASSAGES:
            closeness = round(float(matches.closeness[n, number]), 4)
            shown[stored.row] = Shown(passage.aspect, passage.text, stored, closeness)
    return tuple(shown.values())
