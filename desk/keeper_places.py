"""The corpus folders: from a file's name in the index to its path and back, never out of the folders."""

from __future__ import annotations

import contextlib
import stat
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from desk.keeper_names import LibraryError
from ingest import index
from ingest.errors import StoredIndexError
from ingest.roots import Root, open_roots
from ingest.scan import left_out, walk

UPLOADS = "上传"
"""Folder of the uploaded files, below the first corpus folder."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a file of the library is: its corpus folder and its path."""

    root: Path
    path: Path

    @property
    def relative(self) -> str:
        """The path below the corpus folder, as sources.toml names it."""
        return self.path.relative_to(self.root).as_posix()


@dataclass(frozen=True, slots=True)
class Folders:
    """The corpus folders of a library, in order; one of them may be a single file."""

    roots: tuple[Path, ...]

    @classmethod
    def of_index(cls, store: Path, corpora: Sequence[Path]) -> Folders:
        """Those that the current build was made from; ``corpora`` until there is a build."""
        try:
            manifest = index.Manifest.read(index.current_build(store))
        except StoredIndexError:
            return cls(tuple(corpora))
        return cls(tuple(Path(root) for root in manifest.roots) or tuple(corpora))

    def place(self, name: str) -> Place:
        """Where a file of the index is; raises LibraryError for what isn't a plain file of a corpus folder."""
        for root in self._there():
            relative = name.removeprefix(f"{root.label}/") if root.label else name
            if root.label and relative == name:
                continue
            path = root.base / checked(relative, name)
            with contextlib.suppress(OSError):
                if stat.S_ISREG(path.lstat().st_mode) and _inside(path.parent, root.base):
                    return Place(root.base, path)
        raise LibraryError(f"{name[:80]} 不在资料库的文件夹里，或者是一个链接，没有动它。")

    def name(self, place: Place) -> str:
        """How the index names a file."""
        root = next((root for root in self._there() if root.base == place.root), None)
        return root.name(place.path) if root else place.relative

    def files(self) -> list[str]:
        """The names of all files that an update would look at, read or not."""
        return [root.name(path) for root in self._there() for path in walk(root.path)]

    def _there(self) -> list[Root]:
        return open_roots([root for root in self.roots if root.exists()])

    def uploads(self) -> Place:
        """The folder for uploads; raises LibraryError when the library has no folder."""
        root = next((root for root in self.roots if root.is_dir() or not root.exists()), None)
        if root is None:
            raise LibraryError("资料库是由单个文件建成的，没有可以上传的文件夹。请用文件夹重建索引。")
        return Place(root, root / UPLOADS)

    def known(self, root: str) -> Path:
        """The corpus folder with this absolute path; raises LibraryError when there is none any more."""
        for own in self.roots:
            if str(_base(own).resolve()) == root:
                return _base(own)
        raise LibraryError(f"它原来的文件夹 {root} 已不在资料库里，没有恢复。")


def make_folder(root: Path, folder: Path) -> None:
    """Make a folder below a corpus folder; raises LibraryError when a link leads out of it."""
    try:
        root.mkdir(parents=True, exist_ok=True)
        if not _inside(folder, root):
            raise LibraryError(f"文件夹 {folder.name} 是通往资料库之外的链接，没有写进去。")
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise LibraryError(f"文件夹 {folder.name} 建不了（{error.strerror}）。") from error


def names_in(folder: Path) -> list[str]:
    """The names in a folder, none where there is no such folder."""
    return [path.name for path in folder.iterdir()] if folder.is_dir() else []


def checked(relative: str, name: str) -> PurePosixPath:
    """A path that can't lead out of its folder; raises LibraryError."""
    path = PurePosixPath(relative)
    unsafe = path.is_absolute() or "\0" in relative or "\\" in relative or ".." in path.parts
    if unsafe or not path.parts or any(left_out(part) for part in path.parts):
        raise LibraryError(f"{name[:80]} 不是资料库里的文件名，没有动它。")
    return path


def _base(root: Path) -> Path:
    return root.parent if root.is_file() else root


def _inside(folder: Path, root: Path) -> bool:
    return folder.resolve().is_relative_to(root.resolve())
