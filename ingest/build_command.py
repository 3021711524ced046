"""``python -m ingest``: bring the index up to the files, once or, with ``--watch``, whenever they change."""

from __future__ import annotations

import argparse
import json
import os
import shutil
import sys
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

from ingest.arguments import KEEP_PERSONAL_DATA, command_parser
from ingest.console import INTERRUPTED, print_json, say, say_stopped
from ingest.errors import CasebaseError, StoreError
from ingest.milvus.address import Address, from_environment
from ingest.progress import StageProgress
from ingest.roots import default_paths, open_roots

MODELS = Path("models")
_WIDE = 10_000  # columns of what is no terminal

_EXAMPLES = """\
  python -m ingest                              读入 corpus/；没变的文件不重读，没变的文字不重算
  python -m ingest 资料 D:/共享/案例             读入别处的文件夹，可以几个
  python -m ingest --watch                      读入之后接着监视，文件有变化就自动更新
  python -m ingest --all-files                  报告里列出每一个文件
子命令（各有 --help）：
  extract 文件    只读一个文件，看看读出了什么
  verify          核对索引
  rollback        退回上一个索引版本
  doctor          体检：依赖、模型、索引、磁盘等是否正常
环境变量：CASEBASE_CORPUS（资料文件夹，几个之间用 {sep} 隔开）、CASEBASE_INDEX、CASEBASE_MODEL；
  CASEBASE_STORE 让索引也写进 Milvus，见 docs/deployment.md
退出码：0 全部读入，1 有文件跳过，2 什么也没做，130 按 Ctrl-C 停止（--watch 按 Ctrl-C 结束是 0）"""


def build(arguments: list[str]) -> int:
    """Bring the index up to the files, and keep it so with ``--watch``."""
    parser = command_parser(
        "",
        "把文件夹里的资料读进索引。",
        _EXAMPLES.format(sep=os.pathsep),
        usage="python -m ingest [路径 …] [选项]\n      python -m ingest {extract,verify,rollback,doctor} …",
    )
    parser.add_argument(
        "paths", nargs="*", type=Path, metavar="路径", help="文件夹或文件，可以写几个；默认 corpus"
    )
    parser.add_argument(
        "--corpus", action="append", default=[], type=Path, metavar="文件夹", help="同“路径”，可以写几次"
    )
    parser.add_argument(
        "--model",
        default=os.environ.get("CASEBASE_MODEL", ""),
        metavar="名称",
        help="向量模型的名称或文件夹，默认用内置的",
    )
    parser.add_argument("--all-files", action="store_true", help="报告里列出全部文件，不只有变化的")
    parser.add_argument("--watch", action="store_true", help="读入之后接着监视文件夹，按 Ctrl-C 结束")
    parser.add_argument("--watch-poll", action="store_true", help="网络盘上监视不灵时加上：改为每秒查看一遍")
    parser.add_argument(
        "--wait",
        type=float,
        default=600,
        metavar="秒",
        help="别的程序正在更新索引时最多等多久，0 不等；默认 600",
    )
    parser.add_argument("--keep-personal-data", action="store_true", help=KEEP_PERSONAL_DATA)
    options = parser.parse_args(arguments)
    options.watch |= options.watch_poll
    paths = [*options.paths, *options.corpus] or default_paths()
    address = from_environment()
    roots = open_roots(paths)
    # Loaded late: verify, rollback and --help need neither the model nor the parsers.
    from ingest.embed import open_embedder
    from ingest.lock import Wait
    from ingest.pipeline import ingest
    from ingest.report import Report

    def run(progress: Callable[[str, int, int], None], retry: bool = True) -> Report:
        wait = Wait(options.wait, say)
        return ingest(paths, options.index, embedder, progress, wait, retry, options.keep_personal_data)

    shown = StageProgress()
    try:
        with shown:
            prepare_model(options.model, shown.show)
            embedder = open_embedder(options.model, MODELS)
            if not options.watch:
                report = run(shown.show)
    except KeyboardInterrupt:
        kept = shown.done("计算向量")
        say_stopped(
            "已停止。原来的索引没有动" + (f"；算好的 {kept} 段向量留到下次，不用重算。" if kept else "。")
        )
        return INTERRUPTED
    if options.watch:
        return _watch(options, [root.base for root in roots], run, address)
    _print_report(report, options, shown)
    if not publish_to(address, options.index):
        return 2
    return 1 if any(file.status == "skipped" for file in report.files) else 0


def publish_to(address: Address | None, store: Path) -> bool:
    """Bring Milvus up to the index, where it is asked for; False when it couldn't be, which is said."""
    if address is None:
        return True
    from ingest.lock import Wait
    from ingest.milvus.publish import publish

    try:
        with StageProgress() as shown:
            changed = publish(store, address, shown.show, Wait(600, say))
    except StoreError as error:
        say(f"出错了：{error}")
        return False
    say(f"Milvus {address} {'已经换成这个版本' if changed else '上已经是这个版本'}。")
    return True


def _watch(
    options: argparse.Namespace, folders: list[Path], run: Callable[..., Any], address: Address | None
) -> int:
    """A whole run, then a round whenever the folders change; 0 when Ctrl-C ends it."""
    from ingest import watch

    def tell(report: Any) -> None:
        if text := watch.line(report):
            print(_json_line(report) if options.json else text, flush=True)
            publish_to(address, options.index)

    try:
        with watch.Folders(folders, options.index, options.watch_poll) as watched:
            try:
                with StageProgress() as shown:
                    report = run(shown.show)
                print(_json_line(report), flush=True) if options.json else _print_report(
                    report, options, shown
                )
                publish_to(address, options.index)
            except CasebaseError as error:
                say(f"这一次没有读成：{error}")
            say(f"正在监视 {'、'.join(map(str, folders))}，有变化就更新索引；按 Ctrl-C 结束。")
            watch.follow(watched, lambda: run(lambda *_: None, retry=False), tell)
    except KeyboardInterrupt:
        say_stopped("已结束监视。")
    return 0


def _json_line(report: Any) -> str:
    return json.dumps(asdict(report), ensure_ascii=False)


def prepare_model(name: str, progress: Callable[[str, int, int], None]) -> None:
    """Make the built-in model where it is asked for and missing; raises ModelError."""
    from ingest import builtin_model

    if name in ("", builtin_model.NAME):
        builtin_model.ensure(MODELS / builtin_model.NAME, progress)


def _print_report(report: Any, options: argparse.Namespace, shown: StageProgress) -> None:
    if options.json:
        print_json(asdict(report))
        return
    from ingest.report_table import in_words

    columns = shutil.get_terminal_size().columns if sys.stdout.isatty() else _WIDE
    print(in_words(report, shown.seconds("计算向量"), columns, options.all_files))
    print('下一步：make app 打开网页，或者 python -m search "如何提升居民参与度"。', flush=True)
