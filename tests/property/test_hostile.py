"""Files made to do harm: each ends within the sandbox's bounds, with what could be read or one line that says why."""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest

from ingest import ocr
from ingest.errors import IngestError
from ingest.models import Document
from ingest.sandbox import parse_all

pytestmark = pytest.mark.slow

OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
WORD = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
SHEET = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
FONT = b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>"
PAGE = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</Font<</F 5 0 R>>>>>>"
TEXT = b"BT /F 12 Tf 50 700 Td (Hello neighbours) Tj ET"


def package(main: str, **parts: str | bytes) -> bytes:
    """A zip with a relation to its main part; a part's name may hold any character."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        relation = f'<Relationship Id="r" Type="{OFFICE}/officeDocument" Target="{main}"/>'
        archive.writestr("_rels/.rels", f'<Relationships xmlns="{PACKAGE}">{relation}</Relationships>')
        for name, data in parts.items():
            archive.writestr(name, data)
    return buffer.getvalue()


def word(body: str, doctype: str = "", **parts: str | bytes) -> bytes:
    document = f"{doctype}<w:document {WORD}><w:body>{body}</w:body></w:document>"
    return package("word/document.xml", **{"word/document.xml": document}, **parts)


def p(text: str) -> str:
    return f"<w:p><w:r><w:t>{text}</w:t></w:r></w:p>"


def book(sheet: str) -> bytes:
    relation = f'<Relationship Id="r" Type="{OFFICE}/worksheet" Target="s.xml"/>'
    return package(
        "xl/workbook.xml",
        **{
            "xl/workbook.xml": f'<workbook {SHEET} xmlns:r="{OFFICE}"><sheets><sheet name="表" r:id="r"/></sheets></workbook>',
            "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{PACKAGE}">{relation}</Relationships>',
            "xl/s.xml": f"<worksheet {SHEET}><sheetData>{sheet}</sheetData></worksheet>",
        },
    )


def ofd(page: str, doctype: str = "", own: int = 1) -> bytes:
    places = ["P.xml"] * own + ["../../../etc/passwd", "Document.xml"]
    pages = "".join(f'<Page BaseLoc="{place}"/>' for place in places)
    return package(
        "",
        **{
            "OFD.xml": "<OFD><DocRoot>D/Document.xml</DocRoot></OFD>",
            "D/Document.xml": f"<Document><PublicRes>/D/Document.xml</PublicRes><Pages>{pages}</Pages></Document>",
            "D/P.xml": f"{doctype}<Page><Content>{page}</Content></Page>",
        },
    )


def code(text: str, steps: str = "g 2 9", more: str = "") -> str:
    return f'<TextObject Boundary="0 0 9 9" {more}><TextCode X="0" Y="0" DeltaX="{steps}">{text}</TextCode></TextObject>'


def pdf(pages: bytes, page: bytes = PAGE, content: bytes = TEXT, extra: bytes = b"") -> bytes:
    objects = [b"<</Type/Catalog/Pages 2 0 R>>", pages, page, stream(content, extra), FONT]
    body = b"".join(b"%d 0 obj\n%s\nendobj\n" % pair for pair in enumerate(objects, start=1))
    return b"%PDF-1.7\n" + body + b"trailer\n<</Root 1 0 R/Size 6>>\n%%EOF"


def stream(data: bytes, extra: bytes = b"") -> bytes:
    return b"<</Length %d%s>>stream\n%s\nendstream" % (len(data), extra, data)


def nested(depth: int) -> bytes:
    data = b"x"
    for _ in range(depth):
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
            for number in range(10):
                archive.writestr(f"{number}.zip", data)
        data = buffer.getvalue()
    return data


ONE = b"<</Type/Pages/Count 1/Kids[3 0 R]>>"
LAUGHS = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10))
FILES: dict[str, Callable[[], bytes]] = {
    "zip-bomb.docx": lambda: word(p("甲"), **{"word/x.bin": b"\0" * 300_000_000}),
    "nested.docx": lambda: nested(6),
    "laughs.docx": lambda: word(p("&a9;"), f'<!DOCTYPE x [<!ENTITY a0 "哈">{LAUGHS}]>'),
    "quadratic.docx": lambda: word(p("&a;" * 5000), f'<!DOCTYPE x [<!ENTITY a "{"哈" * 100_000}">]>'),
    "deep-tables.docx": lambda: word(f"{'<w:tbl><w:tr><w:tc>' * 30_000}{p('底')}"),
    "many-entries.docx": lambda: word(p("甲"), **{f"x/{number}": "" for number in range(20_000)}),
    "million-columns.xlsx": lambda: book(f'<row r="1">{"<c><v>1</v></c>" * 1_000_000}</row>'),
    "far-cells.xlsx": lambda: book(
        "".join(f'<row r="{9999 * n}"><c r="A{9999 * n}"><v>1</v></c><c r="ZZZ{9999 * n}"><v>2</v></c></row>' for n in range(1, 5000))
    ),
    "huge-count.pdf": lambda: pdf(b"<</Type/Pages/Count 2000000000/Kids[3 0 R]>>"),
    "many-pages.pdf": lambda: pdf(b"<</Type/Pages/Count 99999/Kids[%s]>>" % (b"3 0 R " * 99_999)),
    "own-child.pdf": lambda: pdf(b"<</Type/Pages/Count 9/Kids[2 0 R 2 0 R]>>"),
    "flate-bomb.pdf": lambda: pdf(ONE, content=zlib.compress((TEXT + b"\n") * 3_000_000), extra=b"/Filter/FlateDecode"),
    "endless.pdf": lambda: pdf(ONE).replace(b"/Length 46", b"/Length 999999999").split(b"endstream")[0] + b"q " * 3_000_000,
    "brackets.pdf": lambda: b"%PDF-1.7\n1 0 obj\n" + b"[" * 3_000_000,
    "huge-page.pdf": lambda: pdf(ONE, PAGE.replace(b"595 842", b"1e9 1e9")),
    "deep.html": lambda: f"<body>{'<div>' * 100_000}底部的文字在这里。".encode(),
    "deep-cells.html": lambda: f"<body>{'<table><tr><td>' * 20_000}底部的文字在这里。".encode(),
    "row-spans.html": lambda: f"<body><table><tr>{'<td rowspan=1999>格</td>' * 500}</tr>{'<tr><td>格</td></tr>' * 1999}</table>".encode(),
    "attributes.html": lambda: f"<body><div {' '.join(f'a{n}=1' for n in range(60_000))}>正文在这里。</div>".encode(),
    "one-line.txt": lambda: ("字" * 34_000_000).encode(),
    "nuls.txt": lambda: bytes(30_000_000),
    "open-quote.csv": lambda: b'"' + b"a,b\n" * 500_000,
    "aliases.md": lambda: "\n".join(
        ["---", "a0: &a0 [x,x]", *(f"a{n}: &a{n} [{','.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 10)), "---", "正文在这里。"]
    ).encode(),
    "comments.md": lambda: b"<!--" * 300_000,
    "parts.mht": lambda: b"MIME-Version: 1.0\n" + b"Content-Type: multipart/mixed; boundary=b\n\n--b\n" * 20_000,
    "laughs.ofd": lambda: ofd(code("&a9;正文在这里。"), f'<!DOCTYPE x [<!ENTITY a0 "哈">{LAUGHS}]>'),
    "steps.ofd": lambda: ofd(code("正文在这里。", "g 999999999999 1 " * 100_000, 'CTM="1e308 0 0 1e308 nan inf" Size="1e300"')),
    "long-code.ofd": lambda: ofd(code("字" * 5_000_000)),
    "many-codes.ofd": lambda: ofd(code("正文在这里。") * 100_000),
    "deep.ofd": lambda: ofd("<PageBlock>" * 100_000 + code("正文")),
    "many-pages.ofd": lambda: ofd(code("正文"), own=100_000),
    "braces.rtf": lambda: b"{\\rtf1 " + b"{" * 200_000,
}  # fmt: skip
READ = {
    "steps.ofd": "正文在这里。",
    "huge-count.pdf": "Hello neighbours",
    "huge-page.pdf": "Hello neighbours",
    "deep.html": "底部的文字在这里。",
    "deep-cells.html": "底部的文字在这里。",
    "aliases.md": "正文在这里。",
}


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Document | IngestError]:
    folder = tmp_path_factory.mktemp("hostile")
    for name, make in FILES.items():
        (folder / name).write_bytes(make())
    return {
        path.name: result for path, result in parse_all(sorted(folder.iterdir()), megabytes=1024, seconds=30)
    }


@pytest.mark.parametrize("name", FILES)
def test_a_hostile_file_costs_one_clear_line_at_most(
    name: str, results: dict[str, Document | IngestError]
) -> None:
    result = results[name]
    if isinstance(result, Document):
        assert READ.get(name, "") in "".join(section.text for section in result.sections)
        return
    assert name not in READ
    assert re.search("[\u4e00-\u9fff]", result.reason)
    assert "\n" not in result.reason
    assert "崩溃" not in result.reason


def test_names_that_lead_out_of_a_package_are_only_names(tmp_path: Path) -> None:
    path = tmp_path / "inner" / "a.docx"
    path.parent.mkdir()
    path.write_bytes(word(p("正文在这里"), **{"../../evil.txt": "x", "/evil.txt": "x"}))
    ((_, document),) = parse_all([path])
    assert isinstance(document, Document)
    assert sorted(tmp_path.rglob("*")) == [path.parent, path]


@pytest.mark.skipif(not ocr.available(), reason="rapidocr is not installed")
def test_pictures_of_odd_shapes_end(tmp_path: Path) -> None:
    from PIL import Image

    for name, size in (("thin.png", (1, 20_000)), ("flat.png", (20_000, 1)), ("dot.png", (1, 1))):
        Image.new("1", size, 1).save(tmp_path / name)
    for _, result in parse_all(sorted(tmp_path.iterdir())):
        assert isinstance(result, IngestError)
        assert "文字" in result.reason
