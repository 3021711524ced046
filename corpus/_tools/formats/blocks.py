"""A text as blocks (headings, paragraphs, list items, tables), the form that every format is made from."""

from __future__ import annotations

import datetime as dt
import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import Any, Literal

NAME = "社区治理案例库"
CAUTION = "整理自公开报道，引用前请核对原文"
DATE = dt.datetime(2026, 11, 24, 9, 0, tzinfo=dt.UTC)  # stands in every file instead of the moment of writing
NUMERALS = "一二三四五六七八九十"

Kind = Literal["heading", "paragraph", "item", "table"]


@dataclass(frozen=True, slots=True)
class Block:
    """A piece of a text; ``level`` is a heading's, ``marker`` an item's, ``rows`` a table's."""

    kind: Kind
    text: str = ""
    level: int = 0
    marker: str = ""
    rows: tuple[tuple[str, ...], ...] = ()


@dataclass(frozen=True, slots=True)
class Paper:
    """A text ready to be rendered: its front matter and its blocks."""

    meta: dict[str, Any]
    blocks: tuple[Block, ...]

    @property
    def title(self) -> str:
        """The title in the front matter."""
        return str(self.meta["title"])


def blocks_of(body: str) -> Iterator[Block]:
    """Read the Markdown that the library's texts keep to: no nesting, no links, bold at most.

    >>> [(b.kind, b.text) for b in blocks_of("## 做法\\n\\n1. 先走访。\\n")]
    [('heading', '做法'), ('item', '先走访。')]
    """
    lines = [line.strip() for line in body.splitlines() if line.strip()]
    for is_table, group in groupby(lines, key=lambda line: line.startswith("|")):
        if is_table:
            yield Block("table", rows=tuple(_rows(group)))
            continue
        for line in group:
            yield _block(line)


def _block(line: str) -> Block:
    if match := re.match(r"(#{2,4}) (.+)", line):
        return Block("heading", match[2], level=len(match[1]) - 1)
    if match := re.match(r"(\d+\.|-) (.+)", line):
        return Block("item", match[2], marker=match[1].replace("-", "●"))
    return Block("paragraph", line)


def _rows(lines: Iterator[str]) -> Iterator[tuple[str, ...]]:
    for line in lines:
        if not re.fullmatch(r"[|:\- ]+", line):
            yield tuple(cell.strip() for cell in line.strip("|").split("|"))


def runs(text: str) -> list[tuple[str, bool]]:
    """A text in stretches, each with whether it is bold.

    >>> runs("**先登记。** 再走访。")
    [('先登记。', True), ('再走访。', False)]
    """
    return [(piece.strip(), i % 2 == 1) for i, piece in enumerate(text.split("**")) if piece.strip()]


def plain(text: str) -> str:
    """A text without its marks of emphasis."""
    return "".join(piece for piece, _ in runs(text))


def numbered(blocks: tuple[Block, ...]) -> Iterator[Block]:
    """The blocks with 一、 or （一） before their headings, as offices number them."""
    counts = [0, 0, 0]
    for block in blocks:
        if block.kind != "heading":
            yield block
            continue
        counts[block.level - 1 :] = [counts[block.level - 1] + 1] + [0] * (3 - block.level)
        numeral = NUMERALS[counts[block.level - 1] - 1]
        mark = f"{numeral}、" if block.level == 1 else f"（{numeral}）"
        yield Block("heading", mark + block.text, level=block.level)


def byline(meta: dict[str, Any]) -> list[str]:
    """Where, when and by whom; a method card has no place and says its kind."""
    place = "".join(
        dict.fromkeys(str(meta.get(key, "")) for key in ("province", "city", "district", "street"))
    )
    if not place:
        return ["社区治理培训资料"]
    parts = [("地区：", place), ("时间：", meta.get("period")), ("主办：", meta.get("organiser"))]
    return [f"{label}{value}" for label, value in parts if value]


def citation(source: dict[str, Any]) -> str:
    """A source in a line: title, publisher and date, never an address."""
    title = str(source["title"])
    quoted = title if title.startswith("（") else f"《{title}》"
    return "，".join(str(part) for part in (quoted, source["publisher"], source.get("date")) if part)


def sections(blocks: tuple[Block, ...]) -> Iterator[tuple[Block, list[Block]]]:
    """Each heading with the blocks under it; one that is followed at once by a deeper one has none."""
    heading, under = None, list[Block]()
    for block in blocks:
        if block.kind == "heading":
            if heading:
                yield heading, under
            heading, under = block, []
        else:
            under.append(block)
    if heading:
        yield heading, under


def settled(data: bytes) -> bytes:
    """A zip package with one fixed time on every part, so that the same content gives the same bytes."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            info = zipfile.ZipInfo(name, DATE.timetuple()[:6])
            info.compress_type, info.create_system = zipfile.ZIP_DEFLATED, 0
            new.writestr(info, _dated(old.read(name)) if name == "docProps/core.xml" else old.read(name))
    return out.getvalue()


def _dated(core: bytes) -> bytes:
    stamp = DATE.strftime(r"\g<1>%Y-%m-%dT%H:%M:%SZ<").encode()
    return re.sub(rb"(<dcterms:(?:created|modified)[^>]*>)[^<]*<", stamp, core)
