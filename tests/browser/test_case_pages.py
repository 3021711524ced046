"""The pages of cases in a real browser, with the real model, on a laptop and a phone."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

from tests.browser.tour import fits, settle

sync_api = pytest.importorskip("playwright.sync_api")


def test_from_the_list_to_a_card_to_a_comparison_to_word(page, address: str) -> None:  # type: ignore[no-untyped-def]
    from docx import Document

    page.goto(f"{address}/cases?kind=案例&sort=title")
    page.get_by_text("这里是第").wait_for(timeout=30_000)
    settle(page)
    title = page.locator(".cb-card h3").first.inner_text()
    page.get_by_role("link", name="案例卡").first.click()
    page.locator(".cb-slots").wait_for()
    assert page.locator(".cb-card h1").inner_text() == title
    assert page.locator(".cb-cite").count() > 3 and fits(page)
    page.get_by_role("button", name="加入比较", exact=True).first.click()
    page.get_by_text("已选 1 篇").wait_for()
    page.get_by_role("link", name="← 全部案例").click()
    page.get_by_text("这里是第").wait_for()
    assert "sort=title" in page.url and "pick=" in page.url
    settle(page)
    page.get_by_role("button", name="加入比较", exact=True).first.click()
    page.get_by_role("link", name="并排比较 →").click()
    page.locator(".cb-compare").wait_for()
    assert page.locator(".cb-compare thead th").count() == 3 and fits(page)
    settle(page)
    with page.expect_download() as download:
        page.get_by_role("button", name="导出 Word").click()
    document = Document(io.BytesIO(Path(download.value.path()).read_bytes()))
    assert title in document.tables[0].rows[0].cells[1].text


def test_a_quote_opens_its_source_at_the_passage(page, address: str) -> None:  # type: ignore[no-untyped-def]
    page.goto(f"{address}/cases")
    page.get_by_text("这里是第").wait_for(timeout=30_000)
    settle(page)
    page.get_by_role("link", name="案例卡").first.click()
    quote = page.locator(".cb-slot li").first
    quote.wait_for()
    words = quote.inner_text().rpartition(" 第")[0].strip()[:12]
    with page.context.expect_page() as opened:
        quote.locator(".cb-cite").first.click()
    source = opened.value
    source.locator(".cb-here").wait_for(timeout=30_000)
    assert words in source.locator(".cb-here").inner_text()
    source.get_by_role("link", name="← 回到案例卡").wait_for()


def test_back_and_reload_keep_what_was_chosen(page, address: str) -> None:  # type: ignore[no-untyped-def]
    page.goto(f"{address}/cases?sort=title")
    box = page.get_by_label("在题目里找")
    box.fill("社区")
    box.press("Enter")
    page.wait_for_url("**title=*")
    settle(page)
    count = page.get_by_text("这里是第").inner_text()
    page.get_by_role("link", name="案例卡").first.click()
    page.locator(".cb-slots").wait_for()
    page.go_back()
    page.get_by_text(count).wait_for()
    page.reload()
    page.get_by_text(count).wait_for(timeout=30_000)
    sync_api.expect(page.get_by_label("在题目里找")).to_have_value("社区")


def test_an_example_finds_similar_projects_and_stays_when_one_comes_back(page, address: str) -> None:  # type: ignore[no-untyped-def]
    page.goto(f"{address}/similar")
    page.get_by_role("button", name="楼道堆物").click(timeout=30_000)
    page.get_by_text("那里遇到的困难").first.wait_for(timeout=30_000)
    assert fits(page) and "楼道" not in page.url
    page.get_by_role("link", name="案例卡").first.click()
    page.locator(".cb-slots").wait_for()
    page.go_back()
    page.get_by_text("那里遇到的困难").first.wait_for()
    assert page.get_by_label("方案的文字").input_value().startswith("楼道堆物清理方案")


def test_a_click_on_the_map_shows_the_cell_and_nothing_is_fetched_from_elsewhere(page, address: str) -> None:  # type: ignore[no-untyped-def]
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"{address}/gaps")
    cell = page.locator('.mark-rect path[aria-label*="篇数: 缺"]').first
    cell.click(timeout=30_000)
    page.get_by_text("资料库里没有先例").wait_for()
    assert "theme=" in page.url and "place=" in page.url and fits(page)
    local = (address, address.replace("http", "ws"), "data:", "blob:")
    assert [url for url in asked if not url.startswith(local)] == []
