"""Put measured figures between the markers of a Markdown page; what people wrote around them stays.

``<!-- name -->`` and ``<!-- /name -->`` enclose what a command writes.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path

from ingest.errors import CasebaseError


def write_blocks(page: Path, blocks: Mapping[str, str]) -> None:
    """Write each block that the page has markers for; raises CasebaseError when it has none of them."""
    text = read_page(page)
    known = {name: new for name, new in blocks.items() if _marked(name).search(text)}
    if not known:
        first = next(iter(blocks))
        raise CasebaseError(f"{page.name} 里没有写数字的地方，例如 <!-- {first} --> 与 <!-- /{first} -->。")
    for name, new in known.items():
        text = with_block(text, name, new)
    page.write_text(text, encoding="utf-8")


def with_block(text: str, name: str, new: str) -> str:
    """The text with ``new`` between the markers of a block."""
    return _marked(name).sub(lambda found: f"{found[1]}{new}\n{found[3]}", text)


def read_page(page: Path) -> str:
    """A page's text; raises CasebaseError when it can't be read."""
    try:
        return page.read_text(encoding="utf-8")
    except OSError as error:
        raise CasebaseError(f"{page} 读不了：{error}") from error


def block(text: str, name: str) -> str:
    """What stands between a block's markers; empty where there are none."""
    found = _marked(name).search(text)
    return found[2].strip() if found else ""


def with_row(old: str, heading: Sequence[str], row: Sequence[str]) -> str:
    """A table with this row in place of the one with the same first cell, or behind the others."""
    lines = [line for line in old.splitlines()[2:] if line.startswith("|")]
    rows = {line.split("|")[1].strip(): line for line in lines}
    rows[row[0]] = _line(row)
    return "\n".join([*_head(heading), *rows.values()])


def table(heading: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A Markdown table: the first column to the left, the others to the right."""
    return "\n".join([*_head(heading), *map(_line, rows)])


def _head(heading: Sequence[str]) -> list[str]:
    return [_line(heading), "|".join(["", "---", *["--:"] * (len(heading) - 1), ""])]


def _line(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cell.replace('|', '／') for cell in cells)} |"


def _marked(name: str) -> re.Pattern[str]:
    return re.compile(rf"(<!-- {re.escape(name)} -->\n)(.*?)(<!-- /{re.escape(name)} -->)", re.S)
