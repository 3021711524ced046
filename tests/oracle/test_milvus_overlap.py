"""Milvus against the local store, on the library of this repository and questions that were judged."""

from __future__ import annotations

import shutil
import statistics
from pathlib import Path

import pytest

from ingest import index
from ingest.errors import StoredIndexError
from ingest.milvus.address import Address
from search.evaluation.judged import QUESTIONS, read_questions
from tests.conftest import ROOT
from tests.quality.compare_stores import FOLDER, both, compare

EVERY = 4  # every so manieth question


@pytest.mark.slow
@pytest.mark.model
@pytest.mark.usefixtures("builtin_folder")
def test_at_least_nine_of_the_first_ten_are_those_of_the_local_store(tmp_path: Path) -> None:
    try:
        index.check_on_open(index.current_build(ROOT / "index"))
    except StoredIndexError:
        pytest.skip("the library has no index here: python -m ingest")
    shutil.copytree(ROOT / "index", tmp_path / "index", ignore=shutil.ignore_patterns("remote", "LOCK*"))
    questions = [question.text for question in read_questions(FOLDER / QUESTIONS)][::EVERY]
    with both(tmp_path / "index", Address(str(tmp_path / "overlap.db"))) as (local, other):
        found = compare(local, other, questions)
    assert len(found) == 4
    for name, compared in found.items():
        assert statistics.fmean(compared.shares) >= 0.9, name
