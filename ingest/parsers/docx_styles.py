"""What a Word file's styles and lists say about a paragraph: its heading level, its number."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass

from lxml import etree

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_HEADING_NAME = re.compile(
    r"(?:heading|标题|標題|überschrift|titre|заголовок)\s*([1-9])(?:\s|$|char|字符)", re.IGNORECASE
)
_TITLE_NAME = re.compile(r"title|标题|標題|文档标题|题目|主标题", re.IGNORECASE)
_TOC_NAME = re.compile(r"(?:toc|目录|目錄|table of figures|图表目录|index)\s*\d*", re.IGNORECASE)
_DIGITS = "零一二三四五六七八九"


def value(element: etree._Element | None, path: str) -> str | None:
    """The w:val of a child property; "" where the property stands without one, None where it is missing."""
    found = None if element is None else element.find("/".join(W + name for name in path.split("/")))
    return None if found is None else found.get(W + "val", "")


@dataclass(frozen=True, slots=True)
class Style:
    """A paragraph style, as far as reading needs it."""

    name: str
    based_on: str
    level: int | None  # 1 is the outermost heading
    number: tuple[str, int] | None  # list id and depth
    bold: bool
    size: float


class Styles:
    """The styles of a document, with inheritance resolved when asked."""

    def __init__(self, root: etree._Element | None) -> None:
        self.by_id: dict[str, Style] = {}
        for style in () if root is None else root.iter(W + "style"):
            self.by_id[style.get(W + "styleId", "")] = _style(style)

    def chain(self, style_id: str) -> list[Style]:
        """A style and those that it is based on, nearest first; a circle ends it."""
        found: list[Style] = []
        while style_id in self.by_id and len(found) < 20:
            found.append(self.by_id[style_id])
            style_id = found[-1].based_on
        return found

    def level(self, style_id: str) -> int | None:
        """The heading level that a style gives, its own or inherited."""
        return next((style.level for style in self.chain(style_id) if style.level is not None), None)

    def is_title(self, style_id: str) -> bool:
        """Whether this is the style of a document's title."""
        return any(_TITLE_NAME.fullmatch(style.name) for style in self.chain(style_id)[:1])

    def is_contents(self, style_id: str) -> bool:
        """Whether this is the style of a line in a table of contents."""
        return any(_TOC_NAME.fullmatch(style.name) for style in self.chain(style_id)[:1])

    def number(self, style_id: str) -> tuple[str, int] | None:
        """The list that a style puts its paragraphs into."""
        return next((style.number for style in self.chain(style_id) if style.number), None)

    def bold(self, style_id: str) -> bool:
        """Whether a style sets its paragraphs bold."""
        return any(style.bold for style in self.chain(style_id))

    def size(self, style_id: str) -> float:
        """The font size in points that a style gives; 0 where it says nothing."""
        return next((style.size for style in self.chain(style_id) if style.size), 0.0)


def _style(style: etree._Element) -> Style:
    name = value(style, "name") or ""
    outline = value(style, "pPr/outlineLvl")
    match = _HEADING_NAME.match(name)
    level = int(match[1]) if match else None
    if level is None and outline and outline.isdigit() and int(outline) < 9:
        level = int(outline) + 1
    return Style(
        name, value(style, "basedOn") or "", level, number_of(style.find(W + "pPr")),
        is_on(style.find(W + "rPr"), "b"), half_points(style.find(W + "rPr")),
    )  # fmt: skip


def is_on(properties: etree._Element | None, name: str) -> bool:
    """Whether a toggle property such as bold is set and not switched off."""
    return (value(properties, name) or "1" if value(properties, name) is not None else "0") not in {
        "0",
        "false",
        "off",
    }


def half_points(properties: etree._Element | None) -> float:
    """The font size in points; 0 where none is given."""
    size = value(properties, "sz") or ""
    return float(size) / 2 if re.fullmatch(r"\d+(?:\.\d+)?", size) else 0.0


def number_of(properties: etree._Element | None) -> tuple[str, int] | None:
    """The list id and depth in paragraph properties; None without a list."""
    list_id, depth = value(properties, "numPr/numId"), value(properties, "numPr/ilvl") or "0"
    return (list_id, int(depth)) if list_id and depth.isdigit() else None


@dataclass(frozen=True, slots=True)
class _Level:
    form: str
    text: str
    start: int


class Numbering:
    """The lists of a document: gives each item the number that Word would print."""

    def __init__(self, root: etree._Element | None) -> None:
        self._levels: dict[str, dict[int, _Level]] = {}
        self._abstract: dict[str, str] = {}
        self._counts: defaultdict[str, dict[int, int]] = defaultdict(dict)
        for abstract in () if root is None else root.iter(W + "abstractNum"):
            self._levels[abstract.get(W + "abstractNumId", "")] = {
                int(level.get(W + "ilvl", "0")): _level(level) for level in abstract.iter(W + "lvl")
            }
        for number in () if root is None else root.iter(W + "num"):
            self._abstract[number.get(W + "numId", "")] = value(number, "abstractNumId") or ""

    def next(self, list_id: str, depth: int) -> str:
        """The number of the next item at this depth, with a space behind where the form has none of its own."""
        abstract = self._abstract.get(list_id, "")
        levels = self._levels.get(abstract, {})
        if depth not in levels:
            return ""
        counts = self._counts[abstract]
        counts[depth] = counts.get(depth, levels[depth].start - 1) + 1
        for deeper in [other for other in counts if other > depth]:
            del counts[deeper]
        if levels[depth].form == "bullet":
            return "• "
        text = re.sub(
            r"%([1-9])", lambda match: self._part(levels, counts, int(match[1]) - 1), levels[depth].text
        )
        return text if not text or text[-1] in "、，．）)：》】」" else text + " "

    @staticmethod
    def _part(levels: dict[int, _Level], counts: dict[int, int], depth: int) -> str:
        level = levels.get(depth)
        return "" if level is None else spelled(counts.get(depth, level.start), level.form)


def _level(level: etree._Element) -> _Level:
    start = value(level, "start") or "1"
    return _Level(
        value(level, "numFmt") or "decimal",
        value(level, "lvlText") or "",
        int(start) if start.isdigit() else 1,
    )


def spelled(number: int, form: str) -> str:
    """A list number in Word's form of that name.

    >>> [spelled(12, form) for form in ("decimal", "chineseCounting", "upperLetter", "lowerRoman", "decimalEnclosedCircle")]
    ['12', '十二', 'L', 'xii', '⑫']
    """
    low = form.lower()
    if form == "none":
        return ""
    if "circle" in low and 1 <= number <= 20:
        return chr(0x245F + number)
    if (
        low.startswith(("chinese", "japanesecount", "taiwanese", "ideograph", "koreancount"))
        and 0 < number < 100
    ):
        return chinese(number)
    if "letter" in low and 0 < number <= 26:
        letter = chr(64 + number)
        return letter if low.startswith("upper") else letter.lower()
    if "roman" in low and 0 < number < 40:
        roman = (
            "X" * (number // 10) + ["", "I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX"][number % 10]
        )
        return roman if low.startswith("upper") else roman.lower()
    return str(number)


def chinese(number: int) -> str:
    """A number below one hundred in Chinese characters.

    >>> chinese(3), chinese(10), chinese(21)
    ('三', '十', '二十一')
    """
    tens, ones = divmod(number, 10)
    head = "" if tens == 0 else "十" if tens == 1 else _DIGITS[tens] + "十"
    return head + (_DIGITS[ones] if ones or not tens else "")
