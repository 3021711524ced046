"""``python -m desk``: the administrator's password, and what people said of the answers."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable

from ingest.errors import CasebaseError


def main(arguments: list[str] | None = None) -> int:
    """Run one command; 0 done, 2 nothing was done."""
    arguments = sys.argv[1:] if arguments is None else arguments
    parser = argparse.ArgumentParser(
        prog="python -m desk", description="password 设置管理员密码；feedback 导出反馈，或列出没答好的问题。"
    )
    parser.add_argument("command", choices=COMMANDS, metavar="命令", help="、".join(COMMANDS))
    command = COMMANDS[parser.parse_args(arguments[:1]).command]
    try:
        return command(arguments[1:])
    except CasebaseError as error:
        print(f"出错了：{error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("\n已停止，什么也没有改。", file=sys.stderr)
        return 2


def _password(arguments: list[str]) -> int:
    from desk import access_commands

    return access_commands.password(arguments)


def _feedback(arguments: list[str]) -> int:
    from desk import feedback_commands

    return feedback_commands.feedback(arguments)


COMMANDS: dict[str, Callable[[list[str]], int]] = {"password": _password, "feedback": _feedback}


if __name__ == "__main__":
    sys.exit(main())
