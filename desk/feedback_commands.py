"""``python -m desk feedback export`` and ``report``."""

from __future__ import annotations

import argparse
import os
from pathlib import Path

from desk import data
from desk.feedback import Feedback


def feedback(arguments: list[str]) -> int:
    """Run one of the two; 0 done. Raises CasebaseError."""
    parser = argparse.ArgumentParser(prog="python -m desk feedback", description="人们对答案的反馈。")
    commands = parser.add_subparsers(dest="command", required=True, metavar="命令")
    commands.add_parser("report", help="列出没答好的问题：接下来该补什么")
    export = commands.add_parser("export", help="写成评判过的问题，供 python -m search evaluate 使用")
    export.add_argument("folder", type=Path, metavar="文件夹")
    default = Path(os.environ.get("CASEBASE_INDEX", "index"))
    export.add_argument("--index", type=Path, default=default, metavar="文件夹")
    options = parser.parse_args(arguments)
    stored = Feedback(data.folder())
    if options.command == "report":
        from desk.feedback_report import as_text, gaps

        print(as_text(gaps(stored.questions(), stored.votes())))
        return 0
    print(_export(stored, options.index, options.folder))
    return 0


def _export(stored: Feedback, store: Path, folder: Path) -> str:
    from desk.feedback_export import export
    from ingest import index
    from ingest.passage_store import NAME, PassageStore

    opened = PassageStore(index.current_build(store) / NAME)
    try:
        exported = export(stored.votes(), opened, folder)
    finally:
        opened.close()
    lines = [
        f"已写入 {folder}：{exported.answerable} 个答得了的问题，{exported.unanswerable} 个答不了的，"
        f"{exported.judgements} 条判断。"
    ]
    if exported.lost:
        lines.append(f"{exported.lost} 段被说有用的文字已不在资料库里，没有写进去。")
    if exported.answerable and exported.unanswerable:
        lines.append(f"下一步：python -m search evaluate {folder}")
    else:
        lines.append("要测检索质量，还需要两类问题都有：有人说某一段有用的，和有人说整个答案没用的。")
    return "\n".join(lines)
