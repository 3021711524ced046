"""What commands print: JSON for programs, sentences for people."""

from __future__ import annotations

import json
import os
import signal
import sys
from typing import Any

INTERRUPTED = 130  # exit code, as of a program that Ctrl-C ends


def print_json(value: Any) -> None:
    """Print JSON to standard output, Chinese as it is."""
    print(json.dumps(value, ensure_ascii=False, indent=1))


def say(text: str) -> None:
    """Print a sentence to standard error, where it doesn't mix with results."""
    print(text, file=sys.stderr, flush=True)


def say_stopped(text: str) -> None:
    """Say that Ctrl-C was heard; impatient fingers press it twice, and the second must not end in a traceback."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    say(f"\n{text}")


def read_enough() -> int:
    """The reader of the output, head for one, has seen enough: let the exit write what is left nowhere; exit code 0."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return 0


def show_any_name() -> None:
    """Let a file's name hold what the terminal can't show."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
