"""The page 资料库 in a real browser, with the real model: a real PDF from its upload to its answer."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from desk.access import hash_password
from ingest import pipeline
from ingest.embed import Embedder
from tests.browser.server import serving
from tests.conftest import ROOT, silent

PASSWORD = "梧桐树 江边 七点钟"
PDF = ROOT / "corpus" / "reports" / "静安区零星地块旧改进度.pdf"
TITLE = "静安区零星地块旧改"
QUESTION = "零星地块旧改难在哪里"


@dataclass(frozen=True, slots=True)
class Served:
    """A server and the corpus folder behind it."""

    address: str
    corpus: Path


@pytest.fixture
def served(embedder: Embedder, tmp_path: Path) -> Iterator[Served]:
    """A server with a library of its own that holds all but the PDF, and an administrator's password."""
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    for path in sorted((ROOT / "corpus" / "training").glob("*.md"))[:3]:
        shutil.copy(path, corpus)
    pipeline.ingest([corpus], tmp_path / "index", embedder, silent)
    secrets = tmp_path / "secrets.toml"
    secrets.write_text(f'[admin]\npassword = "{hash_password(PASSWORD)}"\n', encoding="utf-8")
    with serving(
        tmp_path / "index",
        tmp_path / "data",
        "--secrets.files",
        str(secrets),
        CASEBASE_CORPUS=str(corpus),
    ) as address:
        yield Served(address, corpus)


def test_an_uploaded_pdf_is_found_by_a_question_and_can_be_judged(browser, served: Served) -> None:  # type: ignore[no-untyped-def]
    context = browser.new_context(viewport={"width": 1280, "height": 1000}, locale="zh-CN")
    page = context.new_page()
    page.set_default_timeout(60_000)
    page.goto(f"{served.address}/library")
    page.get_by_text("管理员登录").click()
    page.get_by_label("管理员密码").fill(PASSWORD)
    page.get_by_role("button", name="登录", exact=True).click()
    page.get_by_role("tab", name="放进新资料").click()
    page.locator("input[type=file]").first.set_input_files(PDF)
    page.get_by_role("button", name="放进 1 个文件并更新索引").click()
    page.get_by_text("的更新：读入 4 个").wait_for()
    assert (served.corpus / "上传" / PDF.name).read_bytes() == PDF.read_bytes()

    page.goto(f"{served.address}/?q={QUESTION}")
    page.locator("[id^=hit-] h3").filter(has_text=TITLE).first.wait_for()
    page.get_by_role("radio", name="有用").first.click()
    page.get_by_text("谢谢，记下了").wait_for()

    visitor = context.new_page()
    visitor.goto(f"{served.address}/library")
    visitor.get_by_text("4 篇文档").wait_for()
    assert visitor.get_by_role("tab").all_inner_texts() == ["里面有什么", "索引"]
    context.close()
