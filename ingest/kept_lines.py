"""Whether a file's running lines (headers, footers, a page's frame) are kept: ``keep_lines`` in sources.toml."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from contextvars import ContextVar

_kept = ContextVar("kept", default=False)


@contextlib.contextmanager
def keeping_lines(kept: bool) -> Iterator[None]:
    """Parse the files read inside this block with, or without, their running lines."""
    token = _kept.set(kept)
    try:
        yield
    finally:
        _kept.reset(token)


def keeps_lines() -> bool:
    """What parsers ask before they leave lines out."""
    return _kept.get()
