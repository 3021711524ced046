"""A sign of life by which a long parse asks for the time that its next step may take."""

from __future__ import annotations

from collections.abc import Callable

PAGE_SECONDS = 0.5
OCR_SECONDS = 30.0  # for one picture; a dense page takes 12 s on one core, and twice as long on an old laptop

_listeners: list[Callable[[float], None]] = []


def listen(callback: Callable[[float], None]) -> None:
    """Have every later beat call this; only the sandbox's child does."""
    _listeners.append(callback)


def beat(seconds: float = PAGE_SECONDS) -> None:
    """Say that the parse has got one page further and may need so much longer."""
    for callback in _listeners:
        callback(seconds)
