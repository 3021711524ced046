"""The slides of a session pack, a PowerPoint file: one case a slide, its full quotes and sources in the notes."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Any

from desk import slide_style as style
from desk.pack import Item, Pack
from desk.pack_outline import CLOSING, Outline, Step, outline
from desk.printable import MAX_PROPERTY, one_line, printable, shortened
from desk.slide_bullets import Bullet, bullets, speaker_notes
from desk.slide_text import Box, fitted, paged

if TYPE_CHECKING:
    from pptx.presentation import Presentation

MOST_STEPS, MOST_PARAGRAPHS = 10, 10  # rows of the agenda, paragraphs of a slide
QUESTION_LINES, REFERENCE_LINES = 4, 4
MORE = "……处有省略，全文见备注"


def slides(pack: Pack) -> bytes:
    """The pack as a .pptx file."""
    from pptx import Presentation as new_presentation

    presentation = new_presentation()
    style.prepare(presentation)
    plan = outline(pack)
    presentation.core_properties.title = shortened(plan.title, MAX_PROPERTY)
    presentation.core_properties.author = ""
    _cover(presentation, pack, plan)
    for first in range(0, len(plan.agenda), MOST_STEPS):
        _agenda(presentation, plan.agenda[first : first + MOST_STEPS])
    for item in pack.items:
        _item(presentation, item, plan)
        _questions(presentation, f"讨论：{one_line(item.title)}", item.questions)
    _questions(presentation, CLOSING, pack.questions)
    _references(presentation, plan)
    buffer = io.BytesIO()
    presentation.save(buffer)
    return buffer.getvalue()


def _cover(presentation: Presentation, pack: Pack, plan: Outline) -> None:
    slide = presentation.slides.add_slide(presentation.slide_layouts[style.TITLE_SLIDE])
    style.bar(slide, 0, 0, 0.35, style.HEIGHT)
    own = style.paragraph(style.bare(slide.shapes.title.text_frame), style.COVER, first=True)
    style.write(own, fitted(plan.title, style.COVER.ems, 2), style.COVER.size, style.ACCENT, bold=True)
    under = " · ".join(part for part in (pack.date, f"共 {pack.minutes} 分钟") if part)
    own = style.paragraph(style.bare(slide.placeholders[1].text_frame), style.UNDER_COVER, first=True)
    style.without_bullet(own)
    style.write(own, under, style.UNDER_COVER.size, style.GREY)
    _speak(slide, [plan.title])


def _agenda(presentation: Presentation, steps: Sequence[Step]) -> None:
    slide = _titled(presentation, "流程", style.TITLE_ONLY)
    table = style.table(slide, len(steps), (2.2, 8.23, 1.5))
    box = Box(0, 0, 8.0, 0, size=16, leading=20)
    for row, step in zip(table.rows, steps, strict=True):
        texts = (step.clock, fitted(step.title, box.ems, 1), f"{step.minutes} 分钟")
        for cell, text in zip(row.cells, texts, strict=True):
            style.write(style.paragraph(cell.text_frame, box, first=True), text, box.size)


def _item(presentation: Presentation, item: Item, plan: Outline) -> None:
    """One slide, or more where its bullets don't fit on one."""
    box, pages = _largest(lambda box: bullets(item, plan, box.ems))
    for number, page in enumerate(pages, 1):
        of = f"（{number}/{len(pages)}）" if len(pages) > 1 else ""
        slide = _titled(presentation, item.title, style.CONTENT, of)
        _body(slide, box, page)
        _source_line(slide, item, plan, any("……" in bullet.text for bullet in page))
        _speak(slide, speaker_notes(item, plan))


def _largest(bullets_in: Callable[[Box], Sequence[Bullet]]) -> tuple[Box, list[Sequence[Bullet]]]:
    """The larger box where it holds all bullets unshortened on one slide, else the usual one; and the slides."""
    large = bullets_in(style.LARGE)
    pages = list(paged(large, _whole, style.LARGE, MOST_PARAGRAPHS))
    if len(pages) == 1 and not any("……" in bullet.text for bullet in large):
        return style.LARGE, pages
    return style.BODY, list(paged(bullets_in(style.BODY), _whole, style.BODY, MOST_PARAGRAPHS)) or [()]


def _source_line(slide: Any, item: Item, plan: Outline, shortened: bool) -> None:
    """Where the slide's quotes come from, in small print below."""
    named = "；".join(
        f"[{plan.numbers[own.doc_id]}] {own.title}" + (f"（{own.facts}）" if own.facts else "")
        for own in item.documents
    )
    more = f"（{MORE}）" if shortened else ""
    box = style.SOURCE
    text = fitted(f"出处：{named}", box.ems, 2, more) + more if named else more
    if not text:
        return
    shape = slide.shapes.add_textbox(0, 0, 0, 0)
    style.place(shape, box)
    style.write(style.paragraph(style.bare(shape.text_frame), box, first=True), text, box.size, style.GREY)


def _questions(presentation: Presentation, title: str, questions: Sequence[str]) -> None:

    def numbered(box: Box) -> list[Bullet]:
        return [
            Bullet(fitted(text, box.ems, QUESTION_LINES, f"{number}.　"), f"{number}.")
            for number, text in enumerate(questions, 1)
        ]

    box, pages = _largest(numbered)
    for page in pages if questions else ():
        slide = _titled(presentation, title, style.CONTENT)
        _body(slide, box, page, hanging=True)
        _speak(slide, [title, "", *(f"{n}. {one_line(text)}" for n, text in enumerate(questions, 1))])


def _references(presentation: Presentation, plan: Outline) -> None:
    box = style.SMALL
    listed = [(Bullet(fitted(text, box.ems, REFERENCE_LINES)), text, own) for text, own in plan.references()]
    for page in paged(listed, lambda entry: entry[0].whole, box, MOST_PARAGRAPHS):
        slide = _titled(presentation, "参考文献", style.CONTENT)
        style.place(slide.placeholders[1], box)
        _body(slide, box, [bullet for bullet, _, _ in page], hanging=True)
        _speak(slide, (line for _, text, own in page for line in (text, *(f"资料来源：{s}" for s in own))))


def _titled(presentation: Presentation, title: str, layout: int, of: str = "") -> Any:
    slide = presentation.slides.add_slide(presentation.slide_layouts[layout])
    box = style.TITLE
    own = style.paragraph(style.bare(slide.shapes.title.text_frame, bottom=True), box, first=True)
    style.write(own, fitted(title, box.ems, 2, of) + of, box.size, style.ACCENT, bold=True)
    style.bar(slide, box.left, box.top + box.height + 0.08, box.width, 0.03)
    style.slide_number(slide)
    return slide


def _body(slide: Any, box: Box, page: Sequence[Bullet], hanging: bool = False) -> None:
    """The bullets of one slide; ``hanging`` ones begin with their number in place of the mark."""
    frame = style.bare(slide.placeholders[1].text_frame)
    for number, bullet in enumerate(page):
        own = style.paragraph(frame, box, first=number == 0)
        if hanging:
            style.without_bullet(own, box.indent)
        if bullet.label:
            style.write(own, f"{bullet.label}　", box.size, style.ACCENT, bold=True)
        style.write(own, bullet.text, box.size)
        if bullet.citation:
            style.write(own, f"　{bullet.citation}", box.size * 0.7, style.GREY)


def _speak(slide: Any, lines: Iterable[str]) -> None:
    """Put the lines into the speaker's notes."""
    slide.notes_slide.notes_text_frame.text = "\n".join(printable(line) for line in lines)


def _whole(bullet: Bullet) -> str:
    return bullet.whole
