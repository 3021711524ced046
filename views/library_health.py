"""How well a document was read, in words."""

from __future__ import annotations

from collections.abc import Sequence

from ingest.models import Section
from ingest.passage_store import StoredDocument

GOOD = "好"
LEAST_COVERAGE = 0.98  # of the characters; below it something may be missing


def short(document: StoredDocument) -> str:
    """What to look at, on one line; 「好」 when there is nothing.

    The order is that of urgency, so that a narrow column shows the worst.
    """
    personal = sum(document.personal.values())
    parts = [f"含个人信息 {personal} 处"] if personal else []
    parts += [f"只读出 {document.coverage:.0%}"] if document.coverage < LEAST_COVERAGE else []
    parts += [f"{len(document.warnings)} 条提醒"] if document.warnings else []
    parts += [f"识别 {len(document.ocr)} 页"] if document.ocr else []
    parts += [f"另有 {len(document.versions)} 个版本"] if document.versions else []
    return "，".join(parts) or GOOD


def lines(document: StoredDocument, sections: Sequence[Section]) -> list[str]:
    """Everything that is known of how it was read, a line each."""
    found = [f"读出 {document.coverage:.1%} 的文字，切成 {document.passages} 段"]
    found += [_pages(document, sections)] if document.page_count else []
    found += [f"文字编码 {document.encoding}"] if document.encoding else []
    found += [f"按规则去掉 {len(document.removed)} 行页眉、页脚、导航之类"] if document.removed else []
    kinds = "、".join(f"{kind} {count} 处" for kind, count in document.personal.items())
    found += [f"含个人信息：{kinds}，公开前请核对"] if kinds else []
    found += [f"另有 {len(document.versions)} 个版本，搜索时只出一个"] if document.versions else []
    inferred = [_NAMES[name] for name in _NAMES if name in document.facets.inferred]
    found += [f"由程序推断、没有写明的：{'、'.join(inferred)}"] if inferred else []
    return [*found, *(f"提醒：{warning}" for warning in document.warnings)]


_NAMES = {"kind": "类型", "city": "城市", "district": "区县", "year": "年份", "theme": "主题"}


def _pages(document: StoredDocument, sections: Sequence[Section]) -> str:
    with_text = {page for section in sections for _, page in section.pages}
    recognised = {page.page for page in document.ocr}
    empty = (document.page_count or 0) - len(with_text | recognised)
    parts = [f"共 {document.page_count} 页", f"有文字 {len(with_text - recognised)} 页"]
    if document.ocr:
        sure = sum(page.confidence for page in document.ocr) / len(document.ocr)
        parts.append(f"从图片识别 {len(document.ocr)} 页（平均把握 {sure:.1%}）")
    return "，".join([*parts, f"没有文字 {empty} 页"] if empty > 0 else parts)
