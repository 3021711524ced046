"""A session pack as a file and back; whatever a file holds, the answer is a whole pack or an error in plain words."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import asdict
from datetime import date
from typing import Any, TypeVar

from desk.pack import KINDS, MAX_ITEMS, MAX_MINUTES, MAX_PARTS, MAX_TEXT, Cited, Item, Pack, Quote, check
from desk.printable import printable
from ingest.errors import PackError

FORMAT = "casebase-pack"
VERSION = 1
MAX_BYTES = 20_000_000
_NAME = re.compile(r"[A-Za-z0-9_-]{1,64}")
_CLOCK = re.compile(r"(?:[01]\d|2[0-3]):[0-5]\d")
_MOST_NUMBER = 1_000_000  # pages, passages and revisions count up to here

T = TypeVar("T")


def encode(pack: Pack) -> bytes:
    """The pack as JSON; plain ASCII, so that any text survives."""
    return json.dumps({"format": FORMAT, "version": VERSION, **asdict(pack)}, indent=1).encode("ascii")


def decode(data: bytes) -> Pack:
    """The pack in a file's bytes; raises PackError when they are no pack, too large, or of a later version."""
    if len(data) > MAX_BYTES:
        raise PackError(f"文件超过 {MAX_BYTES // 1_000_000} MB，不像是备课夹。请选「保存备课夹」得到的文件。")
    try:
        raw = json.loads(data)
    except (ValueError, RecursionError):
        raw = None
    if not isinstance(raw, dict) or raw.get("format") != FORMAT:
        raise PackError("这不是备课夹文件，或者文件已损坏。请选「保存备课夹」得到的文件，名字以 .json 结尾。")
    if (version := _number(raw, "version", "版本")) > VERSION:
        raise PackError(
            f"这个备课夹由更新的软件保存（格式 {version}，这里能读到 {VERSION}）。请先升级再载入。"
        )
    pack = Pack(
        title=_text(raw, "title", "标题"),
        date=_date(_text(raw, "date", "日期")),
        start=_matching(raw, "start", "开始时间", _CLOCK),
        opening=_number(raw, "opening", "开场时长", MAX_MINUTES),
        closing=_number(raw, "closing", "结束时长", MAX_MINUTES),
        items=_list(raw, "items", "内容", _item, MAX_ITEMS),
        questions=_texts(raw, "questions", "讨论题"),
        revision=_number(raw, "revision", "版次"),
    )
    if len({item.id for item in pack.items}) < len(pack.items):
        raise _wrong("内容", "有重复的项")
    return check(pack)


def _item(raw: dict[str, Any]) -> Item:
    kind = next((kind for kind in KINDS if kind == raw.get("kind")), None)
    if kind is None:
        raise _wrong("类型")
    item = Item(
        id=_matching(raw, "id", "编号", _NAME),
        kind=kind,
        title=_text(raw, "title", "标题"),
        minutes=_number(raw, "minutes", "时长", MAX_MINUTES),
        documents=_list(raw, "documents", "出处", _cited),
        quotes=_list(raw, "quotes", "引文", _quote),
        note=_text(raw, "note", "备注"),
        questions=_texts(raw, "questions", "讨论题"),
    )
    if not {quote.doc_id for quote in item.quotes} <= {own.doc_id for own in item.documents}:
        raise _wrong("引文", "有一段没有出处")
    return item


def _cited(raw: dict[str, Any]) -> Cited:
    return Cited(
        doc_id=_matching(raw, "doc_id", "文档编号", _NAME),
        sha256=_matching(raw, "sha256", "校验和", _NAME),
        title=_text(raw, "title", "文档标题"),
        facts=_text(raw, "facts", "文档情况"),
        themes=_texts(raw, "themes", "主题"),
        reference=_text(raw, "reference", "参考文献"),
        sources=_texts(raw, "sources", "来源"),
    )


def _quote(raw: dict[str, Any]) -> Quote:
    return Quote(
        doc_id=_matching(raw, "doc_id", "文档编号", _NAME),
        passage=_number(raw, "passage", "段落编号"),
        text=_text(raw, "text", "引文"),
        heading=_texts(raw, "heading", "标题路径"),
        pages=_pages(raw),
        label=_text(raw, "label", "方面"),
        lead=_text(raw, "lead", "表头"),
    )


def _wrong(name: str, why: str = "缺了或者不对") -> PackError:
    return PackError(f"这个备课夹文件里「{name}」{why}，没有载入。文件可能改坏了，请用原来保存的那一份。")


def _of_type(raw: dict[str, Any], key: str, name: str, kind: type[T]) -> T:
    value = raw.get(key)
    if not isinstance(value, kind) or isinstance(value, bool):
        raise _wrong(name)
    return value


def _text(raw: dict[str, Any], key: str, name: str) -> str:
    return _bounded(_of_type(raw, key, name, str), name)


def _bounded(text: str, name: str) -> str:
    if len(text) > MAX_TEXT:
        raise _wrong(name, f"超过 {MAX_TEXT} 个字")
    return printable(text)


def _number(raw: dict[str, Any], key: str, name: str, most: int = _MOST_NUMBER) -> int:
    value = _of_type(raw, key, name, int)
    if not 0 <= value <= most:
        raise _wrong(name, "超出了范围")
    return value


def _matching(raw: dict[str, Any], key: str, name: str, pattern: re.Pattern[str]) -> str:
    if not pattern.fullmatch(value := _of_type(raw, key, name, str)):
        raise _wrong(name)
    return value


def _list(
    raw: dict[str, Any],
    key: str,
    name: str,
    read: Callable[[dict[str, Any]], T],
    most: int = MAX_PARTS,
) -> tuple[T, ...]:
    values = _short(raw, key, name, most)
    if not all(isinstance(value, dict) for value in values):
        raise _wrong(name)
    return tuple(read(value) for value in values)


def _texts(raw: dict[str, Any], key: str, name: str) -> tuple[str, ...]:
    values = _short(raw, key, name, MAX_PARTS)
    if not all(isinstance(value, str) for value in values):
        raise _wrong(name)
    return tuple(_bounded(value, name) for value in values)


def _short(raw: dict[str, Any], key: str, name: str, most: int) -> list[Any]:
    values: list[Any] = _of_type(raw, key, name, list)
    if len(values) > most:
        raise _wrong(name, f"超过 {most} 个")
    return values


def _pages(raw: dict[str, Any]) -> tuple[int, int] | None:
    match raw.get("pages"):
        case None:
            return None
        case [int(first), int(last)] if 0 < first <= last <= _MOST_NUMBER:
            return first, last
    raise _wrong("页码")


def _date(text: str) -> str:
    """An ISO day, or nothing."""
    try:
        return date.fromisoformat(text).isoformat() if text else ""
    except ValueError as error:
        raise _wrong("日期") from error
