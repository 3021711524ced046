"""Text as any file can hold it and any reader sees it."""

from __future__ import annotations

import re

# Characters that XML 1.0 § 2.2 forbids, and the marks (Unicode TR 9) that turn the order of the text after them.
_UNPRINTABLE = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff\u200e\u200f\u061c\u202a-\u202e\u2066-\u2069]"
)
_NOT_IN_NAMES = re.compile(r'[\\/:*?"<>|\s.]+')
MAX_PROPERTY = 250  # characters of an Office file's own title, of which 255 are allowed
_LONGEST_NAME = 40  # characters; a file name may have 255 bytes, and one of these has up to four


def printable(text: str) -> str:
    """The text without what XML forbids and without marks of direction.

    >>> printable("居民\\x00议事\\u202e\\ud800")
    '居民议事'
    """
    return _UNPRINTABLE.sub("", text)


def one_line(text: str) -> str:
    """Printable text with every run of spaces and breaks as one space."""
    return " ".join(printable(text).split())


def shortened(text: str, most: int) -> str:
    """One line of at most ``most`` characters, ending in …… where something was left out.

    >>> shortened("居民轮流浇水，社区每月办花友会。", 8)
    '居民轮流浇水……'
    """
    line = one_line(text)
    return line if len(line) <= most else line[: most - 2].rstrip("，、；：。,;: ") + "……"


def file_name(title: str, suffix: str, otherwise: str) -> str:
    """A title as the name of a file.

    >>> file_name("楼道/美化 培训?", ".docx", "备课夹")
    '楼道 美化 培训.docx'
    """
    name = _NOT_IN_NAMES.sub(" ", printable(title)).strip()[:_LONGEST_NAME].strip()
    return (name or otherwise) + suffix
