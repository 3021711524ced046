"""Walk a web page's elements to pieces of text, each knowing where it stands and how much of it is links."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from lxml import etree
from lxml import html as lxml_html

from ingest.lines import row_text
from ingest.models import Block
from ingest.normalize import count, normalize

_SKIPPED = {
    "script", "style", "noscript", "template", "svg", "iframe", "object", "embed", "select", "option", "button",
    "textarea", "input", "canvas", "audio", "video", "map", "head", "title", "meta", "link", "rp", "rt", "datalist",
}  # fmt: skip
_INLINE = {
    "a", "abbr", "acronym", "b", "bdi", "bdo", "big", "cite", "code", "data", "del", "dfn", "em", "font", "i", "ins",
    "kbd", "label", "mark", "nobr", "o:p", "q", "ruby", "rb", "s", "samp", "small", "span", "strike", "strong", "sub",
    "sup", "time", "tt", "u", "var", "wbr", "img", "st1:chsdate", "blink", "picture", "source", "math",
}  # fmt: skip
_WORDS = (
    "nav|menu|breadcrumbs?|crumbs?|position|location|footer|foot|copyright|share|social|bdshare|jiathis|comments?|pinglun|"
    "related|relate|relation|recommend|recommends|tuijian|hot|hots|rank|ranking|paihang|sidebar|side|aside|advert|ads?|banner|login|"
    "search|toolbar|pager|pagination|prevnext|qrcode|ewm|erweima|popup|modal|cookie|subscribe|disclaimer|declare|shengming|"
    "zeren|print|fontsize|friendlink|links|toolbox|backtop|gotop|guess|morenews|xgyd|xgwz|tags|taglist|statement|relnews"
)
_FRAME = re.compile(rf"(?:^|[\s_-])(?:{_WORDS})(?:\d*)(?:$|[\s_-])", re.IGNORECASE)
_BOLD_TAGS = {"b", "strong"}
_FRAME_TAGS = {"nav", "aside", "footer"}
# A page put together from pages has them in its middle.
_ENDS = re.compile(r"</(?:html|body)\s*>", re.IGNORECASE)
_BOXES = re.compile(
    r"</?(div|span|section|article|main|center|font|b|i|em|strong|table|tbody|thead|tr|td|th|ul|ol|li|dl|dd|blockquote|form)\b[^>]*>",
    re.IGNORECASE,
)
_CELL = 120  # characters of a cell from which a table is a layout
HEADINGS = {"h1": 1, "h2": 2, "h3": 3, "h4": 4, "h5": 5, "h6": 6}


@dataclass(slots=True)
class Piece:
    """One paragraph, heading or table row of a page."""

    text: str
    kind: str  # heading, paragraph or row
    level: int
    parent: etree._Element
    links: int  # characters that are links
    frame: bool  # stands in an element that calls itself navigation, comments and the like
    header: bool = False
    bold: bool = False  # as a whole

    @property
    def link_share(self) -> float:
        """The share of the text that is links."""
        return self.links / max(count(self.text), 1)

    @property
    def is_prose(self) -> bool:
        """Whether this reads like part of an article: sentences, and not mainly links."""
        long = len(self.text) >= 20 and re.search("[，。！？；、,.]", self.text)
        return self.link_share < 0.4 and bool(long or (self.kind == "row" and not self.frame))


def block_of(piece: Piece) -> Block:
    """A piece as it goes into the document."""
    if piece.kind == "heading":
        return Block(piece.text, "heading", piece.level)
    return Block(piece.text, "row", header=piece.header) if piece.kind == "row" else Block(piece.text)


def tree_of(text: str) -> etree._Element | None:
    """Parse a page; None where there is no element in it."""
    text = _ENDS.sub("", re.sub(r"^\s*<\?xml[^>]*>", "", text.replace("\x00", "")))
    root, whole = _parsed(text, huge=False)
    if not whole:  # nested too deeply, or a text of megabytes: read without the boxes
        root, _ = _parsed(_BOXES.sub(lambda tag: "" if tag[1].lower() in _INLINE else "<p>", text), huge=True)
    return root


def _parsed(text: str, huge: bool) -> tuple[etree._Element | None, bool]:
    """The root of a page, and whether the parser kept within its own bounds."""
    parser = lxml_html.HTMLParser(huge_tree=huge, no_network=True, remove_comments=False, encoding="utf-8")
    try:
        root = lxml_html.document_fromstring(text.encode("utf-8", "surrogatepass"), parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError, ValueError):
        root = None
    return root, not any(re.search("depth|huge", error.message, re.I) for error in parser.error_log)


def pieces_of(body: etree._Element) -> list[Piece]:
    """All pieces under an element, in order."""
    walk = _Walk()
    walk.element(body, body, frame=False, in_link=False)
    walk.flush(body, frame=False)
    return walk.pieces


class _Walk:
    """The pieces so far and the text of the one that is open."""

    def __init__(self) -> None:
        self.pieces: list[Piece] = []
        self.parts: list[str] = []
        self.links = 0
        self.bold = 0  # characters
        self.depth = 0  # of open bold elements
        self.heading = 0

    def text(self, text: str | None, in_link: bool, pre: bool = False) -> None:
        """Add words to the open piece."""
        if text:
            words = text if pre else re.sub(r"\s+", " ", text)
            self.parts.append(words)
            self.links += count(words) if in_link else 0
            self.bold += count(words) if self.depth else 0

    def flush(self, parent: etree._Element, frame: bool) -> None:
        """Close the open piece."""
        for line in normalize("".join(self.parts)).split("\n"):
            if line:
                kind = "heading" if self.heading else "paragraph"
                links, bold = min(self.links, count(line)), self.bold >= count("".join(self.parts))
                self.pieces.append(Piece(line, kind, self.heading, parent, links, frame, bold=bold))
        self.parts, self.links, self.bold = [], 0, 0

    def element(self, node: etree._Element, parent: etree._Element, frame: bool, in_link: bool) -> None:
        """Walk one element; ``parent`` is the block it stands in."""
        tag = node.tag if isinstance(node.tag, str) else ""
        if not tag or tag in _SKIPPED or _is_hidden(node):
            return
        if tag == "br" or tag == "hr":
            self.flush(parent, frame)
        elif tag in _INLINE:
            self.depth += tag in _BOLD_TAGS
            self.text(node.text, in_link or tag == "a")
            self._children(node, parent, frame, in_link or tag == "a")
            self.depth -= tag in _BOLD_TAGS
        elif tag == "table" and (rows := data_rows(node)):
            self.flush(parent, frame)
            self._rows(rows, node, frame or is_frame(node))
        else:
            self.flush(parent, frame)
            inner = frame or is_frame(node)
            self.heading, outer = HEADINGS.get(tag, 0) or self.heading, self.heading
            self.text(node.text, in_link, pre=tag == "pre")
            self._children(node, node, inner, in_link)
            self.flush(node, inner)
            self.heading = outer

    def _children(self, node: etree._Element, parent: etree._Element, frame: bool, in_link: bool) -> None:
        for child in node:
            self.element(child, parent, frame, in_link)
            self.text(child.tail, in_link, pre=node.tag == "pre")

    def _rows(self, rows: list[tuple[list[str], int, bool]], table: etree._Element, frame: bool) -> None:
        for cells, links, header in rows:
            self.pieces.append(Piece(row_text(cells), "row", 0, table, links, frame, header))


def _is_hidden(node: etree._Element) -> bool:
    """Whether an element is never shown; one that a script shows later is long, or called as one beside it that is."""
    if not _is_undrawn(node) or len(node.text_content()) >= 500:
        return False
    name, around = node.get("class"), node.getparent()
    beside = () if around is None or not name else around.iterchildren(node.tag)
    return not any(other.get("class") == name and not _is_undrawn(other) for other in islice(beside, 100))


def _is_undrawn(node: etree._Element) -> bool:
    style = re.sub(r"\s", "", node.get("style", "")).lower()
    return "display:none" in style or node.get("hidden") is not None


def is_frame(node: etree._Element) -> bool:
    """Whether an element calls itself navigation, footer, comments or the like."""
    if node.tag in _FRAME_TAGS:
        return True
    names = f"{node.get('id', '')} {node.get('class', '')} {node.get('role', '')}"
    names = re.sub(r"([a-z])([A-Z])", r"\1-\2", names)
    return bool(_FRAME.search(names)) and node.tag not in {"body", "html"}


def data_rows(table: etree._Element) -> list[tuple[list[str], int, bool]]:
    """The rows of a table that holds values: (cells, characters of links, header); nothing for a layout."""
    rows = [row for row in table.iter("tr") if next(row.iterancestors("table"), None) is table]
    if table.find(".//table") is not None or not 2 <= len(rows) <= 20_000:
        return []
    cells = [[cell for cell in row if cell.tag in ("td", "th")] for row in rows]
    texts = [[_cell_text(cell) for cell in row] for row in cells]
    sizes = [len(text) for row in texts for text in row if text]
    columns = {place for row in texts for place, text in enumerate(row) if text}
    if len(columns) < 2 or sum(sizes) / len(sizes) > _CELL or max(sizes) > 1500:
        return []
    return list(_filled(cells, texts))


def _cell_text(cell: etree._Element) -> str:
    parts = [text for text in cell.itertext() if text.strip()]
    return " ".join(normalize(" ".join(parts)).split())


def _filled(
    cells: list[list[etree._Element]], texts: list[list[str]]
) -> Iterator[tuple[list[str], int, bool]]:
    """Rows with the short labels of cells that reach down repeated in each row."""
    above: dict[int, tuple[int, str]] = {}
    header = True
    for row, words in zip(cells, texts, strict=True):
        line: list[str] = []
        for cell, text in zip(row, words, strict=True):
            _carry_down(above, line)
            span = cell.get("rowspan", "1")
            if span.isdigit() and 1 < int(span) < 2000:
                above[len(line)] = (int(span) - 1, text if len(text) <= 20 else "")
            line.append(text)
        _carry_down(above, line)
        links = sum(count("".join(link.itertext())) for cell in row for link in cell.iter("a"))
        if any(line):
            yield line, links, header
            header = False


def _carry_down(above: dict[int, tuple[int, str]], line: list[str]) -> None:
    """Put the labels from above where they belong in this row."""
    while len(line) in above:
        left, text = above.pop(len(line))
        if left > 1:
            above[len(line)] = (left - 1, text)
        line.append(text)
