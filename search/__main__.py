"""``python -m search``: ask from the command line; Chinese for people, ``--json`` for programs."""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from ingest.errors import CasebaseError

MODELS = Path("models")


def main(arguments: list[str] | None = None) -> int:
    """Run one command; 0 answered, 1 nothing relevant enough, 2 it could not be asked."""
    arguments = sys.argv[1:] if arguments is None else arguments
    command = COMMANDS.get(arguments[0]) if arguments else None
    try:
        return command(arguments[1:]) if command else ask(arguments)
    except CasebaseError as error:
        print(f"出错了：{error}", file=sys.stderr)
        return 2


def ask(arguments: list[str]) -> int:
    """Answer one question."""
    parser = argparse.ArgumentParser(
        prog="python -m search", description="向资料库提问。另有子命令 evaluate。"
    )
    parser.add_argument("question", metavar="问题")
    parser.add_argument("-k", type=int, default=10, metavar="条数", help="最多给出几条，默认 10")
    parser.add_argument(
        "--filter", action="append", default=[], metavar="名称=值", help="筛选，如 city=成都市；可多次"
    )
    parser.add_argument(
        "--index", type=Path, default=Path(os.environ.get("CASEBASE_INDEX", "index")), metavar="文件夹"
    )
    parser.add_argument("--json", action="store_true", help="输出 JSON")
    options = parser.parse_args(arguments)
    from search.present import as_json, as_text
    from search.query import parse_filters
    from search.searcher import Searcher

    searcher = Searcher.open(options.index, MODELS)
    answer = searcher.search(options.question, options.k, parse_filters(options.filter))
    print(json.dumps(as_json(answer), ensure_ascii=False, indent=1) if options.json else as_text(answer))
    return 0 if answer.answerable else 1


def evaluate(arguments: list[str]) -> int:
    """Measure a BEIR folder through the code paths of real search."""
    parser = argparse.ArgumentParser(
        prog="python -m search evaluate", description="在 BEIR 格式的评测集上测检索质量。"
    )
    parser.add_argument("folder", type=Path, metavar="文件夹")
    parser.add_argument("--mode", choices=("hybrid", "dense", "sparse"), default="hybrid")
    parser.add_argument("--limit", type=int, metavar="条数", help="只用前几个问题")
    parser.add_argument("--cache", type=Path, metavar="文件", help="向量缓存；再测同一个评测集时不必重算")
    parser.add_argument("--json", action="store_true", help="输出 JSON（也是默认的样子）")
    options = parser.parse_args(arguments)
    from search.evaluate import evaluate_folder

    result: dict[str, Any] = evaluate_folder(
        options.folder, options.mode, options.limit, MODELS, options.cache
    )
    print(json.dumps(result, ensure_ascii=False, indent=1))
    return 0


COMMANDS: dict[str, Callable[[list[str]], int]] = {"evaluate": evaluate}


if __name__ == "__main__":
    sys.exit(main())
