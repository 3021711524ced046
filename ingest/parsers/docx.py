"""Read Word files by walking their XML in order: text boxes, content controls, nested tables and notes included."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

from lxml import etree

from ingest.kept_lines import keeps_lines
from ingest.lines import most_common, row_text
from ingest.models import Block, Parsed
from ingest.normalize import count, normalize
from ingest.parsers.docx_blocks import Paragraph, Piece, blocks_of, title_of
from ingest.parsers.docx_styles import Numbering, Styles, W, half_points, is_on, number_of, value
from ingest.parsers.package import Package, elements

_MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_MATH = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
_DELETED = {
    W + name
    for name in ("del", "moveFrom", "instrText", "delText", "delInstrText", "rt", "rPr", "pPr", "tblPr")
}
_BREAKS = {W + "br": "\n", W + "cr": "\n", W + "tab": "\t", W + "noBreakHyphen": "-", W + "ptab": "\t"}
_SYMBOLS = {
    "F0FE": "☑",
    "F052": "☑",
    "F0A8": "☐",
    "F0A3": "☐",
    "F06F": "☐",
    "F0FC": "✓",
    "F0B7": "•",
    "F06C": "•",
}
_LABEL = 16  # a cell this short beside a long one names it, as in an application form
_LONG_CELL = 300


@dataclass(slots=True)
class _Text:
    """What one walk over a paragraph's runs collects."""

    parts: list[str] = field(default_factory=list)
    boxes: list[etree._Element] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    bold: int = 0
    sizes: list[float] = field(default_factory=list)


class _Reader:
    """Walks one document's parts."""

    def __init__(self, package: Package) -> None:
        part = package.main("word/document.xml")
        near = {kind: target for kind, target in package.relations(part).values()}
        self.body = package.xml(part)
        self.styles = Styles(package.xml(near.get("styles", "word/styles.xml")))
        self.numbering = Numbering(package.xml(near.get("numbering", "word/numbering.xml")))
        self.notes = _notes(package.xml(near.get("footnotes", "word/footnotes.xml")), "footnote")
        self.notes |= _notes(package.xml(near.get("endnotes", "word/endnotes.xml")), "endnote")
        self.frames = [
            package.xml(target) for kind in ("header", "footer") for target in package.related(part, kind)
        ]
        self.contents: list[str] = []
        self.embedded = bool(package.related(part, "aFChunk"))

    def pieces(self, parent: etree._Element, loose: bool = True) -> Iterator[Piece]:
        """Paragraphs and table rows under an element, in order."""
        for child in elements(parent):
            if child.tag == W + "p":
                yield from self._paragraph(child, loose)
            elif child.tag == W + "tbl":
                yield from self._table(child)
            elif child.tag == _MC + "AlternateContent":
                yield from self.pieces(_alternative(child), loose)
            elif child.tag not in _DELETED:
                yield from self.pieces(child, loose)

    def _paragraph(self, element: etree._Element, loose: bool) -> Iterator[Piece]:
        properties = element.find(W + "pPr")
        style = value(properties, "pStyle") or ""
        text = _Text()
        self._collect(element, text)
        joined = "".join(text.parts)
        if joined.strip() and self.styles.is_contents(style):
            self.contents.append(joined)
        elif joined.strip():
            yield self._described(joined, properties, style, text, loose)
        for box in text.boxes:
            yield from self.pieces(box, loose=False)
        for note in text.notes:
            if note in self.notes:
                yield Paragraph("注：" + self._note(note), loose=False)

    def _described(
        self, joined: str, properties: etree._Element | None, style: str, text: _Text, loose: bool
    ) -> Paragraph:
        outline = value(properties, "outlineLvl")
        level = int(outline) + 1 if outline and outline.isdigit() else self.styles.level(style)
        item = number_of(properties) or self.styles.number(style)
        number = self.numbering.next(*item) if item and item[0] != "0" else ""
        return Paragraph(
            number + joined,
            level if level is not None and level <= 9 else None,
            text.bold >= count(joined) or self.styles.bold(style),
            most_common(text.sizes) or self.styles.size(style),
            value(properties, "jc") == "center",
            self.styles.is_title(style),
            loose,
        )

    def _collect(self, element: etree._Element, text: _Text, run: etree._Element | None = None) -> None:
        """Gather an element's visible text, its text boxes and its notes."""
        for child in elements(element):
            if child.tag in (W + "t", _MATH + "t"):
                self._add(child.text or "", run, text)
            elif child.tag in _BREAKS:
                text.parts.append(_BREAKS[child.tag])
            elif child.tag == W + "sym":
                text.parts.append(_SYMBOLS.get(child.get(W + "char", "").upper(), ""))
            elif child.tag == W + "txbxContent":
                text.boxes.append(child)
            elif child.tag in (W + "footnoteReference", W + "endnoteReference"):
                text.notes.append(child.tag[len(W) :][:-9] + child.get(W + "id", ""))
            elif child.tag == _MC + "AlternateContent":
                self._collect(_alternative(child), text, run)
            elif child.tag not in _DELETED:
                self._collect(child, text, child if child.tag == W + "r" else run)

    @staticmethod
    def _add(words: str, run: etree._Element | None, text: _Text) -> None:
        properties = None if run is None else run.find(W + "rPr")
        text.parts.append(words)
        text.bold += count(words) if is_on(properties, "b") else 0
        if words.strip() and (size := half_points(properties)):
            text.sizes.append(size)

    def _note(self, key: str) -> str:
        note = self.notes.pop(key)
        return " ".join(_plain(piece) for piece in self.pieces(note, loose=False))

    def _table(self, table: etree._Element) -> Iterator[Piece]:
        rows = [row for row in _rows(table) if not (row.find(f"{W}trPr/{W}del") is not None)]
        above: dict[int, str] = {}
        header = True
        for row in rows:
            cells = list(_cells(row))
            content = [
                (column, span, list(self.pieces(cell, loose=False)), cell) for column, span, cell in cells
            ]
            if self._is_layout(rows, content):
                for piece in _unrolled([pieces for _, _, pieces, _ in content]):
                    yield piece
                    header = True
                continue
            text = _row_text(content, above)
            if text.strip(" |"):
                yield Block(text, "row", header=header and len(rows) > 1)
                header = False

    @staticmethod
    def _is_layout(
        rows: list[etree._Element], content: list[tuple[int, int, list[Piece], etree._Element]]
    ) -> bool:
        """Whether a row holds running text rather than values: one cell, or a cell as long as a page."""
        if len(rows) == 1 and len(content) == 1:
            return True
        return any(
            len(pieces) > 1
            and (sum(len(piece.text) for piece in pieces) > _LONG_CELL or cell.find(W + "tbl") is not None)
            for _, _, pieces, cell in content
        )


def _plain(piece: Piece) -> str:
    return " ".join(normalize(piece.text).split("\n"))


def _row_text(content: list[tuple[int, int, list[Piece], etree._Element]], above: dict[int, str]) -> str:
    """Join a row's cells; a short cell merged downwards is said again, so that each row can be read alone."""
    texts = []
    for column, span, pieces, cell in content:
        text = " ".join(filter(None, map(_plain, pieces)))
        merge = value(cell, "tcPr/vMerge")
        if merge in ("", "continue") and not text:
            text = above.get(column, "")
        elif merge == "restart" and len(text) <= 20:
            above[column] = text
        if merge is None or len(text) > 20:
            above.pop(column, None)
        texts += [text, *[""] * min(span - 1, 50)]
    return row_text(texts)


def _unrolled(cells: list[list[Piece]]) -> Iterator[Piece]:
    """The pieces of a row of running text in order, a short first cell as the heading of the rest."""
    for index, pieces in enumerate(cells):
        texts = [piece for piece in pieces if piece.text.strip()]
        label = "".join(normalize(piece.text).replace("\n", "") for piece in texts)
        if index == 0 and len(cells) > 1 and 0 < len(label) <= _LABEL:
            yield Block(label, "heading", 9)
        else:
            yield from texts


def _alternative(element: etree._Element) -> etree._Element:
    """The one branch of alternative content that is read; text boxes stand in both."""
    branches = [child for child in elements(element) if child.tag in (_MC + "Choice", _MC + "Fallback")]
    return branches[0] if branches else element


def _rows(table: etree._Element) -> Iterator[etree._Element]:
    for child in elements(table):
        if child.tag == W + "tr":
            yield child
        elif child.tag not in _DELETED and child.tag != W + "tblGrid":
            yield from _rows(child)


def _cells(row: etree._Element, column: int = 0) -> Iterator[tuple[int, int, etree._Element]]:
    """A row's cells with the grid column each begins at and the columns it spans."""
    for child in elements(row):
        if child.tag == W + "tc":
            span = value(child, "tcPr/gridSpan") or "1"
            yield column, int(span) if span.isdigit() else 1, child
            column += int(span) if span.isdigit() else 1
        elif child.tag in (W + "sdt", W + "sdtContent", W + "ins", W + "customXml", W + "smartTag"):
            for inner in _cells(child, column):
                yield inner
                column = inner[0] + inner[1]


def _notes(root: etree._Element | None, kind: str) -> dict[str, etree._Element]:
    """Foot- or endnotes by kind and id, without the separators."""
    found = {} if root is None else {kind + note.get(W + "id", ""): note for note in root.iter(W + kind)}
    return {key: note for key, note in found.items() if note.get(W + "type", "normal") == "normal"}


def visible(root: etree._Element | None) -> str:
    """All text under an element that a reader of the file would see: an independent count for the coverage."""
    parts: list[str] = []
    stack = [] if root is None else [root]
    while stack:
        element = stack.pop()
        if element.tag in (W + "t", _MATH + "t"):
            parts.append(element.text or "")
        elif element.tag == _MC + "AlternateContent":
            stack.append(_alternative(element))
        elif element.tag not in _DELETED:
            stack += reversed(list(elements(element)))
    return "".join(parts)


def parse(path: Path) -> Parsed:
    """Read a Word file into blocks."""
    with Package(path) as package:
        reader = _Reader(package)
        core = package.core_title()
        if reader.body is None:
            raise ValueError("document.xml is not XML")
        pieces = list(reader.pieces(reader.body))
        frames = [line for root in reader.frames if (line := " ".join(visible(root).split()))]
    title = title_of(pieces)
    pieces = [
        replace(piece, level=1) if isinstance(piece, Paragraph) and piece.title else piece for piece in pieces
    ]
    warnings = ("文档中嵌入了其他文件的内容，这部分没有读取",) if reader.embedded else ()
    left_out = reader.contents if keeps_lines() else [*reader.contents, *frames]
    if keeps_lines():
        pieces = [*(Paragraph(line, loose=False) for line in frames), *pieces]
    return Parsed(
        blocks=tuple(blocks_of(pieces)),
        title=title or core,
        seen=count(visible(reader.body)) + sum(map(count, frames)),
        removed=tuple(dict.fromkeys(left_out)),
        warnings=warnings,
    )
