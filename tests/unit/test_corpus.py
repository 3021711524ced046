"""The library: every text keeps the schema, every rendered file is there, small and made from its text."""

from __future__ import annotations

import importlib.metadata
import re
import subprocess
import sys
import tomllib
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from corpus._tools import audit

CORPUS = Path(__file__).resolve().parents[2] / "corpus"
FOLDERS = ("cases", "training", "reports")
LEAST = {"pdf": 22, "docx": 15, "pptx": 8, "html": 8, "txt": 4, "xlsx": 2}
TWO_VERSIONS = "cases/jingan-jufuchang（初稿）.md"
TWO_FORMATS = {"cases/临汾路街道加装电梯.docx", "cases/临汾路街道加装电梯.pdf"}
FONT = Path("/usr/share/fonts/truetype/wqy/wqy-zenhei.ttc")


SOURCES: dict[str, dict[str, Any]] = tomllib.loads((CORPUS / "sources.toml").read_text(encoding="utf-8"))
PLAN = tomllib.loads((CORPUS / "_tools" / "plan.toml").read_text(encoding="utf-8"))
TEXTS = audit.texts_of(CORPUS)
FILES = [path for folder in FOLDERS for path in sorted((CORPUS / folder).iterdir())]


def _name(path: Path) -> str:
    return path.relative_to(CORPUS).as_posix()


def test_every_text_keeps_the_schema_the_headings_and_the_length() -> None:
    assert {_name(text.path): wrong for text in TEXTS if (wrong := audit.form(text))} == {}


def test_no_sentence_stands_in_three_texts() -> None:
    assert audit.echoes(TEXTS) == []


def test_every_entry_of_the_sources_keeps_the_schema() -> None:
    assert {name: wrong for name, meta in SOURCES.items() if (wrong := audit.schema(meta))} == {}


def test_an_entry_says_what_its_original_says() -> None:
    originals = {text.meta["title"]: text.meta for text in TEXTS}
    ledgers = {entry["title"] for entry in PLAN["xlsx"]}
    differ = [
        name
        for name, meta in SOURCES.items()
        if meta["title"] not in ledgers and meta != originals[meta["title"]]
    ]
    assert differ == []


def test_every_file_without_front_matter_is_in_the_sources_and_the_other_way_round() -> None:
    assert {_name(path) for path in FILES if path.suffix != ".md"} == set(SOURCES)


def test_every_file_is_under_200_kilobytes() -> None:
    assert [_name(path) for path in FILES if path.stat().st_size >= 200_000] == []


def test_there_are_enough_files_of_every_format() -> None:
    found = Counter(path.suffix[1:] for path in FILES)
    assert {suffix: found[suffix] for suffix, least in LEAST.items() if found[suffix] < least} == {}
    assert len(FILES) >= 180


def test_what_was_rendered_stands_in_the_open_in_no_other_form() -> None:
    both = [path for path in FILES if (CORPUS / "_originals" / _name(path)).exists()]
    assert both == []


def test_a_title_stands_twice_in_the_one_deliberate_case_only() -> None:
    titles = [(text.meta["title"], _name(text.path)) for text in TEXTS if "_originals" not in text.path.parts]
    titles += [(meta["title"], name) for name, meta in SOURCES.items()]
    counts = Counter(title for title, _ in titles)
    assert {name for title, name in titles if counts[title] > 1} == TWO_FORMATS


def test_a_fact_sheet_is_told_twice_in_the_deliberate_cases_only() -> None:
    first = [text.meta["sheets"][0] for text in TEXTS if _name(text.path) != TWO_VERSIONS]
    told = {sheet for sheet, times in Counter(first).items() if times > 1}
    assert told == {"weifang"}  # a report and a training
    assert (CORPUS / TWO_VERSIONS).exists()


def test_a_mirror_is_known_by_its_host_and_by_hosts_below_it() -> None:
    assert audit.is_mirror("http://m.zhoukan.cc/guancha/1.html")
    assert not audit.is_mirror("https://www.jingan.gov.cn/zhoukan.cc")


def test_the_readme_counts_what_is_there() -> None:
    readme = (CORPUS / "README.md").read_text(encoding="utf-8")
    assert f"共 {len(FILES)} 个文件。" in readme


def test_the_readme_names_the_deliberate_exceptions() -> None:
    readme = (CORPUS / "README.md").read_text(encoding="utf-8")
    assert [name for name in (TWO_VERSIONS, *sorted(TWO_FORMATS)) if name not in readme] == []


def _versions(page: str) -> str:
    match = re.search(r"^# 生成时用的版本：(.*)$", page, re.M)
    assert match
    return match[1]


@pytest.mark.slow
@pytest.mark.skipif(not FONT.exists(), reason="没有字体文泉驿正黑（fonts-wqy-zenhei），不能重新生成")
def test_rendering_again_gives_the_same_bytes(tmp_path: Path) -> None:
    for package in ("fpdf2", "openpyxl"):
        try:
            importlib.metadata.version(package)
        except importlib.metadata.PackageNotFoundError:
            pytest.skip(f"没有 {package}，不能重新生成")
    subprocess.run(
        [sys.executable, "-m", "corpus._tools.render", "--to", tmp_path],
        cwd=CORPUS.parent,
        check=True,
        timeout=300,
    )
    old, new = ((folder / "sources.toml").read_text(encoding="utf-8") for folder in (CORPUS, tmp_path))
    if _versions(old) != _versions(new):
        pytest.skip(f"软件版本与生成时不同，不能逐字节比较：{_versions(new)}")
    made = [path.relative_to(tmp_path) for path in tmp_path.rglob("*") if path.is_file()]
    assert len(made) >= sum(LEAST.values())
    assert [name for name in made if (tmp_path / name).read_bytes() != (CORPUS / name).read_bytes()] == []
