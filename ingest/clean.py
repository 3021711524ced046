"""Step 2 of the build: from blocks to a document of sections with the text that is stored, quoted and cited."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from pathlib import Path

from ingest.errors import ParseError
from ingest.lines import join_lines, numbering_rank, repeated, running_lines
from ingest.models import Block, Document, Parsed, Section, Table
from ingest.normalize import count, count_row, normalize

__all__ = ["assemble", "join_lines", "normalize", "running_lines"]

_COPY_MARK = re.compile(r"\s*(?:[（(]\d{1,2}[）)]|[-—_ ]+(?:副本|拷贝|copy))+$", re.IGNORECASE)


def assemble(parsed: Parsed, path: Path) -> Document:
    """Clean the blocks of a file and group them into sections under their heading paths."""
    blocks = [clean for block in parsed.blocks if (clean := _clean(block)).text]
    if not blocks:
        raise ParseError(
            path, "没有读到任何文字" + "".join(f"；{warning}" for warning in parsed.warnings[:2])
        )
    title = _title(parsed, blocks, path)
    return Document(
        title=title,
        sections=_sections(_without_title(blocks, title)),
        declared=parsed.declared,
        sources=parsed.sources,
        page_count=parsed.page_count,
        blank_pages=_blank_pages(parsed.page_count, blocks),
        coverage=_coverage(parsed),
        removed=parsed.removed,
        encoding=parsed.encoding,
        ocr=parsed.ocr,
        warnings=parsed.warnings,
    )


def _clean(block: Block) -> Block:
    """Normalize a block's text and move its page offsets along."""
    text = normalize(block.text)
    if block.kind != "paragraph":
        text = join_lines(text.split("\n"))
        text = repeated(text) if block.kind == "heading" else text
    pages: list[tuple[int, int]] = []
    for offset, page in block.pages:
        moved = min(len(normalize(block.text[:offset])) if offset else 0, len(text))
        _add_page(pages, moved, page)
    return replace(block, text=text, pages=tuple(pages))


def _add_page(pages: list[tuple[int, int]], offset: int, page: int) -> None:
    """Append to a page map, which stays ascending and says nothing twice."""
    if pages and pages[-1][0] >= offset:
        pages.pop()
    if not pages or pages[-1][1] != page:
        pages.append((offset, page))


def _title(parsed: Parsed, blocks: list[Block], path: Path) -> str:
    """The file's own title, else a first heading that stands above all others, else the file name."""
    if title := normalize(parsed.title).replace("\n", " "):
        return title
    headings = [block for block in blocks if block.kind == "heading"]
    for block in blocks[:3]:
        alone = block.kind == "heading" and sum(other.level <= block.level for other in headings) == 1
        if alone and numbering_rank(block.text) is None:
            return block.text
    return name_title(path)


def name_title(path: Path) -> str:
    """The title that a file's name makes.

    >>> name_title(Path("加装电梯_定稿（2）.docx"))
    '加装电梯 定稿'
    """
    return _COPY_MARK.sub("", normalize(path.stem.replace("_", " "))) or path.stem


def _squeezed(text: str) -> str:
    return "".join(text.split())


def _without_title(blocks: list[Block], title: str) -> list[Block]:
    """Leave out a first line that only repeats the title, which the document carries anyway."""
    for index, block in enumerate(blocks[:3]):
        if block.kind != "row" and len(blocks) > 1 and _squeezed(block.text) == _squeezed(title):
            return blocks[:index] + blocks[index + 1 :]
    return blocks


@dataclass
class _Draft:
    """A section while its lines come in."""

    path: tuple[Block, ...]
    lines: list[str] = field(default_factory=list)
    pages: list[tuple[int, int]] = field(default_factory=list)
    tables: list[Table] = field(default_factory=list)
    length: int = 0
    open_table: bool = False

    def add(self, block: Block) -> None:
        """Append a block's text as a line of its own."""
        start = self.length + 1 if self.lines else 0
        self.lines.append(block.text)
        self.length = start + len(block.text)
        for offset, page in block.pages:
            _add_page(self.pages, start + offset, page)
        if block.kind == "row":
            self._add_row(start, block.header)
        self.open_table = block.kind == "row"

    def _add_row(self, start: int, header: bool) -> None:
        if self.open_table and not header:
            self.tables[-1] = replace(self.tables[-1], end=self.length)
        else:
            self.tables.append(Table(start, self.length, self.length if header else start))

    def finished(self) -> Section:
        """The section as it is stored."""
        heading = tuple(block.text for block in self.path)
        return Section(heading, "\n".join(self.lines), tuple(self.pages), tuple(self.tables))


@dataclass
class _Outline:
    """The sections so far and the headings now open."""

    drafts: list[_Draft] = field(default_factory=lambda: [_Draft(())])
    path: tuple[Block, ...] = ()
    headed: bool = True  # the innermost heading has text, or a heading below it

    def heading(self, block: Block) -> None:
        """Open a heading, closing those of its level and deeper."""
        if not self.headed and block.level <= self.path[-1].level:
            self._keep_lone_heading()
        self.path = (*(above for above in self.path if above.level < block.level), block)
        self.headed = False

    def text(self, block: Block) -> None:
        """Add a paragraph or row under the open headings."""
        if tuple(map(id, self.path)) != tuple(
            map(id, self.drafts[-1].path)
        ):  # equal texts may head two sections
            self.drafts.append(_Draft(self.path))
        self.drafts[-1].add(block)
        self.headed = True

    def _keep_lone_heading(self) -> None:
        """Turn a heading that heads nothing into text, so that it is not lost."""
        *above, lone = self.path
        self.path = tuple(above)
        self.text(replace(lone, kind="paragraph"))

    def finished(self) -> tuple[Section, ...]:
        """All sections that have text."""
        if not self.headed:
            self._keep_lone_heading()
        return tuple(draft.finished() for draft in self.drafts if draft.lines)


def _sections(blocks: list[Block]) -> tuple[Section, ...]:
    """Group blocks under their heading paths."""
    outline = _Outline()
    for block in blocks:
        if block.kind == "heading":
            outline.heading(block)
        else:
            outline.text(block)
    return outline.finished()


def _blank_pages(count: int | None, blocks: list[Block]) -> tuple[int, ...]:
    """The pages on which no block stands; none where the format has no pages."""
    read = {page for block in blocks for _, page in block.pages}
    return tuple(page for page in range(1, (count or 0) + 1) if page not in read)


def _coverage(parsed: Parsed) -> float:
    """The share of the file's characters that were kept, those left out on purpose not counted."""
    kept = sum(count_row(block.text) if block.kind == "row" else count(block.text) for block in parsed.blocks)
    lost = max(parsed.seen - kept - sum(map(count, parsed.removed)), 0)
    return round(kept / (kept + lost), 4) if kept else 0.0
