"""Read Markdown: front matter becomes declared facets and sources, marks become headings, rows and paragraphs."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path

import yaml

from ingest.lines import join_lines, row_text
from ingest.models import Block, Parsed, Source
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
_ONE = {
    "kind": "kind", "province": "province", "city": "city", "district": "district", "street": "street",
    "organiser": "organiser", "organizer": "organiser", "类型": "kind", "省": "province", "市": "city", "城市": "city",
    "区": "district", "区县": "district", "街道": "street", "主办单位": "organiser", "组织方": "organiser",
}  # fmt: skip
_MANY = {
    "themes": "theme",
    "theme": "theme",
    "主题": "theme",
    "project_class": "project_class",
    "项目类别": "project_class",
}
_PERIOD = ("period", "year", "years", "时间", "年份")
_TITLE = ("title", "标题", "题名")


def parse(path: Path) -> Parsed:
    """Read a .md file into blocks, declared facets and sources."""
    decoded = read_text(path)
    front, body, removed, warnings = _front_matter(re.sub("\r\n?", "\n", decoded.text))
    walk = _Walk()
    lines = re.sub(r"<!--.*?-->", "", body, flags=re.DOTALL).split("\n")
    for line, following in zip(lines, [*lines[1:], ""], strict=True):
        walk.line(line, following)
    walk.close()
    return Parsed(
        blocks=tuple(block for block in walk.blocks if block.text.strip()),
        title=next((_one(front[key]) for key in _TITLE if key in front), ""),
        declared=declared(front),
        sources=_sources(front.get("sources")),
        removed=removed,
        encoding=decoded.encoding,
        warnings=decoded.warnings + warnings,
    )


def _front_matter(text: str) -> tuple[Mapping[str, object], str, tuple[str, ...], tuple[str, ...]]:
    """Split off the YAML head: (fields, body, lines left out, warnings); of a broken one the plain lines are used."""
    match = _FRONT.match(text)
    if match is None or len(match[1]) > 65_536:
        return {}, text, (), ()
    body = text[match.end() :]
    try:
        front = yaml.load(match[1], Loader=yaml.BaseLoader)
    except (yaml.YAMLError, RecursionError) as error:
        mark = getattr(error, "problem_mark", None)
        where = f"第 {mark.line + 2} 行附近" if mark else ""
        fields = dict(re.findall(r"(?m)^(\w+):[ \t]+[\"'\[]*(.+?)[\"'\]]*[ \t]*$", match[1]))
        removed = tuple(line for line in match[1].split("\n") if line.strip())
        return fields, body, removed, (f"文件开头的信息（YAML）{where}写法有误，只采用了能认出的行",)
    if not isinstance(front, dict):
        return {}, text, (), ()
    return {str(key).strip(): value for key, value in front.items()}, body, (), ()


def declared(front: Mapping[str, object]) -> dict[str, tuple[str, ...]]:
    """The facets that a front matter declares, by facet name; unknown and empty fields are left out."""
    found: dict[str, tuple[str, ...]] = {}
    for key, value in front.items():
        if key in _ONE and (one := _one(value)):
            found[_ONE[key]] = (one,)
        elif key in _MANY and (many := tuple(filter(None, map(_one, _items(value))))):
            found[_MANY[key]] = tuple(dict.fromkeys(many))
        elif key in _PERIOD and (span := years(_items(value))):
            found["year"] = span
    return found


def _one(value: object) -> str:
    return " ".join(value.split()) if isinstance(value, str) and value != "null" else ""


def _items(value: object) -> list[str]:
    if isinstance(value, list):
        return [item for item in value if isinstance(item, str)]
    return re.split("[,，、;；]", value) if isinstance(value, str) else []


def years(parts: Iterable[str]) -> tuple[str, ...]:
    """Every year that the periods span; an open end adds nothing.

    >>> years(["2015-2018"]), years(["2019年3月至2020年"]), years(["2023", "2021至今"]), years(["约2020"])
    (('2015', '2016', '2017', '2018'), ('2019', '2020'), ('2021', '2023'), ('2020',))
    """
    found: set[int] = set()
    for part in parts:
        numbers = [int(year) for year in re.findall(r"(?<!\d)(?:19|20)\d\d(?!\d)", part)]
        joined = re.search(r"\d\D{0,12}(?:[-–—~～至到]+)\D{0,3}\d{4}", part) and len(numbers) == 2
        span = range(numbers[0], numbers[1] + 1) if joined and 0 <= numbers[1] - numbers[0] <= 60 else numbers
        found.update(span)
    return tuple(str(year) for year in sorted(found) if year <= date.max.year)


def _sources(value: object) -> tuple[Source, ...]:
    """The sources that a front matter lists; those without a title or address are left out."""
    found = []
    for entry in value if isinstance(value, list) else []:
        if isinstance(entry, dict):
            title, publisher, day, url = (
                _one(entry.get(key, "")) for key in ("title", "publisher", "date", "url")
            )
            if title or url:
                found.append(Source(title or url, publisher, day, url))
        elif _one(entry):
            found.append(Source(_one(entry)))
    return tuple(found)


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
