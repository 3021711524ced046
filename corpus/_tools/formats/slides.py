"""PPTX: a title slide, then each section over as many slides as its sentences need, sources in the notes."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain

import pptx
from pptx.dml.color import RGBColor
from pptx.enum.shapes import MSO_SHAPE
from pptx.oxml.ns import qn
from pptx.presentation import Presentation
from pptx.slide import Slide
from pptx.text.text import TextFrame
from pptx.util import Inches, Pt

from .blocks import CAUTION, DATE, NAME, Block, Paper, byline, citation, plain, runs, sections, settled

COLOUR = RGBColor(0x1F, 0x4E, 0x79)
FONT = "微软雅黑"
SIZE = 24  # points
FULL = 230  # characters that fit on a slide in this size with room to spare
TITLE, CONTENT, TITLE_ONLY = 0, 1, 5  # layouts of the default template
NOTES = {
    "可借鉴之处": "这一部分是编者的建议，不是来源里的事实，讲的时候请说明。",
    "常见误区与对策": "讲到这里不妨请学员先说说自己遇到过哪一种，再看对策。",
}


@dataclass(frozen=True, slots=True)
class Page:
    """What stands on one slide under its title."""

    title: str
    blocks: tuple[Block, ...]


def pages(paper: Paper) -> Iterator[Page]:
    """Spread the sections over slides; a heading with nothing under it leads the titles of what follows."""
    chapter = ""
    for heading, under in sections(paper.blocks):
        chapter = heading.text if heading.level == 1 else chapter
        title = heading.text if heading.level == 1 else f"{chapter}：{heading.text}"
        for number, blocks in enumerate(_spread(under)):
            yield Page(title + ("（续）" if number else ""), blocks)


def _spread(blocks: list[Block]) -> Iterator[tuple[Block, ...]]:
    page, used = list[Block](), 0
    for block in chain.from_iterable(map(_pieces, blocks)):
        alone = block.kind == "table"
        if page and (alone or used + len(block.text) > FULL):
            yield tuple(page)
            page, used = [], 0
        page.append(block)
        used += FULL if alone else len(block.text) + 12
    if page:
        yield tuple(page)


def _pieces(block: Block) -> Iterator[Block]:
    """A long paragraph in shorter ones, cut between sentences."""
    if block.kind != "paragraph" or len(block.text) <= 110:
        yield block
        return
    text = ""
    for sentence in re.findall(r".+?[。！？；][”）]*|.+$", plain(block.text)):
        if text and len(text + sentence) > 110:
            yield Block("paragraph", text)
            text = ""
        text += sentence
    yield Block("paragraph", text)


def render(paper: Paper) -> bytes:
    """The text as a presentation."""
    deck = pptx.Presentation()
    deck.slide_width, deck.slide_height = Inches(13.333), Inches(7.5)
    core = deck.core_properties
    core.title, core.author, core.last_modified_by = paper.title, NAME, NAME
    core.created = core.modified = DATE.replace(tzinfo=None)
    sources = "\n".join(citation(source) for source in paper.meta["sources"])
    _opening(deck, paper, f"{CAUTION}。资料来源：\n{sources}")
    for page in pages(paper):
        _slide(deck, page)
    out = io.BytesIO()
    deck.save(out)
    return settled(out.getvalue())


def _opening(deck: Presentation, paper: Paper, notes: str) -> None:
    slide = deck.slides.add_slide(deck.slide_layouts[TITLE])
    _bar(slide, 4.1)
    _place(slide.shapes.title, 1.0, 2.1, 11.3, 1.9)
    _write(slide.shapes.title.text_frame, paper.title, 34, bold=True)
    below = slide.placeholders[1]
    _place(below, 1.0, 4.3, 11.3, 1.6)
    _write(below.text_frame, "\n".join(byline(paper.meta)), 18)
    slide.notes_slide.notes_text_frame.text = notes


def _slide(deck: Presentation, page: Page) -> None:
    table = page.blocks[0].kind == "table"
    slide = deck.slides.add_slide(deck.slide_layouts[TITLE_ONLY if table else CONTENT])
    _bar(slide, 1.3)
    _place(slide.shapes.title, 0.7, 0.35, 11.9, 0.9)
    _write(slide.shapes.title.text_frame, page.title, 28, bold=True)
    if table:
        _table(slide, page.blocks[0])
    else:
        _place(slide.placeholders[1], 0.7, 1.6, 11.9, 5.5)
        _text(slide.placeholders[1].text_frame, page.blocks)
    if note := NOTES.get(page.title):
        slide.notes_slide.notes_text_frame.text = note


def _bar(slide: Slide, top: float) -> None:
    bar = slide.shapes.add_shape(MSO_SHAPE.RECTANGLE, Inches(0), Inches(top), Inches(13.333), Inches(0.06))
    bar.fill.solid()
    bar.fill.fore_color.rgb = COLOUR
    bar.line.fill.background()


def _place(shape: object, left: float, top: float, width: float, height: float) -> None:
    for name, value in zip(("left", "top", "width", "height"), (left, top, width, height), strict=True):
        setattr(shape, name, Inches(value))


def _write(frame: TextFrame, text: str, size: int, bold: bool = False) -> None:
    frame.text = text
    for paragraph in frame.paragraphs:
        for run in paragraph.runs:
            _font(run, size, bold)


def _font(run: object, size: int, bold: bool) -> None:
    run.font.size, run.font.bold = Pt(size), bold  # type: ignore[attr-defined]
    properties = run._r.get_or_add_rPr()  # type: ignore[attr-defined]
    properties.set("lang", "zh-CN")
    for tag in ("a:latin", "a:ea"):
        properties.append(properties.makeelement(qn(tag), {"typeface": FONT}))


def _text(frame: TextFrame, blocks: tuple[Block, ...]) -> None:
    for number, block in enumerate(blocks):
        paragraph = frame.paragraphs[0] if number == 0 else frame.add_paragraph()
        paragraph.space_after = Pt(8)
        pieces = runs(block.text)
        if block.marker.endswith("."):
            pieces.insert(0, (f"{block.marker} ", False))
            properties = paragraph._p.get_or_add_pPr()
            properties.append(properties.makeelement(qn("a:buNone"), {}))
        for piece, bold in pieces:
            run = paragraph.add_run()
            run.text = piece
            _font(run, SIZE, bold)


def _table(slide: Slide, block: Block) -> None:
    rows = block.rows
    height = Inches(0.55 * len(rows))
    frame = slide.shapes.add_table(len(rows), len(rows[0]), Inches(0.7), Inches(1.7), Inches(11.9), height)
    for cells, row in zip(frame.table.rows, rows, strict=True):
        for cell, text in zip(cells.cells, row, strict=True):
            _write(cell.text_frame, plain(text), 16)
