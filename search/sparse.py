"""Step 11, sparse: passages by BM25 over dictionary words, character bigrams and titles."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import tantivy

from ingest.terms import bigrams
from search.models import Run
from search.query import QueryTerms

TITLE_BOOST = 0.5
BIGRAM_BOOST = 0.5
SYNONYM_BOOST = 0.4


def boosted_terms(query: QueryTerms) -> list[tuple[str, str, float]]:
    """What is searched for: field, term and how much it counts."""
    boosted = [("words", word, 1.0) for word in query.words]
    boosted += [("title", word, TITLE_BOOST) for word in query.words]
    boosted += [("bigrams", bigram, BIGRAM_BOOST) for bigram in query.bigrams]
    others = dict.fromkeys(other for synonym in query.synonyms for other in synonym.others)
    boosted += [("words", other, SYNONYM_BOOST) for other in others]
    boosted += [("bigrams", pair, SYNONYM_BOOST / 2) for other in others for pair in bigrams(other)]
    return boosted


class SparseRetriever:
    """BM25 (tantivy: k1 = 1.2, b = 0.75) over the terms of one build."""

    def __init__(self, index: tantivy.Index) -> None:
        self._schema = index.schema
        self._searcher = index.searcher()
        self.passages = int(self._searcher.num_docs)

    def retrieve(self, query: QueryTerms, k: int, filters: Mapping[str, tuple[str, ...]]) -> Run:
        """The ``k`` passages with the highest BM25, among those that pass the filters; ties by row."""
        found = self._searcher.search(self._query(query, filters), limit=k, count=False).hits
        rows = np.array(
            self._searcher.fast_field_values("row", [address for _, address in found]), dtype=np.int64
        )
        scores = np.array([score for score, _ in found], dtype=np.float32)
        order = np.lexsort((rows, -scores))
        return Run(rows[order], scores[order])

    def frequency(self, field: str, term: str) -> int:
        """Number of passages that hold the term in this field."""
        return int(self._searcher.doc_freq(field, term))

    def _query(self, query: QueryTerms, filters: Mapping[str, tuple[str, ...]]) -> tantivy.Query:
        """The terms as they are where there is no filter: inside another clause tantivy's block-max WAND, which leaves
        out what can't be among the best, isn't used, and a question to 100,000 passages takes twice as long.
        """
        any_term = self._any_term(query)
        if not filters:
            return any_term
        chosen = [self._any_value(name, values) for name, values in filters.items()]
        return tantivy.Query.boolean_query([(tantivy.Occur.Must, clause) for clause in (any_term, *chosen)])

    def _any_term(self, query: QueryTerms) -> tantivy.Query:
        return tantivy.Query.boolean_query(
            [
                (tantivy.Occur.Should, tantivy.Query.boost_query(self._term(field, term), boost))
                for field, term, boost in boosted_terms(query)
            ]
        )

    def _any_value(self, name: str, values: tuple[str, ...]) -> tantivy.Query:
        """Passages that hold one of the values; adds nothing to the score."""
        options = [(tantivy.Occur.Should, self._term("facets", f"{name}={value}")) for value in values]
        return tantivy.Query.const_score_query(tantivy.Query.boolean_query(options), 0.0)

    def _term(self, field: str, term: str) -> tantivy.Query:
        return tantivy.Query.term_query(self._schema, field, term, "freq" if field != "facets" else "basic")
