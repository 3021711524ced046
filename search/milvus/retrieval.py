"""Step 11 on a Milvus server: both retrievers and the filters there, in one hybrid search; what was found, by key."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from ingest.columns import Columns
from ingest.errors import StoreError
from ingest.folded import Units
from ingest.index import Manifest
from ingest.milvus import records, schema
from ingest.milvus.passages import PassageRecord
from ingest.milvus.server import Server
from ingest.milvus.term_vectors import NAME as FREQUENCIES
from ingest.milvus.term_vectors import TermTable
from search.facets import Filters
from search.lexical import idf
from search.models import Rows, Run, Vectors
from search.query import QueryTerms
from search.retrieval import Find
from search.sparse import boosted_terms

KEPT = 10_000  # passages with their vectors, about 10 kB each
MOST = 16_384  # hits of a search, Milvus's limit


class MilvusRetrieval:
    """The passages of one build on a server; its few files are in ``folder``."""

    def __init__(self, server: Server, folder: Path, manifest: Manifest, columns: Columns) -> None:
        self._server, self._build = server, manifest.build_id
        self._dim = manifest.inputs.dim
        self._terms = TermTable(folder / FREQUENCIES)
        self._numbers = schema.facet_numbers(columns)
        self._kept: dict[int, PassageRecord] = {}
        self.passages = manifest.passages
        self.frequency = self._terms.frequency

    def begin(self, asked: QueryTerms, k: int, filters: Filters) -> Find:
        """The question's terms at once; the search itself when the vector is there, since it is one for both."""
        weights, allowed = self._weights(asked), self._expression(filters)
        return lambda vector: self._hybrid(vector, weights, min(k, MOST // 2), allowed)

    def _hybrid(self, vector: Vectors, weights: dict[int, float], k: int, allowed: str | None) -> Rows:
        """The best of both sides: as many as both have together, so that the server's own ranking leaves none out."""
        from pymilvus import AnnSearchRequest, RRFRanker

        if allowed is None:
            return np.zeros(0, dtype=np.int64)
        wanted: list[tuple[str, Any, dict[str, Any]]] = [("vector", vector, _dense_options(k))]
        wanted += [("terms", weights, _SPARSE)] if weights else []
        requests = [AnnSearchRequest([data], field, how, k, expr=allowed) for field, data, how in wanted]
        options = {"limit": 2 * k, "output_fields": ["row"]}
        (hits,) = self._server.call("hybrid_search", self._collection, requests, RRFRanker(), **options)
        return np.unique(_run(hits).rows)

    def dense(self, vector: Vectors, k: int, filters: Filters) -> Run:
        """The dense half alone."""
        return self._search("vector", vector, k, self._expression(filters), _dense_options(k))

    def sparse(self, asked: QueryTerms, k: int, filters: Filters) -> Run:
        """The sparse half alone."""
        weights = self._weights(asked)
        return self._search("terms", weights, k, self._expression(filters) if weights else None, _SPARSE)

    def _search(self, field: str, data: Any, k: int, allowed: str | None, how: dict[str, Any]) -> Run:
        if allowed is None:
            return Run(np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.float32))
        options = {"limit": min(k, MOST), "filter": allowed, "output_fields": ["row"]}
        options |= {"data": [data], "anns_field": field, "search_params": how}
        (hits,) = self._server.call("search", self._collection, **options)
        return _run(hits)

    def vectors(self, rows: Rows) -> Vectors:
        """The passages' vectors."""
        found = [record.vector for record in self.records(rows)]
        return np.array(found, dtype=np.float32).reshape(len(found), self._dim)

    def sentences(self, row: int) -> Vectors:
        """One passage's sentence vectors."""
        return self.records([row])[0].sentences

    def best_sentences(self, vector: Vectors, rows: Rows) -> Vectors:
        """Of each passage the best."""
        found = (record.sentences for record in self.records(rows))
        return np.array([(s @ vector).max() if len(s) else -1.0 for s in found], dtype=np.float32)

    def folded(self, rows: Rows) -> list[Units]:
        """The passages' folded texts."""
        return [record.folded for record in self.records(rows)]

    def records(self, rows: Sequence[int] | Rows) -> list[PassageRecord]:
        """The records of the passages, in the order asked for; those asked for lately are kept."""
        wanted, kept = [int(row) for row in rows], self._kept
        new = [row for row in dict.fromkeys(wanted) if row not in kept]
        if new:
            if len(kept) + len(new) > KEPT:
                self._kept = kept = {row: kept[row] for row in wanted if row in kept}
            found = records.get(self._server, self._build, [f"p{row}" for row in new])
            if len(found) < len(new):
                raise StoreError(
                    f"Milvus {self._server.address} 里的版本 {self._build} 不在了或不完整。请重新打开；"
                    "还是这样的话，在导入的电脑上运行 python -m ingest。"
                )
            kept.update((row, PassageRecord.read(found[f"p{row}"], self._dim)) for row in new)
        return [kept[row] for row in wanted]

    @property
    def _collection(self) -> str:
        return schema.passages_of(self._build)

    def _weights(self, asked: QueryTerms) -> dict[int, float]:
        """Weight of each of the question's terms by its number, inverse document frequency included."""
        weights: dict[int, float] = {}
        for field, term, boost in boosted_terms(asked):
            if found := self._terms.find(field, term):
                number, frequency = found
                weights[number] = weights.get(number, 0.0) + boost * idf(frequency, self.passages)
        return weights

    def _expression(self, filters: Filters) -> str | None:
        """The filters for Milvus, empty for none; None where no passage can pass them."""
        clauses = []
        for name, values in filters.items():
            numbers = [self._numbers[name, value] for value in values if (name, value) in self._numbers]
            if not numbers:
                return None
            clauses.append(f"ARRAY_CONTAINS_ANY(facets, {numbers})")
        return " and ".join(clauses)


_SPARSE = {"metric_type": "IP"}


def _dense_options(k: int) -> dict[str, Any]:
    return {"metric_type": "IP", "params": {"ef": max(schema.EF, k)}}


def _run(hits: Any) -> Run:
    """Hits best first, ties by row."""
    rows = np.array([hit["row"] for hit in hits], dtype=np.int64)
    scores = np.array([hit["distance"] for hit in hits], dtype=np.float32)
    order = np.lexsort((rows, -scores))
    return Run(rows[order], scores[order])
