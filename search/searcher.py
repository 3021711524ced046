"""The straight line from a question to an answer; the numbers go on where ingest/pipeline.py ends.

 8 open        the current build; refuse what doesn't fit
 9 understand  question → cleaned text, terms
10 filter      chosen facet values → allowed passages, before ranking
11 retrieve    dense ‖ sparse, each within the allowed passages
12 fuse        one ranking from both
13 refine      nothing twice, no document floods the page
14 answer      key points, or an honest 「没有找到」
"""

from __future__ import annotations

import time
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import numpy as np

from ingest import index, place_names, term_index, terms, vectors, word_counts, word_table
from ingest.chunk import Span
from ingest.embed import Embedder, open_embedder
from ingest.errors import IndexMismatchError
from ingest.models import Passage
from ingest.passage_store import NAME as PASSAGES
from ingest.passage_store import PassageStore, StoredPassage
from search import answer, confidence, facets, fuse, lexical, marks, query, refine
from search.cases.parts import Parts
from search.dense import DenseRetriever, distinctive
from search.language import questions
from search.language.synonyms import all_words
from search.language.vocabulary import of_library
from search.models import Answer, FacetValue, Hit, KeyPoint, Query, Rows, Run, Vectors
from search.query import QueryTerms
from search.sparse import SparseRetriever
from search.understanding import known_values, understand

DEPTH = 60  # candidates from each retriever
COVERED_BY = 3  # a part of a question is answered when one of its own first passages is among the hits
KEPT_CANDIDATES = 50_000  # folded passages in memory, about 1 kB each


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


class Searcher:
    """Answers questions from one build; open one with ``Searcher.open``.

    >>> Searcher.open(Path("index")).search("如何提升居民参与度").hits  # doctest: +SKIP
    """

    def __init__(self, build: Path, embedder: Embedder) -> None:
        self.manifest = index.check_on_open(build)
        _refuse_mismatch(self.manifest.inputs, embedder)
        self.store = PassageStore(build / PASSAGES)
        self._embedder = embedder
        self._dense = DenseRetriever(vectors.read_dense(build / vectors.DENSE))
        self._sparse = SparseRetriever(term_index.open_index(build / term_index.NAME))
        self._segmenter = word_table.segmenter(build / word_table.NAME)
        self._sentences = vectors.SentenceVectors(build, self.manifest.inputs.dim)
        self._logistic = confidence.logistic_for(self.manifest.inputs.model)
        self._shared = vectors.read_shared(build)
        self._facets = facets.FacetCounts(self.store)
        self._known = known_values(self.store)
        self._places = place_names.PlaceNames(build / place_names.NAME)
        counts = word_counts.read(build / word_counts.NAME)
        self._vocabulary = of_library(counts, self._segmenter, all_words())
        self._candidates: dict[int, lexical.Candidate] = {}
        self._mean_length = self.store.mean_length()

    @classmethod
    def open(cls, root: Path, models: Path = Path("models"), model: str = "") -> Searcher:
        """Step 8: open the current build under ``root`` with the model that made it; raises CasebaseError."""
        build = index.current_build(root)
        return cls(build, open_embedder(model or index.Manifest.read(build).inputs.model, models))

    @property
    def build(self) -> str:
        """Id of the build that answers."""
        return self.manifest.build_id

    @property
    def parts(self) -> Parts:
        """What similar projects and case cards are made from."""
        return Parts(
            self._embedder, self._dense, self._sparse, self._sentences, self._facets, self._segmenter
        )

    def search(self, text: str, k: int = 10, filters: Mapping[str, tuple[str, ...]] | None = None) -> Answer:
        """Answer a question with at most ``k`` hits; raises QueryError when it can't be searched for."""
        watch = Stopwatch()
        with watch.stage("understand"):  # step 9
            asked = query.make_query(text, filters, k)
            asked_terms = self.terms_of(asked.text)
            understood = understand(
                asked.text,
                asked_terms.synonyms,
                asked.filters,
                self._known,
                self._places,
                self._vocabulary,
                questions.split(asked.text, self._segmenter),
            )
        with watch.stage("embed"):
            vector = self._vector(asked.text)
        with watch.stage("retrieve"):  # steps 10 to 12
            ranking = self._rank(asked, asked_terms, vector)
        with watch.stage("refine"):  # step 13
            chosen = refine.choose(self.store.passages(ranking.run.rows[: DEPTH // 2]), asked.k, self._folded)
            if understood.parts:
                ranking, chosen = self._covering(asked, understood.parts, ranking, chosen)
        with watch.stage("answer"):  # step 14
            hits = self._hits(asked_terms, chosen, ranking)
            first = self.store.passages(ranking.run.rows[: confidence.LOOKED_AT])
            covered = self._covered(asked_terms, first)
            sure = confidence.of_answer(
                self._logistic, ranking, covered, understood.unknown_places.nowhere_else
            )
            answerable = sure >= confidence.ANSWERABLE
            points = self._key_points(asked.text, asked_terms, vector, hits) if answerable else ()
            counts = self._facets.counts(asked.filters)
        return Answer(asked, self.build, answerable, sure, hits, points, counts, understood, watch.total())

    def _covering(
        self, asked: Query, parts: Sequence[str], ranking: fuse.Ranking, chosen: list[StoredPassage]
    ) -> tuple[fuse.Ranking, list[StoredPassage]]:
        """See that each part of the question is answered among the chosen passages."""
        rankings = [
            self._rank(replace(asked, text=part), self.terms_of(part), self._vector(part)) for part in parts
        ]
        first = [self.store.passages(found.run.rows[:COVERED_BY]) for found in rankings]
        return fuse.joined([ranking, *rankings]), refine.cover(chosen, first)

    def facet_counts(self, filters: Mapping[str, tuple[str, ...]]) -> Mapping[str, tuple[FacetValue, ...]]:
        """How many documents each facet value would leave, without a question."""
        return self._facets.counts(filters)

    def rank(self, text: str, k: int) -> Run:
        """Passages in order of relevance, nothing folded or left out: what evaluation measures."""
        asked = query.make_query(text, k=k)
        run = self._rank(asked, self.terms_of(asked.text), self._vector(asked.text)).run
        return Run(run.rows[:k], run.scores[:k])

    def dense_run(self, text: str, k: int) -> Run:
        """The dense retriever alone."""
        return self._dense.retrieve(distinctive(self._vector(query.clean(text)), self._shared), k)

    def sparse_run(self, text: str, k: int) -> Run:
        """The sparse retriever alone."""
        return self._sparse.retrieve(self.terms_of(query.clean(text)), k, {})

    def terms_of(self, text: str) -> QueryTerms:
        """Terms of a cleaned question, cut with the words that the build's passages were cut with."""
        return query.terms_of(text, self._segmenter)

    def _vector(self, text: str) -> Vectors:
        vector: Vectors = self._embedder.encode_query([terms.simplified(text)])[0]
        return vector

    def _rank(self, asked: Query, asked_terms: QueryTerms, vector: Vectors) -> fuse.Ranking:
        allowed = self._facets.allowed(asked.filters)  # step 10
        depth = max(DEPTH, asked.k)
        own = distinctive(vector, self._shared)
        dense = self._dense.retrieve(own, depth, allowed)  # step 11
        sparse = self._sparse.retrieve(asked_terms, depth, asked.filters)
        rows = np.union1d(dense.rows, sparse.rows)
        wanted = query.aspects_of(terms.simplified(asked.text))
        return fuse.rank(self._evidence(asked_terms, own, rows, wanted))  # step 12

    def _key_points(
        self, question: str, asked_terms: QueryTerms, vector: Vectors, hits: Sequence[Hit]
    ) -> tuple[KeyPoint, ...]:
        weighted = self._weighted(asked_terms)

        def words_share(spans: Sequence[tuple[Hit, Span]]) -> Vectors:
            folded = {hit.row: self._folded_in_place(hit) for hit, _ in spans}
            pieces = [lexical.Candidate("", folded[hit.row][start:end]) for hit, (start, end) in spans]
            return lexical.scores(weighted, pieces, self._mean_length)

        own = distinctive(vector, self._shared)
        return answer.key_points(
            question, own, hits, [self._sentences.of(hit.row) for hit in hits], words_share
        )

    def _folded_in_place(self, hit: Hit) -> str:
        """The folded text of a hit, or its text as it is where folding moves its characters."""
        known = self._candidates.get(hit.row)
        folded = known.text if known else terms.fold(hit.passage.text)
        return folded if len(folded) == len(hit.passage.text) else hit.passage.text

    def _weighted(self, asked_terms: QueryTerms) -> list[lexical.WeightedTerm]:
        return lexical.weighted_terms(asked_terms, self._sparse.passages, self._sparse.frequency)

    def _evidence(
        self, asked_terms: QueryTerms, own: Vectors, rows: Rows, wanted: Collection[str]
    ) -> fuse.Evidence:
        stored = self.store.passages(rows)
        found = self._dense.vectors(rows)
        weighted = self._weighted(asked_terms)
        return fuse.Evidence(
            rows=rows,
            documents=np.array([s.document for s in stored], dtype=np.int64),
            lengths=np.array([len(s.passage.text) for s in stored], dtype=np.float32),
            lexical=lexical.scores(weighted, [self._candidate(s) for s in stored], self._mean_length),
            cosines=found @ own,
            sentence_cosines=self._sentences.best(own, rows),
            vectors=found,
            asked_for=np.array([_tells(s.passage, wanted) for s in stored], dtype=np.float32),
        )

    def _covered(self, asked: QueryTerms, stored: Sequence[StoredPassage]) -> float:
        """Largest share of the question's words that one of the passages holds."""
        candidates = [self._candidate(passage) for passage in stored]
        return lexical.covered_share(asked, self._sparse.passages, self._sparse.frequency, candidates)

    def _candidate(self, stored: StoredPassage) -> lexical.Candidate:
        """The folded text of a passage; kept, since folding the candidates anew takes half of a question's time."""
        if stored.row not in self._candidates:
            if len(self._candidates) >= KEPT_CANDIDATES:
                self._candidates.clear()
            self._candidates[stored.row] = self._fold(stored)
        return self._candidates[stored.row]

    def _folded(self, stored: StoredPassage) -> str:
        return self._candidate(stored).text

    def _fold(self, stored: StoredPassage) -> lexical.Candidate:
        passage = stored.passage
        head = "\n".join((self.store.documents[stored.document].title, *passage.heading, passage.lead))
        return lexical.Candidate(terms.fold(head), terms.fold(passage.text))

    def _hits(
        self, asked: QueryTerms, chosen: Sequence[StoredPassage], ranking: fuse.Ranking
    ) -> tuple[Hit, ...]:
        place = {row: n for n, row in enumerate(ranking.run.rows.tolist())}
        return tuple(
            self._hit(rank, stored, asked, ranking, place[stored.row])
            for rank, stored in enumerate(chosen, start=1)
        )

    def _hit(
        self, rank: int, stored: StoredPassage, asked: QueryTerms, ranking: fuse.Ranking, place: int
    ) -> Hit:
        document = self.store.documents[stored.document]
        spans, found = marks.marks(stored.passage.text, asked, self._folded(stored))
        closeness, covered = float(ranking.closeness[place]), self._covered(asked, [stored])
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


def _tells(passage: Passage, wanted: Collection[str]) -> bool:
    """Whether a passage stands under a heading of a wanted aspect; one guessed from its text doesn't count."""
    return bool(passage.heading) and passage.aspect in wanted


def _refuse_mismatch(inputs: index.Inputs, embedder: Embedder) -> None:
    """Raise IndexMismatchError unless the build was made by this model and this dictionary."""
    if inputs.model_fingerprint != embedder.fingerprint or inputs.dim != embedder.dim:
        raise IndexMismatchError(
            f"索引是用模型 {inputs.model} 建的，与现在的模型 {embedder.name} 不一致。请运行 python -m ingest 重建。"
        )
    if inputs.terms_version != terms.version():
        raise IndexMismatchError("分词方法变了，索引里的词项已经过时。请运行 python -m ingest 重建。")
