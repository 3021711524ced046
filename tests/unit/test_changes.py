"""What a run says of each file since the run before, and what it need not do again."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest import changes, index, pipeline, sandbox
from ingest.models import Document
from ingest.normalize import normalize
from ingest.passage_store import NAME, PassageStore, StoredDocument
from tests.conftest import silent
from tests.fakes import BigramEmbedder

NAMES = st.dictionaries(st.sampled_from("abcdef"), st.tuples(st.sampled_from("123"), st.just("")))


@pytest.fixture
def parsed(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of the files that are parsed from now on."""
    names: list[str] = []
    real = sandbox.parse_all

    def noting(paths: Iterable[Path], **settings: Any) -> Any:
        chosen = list(paths)
        names.extend(path.name for path in chosen)
        return real(chosen, **settings)

    monkeypatch.setattr(sandbox, "parse_all", noting)
    return names


def ingest(corpus: Path, store: Path, retry: bool = True) -> pipeline.Report:
    return pipeline.ingest([corpus], store, BigramEmbedder(), silent, retry=retry)


def documents(store: Path) -> list[StoredDocument]:
    opened = PassageStore(index.current_build(store) / NAME)
    found = list(opened.documents)
    opened.close()
    return found


def change_of(report: pipeline.Report) -> dict[str, str]:
    return {file.path: file.change for file in report.files}


@given(NAMES, NAMES)
def test_every_file_of_both_runs_is_accounted_for_once(
    before: dict[str, changes.Stamp], now: dict[str, changes.Stamp]
) -> None:
    found = changes.compare(before, now)
    assert set(found.of) == set(now)
    assert sorted([*found.gone, *found.was.values()]) == sorted(set(before) - set(now))
    assert all(before[old][0] == now[new][0] for new, old in found.was.items())


def test_files_are_added_changed_renamed_unchanged_and_gone(corpus: Path, tmp_path: Path) -> None:
    assert set(change_of(ingest(corpus, tmp_path / "i")).values()) == {"added"}
    (corpus / "cases" / "加梯.md").rename(corpus / "加装电梯.md")
    (corpus / "cases" / "花园.md").unlink()
    (corpus / "新.txt").write_text("居民议事会每月召开一次。", encoding="utf-8")
    training = corpus / "training" / "参与度.md"
    training.write_text(training.read_text(encoding="utf-8") + "\n先易后难。\n", encoding="utf-8")
    report = ingest(corpus, tmp_path / "i")
    assert change_of(report) == {
        "加装电梯.md": "renamed",
        "新.txt": "added",
        "training/参与度.md": "changed",
    }
    assert {file.was for file in report.files if file.was} == {"cases/加梯.md"}
    assert (report.gone, report.read, report.taken_over) == (("cases/花园.md",), 2, 1)
    assert set(change_of(ingest(corpus, tmp_path / "i")).values()) == {"unchanged"}


def test_a_renamed_file_is_neither_parsed_nor_embedded(
    corpus: Path, tmp_path: Path, parsed: list[str]
) -> None:
    ingest(corpus, tmp_path / "i")
    parsed.clear()
    (corpus / "cases").rename(corpus / "案例")
    report = ingest(corpus, tmp_path / "i")
    assert (parsed, report.embedded) == ([], 0)
    fresh = ingest(corpus, tmp_path / "fresh")
    assert report.build == fresh.build
    assert documents(tmp_path / "i") == documents(tmp_path / "fresh")


@pytest.mark.parametrize(("old", "new"), [("楼道.txt", "堆物.txt"), ("楼道.md", "楼道.txt")])
def test_a_file_that_reads_otherwise_under_its_new_name_is_parsed(
    corpus: Path, tmp_path: Path, parsed: list[str], old: str, new: str
) -> None:
    (corpus / old).write_text("居民议事会每月召开一次，讨论怎样清理。", encoding="utf-8")
    ingest(corpus, tmp_path / "i")
    parsed.clear()
    (corpus / old).rename(corpus / new)
    report = ingest(corpus, tmp_path / "i")
    assert parsed == [new]
    assert change_of(report)[new] == "renamed"
    assert report.build == ingest(corpus, tmp_path / "fresh").build


def test_a_file_that_could_not_be_read_is_tried_again_only_when_asked(
    corpus: Path, tmp_path: Path, parsed: list[str]
) -> None:
    (corpus / "坏的.pdf").write_bytes(b"%PDF-1.7 nothing")
    first = ingest(corpus, tmp_path / "i")
    for retry, tried in ((False, []), (True, ["坏的.pdf"])):
        parsed.clear()
        again = ingest(corpus, tmp_path / "i", retry)
        assert parsed == tried
        (bad,) = [file for file in again.files if file.status == "skipped"]
        assert bad.change == "unchanged"
        assert bad.reason == next(file.reason for file in first.files if file.status == "skipped")
    (corpus / "坏的.pdf").write_bytes(b"%PDF-1.7 something else")
    parsed.clear()
    assert change_of(ingest(corpus, tmp_path / "i", retry=False))["坏的.pdf"] == "changed"
    assert parsed == ["坏的.pdf"]


HEADER = "某街道某项目结项报告"
PAGES = ("居民议事会每月召开一次。", "费用由本楼居民议定。", "第三方评估认为效果较好。")


def paper(path: Path) -> None:
    """A PDF of three pages with a running header, the last page blank but for it."""
    from fpdf import FPDF

    pdf = FPDF()
    pdf.add_font("wqy", fname="/usr/share/fonts/truetype/wqy/wqy-zenhei.ttc")
    for text in (*PAGES, ""):
        pdf.add_page()
        pdf.set_font("wqy", size=9)
        pdf.text(20, 12, HEADER)
        pdf.set_font("wqy", size=14)
        pdf.text(20, 60, text)
    pdf.output(str(path))


@pytest.mark.skipif(
    not Path("/usr/share/fonts/truetype/wqy/wqy-zenhei.ttc").exists(), reason="needs a Chinese font"
)
def test_running_lines_are_reported_and_kept_for_the_file_that_asks(
    corpus: Path, tmp_path: Path, parsed: list[str]
) -> None:
    paper(corpus / "报告.pdf")
    (file,) = [file for file in ingest(corpus, tmp_path / "i").files if file.path == "报告.pdf"]
    assert file.removed_lines == (HEADER,) and file.removed == 1
    assert (file.pages, file.text_pages, file.ocr_pages, file.empty_pages) == (4, 3, 0, 1)
    parsed.clear()
    (corpus / "sources.toml").write_text('["报告.pdf"]\nkeep_lines = true\n', encoding="utf-8")
    (file,) = [file for file in ingest(corpus, tmp_path / "i").files if file.path == "报告.pdf"]
    assert (file.change, file.removed_lines, file.empty_pages) == ("changed", (), 0)
    assert parsed == ["报告.pdf"]


@pytest.mark.parametrize("name", ["navigation.html", "seed-page.txt", "styles-and-lists.docx"])
def test_what_surrounds_a_text_is_kept_where_it_is_asked_for(name: str) -> None:
    source = Path(__file__).parent.parent / "golden" / "sources" / name
    ((_, without),) = sandbox.parse_all([source])
    ((_, whole),) = sandbox.parse_all([source], keep_lines=[source])
    assert isinstance(without, Document) and isinstance(whole, Document)
    returned = set(without.removed) - set(whole.removed)  # a table of contents stays out
    assert returned
    text = "".join(part for section in whole.sections for part in (*section.heading, section.text))
    assert [line for line in returned if squeezed(line) not in squeezed(text)] == []
    assert whole.title == without.title


def squeezed(text: str) -> str:
    return "".join(normalize(text).split())


def test_an_entry_that_says_neither_true_nor_false_is_pointed_out(corpus: Path, tmp_path: Path) -> None:
    (corpus / "sources.toml").write_text('["cases/花园.md"]\nkeep_lines = "是"\n', encoding="utf-8")
    (file,) = [file for file in ingest(corpus, tmp_path / "i").files if file.path == "cases/花园.md"]
    assert file.warnings == ("keep_lines 只能写 true 或 false，没有采用",)
