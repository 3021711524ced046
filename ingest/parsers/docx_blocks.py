"""Tell which of a Word file's paragraphs are headings and which is its title."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ingest.lines import heading_rank, levels, most_common
from ingest.models import Block
from ingest.normalize import normalize
from ingest.parsers.package import sensible_title


@dataclass(slots=True)
class Paragraph:
    """One paragraph with what may make it a heading."""

    text: str
    level: int | None = None
    bold: bool = False
    size: float = 0.0
    centered: bool = False
    title: bool = False
    loose: bool = True  # stands in the body, not in a table, note or text box


Piece = Paragraph | Block


def blocks_of(pieces: Sequence[Piece]) -> Iterator[Block]:
    """Turn pieces into blocks; where no styles make headings, numbers and bold short lines do."""
    paragraphs = [piece for piece in pieces if isinstance(piece, Paragraph) and piece.loose]
    styled = sum(piece.level is not None for piece in paragraphs)
    guessed = _guessed(paragraphs) if styled < 2 else {}
    for piece in pieces:
        if isinstance(piece, Block):
            yield piece
        elif level := guessed.get(id(piece)) or piece.level:
            yield Block(piece.text, "heading", level)
        else:
            yield from (Block(line) for line in piece.text.split("\n") if line.strip())


def _guessed(paragraphs: Sequence[Paragraph]) -> dict[int, int]:
    """Levels of the paragraphs that are headings by their number or by standing out, by id."""
    body = most_common(piece.size for piece in paragraphs for _ in range(len(piece.text) // 10 + 1))
    ranks: dict[int, int] = {}
    for piece in paragraphs:
        text = normalize(piece.text)
        rank = heading_rank(text)
        stands_out = piece.bold and 2 <= len(text) <= 30 and not re.search("[。；，：:;,]$", text)
        if rank is not None:
            ranks[id(piece)] = rank
        elif stands_out:
            ranks[id(piece)] = 6 if piece.size <= body else -1
    level = levels(ranks.values())
    return {key: level[rank] for key, rank in ranks.items()}


def title_of(pieces: Sequence[Piece]) -> str:
    """The paragraph in title style, else a large centered line at the very top."""
    paragraphs = [piece for piece in pieces[:8] if isinstance(piece, Paragraph) and piece.loose]
    for piece in paragraphs:
        if piece.title and piece.text.strip():
            return sensible_title(normalize(piece.text).replace("\n", ""))
    for piece in paragraphs[:3]:
        if piece.centered and 4 <= len(piece.text.strip()) <= 60 and (piece.bold or piece.size >= 15):
            return sensible_title(normalize(piece.text).replace("\n", ""))
    return ""
