"""OFD, the page format of Chinese offices: what a page shows is read in the order in which one reads it."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest
from PIL import Image, ImageDraw, ImageFont

from ingest import ocr
from ingest.errors import ParseError
from ingest.models import Parsed
from ingest.parsers import parse, parser_for

NS = 'xmlns:ofd="http://www.ofdspec.org/2016"'
FONT = Path("/usr/share/fonts/truetype/wqy/wqy-zenhei.ttc")


def text(x: float, y: float, words: str, more: str = "", steps: str = "g 99 5", size: int = 5) -> str:
    return (
        f'<ofd:TextObject Boundary="{x} {y} 100 6" Size="{size}" {more}>'
        f'<ofd:TextCode X="0" Y="4" DeltaX="{steps}">{words}</ofd:TextCode></ofd:TextObject>'
    )


def made(folder: Path, *pages: str, **parts: str | bytes) -> Path:
    listed = "".join(f'<ofd:Page ID="{n}" BaseLoc="P{n}.xml"/>' for n in range(len(pages)))
    usual: dict[str, str | bytes] = {
        "OFD.xml": f"<ofd:OFD {NS}><ofd:DocBody><ofd:DocRoot>Doc/Document.xml</ofd:DocRoot></ofd:DocBody></ofd:OFD>",
        "Doc/Document.xml": f"<ofd:Document {NS}><ofd:CommonData><ofd:PageArea><ofd:PhysicalBox>0 0 210 297</ofd:PhysicalBox>"
        f"</ofd:PageArea><ofd:PublicRes>Res.xml</ofd:PublicRes></ofd:CommonData><ofd:Pages>{listed}</ofd:Pages></ofd:Document>",
        "Doc/Res.xml": f'<ofd:Res {NS} BaseLoc="Res"><ofd:MultiMedias><ofd:MultiMedia ID="7" Type="Image">'
        "<ofd:MediaFile>scan.png</ofd:MediaFile></ofd:MultiMedia></ofd:MultiMedias></ofd:Res>",
        **{
            f"Doc/P{n}.xml": f"<ofd:Page {NS}><ofd:Content><ofd:Layer>{own}</ofd:Layer></ofd:Content></ofd:Page>"
            for n, own in enumerate(pages)
        },
    }
    path = folder / "a.ofd"
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in {**usual, **parts}.items():
            archive.writestr(name, data)
    return path


def lines(parsed: Parsed) -> list[str]:
    return [block.text for block in parsed.blocks]


def test_the_order_is_that_of_the_page_not_of_the_file(tmp_path: Path) -> None:
    path = made(
        tmp_path,
        text(20, 200, "第三件事，结束。")
        + text(20, 20, "第一件事，开始。")
        + text(20, 100, "第二件事，经过。"),
    )
    assert lines(parse(path)) == ["第一件事，开始。", "第二件事，经过。", "第三件事，结束。"]


def test_characters_set_one_by_one_make_a_line(tmp_path: Path) -> None:
    words = "居民议事会每月开一次。"
    path = made(tmp_path, "".join(text(20 + 5 * n, 20, word, steps="") for n, word in enumerate(words)))
    assert lines(parse(path)) == [words]


def test_what_is_hidden_or_set_at_an_angle_is_left_out(tmp_path: Path) -> None:
    path = made(
        tmp_path,
        text(20, 20, "居民议事会每月开一次。")
        + text(20, 90, "看不见的字。", 'Visible="false"')
        + text(20, 150, "机密", 'CTM="0.7 0.7 -0.7 0.7 0 0"'),
    )
    parsed = parse(path)
    assert (lines(parsed), parsed.removed) == (["居民议事会每月开一次。"], ("机密",))


def test_pages_are_counted_and_those_that_cannot_be_read_are_named(tmp_path: Path) -> None:
    drawn = '<ofd:PathObject Boundary="0 0 9 9"/>' * 30
    path = made(
        tmp_path, text(20, 20, "第一页的话。"), "", drawn, text(20, 20, "第四页的话。"), **{"Doc/P1.xml": "?"}
    )
    parsed = parse(path)
    assert [(block.text, block.pages) for block in parsed.blocks] == [
        ("第一页的话。", ((0, 1),)),
        ("第四页的话。", ((0, 4),)),
    ]
    assert parsed.page_count == 4
    assert [warning[:12] for warning in parsed.warnings] == ["第 2 页缺失或已损坏，", "第 3 页的字是画出来的"]


def scan() -> bytes:
    picture = Image.new("RGB", (1240, 1754), "white")
    pen = ImageDraw.Draw(picture)
    pen.text((120, 300), "社区议事会情况通报", fill="black", font=ImageFont.truetype(str(FONT), 64))
    buffer = io.BytesIO()
    picture.save(buffer, "PNG")
    return buffer.getvalue()


PICTURE = '<ofd:ImageObject Boundary="0 0 210 297" ResourceID="7"/>'


@pytest.mark.slow
@pytest.mark.skipif(not (ocr.available() and FONT.exists()), reason="rapidocr or the font is not installed")
def test_a_scanned_page_is_recognised(tmp_path: Path) -> None:
    parsed = parse(made(tmp_path, PICTURE, **{"Doc/Res/scan.png": scan()}))
    assert lines(parsed) == ["社区议事会情况通报"] and [page.page for page in parsed.ocr] == [1]


def test_a_picture_that_cannot_be_read_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    broken = made(tmp_path, text(20, 20, "第一页的话。"), PICTURE, **{"Doc/Res/scan.png": b"no picture"})
    monkeypatch.setattr(ocr, "available", lambda: True)
    assert parse(broken).warnings == ("第 2 页是图片，读不出来，没有识别",)
    monkeypatch.setattr(ocr, "available", lambda: False)
    assert parse(broken).warnings == (f"第 2 页是图片，没有识别；{ocr.MISSING}",)


def test_it_is_known_by_its_content_and_told_from_what_is_none(tmp_path: Path) -> None:
    other = made(tmp_path, text(20, 20, "居民议事会每月开一次。")).rename(tmp_path / "a.docx")
    assert parser_for(other).endswith(".ofd")
    (tmp_path / "b.ofd").write_bytes(b"nothing")
    with pytest.raises(ParseError, match=r"不是 \.ofd 格式"):
        parse(tmp_path / "b.ofd")
    with pytest.raises(ParseError, match="不完整或已加密"):
        parse(made(tmp_path, "", **{"OFD.xml": "\x00"}))
