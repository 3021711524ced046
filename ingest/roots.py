"""The folders that a library is made of, and how documents are named when there are several."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from ingest.errors import IngestError

DEFAULT = "corpus"


@dataclass(frozen=True, slots=True)
class Root:
    """A folder, or a single file; names of documents are relative to ``base``.

    ``label`` is the part of the path that stands before a name when there are several roots, else "".
    """

    path: Path
    base: Path
    label: str

    def name(self, path: Path) -> str:
        """The name in the index of a file under this root, with forward slashes."""
        own = path.relative_to(self.base).as_posix()
        return f"{self.label}/{own}" if self.label else own


def default_paths() -> list[Path]:
    """What CASEBASE_CORPUS says, several folders parted as in PATH; without it ``corpus``."""
    named = os.environ.get("CASEBASE_CORPUS", "").split(os.pathsep)
    return [Path(name) for name in named if name] or [Path(DEFAULT)]


def open_roots(paths: Sequence[Path]) -> list[Root]:
    """The roots at these paths, each once; raises IngestError naming one that isn't there."""
    for path in paths:
        if not path.exists():
            raise IngestError(path, f"没有这个文件夹或文件：{path}。请检查路径；原来的索引没有动。")
    distinct = list({path.resolve(): path for path in reversed(paths)}.values())[::-1]
    bases = [path if path.is_dir() else path.parent for path in distinct]
    labels = _labels([base.resolve() for base in bases]) if len(distinct) > 1 else [""] * len(distinct)
    return [Root(path, base, label) for path, base, label in zip(distinct, bases, labels, strict=True)]


def _labels(bases: Sequence[Path]) -> list[str]:
    """A name for each folder: its own, with those of the folders above it where two would be called the same.

    One part of a path each, so that the rest of a document's name is its path in its folder.

    >>> _labels([Path("/甲/资料"), Path("/乙/资料"), Path("/乙/报告")])
    ['资料（甲）', '资料（乙）', '报告']
    """
    distinct = list(dict.fromkeys(bases))
    labels = {base: base.name or "根目录" for base in distinct}
    for depth in range(1, max(len(base.parts) for base in distinct)):
        uses = Counter(labels.values())
        for base in distinct:
            if uses[labels[base]] > 1:
                labels[base] = f"{base.name}（{'·'.join(base.parts[1:-1][-depth:])}）"
    taken: set[str] = set()
    for base in distinct:  # a folder may be called just like another's label
        while labels[base] in taken:
            labels[base] += "′"
        taken.add(labels[base])
    return [labels[base] for base in bases]
