"""Read e-books: the chapters of an EPUB in the order of its spine, each by the rules of web pages."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote

from lxml import etree

from ingest.encoding import decode
from ingest.errors import ParseError
from ingest.models import Block, Parsed
from ingest.normalize import count_row, normalize
from ingest.parsers.html_pieces import block_of, pieces_of, tree_of
from ingest.parsers.package import Package, sensible_title

_CONTAINER = "{urn:oasis:names:tc:opendocument:xmlns:container}"
_OPF = "{http://www.idpf.org/2007/opf}"
_DC = "{http://purl.org/dc/elements/1.1/}"


def parse(path: Path) -> Parsed:
    """Read an e-book into blocks."""
    with Package(path) as package:
        container = package.xml("META-INF/container.xml")
        rootfile = None if container is None else container.find(f".//{_CONTAINER}rootfile")
        main = "" if rootfile is None else rootfile.get("full-path", "")
        book = package.xml(main)
        if book is None:
            raise ParseError(path, "文件不完整：里面没有目录")
        if package.read("META-INF/encryption.xml") is not None and package.read("META-INF/rights.xml"):
            raise ParseError(path, "电子书有版权保护，打不开")
        missing = 0
        blocks: list[Block] = []
        for part in _chapters(book, posixpath.dirname(main)):
            data = package.read(part)
            root = None if data is None else tree_of(decode(data).text)
            missing += data is None
            body = None if root is None else root.find("body")
            blocks += [] if body is None else [block_of(piece) for piece in pieces_of(body)]
    return Parsed(
        blocks=tuple(blocks),
        title=sensible_title(normalize(book.findtext(f".//{_DC}title") or "")),
        seen=sum(count_row(block.text) for block in blocks),
        warnings=(f"有 {missing} 章缺失或已损坏，没有读取",) if missing else (),
    )


def _chapters(book: etree._Element, folder: str) -> Iterator[str]:
    """The parts of the spine; the table of contents, which only repeats the headings, is left out."""
    items = {item.get("id", ""): item for item in book.iter(f"{_OPF}item")}
    for entry in book.iter(f"{_OPF}itemref"):
        item = items.get(entry.get("idref", ""))
        if (
            item is not None
            and "html" in item.get("media-type", "html")
            and "nav" not in item.get("properties", "")
        ):
            yield posixpath.normpath(posixpath.join(folder, unquote(item.get("href", ""))))
