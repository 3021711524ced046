"""A comparison as an Excel workbook: side by side, the numbers to calculate with, the sources."""

from __future__ import annotations

import io
from collections.abc import Sequence
from math import ceil
from typing import TYPE_CHECKING, Any
from unicodedata import east_asian_width

from desk.comparison import NOTE, ONLY, Sheet
from search.cases.present import NOTHING

if TYPE_CHECKING:
    from openpyxl.cell import Cell
    from openpyxl.worksheet.worksheet import Worksheet

LONGEST = 32_767  # characters that Excel holds in a cell
_FORMULA = ("=", "+", "-", "@")
_FONT = "宋体"
_LINE, _HIGHEST = 15.5, 409  # points
Values = Sequence[str | float]


def as_excel(compared: Sheet) -> bytes:
    """The bytes of an .xlsx file; what begins like a formula is text."""
    from openpyxl import Workbook

    book = Workbook()
    _side_by_side(book.active, compared)
    _numbers(book.create_sheet("数字"), compared)
    _sources(book.create_sheet("来源"), compared)
    book.properties.creator, book.properties.title = "", "案例对比"
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def _side_by_side(page: Worksheet, compared: Sheet) -> None:
    page.title = "对比"
    _head(page, ["项目", *(reference.title for reference in compared.references)], [12, *_widths(compared)])
    for row in compared.rows:
        cells = ["\n".join(cell) or row.nothing for cell in row.cells]
        if row.only is not None:
            cells[row.only] = f"【{ONLY}】\n{cells[row.only]}"
        written = _append(page, [row.name, *cells])
        _bold(written[0])
        for cell, said in zip(written[1:], row.cells, strict=True):
            if not said:
                _grey(cell)
    _append(page, [NOTE])
    page.merge_cells(start_row=page.max_row, end_row=page.max_row, start_column=1, end_column=page.max_column)
    page.row_dimensions[page.max_row].height = 2 * _LINE
    page.freeze_panes = "B2"
    _print_on_one_width(page)


def _widths(compared: Sheet) -> list[int]:
    """Characters: the wider the fewer documents there are."""
    count = len(compared.references)
    return [max(28, 110 // count)] * count


def _numbers(page: Worksheet, compared: Sheet) -> None:
    head = ("类别", "单位", "数的是", "资料", "数值", "上限", "约数", "原文写法", "原句", "位置")
    _head(page, head, [10, 8, 14, 30, 12, 12, 8, 18, 60, 10])
    for line in compared.numbers:
        title = compared.references[line.document].title
        high = line.high if line.high > line.value else ""
        told: list[str | float] = [
            line.kind,
            line.unit,
            line.noun,
            title,
            line.value,
            high,
            "约" if line.about else "",
        ]
        _append(page, [*told, line.shown, line.sentence, line.place])
    page.freeze_panes = "A2"
    _print_on_one_width(page)


def _sources(page: Worksheet, compared: Sheet) -> None:
    _head(page, ("编号", "资料", "来源", "资料库里的文件"), [8, 40, 80, 40])
    for number, reference in enumerate(compared.references, start=1):
        _append(page, [number, reference.title, "\n".join(reference.sources) or NOTHING, reference.path])
    page.freeze_panes = "A2"
    _print_on_one_width(page)


def _head(page: Worksheet, names: Sequence[str], widths: Sequence[int]) -> None:
    from openpyxl.styles import PatternFill
    from openpyxl.utils import get_column_letter

    for number, width in enumerate(widths, start=1):
        page.column_dimensions[get_column_letter(number)].width = width
    for cell in _append(page, list(names)):
        _bold(cell)
        cell.fill = PatternFill("solid", fgColor="F3E9E2")


def _append(page: Worksheet, values: Values) -> list[Cell]:
    """One more row, wrapped, its texts as texts."""
    from openpyxl.styles import Alignment, Border, Font, Side

    line = Side(style="thin", color="D9D9D9")
    row = page.max_row + 1 if page.max_row > 1 or page["A1"].value is not None else 1
    written: list[Any] = []
    for column, value in enumerate(values, start=1):
        cell = page.cell(row, column)
        if isinstance(value, str):
            cell.value = value[:LONGEST]
            cell.data_type = "s"
            cell.quotePrefix = value.startswith(_FORMULA)  # text also after it was edited
        else:
            cell.value = value
        cell.alignment = Alignment(wrap_text=True, vertical="top")
        cell.font = Font(name=_FONT, size=11)
        cell.border = Border(line, line, line, line)
        written.append(cell)
    page.row_dimensions[row].height = min(_LINE * max(_lines(page, cell) for cell in written), _HIGHEST)
    return written


def _lines(page: Worksheet, cell: Cell) -> int:
    """How many lines a wrapped cell takes: not every program finds that out by itself."""
    width = page.column_dimensions[cell.column_letter].width - 2
    return sum(max(ceil(_width(line) / width), 1) for line in str(cell.value).split("\n"))


def _width(text: str) -> int:
    """In the widths of a digit: a Chinese character takes two."""
    return sum(2 if east_asian_width(character) in "WF" else 1 for character in text)


def _bold(cell: Cell) -> None:
    from openpyxl.styles import Font

    cell.font = Font(name=_FONT, size=11, bold=True)


def _grey(cell: Cell) -> None:
    from openpyxl.styles import Font

    cell.font = Font(name=_FONT, size=11, color="7F7F7F")


def _print_on_one_width(page: Worksheet) -> None:
    page.page_setup.orientation = "landscape"
    page.page_setup.paperSize = page.PAPERSIZE_A4
    page.page_setup.fitToWidth, page.page_setup.fitToHeight = 1, 0
    page.sheet_properties.pageSetUpPr.fitToPage = True
    page.print_title_rows = "1:1"
