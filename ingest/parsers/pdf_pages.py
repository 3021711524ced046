"""Read one page at a time by the best of three ways: PDFium, pypdf, or recognising its picture."""

from __future__ import annotations

import logging
import zlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pypdf
import pypdfium2 as pdfium
import pypdfium2.raw as raw

from ingest import ocr
from ingest.heartbeat import OCR_SECONDS, beat
from ingest.normalize import count
from ingest.parsers.ocr_runs import runs_of_ocr
from ingest.parsers.pdf_columns import Line
from ingest.parsers.pdf_quality import GOOD, quality
from ingest.parsers.pdf_rows import lines_in_order
from ingest.parsers.pdf_tables import grids_of, rules_of
from ingest.parsers.pdf_text import Run, TextPage, runs_of_lines

OCR_PAGES = 300  # of one file; more would take over twenty minutes
A4 = (595.0, 842.0)
FEW = 60  # characters beside a picture of the whole page: a stamp or a header, not the page's text
# What pypdf is known to raise on damaged files; anything else is the parse's to report.
_PYPDF_ERRORS = (
    pypdf.errors.PyPdfError, ArithmeticError, AssertionError, AttributeError, LookupError, NotImplementedError,
    OSError, RecursionError, TypeError, ValueError, zlib.error,
)  # fmt: skip


@dataclass(slots=True)
class PageRead:
    """What was read of one page."""

    lines: list[Line] = field(default_factory=list)
    height: float = A4[1]
    seen: int = 0
    confidence: float | None = None  # of recognised text
    removed: str = ""
    warning: str = ""


class PdfPages:
    """The pages of one file; pypdf is opened only when PDFium's text is not good enough."""

    def __init__(self, path: Path, document: pdfium.PdfDocument | None) -> None:
        self.path, self.document = path, document
        self._pypdf: pypdf.PdfReader | None = None
        self._pypdf_failed = False
        self.recognized = 0

    def __len__(self) -> int:
        if self.document is not None:
            return len(self.document)
        reader = self._reader()
        try:
            return len(reader.pages) if reader else 0
        except _PYPDF_ERRORS:
            return 0

    def _reader(self) -> pypdf.PdfReader | None:
        if self._pypdf is None and not self._pypdf_failed:
            logging.getLogger("pypdf").setLevel(logging.CRITICAL)  # it tells of every mended fault
            try:
                self._pypdf = pypdf.PdfReader(self.path, strict=False)
                if self._pypdf.is_encrypted:
                    self._pypdf.decrypt("")
            except _PYPDF_ERRORS:
                self._pypdf, self._pypdf_failed = None, True
        return self._pypdf

    def pypdf_text(self, number: int) -> str:
        """A page's text as pypdf has it; nothing where it fails."""
        reader = self._reader()
        try:
            return reader.pages[number - 1].extract_text() if reader else ""
        except _PYPDF_ERRORS:
            return ""

    def read(self, number: int) -> PageRead:
        """Read a page; what could not be read is said in its warning."""
        try:
            page = self.document[number - 1] if self.document is not None else None
        except pdfium.PdfiumError:
            page = None
        if page is None:
            return self._without_pdfium(number)
        try:
            return self._with_pdfium(number, page)
        finally:
            page.close()

    def _without_pdfium(self, number: int) -> PageRead:
        text = self.pypdf_text(number)
        if quality(text) < GOOD:
            return PageRead(warning=f"第 {number} 页已损坏，没有读取")
        return laid_out(runs_of_lines(text, *A4), number, *A4)

    def _with_pdfium(self, number: int, page: pdfium.PdfPage) -> PageRead:
        text_page = TextPage(page)
        runs = text_page.runs()
        text = "\n".join(run.text for part in (runs, *text_page.beside) for run in part)
        score = quality(text)
        pictured = count(text) < FEW and picture_share(page) > 0.4
        if score >= GOOD and not pictured:
            return self._by_layout(number, text_page, runs)
        other = self.pypdf_text(number)
        if not text and quality(other) < GOOD and not pictured and not _shows_anything(page):
            return PageRead(height=text_page.height)
        if quality(other) > score and count(other) >= count(text) // 2 and not pictured:
            runs, score = runs_of_lines(other, text_page.width, text_page.height), quality(other)
        if score >= GOOD and not pictured:
            return laid_out(runs, number, text_page.width, text_page.height)
        return self._by_ocr(number, text_page, runs if score > 0.3 else [])

    def _by_layout(self, number: int, text_page: TextPage, runs: list[Run]) -> PageRead:
        try:
            grids, loose = grids_of(rules_of(text_page), runs)
        except pdfium.PdfiumError:
            grids, loose = [], runs
        lines = lines_in_order(loose, grids)
        for turned in text_page.beside:
            lines += lines_in_order(turned, [])
        for line in lines:
            line.page = number
        seen = sum(count(run.text) for part in (runs, *text_page.beside) for run in part)
        seen += count(text_page.slanted)
        return PageRead(lines, text_page.height, seen, removed=text_page.slanted)

    def _by_ocr(self, number: int, text_page: TextPage, runs: list[Run]) -> PageRead:
        """Recognise the page's picture; the text layer, where it has some worth, is what is left otherwise."""
        plain = laid_out(runs, number, text_page.width, text_page.height)
        if not ocr.available():
            plain.warning = f"第 {number} 页是图片或乱码，没有识别；{ocr.MISSING}"
            return plain
        if self.recognized >= OCR_PAGES:
            plain.warning = f"第 {number} 页没有识别：一个文件最多识别 {OCR_PAGES} 页"
            return plain
        self.recognized += 1
        beat(OCR_SECONDS)
        try:
            lines = ocr.recognize(picture(text_page))
        except (RuntimeError, pdfium.PdfiumError) as error:
            plain.warning = f"第 {number} 页没有识别（{error}）"
            return plain
        found = runs_of_ocr(lines, max(*text_page.page.get_size(), 1.0) / ocr.LONG_SIDE)
        if sum(count(run.text) for run in found) <= max(plain.seen, 1):
            return plain
        read = laid_out(found, number, text_page.width, text_page.height)
        read.confidence = ocr.confidence(lines)
        return read


def laid_out(runs: Sequence[Run], number: int, width: float, height: float) -> PageRead:
    """A page of nothing but these runs."""
    lines = lines_in_order(runs, [])
    for line in lines:
        line.page = number
    return PageRead(lines, height, sum(count(run.text) for run in runs))


def picture_share(page: pdfium.PdfPage) -> float:
    """The share of the page that its largest picture covers."""
    width, height = page.get_size()
    best = 0.0
    for index, image in enumerate(page.get_objects(filter=[raw.FPDF_PAGEOBJ_IMAGE], max_depth=2)):
        try:
            left, bottom, right, top = image.get_bounds()
        except pdfium.PdfiumError:
            continue
        best = max(best, (right - left) * (top - bottom) / max(width * height, 1.0))
        if index > 500:
            break
    return min(best, 1.0)


def _shows_anything(page: pdfium.PdfPage) -> bool:
    """Whether an empty-texted page has pictures, or drawings enough to be outlined letters."""
    drawn = 0
    for item in page.get_objects(max_depth=2):
        drawn += 20 if item.type == raw.FPDF_PAGEOBJ_IMAGE else 1
        if drawn >= 20:
            return True
    return False


def picture(text_page: TextPage) -> np.ndarray:
    """The page rendered in RGB, its long side as the recogniser wants it."""
    width, height = text_page.page.get_size()
    scale = ocr.LONG_SIDE / max(width, height, 1.0)
    bitmap = text_page.page.render(scale=scale, rev_byteorder=True, prefer_bgrx=False)
    array = bitmap.to_numpy()
    if array.ndim == 2 or array.shape[2] == 1:
        array = np.repeat(array.reshape(*array.shape[:2], 1), 3, axis=2)
    return np.ascontiguousarray(array[..., :3])
