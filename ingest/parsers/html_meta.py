"""What a web page says of itself: title, publisher, date, address."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

from lxml import etree

from ingest.models import Source
from ingest.normalize import normalize
from ingest.parsers.html_pieces import Piece
from ingest.parsers.package import sensible_title

# Names under which Chinese government sites (GB/T style), Open Graph and Dublin Core give the same fact.
_TITLES = ("articletitle", "og:title", "twitter:title", "dc.title", "title")
_PUBLISHERS = ("contentsource", "og:site_name", "sitename", "dc.publisher", "mediaid", "source", "publisher")
_DATES = (
    "pubdate",
    "article:published_time",
    "og:release_date",
    "publishdate",
    "dc.date",
    "date",
    "weibo: article:create_at",
    "firstcreatedtime",
)
_DATE = re.compile(r"((?:19|20)\d\d)\s*[-年/.]\s*(\d{1,2})\s*[-月/.]\s*(\d{1,2})")
_LABELLED = re.compile(r"(?:发布时间|发布日期|发表时间|日期|时间)\s*[：:]\s*" + _DATE.pattern)
_SOURCE = re.compile(r"(?:来源|稿源|信息来源|文章来源)\s*[：:]\s*([^\s|｜，,；;：:（）()\[\]【】/]{2,24})")
_SITE = re.compile(
    r"\s*(?:[_|｜]|\s[-–—]\s?|--|-(?=[\u4e00-\u9fff]{2,10}(?:网|报|政府|频道|中心|搜狐|新浪)))\s*"
)
_TAG = re.compile(r"<[^<>]{1,200}>")
_MAX_DATA = 2_000_000  # characters
_SAVED_FROM = re.compile(r"saved from url=\(\d+\)(https?://\S+)")
_SINGLE_FILE = re.compile(
    r"Page saved with SingleFile\s+url:\s*(https?://\S+)\s+saved date:\s*\w{3} (\w{3} \d\d? \d{4})"
)


def metas(root: etree._Element) -> dict[str, str]:
    """The page's named facts, names in lower case; the first of a name counts."""
    found: dict[str, str] = {}
    for meta in root.iter("meta"):
        name = (meta.get("property") or meta.get("name") or meta.get("itemprop") or "").lower()
        if name and (content := " ".join((meta.get("content") or "").split())):
            found.setdefault(name, content)
    return found


def linked_article(root: etree._Element) -> str:
    """The article in the data for search engines (schema.org in JSON), a paragraph a line; empty where there is none."""
    for script in root.iter("script"):
        if (script.get("type") or "").lower() != "application/ld+json" or len(script.text or "") > _MAX_DATA:
            continue
        try:
            data = json.loads(script.text or "")
        except (ValueError, RecursionError):
            continue
        for entry in _entries(data):
            if isinstance(body := entry.get("articleBody"), str):
                return "\n".join(
                    line for part in _TAG.sub("\n", body).splitlines() if (line := normalize(part))
                )
    return ""


def _entries(data: object) -> Iterator[dict[str, object]]:
    """The things that the data describes: one, a list, or a graph."""
    listed = data if isinstance(data, list) else [data]
    for entry in listed:
        if isinstance(entry, dict):
            yield entry
            graph = entry.get("@graph")
            yield from (own for own in graph if isinstance(own, dict)) if isinstance(graph, list) else ()


def title_of(root: etree._Element, pieces: Sequence[Piece], facts: dict[str, str]) -> str:
    """The article's title: the heading that the page's own title contains, else what the page says."""
    whole = " ".join((root.findtext(".//title") or "").split())
    headings = [
        piece.text
        for piece in pieces
        if piece.kind == "heading" and piece.level <= 2 and len(piece.text) >= 4
    ]
    for heading in headings:
        if _squeezed(heading) in _squeezed(whole):
            return heading
    named = next((facts[name] for name in _TITLES if sensible_title(facts.get(name, ""))), "")
    bare = _without_site(whole)
    tops = list(dict.fromkeys(piece.text for piece in pieces if piece.kind == "heading" and piece.level == 1))
    return sensible_title(_without_site(named)) or sensible_title(bare) or (tops[0] if len(tops) == 1 else "")


def _squeezed(text: str) -> str:
    return "".join(text.split())


def _without_site(title: str) -> str:
    """A title without the name of the site behind it.

    >>> _without_site("社区治理的经验_成都日报_新浪网"), _without_site("A-B 测试")
    ('社区治理的经验', 'A-B 测试')
    """
    return normalize(_SITE.split(title)[0] if title else "").replace("\n", " ")


def source_of(
    root: etree._Element, title: str, facts: dict[str, str], lines: Iterable[str], url: str, saved: str
) -> Source | None:
    """The page as a source; None where it names neither publisher, date nor address.

    ``url`` and ``saved`` (YYYY-MM-DD) are of the archive that the page was saved in, empty for none.
    """
    head = [line for line in lines if len(line) <= 120][:30]
    publisher = next((match[1] for line in head if (match := _SOURCE.search(line))), "")
    publisher = publisher or next((facts[name] for name in _PUBLISHERS if facts.get(name)), "")
    date = next((day for name in _DATES if (day := _day(_DATE.search(facts.get(name, ""))))), "")
    date = date or next((day for line in head if (day := _day(_LABELLED.search(line)))), "")
    date = date or next((day for line in head if len(line) <= 60 and (day := _day(_DATE.search(line)))), "")
    single_url, single_saved = _single_file(root)
    address = _address(root, facts) or url or single_url
    if not title or not (publisher or date or address):
        return None
    return Source(title, publisher[:60], date, address, saved or single_saved)


def _day(match: re.Match[str] | None) -> str:
    """A date as 2023-05-06; nothing where it is none."""
    if match is None:
        return ""
    year, month, day = (int(part) for part in match.groups())
    return f"{year}-{month:02}-{day:02}" if 1 <= month <= 12 and 1 <= day <= 31 else ""


def _address(root: etree._Element, facts: dict[str, str]) -> str:
    links = [
        link.get("href", "") for link in root.iter("link") if (link.get("rel") or "").lower() == "canonical"
    ]
    comments = [
        match[1] for comment in root.iter(etree.Comment) if (match := _SAVED_FROM.search(comment.text or ""))
    ]
    before = [
        match[1]
        for node in root.itersiblings(preceding=True)
        if (match := _SAVED_FROM.search(node.text or ""))
    ]
    found = [*links, facts.get("og:url", ""), facts.get("url", ""), *before, *comments]
    return next((address for address in found if re.match(r"https?://\S+$", address)), "")


def _single_file(root: etree._Element) -> tuple[str, str]:
    """The address and day (YYYY-MM-DD) that the browser extension SingleFile notes when it saves a page."""
    for comment in root.iter(etree.Comment):
        if match := _SINGLE_FILE.search((comment.text or "")[:5000]):
            try:
                return match[1], f"{datetime.strptime(match[2], '%b %d %Y'):%Y-%m-%d}"
            except ValueError:
                return match[1], ""
    return "", ""
