"""Read workbooks: each sheet a heading and its rows, values as the sheet shows them, within a bound of cells."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

from lxml import etree

from ingest.lines import row_text
from ingest.models import Block, Parsed
from ingest.normalize import count_row, normalize
from ingest.parsers.package import Package, open_part, sensible_title

S = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
MAX_CELLS = 200_000
MAX_MERGED = 5000
_DATES = {*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)}  # built-in formats that show a date
_PERCENTS = {9, 10}
_CELL = re.compile(r"([A-Z]{1,3})(\d+)")

Rows = dict[int, dict[int, str]]


class _Book:
    """What the sheets of a workbook share: texts, number formats, the day that counting starts from."""

    def __init__(self, package: Package) -> None:
        self.package = package
        self.main = package.main("xl/workbook.xml")
        self.root = package.xml(self.main)
        self.relations = package.relations(self.main)
        near = {kind: part for kind, part in self.relations.values()}
        self.texts = self._texts(near.get("sharedStrings", "xl/sharedStrings.xml"))
        self.formats = _formats(package.xml(near.get("styles", "xl/styles.xml")))
        props = None if self.root is None else self.root.find(S + "workbookPr")
        old_mac = props is not None and props.get("date1904") in {"1", "true"}
        self.epoch = datetime(1904, 1, 1) if old_mac else datetime(1899, 12, 30)

    def _texts(self, part: str) -> list[str]:
        root = self.package.xml(part)
        return [] if root is None else [_text(item) for item in root.iter(S + "si")]

    def sheets(self) -> Iterator[tuple[str, str, bool]]:
        """Name, part and whether it is hidden, of each sheet in order."""
        for sheet in () if self.root is None else self.root.iter(S + "sheet"):
            kind, part = self.relations.get(sheet.get(_R + "id", ""), ("", ""))
            if kind == "worksheet":
                yield sheet.get("name", ""), part, sheet.get("state", "visible") != "visible"

    def value(self, cell: etree._Element) -> str:
        """A cell's value as the sheet shows it."""
        kind, raw = cell.get("t", "n"), cell.findtext(S + "v") or ""
        if kind == "inlineStr":
            inline = cell.find(S + "is")
            return "" if inline is None else _text(inline)
        if kind == "s":
            return self.texts[int(raw)] if raw.isdigit() and int(raw) < len(self.texts) else ""
        if kind == "b":
            return "是" if raw == "1" else "否" if raw else ""
        if kind in {"str", "e", "d"} or not raw:
            return raw
        style = cell.get("s", "0")
        return self._number(raw, self.formats.get(int(style) if style.isdigit() else 0, "General"))

    def _number(self, raw: str, form: str) -> str:
        try:
            number = float(raw)
        except ValueError:
            return raw
        if form == "date" and 0 < number < 2_958_466:
            return shown_date(self.epoch + timedelta(days=number), number)
        return plain_number(100 * number) + "%" if form == "percent" else plain_number(number)


def plain_number(number: float) -> str:
    """A number as one would write it.

    >>> plain_number(3.0000000000000004), plain_number(0.1 + 0.2), plain_number(1234567.0), plain_number(1e21)
    ('3', '0.3', '1234567', '1e+21')
    """
    return f"{number:.12g}" if abs(number) < 1e15 else f"{number:.15g}"


def shown_date(moment: datetime, serial: float) -> str:
    """A date, with its time when it has one.

    >>> shown_date(datetime(2023, 5, 6), 45052.0), shown_date(datetime(2023, 5, 6, 9, 30), 45052.395833)
    ('2023-05-06', '2023-05-06 09:30')
    """
    moment = moment.replace(microsecond=0) + timedelta(seconds=round(moment.microsecond / 1e6))
    if serial < 1:
        return f"{moment:%H:%M}"
    return f"{moment:%Y-%m-%d}" if moment.hour == moment.minute == 0 else f"{moment:%Y-%m-%d %H:%M}"


def _text(item: etree._Element) -> str:
    """The text of a string item, without the readings put over characters."""
    return "".join(
        node.text or "" for node in item.iter(S + "t") if next(node.iterancestors(S + "rPh"), None) is None
    )


def _formats(root: etree._Element | None) -> dict[int, str]:
    """Style number → date, percent or nothing special."""
    if root is None:
        return {}
    codes = {node.get("numFmtId", ""): node.get("formatCode", "") for node in root.iter(S + "numFmt")}
    cells = root.find(S + "cellXfs")
    found: dict[int, str] = {}
    for index, style in enumerate([] if cells is None else cells.findall(S + "xf")):
        number = style.get("numFmtId", "0")
        code = re.sub(r'"[^"]*"|\[(?!h|m|s)[^\]]*\]|\\.', "", codes.get(number, ""), flags=re.IGNORECASE)
        builtin = int(number) if number.isdigit() else 0
        if builtin in _PERCENTS or "%" in code:
            found[index] = "percent"
        elif builtin in _DATES or re.search("[ymdhs年月日]", code, re.IGNORECASE):
            found[index] = "date"
    return found


class _Sheet:
    """The cells of one sheet, merged ranges and the bound on their number included."""

    def __init__(self, book: _Book, part: str, room: int) -> None:
        self.rows: Rows = {}
        self.merged: list[str] = []
        self.cut = False
        self.cells = 0
        with open_part(book.package, part) as source:
            for _, node in etree.iterparse(
                source,
                tag=(S + "row", S + "mergeCell"),
                resolve_entities=False,
                no_network=True,
                huge_tree=False,
                recover=True,
            ):
                if node.tag == S + "mergeCell":
                    self.merged.append(node.get("ref", ""))
                elif self.cells < room:
                    self._row(book, node)
                else:
                    self.cut = True
                node.clear()

    def _row(self, book: _Book, row: etree._Element) -> None:
        number = row.get("r", "")
        index = int(number) if number.isdigit() else max(self.rows, default=0) + 1
        line: dict[int, str] = {}
        for place, cell in enumerate(row.iter(S + "c")):
            match = _CELL.fullmatch(cell.get("r", ""))
            column = column_number(match[1]) if match else place + 1
            if text := " ".join(normalize(book.value(cell)).split("\n")):
                line[column] = text
                self.cells += 1
        if line:
            self.rows[index] = line

    def fill_merged(self) -> None:
        """Say a short label that stands over several rows again in each of them."""
        order = sorted(self.rows)
        for ref in self.merged[:MAX_MERGED]:
            match = re.fullmatch(r"([A-Z]{1,3})(\d+):([A-Z]{1,3})(\d+)", ref)
            if match is None:
                continue
            column, top, bottom = column_number(match[1]), int(match[2]), int(match[4])
            text = self.rows.get(top, {}).get(column, "")
            if not 0 < len(text) <= 20:
                continue
            for row in [row for row in order if top < row <= bottom]:
                self.rows[row].setdefault(column, text)


def column_number(letters: str) -> int:
    """The number of a column.

    >>> column_number("A"), column_number("AB")
    (1, 28)
    """
    number = 0
    for letter in letters:
        number = 26 * number + ord(letter) - 64
    return number


def sheet_blocks(name: str, rows: Rows) -> Iterator[Block]:
    """A heading, the lines above the table as paragraphs, and the table with its first full row as header."""
    if not rows:
        return
    if not re.fullmatch(r"(?:Sheet|工作表)\d*", name):
        yield Block(name, "heading", 1)
    table = [row for row in rows.values() if len(row) >= 2]
    columns = sorted({column for row in table for column in row})
    header = True
    for _, row in sorted(rows.items()):
        if len(row) == 1:
            yield Block(next(iter(row.values())))
            continue
        yield Block(row_text([row.get(column, "") for column in columns]), "row", header=header)
        header = False


def _title(blocks: list[Block]) -> str:
    """The line above the first table, where there is one."""
    first = next((block for block in blocks if block.kind != "heading"), None)
    return sensible_title(first.text) if first and first.kind == "paragraph" and len(first.text) <= 60 else ""


def parse(path: Path) -> Parsed:
    """Read a workbook into blocks."""
    blocks: list[Block] = []
    warnings: list[str] = []
    room = MAX_CELLS
    with Package(path) as package:
        book = _Book(package)
        for name, part, hidden in book.sheets():
            if hidden:
                warnings.append(f"工作表“{name}”是隐藏的，没有读取")
                continue
            try:
                sheet = _Sheet(book, part, room)
            except etree.XMLSyntaxError:
                warnings.append(f"工作表“{name}”缺失或已损坏，没有读取")
                continue
            room -= sheet.cells
            if sheet.cut:
                warnings.append(
                    f"工作表“{name}”太大，只读了前 {sheet.cells} 个单元格（全文件上限 {MAX_CELLS}）"
                )
            sheet.fill_merged()
            blocks += sheet_blocks(name, sheet.rows)
        title = _title(blocks) or package.core_title() or path.stem
    return Parsed(
        blocks=tuple(blocks),
        title=title,
        seen=sum(count_row(block.text) for block in blocks),
        warnings=tuple(warnings),
    )
