"""Fixtures that more than one test file needs."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import settings

from ingest import builtin_model, pipeline
from ingest.embed import Embedder, open_embedder
from search.searcher import Searcher
from tests.fakes import BigramEmbedder

# Programs that a test starts, not tests.
collect_ignore = ["unit/unruly_child.py", "unit/fake_ingest_child.py"]

# The same examples in every run of CI: a new one found by chance is for the session that looks for it.
settings.register_profile("ci", derandomize=True)
settings.load_profile("ci" if os.environ.get("CI") else "default")

ROOT = Path(__file__).resolve().parent.parent

TEXTS = {
    "cases/加梯.md": """---
title: 临汾路街道：老公房加装电梯
kind: 案例
city: 上海市
district: 静安区
themes: [老旧小区改造, 议事协商]
period: 2015–2020
sources:
  - {title: 加梯报道, publisher: 某报, date: "2020-09-21", url: "https://example.org/a"}
---
## 做法
街道设八名加梯干部，专门统筹协调。每一栋楼都要全体同意才开工。费用分摊由本楼居民议定。

## 困难与反思
首部电梯耗时约三年，其中费用分摊的谈判最花时间。
""",
    "cases/花园.md": """---
title: 江华社区共享花园
kind: 案例
city: 成都市
district: 龙泉驿区
themes: [社区小花园]
period: 2023
---
## 做法
居民认领地块，轮流浇水养护。社区每月组织一次花友会，讨论种什么、谁来管。

## 成效
花园建成后，参加养护的居民越来越多，闲置角落变成了大家愿意停留的地方。
""",
    "training/参与度.md": """---
title: 怎样提高居民参与度
kind: 培训
themes: [议事协商, 群体融入]
---
## 要点
居民参与度低，往往是因为议题与居民无关。先问居民关心什么，再定议题。

## 步骤
第一步，入户走访，收集居民最关心的三件事。第二步，开一次听证会，请不同意见的人都来讲。
""",
}


@pytest.fixture(autouse=True)
def data_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """People's own data, apart from that of whoever runs the tests; and no store but the local one."""
    monkeypatch.delenv("CASEBASE_STORE", raising=False)
    monkeypatch.setenv("CASEBASE_DATA", str(tmp_path / "data"))
    return tmp_path / "data"


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--update-golden", action="store_true", help="write the expected outputs of tests/golden anew"
    )


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    """A small library on disk."""
    folder = tmp_path / "corpus"
    for name, text in TEXTS.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return folder


def silent(stage: str, done: int, total: int) -> None:
    """Progress that nobody watches."""


@pytest.fixture
def fake_index(corpus: Path, tmp_path: Path) -> Path:
    """The small library indexed with the fake embedder."""
    pipeline.ingest([corpus], tmp_path / "index", BigramEmbedder(), silent)
    return tmp_path / "index"


@pytest.fixture
def fake_searcher(fake_index: Path) -> Searcher:
    from ingest import index

    return Searcher(index.current_build(fake_index), BigramEmbedder())


@pytest.fixture(scope="session")
def builtin_folder() -> Path:
    """The real model, prepared once in the project's own models/."""
    return builtin_model.ensure(ROOT / "models" / builtin_model.NAME, silent)


@pytest.fixture(scope="session")
def embedder(builtin_folder: Path) -> Embedder:
    return open_embedder("", builtin_folder.parent)
