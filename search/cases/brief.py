"""A proposal as it is compared with the library: cut into passages with aspects, described by facets.

Nothing of it is stored: pasted text stays in memory, and a file is only read.
"""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path, PurePath

from ingest import sandbox
from ingest.aspects import aspect_of
from ingest.chunk import chunk, sentences
from ingest.errors import IngestError, QueryError
from ingest.facets import describe
from ingest.lines import heading_rank
from ingest.models import Document, Facets, Passage, Section
from ingest.normalize import normalize
from ingest.themes import themes_of

MAX_CHARACTERS = 20_000
LEAST_CHARACTERS = 20  # Chinese characters, letters and digits: less says nothing that could be compared

_WORD = re.compile(r"\w")
_MARK = re.compile(r"^#{1,6}\s+")
_LABEL = re.compile(
    r"^[【\[（(]?(?:[一二三四五六七八九十\d]{1,2}[、.．]\s*)?([\u4e00-\u9fff]{2,12}?)[】\]）)]?\s*[：:|]\s*(.*)$"
)
_NOT_IN_NAMES = re.compile(r"[^\w.（）()·\- ]")
_STOPS = re.compile(r"[。！？；，,;!?]")
_LONGEST_TITLE = 50
# Where a proposal stops telling what is wrong and begins to tell what is to be done.
_PLAN = re.compile(
    r"准备|打算|计划|拟[^定好]|想(?:先|以|请|做|办|把|用|让|从|改|发动|链接|组织|成立|建|引|重新|统计|选)|希望|今年要|下一步|设想|新业委会想|目标是"
)
SHORT = 600  # characters: in a text up to here each word counts for its theme as one in a heading does


@dataclass(frozen=True, slots=True)
class Brief:
    """What is known of a proposal; ``notes`` say in Chinese what of it was left out."""

    title: str
    text: str
    passages: tuple[Passage, ...]
    facets: Facets
    notes: tuple[str, ...] = ()


def read_brief(asked: str | Document) -> Brief:
    """A pasted text or a parsed file as a Brief; raises QueryError when there is too little of it."""
    document = _from_text(asked) if isinstance(asked, str) else asked
    bounded, notes = _bounded(document)
    bounded = replace(bounded, sections=tuple(s for section in bounded.sections for s in _by_label(section)))
    text = "\n".join(section.text for section in bounded.sections)
    if not text.strip() or len(_WORD.findall(bounded.title + text)) < LEAST_CHARACTERS:
        raise QueryError(
            f"文字太少，没法比较：至少要 {LEAST_CHARACTERS} 个字。请贴上项目的背景、问题和打算怎么做，几句话也行。"
        )
    facets = _with_themes(describe(bounded, "", bounded.declared), bounded.title, text)
    return Brief(bounded.title, text, _passages(bounded), facets, notes)


def _passages(document: Document) -> tuple[Passage, ...]:
    """The passages of all sections, also of those too short for the library: a form's answer may be one phrase."""
    found = chunk(document, aspect_of)
    cut = {passage.section for passage in found}
    for number, section in enumerate(document.sections):
        if number not in cut and section.text.strip():
            aspect = aspect_of(section.heading, section.text)
            found.append(Passage(number, 0, len(section.text), section.text, section.heading, aspect=aspect))
    return tuple(sorted(found, key=lambda passage: (passage.section, passage.start)))


def _with_themes(facets: Facets, title: str, text: str) -> Facets:
    """The facets of a short text with its likeliest themes, where it says too little to be sure of them."""
    if facets.values.get("theme") or len(text) > SHORT or not (themes := themes_of(title, text, text)[:2]):
        return facets
    return Facets({**facets.values, "theme": themes}, facets.inferred | {"theme"})


def read_brief_file(path: Path) -> Brief:
    """A proposal file as a Brief, parsed in a child process; raises IngestError or QueryError."""
    sandbox.check_file(path)
    ((_, result),) = sandbox.parse_all([path], workers=1)
    if isinstance(result, IngestError):
        raise result
    return read_brief(result)


def read_brief_upload(name: str, data: bytes) -> Brief:
    """A proposal file that was handed over, through a temporary file that is gone afterwards.

    Raises IngestError, which names the file as the user does, or QueryError.
    """
    given = PurePath(name.replace("\\", "/")).name
    with tempfile.TemporaryDirectory(prefix="casebase-") as folder:
        stem = _NOT_IN_NAMES.sub("_", PurePath(given).stem)[:_LONGEST_TITLE] or "方案"
        path = Path(folder) / f"{stem}{_NOT_IN_NAMES.sub('', PurePath(given).suffix)[:10].lower()}"
        path.write_bytes(data)
        try:
            return read_brief_file(path)
        except IngestError as error:
            raise type(error)(given, error.reason) from None


def _from_text(text: str) -> Document:
    """Pasted lines as a document: headings by mark or number, the first short line as the title."""
    lines = [line for line in normalize(text).split("\n") if line.strip()]
    title = ""
    if len(lines) > 1 and _is_title(lines[0]):
        title, lines = _MARK.sub("", lines[0]), lines[1:]
    sections = tuple(_sections(lines))
    if len(sections) == 1 and not any(_label(line)[0] for line in lines):
        sections = tuple(_by_plan(sections[0]))
    return Document(title, sections)


def _by_plan(section: Section) -> Iterator[Section]:
    """Cut a text without headings into what is wrong and, from the first sentence with a plan on, what is to be done."""
    spans = sentences(section.text)
    plan = next((start for start, end in spans[1:] if _PLAN.search(section.text, start, end)), 0)
    if not plan:
        yield section
        return
    yield Section(("问题",), section.text[:plan].strip())
    yield Section(("做法",), section.text[plan:])


def _is_title(line: str) -> bool:
    """Whether a first line names the whole: short, no sentence, no section of it."""
    name = _MARK.sub("", line)
    return (
        len(name) <= _LONGEST_TITLE
        and not _STOPS.search(name)
        and not _LABEL.match(name)
        and not heading_rank(name)
    )


def _sections(lines: Sequence[str]) -> Iterator[Section]:
    heading: tuple[str, ...] = ()
    open_lines: list[str] = []
    for line in lines:
        if _MARK.match(line) or heading_rank(line) is not None:
            yield from _section(heading, open_lines)
            heading, open_lines = (_MARK.sub("", line),), []
        else:
            open_lines.append(line)
    yield from _section(heading, open_lines)


def _section(heading: tuple[str, ...], lines: Sequence[str]) -> Iterator[Section]:
    if lines:
        yield Section(heading, "\n".join(lines))


def _bounded(document: Document) -> tuple[Document, tuple[str, ...]]:
    """The first MAX_CHARACTERS of a document, and a note when that isn't all."""
    total = sum(len(section.text) for section in document.sections)
    if total <= MAX_CHARACTERS:
        return document, ()
    kept: list[Section] = []
    room = MAX_CHARACTERS
    for section in document.sections:
        if room <= 0:
            break
        kept.append(replace(section, text=section.text[:room], tables=()))
        room -= len(section.text)
    note = f"文字共 {total} 个字，只比较了前 {MAX_CHARACTERS} 个字。"
    return replace(document, sections=tuple(kept)), (note,)


def _by_label(section: Section) -> Iterator[Section]:
    """Cut a section where a line names its own: 「项目背景：…」, 「实施步骤」, or a form's row 「存在问题 | …」."""
    heading = section.heading
    lines: list[str] = []
    for line in section.text.split("\n"):
        label, rest = _label(line)
        if label:
            yield from _section(heading, lines)
            heading, lines = (*section.heading, label), []
        if rest:
            lines.append(rest)
    yield from _section(heading, lines)


def _label(line: str) -> tuple[str, str]:
    """The aspect-naming label of a line and the rest of it; an empty label where the line has none."""
    match = _LABEL.match(line.strip())
    label, rest = (match[1], match[2]) if match else ("", line)
    if not match and len(line.strip()) <= 10 and not _STOPS.search(line):
        label, rest = line.strip(), ""
    return (label, rest) if label and aspect_of((label,), "") != "其他" else ("", line)
