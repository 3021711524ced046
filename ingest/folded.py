"""folded.u16: each passage's folded text behind its title, headings and lead, by row: what ranking counts words in.

As UTF-16 code units and mapped into memory, so that a hundred candidates are looked through without reading and
folding a hundred passages: that was 10 ms of a question to a library that doesn't fit the cache.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ingest.term_index import TermRow

NAME, STARTS = "folded.u16", "folded.starts"
Units = NDArray[np.uint16]


def writing(folder: Path, rows: Iterable[TermRow]) -> Iterator[TermRow]:
    """Hand the rows on, writing the folded text of each on the way; where each begins is written at the end."""
    starts = [0]
    with (folder / NAME).open("wb") as file:
        for row in rows:
            written = file.write(row.folded.encode("utf-16-le", "surrogatepass"))
            starts.append(starts[-1] + written // 2)
            yield row
    np.array(starts, dtype=np.int64).tofile(folder / STARTS)


class FoldedTexts:
    """The folded texts of one build, by passage row."""

    def __init__(self, folder: Path) -> None:
        self._starts = np.fromfile(folder / STARTS, dtype=np.int64)
        self._units = np.asarray(np.memmap(folder / NAME, dtype="<u2", mode="r"))

    def of(self, rows: NDArray[np.int64]) -> list[Units]:
        """The code units (n,) of each passage."""
        spans = zip(self._starts[rows].tolist(), self._starts[rows + 1].tolist(), strict=True)
        return [self._units[start:end] for start, end in spans]
