"""The straight line from a question to an answer; the numbers go on where ingest/pipeline.py ends.

 8 open        the current build; refuse what doesn't fit
 9 understand  question → cleaned text, terms; with the sparse half of 11 beside the embedding
10 filter      chosen facet values → allowed passages, before ranking
11 retrieve    dense ‖ sparse, each within the allowed passages
12 fuse        one ranking from both
13 refine      nothing twice, one version of a document, none that floods the page
14 answer      key points, or an honest 「没有找到」
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from math import ceil
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from ingest import index, place_names, terms, vectors, word_counts, word_table
from ingest.columns import ASPECTS
from ingest.embed import Embedder, open_embedder
from ingest.errors import IndexMismatchError, IndexNotFoundError, StoreUnreachableError
from ingest.milvus.address import from_environment
from ingest.models import context
from ingest.passage_store import NAME as PASSAGES
from ingest.passage_store import PassageStore
from search import (
    answer,
    confidence,
    facets,
    fuse,
    lexical,
    marks,
    pairs,
    query,
    refine,
    relevance,
    rerank,
    sources,
)
from search.candidates import Candidate, Candidates
from search.cases.parts import Parts
from search.dense import distinctive
from search.language import questions
from search.language.synonyms import all_words
from search.language.vocabulary import of_library
from search.models import Answer, FacetValue, Hit, KeyPoint, Query, Rows, Run, Understanding, Vectors
from search.query import QueryTerms
from search.retrieval import Find, LocalRetrieval, Retrieval
from search.understanding import known_values, understand

if TYPE_CHECKING:
    from search.milvus.opening import Opened

DEPTH = 100  # candidates from each retriever
PART_DEPTH = 25  # for a part of a question, of which only the first few are looked at
BESIDE = 4  # questions read at the same time, each beside its embedding
PER_PLACE, PER_KIND = 0.4, 0.8  # of the hits, where the question asks for no place or kind
PLACES = ("province", "city", "district", "street")
COVERED_BY = 3  # a part of a question is answered when one of its own first passages is among the hits
# Several questions with slips, a place, a year and a kind: it needs all that any question needs.
_OF_EVERYTHING = "居名怎样参与设区治理，老旧小区加装电梯有哪些困难，2023年成都有案例吗"


class Stopwatch:
    """Milliseconds by stage, in the order in which the stages ran."""

    def __init__(self) -> None:
        self.took: dict[str, float] = {}
        self._began = time.perf_counter()

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """Time what runs inside."""
        began = time.perf_counter()
        yield
        self.took[name] = round((time.perf_counter() - began) * 1000, 2)

    def total(self) -> Mapping[str, float]:
        """All stages, and the time since this stopwatch was made as ``total``."""
        return {**self.took, "total": round((time.perf_counter() - self._began) * 1000, 2)}


@dataclass(frozen=True, slots=True)
class Reading:
    """A question without its vector: its terms, their weights, and the candidates as begun to be found."""

    text: str
    depth: int  # candidates from each retriever
    terms: QueryTerms
    weighted: list[lexical.WeightedTerm]
    find: Find


class Searcher:
    """Answers questions from one build; open one with ``Searcher.open``.

    >>> Searcher.open(Path("index")).search("如何提升居民参与度").hits  # doctest: +SKIP
    """

    def __init__(
        self,
        build: Path,
        embedder: Embedder,
        reranker: rerank.Reranker | None = None,
        remote: Opened | None = None,
        notice: str = "",
    ) -> None:
        self.notice = notice  # what whoever opened this must be told, once; mostly nothing
        self.manifest = index.check_on_open(build)
        _refuse_mismatch(self.manifest.inputs, embedder)
        self.store = remote.store if remote else PassageStore(build / PASSAGES)
        self._embedder, self._reranker = embedder, reranker
        self._segmenter = word_table.segmenter(build / word_table.NAME)
        self._logistic = confidence.logistic_for(self.manifest.inputs.model)
        self._relevance = relevance.logistic_for(self.manifest.inputs.model)
        self._shared = vectors.read_shared(build)
        self._facets = facets.FacetCounts(self.store)
        self._retrieval: Retrieval = (
            remote.retrieval if remote else LocalRetrieval(build, self.manifest.inputs.dim, self._facets)
        )
        self._known = known_values(self.store)
        self._place_names = place_names.PlaceNames(build / place_names.NAME)
        counts = word_counts.read(build / word_counts.NAME)
        self._vocabulary = of_library(counts, self._segmenter, all_words())
        self.candidates = Candidates(self.store)
        self._beside = ThreadPoolExecutor(BESIDE)
        self._families = refine.families_of(self.store)

    @classmethod
    def open(
        cls,
        root: Path,
        models: Path = Path("models"),
        model: str = "",
        reranker: rerank.Reranker | None = None,
    ) -> Searcher:
        """Step 8: open the current build under ``root`` with the model that made it; raises CasebaseError.

        With CASEBASE_STORE the current build of that store; when nobody answers there, the local one if there is one.
        Without a ``reranker`` the one of CASEBASE_RERANKER is used, which mostly is none.
        """
        remote, notice = _open_remote(root)
        build = remote.folder if remote else index.current_build(root)
        embedder = open_embedder(model or index.Manifest.read(build).inputs.model, models)
        return cls(build, embedder, reranker or rerank.from_environment(), remote, notice)

    @property
    def build(self) -> str:
        """Id of the build that answers."""
        return self.manifest.build_id

    @property
    def parts(self) -> Parts:
        """What similar projects and case cards are made from."""
        return Parts(self._embedder, self._retrieval, self._facets, self._segmenter)

    def warm_up(self) -> None:
        """Load whatever is loaded at its first use, so that the first question is as fast as the hundredth."""
        self.search(_OF_EVERYTHING)

    def search(
        self,
        text: str,
        k: int = 10,
        filters: Mapping[str, tuple[str, ...]] | None = None,
        literal: Iterable[str] = (),
    ) -> Answer:
        """Answer a question with at most ``k`` hits; raises QueryError when it can't be searched for.

        ``filters`` are facet values by name; ``literal`` words are searched for without their synonyms.
        """
        watch = Stopwatch()
        with watch.stage("understand"):  # step 9
            asked = query.make_query(text, filters, k, literal)
            several = questions.split(asked.text, self._segmenter)
            texts = [asked.text, *several] if len(several) > 1 else [asked.text]
            beside = self._beside.submit(self._read, asked, texts)
        with watch.stage("embed"):
            vectors = self._vectors(texts)
            (whole, *parts), understood = beside.result()
        with watch.stage("rank"):
            ranking, *of_parts = map(self._rank, (whole, *parts), vectors)
        with watch.stage("refine"):  # step 13
            ranked = self.candidates.of(ranking.run.rows[: max(DEPTH // 2, asked.k)])
            chosen = refine.choose(ranked, asked.k, self._families, self._limits(asked, understood, ranked))
            if of_parts:
                best = [self.candidates.of(part.run.rows[:COVERED_BY]) for part in of_parts]
                chosen = refine.cover(chosen, best, self._families)
                ranking = fuse.joined([ranking, *of_parts])
        with watch.stage("answer"):  # step 14
            hits = self._hits(whole.terms, chosen, ranking)
            more = refine.folded(ranked, chosen)
            strange = tuple(
                word for word in whole.terms.words if not self._retrieval.frequency("words", word)
            )
            nowhere = understood.unknown_places.nowhere_else
            sure = confidence.of_answer(self._logistic, ranking, nowhere)
            answerable = sure >= confidence.ANSWERABLE
            points = self._key_points(whole, vectors, hits, more, ranking) if answerable else ()
            counts = self._facets.counts(asked.filters)
        return Answer(
            query=asked,
            build=self.build,
            answerable=answerable,
            confidence=sure,
            hits=hits,
            more={row: tuple(c.stored for c in found) for row, found in more.items() if found},
            key_points=points,
            unknown=strange,
            facets=counts,
            understanding=understood,
            took_ms=watch.total(),
        )

    def _limits(
        self, asked: Query, understood: Understanding, ranked: Sequence[Candidate]
    ) -> list[refine.Limit]:
        """Places take turns unless the question or a filter asks for one; so do kinds."""
        named = {*asked.filters, *(hint.name for hint in understood.hints)}
        documents = self.store.documents_at({candidate.stored.document for candidate in ranked})
        values = {row: document.facets.values for row, document in documents.items()}
        places = {row: next(iter(v.get("district") or v.get("city") or ()), "") for row, v in values.items()}
        kinds = {row: next(iter(v.get("kind", ())), "") for row, v in values.items()}
        limits = [] if named & set(PLACES) else [refine.Limit(places, ceil(PER_PLACE * asked.k))]
        return limits if "kind" in named else [*limits, refine.Limit(kinds, ceil(PER_KIND * asked.k))]

    def _read(self, asked: Query, texts: Sequence[str]) -> tuple[list[Reading], Understanding]:
        """What needs no vector, of a question and its parts; runs beside the embedding, which leaves a core free."""
        depths = [max(DEPTH, asked.k), *[PART_DEPTH] * (len(texts) - 1)]
        readings = [self._reading(*each, asked) for each in zip(texts, depths, strict=True)]
        synonyms = readings[0].terms.synonyms
        understood = understand(
            asked, synonyms, self._known, self._place_names, self._vocabulary, tuple(texts[1:])
        )
        return readings, understood

    def _reading(self, text: str, depth: int, asked: Query) -> Reading:
        asked_terms = self.terms_of(text)
        if asked.literal:
            kept = tuple(s for s in asked_terms.synonyms if s.word not in asked.literal)
            asked_terms = replace(asked_terms, synonyms=kept)
        weighted = lexical.weighted_terms(asked_terms, self._retrieval.passages, self._retrieval.frequency)
        find = self._retrieval.begin(asked_terms, depth, asked.filters)
        return Reading(text, depth, asked_terms, weighted, find)

    def facet_counts(self, filters: Mapping[str, tuple[str, ...]]) -> Mapping[str, tuple[FacetValue, ...]]:
        """How many documents each facet value would leave, without a question."""
        return self._facets.counts(filters)

    def rank(self, text: str, k: int) -> Run:
        """Passages in order of relevance, nothing folded or left out: what evaluation measures."""
        asked = query.make_query(text, k=k)
        reading = self._reading(asked.text, max(DEPTH, k), asked)
        run = self._rank(reading, self._vectors([asked.text])[0]).run
        return Run(run.rows[:k], run.scores[:k])

    def dense_run(self, text: str, k: int) -> Run:
        """The dense retriever alone."""
        own = distinctive(self._vectors([query.clean(text)])[0], self._shared)
        return self._retrieval.dense(own, k, {})

    def sparse_run(self, text: str, k: int) -> Run:
        """The sparse retriever alone."""
        return self._retrieval.sparse(self.terms_of(query.clean(text)), k, {})

    def terms_of(self, text: str) -> QueryTerms:
        """Terms of a cleaned question, cut with the words that the build's passages were cut with."""
        return query.terms_of(text, self._segmenter)

    def _vectors(self, texts: Sequence[str]) -> Vectors:
        return self._embedder.encode_query([terms.simplified(text) for text in texts])

    def _rank(self, reading: Reading, vector: Vectors) -> fuse.Ranking:
        own = distinctive(vector, self._shared)
        rows = reading.find(own)  # steps 10 and 11
        ranking = fuse.rank(self._evidence(reading, own, rows))  # step 12
        return ranking if self._reranker is None else self._reranked(reading, ranking, self._reranker)

    def _reranked(self, reading: Reading, ranking: fuse.Ranking, reranker: rerank.Reranker) -> fuse.Ranking:
        """The end of step 12; the parts of a question are left as they are, only their first few are looked at."""
        if reading.depth < DEPTH:
            return ranking
        first = self.candidates.of(ranking.run.rows[: rerank.FIRST])
        titles = [self.store.documents[candidate.stored.document].title for candidate in first]
        texts = [context(t, c.stored.passage)[0] for t, c in zip(titles, first, strict=True)]
        return rerank.reranked(ranking, reading.text, texts, reranker)

    def _key_points(
        self,
        reading: Reading,
        vectors: Vectors,
        hits: Sequence[Hit],
        more: Mapping[int, Sequence[Candidate]],
        ranking: fuse.Ranking,
    ) -> tuple[KeyPoint, ...]:
        own, words = np.stack([distinctive(v, self._shared) for v in vectors]), len(reading.terms.words)
        weights = np.array([term.weight for term in reading.weighted[:words]], dtype=np.float32)
        found = sources.sources(
            hits, more, ranking, self.candidates, self._retrieval, reading.weighted, words
        )
        return answer.key_points(
            self._relevance, relevance.Asked(terms.simplified(reading.text), own, weights), found
        )

    def _evidence(self, reading: Reading, own: Vectors, rows: Rows) -> fuse.Evidence:
        columns, found = self.store.columns, self._retrieval.vectors(rows)
        wanted = [ASPECTS.index(aspect) for aspect in query.aspects_of(terms.simplified(reading.text))]
        # What was guessed from a passage's text doesn't count: it must stand under a heading.
        asked_for = columns.headed[rows] & np.isin(columns.aspects[rows], wanted)
        texts = lexical.joined(self._retrieval.folded(rows))
        words = lexical.found(reading.weighted, len(reading.terms.words), texts, columns.mean_length)
        return fuse.Evidence(
            rows=rows,
            documents=columns.documents_of(rows),
            lengths=columns.lengths[rows].astype(np.float32),
            lexical=words.text,
            sentence_lexical=words.sentence,
            covered=words.covered,
            cosines=found @ own,
            sentence_cosines=self._retrieval.best_sentences(own, rows),
            vectors=found,
            pairs=pairs.held(texts.units, texts.owner, len(rows)),
            asked_for=asked_for.astype(np.float32),
        )

    def _hits(self, asked: QueryTerms, chosen: Sequence[Candidate], ranking: fuse.Ranking) -> tuple[Hit, ...]:
        place = {row: n for n, row in enumerate(ranking.run.rows.tolist())}
        return tuple(
            self._hit(rank, candidate, asked, ranking, place[candidate.stored.row])
            for rank, candidate in enumerate(chosen, start=1)
        )

    def _hit(
        self, rank: int, candidate: Candidate, asked: QueryTerms, ranking: fuse.Ranking, place: int
    ) -> Hit:
        stored = candidate.stored
        document = self.store.documents[stored.document]
        spans, found = marks.marks(stored.passage.text, asked, candidate.text)
        closeness, covered = float(ranking.closeness[place]), float(ranking.covered[place])
        return Hit(
            rank=rank,
            score=round(float(ranking.run.scores[place]), 6),
            row=stored.row,
            passage_id=f"{document.id}-{stored.number}",
            document=document,
            passage=stored.passage,
            marks=spans,
            confidence=confidence.of_hit(self._logistic, closeness, covered),
            terms=found,
            closeness=round(closeness, 4),
        )


def _open_remote(root: Path) -> tuple[Opened | None, str]:
    """The build in the store of CASEBASE_STORE; none for the local store, or with a notice where it takes its place."""
    address = from_environment()
    if address is None:
        return None, ""
    from search.milvus.opening import open_build

    try:
        return open_build(root, address), ""
    except StoreUnreachableError as error:
        try:
            build = index.current_build(root)
        except IndexNotFoundError:
            raise error from None
        return None, f"{error}现在用本机的索引（版本 {build.name}）回答，可能不是最新的。"


def _refuse_mismatch(inputs: index.Inputs, embedder: Embedder) -> None:
    """Raise IndexMismatchError unless the build was made by this model and this dictionary."""
    if inputs.model_fingerprint != embedder.fingerprint or inputs.dim != embedder.dim:
        raise IndexMismatchError(
            f"索引是用模型 {inputs.model} 建的，与现在的模型 {embedder.name} 不一致。请运行 python -m ingest 重建。"
        )
    if inputs.terms_version != terms.version():
        raise IndexMismatchError("分词方法变了，索引里的词项已经过时。请运行 python -m ingest 重建。")
