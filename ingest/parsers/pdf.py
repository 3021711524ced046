"""Read PDFs page by page: PDFium with its layout, pypdf where PDFium's text is debris, OCR where both are."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

import pypdfium2 as pdfium

from ingest.errors import LimitError, ParseError
from ingest.heartbeat import beat
from ingest.kept_lines import keeps_lines
from ingest.lines import running_lines
from ingest.models import Block, OcrPage, Parsed
from ingest.normalize import count, normalize
from ingest.parsers.package import sensible_title
from ingest.parsers.pdf_headings import Outline, outline_key
from ingest.parsers.pdf_pages import PageRead, PdfPages
from ingest.parsers.pdf_paragraphs import blocks_of, body_of, contents_lines, join_tables

MAX_PAGES = 3000
MAX_CHARS = 20_000_000


def parse(path: Path) -> Parsed:
    """Read a PDF into blocks with their pages."""
    document = _open(path)
    try:
        return PageReader(path, PdfPages(path, document)).parsed()
    finally:
        if document is not None:
            document.close()


def _open(path: Path) -> pdfium.PdfDocument | None:
    """Open with PDFium; None where only pypdf may be able to."""
    data = path.read_bytes()  # not by its path, which PDFium takes in the system's own encoding
    try:
        document = pdfium.PdfDocument(data)
    except pdfium.PdfiumError as error:
        if "assword" in str(error) or "ecurity" in str(error):
            raise ParseError(path, "文件有密码，打不开；请用密码打开后另存一份不加密的") from error
        return _mended(data)
    return document if len(document) else _mended(data)


def _mended(data: bytes) -> pdfium.PdfDocument | None:
    """Open a file that has lost its end, by giving it a trailer that names the catalog it holds."""
    at = data.rfind(b"/Catalog")
    objects = re.findall(rb"(\d{1,8})\s+(\d{1,5})\s+obj\b", data[max(at - 2000, 0) : max(at, 0)])
    if not objects:
        return None
    root = b" ".join(objects[-1])
    try:
        return pdfium.PdfDocument(
            data + b"\nendobj\ntrailer\n<</Root " + root + b" R/Size 1>>\nstartxref\n0\n%%EOF\n"
        )
    except pdfium.PdfiumError:
        return None


class Pages(Protocol):
    """The pages of a document, read by number from 1; ``document`` is PDFium's, for bookmarks and title."""

    document: pdfium.PdfDocument | None

    def __len__(self) -> int: ...

    def read(self, number: int) -> PageRead:
        """Read a page; what could not be read is said in its warning."""
        ...


@dataclass
class PageReader:
    """Reads the pages of one document, PDF or OFD, and remembers what went wrong."""

    path: Path
    pages: Pages
    read: list[PageRead] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)

    def parsed(self) -> Parsed:
        """All pages' blocks, running lines left out."""
        if len(self.pages) > MAX_PAGES:
            raise LimitError(self.path, f"共 {len(self.pages)} 页，超过 {MAX_PAGES} 页的上限；请拆成几个文件")
        if not len(self.pages):
            raise ParseError(self.path, "文件已损坏，一页也打不开")
        self._read_pages()
        self.removed += [page.removed for page in self.read if page.removed]
        if not keeps_lines():
            self._drop_running_lines()
        lines = [line for page in self.read for line in page.lines]
        contents = contents_lines(lines)
        self.removed += [lines[index].text for index in sorted(contents)]
        lines = [line for index, line in enumerate(lines) if index not in contents]
        self.removed += join_tables(lines)
        blocks = blocks_of(lines, self._outline())
        removed = tuple(dict.fromkeys(self.removed))
        return Parsed(
            blocks=tuple(blocks),
            title=self._title(blocks),
            page_count=len(self.pages),
            seen=sum(page.seen for page in self.read)
            - sum(map(count, self.removed))
            + sum(map(count, removed)),
            removed=removed,
            ocr=tuple(
                OcrPage(number, page.confidence)
                for number, page in enumerate(self.read, start=1)
                if page.confidence is not None
            ),
            warnings=tuple(_merged([*self.warnings, *(page.warning for page in self.read)])),
        )

    def _read_pages(self) -> None:
        seen = 0
        for number in range(1, len(self.pages) + 1):
            self.read.append(self.pages.read(number))
            seen += self.read[-1].seen
            if seen > MAX_CHARS:
                raise LimitError(self.path, "文字超过 20 MB 的上限；请拆成几个文件")
            beat()

    def _drop_running_lines(self) -> None:
        """Leave out headers, footers and page numbers, judged by the outer lines of all pages."""
        size = body_of([line for page in self.read for line in page.lines if not line.rows]).size
        # Larger type is a heading; on two pages only smaller type than the text's can be told from the text.
        largest = 0.95 * size if len(self.read) == 2 else 1.3 * size
        outer = [_outer(page, largest) for page in self.read]
        found = running_lines(
            [
                [(page.lines[index].text, page.lines[index].top / page.height) for index in indexes]
                for page, indexes in zip(self.read, outer, strict=True)
            ],
            fewest=2,
        )
        if sum(map(len, found)) == sum(len(page.lines) for page in self.read):
            return  # pictures with one caption each, or slides with nothing but a title
        for page, indexes, hits in zip(self.read, outer, found, strict=True):
            dropped = {indexes[hit] for hit in hits}
            self.removed += [page.lines[index].text for index in sorted(dropped)]
            page.lines = [line for index, line in enumerate(page.lines) if index not in dropped]

    def _outline(self) -> Outline:
        """The document's bookmarks."""
        found: Outline = {}
        document = self.pages.document
        try:
            for index, entry in enumerate(document.get_toc(max_depth=6) if document else ()):
                destination = entry.get_dest()
                page = destination.get_index() if destination else None
                if (
                    page is not None
                ):  # a heading pushed over the page's end keeps its bookmark on the page before
                    key = outline_key(entry.get_title())
                    found.setdefault((page + 1, key), entry.level + 1)
                    found.setdefault((page + 2, key), entry.level + 1)
                if index > 5000:
                    break
        except (pdfium.PdfiumError, UnicodeError):
            self.warnings.append("书签读不出来，没有采用")
        return found

    def _title(self, blocks: list[Block]) -> str:
        """The title in the properties, else the largest heading on the first page."""
        document = self.pages.document
        named = (
            sensible_title(normalize(document.get_metadata_value("Title")).replace("\n", " "))
            if document
            else ""
        )
        first = [block for block in blocks[:6] if block.kind == "heading" and block.pages == ((0, 1),)]
        big = min(first, key=lambda block: block.level).text if first else ""
        return big if big and len(named) < 4 else named or big


def _outer(page: PageRead, largest: float) -> list[int]:
    """Indexes of a page's three top and three bottom lines; larger type is a heading, not a header."""
    lines = page.lines
    order = sorted((i for i, line in enumerate(lines) if not line.rows), key=lambda i: lines[i].top)
    return sorted({i for i in (*order[:3], *order[-3:]) if lines[i].size <= largest})


def _merged(warnings: list[str]) -> list[str]:
    """Say what is wrong with many pages in one line, not in hundreds.

    >>> _merged(["第 3 页已损坏，没有读取", "第 4 页已损坏，没有读取", "", "书签读不出来"])
    ['第 3、4 页已损坏，没有读取', '书签读不出来']
    """
    pages: dict[str, list[str]] = {}
    for warning in filter(None, warnings):
        match = re.match(r"第 (\d+) 页", warning)
        pages.setdefault(warning[match.end() :] if match else warning, []).append(match[1] if match else "")
    merged = []
    for rest, numbers in pages.items():
        shown = "、".join(numbers[:20]) + (f" 等 {len(numbers)}" if len(numbers) > 20 else "")
        merged.append(f"第 {shown} 页{rest}" if numbers[0] else rest)
    return merged
