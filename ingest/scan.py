"""The files of the library's folders: found, hashed, each content once."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from ingest import sandbox
from ingest.changes import Stamp
from ingest.errors import IngestError
from ingest.front_matter import SOURCES, FrontMatter, read_sources
from ingest.roots import Root

Progress = Callable[[str, int, int], None]
"""Called with a stage's Chinese name, how much of it is done and how much there is."""


@dataclass(frozen=True, slots=True)
class CorpusFile:
    """One file of a corpus folder: where it is, how it is named in the index, its bytes' hash."""

    root: Path
    path: Path
    name: str
    sha256: str
    provenance: FrontMatter

    @property
    def stamp(self) -> Stamp:
        """What tells that the file, or what sources.toml says of it, has changed."""
        return self.sha256, self.provenance.fingerprint


def scan(roots: Sequence[Root], progress: Progress) -> tuple[list[CorpusFile], dict[str, str]]:
    """All files under the roots, each once, and by name why others must not be opened.

    Names beginning with ``.``, ``_`` or ``~$`` are left out, as are README.md and sources.toml. A file under two
    roots belongs to the one that was named first.
    """
    files: list[CorpusFile] = []
    refused: dict[str, str] = {}
    sources = {root.base: read_sources(root.base) for root in roots}
    found = list(_found(roots))
    for number, (root, path) in enumerate(found, start=1):
        name = root.name(path)
        try:
            _check_name(path, name)
            sandbox.check_file(path, root.base)
            digest = _sha256(path)
        except (IngestError, OSError) as error:
            shown = name.encode(errors="backslashreplace").decode()
            refused[shown] = error.reason if isinstance(error, IngestError) else str(error)
        else:
            own = path.relative_to(root.base).as_posix()
            known = sources[root.base].get(own, FrontMatter())
            files.append(CorpusFile(root.base, path, name, digest, known))
        progress("查看文件", number, len(found))
    return files, refused


def without_twins(files: Iterable[CorpusFile]) -> tuple[list[CorpusFile], dict[str, str]]:
    """Each content once; and by the names of the others, the name of the first that holds the same."""
    first: dict[str, CorpusFile] = {}
    twins = {}
    for file in files:
        if file.sha256 in first:
            twins[file.name] = first[file.sha256].name
        else:
            first[file.sha256] = file
    return list(first.values()), twins


def _found(roots: Sequence[Root]) -> Iterator[tuple[Root, Path]]:
    seen: set[Path] = set()
    for root in roots:
        base = root.base.resolve()
        for path in walk(root.path):
            place = base / path.relative_to(root.base)
            if place not in seen:
                seen.add(place)
                yield root, path


def walk(root: Path) -> Iterator[Path]:
    """The files that a run would look at, in the order of their names."""
    if not root.is_dir():
        yield root
        return
    for path in sorted(root.iterdir(), key=lambda path: path.name):
        if left_out(path.name):
            continue
        if path.is_dir() and not path.is_symlink():
            yield from walk(path)
        else:
            yield path


def left_out(name: str) -> bool:
    """Whether a file or folder of this name is no part of a library."""
    return name.startswith((".", "_", "~$")) or name in ("README.md", SOURCES)


def _check_name(path: Path, name: str) -> None:
    try:
        name.encode()
    except UnicodeEncodeError as error:
        raise IngestError(path, "文件名的编码不对，请改名后再放进来") from error


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
