"""Step 8 for Milvus: which build the alias names, and the few files of it that are kept in the index folder."""

from __future__ import annotations

import shutil
import sqlite3
import tempfile
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from ingest import columns, index
from ingest.errors import IndexDamagedError, IndexNotFoundError, StoredIndexError, StoreError
from ingest.milvus import publish, records, schema
from ingest.milvus.address import Address
from ingest.milvus.server import Server
from search.milvus.retrieval import MilvusRetrieval
from search.milvus.store import MilvusStore

FOLDER = "remote"
"""Under the index folder: a folder a build with what is kept of it, which can be deleted at any time."""


@dataclass(frozen=True, slots=True)
class Opened:
    """A build on a server: its few files here, and what answers for the rest."""

    server: Server
    folder: Path
    store: MilvusStore
    retrieval: MilvusRetrieval


def published(server: Server) -> str:
    """Id of the build that the store answers from; raises IndexNotFoundError or StoreError."""
    build = schema.build_of(server.current() or "")
    if build is None:
        raise IndexNotFoundError(
            f"Milvus {server.address} 里还没有索引。请在导入的电脑上设好同样的环境变量，运行 python -m ingest。"
        )
    return build


def published_at(address: Address) -> str:
    """``published`` by a connection of its own."""
    server = Server(address)
    try:
        return published(server)
    finally:
        server.close()


def open_build(root: Path, address: Address) -> Opened:
    """The build that the alias names now; raises StoreError, StoreUnreachableError or StoredIndexError."""
    server = Server(address)
    try:
        build = published(server)
        schema.load(server, build)
        folder = _files_of(root / FOLDER, server, build)
        own = _columns(folder / columns.NAME)
        retrieval = MilvusRetrieval(server, folder, index.Manifest.read(folder), own)
    except BaseException:
        server.close()
        raise
    return Opened(server, folder, MilvusStore(server, build, own, retrieval.records), retrieval)


def _columns(path: Path) -> columns.Columns:
    try:
        with closing(
            sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro&immutable=1", uri=True)
        ) as connection:
            return columns.Columns.read(connection)
    except (sqlite3.Error, ValueError, KeyError, TypeError) as error:
        raise IndexDamagedError(f"{path} 已损坏（{error}）。请删除它所在的文件夹再试。") from error


def _files_of(kept: Path, server: Server, build: str) -> Path:
    """The folder with the build's few files, copied from the server unless they are here and whole."""
    folder = kept / build
    try:
        index.check_on_open(folder)
    except StoredIndexError:
        _copy(folder, server, build)
        index.check_on_open(folder)
    others = (path for path in kept.iterdir() if path.is_dir() and path != folder)
    for old in sorted(others, key=lambda path: path.stat().st_mtime, reverse=True)[index.KEPT_BUILDS - 1 :]:
        shutil.rmtree(old, ignore_errors=True)
    return folder


def _copy(folder: Path, server: Server, build: str) -> None:
    """Copy the files beside the folder, then put them in its place: several page servers may share a disk."""
    manifest = records.get(server, build, [publish.MANIFEST]).get(publish.MANIFEST)
    if manifest is None:
        raise StoreError(
            f"Milvus {server.address} 里的版本 {build} 不完整。请在导入的电脑上运行 python -m ingest。"
        )
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent, prefix=".") as beside:
        staged = Path(beside) / build
        staged.mkdir()
        (staged / index.MANIFEST).write_bytes(manifest)
        for name in index.Manifest.read(staged).files:
            path = staged / name
            if path.parent != staged:
                raise StoreError(f"Milvus {server.address} 里的版本 {build} 有不该有的文件名。")
            path.write_bytes(records.get(server, build, [f"file/{name}"])[f"file/{name}"])
        shutil.rmtree(folder, ignore_errors=True)
        staged.rename(folder)
