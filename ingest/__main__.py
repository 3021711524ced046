"""``python -m ingest``: build, check and inspect the index; Chinese for people, ``--json`` for programs."""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

from tqdm import tqdm

from ingest import index
from ingest.errors import CasebaseError, IngestError

DEFAULT_CORPUS = "corpus"
DEFAULT_INDEX = "index"
MODELS = Path("models")
KEEP_PERSONAL_DATA = "不遮住身份证号、手机号、银行卡号、电子邮箱、住址；默认遮住"


def main(arguments: list[str] | None = None) -> int:
    """Run one command; 0 all well, 1 something was skipped or is wrong, 2 nothing was done."""
    arguments = sys.argv[1:] if arguments is None else arguments
    command = COMMANDS.get(arguments[0]) if arguments else None
    try:
        return command(arguments[1:]) if command else build(arguments)
    except CasebaseError as error:
        print(f"出错了：{error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("\n已停止。原来的索引没有动，已经算好的向量会留到下次。", file=sys.stderr)
        return 2


def build(arguments: list[str]) -> int:
    """Bring the index up to the files."""
    parser = _parser("", "把文件夹里的资料读进索引。另有 extract、verify、rollback 三个子命令。")
    corpus = os.environ.get("CASEBASE_CORPUS", DEFAULT_CORPUS)
    parser.add_argument("paths", nargs="*", type=Path, metavar="路径", help=f"文件夹或文件，默认 {corpus}")
    parser.add_argument(
        "--model", default=os.environ.get("CASEBASE_MODEL", ""), help="向量模型的名称或文件夹"
    )
    parser.add_argument("--keep-personal-data", action="store_true", help=KEEP_PERSONAL_DATA)
    options = parser.parse_args(arguments)
    paths = options.paths or [Path(corpus)]
    for path in paths:
        if not path.exists():
            raise IngestError(path, "没有这个文件夹或文件。请检查路径。")
    # Loaded late: verify, rollback and --help need neither the model nor the parsers.
    from ingest.embed import open_embedder
    from ingest.pipeline import ingest

    with Bars() as bars:
        prepare_model(options.model, bars.show)
        embedder = open_embedder(options.model, MODELS)
        report = ingest(paths, options.index, embedder, bars.show, options.keep_personal_data)
    if options.json:
        _print_json({**asdict(report), "files": [asdict(file) for file in report.files]})
    else:
        _print_report(report)
    return 1 if any(file.status == "skipped" for file in report.files) else 0


def prepare_model(name: str, progress: Callable[[str, int, int], None]) -> None:
    """Make the built-in model where it is asked for and missing; raises ModelError."""
    from ingest import builtin_model

    if name in ("", builtin_model.NAME):
        builtin_model.ensure(MODELS / builtin_model.NAME, progress)


def extract(arguments: list[str]) -> int:
    """Parse, clean and describe one file; index nothing."""
    parser = _parser("extract", "只读一个文件，看看读出了什么；不动索引。")
    parser.add_argument("file", type=Path, metavar="文件")
    parser.add_argument("--keep-personal-data", action="store_true", help=KEEP_PERSONAL_DATA)
    options = parser.parse_args(arguments)
    from ingest.extract import extract_file

    try:
        found = extract_file(options.file, options.keep_personal_data)
    except IngestError as error:
        _print_json({"path": str(options.file), "error": str(error)})
        return 1
    _print_json(found)
    return 0


def verify(arguments: list[str]) -> int:
    """Check every hash and count of the current build."""
    options = _parser("verify", "核对索引的每个文件和数目。").parse_args(arguments)
    from ingest.verify import problems_of

    try:
        problems = problems_of(options.index)
    except CasebaseError as error:
        problems = [str(error)]
    if options.json:
        _print_json({"ok": not problems, "problems": problems})
    elif problems:
        print("索引有问题：", *problems, "请运行 python -m ingest 重建。", sep="\n")
    else:
        print(f"索引 {index.current_build(options.index).name} 完好。")
    return 1 if problems else 0


def rollback(arguments: list[str]) -> int:
    """Make the build before the current one current again."""
    options = _parser("rollback", "退回上一个索引版本。").parse_args(arguments)
    with index.writer_lock(options.index):
        build = index.rollback(options.index)
    _print_json({"build": build.name}) if options.json else print(f"已退回索引版本 {build.name}。")
    return 0


COMMANDS: dict[str, Callable[[list[str]], int]] = {"extract": extract, "verify": verify, "rollback": rollback}


class Bars:
    """One progress bar a stage, on standard error."""

    def __init__(self) -> None:
        self._bar: Any = None
        self._stage = ""

    def __enter__(self) -> Bars:
        return self

    def __exit__(self, *_: object) -> None:
        self._close()

    def show(self, stage: str, done: int, total: int) -> None:
        """Draw the stage's bar at ``done`` of ``total``."""
        if stage != self._stage:
            self._close()
            self._stage = stage
            self._bar = tqdm(total=total, desc=stage, unit="", ncols=78, mininterval=0.2, dynamic_ncols=False)
        self._bar.total = total
        self._bar.update(done - self._bar.n)

    def _close(self) -> None:
        if self._bar is not None:
            self._bar.close()


def _parser(name: str, description: str) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog=f"python -m ingest {name}".strip(), description=description)
    default = Path(os.environ.get("CASEBASE_INDEX", DEFAULT_INDEX))
    parser.add_argument(
        "--index", type=Path, default=default, metavar="文件夹", help=f"索引所在的文件夹，默认 {default}"
    )
    parser.add_argument("--json", action="store_true", help="输出 JSON")
    return parser


def _print_json(value: Any) -> None:
    print(json.dumps(value, ensure_ascii=False, indent=1))


def _print_report(report: Any) -> None:
    for file in report.files:
        if file.status != "ok":
            print(f"{'重复' if file.status == 'duplicate' else '跳过'}  {file.path}：{file.reason}")
        for note in file.notes:
            print(f"注意  {file.path}：{note}")
    print(
        f"索引 {report.build}：{report.documents} 篇文档，{report.passages} 个段落，"
        f"新算向量 {report.embedded} 个，沿用 {report.reused} 个，用时 {report.seconds:.1f} 秒。"
    )
    print('下一步：make app 打开网页，或者 python -m search "如何提升居民参与度"。')


if __name__ == "__main__":
    sys.exit(main())
