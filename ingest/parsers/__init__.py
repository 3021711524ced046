"""Step 1 of the build: one parser a format behind one signature, chosen by suffix and by what the bytes say."""

from __future__ import annotations

import re
import zipfile
from importlib import import_module
from pathlib import Path
from typing import Protocol

from ingest.errors import IngestError, ParseError, UnsupportedFormatError
from ingest.models import Parsed


class Parser(Protocol):
    """What each module of this folder offers as ``parse``."""

    def __call__(self, path: Path) -> Parsed:
        """Read one file into blocks, in reading order."""
        ...


_BY_MODULE = {
    "pdf": ".pdf",
    "docx": ".docx .docm .dotx .dotm",
    "pptx": ".pptx .pptm .ppsx .ppsm .potx",
    "xlsx": ".xlsx .xlsm .xltx",
    "html": ".html .htm .xhtml .shtml .mht .mhtml",
    "letter": ".eml .msg",
    "epub": ".epub",
    "ofd": ".ofd",
    "markdown": ".md .markdown",
    "text": ".txt .text .csv .tsv",
    "image": ".png .jpg .jpeg .tif .tiff .bmp .webp .gif",
    "legacy": ".doc .dot .ppt .pps .xls .wps .et .dps .rtf .odt .ods .odp",
}
# Suffix → module. Named, not imported: opening the index must not load a PDF library.
PARSERS = {
    suffix: f"ingest.parsers.{name}" for name, suffixes in _BY_MODULE.items() for suffix in suffixes.split()
}

_ARCHIVES = {".zip", ".rar", ".7z", ".tar", ".gz", ".tgz"}
_MAGIC = (
    (b"\x89PNG\r\n\x1a\n", "image"),
    (b"\xff\xd8\xff", "image"),
    (b"GIF8", "image"),
    (b"II*\x00", "image"),
    (b"MM\x00*", "image"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "legacy"),
    (b"{\\rtf", "legacy"),
)
_PACKAGES = (("word/", "docx"), ("ppt/", "pptx"), ("xl/", "xlsx"))
_HTML = re.compile(
    rb"(?:\xef\xbb\xbf)?\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)*<(?:!doctype\s+html|html[\s>]|head[\s>]|body[\s>])",
    re.IGNORECASE | re.DOTALL,
)
_MHTML = re.compile(rb"(?:[\w-]+:[^\n]*\n(?:[ \t][^\n]*\n)*)*?MIME-Version:", re.IGNORECASE)


def sniff(path: Path) -> str | None:
    """Name the parser that the first bytes ask for; None where they leave it to the suffix."""
    with path.open("rb") as file:
        head = file.read(4096)
    if b"%PDF-" in head[:1024]:
        return "pdf"
    if head.startswith(b"PK\x03\x04"):
        return _sniff_package(path)
    if head[:2] == b"BM" and head[6:10] == bytes(4):
        return "image"
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "image"
    if _HTML.match(head) or _MHTML.match(head):
        return "html"
    return next((name for magic, name in _MAGIC if head.startswith(magic)), None)


def _sniff_package(path: Path) -> str | None:
    """Tell Word, PowerPoint, Excel and OpenDocument packages apart by their parts."""
    try:
        with zipfile.ZipFile(path) as archive:
            names = archive.namelist()[:10_000]
    except (zipfile.BadZipFile, NotImplementedError, ValueError):
        return None
    for folder, name in _PACKAGES:
        if any(entry.lower().replace("\\", "/").lstrip("/").startswith(folder) for entry in names):
            return name
    if any(entry.lower().lstrip("/") == "ofd.xml" for entry in names):
        return "ofd"
    if "META-INF/container.xml" in names:
        return "epub"
    return "legacy" if "mimetype" in names else None


def parser_for(path: Path) -> str:
    """The module that reads this file, as a dotted name."""
    suffix = path.suffix.lower()
    if suffix in _ARCHIVES:
        raise UnsupportedFormatError(path, "压缩包没有打开；请先解压，再把里面的文件放进资料库")
    if suffix not in PARSERS and suffix:
        raise UnsupportedFormatError(
            path, f"不支持 {suffix} 格式；请另存为 PDF、Word、网页或文本再放进资料库"
        )
    if found := sniff(path):
        letter = PARSERS.get(suffix, "").endswith(".letter") and found in (
            "html",
            "legacy",
        )  # as letters begin
        return PARSERS[suffix] if letter else f"ingest.parsers.{found}"
    if not suffix:
        raise UnsupportedFormatError(path, "没有扩展名，内容也认不出是哪种格式")
    module = PARSERS[suffix]
    if module.endswith(".legacy") and not path.read_bytes()[:100].lstrip().startswith(b"<?xml"):
        return "ingest.parsers.text"  # a text that was given the suffix of a Word file
    if module.endswith((".docx", ".pptx", ".xlsx", ".epub", ".ofd", ".pdf", ".image")):
        raise ParseError(path, f"内容不是 {suffix} 格式，文件可能已损坏")
    return module


def parse(path: Path) -> Parsed:
    """Read one source file into blocks, in reading order."""
    try:
        if path.stat().st_size == 0:
            raise ParseError(path, "文件是空的")
        parser: Parser = import_module(parser_for(path)).parse
        return parser(path)
    except IngestError:
        raise
    except MemoryError:
        raise
    except (FileNotFoundError, PermissionError) as err:
        raise ParseError(path, "打不开：文件不存在，或没有读取的权限") from err
    except Exception as err:  # parsers meet hostile bytes; the library's own error is kept as the cause
        raise ParseError(path, f"读不出来，文件可能已损坏（{type(err).__name__}: {_short(err)}）") from err


def _short(error: Exception) -> str:
    """A library's own words on one line."""
    text = " ".join(str(error).split())
    return text if len(text) <= 100 else f"{text[:100]}……"
