"""``python -m ingest`` in a process of its own, with the fake embedder in place of the model."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable

from tests.conftest import ROOT

_PROGRAM = """
import sys, time
from ingest import __main__ as program, embed
from tests.fakes import BigramEmbedder

class Slow(BigramEmbedder):
    def encode_passages(self, texts, spans):
        for embedded in super().encode_passages(texts, spans):
            time.sleep(float(sys.argv[1]))
            yield embedded

embed.open_embedder = lambda *_: Slow()
sys.exit(program.main(sys.argv[2:]))
"""


def ingest(*arguments: object, pause: float = 0.0) -> subprocess.Popen[str]:
    """Start the command; ``pause`` in seconds before each passage is embedded."""
    return subprocess.Popen(
        [sys.executable, "-c", _PROGRAM, str(pause), "--model", "fake", *map(str, arguments)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=ROOT,
    )


def until(condition: Callable[[], object], seconds: float = 60.0) -> None:
    """Wait for something that another process does; fails when it doesn't come."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it never happened"
        time.sleep(0.05)
