"""Every page, in light and dark, on a laptop and a phone: for keyboards, screen readers and paper."""

from __future__ import annotations

from typing import Any

import pytest

from tests.browser.tour import STOPS, fits, visit

axe = pytest.importorskip("axe_playwright_python.sync_playwright")

# What lies in Streamlit's own widgets and can't be mended from outside: rule → the selector it is excused at.
STREAMLITS_OWN: dict[str, tuple[str, ...]] = {}


def serious(page: Any) -> list[str]:
    """Serious and critical violations, each with the places where it is, those of Streamlit's own left out."""
    found = axe.Axe().run(page).response["violations"]
    told = []
    for violation in found:
        excused = ", ".join(STREAMLITS_OWN.get(violation["id"], ()))
        nodes = [n for n in violation["nodes"] if not (excused and _within(page, n["target"][0], excused))]
        if nodes and (violation["impact"] in ("serious", "critical") or violation["id"] == "heading-order"):
            places = "\n".join(f"    {node['target']} {node['failureSummary']}" for node in nodes[:4])
            told.append(f"{violation['id']} ({violation['impact']}, {len(nodes)} places)\n{places}")
    return told


def _within(page: Any, target: str, selector: str) -> bool:
    return bool(page.evaluate("([t, s]) => !!document.querySelector(t)?.closest(s)", [target, selector]))


@pytest.mark.parametrize(
    ("size", "scheme"), [((1280, 900), "light"), ((390, 844), "dark")], ids=["laptop-light", "phone-dark"]
)
def test_no_page_shuts_anyone_out(browser: Any, address: str, size: tuple[int, int], scheme: str) -> None:
    context = browser.new_context(
        viewport={"width": size[0], "height": size[1]},
        locale="zh-CN",
        color_scheme=scheme,
        reduced_motion="reduce",
    )
    page = context.new_page()
    told = []
    for stop in STOPS:
        visit(page, address, stop)
        told += [f"{stop.name}: {one}" for one in serious(page)]
        told += [] if fits(page) else [f"{stop.name}: wider than the window"]
        headings = page.locator("h1").count()
        told += [] if headings == 1 else [f"{stop.name}: {headings} headings of the first level"]
        language = page.evaluate("document.documentElement.lang")
        told += [] if language == "zh-CN" else [f"{stop.name}: the language is {language}"]
    context.close()
    assert not told, "\n".join(told)
