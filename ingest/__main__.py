"""``python -m ingest``: build, check and inspect the index; Chinese for people, ``--json`` for programs."""

from __future__ import annotations

import sqlite3
import sys
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path

from ingest.arguments import KEEP_PERSONAL_DATA, command_parser
from ingest.build_command import MODELS, build, publish_to
from ingest.console import INTERRUPTED, print_json, read_enough, say, say_stopped, show_any_name
from ingest.errors import CasebaseError, IngestError
from ingest.milvus.address import from_environment


def main(arguments: list[str] | None = None) -> int:
    """Run one command; 0 all well, 1 something was skipped or is wrong, 2 nothing was done, 130 stopped."""
    arguments = sys.argv[1:] if arguments is None else arguments
    show_any_name()
    command = COMMANDS.get(arguments[0]) if arguments else None
    try:
        return command(arguments[1:]) if command else build(arguments)
    except CasebaseError as error:
        say(f"出错了：{error}")
    except BrokenPipeError:
        return read_enough()
    except (OSError, sqlite3.Error) as error:
        say(f"出错了：读写文件时失败（{error}）。请检查磁盘空间和权限：python -m ingest doctor")
    except ImportError as error:
        if isinstance(error.__cause__, KeyboardInterrupt):  # pressed while an extension module was loading
            say_stopped("已停止。")
            return INTERRUPTED
        say(f"出错了：缺少依赖（{error}）。请重新安装：pip install -c constraints.txt -e .")
    except KeyboardInterrupt:
        say_stopped("已停止。")
        return INTERRUPTED
    return 2


def extract(arguments: list[str]) -> int:
    """Parse, clean and describe one file; index nothing."""
    parser = command_parser(
        "extract",
        "只读一个文件，看看读出了什么；不动索引。结果总是 JSON；读不了时退出码是 1。",
        "  python -m ingest extract corpus/cases/某街道某项目.pdf",
    )
    parser.add_argument("file", type=Path, metavar="文件", help="要读的文件")
    parser.add_argument("--keep-personal-data", action="store_true", help=KEEP_PERSONAL_DATA)
    options = parser.parse_args(arguments)
    from ingest.extract import extract_file

    try:
        found = extract_file(options.file, options.keep_personal_data)
    except IngestError as error:
        print_json({"path": str(options.file), "error": str(error)})
        return 1
    print_json(found)
    return 0


def verify(arguments: list[str]) -> int:
    """Check every hash and count of the current build."""
    parser = command_parser(
        "verify", "核对索引的每个文件和数目；有问题时退出码是 1。", "  python -m ingest verify --json"
    )
    options = parser.parse_args(arguments)
    from ingest import index
    from ingest.verify import problems_of

    try:
        problems = problems_of(options.index)
    except CasebaseError as error:
        problems = [str(error)]
    if options.json:
        print_json({"ok": not problems, "problems": problems})
    elif problems:
        print("索引有问题：", *problems, "请运行 python -m ingest 重建。", sep="\n")
    else:
        print(f"索引 {index.current_build(options.index).name} 完好。")
    return 1 if problems else 0


def rollback(arguments: list[str]) -> int:
    """Make the build before the current one current again."""
    parser = command_parser(
        "rollback", "退回上一个索引版本；再运行一次就换回来。", "  python -m ingest rollback"
    )
    options = parser.parse_args(arguments)
    from ingest import index

    address = from_environment()
    with index.writer_lock(options.index):
        build = index.rollback(options.index)
    print_json({"build": build.name}) if options.json else print(f"已退回索引版本 {build.name}。")
    return 0 if publish_to(address, options.index) else 2


def doctor(arguments: list[str]) -> int:
    """Look whether all that the program needs is there and in order."""
    parser = command_parser(
        "doctor",
        "体检：依赖、模型、索引、磁盘等是否正常，不正常的说出怎么办；有不正常的退出码是 1。",
        "  python -m ingest doctor\n  python -m ingest doctor --json",
    )
    options = parser.parse_args(arguments)
    from ingest.doctor import examine, in_words

    checks = examine(options.index, MODELS)
    ok = all(check.status != "fail" for check in checks)
    if options.json:
        print_json({"ok": ok, "checks": [asdict(check) for check in checks]})
    else:
        print(in_words(checks))
    return 0 if ok else 1


COMMANDS: dict[str, Callable[[list[str]], int]] = {
    "extract": extract, "verify": verify, "rollback": rollback, "doctor": doctor,
}  # fmt: skip


if __name__ == "__main__":
    sys.exit(main())
