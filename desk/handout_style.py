"""Looks of the handout: A4, named paragraph styles, and fonts for Chinese and Latin text."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from docx.document import Document
    from docx.table import Table, _Cell

FACTS, LEAD, QUOTATION, CITATION = "Facts", "Lead", "Quotation", "Citation"
QUESTION, WRITING, REFERENCE, SOURCE = "Question", "Writing Line", "Reference", "Reference Source"

# Fonts of every Windows and of WPS; LibreOffice has a Chinese substitute for each of them.
SERIF, SANS = ("Times New Roman", "宋体"), ("Arial", "微软雅黑")
ACCENT, GREY, RULE = "A8481F", "595959", "BFBFBF"


def prepare(document: Document) -> None:
    """Set page, styles and the page number below."""
    from docx.enum.style import WD_STYLE_TYPE
    from docx.shared import Cm

    section = document.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.left_margin = section.right_margin = Cm(2.2)
    section.top_margin = section.bottom_margin = Cm(2.2)

    styles = document.styles
    _speak_chinese(styles.element)
    _paragraph(styles["Normal"], SERIF, 11, after=4, spacing=1.35)
    _paragraph(styles["Title"], SANS, 22, bold=True, color=ACCENT, after=4, spacing=1.2)
    _without_borders(styles["Title"])
    _paragraph(styles["Heading 1"], SANS, 14.5, bold=True, color=ACCENT, before=16, after=4, spacing=1.25)
    _paragraph(styles["Heading 2"], SANS, 11.5, bold=True, color="000000", before=8, after=2, spacing=1.25)
    _new(styles, FACTS, SANS, 9.5, color=GREY, after=6)
    _new(styles, LEAD, SERIF, 9.5, color=GREY, after=0, left=0.6)
    _border(_new(styles, QUOTATION, SERIF, 11, after=6, spacing=1.45, left=0.6), "left", ACCENT, 18, 8)
    _new(styles, QUESTION, SERIF, 11, before=6, after=2, spacing=1.35)
    _border(_new(styles, WRITING, SERIF, 11, after=0, spacing=1.6), "bottom", RULE, 4, 1)
    _border(styles[WRITING], "between", RULE, 4, 1)
    _new(styles, REFERENCE, SERIF, 10, after=2, spacing=1.3, left=0.8, first=-0.8)
    _new(styles, SOURCE, SERIF, 9, color=GREY, after=1, spacing=1.2, left=0.8)
    for name in (QUESTION, WRITING):  # a question and the lines to write on stay on one page
        styles[name].paragraph_format.keep_with_next = True
    citation = styles.add_style(CITATION, WD_STYLE_TYPE.CHARACTER)
    _font(citation, SANS, 9, color=GREY)
    _page_numbers(section.footer.paragraphs[0])


def _speak_chinese(styles: Any) -> None:
    """Name the language of East Asian text, by which programs choose a font in place of a missing one."""
    from docx.oxml.ns import qn

    for language in styles.iter(qn("w:lang")):
        language.set(qn("w:eastAsia"), "zh-CN")


def as_table(table: Table, widths: tuple[float, ...]) -> None:
    """Ruled, with columns of these widths in cm, the first row repeated on every page."""
    from docx.oxml import OxmlElement
    from docx.shared import Cm

    table.style = "Table Grid"
    table.autofit = False
    for column, width in zip(table.columns, widths, strict=True):
        column.width = Cm(width)
    table.rows[0]._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))


def fill(cell: _Cell, text: str, bold: bool = False) -> None:
    """Put one line of text into a cell."""
    from docx.shared import Pt

    paragraph = cell.paragraphs[0]
    paragraph.paragraph_format.space_after = Pt(2)
    paragraph.paragraph_format.space_before = Pt(2)
    paragraph.add_run(text).bold = bold


def _new(styles: Any, name: str, fonts: tuple[str, str], size: float, **looks: Any) -> Any:
    from docx.enum.style import WD_STYLE_TYPE

    style = styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
    style.base_style = styles["Normal"]
    _paragraph(style, fonts, size, **looks)
    return style


def _paragraph(
    style: Any,
    fonts: tuple[str, str],
    size: float,
    *,
    bold: bool = False,
    color: str = "000000",
    before: float = 0,
    after: float = 0,
    spacing: float = 1.35,
    left: float = 0,
    first: float = 0,
) -> None:
    """Sizes in points, indents in cm, ``spacing`` in lines."""
    from docx.shared import Cm, Pt

    _font(style, fonts, size, bold, color)
    shape = style.paragraph_format
    shape.space_before, shape.space_after, shape.line_spacing = Pt(before), Pt(after), spacing
    shape.left_indent, shape.first_line_indent = Cm(left), Cm(first)


def _font(style: Any, fonts: tuple[str, str], size: float, bold: bool = False, color: str = "000000") -> None:
    """Latin and East Asian font of a style; the theme's own, which the template names first, go."""
    from docx.oxml.ns import qn
    from docx.shared import Pt, RGBColor

    latin, asian = fonts
    style.font.name, style.font.size, style.font.bold = latin, Pt(size), bold
    style.font.color.rgb = RGBColor.from_string(color)
    named = style.element.rPr.rFonts
    for name in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
        named.attrib.pop(qn(f"w:{name}"), None)
    named.set(qn("w:eastAsia"), asian)


def _without_borders(style: Any) -> None:
    from docx.oxml.ns import qn

    for border in style.element.pPr.findall(qn("w:pBdr")):
        style.element.pPr.remove(border)


def _border(style: Any, side: str, color: str, size: int, space: int) -> None:
    """A rule on one side of a style's paragraphs: ``size`` in eighths of a point, ``space`` in points."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    properties = style.element.get_or_add_pPr()
    borders = properties.find(qn("w:pBdr"))
    if borders is None:
        borders = OxmlElement("w:pBdr")
        properties.insert_element_before(
            borders, "w:shd", "w:tabs", "w:suppressAutoHyphens", "w:spacing", "w:ind", "w:jc", "w:outlineLvl"
        )
    rule = OxmlElement(f"w:{side}")
    for name, value in (("val", "single"), ("sz", size), ("space", space), ("color", color)):
        rule.set(qn(f"w:{name}"), str(value))
    borders.append(rule)


def _page_numbers(paragraph: Any) -> None:
    """第 X 页，共 Y 页, as fields that the reader's program fills in."""
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    for before, field, after in (("第 ", "PAGE", " 页，共 "), ("", "NUMPAGES", " 页")):
        paragraph.add_run(before)
        simple = OxmlElement("w:fldSimple")
        simple.set(qn("w:instr"), field)
        paragraph._p.append(simple)
        paragraph.add_run(after)
