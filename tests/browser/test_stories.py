"""From beginning to end: what a new social worker, a trainer and a project lead come for."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from tests.browser.tour import CASE, PATIENCE, QUESTION, SETTLED, answered, settle

sync_api = pytest.importorskip("playwright.sync_api")


def test_a_new_social_worker_comes_back_to_the_same_hits(page: Any, address: str) -> None:
    page.goto(f"{address}/?kind=培训")
    box = page.get_by_label("想找什么")
    box.fill(QUESTION, timeout=PATIENCE)
    box.press("Enter")
    page.locator("#hit-1").wait_for(timeout=PATIENCE)
    page.get_by_text("已筛选：培训").wait_for()
    first = page.locator("#hit-1").inner_text()
    page.get_by_role("link", name="查看原文").first.click()
    page.locator(".cb-here").wait_for(timeout=PATIENCE)
    page.go_back()
    for look in ("came back", "reloaded"):
        page.locator("#hit-1").wait_for(timeout=PATIENCE)
        page.get_by_text("已筛选：培训").wait_for()
        assert page.locator("#hit-1").inner_text() == first, look
        sync_api.expect(page.get_by_label("想找什么")).to_have_value(QUESTION)
        page.reload()


def test_a_trainer_takes_away_a_handout_and_slides(page: Any, address: str, tmp_path: Path) -> None:
    from docx import Document
    from pptx import Presentation

    page.goto(f"{address}/?q={QUESTION}")
    for number in (1, 2):
        button = page.locator("[class*=st-key-below-]").nth(number - 1).get_by_text("收入备课夹")
        button.click(timeout=PATIENCE)
        page.get_by_text("已收入").nth(number - 1).wait_for(timeout=PATIENCE)
    page.goto(f"{address}/case?doc={CASE}")
    page.get_by_text("收入备课夹", exact=True).click(timeout=PATIENCE)
    page.get_by_text("已收入").wait_for(timeout=PATIENCE)
    title = page.locator("h1").inner_text()
    page.goto(f"{address}/pack")
    page.locator(".cb-card h3").filter(has_text=f"3. {title}").wait_for(timeout=PATIENCE)
    page.get_by_role("button", name="上移").nth(2).click()
    page.locator(".cb-card h3").filter(has_text=f"2. {title}").wait_for(timeout=PATIENCE)
    settle(page)
    note = page.get_by_label("备注").nth(1)
    note.fill("请参加过的居民先讲")
    answered(page, lambda: note.press("Control+Enter"))
    page.reload()
    sync_api.expect(page.get_by_label("备注").nth(1)).to_have_value("请参加过的居民先讲", timeout=PATIENCE)
    taken = {}
    for label, suffix in (("讲义（Word）", "docx"), ("幻灯片（PPT）", "pptx")):
        with page.expect_download(timeout=PATIENCE) as download:
            page.get_by_role("button", name=label).click()
        taken[suffix] = tmp_path / f"a.{suffix}"
        download.value.save_as(taken[suffix])
    written = [own.text for own in Document(str(taken["docx"])).paragraphs]
    assert any("请参加过的居民先讲" in line for line in written)
    assert any(title in line for line in written)
    slides = Presentation(str(taken["pptx"])).slides
    spoken = [slide.notes_slide.notes_text_frame.text for slide in slides if slide.has_notes_slide]
    assert len(slides) >= 4 and any("请参加过的居民先讲" in text for text in spoken)


def test_a_project_lead_goes_from_a_proposal_to_a_table(page: Any, address: str, tmp_path: Path) -> None:
    from openpyxl import load_workbook

    page.goto(f"{address}/similar")
    page.get_by_role("button", name="社区小花园").click(timeout=PATIENCE)
    page.get_by_text("那里遇到的困难").first.wait_for(timeout=PATIENCE)
    titles = [re.sub(r"^\d+\. ", "", text) for text in page.locator(".cb-card h3").all_inner_texts()[:2]]
    for count in (1, 2):
        page.get_by_role("button", name="加入比较", exact=True).first.click()
        page.get_by_text(f"已选 {count} 篇").wait_for(timeout=PATIENCE)
    page.get_by_role("link", name="并排比较 →").click()
    page.locator(".cb-compare").wait_for(timeout=PATIENCE)
    page.locator(SETTLED).wait_for(timeout=PATIENCE)
    with page.expect_download(timeout=PATIENCE) as download:
        page.get_by_role("button", name="导出 Excel").click()
    download.value.save_as(tmp_path / "a.xlsx")
    cells = [
        str(v) for row in load_workbook(tmp_path / "a.xlsx").active.iter_rows(values_only=True) for v in row
    ]
    assert all(any(title in cell for cell in cells) for title in titles)
