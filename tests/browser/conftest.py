"""Chromium, and a server with a small library, for every test of this folder."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from ingest import pipeline
from ingest.embed import Embedder
from tests.browser.chromium import EXECUTABLE, FLAGS, MISSING
from tests.browser.server import serving
from tests.browser.tour import CASES, PATIENCE
from tests.conftest import ROOT, silent

HERE = Path(__file__).parent
MARKS = (
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.skipif(EXECUTABLE is None, reason=MISSING),
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if HERE in item.path.parents:
            for mark in MARKS:
                item.add_marker(mark)


@pytest.fixture(scope="session")
def browser() -> Iterator[object]:
    sync_api = pytest.importorskip("playwright.sync_api")
    sync_api.expect.set_options(timeout=PATIENCE)
    with sync_api.sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=EXECUTABLE, args=FLAGS)
        yield opened
        opened.close()


@pytest.fixture(params=[(1280, 900), (390, 844)], ids=["laptop", "phone"])
def page(request: pytest.FixtureRequest, browser) -> Iterator:  # type: ignore[no-untyped-def, type-arg]
    width, height = request.param
    context = browser.new_context(viewport={"width": width, "height": height}, locale="zh-CN")
    opened = context.new_page()
    opened.set_default_timeout(PATIENCE)
    yield opened
    context.close()


@pytest.fixture(scope="session")
def library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A part of the project's own library: all reports and some cases and training texts."""
    folder = tmp_path_factory.mktemp("library")
    for kind in ("cases", "training", "reports"):
        (folder / kind).mkdir()
        for path in sorted((ROOT / "corpus" / kind).glob("*.md"))[:CASES]:
            shutil.copy(path, folder / kind)
    for path in sorted((ROOT / "corpus" / "reports").glob("*.pdf")):
        shutil.copy(path, folder / "reports")
    return folder


@pytest.fixture(scope="session")
def address(library: Path, embedder: Embedder, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A server that answers from the small library with the real model."""
    store = tmp_path_factory.mktemp("index")
    pipeline.ingest([library], store, embedder, silent)
    with serving(store, tmp_path_factory.mktemp("data")) as running:
        yield running
