"""Read slides in order: the slide number as page, the title as heading, shapes from the top left, tables, notes."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from lxml import etree

from ingest.lines import row_text
from ingest.models import Block, Parsed
from ingest.normalize import count_row, normalize
from ingest.parsers.package import Package, elements

_P = "{http://schemas.openxmlformats.org/presentationml/2006/main}"
_A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_DGM = "{http://schemas.openxmlformats.org/drawingml/2006/diagram}"
_C = "{http://schemas.openxmlformats.org/drawingml/2006/chart}"
_MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_LEFT_OUT = {"sldNum", "dt", "ftr", "hdr"}  # placeholders of number, date, footer and header
_ROW = 200_000  # shapes whose tops differ by less than this many EMU (5.5 mm) stand side by side


@dataclass(frozen=True, slots=True)
class _Shape:
    """The text of one shape and where its top left corner stands."""

    top: int
    left: int
    blocks: tuple[Block, ...]
    title: bool = False


class _Slide:
    """Reads the shapes of one slide."""

    def __init__(self, package: Package, part: str, number: int) -> None:
        self.package, self.part, self.number = package, part, number
        self.root = package.xml(part)
        self.relations = package.relations(part)
        self.hidden = self.root is not None and self.root.get("show") in {"0", "false"}

    def block(self, text: str, kind: str = "paragraph", header: bool = False) -> Block:
        """A block on this slide."""
        block = Block(text, level=1 if kind == "heading" else 0, pages=((0, self.number),), header=header)
        return replace(
            block, kind="heading" if kind == "heading" else "row" if kind == "row" else "paragraph"
        )

    def blocks(self) -> Iterator[Block]:
        """The slide's title, its shapes in reading order, then its notes."""
        tree = None if self.root is None else self.root.find(f"{_P}cSld/{_P}spTree")
        shapes = [] if tree is None else list(self.shapes(tree))
        shapes = in_reading_order(shapes)
        yield from (block for shape in shapes if shape.title for block in shape.blocks)
        yield from (block for shape in shapes if not shape.title for block in shape.blocks)
        yield from self._notes()

    def shapes(self, tree: etree._Element, top: int = 0, left: int = 0) -> Iterator[_Shape]:
        """All shapes with text; those of a group count from the group's corner."""
        for element in elements(tree):
            y, x = _corner(element)
            if element.tag == _MC + "AlternateContent":
                yield from self.shapes(next(elements(element), element), top, left)
            elif element.tag == _P + "grpSp":
                inner = in_reading_order(list(self.shapes(element)))
                yield _Shape(y or top, x or left, tuple(block for shape in inner for block in shape.blocks))
            elif element.tag == _P + "sp":
                yield from self._text_shape(element, y, x)
            elif element.tag == _P + "graphicFrame":
                yield _Shape(y, x, tuple(self._graphic(element)))

    def _text_shape(self, element: etree._Element, y: int, x: int) -> Iterator[_Shape]:
        mark = element.find(f"{_P}nvSpPr/{_P}nvPr/{_P}ph")
        kind = "" if mark is None else mark.get("type", "body")
        texts = list(paragraphs(element))
        if kind in _LEFT_OUT or not texts:
            return
        if kind in {"title", "ctrTitle"}:
            yield _Shape(y, x, (self.block("".join(texts), "heading"),), title=True)
        else:
            yield _Shape(y, x, tuple(map(self.block, texts)))

    def _graphic(self, frame: etree._Element) -> Iterator[Block]:
        """A table's rows, a chart's titles and categories, or a diagram's text."""
        for table in frame.iter(_A + "tbl"):
            yield from self._rows(table)
        for mark, path in ((_DGM + "relIds", _R + "dm"), (_C + "chart", _R + "id")):
            for element in frame.iter(mark):
                _, part = self.relations.get(element.get(path, ""), ("", ""))
                root = self.package.xml(part) if part else None
                if root is not None:
                    yield from map(
                        self.block,
                        _chart_lines(root) if mark == _C + "chart" else paragraphs(root, _DGM + "t"),
                    )

    def _rows(self, table: etree._Element) -> Iterator[Block]:
        header = len(table.findall(_A + "tr")) > 1
        for row in table.iter(_A + "tr"):
            cells = [
                " ".join(paragraphs(cell))
                for cell in row.findall(_A + "tc")
                if cell.get("hMerge") not in {"1", "true"}
            ]
            if any(cells):
                yield self.block(row_text(cells), "row", header)
                header = False

    def _notes(self) -> Iterator[Block]:
        for kind, part in self.relations.values():
            root = self.package.xml(part) if kind == "notesSlide" else None
            for shape in () if root is None else root.iter(_P + "sp"):
                mark = shape.find(f"{_P}nvSpPr/{_P}nvPr/{_P}ph")
                if mark is not None and mark.get("type") == "body" and (texts := list(paragraphs(shape))):
                    yield self.block("备注：" + texts[0])
                    yield from map(self.block, texts[1:])


def _corner(element: etree._Element) -> tuple[int, int]:
    """Top and left of a shape; 0, 0 where the layout decides."""
    for frame in element.iter(_A + "xfrm", _P + "xfrm"):
        offset = frame.find(_A + "off")
        if offset is not None:
            y, x = offset.get("y", "0"), offset.get("x", "0")
            return (int(y), int(x)) if all(part.lstrip("-").isdigit() for part in (y, x)) else (0, 0)
    return 0, 0


def in_reading_order(shapes: list[_Shape]) -> list[_Shape]:
    """Shapes from top to bottom; those that begin at about the same height from left to right."""
    rows: list[list[_Shape]] = []
    for shape in sorted(shapes, key=lambda shape: (shape.top, shape.left)):
        if rows and shape.top - rows[-1][0].top < _ROW:
            rows[-1].append(shape)
        else:
            rows.append([shape])
    return [shape for row in rows for shape in sorted(row, key=lambda shape: shape.left)]


def paragraphs(root: etree._Element, within: str = "") -> Iterator[str]:
    """The paragraphs of a text body, line breaks as spaces, empty ones left out."""
    for body in root.iter(within) if within else (root,):
        for paragraph in body.iter(_A + "p"):
            parts = [
                element.text or "" if element.tag == _A + "t" else " "
                for element in paragraph.iter(_A + "t", _A + "br", _A + "tab")
            ]
            if text := normalize("".join(parts)):
                yield text


def _chart_lines(root: etree._Element) -> Iterator[str]:
    """A chart's title and, in a line each, its series' names and its categories."""
    for title in root.iter(_C + "title"):
        yield from paragraphs(title)
    for mark in (_C + "tx", _C + "cat"):
        words = [value.text or "" for place in root.iter(mark) for value in place.iter(_C + "v")]
        if words and (text := "、".join(dict.fromkeys(filter(None, words)))):
            yield text


def slide_parts(package: Package) -> list[str]:
    """The slides' parts in the order in which they are shown."""
    main = package.main("ppt/presentation.xml")
    relations = package.relations(main)
    root = package.xml(main)
    wanted = [] if root is None else [slide.get(_R + "id", "") for slide in root.iter(_P + "sldId")]
    found = [relations[key][1] for key in wanted if key in relations]
    return found or sorted(
        package.related(main, "slide"), key=lambda part: (len(part), posixpath.basename(part))
    )


def parse(path: Path) -> Parsed:
    """Read a presentation into blocks, one page a slide."""
    blocks: list[Block] = []
    warnings: list[str] = []
    with Package(path) as package:
        title = package.core_title()
        parts = slide_parts(package)
        for number, part in enumerate(parts, start=1):
            slide = _Slide(package, part, number)
            if slide.root is None:
                warnings.append(f"第 {number} 张幻灯片读不出来")
            if slide.hidden:
                warnings.append(f"第 {number} 张是隐藏的幻灯片，已一并读取")
            blocks += slide.blocks()
    heading = next(
        (block.text for block in blocks if block.kind == "heading" and block.pages == ((0, 1),)), ""
    )
    return Parsed(
        blocks=tuple(blocks),
        title=heading or title,
        page_count=len(parts),
        seen=sum(count_row(block.text) for block in blocks),
        warnings=tuple(warnings),
    )
