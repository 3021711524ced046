"""References by GB/T 7714—2015, numbered in the order of citation; what a source doesn't say is left out.

The standard lets the responsible party be omitted where it is unknown (§ 8.1), and writes an online resource
``题名[EB/OL]. 出版者(更新日期)[引用日期]. 网址`` (§ 4.6), a newspaper ``题名[N]. 报名, 日期`` and a journal
``题名[J]. 刊名, 年`` (§ 4.4). The 引用日期 is the day that the library gives for the source, never one of our own.
"""

from __future__ import annotations

import re

from desk.printable import one_line
from ingest.models import Source
from ingest.passage_store import StoredDocument
from search.present import pages_in_words

LIBRARY = "社区治理案例库"
_DAY = re.compile(
    r"((?:19|20)\d\d)\s*[-年/.]\s*(\d{1,2})(?:\s*[-月/.]\s*(\d{1,2})\s*日?|\s*月)?\s*(?:[(（][^()（）]*[)）])?"
)
_YEAR = re.compile(r"(?:19|20)\d\d")
_URL = re.compile(r"https?://\S+", re.IGNORECASE)

# The type of a source (table B.1) by what its publisher is called or its title says, the first that fits.
_STANDARD = re.compile(r"(?<![A-Za-z])(?:GB|DB|MZ|T)(?:/[TZ])?\s?\d+(?:\.\d+)*\s*[-—–]\s*\d{4}")
_THESIS = re.compile(r"(?:硕士|博士|学位)论文")
_BOOK = re.compile(r"出版社|年鉴|志书|图书$")
_JOURNAL = re.compile(
    r"学报|学刊|期刊|周刊|月刊|杂志|季刊|\d\s*期|Vol\.|\d{4}\s*[,，]\s*\d+\s*\(\d+\)|/journal/", re.IGNORECASE
)
_NEWSPAPER = re.compile(r"报(?:[(（].*[)）])?(?:社)?$|电讯(?:[(（].*)?$")
_NOT_A_PAPER = re.compile(r"[海简公板月通预情]报(?:[(（].*[)）])?$")
_REPORT = re.compile(r"(?:报告|白皮书|蓝皮书)(?:[(（].*[)）])?$")
_WEB = re.compile(r"网|页|号|论坛|客户端|频道|公众|新闻|文库|百科|APP|\.(?:com|cn|org|net)\b", re.IGNORECASE)


def source_type(source: Source) -> str:
    """The letters of a source's type and carrier, such as ``N/OL``.

    >>> source_type(Source("加梯记", "新民晚报")), source_type(Source("加梯记", "人民网", url="https://a.cn/b"))
    ('N', 'EB/OL')
    """
    title, publisher = one_line(source.title), one_line(source.publisher)
    online = "/OL" if _URL.fullmatch(source.url) else ""
    if _STANDARD.search(title):
        return "S" + online
    if _THESIS.search(title + publisher):
        return "D" + online
    if _JOURNAL.search(f"{publisher} {source.date} {source.url}"):
        return "J" + online
    if _NEWSPAPER.search(publisher) and not _NOT_A_PAPER.search(publisher):
        return "N" + online
    if _BOOK.search(publisher):
        return "M" + online
    if _REPORT.search(title):
        return "R" + online
    return "EB/OL" if online or _WEB.search(publisher) else "Z"


def source_reference(source: Source) -> str:
    """One source as a reference without its number.

    >>> source_reference(Source("创造学习的新思路", "人民日报", "1998-12-25"))
    '创造学习的新思路[N]. 人民日报, 1998-12-25.'
    >>> source_reference(Source("加梯记", "人民网", "2020年9月1日", "https://a.cn/b.html"))
    '加梯记[EB/OL]. 人民网(2020-09-01). https://a.cn/b.html.'
    >>> source_reference(Source("加梯记", "人民网", "2020", "https://a.cn/b.html", "2026-11-24"))
    '加梯记[EB/OL]. 人民网, 2020[2026-11-24]. https://a.cn/b.html.'
    """
    kind = source_type(source)
    publisher, date = one_line(source.publisher), _date(source.date)
    if kind[0] in "JN" or _YEAR.fullmatch(date) or not _DAY.fullmatch(one_line(source.date)):
        issued = ", ".join(part for part in (publisher, date) if part)
    else:
        issued = f"{publisher}({date})"
    url = source.url if _URL.fullmatch(source.url) else ""
    issued += f"[{source.accessed}]" if url and source.accessed else ""
    return _joined(f"{_title(source.title)}[{kind}]", issued, one_line(url))


def reference(document: StoredDocument) -> str:
    """The library's document itself as a reference without its number; its sources are references of their own.

    A document whose only source bears its title, such as a saved web page, is cited as that source.
    """
    if len(document.sources) == 1 and _same(document.sources[0].title, document.title):
        return source_reference(document.sources[0])
    kind = "R" if "报告" in document.facets.values.get("kind", ()) else "Z"
    return _joined(f"{_title(document.title)}[{kind}]", f"{LIBRARY}: {one_line(document.path)}")


def source_references(document: StoredDocument) -> tuple[str, ...]:
    """What the document's facts come from, each a reference; none where ``reference`` is that source already."""
    own = reference(document)
    return tuple(dict.fromkeys(found for s in document.sources if (found := source_reference(s)) != own))


def citation(number: int, pages: tuple[int, int] | None) -> str:
    """How a quote names its reference.

    >>> citation(2, (3, 4)), citation(1, None)
    ('[2] 第 3–4 页', '[1]')
    """
    return f"[{number}] {pages_in_words(pages)}".strip()


def _joined(*parts: str) -> str:
    return ". ".join(part.rstrip(".") for part in parts if part) + "."


def _title(title: str) -> str:
    return one_line(title).rstrip("。.")


def _same(one: str, other: str) -> bool:
    return re.sub(r"\W", "", one) == re.sub(r"\W", "", other)


def _date(date: str) -> str:
    """A day or month in ISO form; whatever else is given as it stands.

    >>> _date("2019年8月5日（文中日期）"), _date("2024-11"), _date("二零一九年八月")
    ('2019-08-05', '2024-11', '二零一九年八月')
    """
    line = one_line(date)
    match = _DAY.fullmatch(line)
    if not match:
        return line
    return "-".join(part if len(part) > 2 else part.zfill(2) for part in match.groups() if part)
