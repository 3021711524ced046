"""Handout, slides and Markdown of a session pack, opened again by the libraries that read such files."""

from __future__ import annotations

import io
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from docx import Document
from docx.oxml.ns import qn
from pptx import Presentation

from desk.handout import handout
from desk.markdown import markdown
from desk.pack import Cited, Item, Pack, Quote
from desk.slide_text import fitted, lines, width
from desk.slides import slides
from tests.conftest import ROOT

SOFFICE = shutil.which("soffice")
HOSTILE = "<img src=x onerror=alert(1)> $x$ :material/home: \x00\x08\x0b\x1b\ud800\ufffe \u202e反\u202c [a](b) *c* _d_\n# e"
DRAWING = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
SENTENCE = "居民认领地块，轮流浇水养护，社区每月组织一次花友会，讨论种什么、谁来管、钱从哪里来。"
ADDRESS = "https://example.org/" + "very-long-path/" * 30


def cited(name: str, title: str) -> Cited:
    reference = f"{title}[Z]. 社区治理案例库: cases/{name}.md."
    return Cited(name, "0", title, "案例 · 成都市 · 2023 年", (), reference, (f"花友会[EB/OL]. {ADDRESS}.",))


def case(name: str, title: str, text: str = SENTENCE, **more: Any) -> Item:
    quotes = tuple(
        Quote(name, n, text, ("做法",), (n + 1, n + 2), label)
        for n, label in enumerate(("背景", "问题", "做法", "做法", "成效", "困难", "启示"))
    )
    return Item(f"case-{name}", "case", title, 20, (cited(name, title),), quotes, **more)


TABLE_ROW = Quote("b", 1, SENTENCE * 8, (), (3, 3), lead="项目 | 频次")
USUAL = Pack(
    "花园培训",
    "2025-11-20",
    items=(
        case("a", "江华社区共享花园", note="先分组\n再看案例", questions=("谁来浇水？",)),
        Item("passage-b-1", "passage", "养护办法", 10, (cited("b", "养护办法"),), (TABLE_ROW,)),
        Item("note-1", "note", "茶歇", 15, note="自由交流"),
    ),
    questions=("你们先试哪一步？",),
)
LONG = Pack(
    "长" * 10_000,
    items=(
        case("a", "题" * 10_000, SENTENCE * 250, note="记" * 10_000, questions=("问" * 10_000,) * 9),
        case("b", "W" * 10_000, "WM@%" * 2_500, questions=(ADDRESS * 20, "word " * 2_000)),
        Item("passage-c-1", "passage", "c", 10, (cited("c", "一" * 3_000),), (Quote("c", 1, "字" * 10_000),)),
        Item("note-1", "note", "自备", 15, note="\n".join(["一行很长的内容" * 40] * 60)),
        *(Item(f"note-{n}", "note", f"第{n}项", 5) for n in range(2, 40)),
    ),
    questions=("结" * 500,) * 12,
)
WILD = Pack(
    HOSTILE,
    items=(case("a", HOSTILE, HOSTILE, note=HOSTILE, questions=(HOSTILE,)), Item("note-1", "note", HOSTILE, 5, note=HOSTILE)),
    questions=(HOSTILE,),
)  # fmt: skip
PACKS = pytest.mark.parametrize("pack", [USUAL, LONG, WILD, Pack()], ids=["usual", "long", "wild", "empty"])


def paragraphs(data: bytes) -> list[tuple[str, str]]:
    return [(p.style.name, p.text) for p in Document(io.BytesIO(data)).paragraphs]


def slide_texts(data: bytes) -> list[str]:
    def texts(slide: Any) -> Iterator[str]:
        for shape in slide.shapes:
            if shape.has_text_frame:
                yield shape.text_frame.text
            elif shape.has_table:
                yield from (cell.text for row in shape.table.rows for cell in row.cells)

    return ["\n".join(texts(slide)) for slide in Presentation(io.BytesIO(data)).slides]


def test_the_handout_has_agenda_quotes_questions_and_references() -> None:
    data = handout(USUAL)
    found = paragraphs(data)
    table = Document(io.BytesIO(data)).tables[0]
    assert [cell.text for cell in table.rows[2].cells] == ["09:10–09:30", "江华社区共享花园", "20"]
    quotes = [text for style, text in found if style == "Quotation"]
    assert quotes[0] == f"背景　{SENTENCE}　[1]\xa0第\xa01–2\xa0页"
    assert quotes[-1] == f"{SENTENCE * 8}　[2]\xa0第\xa03\xa0页"
    assert ("Question", "1. 谁来浇水？") in found
    assert ("Reference", "[2] 养护办法[Z]. 社区治理案例库: cases/b.md.") in found
    order = [text for style, text in found if style == "Heading 1"]
    assert order == ["流程", "1. 江华社区共享花园", "2. 养护办法", "3. 茶歇", "讨论与小结", "参考文献"]


def test_every_style_of_the_handout_names_a_font_for_chinese() -> None:
    document = Document(io.BytesIO(handout(USUAL)))
    for name in {style for style, _ in paragraphs(handout(USUAL))}:
        fonts = document.styles[name].element.rPr.rFonts
        assert fonts.get(qn("w:eastAsia")) in ("宋体", "微软雅黑"), name
        assert fonts.get(qn("w:eastAsiaTheme")) is None, name


def test_a_case_is_one_slide_with_its_most_telling_quotes_and_the_rest_in_the_notes() -> None:
    deck = Presentation(io.BytesIO(slides(USUAL)))
    texts = slide_texts(slides(USUAL))
    (own,) = [n for n, text in enumerate(texts) if text.startswith("江华社区共享花园")]
    assert [label for label in ("背景", "问题", "做法", "成效", "困难", "启示") if f"{label}　" in texts[own]] == [
        "问题", "做法", "成效", "困难",
    ]  # fmt: skip
    assert "出处：[1] 江华社区共享花园（案例 · 成都市 · 2023 年）" in texts[own]
    notes = deck.slides[own].notes_slide.notes_text_frame.text
    assert notes.count(SENTENCE) == 7 and "先分组" in notes and ADDRESS in notes


def test_a_long_passage_is_shortened_on_its_slide_and_whole_in_the_notes() -> None:
    deck = Presentation(io.BytesIO(slides(USUAL)))
    texts = slide_texts(slides(USUAL))
    (own,) = [n for n, text in enumerate(texts) if text.startswith("养护办法")]
    assert texts[own].count(SENTENCE) == 4 and "……　[2]\xa0第\xa03\xa0页" in texts[own]
    assert "全文见备注" in texts[own]
    assert SENTENCE * 8 in deck.slides[own].notes_slide.notes_text_frame.text


def test_every_run_of_the_slides_names_a_font_for_chinese() -> None:
    for slide in Presentation(io.BytesIO(slides(USUAL))).slides:
        for run in slide._element.iter(f"{DRAWING}r"):
            assert run.find(f"{DRAWING}rPr/{DRAWING}ea").get("typeface") == "微软雅黑"


@PACKS
def test_any_text_makes_files_that_open_again_with_the_text_as_text(pack: Pack) -> None:
    text = "\n".join(text for _, text in paragraphs(handout(pack)))
    deck = "\n".join(slide_texts(slides(pack)))
    if pack is WILD:
        for found in (text, deck):
            assert "<img src=x onerror=alert(1)> $x$ :material/home:" in found
            assert not set(found) & set("\x00\x08\x1b\ufffe\u202e")
    assert markdown(pack).encode().decode() == markdown(pack)


def test_markdown_keeps_markup_of_others_literal() -> None:
    text = markdown(WILD)
    assert "\\<img src=x onerror=alert(1)\\> \\$x\\$" in text and "<img" not in text.replace("\\<img", "")
    assert "\n# e" not in text and "> \\# e" in text
    assert markdown(USUAL).count("> —— \\[1\\]") == 7


@pytest.mark.parametrize("ems", [5.0, 20.0, 40.0])
@pytest.mark.parametrize(
    "text", [SENTENCE * 20, "word " * 300, ADDRESS, "WM@%" * 90, "混合 mixed 文字，" * 40]
)
def test_cut_text_fits_begins_as_the_whole_and_says_that_it_is_cut(text: str, ems: float) -> None:
    cut = fitted(text, ems, 3)
    assert lines(cut, ems) <= 3 < lines(text, ems)
    assert cut.endswith("……") and text.startswith(cut.removesuffix("……"))
    assert width(cut) > ems  # not cut to nothing


def test_the_page_loads_no_office_library_before_an_export() -> None:
    code = "import sys, views.session_pack; print(sorted({'docx', 'pptx', 'lxml'} & set(sys.modules)))"
    out = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert out.stdout.strip() == "[]"


@pytest.mark.slow
@pytest.mark.skipif(
    SOFFICE is None, reason="没有找到 soffice，跳过。要运行请先 apt install libreoffice fonts-noto-cjk。"
)
@PACKS
def test_libreoffice_opens_both_and_no_text_leaves_its_box(pack: Pack, tmp_path: Path) -> None:
    (tmp_path / "a.docx").write_bytes(handout(pack))
    (tmp_path / "b.pptx").write_bytes(slides(pack))
    profile = (tmp_path / "profile").as_uri()
    subprocess.run(
        [str(SOFFICE), "--headless", f"-env:UserInstallation={profile}", "--convert-to", "pdf", "--outdir", str(tmp_path),
         str(tmp_path / "a.docx"), str(tmp_path / "b.pptx")],
        check=True, capture_output=True, timeout=240,
    )  # fmt: skip
    pages = ["".join(char for char, _, _ in page) for page in read(tmp_path / "a.pdf")]
    for step in ("流程", *(f"{n}." for n in range(1, len(pack.items) + 1))):
        assert any(step in page for page in pages)
    deck = list(Presentation(tmp_path / "b.pptx").slides)
    drawn = read(tmp_path / "b.pdf")
    assert len(drawn) == len(deck)
    checked = 0
    for slide, page in zip(deck, drawn, strict=True):
        text, end = "".join(char for char, _, _ in page), 0
        for (left, top, right, bottom), said in spoken(slide):
            start = text.find(said, end)
            end = start + len(said)
            assert start >= 0, said
            for char, x, y in page[start:end]:
                assert left - 2 <= x <= right + 2 and top - 2 <= y <= bottom + 2, (char, x, y, said)
                checked += 1
    assert checked > 100 * len(pack.items)


def spoken(slide: Any) -> Iterator[tuple[tuple[float, float, float, float], str]]:
    """Each text box, its left, top, right and bottom in points, with its text without spaces."""
    for shape in slide.shapes:
        said = "".join(shape.text_frame.text.split()) if shape.has_text_frame else ""
        if said and said != "‹#›":
            left, top = shape.left / 12700, shape.top / 12700
            yield (left, top, left + shape.width / 12700, top + shape.height / 12700), said


def read(path: Path) -> list[list[tuple[str, float, float]]]:
    """The characters of each page, spaces and bullets left out, and their middles in points from the upper left."""
    import pypdfium2
    from pypdfium2 import raw

    pages = []
    with pypdfium2.PdfDocument(path) as pdf:
        for page in pdf:
            text, height = page.get_textpage(), page.get_height()
            places = []
            for n in range(text.count_chars()):
                char = chr(raw.FPDFText_GetUnicode(text, n)).replace("\x02", "-")  # a hyphen that ends a line
                if char.strip() and char != "•":
                    left, bottom, right, top = text.get_charbox(n)
                    places.append((char, (left + right) / 2, height - (bottom + top) / 2))
            pages.append(places)
    return pages
