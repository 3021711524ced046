"""XLSX: ledgers whose every figure stands in the fact sheet that they name."""

from __future__ import annotations

import io
from typing import Any

import openpyxl
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from .blocks import DATE, NAME, citation, settled

_SIDE = Side(style="thin", color="7F7F7F")
_GRID = Border(left=_SIDE, right=_SIDE, top=_SIDE, bottom=_SIDE)


def render(meta: dict[str, Any], tables: list[dict[str, Any]]) -> bytes:
    """A workbook of ledgers: title, head, rows and a last row with the sources."""
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    book.properties.title, book.properties.creator = str(meta["title"]), NAME
    book.properties.created = DATE.replace(tzinfo=None)
    for table in tables:
        named = "；".join(citation(meta["sources"][number]) for number in table["sources"])
        _sheet(book, table, f"资料来源：{named}")
    out = io.BytesIO()
    book.save(out)
    return settled(out.getvalue())


def _sheet(book: openpyxl.Workbook, table: dict[str, Any], source: str) -> None:
    page, rows = book.create_sheet(table["name"]), table["rows"]
    for row in ([table["title"]], *rows, [source]):
        page.append(row)
    page["A1"].font = Font(bold=True, size=14)
    page.row_dimensions[1].height = 26
    widths = [min(max(len(str(row[i])) for row in rows) * 2 + 4, 60) for i in range(len(rows[0]))]
    for column, width in enumerate(widths, 1):
        page.column_dimensions[get_column_letter(column)].width = width
    for cells in page.iter_rows(min_row=2, max_row=len(rows) + 1, max_col=len(widths)):
        for cell in cells:
            cell.border, cell.alignment = _GRID, Alignment(wrap_text=True, vertical="center")
            if cell.row == 2:
                cell.font, cell.fill = Font(bold=True), PatternFill("solid", fgColor="D9E2F3")
    _last(page, len(rows) + 2, widths, source)
    page.freeze_panes = "A3"
    page.page_setup.orientation, page.page_setup.fitToHeight = "landscape", 0
    page.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)


def _last(page: Worksheet, number: int, widths: list[int], source: str) -> None:
    """Give the row with the sources the whole width and the height that it needs."""
    page.merge_cells(start_row=number, end_row=number, start_column=1, end_column=len(widths))
    page.cell(number, 1).alignment = Alignment(wrap_text=True, vertical="top")
    page.row_dimensions[number].height = 18 * (len(source) * 2 // sum(widths) + 1)
