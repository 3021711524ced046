"""Without a mouse: Tab, Shift-Tab and Enter get everywhere, and one sees where one is."""

from __future__ import annotations

from typing import Any

import pytest

from tests.browser.tour import PATIENCE, QUESTION, SETTLED, STOPS, Stop, answered, settle, visit

MOST = 60  # presses of Tab: each page's own controls are among the first
HELD = """() => {
  const at = document.activeElement;
  if (!at || at === document.body) return null;
  const seen = element => {
    const style = getComputedStyle(element);
    return style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 1
      && !/rgba\\(.*, 0\\)/.test(style.outlineColor);
  };
  let shown = false;
  for (let own = at, up = 0; own && up < 4; own = own.parentElement, up++) shown ||= seen(own);
  const own = at.matches("main, section") ? "" : at.innerText;  // what scrolls may hold the focus: not all that is in it
  const name = at.getAttribute("aria-label") || own || at.value || at.tagName;
  const box = at.getBoundingClientRect();
  return { name: name.trim().slice(0, 40), tag: at.tagName, test: at.dataset.testid || "", shown,
           inside: box.bottom > 0 && box.top < innerHeight };
}"""


def tab(page: Any, backwards: bool = False) -> dict[str, Any]:
    page.keyboard.press("Shift+Tab" if backwards else "Tab")
    return page.evaluate(HELD) or {"name": "", "tag": "BODY", "test": "", "shown": True, "inside": True}


def tab_to(page: Any, name: str, backwards: bool = False) -> dict[str, Any]:
    met = []
    for _ in range(MOST):
        held = tab(page, backwards)
        met.append(held["name"])
        if name in held["name"]:
            return held
    raise AssertionError(f"{name} is not reached: {met}")


@pytest.fixture
def desktop(browser: Any) -> Any:
    context = browser.new_context(viewport={"width": 1280, "height": 900}, locale="zh-CN")
    yield context.new_page()
    context.close()


def test_one_asks_opens_the_source_and_comes_back_with_the_keyboard_alone(desktop: Any, address: str) -> None:
    page = desktop
    page.goto(address)
    page.get_by_text("试试这样问").wait_for(timeout=PATIENCE)
    settle(page)
    assert tab(page)["name"] == "跳到正文"
    page.keyboard.press("Enter")
    assert tab_to(page, "想找什么")["tag"] == "INPUT"
    page.keyboard.type(QUESTION)
    answered(page, lambda: page.keyboard.press("Enter"))
    page.locator(".cb-card mark").first.wait_for(timeout=PATIENCE)
    settle(page)
    assert page.evaluate("document.activeElement.getAttribute('aria-label')").startswith("想找什么")
    assert tab_to(page, "查看原文")["tag"] == "A"
    page.keyboard.press("Enter")
    page.locator(".cb-here").wait_for(timeout=PATIENCE)
    settle(page)
    assert tab_to(page, "回到")["tag"] == "A"
    page.keyboard.press("Enter")
    page.locator(".cb-card mark").first.wait_for(timeout=PATIENCE)
    page.locator(SETTLED).wait_for(timeout=PATIENCE)
    assert page.get_by_label("想找什么").input_value() == QUESTION


def test_shift_tab_goes_back_the_way_that_tab_came(desktop: Any, address: str) -> None:
    page = desktop
    visit(page, address, STOPS[1])
    way = [tab(page)["name"] for _ in range(20)]
    assert len(set(way)) > 10
    assert [tab(page, backwards=True)["name"] for _ in range(19)] == way[-2::-1]


@pytest.mark.parametrize("stop", STOPS, ids=[stop.name for stop in STOPS])
def test_every_control_that_tab_reaches_shows_that_it_has_the_focus(
    desktop: Any, address: str, stop: Stop
) -> None:
    page = desktop
    visit(page, address, stop)
    unseen, met = [], []
    for _ in range(MOST):
        held = tab(page)
        if held["tag"] == "BODY":
            break
        met.append(held["name"])
        if not (held["shown"] and held["inside"]):
            unseen.append(held)
    assert len(met) >= 8 and unseen == []
