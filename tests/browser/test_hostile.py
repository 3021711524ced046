"""A document and an address that mean harm: on every page their text shows as it is, and nothing runs."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

import pytest

from ingest import pipeline
from ingest.embed import Embedder
from tests.browser.server import serving
from tests.browser.tour import PATIENCE, SETTLED, document_id, fits, settle
from tests.conftest import silent

IMAGE = "<img src=/stolen onerror=alert(1)>"
MARKDOWN = "![图](/stolen) [点我](javascript:alert(2)) $\\frac{1}{2}$ :material/home: :red[红]"
BIDI = "\u202e反过来\u202c"
FILE = "cases/<img src=stolen onerror=alert(3)> [x](y) $z$.md"
TEXT = f"""---
title: '居民议事 {IMAGE} {MARKDOWN}'
kind: '案例'
city: '成都市'
district: '{IMAGE}'
themes: ['社区小花园', '{IMAGE}']
period: '2023'
sources:
  - {{title: '{IMAGE}', publisher: '{MARKDOWN}', url: 'javascript:alert(4)'}}
---
## 做法 {IMAGE} {MARKDOWN}
居民议事会请居民参与花园养护，{IMAGE} {MARKDOWN} {BIDI}。居民认领了 30 块地。

<script>alert(5)</script>

## 困难
居民议事时有人反对，{IMAGE} 花了三个月才谈拢。{"长" * 10_000}
"""


@pytest.fixture(scope="module")
def hostile(embedder: Embedder, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("library")
    for name in (FILE, "cases/另一篇.md"):
        path = folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(TEXT.replace("居民议事", "居民协商") if "另" in name else TEXT, encoding="utf-8")
    store = tmp_path_factory.mktemp("index")
    pipeline.ingest([folder], store, embedder, silent)
    with serving(store, tmp_path_factory.mktemp("data")) as running:
        yield running


def test_nothing_in_a_document_or_an_address_runs(page: Any, hostile: str) -> None:
    harm: list[str] = []
    page.on("dialog", lambda dialog: (harm.append(f"dialog {dialog.message}"), dialog.dismiss()))
    page.on(
        "request",
        lambda request: harm.append(request.url) if "stolen" in request.url.partition("?")[0] else None,
    )
    own, other, bad = document_id(FILE), document_id("cases/另一篇.md"), f"{IMAGE}{MARKDOWN}"
    addresses = [
        ("", {"q": f"居民议事 {IMAGE} $x$", "city": bad, "literal": bad, "order": bad, "n": bad}),
        ("", {"q": "居民议事会请居民参与花园养护"}),
        ("cases", {"title": "", "sort": bad, "page": bad, "pick": bad}),
        ("cases", {"kind": "案例"}),
        ("case", {"doc": own, "pick": own, "back": bad}),
        ("compare", {"doc": [own, other]}),
        ("gaps", {"theme": "社区小花园", "place": "成都市", "from": bad, "city": bad}),
        ("library", {"q": bad}),
        ("source", {"doc": own, "passage": "0", "page": bad, "from": bad, "back": bad}),
        ("source", {"doc": bad, "passage": bad}),
    ]
    shown = []
    for name, parameters in addresses:
        page.goto(f"{hostile}/{name}?{urlencode(parameters, doseq=True)}")
        page.locator(SETTLED).wait_for(timeout=PATIENCE)
        page.locator("h1, [data-testid=stAlert]").first.wait_for(timeout=PATIENCE)
        settle(page)
        shown.append(page.locator("[data-testid=stMain]").inner_text())
        assert page.locator("[data-testid=stMain] img[src*=stolen], [href^='javascript:']").count() == 0, name
        assert page.locator("[data-testid=stMain] .katex").count() == 0, name
        assert page.locator("[data-testid=stException]").count() == 0, name
        assert fits(page), name
    assert harm == []
    for position in (1, 3, 4, 5, 8):
        assert IMAGE in shown[position] and ":material/home:" in shown[position], addresses[position]
    page.goto(f"{hostile}/case?doc={own}")
    page.get_by_text("收入备课夹", exact=True).click(timeout=PATIENCE)
    page.get_by_text("已收入").wait_for(timeout=PATIENCE)
    page.goto(f"{hostile}/pack")
    page.get_by_text("流程（共").wait_for(timeout=PATIENCE)
    assert IMAGE in page.locator("[data-testid=stMain]").inner_text() and fits(page) and harm == []
