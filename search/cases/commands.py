"""The commands similar, card and compare of ``python -m search``."""

from __future__ import annotations

import argparse
import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

from search.cases import present as present_cases
from search.cases.brief import read_brief, read_brief_file
from search.cases.card import card, find_document
from search.cases.compare import compare
from search.cases.similar import similar
from search.opened import open_searcher


def find_similar(arguments: list[str]) -> int:
    """Past projects like a proposal; 0 found, 1 none really alike."""
    parser = _parser("similar", "找与一份方案相近的过往项目。")
    given = parser.add_mutually_exclusive_group(required=True)
    given.add_argument(
        "file", nargs="?", type=Path, metavar="文件", help="方案文件：Word、PDF、PPT、网页或文本"
    )
    given.add_argument("--text", metavar="文字", help="直接给出方案的文字")
    parser.add_argument("-k", type=int, default=5, metavar="个数", help="最多给出几个，默认 5")
    options = parser.parse_args(arguments)
    brief = read_brief(options.text) if options.file is None else read_brief_file(options.file)
    hits = similar(open_searcher(options.index), brief, max(options.k, 1))
    text = present_cases.similar_as_text(brief, hits)
    _print(options.json, present_cases.similar_as_json(brief, hits), text)
    return 0 if any(hit.likeness != "弱" for hit in hits) else 1


def show_card(arguments: list[str]) -> int:
    """The card of one document."""
    parser = _parser("card", "一份资料的案例卡：背景、问题、做法、成效、困难、启示、数字。")
    parser.add_argument("document", metavar="资料", help="文档编号、路径或标题")
    options = parser.parse_args(arguments)
    searcher = open_searcher(options.index)
    made = card(searcher, find_document(searcher, options.document))
    _print(options.json, present_cases.card_as_json(made), present_cases.card_as_text(made))
    return 0


def show_comparison(arguments: list[str]) -> int:
    """Two to four documents side by side."""
    parser = _parser("compare", "把 2 到 4 份资料逐项对比。")
    parser.add_argument("documents", nargs="+", metavar="资料", help="文档编号、路径或标题")
    options = parser.parse_args(arguments)
    made = compare(open_searcher(options.index), options.documents)
    _print(options.json, present_cases.comparison_as_json(made), present_cases.comparison_as_text(made))
    return 0


def _parser(name: str, description: str) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog=f"python -m search {name}", description=description)
    index = Path(os.environ.get("CASEBASE_INDEX", "index"))
    parser.add_argument("--index", type=Path, default=index, metavar="文件夹")
    parser.add_argument("--json", action="store_true", help="输出 JSON")
    return parser


def _print(as_json: bool, value: dict[str, Any], text: str) -> None:
    print(json.dumps(value, ensure_ascii=False, indent=1) if as_json else text)


COMMANDS: dict[str, Callable[[list[str]], int]] = {
    "similar": find_similar,
    "card": show_card,
    "compare": show_comparison,
}
