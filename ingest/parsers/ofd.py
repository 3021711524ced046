"""Read OFD (GB/T 33190), the page format of Chinese offices: a zip of XML, laid out by the rules of PDF pages."""

from __future__ import annotations

import io
import posixpath
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from lxml import etree

from ingest import ocr
from ingest.errors import LimitError, ParseError
from ingest.heartbeat import OCR_SECONDS, beat
from ingest.models import Parsed
from ingest.normalize import count, normalize
from ingest.parsers.image import frames
from ingest.parsers.ocr_runs import runs_of_ocr
from ingest.parsers.ofd_text import POINTS, box_of, numbers_of, text_of
from ingest.parsers.package import Package, sensible_title
from ingest.parsers.pdf import PageReader
from ingest.parsers.pdf_pages import A4, FEW, OCR_PAGES, PageRead, laid_out
from ingest.parsers.pdf_text import BOLD_NAME

DRAWN = 20  # drawings on a page without text: outlined letters rather than rules


def parse(path: Path) -> Parsed:
    """Read an OFD file into blocks with their pages."""
    with Package(path) as package:
        root = package.xml("OFD.xml")
        if root is None:
            raise ParseError(path, "文件不完整或已加密：里面没有能读的 OFD.xml")
        documents = [_Document(package, part) for part in _parts(root, "", "DocRoot")]
        if package.read("Encryptions.xml") is not None and not any(own.pages for own in documents):
            raise ParseError(path, "文件已加密，打不开；请另存一份不加密的")
        parsed = PageReader(path, OfdPages(package, documents)).parsed()
    title = sensible_title(normalize(root.findtext(".//{*}DocInfo/{*}Title") or "").replace("\n", " "))
    return replace(parsed, title=title or parsed.title)


def _parts(root: etree._Element, folder: str, name: str) -> Iterator[str]:
    """The parts that elements name in their text, seen from a folder of the package."""
    for element in root.iter(f"{{*}}{name}"):
        if text := (element.text or "").strip():
            yield _located(folder, text)


def _located(folder: str, place: str) -> str:
    """A part's name; one that begins with a slash counts from the package's root."""
    return posixpath.normpath(posixpath.join("/" + folder, place.replace("\\", "/"))).lstrip("/")


class _Document:
    """One document of the package: its pages, templates, pictures and bold fonts."""

    def __init__(self, package: Package, part: str) -> None:
        self.package, folder = package, posixpath.dirname(part)
        root = package.xml(part)
        body = etree.Element("none") if root is None else root
        self.size = _size(body.find(".//{*}PageArea"))
        self.pages = [
            _located(folder, page.get("BaseLoc", "")) for page in body.iterfind(".//{*}Pages/{*}Page")
        ]
        self.templates = {
            own.get("ID", ""): _located(folder, own.get("BaseLoc", ""))
            for own in body.iter("{*}TemplatePage")
        }
        self.pictures: dict[str, str] = {}
        bold: set[str] = set()
        for part in (*_parts(body, folder, "PublicRes"), *_parts(body, folder, "DocumentRes")):
            resources = package.xml(part)
            if resources is None:
                continue
            base = _located(posixpath.dirname(part), resources.get("BaseLoc", "."))
            for media in resources.iter("{*}MultiMedia"):
                self.pictures.update({media.get("ID", ""): own for own in _parts(media, base, "MediaFile")})
            for font in resources.iter("{*}Font"):
                if BOLD_NAME.search(font.get("FontName", "").encode()) or font.get("Bold") == "true":
                    bold.add(font.get("ID", ""))
        self.bold = frozenset(bold)


def _size(area: etree._Element | None) -> tuple[float, float] | None:
    """Width and height of a page in points."""
    box = None if area is None else area.find("{*}PhysicalBox")
    numbers = [] if box is None else numbers_of(box.text or "")
    return (numbers[2] * POINTS, numbers[3] * POINTS) if len(numbers) >= 4 and min(numbers[2:4]) > 0 else None


@dataclass(frozen=True, slots=True)
class _Picture:
    """A picture on a page: its part and its place in points."""

    part: str
    left: float
    top: float
    width: float
    height: float


class OfdPages:
    """The pages of all documents of a package, one behind the other."""

    document = None  # no bookmarks of PDFium's

    def __init__(self, package: Package, documents: list[_Document]) -> None:
        self._package = package
        self._pages = [(document, part) for document in documents for part in document.pages]
        self._recognized = 0

    def __len__(self) -> int:
        return len(self._pages)

    def read(self, number: int) -> PageRead:
        """Read a page; what could not be read is said in its warning."""
        document, part = self._pages[number - 1]
        root = self._package.xml(part)
        if root is None:
            return PageRead(warning=f"第 {number} 页缺失或已损坏，没有读取")
        width, height = _size(root.find("{*}Area")) or document.size or A4
        under = [document.templates.get(own.get("TemplateID", ""), "") for own in root.iter("{*}Template")]
        contents = [own for part in under if part and (own := self._package.xml(part)) is not None]
        text = text_of([*contents, root], document.bold)
        read = laid_out(text.runs, number, width, height)
        read.removed, read.seen = text.slanted, read.seen + count(text.slanted)
        pictures = _pictures(root, document)
        largest = max(pictures, key=lambda own: own.width * own.height, default=None)
        if (
            largest
            and read.seen < FEW
            and (not read.lines or largest.width * largest.height > 0.4 * width * height)
        ):
            return self._recognize(number, read, largest, (width, height))
        if not read.seen and sum(1 for _ in root.iter("{*}PathObject")) >= DRAWN:
            read.warning = f"第 {number} 页的字是画出来的，读不出来；请找原来的 Word 或 PDF"
        return read

    def _recognize(
        self, number: int, plain: PageRead, picture: _Picture, size: tuple[float, float]
    ) -> PageRead:
        """Recognise the picture that fills a page, as that of a PDF."""
        if not ocr.available():
            return replace(plain, warning=f"第 {number} 页是图片，没有识别；{ocr.MISSING}")
        if self._recognized >= OCR_PAGES:
            return replace(plain, warning=f"第 {number} 页没有识别：一个文件最多识别 {OCR_PAGES} 页")
        self._recognized += 1
        data = self._package.read(picture.part)
        try:
            (pixels,) = frames(io.BytesIO(data or b""), self._package.path)[:1]
            beat(OCR_SECONDS)
            lines = ocr.recognize(pixels)
        except (OSError, ValueError, RuntimeError, ParseError, LimitError):
            return replace(plain, warning=f"第 {number} 页是图片，读不出来，没有识别")
        runs = runs_of_ocr(lines, picture.width / pixels.shape[1])
        for run in runs:
            run.x0, run.x1 = run.x0 + picture.left, run.x1 + picture.left
            run.top, run.bottom = run.top + picture.top, run.bottom + picture.top
        if sum(count(run.text) for run in runs) <= plain.seen:
            return plain
        read = laid_out(runs, number, *size)
        read.confidence = ocr.confidence(lines)
        return read


def _pictures(root: etree._Element, document: _Document) -> list[_Picture]:
    """The pictures of a page."""
    found = []
    for own in root.iter("{*}ImageObject"):
        box, part = box_of(own), document.pictures.get(own.get("ResourceID", ""), "")
        if box and part and box[2] > 0 and box[3] > 0:
            found.append(_Picture(part, *box))
    return found
