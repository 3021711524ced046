"""A session pack as Markdown (CommonMark), for notes programs; text of documents and users stays literal."""

from __future__ import annotations

import re
from collections.abc import Iterator

from desk.pack import Item, Pack
from desk.pack_outline import Outline, outline
from desk.printable import one_line, printable

_SPECIAL = re.compile(r"([\\`*_\[\]<>#|~$&])")
_OPENS_BLOCK = re.compile(r"^(\s*)([-+=]|\d{1,9}(?=[.)]))", re.MULTILINE)


def markdown(pack: Pack) -> str:
    """The pack as text."""
    return "\n".join(_lines(pack, outline(pack))) + "\n"


def literal(text: str) -> str:
    """Text that Markdown shows as it stands.

    >>> literal("- <b>a*b</b> $x$")
    '\\\\- \\\\<b\\\\>a\\\\*b\\\\</b\\\\> \\\\$x\\\\$'
    """
    escaped = _SPECIAL.sub(r"\\\1", printable(text))
    return _OPENS_BLOCK.sub(
        lambda match: match[1] + (f"\\{match[2]}" if not match[2].isdigit() else f"{match[2]}\\"), escaped
    )


def _line(text: str) -> str:
    return literal(one_line(text))


def _lines(pack: Pack, plan: Outline) -> Iterator[str]:
    yield f"# {_line(plan.title)}"
    facts = (pack.date, f"{len(pack.items)} 项内容", f"共 {pack.minutes} 分钟")
    yield from ("", " · ".join(part for part in facts if part), "", "## 流程", "")
    yield from ("| 时间 | 内容 | 分钟 |", "|---|---|---:|")
    for step in plan.agenda:
        yield f"| {step.clock} | {_line(step.title)} | {step.minutes} |"
    for number, item in enumerate(pack.items, 1):
        yield from ("", f"## {number}\\. {_line(item.title)}")
        yield from _item(item, plan)
    if pack.questions:
        yield from ("", "## 讨论与小结", "", *_numbered(pack.questions))
    if plan.cited:
        yield from ("", "## 参考文献", "")
        for text, sources in plan.references():
            yield from (f"- {_line(text)}", *(f"  - 资料来源：{_line(source)}" for source in sources))


def _item(item: Item, plan: Outline) -> Iterator[str]:
    facts = [_line(item.facts)] if item.facts else []
    facts += [f"{item.minutes} 分钟"] if item.minutes else []
    if facts:
        yield from ("", " · ".join(facts))
    for quote in item.quotes:
        yield ""
        if quote.lead:
            yield from (f"> {_line(quote.lead)} ……", ">")
        label = f"**{_line(quote.label)}** " if quote.label else ""
        first, *more = printable(quote.text).splitlines() or [""]
        yield from _broken([f"> {label}{literal(first)}", *(f"> {literal(line)}" for line in more)])
        yield from (">", f"> —— {_line(plan.citation(quote))}")
    if item.note.strip():
        name = ("", "**备注**") if item.kind != "note" else ()
        yield from (*name, "", *_broken([literal(line) for line in item.note.splitlines()]))
    if item.questions:
        yield from ("", "**讨论题**", "", *_numbered(item.questions))


def _broken(lines: list[str]) -> list[str]:
    """The lines with a hard break after each but the last."""
    return [*(f"{line}\\" if line else "" for line in lines[:-1]), *lines[-1:]]


def _numbered(questions: tuple[str, ...]) -> Iterator[str]:
    for number, question in enumerate(questions, 1):
        yield f"{number}. {_line(question)}"
