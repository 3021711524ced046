"""Render chosen texts into office formats: ``python -m corpus._tools.render [--to FOLDER]``.

``plan.toml`` says which text becomes what. A text that has been rendered
is kept under ``_originals/``, where ingest does not look, so that a document
stands in the library once. What the front matter said goes to ``sources.toml``,
because a PDF has none; the counts in ``README.md`` are written anew.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
import tomllib
import zlib
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

from corpus._tools import audit
from corpus._tools.formats import pdf, scan, slides, text, web, word, workbook
from corpus._tools.formats.blocks import Paper, blocks_of

ROOT = Path(__file__).resolve().parent.parent
PLAN = Path(__file__).with_name("plan.toml")

PACKAGES = ("fpdf2", "fonttools", "numpy", "openpyxl", "pillow", "pypdfium2", "python-docx", "python-pptx")
FOLDERS = ("cases", "training", "reports")
RENDERERS: dict[str, Callable[..., bytes]] = {
    "pdf": lambda paper, **options: pdf.render(paper, pdf.Options(**options)),
    "docx": lambda paper, **options: word.render(paper, word.Options(**options)),
    "pptx": slides.render,
    "html": web.render,
    "txt": text.render,
    "scan": scan.render,
}
SUFFIXES = {"scan": "pdf"}
COUNTS = ("<!-- 统计开始 -->", "<!-- 统计结束 -->")


@dataclass(frozen=True, slots=True)
class Rendered:
    """A file to be: its path below the library's folder, its bytes and what is known of it."""

    path: str
    data: bytes
    meta: dict[str, Any]


def keep_originals(plan: dict[str, Any]) -> None:
    """Move texts that are rendered out of the open folders."""
    for entry in (entry for entries in plan.values() for entry in entries):
        kept, open_ = ROOT / "_originals" / f"{entry['from']}.md", ROOT / f"{entry['from']}.md"
        if open_.exists():
            kept.parent.mkdir(parents=True, exist_ok=True)
            open_.rename(kept)


def original(name: str) -> audit.Text:
    """The text of this name, moved away already or still in the open."""
    kept, open_ = ROOT / "_originals" / f"{name}.md", ROOT / f"{name}.md"
    return audit.read(kept if kept.exists() else open_)


def rendered(plan: dict[str, Any]) -> Iterator[Rendered]:
    """Every file of the plan."""
    for kind, renderer in RENDERERS.items():
        for entry in plan[kind]:
            options = {key: value for key, value in entry.items() if key not in ("from", "to")}
            source = original(entry["from"])
            data = renderer(Paper(source.meta, tuple(blocks_of(source.body))), **options)
            yield Rendered(_path(entry, SUFFIXES.get(kind, kind)), data, source.meta)
    for entry in plan["xlsx"]:
        meta = original(entry["from"]).meta | {"title": entry["title"]}
        yield Rendered(_path(entry, "xlsx"), workbook.render(meta, entry["tables"]), meta)


def _path(entry: dict[str, Any], suffix: str) -> str:
    return f"{entry['from'].split('/')[0]}/{entry['to']}.{suffix}"


def sources(files: list[Rendered]) -> str:
    """The text of ``sources.toml``; entries of files that came from elsewhere stay, after ours."""
    known = {file.path: file.meta for file in files}
    known |= {path: meta for path, meta in _listed().items() if path not in known and (ROOT / path).exists()}
    tools = "、".join(
        [*(f"{name} {version(name)}" for name in PACKAGES), f"zlib {zlib.ZLIB_RUNTIME_VERSION}"]
    )
    head = "# 没有抬头信息的文件从这里取来历；由 corpus/_tools/render.py 写出。\n"
    head += "# 另外放进来的文件可以在末尾加一段，脚本会保留。\n"
    head += f"# 生成时用的版本：{tools}\n"
    return head + "".join(f'\n["{path}"]\n' + "".join(_entry(meta)) for path, meta in known.items())


def _listed() -> dict[str, dict[str, Any]]:
    """What ``sources.toml`` says now."""
    path = ROOT / "sources.toml"
    return tomllib.loads(path.read_text(encoding="utf-8")) if path.exists() else {}


def _entry(meta: dict[str, Any]) -> Iterator[str]:
    for key, value in meta.items():
        if key == "sources":
            tables = (
                ", ".join(f"{name} = {_quoted(item)}" for name, item in source.items()) for source in value
            )
            yield "sources = [\n" + "".join(f"  {{ {table} }},\n" for table in tables) + "]\n"
        else:
            yield f"{key} = {_quoted(value)}\n"


def _quoted(value: Any) -> str:
    """A string, a list of strings, true or false as TOML writes it, which is as JSON does."""
    return json.dumps(value if isinstance(value, list | bool) else str(value), ensure_ascii=False)


def counts() -> str:
    """What is in the library by kind, by place and by format, as Markdown tables."""
    entries = _listed()
    metas = list(entries.values()) + [audit.read(path).meta for path in _open_texts()]
    formats = [Path(name).suffix[1:] for name in entries] + ["md"] * len(_open_texts())
    tables = [
        _table("类别", Counter(meta["kind"] for meta in metas)),
        _table("地区", Counter(_place(meta) for meta in metas)),
        _table("格式", Counter(suffix.upper() for suffix in formats)),
    ]
    return f"\n共 {len(metas)} 个文件。\n\n" + "\n".join(tables)


def _open_texts() -> list[Path]:
    return [path for folder in FOLDERS for path in sorted((ROOT / folder).glob("*.md"))]


def _place(meta: dict[str, Any]) -> str:
    """One of five: 静安区, the rest of Shanghai, Chengdu, elsewhere, or a method without a place."""
    city, district = str(meta.get("city", "")), str(meta.get("district", ""))
    if city == "上海市":
        return "上海市静安区" if district == "静安区" else "上海市其他区"
    return "成都市" if city == "成都市" else "其他城市" if city else "不限地区（方法与政策）"


def _table(label: str, counter: Counter[str]) -> str:
    rows = "".join(f"| {name} | {number} |\n" for name, number in counter.most_common())
    return f"| {label} | 文件数 |\n| --- | ---: |\n{rows}"


def write_counts(readme: Path) -> None:
    """Write the counts between their marks in the readme."""
    begin, end = COUNTS
    pattern = re.compile(f"{re.escape(begin)}.*?{re.escape(end)}", re.S)
    page = readme.read_text(encoding="utf-8")
    readme.write_text(pattern.sub(f"{begin}\n{counts()}\n{end}", page), encoding="utf-8")


def main() -> int:
    """Write every file of the plan, ``sources.toml`` and, in the library itself, the counts."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--to", type=Path, default=ROOT, help="写到这个文件夹，不写就写进资料库")
    target: Path = parser.parse_args().to
    if not pdf.FONT.exists():
        print(f"没有字体 {pdf.FONT}；请先安装：apt-get install {pdf.FONT_PACKAGE}", file=sys.stderr)
        return 1
    plan = tomllib.loads(PLAN.read_text(encoding="utf-8"))
    if target == ROOT:
        keep_originals(plan)
    files = list(rendered(plan))
    for file in files:
        (target / file.path).parent.mkdir(parents=True, exist_ok=True)
        (target / file.path).write_bytes(file.data)
    (target / "sources.toml").write_text(sources(files), encoding="utf-8", newline="\n")
    if target == ROOT:
        write_counts(ROOT / "README.md")
    print(f"写好 {len(files)} 个文件，共 {sum(len(file.data) for file in files) // 1000} KB。")
    return 0


if __name__ == "__main__":
    sys.exit(main())
