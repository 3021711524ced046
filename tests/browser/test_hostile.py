"""Text that means harm, from a document, an address, a file's name or a box: it shows as it is, and nothing runs."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlencode

import pytest

from desk.access import hash_password
from ingest import pipeline
from ingest.embed import Embedder
from tests.browser.server import serving
from tests.browser.tour import PATIENCE, SETTLED, answered, document_id, fits, settle
from tests.conftest import silent

IMAGE = "<img src=/stolen onerror=alert(1)>"
MARKDOWN = "![图](/stolen) [点我](javascript:alert(2)) $\\frac{1}{2}$ :material/home: :red[红]"
BIDI = "\u202e反过来\u202c"
BOTH = f"{IMAGE} {MARKDOWN}"
PASSWORD = "梧桐树 江边 七点钟"
NAME = "<img src=stolen onerror=alert(7)> [x](y) $z$ :red[红]"  # of an upload
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
    secrets = tmp_path_factory.mktemp("secrets") / "secrets.toml"
    secrets.write_text(f'[admin]\npassword = "{hash_password(PASSWORD)}"\n', encoding="utf-8")
    data = tmp_path_factory.mktemp("data")
    with serving(store, data, "--secrets.files", str(secrets), CASEBASE_CORPUS=str(folder)) as running:
        yield running


@pytest.fixture
def unharmed(page: Any) -> Callable[[], str]:
    """Asserts that the page as it is now took no harm, and returns what it says."""
    harm: list[str] = []
    page.set_default_timeout(PATIENCE)
    page.on("dialog", lambda dialog: (harm.append(f"dialog {dialog.message}"), dialog.dismiss()))
    page.on(
        "request",
        lambda request: harm.append(request.url) if "stolen" in request.url.partition("?")[0] else None,
    )

    def check() -> str:
        page.locator(SETTLED).wait_for()
        page.locator("h1, [data-testid=stAlert]").first.wait_for()
        settle(page)
        main = page.locator("[data-testid=stMain]")
        assert main.locator("img[src*=stolen], [href^='javascript:'], .katex").count() == 0, page.url
        assert page.locator("[data-testid=stException]").count() == 0, page.url
        assert fits(page), page.url
        assert harm == []
        return str(main.inner_text())

    return check


def test_nothing_in_a_document_or_an_address_runs(
    page: Any, hostile: str, unharmed: Callable[[], str]
) -> None:
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
        shown.append(unharmed())
    for position in (1, 3, 4, 5, 8):
        assert IMAGE in shown[position] and ":material/home:" in shown[position], addresses[position]


def test_nothing_that_was_asked_runs_when_it_is_offered_again(
    page: Any, hostile: str, unharmed: Callable[[], str]
) -> None:
    page.goto(f"{hostile}/?{urlencode({'q': f'居民议事 {BOTH}'})}")
    unharmed()
    page.goto(hostile)
    page.get_by_text("最近问过：").wait_for()
    assert "<img src=/stolen" in unharmed()


def test_nothing_in_a_proposal_runs(page: Any, hostile: str, unharmed: Callable[[], str]) -> None:
    page.goto(f"{hostile}/similar")
    page.get_by_label("方案的文字").fill(
        f"花园方案 {BOTH}\n问题：居民议事没人来，{BOTH} {BIDI}\n<script>alert(6)</script>"
    )
    page.get_by_role("button", name="找同类", exact=True).click()
    page.get_by_role("heading", name="相近的项目").wait_for()
    for fold in page.locator("[data-testid=stMain] summary").all():
        fold.click()
    shown = unharmed()
    assert f"花园方案 {IMAGE}" in shown and "您写的：" in shown and ":material/home:" in shown


@pytest.mark.parametrize(
    ("suffix", "data", "says"),
    [(".md", TEXT.encode(), "onerror=alert(1)"), (".docx", b"PK\x03\x04 nothing", "onerror=alert(7)")],
    ids=["read", "damaged"],
)
def test_nothing_in_a_proposals_file_or_its_name_runs(
    page: Any, hostile: str, unharmed: Callable[[], str], suffix: str, data: bytes, says: str
) -> None:
    page.goto(f"{hostile}/similar")
    page.get_by_text("或者上传文件").wait_for()
    given = {"name": NAME + suffix, "mimeType": "application/octet-stream", "buffer": data}
    answered(page, lambda: page.locator("input[type=file]").set_input_files(given))
    answered(page, page.get_by_role("button", name="找同类", exact=True).click)
    page.get_by_role("heading", name="相近的项目").or_(page.locator("[data-testid=stAlert]")).first.wait_for()
    assert says in unharmed()


def test_nothing_in_a_session_pack_runs(page: Any, hostile: str, unharmed: Callable[[], str]) -> None:
    page.goto(f"{hostile}/case?doc={document_id(FILE)}")
    page.get_by_text("收入备课夹", exact=True).click()
    page.get_by_text("已收入").wait_for()
    page.goto(f"{hostile}/pack")
    page.get_by_text("流程（共").wait_for()
    title = page.get_by_label("培训的题目")
    title.fill(BOTH)
    answered(page, lambda: title.press("Enter"))
    page.get_by_text("加一项自己的内容").click()
    page.get_by_label("名称").fill(BOTH)
    page.get_by_label("内容（印在讲义").fill(BOTH)
    page.get_by_role("button", name="加入", exact=True).click()
    page.locator(".cb-card h3").nth(1).wait_for()
    shown = unharmed()
    assert shown.count(IMAGE) >= 3
    with page.expect_download() as download:
        page.get_by_role("button", name="保存备课夹").click()
    kept = download.value.path().read_bytes()
    page.get_by_role("button", name="取出").first.click()
    page.get_by_text("刚取出的").click()
    page.get_by_text("载入保存过的备课夹").click()
    loads = page.locator("input[type=file]")
    loads.set_input_files({"name": f"{NAME}.json", "mimeType": "application/json", "buffer": kept})
    page.get_by_role("button", name="换成这一份").wait_for()
    assert "放回" in unharmed()


@pytest.mark.parametrize("page", [(1280, 900)], ids=["laptop"], indirect=True)
def test_nothing_that_an_administrator_meets_runs(
    page: Any, hostile: str, unharmed: Callable[[], str]
) -> None:
    page.goto(f"{hostile}/library")
    page.get_by_text("管理员登录").wait_for()
    settle(page)
    page.get_by_text("管理员登录").click()
    page.get_by_label("怎么称呼您").fill(f"{IMAGE}")
    page.get_by_label("管理员密码").fill(PASSWORD)
    page.get_by_role("button", name="登录", exact=True).click()
    page.get_by_role("tab", name="放进新资料").click()
    assert IMAGE in unharmed()
    files = [
        {"name": f"{NAME}{suffix}", "mimeType": "application/octet-stream", "buffer": data}
        for suffix, data in ((".md", TEXT.encode()), (".docx", b"PK\x03\x04 nothing"))
    ]
    page.locator("input[type=file]").first.set_input_files(files)
    page.get_by_role("button", name="放进 2 个文件并更新索引").click()
    page.get_by_text("跳过 1 个").first.wait_for()
    unharmed()
    page.get_by_role("tab", name="放进新资料").click()
    page.locator("input[type=file]").first.set_input_files(files[:1])
    page.get_by_text("已经有同名的文件").wait_for()
    assert "onerror=alert(7)" in unharmed()
    page.get_by_role("tab", name="里面有什么").click()
    page.get_by_text("没有读进来的文件").wait_for()
    assert "onerror=alert(7)" in unharmed()
    table = page.locator("[data-testid=stDataFrame] canvas").first
    table.click(position={"x": 20, "y": 55}, force=True)
    page.get_by_text("改标题、类型").wait_for()
    for fold in page.locator("[data-testid=stMain] summary:visible").all():
        fold.click()
    page.get_by_role("button", name="移走…").first.click()
    page.get_by_text("移到回收站？").wait_for()
    assert "onerror=alert(" in page.locator("[data-testid=stPopoverBody]").inner_text()
    assert IMAGE in unharmed()
    page.get_by_role("button", name="移到回收站").click()
    page.get_by_text("移到回收站了").first.wait_for()
    settle(page)
    page.get_by_role("tab", name="回收站").click()
    page.get_by_text("恢复").first.wait_for()
    unharmed()
    page.get_by_role("tab", name="索引").click()
    page.get_by_text("谁改了什么").wait_for()
    unharmed()
