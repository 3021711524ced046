"""argparse that speaks Chinese: its headings, its usage line and the mistakes that people make."""

from __future__ import annotations

import argparse
import os
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any, NoReturn

_MISTAKES = (
    (r"unrecognized arguments: (.*)", r"不认识的参数：\1"),
    (r"the following arguments are required: (.*)", r"缺少参数：\1"),
    (r"argument (.*): expected (?:one|at least one) argument", r"\1 后面要写一个值"),
    (r"argument (.*): invalid choice: (\S+) \(choose from (.*)\)", r"\1 不能是 \2，可以是 \3"),
    (r"argument (.*): invalid \w+ value: (.*)", r"\1 不能是 \2"),
    (r"argument (.*): not allowed with argument (.*)", r"\1 不能和 \2 一起用"),
)

DEFAULT_INDEX = "index"
KEEP_PERSONAL_DATA = "不遮住身份证号、手机号、银行卡号、电子邮箱、住址；默认遮住"
_ROW = re.compile(r"^(  (?! )\S.*?)  +(?=\S)(.*)$")
_COLUMN = 24  # at which what an option does is written


class Formatter(argparse.RawDescriptionHelpFormatter):
    """Keeps the lines of descriptions and examples as they are written."""

    def add_usage(
        self,
        usage: str | None,
        actions: Iterable[argparse.Action],
        groups: Iterable[Any],
        prefix: str | None = None,
    ) -> None:
        """Head the usage line in Chinese."""
        super().add_usage(usage, actions, groups, prefix or "用法：")


class Parser(argparse.ArgumentParser):
    """A parser of one command; ``examples`` are shown below its options, one a line."""

    def __init__(self, prog: str, description: str, examples: str, usage: str | None = None) -> None:
        super().__init__(
            prog=prog,
            usage=usage,
            description=description,
            epilog=f"例子：\n{examples}",
            formatter_class=Formatter,
            add_help=False,
            allow_abbrev=False,
        )
        self._positionals.title = "参数"
        self._optionals.title = "选项"
        self.add_argument("-h", "--help", action="help", help="显示这份说明")

    def format_help(self) -> str:
        """The help text, its columns aligned as a terminal shows Chinese: two columns a character."""
        from wcwidth import ljust  # doctor has to run without it

        head, mark, examples = super().format_help().partition("例子：")
        lines = [_ROW.sub(lambda row: ljust(row[1], _COLUMN) + row[2], line) for line in head.split("\n")]
        return re.sub("^(参数|选项):$", r"\1：", "\n".join(lines), flags=re.M) + mark + examples

    def error(self, message: str) -> NoReturn:
        """Say in Chinese what is wrong with the command line; exit code 2."""
        for pattern, words in _MISTAKES:
            message = re.sub(pattern, words, message)
        self.exit(2, f"出错了：{message}\n用 {self.prog} --help 看用法。\n")


def command_parser(name: str, description: str, examples: str, usage: str | None = None) -> Parser:
    """The parser of one subcommand, "" for the build, with the options that all have."""
    parser = Parser(f"python -m ingest {name}".strip(), description, examples, usage)
    default = Path(os.environ.get("CASEBASE_INDEX") or DEFAULT_INDEX)
    parser.add_argument(
        "--index", type=Path, default=default, metavar="文件夹", help="索引所在的文件夹，默认 %(default)s"
    )
    parser.add_argument("--json", action="store_true", help="输出 JSON")
    return parser
