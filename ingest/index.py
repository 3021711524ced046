"""The index on disk: immutable builds, the pointer CURRENT, the manifest; see docs/index-format.md.

A build appears whole: it is written into a staging folder, renamed, and only
then named by CURRENT, which is replaced atomically. A reader sees the old
build or the new one, never half of one.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import shutil
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from ingest.errors import IndexDamagedError, IndexMismatchError, IndexNotFoundError
from ingest.lock import writer_lock as writer_lock  # whoever changes what is here holds it

FORMAT_VERSION = 6
KEPT_BUILDS = 2
CURRENT, BUILDS, MANIFEST = "CURRENT", "builds", "manifest.json"
_REBUILD = "请运行 python -m ingest 重建。"
_HASHED_ON_OPEN = 64 * 1024 * 1024  # bytes; up to here a reader checks every hash, above only the sizes


@dataclass(frozen=True, slots=True)
class Inputs:
    """Everything that a build depends on: the same inputs give the same build id."""

    model: str
    model_fingerprint: str
    dim: int
    terms_version: str
    dictionary_fingerprint: str
    chunk: dict[str, int]
    pipeline_version: int
    corpus_fingerprint: str
    keep_personal_data: bool = False
    families_version: str = ""
    format_version: int = FORMAT_VERSION

    @property
    def build_id(self) -> str:
        """First 12 hexadecimal digits of the SHA-256 over all fields."""
        return hashlib.sha256(json.dumps(asdict(self), sort_keys=True).encode()).hexdigest()[:12]


@dataclass(frozen=True, slots=True)
class StoredFile:
    """Size in bytes and SHA-256 of one file of a build."""

    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a build is, in words a reader can check."""

    build_id: str
    created: str
    inputs: Inputs
    documents: int
    passages: int
    sentences: int
    structure: str  # of dense.faiss, see vectors.structure_for
    roots: tuple[str, ...]
    skipped: dict[str, str] = field(default_factory=dict)  # path → reason
    files: dict[str, StoredFile] = field(default_factory=dict)

    def to_json(self) -> str:
        """Indented JSON, Chinese as it is."""
        return json.dumps(asdict(self), ensure_ascii=False, indent=2) + "\n"

    @classmethod
    def read(cls, folder: Path) -> Manifest:
        """Read a build's manifest; raises IndexDamagedError or IndexMismatchError (too new or too old)."""
        try:
            raw = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
            version = raw["inputs"]["format_version"]
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise IndexDamagedError(
                f"索引 {folder.name} 的 {MANIFEST} 读不出来（{error}）。{_REBUILD}"
            ) from error
        # The version is looked at first: a newer manifest may hold fields that this program can't construct.
        if version != FORMAT_VERSION:
            newer = isinstance(version, int) and version > FORMAT_VERSION
            advice = "请升级本程序，或者" if newer else ""
            raise IndexMismatchError(
                f"索引的格式版本是 {version}，本程序认得的是 {FORMAT_VERSION}。{advice}{_REBUILD}"
            )
        try:
            return _manifest(raw)
        except (KeyError, TypeError, AttributeError) as error:
            raise IndexDamagedError(
                f"索引 {folder.name} 的 {MANIFEST} 不完整（{error}）。{_REBUILD}"
            ) from error


def _manifest(raw: dict[str, Any]) -> Manifest:
    files = {name: StoredFile(**value) for name, value in raw.pop("files").items()}
    inputs = Inputs(**raw.pop("inputs"))
    return Manifest(inputs=inputs, files=files, roots=tuple(raw.pop("roots")), **raw)


def current_build(root: Path) -> Path:
    """Folder of the current build; raises IndexNotFoundError or IndexDamagedError."""
    try:
        name = (root / CURRENT).read_text(encoding="utf-8").strip()
    except FileNotFoundError as error:
        raise IndexNotFoundError(f"{root} 里还没有索引。请先运行 python -m ingest 建立。") from error
    except (OSError, UnicodeDecodeError) as error:
        raise IndexDamagedError(f"{root / CURRENT} 读不出来（{error}）。{_REBUILD}") from error
    build = root / BUILDS / name
    if not name.isalnum() or not build.is_dir():
        raise IndexDamagedError(f"{root / CURRENT} 指向的索引版本「{name[:40]}」不存在。{_REBUILD}")
    return build


def builds(root: Path) -> list[Path]:
    """All finished builds, newest first."""
    folders = [
        path for path in (root / BUILDS).glob("*") if path.name.isalnum() and (path / MANIFEST).exists()
    ]
    return sorted(folders, key=lambda path: (path / MANIFEST).stat().st_mtime, reverse=True)


@contextlib.contextmanager
def staging(root: Path, build_id: str) -> Iterator[Path]:
    """An empty folder to write a build in; it is gone afterwards unless ``publish`` took it."""
    for left_over in (root / BUILDS).glob("*.tmp"):  # of a run that was killed
        shutil.rmtree(left_over, ignore_errors=True)
    folder = root / BUILDS / f"{build_id}.tmp"
    folder.mkdir(parents=True)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def publish(root: Path, folder: Path, manifest: Manifest) -> Path:
    """Complete a staged build, put it in place and make it the current one."""
    files = {name: stored(folder / name) for name in _names(folder)}
    complete = Manifest(**{**_shallow(manifest), "files": files})
    (folder / MANIFEST).write_text(complete.to_json(), encoding="utf-8")
    for name in [*files, MANIFEST]:
        _sync(folder / name)
    build = root / BUILDS / manifest.build_id
    shutil.rmtree(build, ignore_errors=True)  # only ever one that is damaged or not current
    folder.replace(build)
    _sync(build.parent)
    switch(root, build)
    return build


def switch(root: Path, build: Path) -> None:
    """Point CURRENT at a finished build, atomically, then drop all but the last builds."""
    pointer = root / f"{CURRENT}.tmp"
    pointer.write_text(build.name + "\n", encoding="utf-8")
    _sync(pointer)
    pointer.replace(root / CURRENT)
    _sync(root)
    others = [path for path in builds(root) if path != build]
    for old in others[KEPT_BUILDS - 1 :]:
        shutil.rmtree(old, ignore_errors=True)


def set_roots(build: Path, roots: tuple[str, ...]) -> None:
    """Say where the files of a build are now: the same files may be read from another place."""
    manifest = Manifest.read(build)
    if manifest.roots != roots:
        beside = build / f"{MANIFEST}.tmp"
        beside.write_text(Manifest(**{**_shallow(manifest), "roots": roots}).to_json(), encoding="utf-8")
        _sync(beside)
        beside.replace(build / MANIFEST)


def rollback(root: Path) -> Path:
    """Make the newest build that isn't the current one current; raises IndexNotFoundError."""
    current = current_build(root)
    earlier = [path for path in builds(root) if path != current]
    if not earlier:
        raise IndexNotFoundError(f"{root} 里没有更早的索引版本可以退回。")
    problems = check(earlier[0])
    if problems:
        raise IndexDamagedError(f"更早的索引版本 {earlier[0].name} 已损坏：{problems[0]}")
    switch(root, earlier[0])
    return earlier[0]


def check(build: Path, hashes: bool = True) -> list[str]:
    """Say which files of a build are missing or changed; without ``hashes`` only sizes are compared."""
    manifest = Manifest.read(build)
    problems = []
    for name, stored in manifest.files.items():
        path = build / name
        if not path.is_file():
            problems.append(f"缺少 {name}")
        elif path.stat().st_size != stored.size:
            problems.append(f"{name} 的大小是 {path.stat().st_size}，应为 {stored.size} 字节")
        elif hashes and _sha256(path) != stored.sha256:
            problems.append(f"{name} 的内容变了（校验和不符）")
    return problems


def check_on_open(build: Path) -> Manifest:
    """Read the manifest and refuse a build with missing or changed files; raises StoredIndexError."""
    manifest = Manifest.read(build)
    small = sum(stored.size for stored in manifest.files.values()) <= _HASHED_ON_OPEN
    if problems := check(build, hashes=small):
        raise IndexDamagedError(f"索引 {build.name} 已损坏：{problems[0]}。{_REBUILD}")
    return manifest


def _shallow(manifest: Manifest) -> dict[str, Any]:
    return {name: getattr(manifest, name) for name in Manifest.__slots__}


def _names(folder: Path) -> list[str]:
    files = (path for path in folder.rglob("*") if path.is_file() and not path.name.endswith(".lock"))
    return sorted(path.relative_to(folder).as_posix() for path in files)


def stored(path: Path) -> StoredFile:
    """What the manifest says of a file."""
    return StoredFile(path.stat().st_size, _sha256(path))


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _sync(path: Path) -> None:
    """Make a file or, where the system can, a folder entry lasting."""
    if path.is_dir() and os.name == "nt":
        return
    descriptor = os.open(path, os.O_RDONLY if path.is_dir() else os.O_RDWR)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
