import io
import re
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest import ocr
from ingest.errors import IngestError, LimitError, ParseError
from ingest.parsers import image, parse, pdf, pdf_pages
from ingest.parsers.ocr_runs import runs_of_ocr
from ingest.parsers.pdf_columns import Grid, Line
from ingest.parsers.pdf_headings import outline_key
from ingest.parsers.pdf_paragraphs import blocks_of, contents_lines, join_tables
from ingest.parsers.pdf_quality import GOOD, quality
from ingest.parsers.pdf_rows import lines_in_order
from ingest.parsers.pdf_tables import Rule, grids_of
from ingest.parsers.pdf_text import Run

GOLDEN = Path(__file__).resolve().parents[1] / "golden" / "sources"


def run(text: str, x: float, y: float, size: float = 10.0, bold: bool = False) -> Run:
    return Run(text, x, y, x + size * len(text), y + size, size, bold)


def line(
    text: str, y: float, x: float = 0.0, page: int = 1, size: float = 10.0, right: float = 200.0
) -> Line:
    one = run(text, x, y, size)
    return Line([one], 0.0, right, page, text, x0=x, top=y, x1=one.x1, bottom=one.bottom, size=size)


FULL = "这一行从头到尾写满了二十个字才会换行呀呀"  # 20 characters: as wide as the column


def test_two_columns_are_read_one_after_the_other() -> None:
    left = [run(f"左栏第{n}行文字写满", 0, 20 + 15 * n) for n in range(5)]
    right = [run(f"右栏第{n}行文字写满", 120, 22 + 15 * n) for n in range(5)]
    runs = [
        run("横贯两栏的大标题一共很长很长很长很长", 20, 0),
        *(r for pair in zip(right, left, strict=True) for r in pair),
    ]
    texts = [one.text for one in lines_in_order(runs, [])]
    assert texts == [runs[0].text, *(r.text for r in left), *(r.text for r in right)]


def test_columns_of_short_cells_are_rows_of_one_table() -> None:
    cells = [(f"社区{n}", "一百户", "已办") for n in range(5)]
    runs = [run(text, 100 * column, 15 * n) for n, row in enumerate(cells) for column, text in enumerate(row)]
    (table,) = lines_in_order(runs, [])
    assert table.rows == [list(row) for row in cells]


def test_two_lines_with_a_gap_are_no_table() -> None:
    runs = [run(text, x, 15 * n) for n in range(2) for text, x in (("甲方盖章", 0), ("乙方盖章", 100))]
    assert [one.text for one in lines_in_order(runs, [])] == ["甲方盖章 乙方盖章"] * 2


def test_full_lines_are_joined_and_short_ones_end_a_paragraph() -> None:
    blocks = blocks_of([line(FULL, 0), line("到此为止。", 15), line(FULL, 30), line("又一段", 45)], {})
    assert [block.text for block in blocks] == [FULL + "到此为止。", FULL + "又一段"]


def test_a_paragraph_over_a_page_has_both_pages() -> None:
    (block,) = blocks_of([line(FULL, 700), line("接着写。", 50, page=2)], {})
    assert block.text == FULL + "接着写。"
    assert block.pages == ((0, 1), (len(FULL), 2))


def test_an_indent_opens_a_paragraph() -> None:
    lines = [line(FULL, 0, x=20), line(FULL, 15), line(FULL[:18], 30, x=20), line(FULL, 45)]
    assert len(blocks_of(lines, {})) == 2


def test_large_type_and_numbers_make_headings_with_levels() -> None:
    lines = [
        line("议事会怎么开", 0, size=20), line(FULL, 30), line("一、背景", 45), line(FULL, 60), line("（一）缘起", 75), line(FULL, 90)
    ]  # fmt: skip
    found = [(block.text, block.level) for block in blocks_of(lines, {}) if block.kind == "heading"]
    assert found == [("议事会怎么开", 1), ("一、背景", 2), ("（一）缘起", 3)]


def test_bookmarks_give_headings_their_level() -> None:
    outline = {(1, outline_key("第一章 总则")): 1, (1, "甲"): 2, (1, "乙"): 2}
    lines = [line("总则", 0), line(FULL, 15), line("甲", 30), line(FULL, 45), line("乙", 60), line(FULL, 75)]
    assert [block.level for block in blocks_of(lines, outline)] == [1, 0, 2, 0, 2, 0]


def test_a_table_of_contents_is_found() -> None:
    lines = [line(f"{n}.1 小节 . . . . . . . {n}", 15 * n) for n in range(5)] + [line(FULL, 90)]
    assert contents_lines(lines) == {0, 1, 2, 3, 4}


def table_rules(xs: list[float], ys: list[float]) -> list[Rule]:
    return [Rule(False, x, ys[0], ys[-1]) for x in xs] + [Rule(True, y, xs[0], xs[-1]) for y in ys]


def test_ruled_cells_take_their_text_and_runs_are_cut_at_the_rules() -> None:
    runs = [run("社区户数议题", 2, 2), run("和平里", 2, 22), run("九", 62, 22), run("表外", 0, 80)]
    runs[0].starts = [2, 12, 42, 52, 82, 92]
    runs[0].x1 = 102
    ((grid,), outside) = grids_of(table_rules([0, 40, 80, 120], [0, 20, 40]), runs)
    assert grid.rows == [["社区", "户数", "议题"], ["和平里", "九", ""]]
    assert [one.text for one in outside] == ["表外"]


def test_a_cell_without_its_border_is_merged_and_a_label_is_said_again() -> None:
    rules = [rule for rule in table_rules([0, 40, 80], [0, 20, 40, 60]) if not (rule.level and rule.at == 40)]
    rules += [Rule(True, 40, 40, 80)]  # the first column's cell reaches over two rows
    runs = [run("街道", 2, 2), run("社区", 42, 2), run("金泉", 2, 22), run("甲", 42, 22), run("乙", 42, 42)]
    ((grid,), _) = grids_of(rules, runs)
    assert grid.rows == [["街道", "社区"], ["金泉", "甲"], ["金泉", "乙"]]


def test_a_box_around_a_text_is_no_table() -> None:
    grids, outside = grids_of(table_rules([0, 200], [0, 100]), [run("框里的话", 2, 2)])
    assert (grids, len(outside)) == ([], 1)


def test_a_table_goes_on_over_a_page_without_its_second_header() -> None:
    def table(page: int, rows: list[list[str]]) -> Line:
        return Line([], rows=rows, page=page)

    lines = [
        table(1, [["甲", "乙"], ["1", "2"]]),
        table(2, [["甲", "乙"], ["3", "4"]]),
        table(3, [["5", "6"]]),
    ]
    assert join_tables(lines) == ["甲 | 乙"]
    assert [(block.text, block.header) for block in blocks_of(lines, {})] == [
        ("甲 | 乙", True), ("1 | 2", False), ("3 | 4", False), ("5 | 6", False)
    ]  # fmt: skip


@given(
    st.lists(
        st.tuples(st.text("社区ab", min_size=1, max_size=8), st.integers(0, 400), st.integers(0, 700)),
        max_size=40,
    )
)
def test_no_run_is_lost_in_the_layout(places: list[tuple[str, int, int]]) -> None:
    runs = [run(text, x, y) for text, x, y in places]
    lines = lines_in_order(runs, [])
    laid = "".join(one.text + "".join(map("".join, one.rows)) for one in lines).replace(" ", "")
    assert sorted(laid) == sorted("".join(one.text for one in runs))


@pytest.mark.parametrize(
    "text",
    [
        "(cid:12)(cid:7)(cid:345)(cid:12)", "/65/115/97/12/65/115", "\ue123\ue124\ue125社区", "\ufffd\ufffd社区治理\ufffd",
        "ÉçÇøÖÎÀíµÄ¾\xadÑéÓë×ö·¨£¬¾ÓÃñÒéÊÂ»áÃ¿ÔÂÕÙ¿ªÒ»´Î", "蒙谮鄱鸪鳓麈龀麴黻鼷鼯鼢黧黥黪黩黯鳔鳕鳗鳙鳜鳝鳞鳟鼽鼾",
        "7KLV LV D VKLIWHG IRQW WKDW QR RQH FDQ UHDG DQG LW JRHV RQ OLNH WKLV IRU D ZKLOH",
    ],
)  # fmt: skip
def test_debris_is_told_from_text(text: str) -> None:
    assert quality(text) < GOOD


@pytest.mark.parametrize(
    "text",
    [
        "社区党组织定期召开居民议事会，听取居民意见。", "This page is in plain English, with words and vowels.", "Привет, соседи",
        "1 背景 . . . . . . . . . . . . . . . . . . . . . . . . . . 3", "2023 1200 35% 4.5 12,000 3-5", "幸福里 1200 户 已办结",
        "Société générale à l'été, où l'élève naïf a été reçu",
        "09/10/2013 张三 10,000.00 2023/05/06 李四 25/08/2022 12.5",
        "len supp dose " + "4.2 VC 0.5 11.5 VC 0.5 7.3 VC 0.5 " * 8,
    ],
)  # fmt: skip
def test_text_is_not_taken_for_debris(text: str) -> None:
    assert quality(text) >= GOOD


@pytest.mark.parametrize("turn", [0, 90, 180, 270])
@pytest.mark.parametrize("angle", [0, 90, 180, 270])
def test_text_in_every_direction_on_a_page_turned_anyhow(tmp_path: Path, angle: int, turn: int) -> None:
    import pypdf
    from fpdf import FPDF

    drawn = FPDF()
    drawn.add_page()
    drawn.set_font("helvetica", size=12)
    with drawn.rotation(angle, 105, 148):
        for number, text in enumerate(
            ["Neighbours meet in the yard every month and talk", "about the lamps."]
        ):
            drawn.text(40, 60 + 6 * number, text)
    drawn.text(10, 10, "Page")
    writer = pypdf.PdfWriter(clone_from=io.BytesIO(bytes(drawn.output())))
    writer.pages[0].rotate(turn)
    writer.write(tmp_path / "a.pdf")
    found = [block.text for block in parse(tmp_path / "a.pdf").blocks]
    assert "Neighbours meet in the yard every month and talk about the lamps." in found
    assert any("Page" in text for text in found)


def test_a_page_that_fails_costs_only_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    read = pdf_pages.PdfPages._with_pdfium

    def fail_on_two(self: pdf_pages.PdfPages, number: int, page: object) -> object:
        if number == 2:
            return pdf_pages.PageRead(warning="第 2 页已损坏，没有读取")
        return read(self, number, page)

    monkeypatch.setattr(pdf_pages.PdfPages, "_with_pdfium", fail_on_two)
    parsed = parse(GOLDEN / "running-header.pdf")
    assert parsed.warnings == ("第 2 页已损坏，没有读取",)
    assert {page for block in parsed.blocks for _, page in block.pages} == {1, 3}


def test_too_many_pages_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf, "MAX_PAGES", 2)
    with pytest.raises(LimitError, match="3 页"):
        parse(GOLDEN / "running-header.pdf")


def test_a_picture_page_without_ocr_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ocr, "available", lambda: False)
    parsed = parse(GOLDEN / "scanned-page.pdf")
    assert parsed.warnings == (
        "第 2 页是图片或乱码，没有识别；请安装文字识别：pip install rapidocr onnxruntime",
    )
    with pytest.raises(ParseError, match="pip install rapidocr"):
        parse(GOLDEN / "notice.jpg")


@pytest.mark.parametrize("cut", [0.1, 0.5, 0.9])
def test_a_file_cut_short_gives_what_is_left_or_a_clear_error(
    tmp_path: Path, cut: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ocr, "available", lambda: False)
    data = (GOLDEN / "running-header.pdf").read_bytes()
    (tmp_path / "a.pdf").write_bytes(data[: int(cut * len(data))])
    try:
        assert parse(tmp_path / "a.pdf").page_count
    except IngestError as error:
        assert "损坏" in str(error)


def test_recognised_lines_of_nearly_one_size_get_one_size() -> None:
    lines = [ocr.OcrLine("一二三四五六", 0, 0, 60 + n, 14, 0.9) for n in range(3)] + [
        ocr.OcrLine("大标题字", 0, 30, 80, 55, 0.9)
    ]
    assert len({one.size for one in runs_of_ocr(lines, 1.0)}) == 2


def test_a_long_screenshot_is_cut_between_its_lines() -> None:
    pixels = np.full((5000, 600, 3), 255, dtype=np.uint8)
    pixels[::40] = 0  # a line of ink every 40 rows
    parts = image._parts(pixels)
    assert sum(part.shape[0] for _, part in parts) == 5000
    assert all(part.shape[0] <= ocr.LONG_SIDE for _, part in parts)
    assert all(top % 40 for top, _ in parts[1:])


def test_a_picture_bomb_is_refused(tmp_path: Path) -> None:
    from PIL import Image

    buffer = io.BytesIO()
    Image.new("1", (12_000, 12_000)).save(buffer, "PNG")
    (tmp_path / "a.png").write_bytes(buffer.getvalue())
    with pytest.raises(LimitError, match="图片太大"):
        image.frames(tmp_path / "a.png", tmp_path / "a.png")


def test_a_grid_stands_in_the_order_of_the_page() -> None:
    lines = lines_in_order([run("前", 0, 0), run("后", 0, 100)], [Grid([["甲", "乙"]], 0, 20, 100, 60)])
    assert [one.text or one.rows[0][0] for one in lines] == ["前", "甲", "后"]


def test_a_page_whose_font_is_damaged_is_read_by_the_second_reader(tmp_path: Path) -> None:
    data = (GOLDEN / "rotated.pdf").read_bytes()
    font = max(re.finditer(rb"stream\r?\n(.*?)endstream", data, re.DOTALL), key=lambda match: len(match[1]))
    at = (font.start(1) + font.end(1)) // 2
    (tmp_path / "a.pdf").write_bytes(data[:at] + b"\xff" * 40 + data[at + 40 :])
    assert "三十二栋楼" in "".join(block.text for block in parse(tmp_path / "a.pdf").blocks)
