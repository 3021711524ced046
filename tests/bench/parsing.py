"""How fast files are read: ``python -m tests.bench.parsing`` copies the library and the golden files to a thousand.

Prints, for each format alone and for all together: files, files read, files a second by two children, the share of
two cores that they used, the largest resident memory of a child in MB, and the share of the machine that others used.
"""

from __future__ import annotations

import resource
import shutil
import tempfile
import time
from collections import defaultdict
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from itertools import cycle, islice
from pathlib import Path

from ingest import ocr, sandbox
from ingest.models import Document
from tests.bench.machine import machine, others_share, ticks

ROOT = Path(__file__).resolve().parents[2]
FILES = 1000
RECOGNISED = {"scanned-page.pdf", "no-tounicode.pdf", "notice.jpg"}  # counted apart: seconds a page


def sources() -> dict[str, list[Path]]:
    """The files of the library and the golden tests by suffix; those to be recognised under ``识别``."""
    folders = [
        ROOT / "tests" / "golden" / "sources",
        *(ROOT / "corpus" / name for name in ("cases", "reports", "training")),
    ]
    found: defaultdict[str, list[Path]] = defaultdict(list)
    for path in sorted(path for folder in folders for path in folder.iterdir()):
        scanned = path.name in RECOGNISED or "扫描" in path.name
        found["识别" if scanned else path.suffix].append(path)
    return found


def measure(paths: Sequence[Path]) -> tuple[float, float, float, int]:
    """Files a second, share of two cores, MB of the largest child, files that were read."""
    before, begun = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    read = sum(isinstance(result, Document) for _, result in sandbox.parse_all(paths, workers=2))
    spent = time.perf_counter() - begun
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return len(paths) / spent, cpu / spent / 2, after.ru_maxrss / 1024, read


def main() -> None:
    """Measure each format with copies of its files, then a thousand of all formats but pictures."""
    this = machine()
    print(f"{this.cpu}, {this.cores} cores, {this.system}, Python {this.python}")
    found = sources()
    scanned = found.pop("识别")
    with tempfile.TemporaryDirectory() as folder:
        everything: list[Path] = []
        share = FILES / sum(len(paths) for paths in found.values())
        for suffix, paths in sorted(found.items()):
            copies = _copies(paths, max(20, round(share * len(paths))), Path(folder, suffix[1:]))
            everything += copies
            _row(suffix, copies)
        _row("全部", everything)
        if ocr.available():
            _row("识别", scanned)


def _copies(paths: Sequence[Path], number: int, folder: Path) -> list[Path]:
    folder.mkdir()
    return [
        Path(shutil.copyfile(path, folder / f"{index}-{path.name}"))
        for index, path in enumerate(islice(cycle(paths), number))
    ]


def _row(name: str, paths: Sequence[Path]) -> None:
    before = ticks()
    with ProcessPoolExecutor(1) as pool:  # a process of its own, so that the memory is this row's
        speed, cores, memory, read = pool.submit(measure, paths).result()
    others = others_share(before, ticks())
    print(
        f"| {name} | {len(paths)} | {read} | {speed:.1f} | {100 * cores:.0f} % | {memory:.0f} | {100 * (others or 0):.0f} % |",
        flush=True,
    )


if __name__ == "__main__":
    main()
