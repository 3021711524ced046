"""Precision and recall of the inferred facets: ``python -m tests.quality.measure_facets [--half odd]``.

Every text of the library that has front matter is described with the front matter hidden, and what comes
out is compared with what was declared. The words of ``ingest/themes.toml`` were chosen on the even half
(CRC-32 of the file's stem), so the odd half is the honest one and the default.
"""

from __future__ import annotations

import argparse
import re
import zlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import yaml

from ingest.facets import describe
from ingest.front_matter import front_matter
from ingest.models import Document, Section
from search.evaluation.markers import write_blocks

ROOT = Path(__file__).resolve().parents[2]
LABELS = {
    "kind": "类型",
    "province": "省份",
    "city": "城市",
    "district": "区县",
    "street": "街道",
    "year": "年份",
    "dated": "年份（出处的日期不遮）",
    "theme": "主题",
    "project_class": "项目类别",
    "organiser": "主办单位",
}
NAMES = tuple(LABELS)
HALVES = {"odd": "奇数半", "even": "偶数半", "all": "全部"}
GOALS = {
    "city": (0.95, 0.90),
    "district": (0.95, 0.90),
    "year": (0.95, 0.90),
    "dated": (0.95, 0.90),
    "theme": (0.85, 0.80),
}
YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
SPAN = re.compile(r"((?:19|20)\d\d)(?:\s*年?\s*[-–—~至]+\s*((?:19|20)\d\d))?")
VAGUE = re.compile(r"世纪|年代|后|起|以来|至今|通用")
LEVEL_WORD = re.compile(r"(?:自治[区州县]|新区|省|市|区|县)$")


@dataclass(frozen=True, slots=True)
class Labelled:
    """A text with its front matter taken off."""

    path: str
    meta: dict[str, Any]
    body: str


def texts(half: str) -> Iterator[Labelled]:
    """The library's texts that have front matter, one per stem, of one half or all."""
    seen: set[str] = set()
    for path in sorted((ROOT / "corpus").rglob("*.md")):
        text = path.read_text(encoding="utf-8")
        parity = ("even", "odd")[zlib.crc32(path.stem.encode()) % 2]
        if text.startswith("---\n") and path.stem not in seen and half in (parity, "all"):
            seen.add(path.stem)
            _, meta, body = text.split("---\n", 2)
            yield Labelled(path.relative_to(ROOT / "corpus").as_posix(), yaml.safe_load(meta), body)


def document(text: Labelled, with_title: bool) -> Document:
    """The text as a parser would give it: a section per heading; its sources are not told."""
    sections, heading = [], list[str]()
    for part in re.split(r"^(?=#{2,4} )", text.body, flags=re.M):
        match = re.match(r"(#{2,4}) (.+)\n", part)
        if match:
            heading = [*heading[: len(match[1]) - 2], match[2].strip()]
        body = re.sub(r"\n{2,}", "\n", part[match.end() if match else 0 :]).strip()
        sections.append(Section(tuple(heading), body))
    return Document(str(text.meta["title"]) if with_title else "", tuple(sections))


def declared(text: Labelled, name: str) -> set[str] | None:
    """The values of the front matter; None where they can't be compared (a period without ends)."""
    if name in ("year", "dated"):
        return years(str(text.meta.get("period") or ""))
    raw = text.meta.get("themes" if name == "theme" else name) or []
    values = raw if isinstance(raw, list) else re.split(r"[；;、，]", str(raw))
    return {re.sub(r"等$", "", str(value).strip()) for value in values}


def years(period: str) -> set[str] | None:
    """Each year of a period."""
    if VAGUE.search(period):
        return None
    spans = [(int(a), int(b or a)) for a, b in SPAN.findall(period)]
    return {str(year) for first, last in spans for year in range(first, last + 1)}


def told(name: str, values: set[str], text: str) -> set[str]:
    """The declared values that the text lets a reader know: places it names, years between those it names."""
    if name in ("year", "dated"):
        named = [int(year) for year in YEAR.findall(text) if year in values]
        return {v for v in values if named and min(named) <= int(v) <= max(named)}
    if name in ("street", "organiser", "project_class"):
        return {value for value in values if value in text}
    if name in ("province", "city", "district"):
        return {value for value in values if LEVEL_WORD.sub("", value) in text}
    return values


def matches(name: str, found: set[str], truth: set[str]) -> set[str]:
    """The found values that are right; an organiser may be worded longer or shorter."""
    if name == "organiser":
        return {f for f in found if any(f in t or t in f for t in truth)}
    return found & truth


def measure(half: str, with_title: bool) -> dict[str, Counter[str]]:
    """Counts by facet: declared, told, found, right, and right among the told or implied."""
    counts = {name: Counter[str]() for name in NAMES}
    for text in texts(half):
        doc = document(text, with_title)
        shown = doc.title + text.body
        found = describe(doc, text.path, {}).values
        unfiled = describe(doc, Path(text.path).name, {}).values  # kind must not come from the folder
        sources = front_matter(text.meta).sources
        dated = describe(replace(doc, sources=sources), text.path, {}).values.get("year", ())
        dates = "\n".join(source.date for source in sources)
        for name in NAMES:
            truth = declared(text, name)
            if truth is None or (
                not truth and name in ("kind", "organiser", "project_class", "year", "dated")
            ):
                continue
            values = set(dated if name == "dated" else (unfiled if name == "kind" else found).get(name, ()))
            right = matches(name, values, truth)
            counts[name].update(
                declared=len(truth),
                found=len(values),
                right=len(right),
                reached=min(len(right), len(truth)),
                told=len(
                    told(name, truth, shown + "\n" + dates if name == "dated" else shown) | (right & truth)
                ),
            )
    return counts


def table(counts: dict[str, Counter[str]]) -> str:
    """The counts as a Markdown table."""
    rows = [
        "| 维度 | 标注值 | 推断值 | 精确率 | 召回率 | 文中可知 | 可知部分的召回率 | 目标 |",
        "|---|--:|--:|--:|--:|--:|--:|---|",
    ]
    for name, c in counts.items():
        goal = " / ".join(f"{part:.2f}" for part in GOALS.get(name, ())) or "–"
        pairs = [("right", "found"), ("reached", "declared"), ("told", "declared"), ("reached", "told")]
        cells = " | ".join(f"{c[part] / c[whole]:.3f}" if c[whole] else "–" for part, whole in pairs)
        rows.append(f"| {LABELS[name]} | {c['declared']} | {c['found']} | {cells} | {goal} |")
    return "\n".join(rows)


def report(half: str) -> str:
    """Both tables: with the title to read, and without."""
    size = sum(1 for _ in texts(half))
    parts = [
        f"{'有' if with_title else '无'}标题，{size} 篇（{HALVES[half]}）：\n\n{table(measure(half, with_title))}"
        for with_title in (True, False)
    ]
    return "\n\n".join(parts)


def main() -> None:
    """Print the tables, and write them into a page."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.quality.measure_facets", description="筛选维度推断得准不准。"
    )
    parser.add_argument("--half", choices=tuple(HALVES), default="odd", help="哪一半资料，默认 odd")
    parser.add_argument("--write", type=Path, metavar="页面", help="写进这一页的 facets 标记之间")
    options = parser.parse_args()
    found = report(options.half)
    print(found)
    if options.write:
        write_blocks(options.write, {"facets": found})


if __name__ == "__main__":
    main()
