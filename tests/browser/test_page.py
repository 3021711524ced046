"""The page in a real browser, with the real model: what a new social worker sees."""

from __future__ import annotations

import pytest

from tests.browser.tour import PDF, QUESTION, settle

sync_api = pytest.importorskip("playwright.sync_api")


def ask(page, address: str) -> None:  # type: ignore[no-untyped-def]
    page.goto(address)
    box = page.get_by_label("想找什么")
    box.fill(QUESTION)
    box.press("Enter")
    page.locator(".cb-card mark").first.wait_for(timeout=30_000)
    settle(page)


def test_a_question_gets_cards_from_several_documents(page, address: str) -> None:  # type: ignore[no-untyped-def]
    ask(page, address)
    titles = page.locator(".cb-card h3").all_inner_texts()
    assert len({title.partition(". ")[2] for title in titles}) >= 3
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def test_the_address_holds_the_question_and_can_be_shared(page, address: str) -> None:  # type: ignore[no-untyped-def]
    ask(page, address)
    page.wait_for_url("**q=*")
    shared = page.url
    page.goto("about:blank")
    page.goto(shared)
    page.locator(".cb-card mark").first.wait_for(timeout=30_000)
    sync_api.expect(page.get_by_label("想找什么")).to_have_value(QUESTION)


def test_a_card_opens_its_source_at_the_passage(page, address: str) -> None:  # type: ignore[no-untyped-def]
    ask(page, address)
    title = page.locator("[id^=hit-] h3").first.inner_text().partition(". ")[2]
    page.get_by_text("查看原文").first.click()
    page.locator(".cb-here").wait_for(timeout=15_000)
    assert title in page.locator(".cb-card h1").inner_text()
    assert "doc=" in page.url


def test_what_surrounds_a_hit_opens_under_it(page, address: str) -> None:  # type: ignore[no-untyped-def]
    ask(page, address)
    page.get_by_text("前后文").first.click()
    page.locator(".cb-other").first.wait_for(timeout=15_000)


def test_a_pdf_is_shown_with_the_passage_shaded_and_its_pages_turn(page, address: str) -> None:  # type: ignore[no-untyped-def]
    page.goto(f"{address}/source?doc={PDF}&passage=1")
    page.get_by_text("着色的是这一段").wait_for(timeout=30_000)
    page.get_by_role("button", name="下一页").click()
    page.get_by_text("第 2 页，共").wait_for(timeout=15_000)


def test_nothing_is_fetched_from_elsewhere(page, address: str) -> None:  # type: ignore[no-untyped-def]
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    ask(page, address)
    foreign = [
        url for url in asked if not url.startswith((address, address.replace("http", "ws"), "data:", "blob:"))
    ]
    assert foreign == []


def test_an_unanswerable_question_is_answered_honestly(page, address: str) -> None:  # type: ignore[no-untyped-def]
    page.goto(f"{address}/?q=骁龙870手机跑分多少")
    page.get_by_text("没有找到足够相关的内容").wait_for(timeout=30_000)


def test_two_passages_are_collected_outlive_a_reload_and_become_a_handout(
    page, address: str, tmp_path
) -> None:  # type: ignore[no-untyped-def]
    from docx import Document

    ask(page, address)
    for number in (1, 2):
        page.locator("[class*=st-key-collect-]").get_by_text("收入备课夹", exact=True).nth(1).click()
        page.get_by_text("已收入").nth(number - 1).wait_for(timeout=15_000)
    page.goto(f"{address}/pack")
    page.get_by_text("放进幻灯片的演讲者备注").nth(1).wait_for(timeout=15_000)
    page.get_by_label("培训的题目").fill("居民参与培训")
    page.get_by_label("培训的题目").press("Enter")
    page.get_by_text("备课夹（2）").first.wait_for(timeout=15_000)
    page.reload()
    page.get_by_text("放进幻灯片的演讲者备注").nth(1).wait_for(timeout=15_000)
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    with page.expect_download(timeout=30_000) as download:
        page.get_by_role("button", name="讲义（Word）").click()
    assert download.value.suggested_filename == "居民参与培训.docx"
    download.value.save_as(tmp_path / "a.docx")
    document = Document(tmp_path / "a.docx")
    quotes = [own.text for own in document.paragraphs if own.style.name == "Quotation"]
    assert document.paragraphs[0].text == "居民参与培训" and len(quotes) == 2


def test_what_was_asked_is_offered_after_a_reload_to_this_browser_only(page, browser, address: str) -> None:  # type: ignore[no-untyped-def]
    ask(page, address)
    page.goto(address)
    asked_before = page.get_by_text("最近问过：")
    asked_before.wait_for(timeout=15_000)
    page.get_by_text("只存在运行案例库的这台电脑上").wait_for(timeout=15_000)
    stranger = browser.new_context(locale="zh-CN")
    other = stranger.new_page()
    other.goto(address)
    other.get_by_text("试试这样问").wait_for(timeout=15_000)
    assert other.get_by_text("最近问过：").count() == 0
    stranger.close()
    page.get_by_role("button", name="清除最近问过的").click()
    asked_before.wait_for(state="detached", timeout=15_000)
    page.reload()
    page.get_by_text("试试这样问").wait_for(timeout=15_000)
    assert asked_before.count() == 0
