"""The fake at the one seam, an embedder without a model; and a document of a build without a build."""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Any

import numpy as np

from ingest.embed import Embedded, Vectors
from ingest.models import Facets, Signature
from ingest.passage_store import StoredDocument


class BigramEmbedder:
    """Hash character bigrams into a small unit vector: no model, no network, the same output every run."""

    name = "fake/bigram"
    dim = 64
    fingerprint = "fake-bigram-64"

    def encode_document(self, texts: Sequence[str]) -> Vectors:
        out = np.zeros((len(texts), self.dim), dtype=np.float32)
        for row, text in zip(out, texts, strict=True):
            for a, b in pairwise(f" {text}"):
                row[zlib.crc32((a + b).encode(errors="surrogatepass")) % self.dim] += 1.0
        norms = np.linalg.norm(out, axis=1, keepdims=True)
        return np.asarray(out / np.maximum(norms, 1e-12), dtype=np.float32)

    encode_query = encode_document

    def encode_passages(
        self, texts: Sequence[str], spans: Sequence[Sequence[tuple[int, int]]]
    ) -> Iterator[Embedded]:
        for number, (text, own) in enumerate(zip(texts, spans, strict=True)):
            sentences = self.encode_document([text[start:end] for start, end in own])
            yield Embedded(number, self.encode_document([text])[0], sentences.reshape(-1, self.dim))


def stored_document(**given: Any) -> StoredDocument:
    """A document of a build, empty but for what is given."""
    usual: dict[str, Any] = {
        "row": 0,
        "id": "d0",
        "path": "d0.md",
        "title": "",
        "sha256": "0" * 64,
        "provenance": "",
        "first_passage": 0,
        "passages": 1,
        "facets": Facets({}),
        "sources": (),
        "page_count": None,
        "blank_pages": (),
        "coverage": 1.0,
        "encoding": "",
        "removed": (),
        "ocr": (),
        "warnings": (),
        "personal": {},
        "family": "d0",
        "versions": (),
        "signature": Signature(),
    }
    return StoredDocument(**{**usual, **given})
