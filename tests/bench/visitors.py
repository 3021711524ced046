"""``make bench-page``: the page for one visitor and for twenty at once, with the index of this folder."""

from __future__ import annotations

import sys
import tempfile
import time
from pathlib import Path

from playwright.sync_api import sync_playwright

from tests.bench.questions import questions
from tests.browser.chromium import EXECUTABLE, FLAGS, MISSING
from tests.browser.server import serving
from tests.browser.tour import PATIENCE, answered
from tests.conftest import ROOT

VISITORS = 20


def resident(address: str) -> float:
    """Memory of the server at this address, in MB; 0 where the system doesn't tell."""
    port = address.rpartition(":")[2]
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            words = (folder / "cmdline").read_bytes().decode().split("\0")
            if "streamlit" in words and port in words:
                status = (folder / "status").read_text()
                return int(status.partition("VmRSS:")[2].split()[0]) / 1000
        except OSError:
            continue
    return 0.0


def main() -> None:
    """Print the figures."""
    if EXECUTABLE is None:
        sys.exit(MISSING)
    asked = questions()
    with (
        tempfile.TemporaryDirectory() as data,
        serving(ROOT / "index", Path(data)) as address,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path=EXECUTABLE, args=FLAGS)
        pages = [browser.new_context(locale="zh-CN").new_page() for _ in range(VISITORS)]
        first = pages[0]
        began = time.perf_counter()
        first.goto(address)
        box = first.get_by_label("想找什么")
        box.wait_for(timeout=PATIENCE)
        print(f"服务启动后第一页：{time.perf_counter() - began:.1f} 秒，服务占用 {resident(address):.0f} MB")
        took = []
        for question in asked[:10]:
            box.fill(question)
            began = time.perf_counter()
            answered(first, lambda: box.press("Enter"))
            took.append(1000 * (time.perf_counter() - began))
        took.sort()
        print(f"一个人接连问 10 次，从回车到画好：中位 {took[5]:.0f} 毫秒，最慢 {took[-1]:.0f} 毫秒")
        began = time.perf_counter()
        for question, page in zip(asked, pages, strict=False):
            page.goto(f"{address}/?q={question}", wait_until="commit")
        for page in pages:
            page.locator("[data-testid=stExpander]").first.wait_for(timeout=2 * PATIENCE)
        seconds = time.perf_counter() - began
        print(f"{VISITORS} 个人同时问，全部画好：{seconds:.1f} 秒，服务占用 {resident(address):.0f} MB")
        browser.close()


if __name__ == "__main__":
    main()
