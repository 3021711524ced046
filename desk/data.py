"""Where people's own data lives, apart from the library and the index."""

from __future__ import annotations

import os
from pathlib import Path


def folder() -> Path:
    """The data folder: ``CASEBASE_DATA``, by default ``data``; it need not exist yet."""
    return Path(os.environ.get("CASEBASE_DATA", "data"))
