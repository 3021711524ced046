"""Names of uploaded files made fit for a folder on any system, and the error for what can't be done to the library."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from pathlib import PurePosixPath

from ingest.errors import CasebaseError, UnsupportedFormatError
from ingest.parsers import PARSERS
from ingest.scan import left_out

LONGEST = 180  # bytes of a name in UTF-8; file systems end at 255, and a number may be added
_DEVICES = re.compile(
    r"(?:con|prn|aux|nul|com\d|lpt\d)", re.IGNORECASE
)  # names that Windows keeps for itself
_FORBIDDEN = re.compile(r'[<>:"|?*]')  # by Windows


class LibraryError(CasebaseError):
    """A change to the library that can't be made."""


def safe_name(name: str) -> str:
    """A file name without path, control and reserved characters; raises an error for a format that isn't read.

    >>> safe_name("../../etc/方案:一稿?.PDF"), safe_name("C:\\\\桌面\\\\_草稿.docx"), safe_name("nul.txt")
    ('方案_一稿_.pdf', '草稿.docx', 'nul_.txt')
    """
    last = re.split(r"[/\\]", unicodedata.normalize("NFC", name))[-1]
    printable = "".join(" " if c.isspace() else c for c in last if c.isspace() or _printable(c))
    clean = " ".join(_FORBIDDEN.sub("_", printable).split()).rstrip(" .")
    stem, dot, suffix = clean.rpartition(".")
    suffix = f".{suffix.lower()}" if dot else ""
    if suffix not in PARSERS:
        shown = suffix or "没有扩展名的文件"
        raise UnsupportedFormatError(
            last[:80] or "文件", f"不支持 {shown}；请另存为 PDF、Word、网页或文本再上传"
        )
    stem = stem.lstrip("._~$ ").rstrip(" .") or "未命名"
    if _DEVICES.fullmatch(stem):
        stem += "_"
    while len(stem.encode()) > LONGEST - len(suffix):
        stem = stem[:-1].rstrip(" .")
    if left_out(stem + suffix) or left_out(stem + suffix.upper()):
        stem += "_"
    return stem + suffix


def _printable(character: str) -> bool:
    """Whether a character shows by itself: no control, no direction mark, no half of a pair."""
    return unicodedata.category(character)[0] != "C"


def same(a: str, b: str) -> bool:
    """Whether two names are one on a system that ignores case or composes letters."""
    return unicodedata.normalize("NFC", a).casefold() == unicodedata.normalize("NFC", b).casefold()


def free_name(name: str, taken: Iterable[str]) -> str:
    """The name, or the first of 「名（2）.pdf」, 「名（3）.pdf」 … that nobody has.

    >>> free_name("表.pdf", ["表.PDF", "表（2）.pdf"])
    '表（3）.pdf'
    """
    others = list(taken)
    path, number, candidate = PurePosixPath(name), 1, name
    while any(same(candidate, other) for other in others):
        number += 1
        candidate = f"{path.stem}（{number}）{path.suffix}"
    return candidate
