"""Read an Outlook message (.msg, MS-OXMSG): properties in the streams of a compound file."""

from __future__ import annotations

import struct
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

import olefile

from ingest.encoding import Decoded, decode
from ingest.errors import ParseError
from ingest.parsers.letter import Letter

_SUBJECT, _SENDER, _BODY, _HTML, _RTF = 0x0037, 0x0C1A, 0x1000, 0x1013, 0x1009  # property ids of MS-OXPROPS
_SUBMITTED, _DELIVERED, _CODE_PAGE, _HTML_PAGE = 0x0039, 0x0E06, 0x3FFD, 0x3FDE
_FILE_NAMES = (0x3707, 0x3001, 0x3704)  # long name, display name, name of eight and three
_CONTENT_ID = 0x3712
_TEXT, _ANSI, _BINARY = 0x001F, 0x001E, 0x0102  # property types
_HEADER = 32  # bytes before the entries of a message's own properties
_MAX_BODY = 50_000_000  # bytes
_MOST_ATTACHMENTS = 1000
_EPOCH = datetime(1601, 1, 1, tzinfo=UTC)


def read(path: Path) -> Letter:
    """The message in a file; raises ParseError where there is none."""
    try:
        with olefile.OleFileIO(path) as ole:
            return _letter(ole, path)
    except (OSError, struct.error, IndexError) as error:  # olefile's own errors are OSErrors
        raise ParseError(path, "邮件已损坏，读不出来；请在 Outlook 里打开后另存一份") from error


def _letter(ole: olefile.OleFileIO, path: Path) -> Letter:
    streams = {tuple(part.lower() for part in entry): "/".join(entry) for entry in ole.listdir()}
    fixed = _fixed(_stream(ole, streams, "__properties_version1.0"))
    own = _Properties(ole, streams, "", _code_page(fixed.get(_CODE_PAGE, 0)))
    plain = own.text(_BODY)
    page = own.bytes(_HTML, _BINARY)
    html = decode(page, _code_page(fixed.get(_HTML_PAGE, 0))) if page else own.text(_HTML)
    if not plain.text.strip() and not html.text.strip():
        if own.bytes(_RTF, _BINARY):
            raise ParseError(path, "邮件的正文只有 RTF 格式，没有读取；请在 Outlook 里另存为 HTML 或文本")
        raise ParseError(path, "不是 Outlook 邮件，或者邮件里没有正文")
    return Letter(
        subject=own.text(_SUBJECT).text,
        sender=own.text(_SENDER).text,
        sent=_day(fixed.get(_SUBMITTED, 0) or fixed.get(_DELIVERED, 0)),
        html=html if html.text.strip() else None,
        plain=plain,
        attachments=tuple(_attachments(ole, streams, own.code_page)),
    )


class _Properties:
    """The properties of variable length in one storage of the file."""

    def __init__(
        self, ole: olefile.OleFileIO, streams: Mapping[tuple[str, ...], str], storage: str, code_page: str
    ) -> None:
        self._ole, self._streams, self._storage, self.code_page = ole, streams, storage, code_page

    def bytes(self, number: int, kind: int) -> bytes:
        """The bytes of a property; empty where the message has none."""
        name = f"__substg1.0_{number:04x}{kind:04x}"
        return _stream(self._ole, self._streams, *filter(None, (self._storage, name)))

    def text(self, number: int) -> Decoded:
        """A property in Unicode or, of an old message, in its code page."""
        if raw := self.bytes(number, _TEXT):
            return Decoded(raw.decode("utf-16-le", "replace").rstrip("\0"), "utf-16")
        raw = self.bytes(number, _ANSI).rstrip(b"\0")
        return decode(raw, self.code_page) if raw else Decoded("", "")


def _stream(ole: olefile.OleFileIO, streams: Mapping[tuple[str, ...], str], *path: str) -> bytes:
    """A stream's bytes; empty for none, or for one that is too large."""
    name = streams.get(tuple(part.lower() for part in path))
    if name is None or ole.get_size(name) > _MAX_BODY:
        return b""
    data: bytes = ole.openstream(name).read()
    return data


def _fixed(data: bytes) -> dict[int, int]:
    """The properties of fixed length, by id, as unsigned numbers of eight bytes."""
    entries = range(_HEADER, len(data) - 15, 16)
    return {tag >> 16: value for at in entries for tag, _, value in [struct.unpack_from("<IIQ", data, at)]}


def _code_page(number: int) -> str:
    number &= 0xFFFF_FFFF
    return {0: "", 65001: "utf-8", 54936: "gb18030"}.get(number, f"cp{number}")


def _day(filetime: int) -> str:
    """The day (YYYY-MM-DD, of here) of a FILETIME in units of 100 ns; empty for none."""
    try:
        return (
            (_EPOCH + timedelta(microseconds=filetime // 10)).astimezone().date().isoformat()
            if filetime
            else ""
        )
    except (OverflowError, ValueError, OSError):
        return ""


def _attachments(ole: olefile.OleFileIO, streams: Mapping[tuple[str, ...], str], code_page: str) -> list[str]:
    """The names of what is attached; pictures that the text shows are part of it."""
    storages = dict.fromkeys(path[0] for path in streams if path[0].startswith("__attach_version1.0_#"))
    names = []
    for storage in list(storages)[:_MOST_ATTACHMENTS]:
        own = _Properties(ole, streams, storage, code_page)
        if not own.text(_CONTENT_ID).text:
            names.append(next((name for n in _FILE_NAMES if (name := own.text(n).text.strip())), "没有名字"))
    return names
