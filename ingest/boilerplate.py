"""What surrounds an article on a saved web page: navigation before it, recommended headlines and notices after it."""

from __future__ import annotations


def trim_page(lines: list[str]) -> tuple[list[str], list[str], str]:
    """Cut the frame of a web page saved as text: (kept lines, removed lines, title of the page)."""
    return lines, [], ""
