"""Looks of the slides: 16:9, boxes on the layouts, fonts for Chinese and Latin text."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from desk.slide_text import Box

if TYPE_CHECKING:
    from pptx.presentation import Presentation

WIDTH, HEIGHT = 13.333, 7.5  # inches
LATIN, ASIAN = "Arial", "微软雅黑"
ACCENT, INK, GREY, TINT = "A8481F", "262626", "595959", "F8EEE9"
TITLE_SLIDE, CONTENT, TITLE_ONLY = 0, 1, 5  # layouts of the library's own template

TITLE = Box(0.7, 0.45, 11.93, 1.0, size=26, leading=34)
LARGE = Box(0.7, 1.75, 11.93, 4.55, size=24, leading=35, gap=14, indent=0.4)
BODY = Box(0.7, 1.75, 11.93, 4.55, size=20, leading=29, gap=12, indent=0.4)
SMALL = Box(0.7, 1.75, 11.93, 4.95, size=14, leading=20, gap=8)
SOURCE = Box(0.7, 6.5, 11.0, 0.6, size=12, leading=17)
NUMBER = Box(11.93, 6.78, 0.7, 0.3, size=11, leading=16)
COVER = Box(1.0, 2.2, 11.33, 1.7, size=38, leading=54)
UNDER_COVER = Box(1.0, 4.2, 11.33, 0.9, size=18, leading=28)

_ROW = 0.46  # inches
_NO_STYLE = "{2D5ABB26-0587-4C30-8999-92F81FD0307C}"  # PowerPoint's table style without rules or colours
_FIELD = "{B6F15528-21DE-4FAA-801E-634DDDAF4B2B}"  # any GUID will do; the type says what the field shows


def prepare(presentation: Presentation) -> None:
    """Make the template wide, and put the title and body of its layouts where these slides have them."""
    from pptx.util import Inches

    stretch = Inches(WIDTH) / presentation.slide_width
    presentation.slide_width, presentation.slide_height = Inches(WIDTH), Inches(HEIGHT)
    master = presentation.slide_master
    for part in (master, *presentation.slide_layouts):
        for shape in part.placeholders:
            if shape._element.spPr.xfrm is not None:
                shape.left, shape.width = round(shape.left * stretch), round(shape.width * stretch)
    for shape in master.placeholders:
        if shape.placeholder_format.idx < 2:
            place(shape, BODY if shape.placeholder_format.idx else TITLE)
    cover = presentation.slide_layouts[TITLE_SLIDE].placeholders
    place(cover[0], COVER)
    place(cover[1], UNDER_COVER)


def place(shape: Any, box: Box) -> None:
    """Put a shape where a box says."""
    from pptx.util import Inches

    shape.left, shape.top = Inches(box.left), Inches(box.top)
    shape.width, shape.height = Inches(box.width), Inches(box.height)


def bare(frame: Any, bottom: bool = False) -> Any:
    """A text frame whose text begins at its edges, at the top or the bottom, and never changes its size."""
    from pptx.enum.text import MSO_ANCHOR, MSO_AUTO_SIZE

    frame.word_wrap, frame.auto_size = True, MSO_AUTO_SIZE.NONE
    frame.vertical_anchor = MSO_ANCHOR.BOTTOM if bottom else MSO_ANCHOR.TOP
    frame.margin_left = frame.margin_right = frame.margin_top = frame.margin_bottom = 0
    return frame


def paragraph(frame: Any, box: Box, first: bool) -> Any:
    """The frame's first paragraph or one more, set in the box's leading and gap."""
    from pptx.enum.text import PP_ALIGN
    from pptx.util import Pt

    own = frame.paragraphs[0] if first else frame.add_paragraph()
    own.alignment = PP_ALIGN.LEFT
    own.line_spacing, own.space_before, own.space_after = Pt(box.leading), Pt(0), Pt(box.gap)
    return own


def write(own: Any, text: str, size: float, color: str = INK, bold: bool = False) -> None:
    """Add a run of text to a paragraph."""
    from pptx.enum.lang import MSO_LANGUAGE_ID
    from pptx.util import Pt

    run = own.add_run()
    run.text = text
    run.font.language_id = MSO_LANGUAGE_ID.SIMPLIFIED_CHINESE
    run.font.size, run.font.bold, run.font.color.rgb = Pt(size), bold, _rgb(color)
    name_fonts(run._r.get_or_add_rPr())


def _rgb(color: str) -> Any:
    from pptx.dml import color as colors

    named: Any = colors.RGBColor  # not annotated there
    return named.from_string(color)


def name_fonts(properties: Any) -> None:
    """Name the Latin and East Asian font of a run."""
    from pptx.oxml.ns import qn

    for tag, name in (("a:latin", LATIN), ("a:ea", ASIAN)):
        properties.append(properties.makeelement(qn(tag), {"typeface": name}))


def without_bullet(own: Any, indent: float = 0) -> None:
    """Take the bullet of the template from a paragraph; later lines are ``indent`` inches in."""
    from pptx.oxml.ns import qn

    properties = own._p.get_or_add_pPr()
    properties.set("marL", str(round(indent * 914400)))
    properties.set("indent", str(-round(indent * 914400)))
    properties.append(properties.makeelement(qn("a:buNone"), {}))


def bar(slide: Any, left: float, top: float, width: float, height: float) -> None:
    """A plain rule in the accent colour, sizes in inches."""
    from pptx.enum.shapes import MSO_SHAPE
    from pptx.util import Inches

    shape = slide.shapes.add_shape(
        MSO_SHAPE.RECTANGLE, Inches(left), Inches(top), Inches(width), Inches(height)
    )
    shape.fill.solid()
    shape.fill.fore_color.rgb = _rgb(ACCENT)
    shape.line.fill.background()
    shape.shadow.inherit = False


def table(slide: Any, rows: int, widths: Sequence[float]) -> Any:
    """A table without a header row below the title, every second row tinted; widths of its columns in inches."""
    from pptx.util import Inches

    height = Inches(_ROW * rows)
    made = slide.shapes.add_table(
        rows, len(widths), Inches(BODY.left), Inches(BODY.top), Inches(sum(widths)), height
    ).table
    made.first_row = made.horz_banding = False
    made._tbl.tblPr[0].text = _NO_STYLE
    for column, width in zip(made.columns, widths, strict=True):
        column.width = Inches(width)
    for number, row in enumerate(made.rows):
        for cell in row.cells:
            if number % 2 == 0:
                cell.fill.solid()
                cell.fill.fore_color.rgb = _rgb(TINT)
    return made


def slide_number(slide: Any) -> None:
    """The slide's number as a field, below at the right."""
    from pptx.enum.text import PP_ALIGN

    shape = slide.shapes.add_textbox(0, 0, 0, 0)
    place(shape, NUMBER)
    own = paragraph(bare(shape.text_frame), NUMBER, first=True)
    own.alignment = PP_ALIGN.RIGHT
    write(own, "‹#›", NUMBER.size, GREY)
    run = own._p.r_lst[0]
    field = own._p.makeelement(run.tag.replace("}r", "}fld"), {"id": _FIELD, "type": "slidenum"})
    field.extend(list(run))
    own._p.replace(run, field)
