"""A comparison taken along: the Word and Excel files are opened again and read."""

from __future__ import annotations

import io
import shutil
import subprocess
from datetime import date
from pathlib import Path

import pytest

from desk.comparison import NumberLine, Reference, Row, Sheet, sheet
from desk.comparison_excel import LONGEST, as_excel
from desk.comparison_word import BODY, HEADING, as_word
from search.cases.compare import compare, line_up
from search.searcher import Searcher

DAY = date(2026, 11, 24)
FORMULAS = ("=1+1", "+1", "-1", "@SUM(A1)", '=HYPERLINK("http://example.org")')
SHEET = Sheet(
    rows=(
        Row("背景", (("甲的第一句。（第 1 段）", "甲的第二句。（第 2 段）"), ("乙的一句。（第 3 页）",))),
        Row("困难", ((), ("只有乙写了的难处。（第 4 页）",)), 1),
        Row("金额（元）", (("12万元（第 1 段）",), ()), nothing="—"),
    ),
    numbers=(
        NumberLine(0, "金额", "元", "投入", 120000.0, 120000.0, False, "12万元", "投入12万元。", "第 1 段"),
        NumberLine(1, "户数", "户", "", 200.0, 300.0, True, "两三百户", "有两三百户。", "第 3 页"),
    ),
    references=(
        Reference("甲案", "cases/甲.md", ("报道，某报，2020-09-21，https://example.org/a",)),
        Reference("乙案", "cases/乙.pdf", ()),
    ),
)


def opened_word(data: bytes):  # type: ignore[no-untyped-def]
    from docx import Document

    return Document(io.BytesIO(data))


def opened_excel(data: bytes):  # type: ignore[no-untyped-def]
    from openpyxl import load_workbook

    return load_workbook(io.BytesIO(data))


def test_the_words_of_a_comparison_are_those_of_the_documents(fake_searcher: Searcher) -> None:
    made = compare(fake_searcher, ["加梯.md", "花园.md"])
    written = sheet(made)
    assert [reference.title for reference in written.references] == [d.title for d in made.documents]
    rows = {row.name: row for row in written.rows}
    assert rows["地点"].cells == (("上海市静安区临汾路街道",), ("成都市龙泉驿区十陵街道",))
    assert rows["困难"].cells == (("首部电梯耗时约三年，其中费用分摊的谈判最花时间。（第 2 段）",), ())
    assert rows["困难"].only == 0 and rows["做法"].only is None
    assert written.references[0].sources == ("加梯报道，某报，2020-09-21，https://example.org/a",)
    assert (0, 8.0, "人") in [(n.document, n.value, n.unit) for n in written.numbers]


def test_the_word_table_repeats_its_head_on_a_wide_page_in_chinese_fonts() -> None:
    from docx.oxml.ns import qn

    document = opened_word(as_word(SHEET, DAY))
    section, table = document.sections[0], document.tables[0]
    assert section.page_width > section.page_height
    assert table.rows[0]._tr.trPr.find(qn("w:tblHeader")) is not None
    for name, font in (("Normal", BODY), ("Title", HEADING), ("Heading 1", HEADING)):
        fonts = document.styles[name].element.rPr.rFonts
        assert fonts.get(qn("w:eastAsia")) == font
        assert fonts.get(qn("w:eastAsiaTheme")) is None
    assert document.core_properties.author == ""


def test_the_word_file_holds_every_line_and_lists_its_sources() -> None:
    document = opened_word(as_word(SHEET, DAY))
    cells = [[cell.text for cell in row.cells] for row in document.tables[0].rows]
    assert cells[0] == ["项目", "[1] 甲案", "[2] 乙案"]
    assert cells[1] == ["背景", "甲的第一句。（第 1 段）\n甲的第二句。（第 2 段）", "乙的一句。（第 3 页）"]
    assert cells[2] == ["困难", "资料没有写", "【只有这一份写了】\n只有乙写了的难处。（第 4 页）"]
    assert cells[3] == ["金额（元）", "12万元（第 1 段）", "—"]
    text = "\n".join(paragraph.text for paragraph in document.paragraphs)
    assert "2026 年 11 月 24 日导出" in text
    assert "[1] 甲案。报道，某报，2020-09-21，https://example.org/a。资料库文件：cases/甲.md" in text


def test_the_workbook_has_three_readable_sheets() -> None:
    book = opened_excel(as_excel(SHEET))
    assert book.sheetnames == ["对比", "数字", "来源"]
    assert book["对比"].freeze_panes == "B2" and book["数字"].freeze_panes == "A2"
    assert book["对比"]["B2"].alignment.wrap_text
    assert book["对比"].column_dimensions["B"].width >= 28
    assert book["对比"]["B3"].value == "资料没有写"
    source = SHEET.references[0]
    assert [cell.value for cell in book["来源"][2]] == [1, source.title, source.sources[0], source.path]


def test_numbers_can_be_calculated_with() -> None:
    page = opened_excel(as_excel(SHEET))["数字"]
    assert [cell.value for cell in page[2]][:8] == [
        "金额",
        "元",
        "投入",
        "甲案",
        120000,
        None,
        None,
        "12万元",
    ]
    assert [cell.value for cell in page[3]][:8] == ["户数", "户", None, "乙案", 200, 300, "约", "两三百户"]
    assert page["E2"].data_type == "n"


@pytest.mark.parametrize("text", FORMULAS)
def test_what_looks_like_a_formula_is_text(text: str) -> None:
    rows = (Row(text, ((text,), (text,))),)
    numbers = (NumberLine(0, text, text, text, 1.0, 1.0, False, text, text, text),)
    data = as_excel(Sheet(rows, numbers, (Reference(text, text, (text,)), Reference(text, text, ()))))
    for page in opened_excel(data):
        for cell in (cell for row in page.iter_rows() for cell in row if isinstance(cell.value, str)):
            assert cell.data_type == "s"
            assert not cell.value.startswith(("=", "+", "-", "@")) or cell.quotePrefix


def test_control_characters_and_endless_text_do_no_harm(fake_searcher: Searcher) -> None:
    from dataclasses import replace

    from search.cases.card import card

    document = replace(fake_searcher.store.documents[0], title="\x00坏\x1f\ud800题" * 20_000)
    made = line_up([replace(card(fake_searcher, document), document=document)] * 2)
    written = sheet(made)
    assert opened_word(as_word(written, DAY)).tables[0].rows[0].cells[1].text.startswith("[1] 坏题坏题")
    assert len(opened_excel(as_excel(written))["对比"]["B1"].value) == LONGEST


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("soffice") is None, reason="没有安装 LibreOffice")
@pytest.mark.parametrize("suffix", ["docx", "xlsx"])
def test_office_opens_both_files(suffix: str, tmp_path: Path) -> None:
    data = as_word(SHEET, DAY) if suffix == "docx" else as_excel(SHEET)
    (tmp_path / f"对比.{suffix}").write_bytes(data)
    profile = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
    command = ["soffice", profile, "--headless", "--convert-to", "pdf", f"对比.{suffix}"]
    subprocess.run(command, cwd=tmp_path, check=True, capture_output=True, timeout=120)

    import pypdfium2

    with pypdfium2.PdfDocument(tmp_path / "对比.pdf") as pdf:
        page = pdf[0]
        assert page.get_width() > page.get_height()
        text = page.get_textpage().get_text_bounded()
    assert "甲的第二句" in text and "只有乙写了的难处" in text
