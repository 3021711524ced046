"""How long the page takes and how much memory it holds: printed (``pytest -s``), never asserted."""

from __future__ import annotations

import shutil
import time
from pathlib import Path
from typing import Any

from ingest import pipeline
from ingest.embed import Embedder
from tests.browser.server import serving
from tests.browser.tour import PATIENCE, answered
from tests.conftest import ROOT, silent

VISITORS = 20
QUESTIONS = ("如何提升居民参与度", "老房加装电梯，费用怎么分摊", "社区小花园建好以后谁来养护")


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


def test_the_page_answers_twenty_visitors(browser: Any, embedder: Embedder, tmp_path: Path) -> None:
    (tmp_path / "library").mkdir()
    for path in sorted((ROOT / "corpus" / "training").glob("*.md"))[:10]:
        shutil.copy(path, tmp_path / "library")
    pipeline.ingest([tmp_path / "library"], tmp_path / "index", embedder, silent)
    with serving(tmp_path / "index", tmp_path / "data") as address:
        contexts = [browser.new_context(locale="zh-CN") for _ in range(VISITORS)]
        pages = [context.new_page() for context in contexts]
        began = time.perf_counter()
        pages[0].goto(address)
        pages[0].get_by_text("试试这样问").wait_for(timeout=PATIENCE)
        print(f"\n第一页 {time.perf_counter() - began:.1f} 秒，服务器占用 {resident(address):.0f} MB")
        box = pages[0].get_by_label("想找什么")
        for question in QUESTIONS:
            box.fill(question)
            began = time.perf_counter()
            answered(pages[0], lambda: box.press("Enter"))
            pages[0].locator("#hit-1").wait_for(timeout=PATIENCE)
            print(f"提问到卡片 {1000 * (time.perf_counter() - began):.0f} 毫秒：{question}")
        began = time.perf_counter()
        for number, page in enumerate(pages):
            page.goto(f"{address}/?q={QUESTIONS[number % len(QUESTIONS)]}", wait_until="commit")
        for page in pages:
            page.locator("#hit-1").wait_for(timeout=PATIENCE)
        seconds = time.perf_counter() - began
        print(f"{VISITORS} 人同时提问，全部答完 {seconds:.1f} 秒，服务器占用 {resident(address):.0f} MB")
        for context in contexts:
            context.close()
