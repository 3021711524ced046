"""PDF: A4 pages set line by line, with Chinese line breaking, ruled tables, columns, header and footer."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from fpdf import FPDF
from fpdf.enums import TextMode
from fpdf.fonts import TTFFont

from .blocks import CAUTION, DATE, NAME, Block, Paper, byline, plain
from .lines import share, title_lines, wrap

FONT = Path("/usr/share/fonts/truetype/wqy/wqy-zenhei.ttc")
FONT_PACKAGE = "fonts-wqy-zenhei"
WIDTH, HEIGHT = 595.28, 841.89  # A4 in points
GREY = 110

logging.getLogger("fontTools.subset").setLevel(logging.ERROR)  # it says that it drops the bitmaps
os.environ.setdefault("SOURCE_DATE_EPOCH", str(int(DATE.timestamp())))  # read by fontTools


@dataclass(frozen=True, slots=True)
class Layout:
    """How a page looks: type size, distance of lines, margin, columns, header and footer or not."""

    size: float
    leading: float
    margin: float
    columns: int = 1
    running: bool = False


LAYOUTS = {
    "plain": Layout(12, 21, 84),
    "dense": Layout(12, 20, 74),
    "running": Layout(13, 24, 84, running=True),
    "official": Layout(16, 29, 80, running=True),  # the size of Chinese official papers, 三号
    "columns": Layout(10.5, 17, 60, columns=2),
    "journal": Layout(14, 24, 60, columns=2, running=True),
}
GUTTER = 22.0


@dataclass(frozen=True, slots=True)
class Options:
    """What sets one PDF apart: its layout, its title in the properties, bookmarks or not."""

    layout: str = "plain"
    outline: bool = False
    title: str | None = None


class Sheet(FPDF):
    """A document with its header and footer."""

    def __init__(self, paper: Paper, options: Options, total: int) -> None:
        super().__init__(unit="pt", format="A4")
        self.paper, self.layout, self.total = paper, LAYOUTS[options.layout], total
        self.set_auto_page_break(False)
        self.set_creation_date(DATE)
        self.set_lang("zh-CN")
        title = paper.title if options.title is None else options.title
        if title:
            self.set_title(title)
            self.set_author(NAME)
        self.add_font("hei", fname=FONT, collection_font_number=0)
        self.set_font("hei", size=self.layout.size)

    def header(self) -> None:
        """Kind at the left, the library's name at the right, a rule below."""
        if self.layout.running:
            y, right = 52.0, WIDTH - self.layout.margin
            self.small(self.layout.margin, y, str(self.paper.meta["kind"]))
            self.small(right - self.small_width(NAME), y, NAME)
            self.set_line_width(0.5)
            self.line(self.layout.margin, y + 6, right, y + 6)

    def footer(self) -> None:
        """A caution at the left, the page's number and the number of pages at the right."""
        if self.layout.running:
            number = f"第 {self.page_no()} 页 共 {self.total} 页"
            y = HEIGHT - 44
            self.small(self.layout.margin, y, CAUTION)
            self.small(WIDTH - self.layout.margin - self.small_width(number), y, number)

    def small(self, x: float, y: float, text: str) -> None:
        """Write a line in small grey type."""
        self.set_font("hei", size=9)
        self.set_text_color(GREY)
        self.text(x, y, text)
        self.set_text_color(0)

    def small_width(self, text: str) -> float:
        """The width of a line in small type."""
        self.set_font("hei", size=9)
        return float(self.get_string_width(text))


class Setter:
    """Sets blocks one below the other, column after column, page after page."""

    def __init__(self, sheet: Sheet, outline: bool) -> None:
        self.sheet, self.layout, self.outline = sheet, sheet.layout, outline
        self.top, self.bottom = (82.0, HEIGHT - 66) if self.layout.running else (72.0, HEIGHT - 66)
        gaps = (self.layout.columns - 1) * GUTTER
        self.width = (WIDTH - 2 * self.layout.margin - gaps) / self.layout.columns
        self.column, self.y = 0, self.top
        sheet.add_page()

    @property
    def x(self) -> float:
        """The left edge of the column."""
        return self.layout.margin + self.column * (self.width + GUTTER)

    def room(self, need: float) -> None:
        """Go on to the next column or page when what follows does not fit."""
        if self.y + need <= self.bottom:
            return
        self.column = (self.column + 1) % self.layout.columns
        if self.column == 0:
            self.sheet.add_page()
            self.top = 82.0 if self.layout.running else 72.0
        self.y = self.top

    def measure(self, size: float) -> Callable[[str], float]:
        """The function that measures a text in this size."""
        self.sheet.set_font("hei", size=size)
        return lambda text: float(self.sheet.get_string_width(text))

    def write(
        self, text: str, x: float, baseline: float, size: float, width: float = 0, bold: bool = False
    ) -> None:
        """Write one line, stretched or squeezed to the width where one is given."""
        self.sheet.set_font("hei", size=size)
        gap = (width - self.sheet.get_string_width(text)) / max(len(text) - 1, 1) if width else 0.0
        self.sheet.set_char_spacing(gap if abs(gap) < size / 4 else 0.0)
        mode = (
            TextMode.FILL_STROKE if bold else TextMode.FILL
        )  # the font has one weight; a stroke makes it bold
        with self.sheet.local_context(text_mode=mode, line_width=size / 40):
            self.sheet.text(x, baseline, text)
        self.sheet.set_char_spacing(0.0)

    def title(self, text: str, below: list[str]) -> None:
        """Set the title and what stands below it, centred over the whole page."""
        size = min(self.layout.size * 1.5, 21)
        full = WIDTH - 2 * self.layout.margin
        for line in title_lines(text, full, self.measure(size)):
            self.y += size * 1.4
            self.centre(line, size, bold=True)
        self.y += 8
        fits = self.measure(9.5)("　".join(below)) <= full
        for line in ["　".join(below)] if fits else below:
            self.y += 16
            self.centre(line, 9.5)
        self.y += 14
        self.top = self.y

    def centre(self, text: str, size: float, bold: bool = False) -> None:
        """Write a line in the middle of the page."""
        self.write(text, (WIDTH - self.measure(size)(text)) / 2, self.y, size, bold=bold)

    def heading(self, block: Block) -> None:
        """Set a heading, kept together with two lines of what follows."""
        size = self.layout.size + (2.5 if block.level == 1 else 0.5)
        self.room(size * 2 + 2 * self.layout.leading)
        self.y += size * 0.7 if self.y > self.top else 0
        if self.outline:
            self.sheet.set_y(self.y)
            self.sheet.start_section(block.text, block.level - 1, strict=False)
        for line in wrap(block.text, self.width, self.measure(size)):
            self.y += size * 1.45
            self.write(line, self.x, self.y - size * 0.25, size, bold=True)
        self.y += 4

    def paragraph(self, text: str, marker: str = "") -> None:
        """Set a paragraph with its first line indented, or a list item hanging on its marker."""
        size = self.layout.size
        hang = 1.6 * size if marker else 0
        lines = wrap(("" if marker else "　　") + text, self.width - hang, self.measure(size))
        for number, line in enumerate(lines):
            self.room(self.layout.leading)
            self.y += self.layout.leading
            baseline, shift = self.y - size * 0.45, hang
            if number == 0:
                shift = hang or 2 * size
                small = marker == "●"
                self.write(
                    marker, self.x, baseline - (size * 0.2 if small else 0), size * (0.5 if small else 1)
                )
            width, natural = self.width - shift, self.measure(size)(line.strip("　"))
            fills = number < len(lines) - 1 or natural > width
            self.write(line.strip("　"), self.x + shift, baseline, size, width if fills else 0)

    def table(self, rows: tuple[tuple[str, ...], ...]) -> None:
        """Set a table with all its rules; its head is repeated after a break, a row is never cut."""
        size = max(self.layout.size - 1.5, 9)
        natural = [max(self.measure(size)(row[i]) for row in rows) + 12 for i in range(len(rows[0]))]
        widths = share(natural, self.width)
        self.y += 6
        for number, row in enumerate(rows):
            height = self._row_height(row, widths, size)
            if number and self.y + height > self.bottom:
                self.room(height)
                self._row(rows[0], widths, size, head=True)
            self.room(height)
            self._row(row, widths, size, head=number == 0)
        self.y += 8

    def _row_height(self, row: tuple[str, ...], widths: list[float], size: float) -> float:
        measure = self.measure(size)
        return (
            max(len(wrap(cell, w - 12, measure)) for cell, w in zip(row, widths, strict=True)) * size * 1.5
            + 8
        )

    def _row(self, row: tuple[str, ...], widths: list[float], size: float, head: bool) -> None:
        height, x = self._row_height(row, widths, size), self.x
        self.sheet.set_line_width(0.6)
        self.sheet.set_fill_color(232)
        for cell, width in zip(row, widths, strict=True):
            self.sheet.rect(x, self.y, width, height, style="DF" if head else "D")
            for number, line in enumerate(wrap(cell, width - 12, self.measure(size))):
                baseline = self.y + 4 + size * (1.12 + 1.5 * number)
                over = self.measure(size)(line) > width - 12
                self.write(line, x + 6, baseline, size, width - 12 if over else 0, bold=head)
            x += width
            self.sheet.set_line_width(0.6)
        self.y += height

    def block(self, block: Block) -> None:
        """Set a block of any kind."""
        if block.kind == "heading":
            self.heading(block)
        elif block.kind == "table":
            self.table(tuple(tuple(plain(cell) for cell in row) for row in block.rows))
        else:
            self.paragraph(plain(block.text), block.marker)


def render(paper: Paper, options: Options) -> bytes:
    """The text as a PDF; set twice when every page says how many there are."""
    sheet = _set(paper, options, total=1)
    if sheet.layout.running:
        sheet = _set(paper, options, total=sheet.page_no())
    text = (
        paper.title
        + "".join(byline(paper.meta))
        + "".join(b.text + "".join(map("".join, b.rows)) for b in paper.blocks)
    )
    font = sheet.current_font
    assert isinstance(font, TTFFont)
    if lacking := {char for char in text if ord(char) not in font.cmap}:
        raise ValueError(f"字体里没有这些字：{''.join(sorted(lacking))}")
    return bytes(sheet.output())


def _set(paper: Paper, options: Options, total: int) -> Sheet:
    sheet = Sheet(paper, options, total)
    setter = Setter(sheet, options.outline)
    setter.title(paper.title, byline(paper.meta))
    for block in paper.blocks:
        setter.block(block)
    return sheet
