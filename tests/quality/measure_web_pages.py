"""Measure on the labelled pages what the parser of web pages keeps that is foreign, and what it loses.

python -m tests.quality.measure_web_pages [seed] [--show]
"""

from __future__ import annotations

import re
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from ingest.clean import assemble
from ingest.parsers import parse
from tests.quality.web_pages import WebPage, made


@dataclass(frozen=True, slots=True)
class Result:
    """What went wrong with one page: foreign lines kept, paragraphs of the article lost."""

    name: str
    kept: tuple[str, ...]
    lost: tuple[str, ...]


def squeezed(text: str) -> str:
    """Text without white space."""
    return re.sub(r"\s", "", text)


def judged(page: WebPage, folder: Path) -> Result:
    """Read a page as the library does, and compare with what it is known to hold."""
    path = folder / f"{page.name}.html"
    path.write_bytes(page.data)
    document = assemble(parse(path), path)
    lines = [
        squeezed(line)
        for section in document.sections
        for line in (*section.heading, *section.text.split("\n"))
    ]
    own = squeezed("".join(page.article))
    kept = [x for x in page.foreign if (own.count(y := squeezed(x)) < "\n".join(lines).count(y))]
    lost = [x for x in page.article if squeezed(x) not in "".join(lines) + squeezed(document.title)]
    return Result(page.name, tuple(kept), tuple(lost))


def results(seed: int = 0) -> Iterator[Result]:
    """All pages judged."""
    with tempfile.TemporaryDirectory() as folder:
        for page in made(seed):
            yield judged(page, Path(folder))


def table(found: list[Result]) -> str:
    """The shares by structure, in the form of docs/ingestion.md."""
    rows = ["| 网页 | 篇 | 没留下别的 | 一句没丢 | 都做到 |", "| --- | ---: | ---: | ---: | ---: |"]
    names = list(dict.fromkeys(result.name.partition("-")[0] for result in found))
    for name in (*names, "合计"):
        own = [result for result in found if name in ("合计", result.name.partition("-")[0])]
        clean, whole = (
            sum(not part for part in parts) for parts in ([r.kept for r in own], [r.lost for r in own])
        )
        both = sum(not result.kept and not result.lost for result in own)
        rows.append(f"| {name} | {len(own)} | {clean} | {whole} | {both} |")
    return "\n".join(rows)


if __name__ == "__main__":
    arguments = [argument for argument in sys.argv[1:] if argument != "--show"]
    measured = list(results(int(arguments[0]) if arguments else 0))
    print(table(measured))
    for result in measured if "--show" in sys.argv else ():
        if result.kept or result.lost:
            print(result.name, "留下", result.kept, "丢了", result.lost)
