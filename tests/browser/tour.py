"""Every page of the app in a state worth looking at, and how to get there: for the tests that visit them all."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256
from typing import Any
from urllib.parse import urlencode, urljoin

CASES = 10  # of each kind, in the small library of the tests
QUESTION = "如何提升居民参与度"
SETTLED = "[data-testid=stApp][data-test-script-state=notRunning]"
PATIENCE = 60_000  # ms: the first page of a server opens the library


def document_id(name: str) -> str:
    """The id of the document of a file of corpus/."""
    return sha256(name.encode()).hexdigest()[:12]


PDF = document_id("reports/成都社区营造行动三年小结.pdf")
CASE = document_id("cases/beijing-dongsi-flower.md")
OTHER_CASE = document_id("cases/airport-road-micro-renewal.md")


def settle(page: Any) -> None:
    """Wait until what was clicked has been answered and drawn."""
    page.locator(SETTLED).wait_for(timeout=PATIENCE)
    # Streamlit tells that it runs some milliseconds after a click: look again once the browser has drawn twice.
    page.evaluate("() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")
    page.locator(SETTLED).wait_for(timeout=PATIENCE)
    # Widgets are fetched when first needed: until then the second card may have its link and the first not.
    page.wait_for_function("!document.querySelector('[data-testid=stSkeleton]')", timeout=PATIENCE)


def answered(page: Any, act: Callable[[], object]) -> None:
    """Do something that the server must hear of, and wait until it has answered."""
    page.evaluate("""() => {
      const app = document.querySelector("[data-testid=stApp]");
      window.heard = new Promise(done => new MutationObserver((_, watch) => {
        if (app.dataset.testScriptState === "running") { watch.disconnect(); done(); }
      }).observe(app, { attributes: true }));
    }""")
    act()
    page.evaluate("() => window.heard")
    settle(page)


def fits(page: Any) -> bool:
    """Whether the page is no wider than the window."""
    return bool(page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"))


def _nothing(page: Any) -> None:
    """The address is all that it takes."""


def _example(page: Any) -> None:
    page.get_by_role("button", name="社区小花园").click()


def _collect(page: Any) -> None:
    if not page.get_by_text("已收入").count():
        page.get_by_text("收入备课夹", exact=True).first.click()
        page.get_by_text("已收入").first.wait_for(timeout=PATIENCE)
    page.goto(urljoin(page.url, "/pack"))


@dataclass(frozen=True, slots=True)
class Stop:
    """One page: its address, what to do there, and what is to be seen then."""

    name: str
    address: str
    sight: str
    steps: Callable[[Any], None] = _nothing


STOPS = (
    Stop("begin", "/", "text=试试这样问"),
    Stop("ask", "/?" + urlencode({"q": QUESTION}), "#hit-3"),
    Stop("nothing", "/?" + urlencode({"q": "骁龙870手机跑分多少"}), "text=没有找到足够相关的内容"),
    Stop("cases", "/cases", "text=这里是第"),
    Stop("case", "/case?" + urlencode({"doc": CASE, "pick": CASE}), "text=相近的案例"),
    Stop("compare", "/compare?" + urlencode({"doc": [CASE, OTHER_CASE]}, doseq=True), "text=来源"),
    Stop("similar", "/similar", "text=那里遇到的困难", _example),
    Stop("pack", "/case?" + urlencode({"doc": CASE}), "text=导出", _collect),
    Stop("gaps", "/gaps?" + urlencode({"theme": "社区小花园", "place": "成都市"}), ".mark-rect"),
    Stop("library", "/library", "[data-testid=stDataFrame] canvas"),
    Stop("source", "/source?" + urlencode({"doc": PDF, "passage": 2}), "text=着色的是这一段"),
)


def visit(page: Any, address: str, stop: Stop) -> None:
    """Go there and wait until everything is drawn."""
    page.goto(address + stop.address)
    page.locator(SETTLED).wait_for(timeout=PATIENCE)
    stop.steps(page)
    page.locator(stop.sight).first.wait_for(timeout=PATIENCE)
    settle(page)
