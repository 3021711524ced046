"""``kill -9`` at any moment of an ingest leaves the previous index answering."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from ingest import index, verify
from search.searcher import Searcher
from tests.conftest import ROOT
from tests.fakes import BigramEmbedder

MOMENTS = 20
CHILD = """
import sys
from pathlib import Path
from ingest import pipeline
from tests.conftest import silent
from tests.fakes import BigramEmbedder
print("ready", flush=True)
sys.stdin.readline()
pipeline.ingest([Path(sys.argv[1])], Path(sys.argv[2]), BigramEmbedder(), silent)
print("done", flush=True)
"""


def child(corpus: Path, store: Path) -> subprocess.Popen[str]:
    process = subprocess.Popen(
        [sys.executable, "-c", CHILD, str(corpus), str(store)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
    )
    assert process.stdout and process.stdin
    assert process.stdout.readline() == "ready\n"
    process.stdin.write("go\n")
    process.stdin.flush()
    return process


def write(corpus: Path, version: int) -> None:
    path = corpus / "cases" / "花园.md"
    path.write_text(f"# 共享花园第{version}版\n\n居民轮流浇水养护，第{version}版。\n", encoding="utf-8")


@pytest.mark.slow
def test_a_killed_ingest_leaves_the_previous_index_answering(corpus: Path, fake_index: Path) -> None:
    write(corpus, 0)
    began = time.monotonic()
    with child(corpus, fake_index) as process:
        process.wait()
    whole = time.monotonic() - began
    for moment in range(MOMENTS):
        write(corpus, moment + 1)
        with child(corpus, fake_index) as process:
            time.sleep(whole * moment / (MOMENTS - 1))
            process.send_signal(signal.SIGKILL)
        searcher = Searcher(index.current_build(fake_index), BigramEmbedder())
        assert searcher.search("共享花园 浇水养护").hits, f"at {moment} of {MOMENTS}"
        assert verify.problems_of(fake_index) == []
    with child(corpus, fake_index) as process:
        process.wait()
    assert process.returncode == 0
    searcher = Searcher(index.current_build(fake_index), BigramEmbedder())
    assert any(f"第{MOMENTS}版" in d.title for d in searcher.store.documents)
    assert [path.name for path in (fake_index / "builds").glob("*.tmp")] == []
