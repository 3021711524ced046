"""The handout of a session pack, a Word file: agenda, cases with their quotes, questions to write on, references."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from desk import handout_style as style
from desk.pack import Item, Pack
from desk.pack_outline import Outline, outline
from desk.printable import MAX_PROPERTY, one_line, printable, shortened

if TYPE_CHECKING:
    from docx.document import Document

LINES_TO_WRITE = 3
DISCLAIMER = "引文照录资料库中的原文，方括号里是参考文献的编号；公开引用前请核对原始出处。"


def handout(pack: Pack) -> bytes:
    """The pack as a .docx file."""
    from docx import Document as new_document

    document = new_document()
    style.prepare(document)
    plan = outline(pack)
    document.core_properties.title = shortened(plan.title, MAX_PROPERTY)
    document.core_properties.author = ""
    document.core_properties.comments = ""
    _head(document, pack, plan)
    for number, item in enumerate(pack.items, 1):
        _item(document, number, item, plan)
    if pack.questions:
        document.add_heading("讨论与小结", 1)
        _questions(document, pack.questions)
    _references(document, plan)
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def _head(document: Document, pack: Pack, plan: Outline) -> None:
    document.add_paragraph(plan.title, "Title")
    facts = (pack.date, f"{len(pack.items)} 项内容", f"共 {pack.minutes} 分钟")
    document.add_paragraph(" · ".join(part for part in facts if part), style.FACTS)
    document.add_heading("流程", 1)
    table = document.add_table(rows=1, cols=3)
    style.as_table(table, (3.2, 11.0, 2.4))
    for cell, text in zip(table.rows[0].cells, ("时间", "内容", "分钟"), strict=True):
        style.fill(cell, text, bold=True)
    for step in plan.agenda:
        cells = table.add_row().cells
        for cell, text in zip(cells, (step.clock, step.title, str(step.minutes)), strict=True):
            style.fill(cell, text)


def _item(document: Document, number: int, item: Item, plan: Outline) -> None:
    document.add_heading(f"{number}. {one_line(item.title)}", 1)
    facts = [one_line(item.facts)] if item.facts else []
    facts += [f"{item.minutes} 分钟"] if item.minutes else []
    if facts:
        document.add_paragraph(" · ".join(facts), style.FACTS)
    for quote in item.quotes:
        if quote.lead:
            document.add_paragraph(f"{printable(quote.lead)} ……", style.LEAD)
        paragraph = document.add_paragraph(style=style.QUOTATION)
        if quote.label:
            paragraph.add_run(f"{one_line(quote.label)}　").bold = True
        paragraph.add_run(printable(quote.text))
        paragraph.add_run(f"　{plan.citation(quote)}", style.CITATION)
    if item.note.strip():
        if item.kind != "note":
            document.add_heading("备注", 2)
        for line in printable(item.note).splitlines():
            document.add_paragraph(line)
    if item.questions:
        document.add_heading("讨论题", 2)
        _questions(document, item.questions)


def _questions(document: Document, questions: tuple[str, ...]) -> None:
    for number, question in enumerate(questions, 1):
        document.add_paragraph(f"{number}. {one_line(question)}", style.QUESTION)
        lines = [document.add_paragraph("", style.WRITING) for _ in range(LINES_TO_WRITE)]
        lines[-1].paragraph_format.keep_with_next = False


def _references(document: Document, plan: Outline) -> None:
    if not plan.cited:
        return
    document.add_heading("参考文献", 1)
    for text, sources in plan.references():
        document.add_paragraph(text, style.REFERENCE)
        if sources:
            document.add_paragraph("资料来源：", style.SOURCE)
        for source in sources:
            document.add_paragraph(source, style.SOURCE)
    document.add_paragraph(DISCLAIMER, style.FACTS)
