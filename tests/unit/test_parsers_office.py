import os
import zipfile
from pathlib import Path

import pytest

from ingest.errors import IngestError, LimitError, ParseError, UnsupportedFormatError
from ingest.models import Block
from ingest.parsers import PARSERS, legacy, package, parse, parser_for
from ingest.parsers.package import sensible_title
from ingest.parsers.xlsx import sheet_blocks
from tests.processes import until

W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
RELS = (
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" '
    'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="word/document.xml"/>'
    "</Relationships>"
)


def word(path: Path, body: str, doctype: str = "", **parts: str) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("_rels/.rels", RELS)
        archive.writestr(
            "word/document.xml", f"{doctype}<w:document {W}><w:body>{body}</w:body></w:document>"
        )
        for name, text in parts.items():
            archive.writestr(f"word/{name}.xml", text)
    return path


def p(text: str, properties: str = "", run: str = "") -> str:
    return f"<w:p><w:pPr>{properties}</w:pPr><w:r><w:rPr>{run}</w:rPr><w:t>{text}</w:t></w:r></w:p>"


def texts(path: Path) -> list[str]:
    return [block.text for block in parse(path).blocks]


@pytest.mark.parametrize("suffix", [".docx", ".docm", ".dotx"])
def test_a_word_file_is_read_whatever_its_suffix(tmp_path: Path, suffix: str) -> None:
    assert texts(word(tmp_path / f"a{suffix}", p("甲") + p("乙"))) == ["甲", "乙"]


def test_external_entities_and_entity_bombs_give_nothing(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("SECRET", encoding="utf-8")
    doctype = f'<!DOCTYPE x [<!ENTITY e SYSTEM "{(tmp_path / "secret").as_uri()}"><!ENTITY a "haha"><!ENTITY b "{"&a;" * 50}">]>'
    found = "".join(texts(word(tmp_path / "a.docx", p("前") + p("&e;中&b;") + p("后"), doctype)))
    assert "SECRET" not in found
    assert "haha" not in found
    assert found.startswith("前")


def test_a_zip_bomb_is_refused_before_it_is_unpacked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = word(tmp_path / "a.docx", p("甲"), media="\0" * 60_000_000)
    with pytest.raises(LimitError, match="压缩"):
        parse(path)
    monkeypatch.setattr(package, "MAX_ENTRIES", 2)
    with pytest.raises(LimitError, match="条目"):
        parse(path)


def test_numbered_short_lines_are_headings_where_no_style_makes_any(tmp_path: Path) -> None:
    body = (
        p("一、背景")
        + p("正文一。")
        + p("加粗的小标题", run="<w:b/>")
        + p("二、要做的事情很多，大家一起来。")
    )
    found = [(block.kind, block.level) for block in parse(word(tmp_path / "a.docx", body)).blocks]
    assert found == [("heading", 1), ("paragraph", 0), ("heading", 2), ("paragraph", 0)]


def test_outline_levels_count_as_headings_and_styles_may_be_circular(tmp_path: Path) -> None:
    styles = (
        f'<w:styles {W}><w:style w:styleId="a"><w:name w:val="甲"/><w:basedOn w:val="b"/></w:style>'
        '<w:style w:styleId="b"><w:name w:val="乙"/><w:basedOn w:val="a"/></w:style></w:styles>'
    )
    body = p("标题", '<w:outlineLvl w:val="1"/>') + p("文", '<w:pStyle w:val="a"/>')
    blocks = parse(word(tmp_path / "a.docx", body, styles=styles)).blocks
    assert [(block.kind, block.level) for block in blocks] == [("heading", 2), ("paragraph", 0)]


def test_a_formula_and_a_ruby_text_keep_their_base(tmp_path: Path) -> None:
    body = (
        '<w:p xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math"><m:oMath><m:r><m:t>x+y</m:t></m:r></m:oMath>'
        "<w:r><w:ruby><w:rt><w:r><w:t>pin</w:t></w:r></w:rt><w:rubyBase><w:r><w:t>拼</w:t></w:r></w:rubyBase></w:ruby></w:r></w:p>"
    )
    assert texts(word(tmp_path / "a.docx", body)) == ["x+y拼"]


def test_deeply_nested_tables_end_in_text_or_in_an_error(tmp_path: Path) -> None:
    body = p("起") + "<w:tbl><w:tr><w:tc>" * 2000 + p("底") + "</w:tc></w:tr></w:tbl>" * 2000
    path = word(tmp_path / "a.docx", body)
    try:
        assert texts(path)[0] == "起"
    except IngestError as error:
        assert "嵌套" in str(error) or "损坏" in str(error)


@pytest.mark.parametrize(
    ("title", "kept"),
    [
        ("Microsoft Word - 文档1", ""), ("新建 Microsoft Word 文档", ""), ("PowerPoint 演示文稿", ""), ("案例.docx", ""), ("标题", ""),
        ("ÉçÇøÖÎÀí", "社区治理"), ("文档管理办法", "文档管理办法"), ("2023年度社区治理报告", "2023年度社区治理报告"), ("  ", ""),
    ],
)  # fmt: skip
def test_a_title_from_the_properties_must_be_one(title: str, kept: str) -> None:
    assert sensible_title(title) == kept


def test_a_sheet_is_a_heading_its_lines_and_its_table() -> None:
    rows = {1: {1: "2023年台账"}, 3: {2: "社区", 4: "户数"}, 4: {2: "幸福里"}, 5: {2: "和平里", 4: "12"}}
    assert list(sheet_blocks("台账", rows)) == [
        Block("台账", "heading", 1), Block("2023年台账"), Block("社区 | 户数", "row", header=True), Block("幸福里"),
        Block("和平里 | 12", "row"),
    ]  # fmt: skip


def test_cells_beyond_the_bound_are_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import openpyxl

    from ingest.parsers import xlsx

    book = openpyxl.Workbook()
    for number in range(50):
        book.active.append([f"社区{number}", number])  # type: ignore[union-attr]
    book.save(tmp_path / "a.xlsx")
    monkeypatch.setattr(xlsx, "MAX_CELLS", 40)
    parsed = parse(tmp_path / "a.xlsx")
    assert len(parsed.blocks) == 20
    assert "只读了前 40 个单元格" in parsed.warnings[0]


def test_every_parser_of_the_table_exists() -> None:
    from importlib import import_module

    for module in set(PARSERS.values()):
        assert callable(import_module(module).parse)


@pytest.mark.parametrize(
    ("name", "data", "module"),
    [
        ("a.txt", b"%PDF-1.4 x", "pdf"), ("a.txt", b"<!DOCTYPE html><p>x", "html"), ("a.doc", b"<html><body>x", "html"),
        ("a.doc", b"{\\rtf1 x", "legacy"), ("a.docx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "legacy"), ("a.doc", b"plain", "text"),
        ("a.txt", b"\x89PNG\r\n\x1a\n", "image"), ("a.doc", b"MIME-Version: 1.0\r\n", "html"), ("a.md", b"# x", "markdown"),
        ("a.pdf", b"\x89PNG\r\n\x1a\n", "image"), ("a.doc", b'<?xml version="1.0"?><?mso-application?>', "legacy"),
    ],
)  # fmt: skip
def test_content_decides_where_the_suffix_lies(tmp_path: Path, name: str, data: bytes, module: str) -> None:
    (tmp_path / name).write_bytes(data)
    assert parser_for(tmp_path / name) == f"ingest.parsers.{module}"


def test_an_unknown_suffix_and_a_false_one_are_told_apart(tmp_path: Path) -> None:
    (tmp_path / "a.exe").write_bytes(b"MZ")
    with pytest.raises(UnsupportedFormatError, match=r"不支持 \.exe 格式"):
        parse(tmp_path / "a.exe")
    (tmp_path / "a.pdf").write_bytes(b"no pdf")
    with pytest.raises(ParseError, match=r"内容不是 \.pdf 格式"):
        parse(tmp_path / "a.pdf")


def test_an_archive_is_to_be_unpacked_first(tmp_path: Path) -> None:
    (tmp_path / "a.zip").write_bytes(b"PK")
    with pytest.raises(UnsupportedFormatError, match="请先解压"):
        parse(tmp_path / "a.zip")


def test_what_a_library_says_of_a_failure_fits_on_a_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(path: Path) -> None:
        raise ValueError("first\nsecond " + "x" * 500)

    monkeypatch.setattr("ingest.parsers.text.parse", fail)
    (tmp_path / "a.txt").write_bytes(b"x")
    with pytest.raises(ParseError, match=r"ValueError: first second x{50,}……）$"):
        parse(tmp_path / "a.txt")


def test_the_cause_of_a_failure_is_kept(tmp_path: Path) -> None:
    (tmp_path / "a.docx").write_bytes(word(tmp_path / "b.docx", p("甲")).read_bytes()[:-30])
    with pytest.raises(ParseError) as caught:
        parse(tmp_path / "a.docx")
    assert caught.value.__cause__ is not None or "损坏" in str(caught.value)


def test_an_old_word_file_without_libreoffice_says_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "a.doc").write_bytes(
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "WordDocument\0".encode("utf-16-le")
    )
    monkeypatch.setattr(legacy, "find_soffice", lambda: None)
    with pytest.raises(UnsupportedFormatError, match="LibreOffice"):
        parse(tmp_path / "a.doc")


def test_an_encrypted_office_file_says_so(tmp_path: Path) -> None:
    (tmp_path / "a.docx").write_bytes(
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le")
    )
    with pytest.raises(ParseError, match="密码"):
        parse(tmp_path / "a.docx")


@pytest.mark.slow
@pytest.mark.skipif(legacy.find_soffice() is None, reason="LibreOffice is not installed")
def test_libreoffice_converts_what_is_old(tmp_path: Path) -> None:
    (tmp_path / "a.rtf").write_bytes(rb"{\rtf1\ansi\ansicpg936 \u31038?\u21306?\u27835?\u29702?\par}")
    assert texts(tmp_path / "a.rtf") == ["社区治理"]


@pytest.mark.skipif(os.name != "posix", reason="needs a shell")
def test_a_converter_that_hangs_is_ended_with_its_children(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = tmp_path / "soffice"
    program.write_text(f"#!/bin/sh\nsleep 61 &\necho $! > {tmp_path}/pid\nwait\n", encoding="ascii")
    program.chmod(0o755)
    monkeypatch.setattr(legacy, "find_soffice", lambda: str(program))
    monkeypatch.setattr(legacy, "SECONDS", 1.0)
    (tmp_path / "a.rtf").write_bytes(b"{\\rtf1 x}")
    with pytest.raises(LimitError, match="LibreOffice 转换了 1 秒"):
        parse(tmp_path / "a.rtf")
    state = Path(f"/proc/{(tmp_path / 'pid').read_text(encoding='ascii').strip()}/stat")
    until(lambda: not state.exists() or state.read_text(encoding="ascii").rsplit(")", 1)[1].split()[0] == "Z")
