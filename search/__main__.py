"""``python -m search``: ask from the command line; Chinese for people, ``--json`` for programs."""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

from ingest.console import INTERRUPTED, read_enough, say, say_stopped, show_any_name
from ingest.errors import CasebaseError

MODELS = Path("models")


def main(arguments: list[str] | None = None) -> int:
    """Run one command; 0 answered, 1 nothing relevant enough, 2 it could not be asked, 130 stopped."""
    arguments = sys.argv[1:] if arguments is None else arguments
    command = COMMANDS.get(arguments[0]) if arguments else None
    show_any_name()
    try:
        return command(arguments[1:]) if command else ask(arguments)
    except CasebaseError as error:
        say(f"出错了：{error}")
    except BrokenPipeError:
        return read_enough()
    except KeyboardInterrupt:
        say_stopped("已停止。")
        return INTERRUPTED
    return 2


def ask(arguments: list[str]) -> int:
    """Answer one question."""
    parser = argparse.ArgumentParser(
        prog="python -m search", description="向资料库提问。另有子命令 similar、card、compare、evaluate。"
    )
    parser.add_argument("question", metavar="问题")
    parser.add_argument("-k", type=int, default=10, metavar="条数", help="最多给出几条，默认 10")
    parser.add_argument(
        "--filter", action="append", default=[], metavar="名称=值", help="筛选，如 city=成都市；可多次"
    )
    parser.add_argument("--index", type=Path, default=_default_index(), metavar="文件夹")
    parser.add_argument("--json", action="store_true", help="输出 JSON")
    options = parser.parse_args(arguments)
    from search.opened import open_searcher
    from search.present import as_json, as_text
    from search.query import parse_filters

    searcher = open_searcher(options.index)
    answer = searcher.search(options.question, options.k, parse_filters(options.filter))
    print(json.dumps(as_json(answer), ensure_ascii=False, indent=1) if options.json else as_text(answer))
    return 0 if answer.answerable else 1


def evaluate(arguments: list[str]) -> int:
    """Measure a BEIR folder, or the judged questions, through the code paths of real search."""
    options = _evaluation_parser().parse_args(arguments)
    from search.evaluation.judged import is_judged

    result = _on_judged(options) if is_judged(options.folder) else _on_beir(options)
    print(json.dumps(result, ensure_ascii=False, indent=1))
    return 0


def _evaluation_parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m search evaluate",
        description="测检索质量：BEIR 格式的评测集，或 tests/quality 那样评判过的问题。",
    )
    parser.add_argument("folder", type=Path, metavar="文件夹")
    parser.add_argument(
        "--mode",
        choices=("hybrid", "dense", "sparse", "rrf"),
        default="hybrid",
        help="只用于 BEIR；评判过的问题总是全测",
    )
    parser.add_argument(
        "--limit", type=int, metavar="条数", help="只用前几个问题；评判过的问题是两类各取前几个"
    )
    parser.add_argument(
        "--cache", type=Path, metavar="文件", help="向量缓存，只用于 BEIR；再测同一个评测集时不必重算"
    )
    parser.add_argument(
        "--index",
        type=Path,
        default=_default_index(),
        metavar="文件夹",
        help="在哪个索引里测，只用于评判过的问题",
    )
    parser.add_argument(
        "--write",
        type=Path,
        action="append",
        default=[],
        metavar="页面",
        help="把数字写进这一页的标记之间，如 docs/evaluation.md；可多次",
    )
    parser.add_argument("--json", action="store_true", help="输出 JSON（也是默认的样子）")
    return parser


def _on_beir(options: argparse.Namespace) -> dict[str, Any]:
    from search.evaluation.evaluate import compare_folder, evaluate_folder
    from search.evaluation.report import write_set

    settings = options.folder, options.mode, options.limit, MODELS, options.cache
    if not options.write:
        return evaluate_folder(*settings)
    printed, result = compare_folder(*settings)
    for page in options.write:
        write_set(page, result)
    return printed


def _on_judged(options: argparse.Namespace) -> dict[str, Any]:
    from search.evaluation.judged import open_judged
    from search.evaluation.judged_measures import evaluate_judged
    from search.evaluation.report import write_judged
    from search.opened import open_searcher

    searcher = open_searcher(options.index)
    result = evaluate_judged(open_judged(options.folder, searcher.store, options.limit), searcher)
    for page in options.write:
        write_judged(page, result)
    return asdict(result)


def _default_index() -> Path:
    return Path(os.environ.get("CASEBASE_INDEX", "index"))


def _of_cases(name: str) -> Callable[[list[str]], int]:
    """A command of ``search.cases.commands``, loaded when it is asked for."""

    def run(arguments: list[str]) -> int:
        from search.cases import commands as case_commands

        return case_commands.COMMANDS[name](arguments)

    return run


COMMANDS: dict[str, Callable[[list[str]], int]] = {
    "evaluate": evaluate,
    **{name: _of_cases(name) for name in ("similar", "card", "compare")},
}


if __name__ == "__main__":
    sys.exit(main())
