"""What there is of an index on disk, for whoever keeps the library."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from ingest import index


@dataclass(frozen=True, slots=True)
class IndexFacts:
    """The current build and what is kept beside it; sizes in bytes."""

    build: str
    created: str  # ISO 8601, UTC
    model: str
    documents: int
    passages: int
    build_size: int
    cache_size: int  # vectors kept for the next update
    earlier: str  # the build that a rollback would bring back; empty for none


def index_facts(store: Path) -> IndexFacts:
    """Read them; raises StoredIndexError."""
    build = index.current_build(store)
    manifest = index.Manifest.read(build)
    return IndexFacts(
        build=build.name,
        created=manifest.created,
        model=manifest.inputs.model,
        documents=manifest.documents,
        passages=manifest.passages,
        build_size=sum(stored.size for stored in manifest.files.values()),
        cache_size=sum(path.stat().st_size for path in store.glob("embeddings.sqlite*")),
        earlier=next((path.name for path in index.builds(store) if path != build), ""),
    )
