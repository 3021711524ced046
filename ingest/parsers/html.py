"""Read web pages: the article without its frame, with headings, tables, title, date and publisher."""

from __future__ import annotations

import email
import email.policy
import html
import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from email.errors import HeaderParseError
from email.header import decode_header, make_header
from email.message import Message
from email.utils import parsedate_to_datetime
from pathlib import Path

import trafilatura
from lxml import etree

from ingest.boilerplate import is_chrome, is_meta
from ingest.encoding import Decoded, decode
from ingest.errors import LimitError
from ingest.kept_lines import keeps_lines
from ingest.models import Parsed
from ingest.normalize import count, count_row, normalize
from ingest.page_frame import article_end, split_inline
from ingest.parsers.html_meta import linked_article, metas, source_of, title_of
from ingest.parsers.html_pieces import Piece, block_of, pieces_of, tree_of
from ingest.parsers.text import check_text

MAX_BYTES = 50_000_000
MAX_GUIDED = 400_000  # characters; trafilatura takes over twenty seconds for a page of a megabyte
_SHARE = 0.85  # of the article's prose that its element must hold
_ENOUGH = 200  # characters below which trafilatura is not believed
_MESSAGE = re.compile(rb"\s*(?:[\w-]+:[^\n]*\n(?:[ \t][^\n]*\n)*)*?MIME-Version:", re.IGNORECASE)
_KINDS = ("text/html", "application/xhtml+xml", "text/plain")
_CHARSET = re.compile(rb"""charset\s*=\s*["']?\s*([\w-]+)""", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Page:
    """A page's text with what was said of it outside: its address, its subject, the day it was saved (YYYY-MM-DD)."""

    decoded: Decoded
    url: str = ""
    subject: str = ""
    saved: str = ""


def parse(path: Path) -> Parsed:
    """Read a saved web page into blocks."""
    if path.stat().st_size > MAX_BYTES:
        raise LimitError(path, "网页超过 50 MB，没有读取")
    return read_page(_page(path.read_bytes()), path)


def read_page(page: Page, path: Path) -> Parsed:
    """The blocks of a page; raises ParseError naming ``path`` for what isn't text."""
    check_text(page.decoded.text, path)
    root = tree_of(page.decoded.text)
    if root is None:
        return Parsed((), encoding=page.decoded.encoding, warnings=("网页里没有内容",))
    body = root.find("body")
    pieces = pieces_of(root if body is None else body)
    if len(linked := linked_article(root)) > 2 * sum(count(piece.text) for piece in pieces if piece.is_prose):
        pieces = [Piece(line, "paragraph", 0, root, 0, False) for line in linked.split("\n")] + pieces
    kept, dropped = (pieces, []) if keeps_lines() else article(pieces, _guide(page.decoded.text, pieces))
    facts = metas(root)
    title = title_of(root, [*kept, *pieces], facts) or page.subject
    around = [piece.text for piece in _around(pieces, kept)]
    removed = tuple(dict.fromkeys(piece.text for piece in dropped))
    source = source_of(root, title, facts, around, page.url, page.saved)
    return Parsed(
        blocks=tuple(block_of(piece) for piece in kept),
        title=title,
        sources=(source,) if source else (),
        seen=sum(count_row(piece.text) for piece in kept) + sum(map(count, removed)),
        removed=removed,
        encoding=page.decoded.encoding,
        warnings=page.decoded.warnings,
    )


def _page(data: bytes) -> Page:
    """Decode a page; of a web archive (MHTML) the first HTML part, else the first plain one."""
    if not _MESSAGE.match(data[:4096]):
        return Page(decode(data, declared(data)))
    message = email.message_from_bytes(data, policy=email.policy.compat32)
    subject = header(message, "Subject")
    url = str(message.get("Snapshot-Content-Location") or "")
    parts = {part.get_content_type(): part for part in reversed(list(message.walk()))}
    part = next((parts[kind] for kind in _KINDS if kind in parts), None)
    if part is None or part.get_content_type() == "text/plain":
        return Page(as_page(text_of(part) if part else decode(b"")), subject=subject)
    where = url or str(part.get("Content-Location") or "")
    saved = day(message) if url else ""
    return Page(text_of(part), where if where.startswith("http") else "", subject, saved)


def text_of(part: Message) -> Decoded:
    """The text of one part of a message."""
    payload = part.get_payload(decode=True)
    body = payload if isinstance(payload, bytes) else b""
    return decode(body, part.get_content_charset() or declared(body))


def as_page(plain: Decoded) -> Decoded:
    """Plain text as a page, a line a paragraph."""
    lines = "".join(f"<p>{html.escape(line)}</p>" for line in plain.text.splitlines())
    return replace(plain, text=f"<body>{lines}</body>")


def header(message: Message, name: str) -> str:
    """A header in plain words, on one line; empty where it is missing."""
    return in_words(str(message.get(name) or ""))


def in_words(encoded: str) -> str:
    """A header's value without its encoding; empty for one in a character set that no one knows."""
    try:
        return normalize(str(make_header(decode_header(encoded)))).replace("\n", " ")
    except (LookupError, UnicodeError, HeaderParseError):
        return ""


def day(message: Message) -> str:
    """The day of a message's date; empty where it has none."""
    try:
        return parsedate_to_datetime(str(message.get("Date") or "")).date().isoformat()
    except ValueError:
        return ""


def declared(data: bytes) -> str:
    """The character set that a page names; empty for none."""
    match = _CHARSET.search(data[:4096])
    return match[1].decode("ascii", "ignore") if match else ""


def _guide(text: str, pieces: Sequence[Piece]) -> str:
    """What trafilatura takes for the article, without spaces; nothing where it finds too little to be believed."""
    if len(text) > MAX_GUIDED:
        return ""
    found = trafilatura.extract(text, include_comments=False, include_tables=True, fast=False) or ""
    squeezed = _squeezed(found)
    prose = _size([piece for piece in pieces if piece.is_prose and not piece.frame])
    return squeezed if len(squeezed) >= _ENOUGH or len(squeezed) * 2 >= prose else ""


def _squeezed(text: str) -> str:
    return re.sub(r"[\s|]", "", text)


def article(pieces: Sequence[Piece], guide: str) -> tuple[list[Piece], list[Piece]]:
    """Part the article's pieces from the rest: the element that holds the prose, without its frames and its tail."""
    prose = [piece for piece in pieces if piece.is_prose]
    outside = [piece for piece in prose if not piece.frame]
    if _size(outside) < 0.3 * _size(prose) and _guided(outside, guide) <= _guided(prose, guide) / 2:
        outside = prose  # the whole page stands in an element called by one of the frame names
    wanted = [piece for piece in outside if _squeezed(piece.text) in guide] or outside
    if _size(wanted) < 0.25 * _size(outside):
        wanted = outside
    held = _within(pieces, _container(wanted))
    frames = outside is not prose
    kept = _without_lists([piece for piece in held if not (frames and piece.frame)], guide)
    kept = kept[: article_end([piece.text for piece in kept], web=True)]
    kept = _without_edges(kept, guide)
    editors = _cut_editors(kept)
    first = next((index for index, piece in enumerate(kept) if piece.is_prose and piece.kind != "heading"), 0)
    kept = [
        piece
        for index, piece in enumerate(kept)
        if not is_chrome(piece.text)
        and not (index < first + 1 and piece.kind == "paragraph" and is_meta(piece.text))
    ]
    taken = {id(piece) for piece in kept}
    return kept, [*(piece for piece in pieces if id(piece) not in taken), *editors]


def _cut_editors(pieces: Sequence[Piece]) -> list[Piece]:
    """Take the editor's name off the end of paragraphs; return what was taken off."""
    cut = []
    for piece in pieces:
        head, *rest = split_inline(piece.text)
        if rest and piece.kind == "paragraph":
            piece.text = head
            cut += [replace(piece, text=own, links=0) for own in rest]
    return cut


def _size(pieces: Sequence[Piece]) -> int:
    return sum(count(piece.text) for piece in pieces)


def _guided(pieces: Sequence[Piece], guide: str) -> int:
    return sum(count(piece.text) for piece in pieces if _squeezed(piece.text) in guide)


def _without_edges(pieces: Sequence[Piece], guide: str) -> list[Piece]:
    """Leave out what stands before and behind the prose in boxes of their own: counters, tags, authors."""
    if not guide:
        return list(pieces)
    prose = [index for index, piece in enumerate(pieces) if piece.is_prose]
    inner = pieces[prose[0] : prose[-1]] if prose else []
    bodies = {_box(pieces[index]) for index in prose}
    heads = {_box(piece) for piece in inner if piece.bold}  # short lines in bold between the prose head it
    own = [
        piece.is_prose
        or piece.kind != "paragraph"
        or _box(piece) in bodies
        or (piece.bold and _box(piece) in heads)
        or _squeezed(piece.text) in guide
        for piece in pieces
    ]
    if True not in own:
        return list(pieces)
    return list(pieces[own.index(True) : len(own) - own[::-1].index(True)])


def _box(piece: Piece) -> tuple[str, str]:
    """The kind of element that a piece stands in."""
    return piece.parent.tag, piece.parent.get("class", "")


def _container(wanted: Sequence[Piece]) -> etree._Element | None:
    """The innermost element that holds nearly all of the wanted prose."""
    held: defaultdict[etree._Element, int] = defaultdict(int)
    depth: dict[etree._Element, int] = {}
    for piece in wanted:
        chain = [piece.parent, *piece.parent.iterancestors()]
        for distance, element in enumerate(chain):
            held[element] += count(piece.text)
            depth[element] = len(chain) - distance
    total = sum(count(piece.text) for piece in wanted)
    good = [element for element, size in held.items() if size >= _SHARE * total]
    return max(good, key=lambda element: depth[element], default=None)


def _within(pieces: Sequence[Piece], container: etree._Element | None) -> list[Piece]:
    if container is None:
        return list(pieces)
    return [
        piece
        for piece in pieces
        if piece.parent is container or any(above is container for above in piece.parent.iterancestors())
    ]


def _without_lists(pieces: Sequence[Piece], guide: str) -> list[Piece]:
    """Leave out runs of links, which lead elsewhere; a page that has nothing else keeps them."""
    linked = [piece.link_share > 0.6 and piece.kind != "heading" and len(piece.text) < 80 for piece in pieces]
    if sum(linked) > 0.8 * len(pieces):
        return list(pieces)
    kept = []
    for index, piece in enumerate(pieces):
        near = sum(linked[max(index - 1, 0) : index + 2])
        if not linked[index] or (near < 2 and _squeezed(piece.text) in guide):
            kept.append(piece)
    return kept


def _around(pieces: Sequence[Piece], kept: Sequence[Piece]) -> list[Piece]:
    """The pieces just before the article and its first ones: there the date and the source stand."""
    prose = next((piece for piece in kept if piece.is_prose), None)
    first = next((index for index, piece in enumerate(pieces) if piece is prose), 0)
    return [*pieces[max(first - 12, 0) : first + 2][::-1], *pieces[first + 2 : first + 4], *pieces[-12:]]
