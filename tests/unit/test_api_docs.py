"""docs/api.md holds what it promises: its examples run, one after the other, as a reader would run them."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from ingest import builtin_model, embed
from ingest.embed import Embedder
from search import rerank, searcher
from tests.conftest import ROOT
from tests.fakes import BigramEmbedder

PAGE = ROOT / "docs" / "api.md"


def run_page(folder: Path, embedder: Embedder, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """Run all examples in a folder with ``corpus`` and ``index``, where ``embedder`` is the model."""
    monkeypatch.chdir(folder)
    monkeypatch.delenv(rerank.ENVIRONMENT, raising=False)
    monkeypatch.setattr(embed, "open_embedder", lambda name, models: embedder)
    monkeypatch.setattr(searcher, "open_embedder", lambda name, models: embedder)
    monkeypatch.setattr(builtin_model, "ensure", lambda path, progress: path)
    names: dict[str, Any] = {"__name__": "__main__"}
    text = PAGE.read_text(encoding="utf-8")
    for found in re.finditer(r"^```python\n(.*?)^```", text, re.S | re.M):
        lines_before = text[: found.start(1)].count("\n")
        exec(compile("\n" * lines_before + found[1], str(PAGE), "exec"), names)
    return names


def test_the_examples_run_and_find_something(
    fake_index: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = run_page(tmp_path, BigramEmbedder(), monkeypatch)
    assert len(names["answer"].hits) == 5
    assert {hit.document.title for hit in names["in_shanghai"].hits} == {"临汾路街道：老公房加装电梯"}
    assert names["found"]["sections"] and names["report"].documents == 3
    assert len(names["table"].documents) == 2


@pytest.mark.model
def test_the_examples_give_key_points_with_the_real_model(
    embedder: Embedder, corpus: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from ingest import pipeline

    pipeline.ingest([corpus], tmp_path / "index", embedder, lambda *_: None)
    names = run_page(tmp_path, embedder, monkeypatch)
    points = names["answer"].key_points
    assert points
    for point in points:
        assert point.text in point.stored.passage.text


def test_every_name_of_the_answer_that_the_page_lists_exists() -> None:
    from search.models import Answer

    rows = re.search(r"`answer` 里有：\n\n(.*?)\n\n", PAGE.read_text(encoding="utf-8"), re.S)
    assert rows
    listed = [
        name for line in rows[1].splitlines()[2:] for name in re.findall(r"`(\w+)`", line.split("|")[1])
    ]
    assert listed and set(listed) <= set(Answer.__slots__)
