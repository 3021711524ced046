"""Step 7 for Milvus: the current build of an index, in full, beside what is there; then one switch of the alias.

A run that fails or is stopped leaves the alias where it was; the next one begins the upload anew.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import replace
from itertools import groupby, islice
from pathlib import Path
from typing import Any

import numpy as np

from ingest import (
    columns,
    folded,
    index,
    passage_store,
    place_names,
    term_rows,
    vectors,
    word_cache,
    word_counts,
    word_table,
)
from ingest.errors import StoreError
from ingest.lock import AT_ONCE, Wait
from ingest.milvus import passages, records, schema, term_vectors
from ingest.milvus.address import Address
from ingest.milvus.server import ALIAS, Server
from ingest.scan import Progress
from ingest.term_index import TermRow

MANIFEST = "manifest"
"""Key of the manifest, the last record to be written: a build that has one is whole."""
FILES = (word_table.NAME, word_counts.NAME, place_names.NAME, vectors.SHARED)
"""What a page server copies of a build as it is; with the columns and the frequencies, written for it."""
STAGE = "写入 Milvus"
_AT_ONCE = 250  # passages of an insertion, about 4 kB each


def publish(root: Path, address: Address, progress: Progress, wait: Wait = AT_ONCE) -> bool:
    """Make the current build of ``root`` the one that the store answers from; False when it is already.

    Raises StoreError, StoreUnreachableError, StoredIndexError or LockedError; then the store answers as before.
    """
    with index.writer_lock(root, wait):
        build = index.current_build(root)
        try:
            with closing(Server(address)) as server:
                return _bring_up(server, build, root, progress)
        except StoreError as error:
            again = f"Milvus 上的版本没有换，本机的索引（版本 {build.name}）完好；再运行一次 python -m ingest 就接着写。"
            raise type(error)(f"{error}{again}") from None


def _bring_up(server: Server, build: Path, root: Path, progress: Progress) -> bool:
    before = server.current()
    if before == schema.passages_of(build.name):
        return False
    if not is_whole(server, build.name):
        _upload(server, build, root, progress)
    _switch(server, build.name, before)
    return True


def is_whole(server: Server, build: str) -> bool:
    """Whether the store has all of a build."""
    there = server.collections()
    if not all(name in there for name in (schema.passages_of(build), schema.records_of(build))):
        return False
    schema.load(server, build)
    return bool(records.get(server, build, [MANIFEST]))


def _switch(server: Server, build: str, before: str | None) -> None:
    """Name the build by the alias, atomically; of the others the one before stays, as it does on disk."""
    change = "create_alias" if before is None else "alter_alias"
    server.call(change, schema.passages_of(build), ALIAS)
    kept = {build, schema.build_of(before or "")}
    held = {schema.build_of(name) for name in server.collections()}
    schema.drop(server, [name for name in held if name and name not in kept])


def _upload(server: Server, build: Path, root: Path, progress: Progress) -> None:
    manifest = index.check_on_open(build)
    store = passage_store.PassageStore(build / passage_store.NAME)
    words = word_cache.WordCache(root / word_cache.NAME)

    def rows() -> Iterator[TermRow]:
        return term_rows.rows_of(store.indexed_documents(), manifest.passages, words)

    try:
        progress(STAGE, 0, manifest.passages)
        schema.create(server, manifest.build_id, manifest.inputs.dim)
        weights = term_vectors.TermWeights(rows())
        _write_passages(server, manifest, _found_by(build, store, weights, rows()), progress)
        held = records.put(server, manifest.build_id, _records(store, build, manifest.inputs.dim))
        with tempfile.TemporaryDirectory(prefix="casebase-") as folder:
            light = _light_files(Path(folder), build, weights)
            held += records.put(
                server, manifest.build_id, ((f"file/{p.name}", p.read_bytes()) for p in light)
            )
            own = replace(manifest, files={path.name: index.stored(path) for path in light}, roots=())
        _make_ready(server, schema.passages_of(manifest.build_id), manifest.passages)
        _make_ready(server, schema.records_of(manifest.build_id), held)
        records.put(server, manifest.build_id, [(MANIFEST, own.to_json().encode())])
        server.call("flush", schema.records_of(manifest.build_id))
    finally:
        words.close()
        store.close()


def _found_by(
    build: Path, store: passage_store.PassageStore, weights: term_vectors.TermWeights, rows: Iterator[TermRow]
) -> Iterator[dict[str, Any]]:
    """The rows of the first collection."""
    dense, numbers = vectors.read_dense(build / vectors.DENSE), schema.facet_numbers(store.columns)
    for row, terms in enumerate(rows):
        values = (numbers.get((name, value)) for name, _, value in (f.partition("=") for f in terms.facets))
        yield {
            "row": row,
            "vector": dense.reconstruct(row),
            "terms": weights.vector(terms),
            "facets": sorted({number for number in values if number is not None}),
        }


def _write_passages(
    server: Server, manifest: index.Manifest, rows: Iterator[dict[str, Any]], progress: Progress
) -> None:
    done = 0
    while batch := list(islice(rows, _AT_ONCE)):
        server.call("insert", schema.passages_of(manifest.build_id), batch)
        done += len(batch)
        progress(STAGE, done, manifest.passages)


def _records(store: passage_store.PassageStore, build: Path, dim: int) -> Iterator[tuple[str, bytes]]:
    """Every passage, and what there is of documents."""
    dense, sentences = vectors.read_dense(build / vectors.DENSE), vectors.SentenceVectors(build, dim)
    texts = folded.FoldedTexts(build)
    for row in store.table("passages"):
        number = int(row[0])
        (text,) = texts.of(np.array([number]))
        yield f"p{number}", passages.written(row, text, dense.reconstruct(number), sentences.of(number))
    yield from records_of_documents(store)


def records_of_documents(store: passage_store.PassageStore) -> Iterator[tuple[str, bytes]]:
    """Every document by row, its row by id, and its sections."""
    for row in store.table("documents"):
        yield f"d{row[0]}", _json([*row[:12], 0, ""])  # without the signature, which only ingest looks at
        yield f"i{row[1]}", str(row[0]).encode()
    for document, sections in groupby(store.table("sections"), key=lambda row: row[0]):
        yield f"s{document}", _json([row[2:] for row in sections])


def _json(value: Sequence[Any]) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode(errors="surrogatepass")


def _light_files(folder: Path, build: Path, weights: term_vectors.TermWeights) -> list[Path]:
    """The files that a page server keeps a copy of."""
    columns.copy(build / passage_store.NAME, folder / columns.NAME)
    weights.write(folder / term_vectors.NAME)
    return [*(build / name for name in FILES), folder / columns.NAME, folder / term_vectors.NAME]


def _make_ready(server: Server, collection: str, expected: int) -> None:
    """Make what was inserted lasting and searchable; raises StoreError unless all of it is."""
    patient = {"timeout": server.address.seconds * schema.PATIENCE}
    server.call("flush", collection, **patient)
    server.call("load_collection", collection, **patient)
    options = {"output_fields": ["count(*)"], "consistency_level": "Strong", **patient}
    found = int(server.call("query", collection, filter="", **options)[0]["count(*)"])
    if found != expected:
        raise StoreError(
            f"Milvus {server.address} 里有 {found} 行，应为 {expected} 行。请再运行一次 python -m ingest。"
        )
