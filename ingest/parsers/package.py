"""Office packages: a zip of XML parts, opened only when its size is sane and read without following anything."""

from __future__ import annotations

import io
import posixpath
import re
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import IO, Self
from urllib.parse import unquote

from lxml import etree

from ingest.errors import LimitError, ParseError

MAX_BYTES = 500_000_000
MAX_ENTRIES = 10_000
MAX_RATIO = 200  # a real part compresses 5 to 30 times; checked above 50 MB only

_RELATION = "{http://schemas.openxmlformats.org/package/2006/relationships}Relationship"
# Strict OOXML has its own namespaces; read as the transitional ones, so that one reader serves both.
_STRICT = {
    b"http://purl.oclc.org/ooxml/officeDocument/relationships": b"http://schemas.openxmlformats.org/officeDocument/2006/relationships",
    b"http://purl.oclc.org/ooxml/wordprocessingml/main": b"http://schemas.openxmlformats.org/wordprocessingml/2006/main",
    b"http://purl.oclc.org/ooxml/presentationml/main": b"http://schemas.openxmlformats.org/presentationml/2006/main",
    b"http://purl.oclc.org/ooxml/spreadsheetml/main": b"http://schemas.openxmlformats.org/spreadsheetml/2006/main",
    b"http://purl.oclc.org/ooxml/drawingml/": b"http://schemas.openxmlformats.org/drawingml/2006/",
}


def xml_parser() -> etree.XMLParser:
    """An XML parser that follows no entity, no reference and no network."""
    return etree.XMLParser(
        resolve_entities=False, no_network=True, huge_tree=False, load_dtd=False, recover=True
    )


def parse_xml(data: bytes) -> etree._Element:
    """Parse one XML part; Strict namespaces come out as transitional ones."""
    if b"purl.oclc.org/ooxml" in data[:20_000]:
        for strict, plain in _STRICT.items():
            data = data.replace(strict, plain)
    root = etree.fromstring(data, xml_parser())
    if root is None:
        raise ValueError("not XML")
    return root


def check_zip(archive: zipfile.ZipFile, path: Path) -> None:
    """Refuse a zip bomb by what its directory says, before anything is unpacked."""
    entries = archive.infolist()
    unpacked = sum(entry.file_size for entry in entries)
    packed = sum(entry.compress_size for entry in entries) or 1
    if len(entries) > MAX_ENTRIES or unpacked > MAX_BYTES:
        raise LimitError(
            path, f"压缩包解开后太大（{len(entries)} 个条目，{unpacked // 1_000_000} MB），没有打开"
        )
    if unpacked > 50_000_000 and unpacked / packed > MAX_RATIO:
        raise LimitError(path, f"压缩率异常（{unpacked // packed} 倍），像压缩炸弹，没有打开")


def plain_name(name: str) -> str:
    """The name of a part as it is looked up: some programs write it in capitals or with backslashes.

    >>> plain_name("Word\\\\Document.XML"), plain_name("/word/document.xml")
    ('word/document.xml', 'word/document.xml')
    """
    return name.lower().replace("\\", "/").lstrip("/")


class Package:
    """An office file's parts and the relations between them."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.zip = zipfile.ZipFile(path)
        check_zip(self.zip, path)
        self._names = {plain_name(name): name for name in self.zip.namelist()}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.zip.close()

    def read(self, part: str) -> bytes | None:
        """The bytes of a part; None where the package has none of that name or it is damaged."""
        name = self._names.get(plain_name(part))
        try:
            return None if name is None else self.zip.read(name)
        except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, OSError):
            return None

    def xml(self, part: str) -> etree._Element | None:
        """The root of an XML part; None where it is missing or beyond reading."""
        data = self.read(part)
        try:
            return None if data is None else parse_xml(data)
        except (etree.XMLSyntaxError, ValueError):
            return None

    def relations(self, part: str) -> dict[str, tuple[str, str]]:
        """Relation id → (last word of its type, target part) of a part; external targets left out."""
        folder, name = posixpath.split(part)
        root = self.xml(posixpath.join(folder, "_rels", f"{name}.rels"))
        found: dict[str, tuple[str, str]] = {}
        for relation in () if root is None else root.iter(_RELATION):
            if relation.get("TargetMode") != "External":
                target = posixpath.normpath(posixpath.join("/" + folder, unquote(relation.get("Target", ""))))
                found[relation.get("Id", "")] = (
                    posixpath.basename(relation.get("Type", "")),
                    target.lstrip("/"),
                )
        return found

    def related(self, part: str, kind: str) -> list[str]:
        """The parts that a part names with one kind of relation."""
        return [target for word, target in self.relations(part).values() if word == kind]

    def main(self, usual: str) -> str:
        """The part that holds the document, found by relation or under its usual name."""
        for part in (*self.related("", "officeDocument"), usual):
            if self.read(part) is not None:
                return part
        raise ParseError(self.path, "文件不完整：里面没有正文")

    def core_title(self) -> str:
        """The title in the document properties, as typed."""
        root = self.xml("docProps/core.xml")
        title = None if root is None else root.findtext("{http://purl.org/dc/elements/1.1/}title")
        return sensible_title(title or "")


_NO_TITLE = re.compile(
    r"(?:PowerPoint 演示文稿|PowerPoint Presentation|演示文稿|文档|新建.{0,24}文档|新建.{0,24}文稿|幻灯片|Presentation|"
    r"Document|Slide|Untitled|无标题|未命名|标题|题目|Title|工作簿|Book|Sheet|tmp\w*|temp\w*|none|null)[\s\d()（）_-]*",
    re.IGNORECASE,
)
_FILE_NAME = re.compile(
    r".*\.(?:docx?|pptx?|xlsx?|pdf|wps|indd|qxd|txt|html?|rtf|dvi|tex|ai|cdr|ps)", re.IGNORECASE
)


def sensible_title(title: str) -> str:
    """The title of a file's properties, or nothing where a program or a habit put it there.

    >>> sensible_title("Microsoft Word - 文档1"), sensible_title("幸福里社区议事会"), sensible_title("PowerPoint 演示文稿")
    ('', '幸福里社区议事会', '')
    """
    title = _unmangled(" ".join(title.split()))
    odd = title.startswith("Microsoft ") or _NO_TITLE.fullmatch(title) or _FILE_NAME.fullmatch(title)
    letters = sum(char.isalpha() for char in title)
    return "" if odd or "\ufffd" in title or letters < 2 or len(title) > 120 else title


def _unmangled(title: str) -> str:
    """Read a GBK title that was stored as if it were Latin; any other comes back as it was.

    >>> _unmangled("ÉçÇøÖÎÀí")
    '社区治理'
    """
    if sum("\x80" <= char <= "\xff" for char in title) * 2 < len(title):
        return title
    try:
        return title.encode("latin-1").decode("gb18030")
    except UnicodeError:
        return title


def open_part(package: Package, part: str) -> IO[bytes]:
    """A part as a stream, for those too large to be held whole; Strict namespaces come out as transitional ones."""
    data = package.read(part) or b""
    if b"purl.oclc.org/ooxml" in data[:20_000]:
        for strict, plain in _STRICT.items():
            data = data.replace(strict, plain)
    return io.BytesIO(data)


def elements(root: etree._Element) -> Iterator[etree._Element]:
    """An element's child elements, without comments and processing instructions."""
    return (child for child in root if isinstance(child.tag, str))
