"""What a run of ingest says of itself: one report a file, and one of the whole."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from ingest import changes, privacy
from ingest.models import IndexedDocument

_REMOVED_SHOWN = 50  # lines of a file


@dataclass(frozen=True, slots=True)
class FileReport:
    """What became of one file; ``status`` is ok, skipped or duplicate.

    ``text_pages``, ``ocr_pages`` and ``empty_pages`` count pages by how they were read. ``removed`` counts the
    lines left out as headers, footers or a page's frame; ``removed_lines`` are the first of them. ``change`` is
    what the file is since the run before, ``was`` the old name of a renamed one.
    """

    path: str
    status: str
    reason: str = ""
    pages: int | None = None
    coverage: float = 0.0
    passages: int = 0
    encoding: str = ""
    ocr_pages: int = 0
    removed: int = 0
    warnings: tuple[str, ...] = ()
    personal: Mapping[str, int] = field(default_factory=dict)  # kind → how many different ones
    masked: bool = False  # whether these are masked in the index
    family: str = (
        ""  # path of the document that stands for this one and its other versions; empty where alone
    )
    text_pages: int | None = None
    empty_pages: int | None = None
    removed_lines: tuple[str, ...] = ()
    change: changes.Change = "added"
    was: str = ""

    @property
    def notes(self) -> tuple[str, ...]:
        """What people should know of the file, in words."""
        shown = "索引里已遮住" if self.masked else "索引里没有遮住"
        personal = (f"含个人信息：{privacy.in_words(self.personal)}，{shown}",) if self.personal else ()
        other = self.family not in ("", self.path)
        version = (f"与 {self.family} 是同一篇，搜索结果里只出现其中一份",) if other else ()
        return (*self.warnings, *personal, *version)


@dataclass(frozen=True, slots=True)
class Report:
    """What one run of ingest did: files read anew and taken over as they were, names that are gone."""

    build: str
    documents: int
    passages: int
    embedded: int
    reused: int
    seconds: float
    files: tuple[FileReport, ...]
    read: int = 0
    taken_over: int = 0
    gone: tuple[str, ...] = ()


def report_of(indexed: IndexedDocument, keep_personal_data: bool, family: str) -> FileReport:
    """The report of a file that was read; ``family`` is the path of the document that stands for its versions."""
    document = indexed.document
    seen = len({*document.blank_pages, *(page.page for page in document.ocr)})
    return FileReport(
        path=indexed.path,
        status="ok",
        pages=document.page_count,
        coverage=round(document.coverage, 4),
        passages=len(indexed.passages),
        encoding=document.encoding,
        ocr_pages=len(document.ocr),
        removed=len(document.removed),
        warnings=document.warnings,
        personal=indexed.personal,
        masked=bool(indexed.personal) and not keep_personal_data,
        family=family,
        text_pages=None if document.page_count is None else document.page_count - seen,
        empty_pages=None if document.page_count is None else len(document.blank_pages),
        removed_lines=document.removed[:_REMOVED_SHOWN],
    )
