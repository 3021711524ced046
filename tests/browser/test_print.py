"""On paper: the passages and where they come from, whole, without what one clicks on."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from typing import Any

import pypdfium2
import pytest
from pypdfium2 import raw

from tests.browser.tour import STOPS, Stop, visit

MARGINS = {side: "15mm" for side in ("top", "bottom", "left", "right")}
SHOWS = {
    "ask": ("要点", "相关程度"),
    "case": ("做法", "来源"),
    "compare": ("做法", "来源"),
    "similar": ("相近的项目", "那里遇到的困难"),
    "gaps": ("看一格", "楼道美化"),  # a row of the map
    "source": ("着色的是这一段", "引用这篇资料", "社区治理案例库:reports/成都社区营造行动三年小结.pdf"),
}
CLICKED = (
    "收入备课夹",
    "查看原文",
    "前后文",
    "筛选",
    "加入比较",
    "下载原件",
    "有用",
    "下一页",
    "选择文件",
    "跳到正文",
    "再看",
)
STILL_THERE = """() => [...document.querySelectorAll(
    "[data-testid=stSidebar], [data-testid=stHeader], [data-testid=stPageLink], button, textarea, select, input")]
  .filter(own => own.checkVisibility() && own.getBoundingClientRect().height > 1 && !own.closest(".st-key-q"))
  .map(own => own.outerHTML.slice(0, 100))"""
CARDS = """() => [...document.querySelectorAll(".cb-card")]
  .filter(own => own.querySelector("h3") && own.checkVisibility() && own.getBoundingClientRect().height < 700)
  .map(own => own.innerText)"""


def squeezed(text: str) -> str:
    return re.sub(r"\s|\ufffe", "", unicodedata.normalize("NFKC", text))


@pytest.fixture
def desktop(browser: Any) -> Iterator[Any]:
    context = browser.new_context(viewport={"width": 1280, "height": 900}, locale="zh-CN")
    yield context.new_page()
    context.close()


@pytest.mark.parametrize("stop", [own for own in STOPS if own.name in SHOWS], ids=lambda own: own.name)
def test_a_page_prints_what_one_reads_and_no_card_is_cut(desktop: Any, address: str, stop: Stop) -> None:
    visit(desktop, address, stop)
    cards = [squeezed(text) for text in desktop.evaluate(CARDS)]
    pictures = desktop.locator("[data-testid=stMain] img").count()
    desktop.emulate_media(media="print")
    assert desktop.evaluate(STILL_THERE) == []
    with pypdfium2.PdfDocument(desktop.pdf(format="A4", margin=MARGINS, print_background=True)) as pdf:
        pages = [squeezed(page.get_textpage().get_text_range()) for page in pdf]
        drawn = sum(own.type == raw.FPDF_PAGEOBJ_IMAGE for page in pdf for own in page.get_objects())
    paper = "".join(pages)
    for text in SHOWS[stop.name]:
        assert text in paper
    for text in CLICKED:
        assert text not in paper
    assert drawn >= pictures
    for card in cards:
        assert any(card[:12] in page and card[-12:] in page for page in pages), card


def test_the_question_is_on_the_paper(desktop: Any, address: str) -> None:
    visit(desktop, address, STOPS[1])
    desktop.emulate_media(media="print")
    assert desktop.get_by_label("想找什么").is_visible()
