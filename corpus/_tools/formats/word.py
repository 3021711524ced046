"""DOCX: styled or hand-numbered headings, tables, header and footer, text boxes, footnotes."""

from __future__ import annotations

import io
from collections.abc import Iterable
from dataclasses import dataclass
from html import escape

import docx
from docx.document import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor
from docx.text.paragraph import Paragraph

from .blocks import (
    CAUTION,
    DATE,
    NAME,
    Block,
    Paper,
    byline,
    citation,
    numbered,
    plain,
    runs,
    sections,
    settled,
)

SPACES = " ".join(
    f'xmlns:{prefix}="http://schemas.{tail}"'
    for prefix, tail in {
        "w": "openxmlformats.org/wordprocessingml/2006/main",
        "mc": "openxmlformats.org/markup-compatibility/2006",
        "wp": "openxmlformats.org/drawingml/2006/wordprocessingDrawing",
        "a": "openxmlformats.org/drawingml/2006/main",
        "wps": "microsoft.com/office/word/2010/wordprocessingShape",
    }.items()
)
SPACES += ' xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office"'
EMU = 12_700  # to a point
BOX_WIDTH = 415  # points
FOOTNOTES = "application/vnd.openxmlformats-officedocument.wordprocessingml.footnotes+xml"


@dataclass(frozen=True, slots=True)
class Options:
    """What sets one file apart: hand-numbered headings, the section in a box, header, footnotes."""

    by_hand: bool = False
    box: str = ""
    running: bool = False
    footnotes: bool = False


def render(paper: Paper, options: Options) -> bytes:
    """The text as a Word document."""
    document = docx.Document()
    _properties(document, paper)
    _styles(document)
    _page(document, paper, options.running)
    document.add_paragraph(paper.title, style="Title")
    first = document.add_paragraph("　".join(byline(paper.meta)))
    first.alignment = WD_ALIGN_PARAGRAPH.CENTER
    blocks = tuple(numbered(paper.blocks)) if options.by_hand else paper.blocks
    boxed = _under(blocks, options.box)
    for block in blocks:
        if block not in boxed:
            _block(document, block, options.by_hand)
        elif block is boxed[0]:
            _box(document, boxed)
    if options.footnotes:
        _footnotes(document, first, [citation(source) for source in paper.meta["sources"]])
    out = io.BytesIO()
    document.save(out)
    return settled(out.getvalue())


def _under(blocks: tuple[Block, ...], heading: str) -> list[Block]:
    return next((under for head, under in sections(blocks) if head.text == heading), [])


def _properties(document: Document, paper: Paper) -> None:
    core = document.core_properties
    core.title, core.author, core.last_modified_by = paper.title, NAME, NAME
    core.subject, core.comments, core.language = str(paper.meta["kind"]), CAUTION, "zh-CN"
    core.created = core.modified = DATE.replace(tzinfo=None)


def _styles(document: Document) -> None:
    """Song type for the text, Hei type for headings, as Chinese offices have them."""
    for name, font, size in [
        ("Normal", "宋体", 12),
        ("Title", "黑体", 20),
        ("Heading 1", "黑体", 15),
        ("Heading 2", "黑体", 13),
    ]:
        style = document.styles[name]
        style.font.name, style.font.size = "Times New Roman", Pt(size)
        fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
        for theme in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
            fonts.attrib.pop(qn(f"w:{theme}"), None)
        fonts.set(qn("w:eastAsia"), font)
        if name != "Normal":
            style.font.color.rgb = RGBColor(0, 0, 0)
    document.styles["Title"].paragraph_format.alignment = WD_ALIGN_PARAGRAPH.CENTER
    document.styles["Normal"].paragraph_format.line_spacing = 1.5


def _page(document: Document, paper: Paper, running: bool) -> None:
    section = document.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.left_margin = section.right_margin = Cm(3.17)
    if running:
        section.header.paragraphs[0].text = f"{NAME}　{paper.meta['kind']}"
        foot = section.footer.paragraphs[0]
        foot.alignment = WD_ALIGN_PARAGRAPH.CENTER
        foot.add_run("第 ")
        _field(foot, "PAGE")
        foot.add_run(" 页 共 ")
        _field(foot, "NUMPAGES")
        foot.add_run(" 页")


def _field(paragraph: Paragraph, code: str) -> None:
    field = OxmlElement("w:fldSimple")
    field.set(qn("w:instr"), code)
    field.append(parse_xml(f"<w:r {SPACES}><w:t>1</w:t></w:r>"))
    paragraph._p.append(field)


def _block(document: Document, block: Block, by_hand: bool) -> None:
    if block.kind == "heading" and by_hand:
        document.add_paragraph().add_run(block.text).bold = True
    elif block.kind == "heading":
        document.add_heading(block.text, level=block.level)
    elif block.kind == "table":
        _table(document, block.rows)
    elif block.marker == "●":
        _runs(document.add_paragraph(style="List Bullet"), block.text)
    else:
        paragraph = document.add_paragraph()
        indent = OxmlElement("w:ind")
        indent.set(qn("w:firstLineChars"), "200")  # two characters, which other programs need in twips
        indent.set(qn("w:firstLine"), "480")
        paragraph._p.get_or_add_pPr().append(indent)
        paragraph.add_run(f"{block.marker} " if block.marker else "")
        _runs(paragraph, block.text)


def _runs(paragraph: Paragraph, text: str) -> None:
    for piece, bold in runs(text):
        paragraph.add_run(piece).bold = bold or None


def _table(document: Document, rows: tuple[tuple[str, ...], ...]) -> None:
    table = document.add_table(len(rows), len(rows[0]), style="Table Grid")
    for cells, row in zip(table.rows, rows, strict=True):
        for cell, text in zip(cells.cells, row, strict=True):
            cell.text = plain(text)
    for cell in table.rows[0].cells:
        cell.paragraphs[0].runs[0].bold = True
    document.add_paragraph()


def _box(document: Document, blocks: Iterable[Block]) -> None:
    """Put blocks into a text box, written twice as Word does: as DrawingML and, for old programs, as VML."""
    texts = [f"{block.marker} {plain(block.text)}".strip() for block in blocks]
    content = "".join(f"<w:p><w:r><w:t>{escape(text)}</w:t></w:r></w:p>" for text in texts)
    height = sum(-(-len(text) // 33) for text in texts) * 24 + 24
    extent = f'cx="{BOX_WIDTH * EMU}" cy="{height * EMU}"'
    style = f"width:{BOX_WIDTH}pt;height:{height}pt"
    run = parse_xml(_BOX.format(spaces=SPACES, content=content, extent=extent, style=style))
    document.add_paragraph()._p.append(run)


_BOX = """<w:r {spaces}><mc:AlternateContent><mc:Choice Requires="wps"><w:drawing>
<wp:inline distT="0" distB="0" distL="0" distR="0"><wp:extent {extent}/><wp:docPr id="1" name="文本框 1"/>
<wp:cNvGraphicFramePr/><a:graphic>
<a:graphicData uri="http://schemas.microsoft.com/office/word/2010/wordprocessingShape"><wps:wsp>
<wps:cNvSpPr txBox="1"/><wps:spPr><a:xfrm><a:off x="0" y="0"/><a:ext {extent}/></a:xfrm>
<a:prstGeom prst="rect"><a:avLst/></a:prstGeom><a:solidFill><a:srgbClr val="F2F2F2"/></a:solidFill>
<a:ln w="9525"><a:solidFill><a:srgbClr val="7F7F7F"/></a:solidFill></a:ln></wps:spPr>
<wps:txbx><w:txbxContent>{content}</w:txbxContent></wps:txbx>
<wps:bodyPr wrap="square" anchor="t"><a:spAutoFit/></wps:bodyPr>
</wps:wsp></a:graphicData></a:graphic></wp:inline></w:drawing></mc:Choice>
<mc:Fallback><w:pict><v:rect style="{style}" fillcolor="#f2f2f2">
<v:textbox><w:txbxContent>{content}</w:txbxContent></v:textbox></v:rect></w:pict></mc:Fallback>
</mc:AlternateContent></w:r>"""


def _footnotes(document: Document, paragraph: Paragraph, notes: list[str]) -> None:
    """Put a footnote with the sources behind a paragraph; python-docx has no call for it."""
    marks = "".join(
        f'<w:footnote w:type="{kind}" w:id="{number}"><w:p><w:r><w:{kind}/></w:r></w:p></w:footnote>'
        for number, kind in ((-1, "separator"), (0, "continuationSeparator"))
    )
    raised = '<w:rPr><w:vertAlign w:val="superscript"/></w:rPr>'
    for number, note in enumerate(notes, 1):
        text = f"<w:r>{raised}<w:footnoteRef/></w:r><w:r><w:t> {escape(note)}</w:t></w:r>"
        marks += f'<w:footnote w:id="{number}"><w:p>{text}</w:p></w:footnote>'
        reference = f'<w:r {SPACES}>{raised}<w:footnoteReference w:id="{number}"/></w:r>'
        paragraph._p.append(parse_xml(reference))
    head = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
    xml = f"{head}<w:footnotes {SPACES}>{marks}</w:footnotes>"
    part = Part(PackURI("/word/footnotes.xml"), FOOTNOTES, xml.encode(), document.part.package)
    document.part.relate_to(part, RELATIONSHIP_TYPE.FOOTNOTES)
