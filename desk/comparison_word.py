"""A comparison as a Word document: one table across landscape pages, and the list of sources."""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from desk.comparison import NOTE, ONLY, Row, Sheet

if TYPE_CHECKING:
    from docx.document import Document
    from docx.table import _Cell

BODY, HEADING, LATIN = "宋体", "黑体", "Times New Roman"
_NAMES = 1.9  # cm: width of the column of names
_ROOM = 29.7 - 2 * 1.8  # cm: width of an A4 page across, less its margins
_GREY, _ACCENT = "7F7F7F", "A8481F"


def as_word(compared: Sheet, day: date) -> bytes:
    """The bytes of a .docx file; ``day`` is written under the title."""
    from docx import Document

    document = Document()
    _set_up(document)
    document.add_heading("案例对比", 0)
    document.add_paragraph(f"{day.year} 年 {day.month} 月 {day.day} 日导出。{NOTE}")
    _table(document, compared)
    document.add_heading("来源", 1)
    for number, reference in enumerate(compared.references, start=1):
        paragraph = document.add_paragraph(f"[{number}] {reference.title}。")
        paragraph.add_run("；".join(reference.sources) + "。" if reference.sources else "")
        paragraph.add_run(f"资料库文件：{reference.path}")
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def _set_up(document: Document) -> None:
    """A4 across, Chinese fonts in all styles, page numbers."""
    from docx.enum.section import WD_ORIENT
    from docx.shared import Cm, Pt, RGBColor

    section = document.sections[0]
    section.orientation = WD_ORIENT.LANDSCAPE
    section.page_width, section.page_height = Cm(29.7), Cm(21)
    section.left_margin = section.right_margin = Cm(1.8)
    section.top_margin = section.bottom_margin = Cm(1.6)
    for name, font, size in (("Normal", BODY, 10.5), ("Title", HEADING, 20), ("Heading 1", HEADING, 14)):
        style = document.styles[name]
        _font(style.element.get_or_add_rPr(), font)
        style.font.size = Pt(size)
        style.font.color.rgb = RGBColor(0x22, 0x22, 0x22)
    properties = document.styles["Title"].element.get_or_add_pPr()
    for line in properties.xpath("w:pBdr"):
        properties.remove(line)
    document.styles["Normal"].paragraph_format.space_after = Pt(3)
    document.core_properties.author, document.core_properties.title = "", "案例对比"
    document.core_properties.language, document.core_properties.comments = "zh-CN", ""
    _page_number(section.footer.paragraphs[0])


def _font(properties: Any, east_asia: str) -> None:
    """Name the fonts of a style outright: a theme's fonts would win over them."""
    from docx.oxml.ns import qn

    fonts = properties.get_or_add_rFonts()
    for name in list(fonts.attrib):
        del fonts.attrib[name]
    for name, font in (("ascii", LATIN), ("hAnsi", LATIN), ("cs", LATIN), ("eastAsia", east_asia)):
        fonts.set(qn(f"w:{name}"), font)


def _page_number(paragraph: Any) -> None:
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    field = OxmlElement("w:fldSimple")
    field.set(qn("w:instr"), "PAGE")
    paragraph._p.append(field)


def _table(document: Document, compared: Sheet) -> None:
    from docx.shared import Cm

    count = len(compared.references)
    table = document.add_table(rows=0, cols=count + 1, style="Table Grid")
    table.autofit = False
    _margins(table)
    widths = [Cm(_NAMES), *[Cm((_ROOM - _NAMES) / count)] * count]
    for column, width in zip(table.columns, widths, strict=True):
        column.width = width
    head = table.add_row()
    _repeated(head)
    titles = [f"[{n}] {reference.title}" for n, reference in enumerate(compared.references, start=1)]
    for cell, text in zip(head.cells, ["项目", *titles], strict=True):
        _write(cell, [text], bold=True, shade="F3E9E2")
    for row in compared.rows:
        cells = table.add_row().cells
        _write(cells[0], [row.name], bold=True)
        for position, cell in enumerate(cells[1:]):
            _fill(cell, row, position)
    for written in table.rows:
        for cell, width in zip(written.cells, widths, strict=True):
            cell.width = width


def _margins(table: Any) -> None:
    """Room above and below the text of each cell, in twentieths of a point."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    margins = OxmlElement("w:tblCellMar")
    for side, room in (("top", 60), ("left", 100), ("bottom", 40), ("right", 100)):
        margin = OxmlElement(f"w:{side}")
        margin.set(qn("w:w"), str(room))
        margin.set(qn("w:type"), "dxa")
        margins.append(margin)
    table._tbl.tblPr.insert_element_before(margins, "w:tblLook")


def _repeated(row: Any) -> None:
    """Say a row again at the top of each page."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    header = OxmlElement("w:tblHeader")
    header.set(qn("w:val"), "true")
    row._tr.get_or_add_trPr().append(header)


def _fill(cell: _Cell, row: Row, position: int) -> None:
    lines = row.cells[position]
    if not lines:
        _write(cell, [row.nothing], colour=_GREY)
        return
    _write(cell, lines)
    if row.only == position:
        mark = cell.paragraphs[0].insert_paragraph_before()
        _run(mark, f"【{ONLY}】", colour=_ACCENT)


def _write(cell: _Cell, lines: Sequence[str], bold: bool = False, colour: str = "", shade: str = "") -> None:
    """A paragraph a line."""
    for number, line in enumerate(lines):
        paragraph = cell.paragraphs[0] if number == 0 else cell.add_paragraph()
        _run(paragraph, line, bold, colour)
    if shade:
        _shade(cell, shade)


def _run(paragraph: Any, text: str, bold: bool = False, colour: str = "") -> None:
    from docx.shared import Pt, RGBColor

    run = paragraph.add_run(text)
    run.bold = bold
    run.font.size = Pt(10)
    if colour:
        run.font.color.rgb = RGBColor.from_string(colour)


def _shade(cell: _Cell, colour: str) -> None:
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    shading = OxmlElement("w:shd")
    for name, value in (("val", "clear"), ("color", "auto"), ("fill", colour)):
        shading.set(qn(f"w:{name}"), value)
    cell._tc.get_or_add_tcPr().append(shading)
