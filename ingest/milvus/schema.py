"""What of a build lies in Milvus: two collections a build, named after it, and nothing else is ever touched.

- ``casebase_<build>_passages``: a row a passage, by which it is found: its vector, its terms as a sparse vector
  of BM25 weights, and the numbers of its facet values.
- ``casebase_<build>_records``: everything else by key, in parts that fit a field.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from ingest.columns import ASPECTS, Columns
from ingest.milvus.server import Server

PART = 48_000  # bytes; as base64 64,000 of the 65,535 that a VARCHAR holds
PATIENCE = 60.0  # times the time of a call: how long indexing and loading may take
_MOST_CHARACTERS = 65_535
_MOST_VALUES = 4_096  # facet values of a passage: the most that an array holds
_OWN = re.compile(r"casebase_([0-9a-f]{12})_(?:passages|records)")
# The usual middle of what Milvus recommends; a search looks at EF neighbours, twice the candidates that are asked for.
_HNSW = {"M": 16, "efConstruction": 200}
EF = 200


def passages_of(build: str) -> str:
    """Name of the collection of a build's passages; it is what the alias names."""
    return f"casebase_{build}_passages"


def records_of(build: str) -> str:
    """Name of the collection of everything else of a build."""
    return f"casebase_{build}_records"


def build_of(collection: str) -> str | None:
    """The build that a collection belongs to; None where it isn't ours.

    >>> build_of(passages_of("0123456789ab")), build_of("customers")
    ('0123456789ab', None)
    """
    found = _OWN.fullmatch(collection)
    return found[1] if found else None


def facet_numbers(columns: Columns) -> dict[tuple[str, str], int]:
    """The number of every facet value of a build, the aspects last: the same wherever the build is opened."""
    values = [(name, value) for name, held in sorted(columns.holders.items()) for value in sorted(held)]
    return {pair: number for number, pair in enumerate([*values, *(("aspect", a) for a in ASPECTS)])}


def create(server: Server, build: str, dim: int) -> None:
    """Make the two empty collections of a build, in place of what an interrupted run left."""
    drop(server, [build])
    # Records are read by key, a few at a time: they may stay on the disk of the query nodes.
    on_disk = {"properties": {"mmap.enabled": "true"}}
    _create(server, passages_of(build), *_passages(server, dim))
    _create(server, records_of(build), *_records(), **on_disk)


def _create(server: Server, name: str, schema: Any, indexes: Any, **options: Any) -> None:
    """An empty collection; its indexes are built while rows come in, and it is loaded when they are all there."""
    # Rows are written once and only then named by the alias: a reader needs no stronger promise.
    server.call("create_collection", name, schema=schema, consistency_level="Bounded", **options)
    server.call("create_index", name, indexes, sync=False)


def _passages(server: Server, dim: int) -> tuple[Any, Any]:
    from pymilvus import DataType, MilvusClient

    schema = MilvusClient.create_schema(auto_id=False, enable_dynamic_field=False)
    schema.add_field("row", DataType.INT64, is_primary=True)
    schema.add_field("vector", DataType.FLOAT_VECTOR, dim=dim)
    schema.add_field("terms", DataType.SPARSE_FLOAT_VECTOR)
    schema.add_field("facets", DataType.ARRAY, element_type=DataType.INT32, max_capacity=_MOST_VALUES)
    indexes = MilvusClient.prepare_index_params()
    indexes.add_index("vector", index_type="HNSW", metric_type="IP", params=_HNSW)
    indexes.add_index("terms", index_type="SPARSE_INVERTED_INDEX", metric_type="IP")
    if not server.is_lite:  # milvus-lite has no index on arrays, and looks through them
        indexes.add_index("facets", index_type="INVERTED")
    return schema, indexes


def _records() -> tuple[Any, Any]:
    from pymilvus import DataType, MilvusClient

    schema = MilvusClient.create_schema(auto_id=False, enable_dynamic_field=False)
    schema.add_field("key", DataType.VARCHAR, is_primary=True, max_length=256)
    schema.add_field("parts", DataType.INT32)
    schema.add_field("data", DataType.VARCHAR, max_length=_MOST_CHARACTERS)
    schema.add_field("none", DataType.FLOAT_VECTOR, dim=2)  # a collection must have a vector
    indexes = MilvusClient.prepare_index_params()
    indexes.add_index("none", index_type="FLAT", metric_type="IP")
    return schema, indexes


def load(server: Server, build: str) -> None:
    """Have a build in memory, as it is from its publishing on, but for a file that was closed meanwhile."""
    for name in (passages_of(build), records_of(build)):
        server.call("load_collection", name, timeout=server.address.seconds * PATIENCE)


def drop(server: Server, builds: Iterable[str]) -> None:
    """Remove the collections of these builds."""
    wanted = set(builds)
    for name in server.collections():
        if build_of(name) in wanted:
            server.call("drop_collection", name)
