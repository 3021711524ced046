"""Read letters (.eml, .msg): the text by the rules of web pages, who sent it when, and what was attached."""

from __future__ import annotations

import email
import email.policy
from collections.abc import Sequence
from dataclasses import dataclass, replace
from email.message import Message
from email.utils import parseaddr
from pathlib import Path

from ingest.encoding import Decoded
from ingest.errors import LimitError, ParseError
from ingest.models import Parsed, Source
from ingest.normalize import normalize
from ingest.parsers.html import MAX_BYTES, Page, as_page, day, header, in_words, read_page, text_of

_OLE = b"\xd0\xcf\x11\xe0"
_SHOWN = 10  # names of attachments that are told


@dataclass(frozen=True, slots=True)
class Letter:
    """A message; ``html`` is None where it has only plain text, ``sent`` a day (YYYY-MM-DD) or empty."""

    subject: str
    sender: str
    sent: str
    html: Decoded | None
    plain: Decoded
    attachments: tuple[str, ...]


def parse(path: Path) -> Parsed:
    """Read a message into blocks; what is attached is named, not read."""
    letter = _letter(path)
    subject, sender = (" ".join(normalize(text).split()) for text in (letter.subject, letter.sender))
    parsed = read_page(Page(letter.html or as_page(letter.plain), subject=subject), path)
    if not parsed.sources and subject and (letter.sent or sender):
        parsed = replace(
            parsed, sources=(Source(subject, "" if "@" in sender else sender[:60], letter.sent),)
        )
    return replace(parsed, warnings=(*parsed.warnings, *_unread(letter.attachments)))


def _letter(path: Path) -> Letter:
    with path.open("rb") as file:
        if file.read(len(_OLE)) == _OLE:
            from ingest.parsers import outlook

            return outlook.read(path)
    if path.stat().st_size > MAX_BYTES:
        raise LimitError(path, "邮件超过 50 MB，没有读取；请去掉附件后另存一份")
    message = email.message_from_bytes(path.read_bytes(), policy=email.policy.compat32)
    if path.suffix.lower() == ".msg" and not message.keys():
        raise ParseError(path, "内容不是 Outlook 邮件，文件可能已损坏")
    return _of_message(message)


def _of_message(message: Message) -> Letter:
    parts = [part for part in message.walk() if not part.is_multipart()]
    texts = {part.get_content_type(): part for part in reversed(parts) if not _is_attached(part)}
    page, plain = texts.get("text/html"), texts.get("text/plain")
    return Letter(
        subject=header(message, "Subject"),
        sender=parseaddr(header(message, "From"))[0],
        sent=day(message),
        html=text_of(page) if page else None,
        plain=text_of(plain) if plain else Decoded("", ""),
        attachments=tuple(
            in_words(part.get_filename() or "") or "没有名字" for part in parts if _is_attached(part)
        ),
    )


def _is_attached(part: Message) -> bool:
    """Whether a part is a file of its own; a picture that the text shows is part of it."""
    disposition = part.get_content_disposition()
    shown = part.get_content_maintype() == "image" and part.get("Content-ID")
    return not shown and (disposition == "attachment" or bool(part.get_filename()))


def _unread(names: Sequence[str]) -> list[str]:
    """One line on what is attached; nothing where nothing is."""
    if not names:
        return []
    told = "、".join(" ".join(name.split())[:80] for name in names[:_SHOWN])
    more = " 等" if len(names) > _SHOWN else ""
    return [f"附件没有读（{len(names)} 个）：{told}{more}；要检索请从邮件里另存出来，放进资料库"]
