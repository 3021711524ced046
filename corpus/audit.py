"""Check the library against its fact sheets: ``python corpus/audit.py [SHEETS]``.

Without the sheets only form is checked (front matter, headings, length); with
them, every digit string of a text must stand in its sheets as well. The result
is printed and, with ``--write``, kept in ``docs/corpus-audit.md``.
"""

from __future__ import annotations

import argparse
import re
import sys
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parent
KINDS = {
    "案例": ("cases", ("背景与问题", "做法", "成效", "困难与反思", "可借鉴之处")),
    "培训": ("training", ("要点", "步骤", "适用场景", "常见误区与对策", "工具与清单")),
    "报告": ("reports", ("项目概况", "目标与指标", "实施过程", "经费与人力", "成效与评估", "问题与改进", "可借鉴之处")),
}
THEMES = frozenset(
    "议事协商 团队培育 老旧小区改造 党建引领 社区基金与资金 社会组织与五社联动 公益服务 群体融入 特殊群体服务 "
    "物业与业委会 商圈与楼宇 邻里会客厅 社区小花园 垃圾分类与环境 应急与安全 楼道美化 数字治理".split()
)
FIELDS = frozenset(
    "title kind province city district street community period organiser themes project_class "
    "sources confidence compiled sheets".split()
)
REQUIRED = ("title", "kind", "themes", "sources", "confidence", "compiled", "sheets")
LENGTH = (600, 2500)  # characters of the body, white space and headings not counted
MIRROR = "转载镜像站"


@dataclass(frozen=True, slots=True)
class Text:
    """One document of the library: where it is, its front matter and its body."""

    path: Path
    meta: dict[str, Any]
    body: str

    @property
    def prose(self) -> str:
        """The body without headings and white space."""
        return re.sub(r"\s+", "", re.sub(r"^#.*$", "", self.body, flags=re.M))


def read(path: Path) -> Text:
    """Split a Markdown file into front matter and body; raise ValueError when it has no front matter."""
    _, head, body = path.read_text(encoding="utf-8").split("---\n", 2)
    return Text(path, yaml.safe_load(head), body)


def form(text: Text) -> list[str]:
    """Say what is wrong with the front matter, the headings or the length."""
    meta, wrong = text.meta, []
    wrong += [f"没有 {name}" for name in REQUIRED if not meta.get(name)]
    wrong += [f"不认识的字段 {name}" for name in meta if name not in FIELDS]
    wrong += [f"不认识的主题 {theme}" for theme in meta.get("themes", []) if theme not in THEMES]
    folder, headings = KINDS.get(meta.get("kind", ""), ("", ()))
    if folder not in text.path.parts:
        wrong.append(f"{meta.get('kind')} 不该放在 {text.path.parent.name}/")
    found = re.findall(r"^## (.+)$", text.body, re.M)
    if [h for h in headings if h in found] != found:
        wrong.append(f"章节不合或次序不对：{found}")
    if not LENGTH[0] <= len(text.prose) <= LENGTH[1]:
        wrong.append(f"正文 {len(text.prose)} 字，应在 {LENGTH[0]}–{LENGTH[1]} 之间")
    for source in meta.get("sources", []):
        if not {"title", "publisher"} <= set(source) <= {"title", "publisher", "date", "url"}:
            wrong.append(f"来源字段不合：{source}")
    return wrong


def digits(text: str) -> set[str]:
    """Every run of digits, a decimal point or thousands comma inside it included."""
    plain = re.sub(r"^\s*\d+\.\s", "", text, flags=re.M)  # the numbers of an ordered list say nothing
    plain = plain.translate(str.maketrans("０１２３４５６７８９．％", "0123456789.%"))
    return set(re.findall(r"\d+(?:\.\d+)?", re.sub(r"(?<=\d),(?=\d{3})", "", plain)))


def facts(text: Text, sheets: Path) -> list[str]:
    """Say which digits of the text, and which source addresses, its sheets do not bear out."""
    paths = [sheets / f"{name}.md" for name in text.meta["sheets"] if name != "weifang"]
    paths += [sheets / "README.md"] if "weifang" in text.meta["sheets"] else []
    raw = "".join(path.read_text(encoding="utf-8") for path in paths)
    wrong = [f"数字 {d} 在事实表里没有" for d in sorted(digits(text.body) - digits(raw))]
    mirrors = {url for line in raw.splitlines() if MIRROR in line for url in re.findall(r"https?://[^\s\"}]+", line)}
    for url in (source.get("url") for source in text.meta["sources"]):
        if url and (url in mirrors or url not in raw):
            wrong.append(f"网址不该外链或不在事实表里：{url}")
    return wrong


def echoes(texts: list[Text], least: int = 3) -> list[str]:
    """Sentences of 12 characters or more that stand in ``least`` documents: the mark of a template."""
    where: defaultdict[str, set[str]] = defaultdict(set)
    for text in texts:
        for sentence in re.split(r"[。！？；\n]", text.body):
            if len(sentence.strip()) >= 12 and re.search(r"\w", sentence) and not sentence.startswith("#"):
                where[sentence.strip()].add(text.path.stem)
    return [f"同一句话出现在 {len(names)} 篇里：{s}" for s, names in where.items() if len(names) >= least]


def texts_of(folder: Path) -> list[Text]:
    """All source texts of the library, the ones that files were rendered from included."""
    return [read(path) for path in sorted(folder.rglob("*.md")) if path.name != "README.md"]


def main() -> int:
    """Print what is wrong, a line each; exit 1 when anything is."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("sheets", nargs="?", type=Path, help="事实表所在的文件夹")
    parser.add_argument("--only", default="", help="只查路径里含有这几个字的文件")
    parser.add_argument("--write", type=Path, help="把结果写进这个文件")
    args = parser.parse_args()
    texts = [text for text in texts_of(ROOT) if args.only in str(text.path)]
    problems = [
        f"{text.path.relative_to(ROOT)}：{line}"
        for text in texts
        for line in form(text) + (facts(text, args.sheets) if args.sheets else [])
    ] + echoes(texts)
    report = "\n".join([f"{len(texts)} 篇，{len(problems)} 个问题。", *problems])
    print(report)
    if args.write:
        args.write.write_text(f"# 资料库核对结果\n\n由 `corpus/audit.py` 写出。\n\n{report}\n", encoding="utf-8")
    return int(bool(problems))


if __name__ == "__main__":
    sys.exit(main())
