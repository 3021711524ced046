"""Read Markdown: front matter becomes declared facets and sources, marks become headings, rows and paragraphs."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

import yaml

from ingest.front_matter import front_matter
from ingest.lines import join_lines, row_text
from ingest.models import Block, Parsed
from ingest.parsers.text import read_text

_FRONT = re.compile(r"\A\s*---[ \t]*\n(.*?)\n(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL)
_HEADING = re.compile(r" {0,3}(#{1,6})(?:[ \t]+(.*?))?(?:[ \t]+#+)?[ \t]*")
_UNDERLINE = re.compile(r" {0,3}(=+|-{3,})[ \t]*")
_RULE = re.compile(r" {0,3}(?:(?:\*[ \t]*){3,}|(?:-[ \t]*){3,}|(?:_[ \t]*){3,})")
_ITEM = re.compile(r"\s*(?:[-*+]|\d{1,9}[.)])[ \t]+")
_DELIMITER = re.compile(r"\s*\|?\s*:?-{1,}:?\s*(?:\|\s*:?-{1,}:?\s*)*\|?\s*")
_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})")
_INLINE = (
    (re.compile(r"!\[([^\]]*)\]\([^)\s]*(?:\s+\"[^\"]*\")?\)"), r"\1"),
    (re.compile(r"\[([^\]]+)\]\([^)\s]*(?:\s+\"[^\"]*\")?\)"), r"\1"),
    (re.compile(r"\[([^\]]+)\]\[[^\]]*\]"), r"\1"),
    (re.compile(r"<((?:https?|mailto):[^>\s]+)>"), r"\1"),
    (
        re.compile(
            r"</?(?:b|i|em|strong|u|s|br|p|span|div|font|sup|sub|center|img|a|kbd|small|mark)(?:\s[^>]*)?/?>",
            re.I,
        ),
        "",
    ),
    (re.compile(r"(`+)(.+?)\1"), r"\2"),
    (re.compile(r"(\*\*|__)(?=\S)(.+?)(?<=\S)\1"), r"\2"),
    (re.compile(r"(?<![A-Za-z0-9_*])\*(?=[^\s*])(.+?)(?<=[^\s*])\*(?![A-Za-z0-9_*])"), r"\1"),
    (re.compile(r"(?<!\w)_(?=[^\s_])(.+?)(?<=[^\s_])_(?!\w)"), r"\1"),
    (re.compile(r"~~(.+?)~~"), r"\1"),
    (re.compile(r"\\([\\`*_{}\[\]()#+.!|>~-])"), r"\1"),
)
_LONGEST = 10_000  # characters of a paragraph whose marks are looked at


def parse(path: Path) -> Parsed:
    """Read a .md file into blocks, declared facets and sources."""
    decoded = read_text(path)
    fields, body, removed, warnings = _front_matter(re.sub("\r\n?", "\n", decoded.text))
    known = front_matter(fields)
    walk = _Walk()
    lines = _without_comments(body).split("\n")
    for line, following in zip(lines, [*lines[1:], ""], strict=True):
        walk.line(line, following)
    walk.close()
    return Parsed(
        blocks=tuple(block for block in walk.blocks if block.text.strip()),
        title=known.title,
        declared=known.declared,
        sources=known.sources,
        removed=removed,
        encoding=decoded.encoding,
        warnings=decoded.warnings + warnings + known.warnings,
    )


class _Loader(yaml.BaseLoader):
    """Strings, lists and maps only; no alias, as a few that name each other can stand for gigabytes."""

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        """Refuse an alias where a node is due."""
        if self.check_event(yaml.AliasEvent):
            raise yaml.YAMLError("alias")
        return super().compose_node(parent, index)


def _front_matter(text: str) -> tuple[Mapping[str, object], str, tuple[str, ...], tuple[str, ...]]:
    """Split off the YAML head: (fields, body, lines left out, warnings); of a broken one the plain lines are used."""
    match = _FRONT.match(text)
    if match is None or len(match[1]) > 65_536:
        return {}, text, (), ()
    body = text[match.end() :]
    try:
        front = yaml.load(match[1], Loader=_Loader)
    except (yaml.YAMLError, RecursionError) as error:
        mark = getattr(error, "problem_mark", None)
        where = f"第 {mark.line + 2} 行附近" if mark else ""
        fields = dict(re.findall(r"(?m)^(\w+):[ \t]+[\"'\[]*(.+?)[\"'\]]*[ \t]*$", match[1]))
        removed = tuple(line for line in match[1].split("\n") if line.strip())
        return fields, body, removed, (f"文件开头的信息（YAML）{where}写法有误，只采用了能认出的行",)
    if not isinstance(front, dict):
        return {}, text, (), ()
    return {str(key).strip(): value for key, value in front.items()}, body, (), ()


def _without_comments(text: str) -> str:
    """Leave out HTML comments; one that is never closed is text."""
    first, *rest = text.split("<!--")
    parts = [first]
    for part in rest:
        _, end, after = part.partition("-->")
        parts.append(after if end else f"<!--{part}")
    return "".join(parts)


def plain(text: str) -> str:
    """Reduce inline marks to their text.

    >>> plain("**议事会**的[规则](a.md)、`码`和*三次*  2*3*4")
    '议事会的规则、码和三次  2*3*4'
    """
    if len(text) > _LONGEST:
        return text
    for pattern, replacement in _INLINE:
        text = pattern.sub(replacement, text)
    return text


def _cells(line: str) -> list[str]:
    inner = re.sub(r"^\s*\|?|(?<!\\)\|?\s*$", "", line)
    return [plain(cell.strip()) for cell in re.split(r"(?<!\\)\|", inner)]


class _Walk:
    """The blocks so far, with the paragraph, table or code that is open."""

    def __init__(self) -> None:
        self.blocks: list[Block] = []
        self.open_lines: list[str] = []
        self.fence = ""
        self.in_table = False

    def line(self, line: str, following: str) -> None:
        """Take one line, knowing the next."""
        if self.fence:
            self._code(line)
        elif "|" in line and (self.in_table or _opens_table(line, following)):
            self._row(line)
        else:
            self.in_table = False
            self._prose(line)

    def close(self) -> None:
        """End the open paragraph."""
        if self.open_lines:
            self.blocks.append(Block(plain(join_lines(self.open_lines))))
            self.open_lines.clear()

    def _code(self, line: str) -> None:
        if line.strip().startswith(self.fence):
            self.fence = ""
        else:
            self.blocks.append(Block(line))

    def _row(self, line: str) -> None:
        if self.in_table and _DELIMITER.fullmatch(line):
            return
        self.close()
        self.blocks.append(Block(row_text(_cells(line)), "row", header=not self.in_table))
        self.in_table = True

    def _prose(self, line: str) -> None:
        if match := _FENCE.match(line):
            self.close()
            self.fence = match[1]
        elif match := _HEADING.fullmatch(line):
            self.close()
            self.blocks.append(Block(plain(match[2] or ""), "heading", len(match[1])))
        elif self.open_lines and (match := _UNDERLINE.fullmatch(line)):
            self.blocks.append(
                Block(plain(join_lines(self.open_lines)), "heading", 1 if match[1][0] == "=" else 2)
            )
            self.open_lines.clear()
        elif not line.strip() or _RULE.fullmatch(line):
            self.close()
        else:
            self._add(re.sub(r"^\s*(?:>\s?)+", "", line).lstrip())

    def _add(self, text: str) -> None:
        """Add a line to the open paragraph; a list mark or a hard break before it opens a new one."""
        if _ITEM.match(text) or (self.open_lines and self.open_lines[-1].endswith(("  ", "\\"))):
            self.close()
        self.open_lines.append(text)


def _opens_table(line: str, following: str) -> bool:
    return bool(_DELIMITER.fullmatch(following)) and "|" in following and "|" in line
