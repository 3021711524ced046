"""Past projects like a proposal: whole documents, matched aspect by aspect, with reasons and differences in words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ingest import terms
from ingest.models import Document, context
from ingest.passage_store import StoredDocument, StoredPassage
from search.cases import match, overlap, reasons
from search.cases.brief import Brief, read_brief
from search.cases.numbers import numbers_in
from search.cases.pool import Pool, are_twins, candidates, choose, library_side
from search.cases.sites import sites_of
from search.models import Confidence, Vectors
from search.searcher import Searcher

KINDS = ("案例", "报告")
# Beside the meaning, each a standard score over the candidates. Swept with the beginnings of 122 cases as proposals,
# by the themes that the first five share with them: 0.34 by meaning alone, 0.38 with as much weight on the words.
TERM_WEIGHT, THEME_WEIGHT = 1.0, 0.3
ALL_THE_SAME = 0.9  # share of the proposal's text from which a document isn't just another version of it
WORDS_SAY, TERMS_SAY = 0.2, 3  # share of the terms' weight, and terms, that say that two texts are alike
SHOWN_PASSAGES, SHOWN_DIFFICULTIES = 3, 3


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
    likeness: Confidence
    document: StoredDocument
    reasons: tuple[str, ...]
    differences: tuple[str, ...]
    passages: tuple[Shown, ...]
    difficulties: tuple[StoredPassage, ...]  # what went wrong there
    same_text: bool = False


@dataclass(frozen=True, slots=True)
class _Comparison:
    """A proposal against its candidates; the arrays (d,) are in the order of the pool's documents."""

    brief: Brief
    own_terms: tuple[overlap.Term, ...]
    own_profile: reasons.Profile
    pool: Pool
    matches: match.Matches
    words: Vectors  # share of the terms' weight that each document holds
    themes: Vectors  # overlap of the themes
    scores: Vectors
    usual: tuple[float, float]  # closeness of passages of different documents: low and middle


def similar(
    searcher: Searcher, asked: str | Document | Brief, k: int = 5, kinds: Sequence[str] = KINDS
) -> tuple[SimilarProject, ...]:
    """The ``k`` documents most like a proposal, best first; raises QueryError when there is too little text.

    A document that holds the proposal's own text comes last, marked ``same_text``, beyond the ``k`` others.
    """
    brief = asked if isinstance(asked, Brief) else read_brief(asked)
    return _found(searcher, brief, _embed(searcher, brief), k, tuple(kinds))


def similar_to(
    searcher: Searcher, document: StoredDocument, k: int = 5, kinds: Sequence[str] = KINDS
) -> tuple[SimilarProject, ...]:
    """The ``k`` documents most like one of the library, which itself and other versions of it are not among."""
    stored = searcher.store.passages_of(document)
    if not stored:
        return ()
    text = "\n".join(one.passage.text for one in stored)
    brief = Brief(document.title, text, tuple(one.passage for one in stored), document.facets)
    vectors = searcher.parts.retrieval.vectors(np.array([one.row for one in stored], dtype=np.int64))
    found = _found(
        searcher, brief, vectors, k + 1, tuple(kinds)
    )  # versions of the document are one among them
    others = [hit for hit in found if hit.document.row != document.row and not hit.same_text]
    return tuple(hit for hit in others if not _is_version(searcher, text, hit.document))[:k]


def _is_version(searcher: Searcher, text: str, document: StoredDocument) -> bool:
    other = "\n".join(stored.passage.text for stored in searcher.store.passages_of(document))
    return are_twins(overlap.shingles(text), overlap.shingles(other))


def _found(
    searcher: Searcher, brief: Brief, vectors: Vectors, k: int, kinds: tuple[str, ...]
) -> tuple[SimilarProject, ...]:
    compared = _compare(searcher, brief, vectors, kinds)
    if compared is None:
        return ()
    order = np.lexsort((np.arange(len(compared.scores)), -compared.scores))
    chosen, same = choose(brief.text, compared.pool, order.tolist(), k)
    return tuple(
        _project(searcher, compared, number, rank, same.get(number, 0.0))
        for rank, number in enumerate([*chosen, *same], start=1)
    )


def _compare(
    searcher: Searcher, brief: Brief, vectors: Vectors, kinds: tuple[str, ...]
) -> _Comparison | None:
    """The proposal, its passages with ``vectors`` (p, dim), against the documents of these kinds; None when there are none."""
    parts = searcher.parts
    own = overlap.telling_terms(
        brief.title, brief.text, parts.segmenter, parts.retrieval.passages, parts.retrieval.frequency
    )
    pool = candidates(searcher, vectors, own, kinds)
    if not pool.documents:
        return None
    asked = match.Side(vectors, match.groups_of([passage.aspect for passage in brief.passages]))
    library = library_side(searcher, pool)
    found = match.match(asked, library, pool.owner, len(pool.documents))
    meaning = match.document_scores(found, asked.groups)
    folded = [terms.fold(pool.text(n)) for n in range(len(pool.documents))]
    words = np.array([overlap.term_score(own, text) for text in folded], dtype=np.float32)
    themes = np.array([_themes_shared(brief, document) for document in pool.documents], dtype=np.float32)
    scores = _standard(meaning) + TERM_WEIGHT * _standard(np.sqrt(words)) + THEME_WEIGHT * _standard(themes)
    profile = reasons.Profile(
        brief.facets, sites_of(brief.title, brief.text), numbers_in(brief.text, parts.segmenter)
    )
    usual = match.usual_closeness(library, pool.owner)
    return _Comparison(brief, own, profile, pool, found, words, themes, scores, usual)


def _embed(searcher: Searcher, brief: Brief) -> Vectors:
    """Vectors (p, dim) of the proposal's passages, in one pass, made as those of the library were."""
    texts = [terms.simplified(context(brief.title, passage)[0]) for passage in brief.passages]
    embedded = searcher.parts.embedder.encode_passages(texts, [()] * len(texts))
    by_index = {one.index: one.vector for one in embedded}
    return np.stack([by_index[n] for n in range(len(texts))])


def _themes_shared(brief: Brief, document: StoredDocument) -> float:
    """Overlap (Dice) of the themes, 0 to 1."""
    own = set(brief.facets.values.get("theme", ()))
    other = set(document.facets.values.get("theme", ()))
    return 2 * len(own & other) / (len(own) + len(other)) if own and other else 0.0


def _standard(values: Vectors) -> Vectors:
    return np.asarray((values - values.mean()) / max(float(values.std()), 1e-3), dtype=np.float32)


def _project(
    searcher: Searcher, compared: _Comparison, number: int, rank: int, same: float
) -> SimilarProject:
    """One hit; ``same`` is the share of the proposal that stands in it, 0 for one that isn't the proposal."""
    document, own = compared.pool.documents[number], compared.own_profile
    stored = compared.pool.of(number)
    folded = terms.fold(compared.pool.text(number))
    shared = overlap.shared_words(compared.own_terms, folded)
    other = _profile(searcher, document, stored)
    why = reasons.reasons(own, other, shared) or reasons.reasons(
        own, other, overlap.shared_words(compared.own_terms, folded, topics_only=False)
    )
    return SimilarProject(
        rank=rank,
        score=round(float(compared.scores[number]), 4),
        likeness="强" if same else _likeness(compared, number, other, len(shared)),
        document=document,
        reasons=(_sameness(same), *why) if same else why,
        differences=() if same else reasons.differences(own, other),
        passages=_shown(compared, number),
        difficulties=tuple(s for s in stored if s.passage.aspect == "困难")[:SHOWN_DIFFICULTIES],
        same_text=bool(same),
    )


def _sameness(share: float) -> str:
    whole = share >= ALL_THE_SAME
    return "您给的文字就出自这份资料" if whole else "与您给的文字大半相同，多半是同一份资料的另一个版本"


def _profile(
    searcher: Searcher, document: StoredDocument, stored: Sequence[StoredPassage]
) -> reasons.Profile:
    """What is known of a document; the advice of its editors gives no numbers of the place."""
    told = [s.passage for s in stored if s.passage.aspect != "启示"]
    told.sort(key=lambda passage: passage.aspect != "背景")
    numbers = tuple(n for p in told for n in numbers_in(p.text, searcher.parts.segmenter))
    text = "\n".join(s.passage.text for s in stored)
    return reasons.Profile(document.facets, sites_of(document.title, text), numbers)


def _likeness(compared: _Comparison, number: int, other: reasons.Profile, shared: int) -> Confidence:
    """How alike, in words: a point for each sign. Texts of another world get two at most."""
    closest = float(compared.matches.closeness[:, number].max())
    points = sum(closest >= usual for usual in compared.usual)
    points += bool(compared.themes[number] > 0 or set(compared.own_profile.sites) & set(other.sites))
    points += bool(compared.words[number] >= WORDS_SAY) + (shared >= TERMS_SAY)
    return "强" if points >= 4 else "中" if points == 3 else "弱"


def _shown(compared: _Comparison, number: int) -> tuple[Shown, ...]:
    """The closest pairs of passages, those of one group first, each passage once."""
    found, asked = compared.matches, compared.brief.passages
    best = [compared.pool.passages[position] for position in found.best[:, number]]
    unlike = [
        match.GROUPS[a.aspect] != match.GROUPS[b.passage.aspect] for a, b in zip(asked, best, strict=True)
    ]
    shown: dict[int, Shown] = {}
    for n in sorted(range(len(asked)), key=lambda n: (unlike[n], -found.scores[n, number], n)):
        if best[n].row not in shown and len(shown) < SHOWN_PASSAGES:
            closeness = round(float(found.closeness[n, number]), 4)
            shown[best[n].row] = Shown(asked[n].aspect, asked[n].text, best[n], closeness)
    return tuple(shown.values())
