"""The types that cross a file boundary while the index is built.

A file becomes a ``Parsed`` (blocks in reading order), that a ``Document``
(sections with stored text), and that is cut into ``Passage``\\ s. Every offset
counts characters of the stored section text.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

PageMap = tuple[tuple[int, int], ...]
"""Pairs (offset, page): from this offset on the text stands on this page. Ascending; empty without pages."""

FACETS = ("kind", "province", "city", "district", "street", "year", "theme", "project_class", "organiser")
"""The facet names, in the order in which the page offers them."""

Aspect = Literal["背景", "做法", "成效", "困难", "启示", "工具", "其他"]


def page_span(pages: PageMap, start: int, end: int) -> tuple[int, int] | None:
    """First and last page of ``[start, end)``; None where the format has no pages.

    >>> page_span(((0, 3), (40, 4)), 10, 60)
    (3, 4)
    """
    if not pages:
        return None
    offsets = [offset for offset, _ in pages]
    first = max(bisect_right(offsets, start) - 1, 0)
    last = max(bisect_right(offsets, max(end - 1, start)) - 1, 0)
    return pages[first][1], pages[last][1]


@dataclass(frozen=True, slots=True)
class Block:
    """One heading, paragraph or table row as a parser met it, in reading order.

    ``pages`` maps offsets of this block's own text; a paragraph that runs on
    over a page has two pairs.
    """

    text: str
    kind: Literal["heading", "paragraph", "row"] = "paragraph"
    level: int = 0  # depth of a heading, 1 is the outermost; 0 for the others
    pages: PageMap = ()
    header: bool = False  # this row opens a table and names its columns


@dataclass(frozen=True, slots=True)
class Source:
    """Where a document's facts come from; ``url`` is empty where none may be shown.

    ``accessed`` is the day on which somebody read the source (YYYY-MM-DD), empty where nobody said so.
    """

    title: str
    publisher: str = ""
    date: str = ""
    url: str = ""
    accessed: str = ""


@dataclass(frozen=True, slots=True)
class OcrPage:
    """A page whose text was recognised from its picture, with the mean confidence (0 to 1)."""

    page: int
    confidence: float


@dataclass(frozen=True, slots=True)
class Parsed:
    """What a parser read of one file, before cleaning.

    ``seen`` counts the non-space characters of the file's text; ``removed``
    holds the lines left out on purpose (running headers, navigation), so that
    ``coverage`` can tell the lost from the left out.
    """

    blocks: tuple[Block, ...]
    title: str = ""  # as the file names itself; empty when it doesn't
    declared: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # front matter, by facet name
    sources: tuple[Source, ...] = ()
    page_count: int | None = None
    seen: int = 0
    removed: tuple[str, ...] = ()
    encoding: str = ""  # of a text file, as detected
    ocr: tuple[OcrPage, ...] = ()
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Table:
    """A table inside a section's text: ``[start, end)``, its header row ending at ``header_end`` (= start: none)."""

    start: int
    end: int
    header_end: int


@dataclass(frozen=True, slots=True)
class Section:
    """Text under one heading: paragraphs and table rows, one a line."""

    heading: tuple[str, ...]  # heading path, outermost first; () before the first heading
    text: str
    pages: PageMap = ()
    tables: tuple[Table, ...] = ()


@dataclass(frozen=True, slots=True)
class Document:
    """A parsed and cleaned file."""

    title: str
    sections: tuple[Section, ...]
    declared: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    sources: tuple[Source, ...] = ()
    page_count: int | None = None
    blank_pages: tuple[int, ...] = ()  # on which nothing was read, or only what was left out
    coverage: float = 1.0  # characters kept of characters seen, those left out on purpose not counted
    removed: tuple[str, ...] = ()
    encoding: str = ""
    ocr: tuple[OcrPage, ...] = ()
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Facets:
    """The values by which a document can be narrowed, by facet name; ``inferred`` names those not declared."""

    values: Mapping[str, tuple[str, ...]]
    inferred: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Passage:
    """The unit that is embedded, ranked and cited: ``section.text[start:end] == text``."""

    section: int  # index of the section in its document
    start: int
    end: int
    text: str
    heading: tuple[str, ...] = ()
    pages: tuple[int, int] | None = None  # first and last page, 1-based
    aspect: Aspect = "其他"
    lead: str = ""  # what the passage continues: its table's header row, or the line that opens its list


@dataclass(frozen=True, slots=True)
class Signature:
    """What finds a document's other versions: how many letters it has, and the MinHash of its text (empty: none)."""

    letters: int = 0
    minhash: bytes = b""


@dataclass(frozen=True, slots=True)
class IndexedDocument:
    """A document on its way into a build: everything that search will show of it.

    ``id`` stays the same as long as the file keeps its path; ``sha256`` is of the file's bytes,
    ``provenance`` of what sources.toml says of it (empty: nothing); ``personal`` counts the personal
    data found in the file by kind, whether it is masked here or kept.
    """

    id: str
    path: str  # relative to its corpus folder, with forward slashes
    sha256: str
    provenance: str
    document: Document
    facets: Facets
    passages: tuple[Passage, ...]
    personal: Mapping[str, int] = field(default_factory=dict)
    signature: Signature = Signature()

    def passage_id(self, number: int) -> str:
        """Name of the passage with this number in its document."""
        return f"{self.id}-{number}"


def context(title: str, passage: Passage) -> tuple[str, int]:
    """What is embedded of a passage, and the offset at which its own text begins in it.

    Title and heading path say what a passage is about when it doesn't itself.
    """
    head = "\n".join(part for part in (title, " / ".join(passage.heading), passage.lead) if part)
    return (f"{head}\n{passage.text}", len(head) + 1) if head else (passage.text, 0)
