"""Read plain text and CSV: encoding, hard-wrapped lines, headings by number, saved web pages without their frame."""

from __future__ import annotations

import csv
import io
import re
from itertools import pairwise
from pathlib import Path
from unicodedata import category

from ingest.encoding import Decoded, decode
from ingest.errors import ParseError
from ingest.kept_lines import keeps_lines
from ingest.lines import (
    ends_sentence,
    heading_rank,
    join_lines,
    levels,
    numbering_rank,
    row_text,
)
from ingest.models import Block, Parsed
from ingest.normalize import count, count_row, normalize
from ingest.page_frame import trim_page

MAX_BYTES = 20_000_000
_NO_TEXT = {"Cc", "Cn", "Co", "Cs"}  # controls, unassigned, private use, half characters
_RULE = re.compile(r"[-=_*~—─━·.\s]{4,}")
_WIDE = re.compile("[^\x00-\xff]")


def read_text(path: Path) -> Decoded:
    """Decode a text file, refusing what is no text at all."""
    with path.open("rb") as file:
        data = file.read(MAX_BYTES + 1)
    decoded = decode(data[:MAX_BYTES])
    check_text(decoded.text, path)
    warnings = list(decoded.warnings)
    if len(data) > MAX_BYTES:
        warnings = ["文件超过 20 MB，只读了前 20 MB"]
    if nuls := decoded.text.count("\x00"):
        warnings.append(f"去掉了 {nuls} 个空字符（NUL）")
    return Decoded(decoded.text.replace("\x00", ""), decoded.encoding, tuple(warnings))


def check_text(text: str, path: Path) -> None:
    """Refuse bytes that only look like text because any bytes can be decoded somehow."""
    sample = text[:20_000]
    debris = sum(
        char == "\ufffd" or category(char) in _NO_TEXT for char in sample if char not in "\0\t\n\v\f\r\x85"
    )
    if len(sample) > 20 and debris > max(0.03 * len(sample), min(8, 0.2 * len(sample))):
        raise ParseError(path, "内容不像文字，可能是改了扩展名的其他文件")


def parse(path: Path) -> Parsed:
    """Read a .txt or .csv file into blocks."""
    decoded = read_text(path)
    removed: list[str] = []
    title = ""
    if path.suffix.lower() in {".csv", ".tsv"}:
        blocks = csv_blocks(_unix(decoded.text))
        seen = sum(count_row(block.text) for block in blocks)
    else:
        lines = [line.rstrip() for line in _unix(decoded.text).split("\n")]
        kept, removed, title = trim_page(lines)
        if keeps_lines():
            kept, removed = lines, []
        blocks = text_blocks(kept)
        title = title or first_line_title(blocks)
        seen = count(decoded.text)
    return Parsed(
        blocks=tuple(blocks),
        title=title,
        seen=seen,
        removed=tuple(removed),
        encoding=decoded.encoding,
        warnings=decoded.warnings,
    )


def _unix(text: str) -> str:
    return re.sub("\r\n?|[\x0b\x0c\x85\u2028\u2029]", "\n", text)


def csv_blocks(text: str) -> list[Block]:
    """Rows of a comma, tab or semicolon separated file, the first with two cells as header."""
    delimiter = max(",\t;", key=text[:20_000].count)
    blocks: list[Block] = []
    header = True
    try:
        rows = list(csv.reader(io.StringIO(text), delimiter=delimiter))
    except csv.Error:  # a quote that is never closed
        return text_blocks(text.split("\n"))
    for row in rows:
        cells = [" ".join(cell.split()) for cell in row]
        while cells and not cells[-1]:
            cells.pop()
        if len(cells) == 1:
            blocks.append(Block(cells[0]))
        elif cells:
            blocks.append(Block(row_text(cells), "row", header=header))
            header = False
    return blocks


def first_line_title(blocks: list[Block]) -> str:
    """The first line of a text where it looks like its title: short, no sentence, with prose below."""
    if len(blocks) < 2 or blocks[0].kind == "row":
        return ""
    text = blocks[0].text
    plain = (
        4 <= len(text) <= 40 and numbering_rank(text) is None and not re.search("[。！？；，：,;:.]$", text)
    )
    return text if plain and len(blocks[1].text) > len(text) else ""


def width(line: str) -> int:
    """Columns that a line takes, a Chinese character two."""
    return len(line) + len(_WIDE.findall(line))


def text_blocks(lines: list[str]) -> list[Block]:
    """Join hard-wrapped lines to paragraphs and mark the headings."""
    paragraphs = _paragraphs(lines)
    ranks = [heading_rank(text) for text in paragraphs]
    level = levels(rank for rank in ranks if rank is not None)
    return [
        Block(text) if rank is None else Block(text, "heading", level[rank])
        for text, rank in zip(paragraphs, ranks, strict=True)
    ]


def _paragraphs(lines: list[str]) -> list[str]:
    """Cut lines into paragraphs at empty lines, indents, headings and, in wrapped text, short lines."""
    edge = wrap_width(lines)
    groups: list[list[str]] = [[]]
    for line in lines:
        text = normalize(line)
        if not text or _RULE.fullmatch(line):
            groups.append([])
            continue
        previous = groups[-1][-1] if groups[-1] else ""
        if previous and _opens(line, previous, edge):
            groups.append([])
        groups[-1].append(line)
    return [normalize(join_lines([line.strip() for line in group])) for group in groups if group]


def _opens(line: str, previous: str, edge: int) -> bool:
    """Whether a line opens a paragraph after the previous line."""
    if not edge or line.startswith(("\u3000\u3000", "    ", "\t")):
        return True
    if numbering_rank(line) is not None or heading_rank(previous.strip()) is not None:
        return True
    slack = ragged(previous)
    columns = width(previous.rstrip())
    return columns < edge - slack or (ends_sentence(previous) and slack < 10 and columns < edge - 1)


def ragged(line: str) -> int:
    """Columns that a full line may lack: a Chinese line breaks anywhere, one of words before the next word."""
    return 6 if 3 * len(_WIDE.findall(line)) > len(line) else 16


def wrap_width(lines: list[str]) -> int:
    """The width at which lines were broken by hand; 0 where each line is a paragraph.

    >>> wrap_width(["短行", "长" * 90])
    0
    """
    pairs = [(a.rstrip(), bool(b.strip())) for a, b in pairwise(lines) if a.strip()]
    wide = sorted(width(line) for line, _ in pairs if width(line) >= 40)
    if len(wide) < 3 or wide[-1] > 130:
        return 0
    edge = wide[-1 - len(wide) // 50]  # a few lines may stick out
    follows = [line for line, followed in pairs if followed]
    full = [line for line in follows if edge - ragged(line) <= width(line) <= edge + 2]
    if 2 * sum(map(ends_sentence, full)) > len(full):
        return 0  # paragraphs of much the same length: lines broken by hand seldom end with their sentence
    return edge if len(full) * 2 >= len(follows) else 0
