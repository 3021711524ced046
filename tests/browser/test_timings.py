"""How long the page takes for one visitor: printed (``pytest -s``), never asserted; twenty: ``make bench-page``."""

from __future__ import annotations

import time
from typing import Any

from tests.browser.tour import PATIENCE, QUESTION, answered


def test_one_visitor_is_answered(browser: Any, address: str) -> None:
    page = browser.new_context(locale="zh-CN").new_page()
    page.goto(address)
    box = page.get_by_label("想找什么")
    box.wait_for(timeout=PATIENCE)
    for question in (QUESTION, "老房加装电梯，费用怎么分摊", "社区小花园建好以后谁来养护"):
        box.fill(question)
        began = time.perf_counter()
        answered(page, lambda: box.press("Enter"))
        page.locator("#hit-1").wait_for(timeout=PATIENCE)
        print(f"\n提问到卡片 {1000 * (time.perf_counter() - began):.0f} 毫秒：{question}")
    page.context.close()
