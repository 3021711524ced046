"""Read web pages: the article without its frame, with headings, tables, title, date and publisher."""

from __future__ import annotations

from pathlib import Path

import trafilatura
from lxml import etree

from ingest.encoding import decode
from ingest.models import Block, Parsed, Source
from ingest.normalize import count


def parse(path: Path) -> Parsed:
    """Read a saved web page into blocks."""
    decoded = decode(path.read_bytes())
    xml = trafilatura.extract(decoded.text, output_format="xml", include_tables=True, include_comments=False, with_metadata=True)
    if not xml:
        return Parsed((), encoding=decoded.encoding)
    root = etree.fromstring(xml.encode())
    blocks = tuple(
        Block("".join(element.itertext()), "heading" if element.tag == "head" else "paragraph",
              int(element.get("rend", "h2")[1:]) if element.tag == "head" else 0)
        for element in root.iter("p", "head", "item", "row")
    )  # fmt: skip
    title = root.get("title", "")
    sources = (Source(title, root.get("sitename", ""), root.get("date", ""), root.get("url", "")),) if title else ()
    return Parsed(blocks, title, sources=sources, seen=sum(count(block.text) for block in blocks), encoding=decoded.encoding)
