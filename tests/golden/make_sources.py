"""Make the small source files of the golden tests, one a trap; run it only to change them.

    python tests/golden/make_sources.py

Needs the WenQuanYi Zen Hei font (Debian: fonts-wqy-zenhei); the PDFs carry the few characters that they use.
"""

# ruff: noqa: E501  # the markup of the sources is not wrapped

from __future__ import annotations

import datetime
import email.message
import email.policy
import io
import os
import sys
import zipfile
from pathlib import Path

import pypdfium2
from fpdf import FPDF
from fpdf.fonts import FontFace
from pypdf import PdfReader, PdfWriter
from pypdf.generic import NameObject, NumberObject

sys.path.insert(0, str(Path(__file__).resolve().parent))

from texts import ARTICLE, BODY, FORM, HEADLINES, LETTER, MEETING, PAGE

SOURCES = Path(__file__).resolve().parent / "sources"
FONT = os.environ.get("CASEBASE_TEST_FONT", "/usr/share/fonts/truetype/wqy/wqy-zenhei.ttc")
DAY = datetime.datetime(2024, 1, 1, tzinfo=datetime.UTC)


class Book(FPDF):
    """A PDF with a header and footer on each page when it is given a name."""

    def __init__(self, running: str = "", orientation: str = "portrait") -> None:
        super().__init__(format="A4", orientation=orientation)  # type: ignore[arg-type]
        self.running = running
        self.add_font("zh", fname=FONT)
        self.set_font("zh", size=12)
        self.set_creation_date(DAY)
        self.set_margin(25)
        self.set_auto_page_break(True, 25)

    def header(self) -> None:
        if self.running:
            self.set_font("zh", size=9)
            self.set_y(12)
            self.cell(0, 5, self.running, align="C")
            self.set_font("zh", size=12)
            self.set_y(25)

    def footer(self) -> None:
        if self.running:
            self.set_font("zh", size=9)
            self.set_y(-15)
            self.cell(0, 5, f"第 {self.page_no()} 页  共 {{nb}} 页", align="C")
            self.set_font("zh", size=12)

    def headline(self, text: str) -> None:
        self.set_font("zh", size=20)
        self.multi_cell(0, 12, text, align="C", new_x="LMARGIN", new_y="NEXT")
        self.ln(4)
        self.set_font("zh", size=12)

    def subhead(self, text: str) -> None:
        self.set_font("zh", size=14)
        self.multi_cell(0, 10, text, new_x="LMARGIN", new_y="NEXT")
        self.set_font("zh", size=12)

    def paragraph(self, text: str) -> None:
        self.multi_cell(0, 7, "\u3000\u3000" + text, new_x="LMARGIN", new_y="NEXT")

    def save(self, name: str) -> Path:
        self.output(str(SOURCES / name))
        return SOURCES / name


def two_columns() -> None:
    """A spanning title, then two columns whose lines must not be read across, then a spanning line."""
    book = Book()
    book.add_page()
    book.headline("两栏排版：议事会怎么开")
    top, half, gutter = book.get_y(), 75.0, 10.0
    for column, texts in enumerate((ARTICLE[:3], ARTICLE[3:])):
        book.set_left_margin(25 + column * (half + gutter))
        book.set_right_margin(210 - 25 - column * (half + gutter) - half)
        book.set_xy(book.l_margin, top)
        for text in texts:
            book.paragraph(text)
    book.save("two-columns.pdf")


def running_header() -> None:
    """Header, footer and page numbers on every page, paragraphs that cross pages, bookmarks."""
    book = Book("幸福里街道社区治理案例汇编（2023）")
    book.add_page()
    book.headline("小区停车难的协商解决")
    for number, heading in enumerate(("一、背景与问题", "二、主要做法", "三、取得成效", "四、经验启示")):
        book.start_section(heading)
        book.subhead(heading)
        for offset in range(7):
            book.paragraph(BODY[(number * 7 + offset) % len(BODY)])
    book.save("running-header.pdf")


def table_across_pages() -> None:
    """A ruled table whose header row is printed again on the second page, with a cell of several lines."""
    book = Book()
    book.add_page()
    book.paragraph("下表列出各社区的议事协商情况，数据由各社区居委会填报。")
    rows = [("社区", "户数", "议题")] + [
        (f"和平里{i}社区", str(600 + 37 * i), BODY[i % len(BODY)][:34]) for i in range(1, 19)
    ]
    with book.table(headings_style=FontFace(emphasis=""), col_widths=(30, 20, 110), line_height=8) as table:
        for cells in rows:
            row = table.row()
            for cell in cells:
                row.cell(cell)
    book.paragraph(BODY[0])
    book.save("table-across-pages.pdf")


def fake_bold() -> None:
    """A title printed three times over itself to look bold, and a slanted watermark behind the text."""
    book = Book()
    book.add_page()
    with book.rotation(45, 105, 150):
        book.set_font("zh", size=40)
        book.set_text_color(220)
        book.text(40, 150, "内部资料注意保存")
    book.set_text_color(0)
    book.set_font("zh", size=20)
    for shift in (0, 0.2, 0.4):
        book.text(60 + shift, 40, "垃圾分类的三年实践")
    book.set_font("zh", size=12)
    book.set_y(55)
    for text in BODY[:3]:
        book.paragraph(text)
    book.save("fake-bold.pdf")


def rotated() -> None:
    """A page that is turned by its /Rotate entry."""
    book = Book(orientation="landscape")
    book.add_page()
    book.headline("横页：楼组长培训安排")
    for text in BODY[:3]:
        book.paragraph(text)
    writer = PdfWriter(clone_from=io.BytesIO(bytes(book.output())))
    page = writer.pages[0]
    width, height = float(page.mediabox.width), float(page.mediabox.height)
    page.add_transformation((0, 1, -1, 0, height, 0))
    page.mediabox.upper_right = (height, width)
    page[NameObject("/Rotate")] = NumberObject(90)
    writer.write(SOURCES / "rotated.pdf")


def _write(reader: PdfReader, name: str, **password: str) -> None:
    writer = PdfWriter()
    for page in reader.pages:
        writer.add_page(page)
    writer.compress_identical_objects(remove_duplicates=True, remove_unreferenced=True)
    if password:
        writer.encrypt(algorithm="RC4-128", **password)
    writer.write(SOURCES / name)


def _picture(texts: list[str]) -> io.BytesIO:
    """A page of text as a grey JPEG, as a scanner makes it."""
    book = Book()
    book.add_page()
    book.set_font("zh", size=15)
    for text in texts:
        book.multi_cell(0, 10, "\u3000\u3000" + text, new_x="LMARGIN", new_y="NEXT")
    page = pypdfium2.PdfDocument(bytes(book.output()))[0]
    out = io.BytesIO()
    page.render(scale=1.7).to_pil().convert("L").save(out, "JPEG", quality=35)
    return out


def scanned_page() -> None:
    """A first page of text and a second that is only a picture: OCR is decided page by page."""
    book = Book()
    book.add_page()
    for text in BODY[:2]:
        book.paragraph(text)
    book.add_page()
    book.image(_picture(MEETING), 0, 0, 210)
    book.save("scanned-page.pdf")
    image = SOURCES / "notice.jpg"
    from PIL import Image

    with Image.open(_picture(MEETING[:1])) as picture:
        picture.crop((0, 0, picture.width, 420)).save(image, "JPEG", quality=40)


def no_tounicode() -> None:
    """A font without a map from glyphs to characters: the text layer is debris, only the picture can be read."""
    book = Book()
    book.add_page()
    for text in MEETING:
        book.paragraph(text)
    reader = PdfReader(io.BytesIO(bytes(book.output())))
    for font in reader.pages[0]["/Resources"]["/Font"].values():  # type: ignore[index]
        font.get_object().pop("/ToUnicode", None)
    _write(reader, "no-tounicode.pdf")


def encrypted() -> None:
    """One file that wants a password, one that is encrypted with an empty one."""
    book = Book()
    book.add_page()
    book.paragraph(BODY[0])
    data = bytes(book.output())
    _write(PdfReader(io.BytesIO(data)), "encrypted.pdf", user_password="letmein", owner_password="o")
    _write(PdfReader(io.BytesIO(data)), "encrypted-empty-password.pdf", user_password="", owner_password="o")


def broken() -> None:
    """A file cut off before its cross-reference table, as a broken download leaves it."""
    data = (SOURCES / "running-header.pdf").read_bytes()
    cut = data.rindex(b"xref\n0")
    (SOURCES / "cut-off.pdf").write_bytes(data[:cut])


# ---- Word: raw XML, as Word and WPS write it -------------------------------------------------------------------------

W_NS = (
    'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" '
    'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" '
    'xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape" '
    'xmlns:v="urn:schemas-microsoft-com:vml" '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
)
_TYPES = """<?xml version="1.0" encoding="UTF-8"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">
<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>
<Default Extension="xml" ContentType="application/xml"/>
<Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>"""
_RELS = """<?xml version="1.0" encoding="UTF-8"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">
<Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="word/document.xml"/></Relationships>"""


def p(text: str, style: str = "", extra: str = "", run: str = "") -> str:
    properties = (f'<w:pStyle w:val="{style}"/>' if style else "") + extra
    inner = (
        f'<w:r>{f"<w:rPr>{run}</w:rPr>" if run else ""}<w:t xml:space="preserve">{text}</w:t></w:r>'
        if text
        else ""
    )
    return f"<w:p>{f'<w:pPr>{properties}</w:pPr>' if properties else ''}{inner}</w:p>"


def tc(content: str, properties: str = "") -> str:
    body = content if content.startswith("<w:") else p(content)
    return f"<w:tc><w:tcPr>{properties}</w:tcPr>{body}</w:tc>"


def word(name: str, body: str, strict: bool = False, **parts: str) -> None:
    """Write a Word file of the given body and further parts under word/."""
    document = (
        f'<?xml version="1.0" encoding="UTF-8"?><w:document {W_NS}><w:body>{body}</w:body></w:document>'
    )
    rels = "".join(
        f'<Relationship Id="rId{i}" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/{kind.rstrip("0123456789")}" '
        f'Target="{kind}.xml"/>'
        for i, kind in enumerate(parts, start=1)
    )
    files = {"[Content_Types].xml": _TYPES, "_rels/.rels": _RELS, "word/document.xml": document,
             "word/_rels/document.xml.rels": f'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{rels}</Relationships>',
             **{f"word/{kind}.xml": f'<?xml version="1.0" encoding="UTF-8"?>{xml}' for kind, xml in parts.items()}}  # fmt: skip
    if strict:
        files = {
            part: text.replace("http://schemas.openxmlformats.org/wordprocessingml/2006/main", "http://purl.oclc.org/ooxml/wordprocessingml/main")
            .replace("http://schemas.openxmlformats.org/officeDocument/2006/relationships", "http://purl.oclc.org/ooxml/officeDocument/relationships")
            for part, text in files.items()
        }  # fmt: skip
    _zip(name, files)


def _zip(name: str, files: dict[str, str]) -> None:
    with zipfile.ZipFile(SOURCES / name, "w", zipfile.ZIP_DEFLATED) as archive:
        for part, text in files.items():
            archive.writestr(
                zipfile.ZipInfo(part, (2024, 1, 1, 0, 0, 0)), text.encode(), zipfile.ZIP_DEFLATED
            )


STYLES = f"""<w:styles {W_NS}>
<w:style w:type="paragraph" w:styleId="a"><w:name w:val="Normal"/></w:style>
<w:style w:type="paragraph" w:styleId="1"><w:name w:val="heading 1"/><w:basedOn w:val="a"/></w:style>
<w:style w:type="paragraph" w:styleId="20"><w:name w:val="标题 2"/><w:basedOn w:val="a"/></w:style>
<w:style w:type="paragraph" w:styleId="my"><w:name w:val="自定义小节"/><w:basedOn w:val="20"/></w:style>
<w:style w:type="paragraph" w:styleId="t"><w:name w:val="Title"/></w:style>
<w:style w:type="paragraph" w:styleId="toc"><w:name w:val="toc 1"/></w:style></w:styles>"""
NUMBERING = f"""<w:numbering {W_NS}><w:abstractNum w:abstractNumId="0">
<w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="chineseCounting"/><w:lvlText w:val="（%1）"/></w:lvl>
<w:lvl w:ilvl="1"><w:start w:val="1"/><w:numFmt w:val="decimal"/><w:lvlText w:val="%2."/></w:lvl></w:abstractNum>
<w:num w:numId="3"><w:abstractNumId w:val="0"/></w:num></w:numbering>"""


def word_files() -> None:
    item = '<w:numPr><w:ilvl w:val="{}"/><w:numId w:val="3"/></w:numPr>'
    word(
        "styles-and-lists.docx",
        p("社区基金的起步", "t") + p("一、背景\t1", "toc") + p("一、背景", "1") + p(BODY[0]) + p("（一）居民的需求", "20") + p(BODY[1])
        + p("募款的办法", "my") + p("线上募捐", extra=item.format(0)) + p("邻里义卖", extra=item.format(0))
        + p("周末开市", extra=item.format(1)) + p("二、成效", "1")
        + f'<w:p><w:r><w:t>{BODY[2]}</w:t></w:r><w:r><w:footnoteReference w:id="2"/></w:r></w:p>'
        + '<w:p><w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText>HYPERLINK "http://example.org"</w:instrText></w:r>'
        '<w:r><w:fldChar w:fldCharType="separate"/></w:r><w:hyperlink r:id="x"><w:r><w:t>见街道公众号</w:t></w:r></w:hyperlink>'
        '<w:r><w:fldChar w:fldCharType="end"/></w:r></w:p>',
        styles=STYLES, numbering=NUMBERING,
        footnotes=f'<w:footnotes {W_NS}><w:footnote w:type="separator" w:id="0"><w:p/></w:footnote><w:footnote w:id="2">{p("数据截至2023年底。")}</w:footnote></w:footnotes>',
        header1=f"<w:hdr {W_NS}>{p('幸福里街道办事处')}</w:hdr>", footer1=f"<w:ftr {W_NS}>{p('第 1 页')}</w:ftr>",
    )  # fmt: skip
    box = f"<w:txbxContent>{p(LETTER[0])}{p(LETTER[1])}</w:txbxContent>"
    word(
        "textbox.docx",
        p("致居民的一封信", run='<w:b/><w:sz w:val="44"/>', extra='<w:jc w:val="center"/>')
        + f"<w:p><w:r><mc:AlternateContent><mc:Choice Requires=\"wps\"><w:drawing><wps:wsp><wps:txbx>{box}</wps:txbx></wps:wsp></w:drawing></mc:Choice>"
        f"<mc:Fallback><w:pict><v:shape><v:textbox>{box}</v:textbox></v:shape></w:pict></mc:Fallback></mc:AlternateContent></w:r></w:p>"
        + f"<w:sdt><w:sdtContent>{p(LETTER[2])}</w:sdtContent></w:sdt>" + p(LETTER[3]),
    )  # fmt: skip
    word(
        "tracked-changes.docx",
        p("一、约定")
        + "<w:p><w:r><w:t>议事会</w:t></w:r><w:del w:id=\"1\"><w:r><w:delText>每季度</w:delText></w:r></w:del>"
        "<w:ins w:id=\"2\"><w:r><w:t>每月</w:t></w:r></w:ins><w:r><w:t>召开一次，会后三天内公示结果。</w:t></w:r></w:p>"
        + f"<w:ins w:id=\"3\">{p('新增的一段：议题由居民提出。')}</w:ins><w:moveFrom w:id=\"4\">{p('移走的一段。')}</w:moveFrom>"
        + p("二、执行") + p(BODY[3]),
    )  # fmt: skip
    down, on, wide = '<w:vMerge w:val="restart"/>', "<w:vMerge/>", '<w:gridSpan w:val="2"/>'
    nested = f"<w:tbl><w:tr>{tc('内表甲')}{tc('内表乙')}</w:tr><w:tr>{tc('三')}{tc('四')}</w:tr></w:tbl>"
    word(
        "table.docx",
        p("各街道情况见下表。")
        + f"<w:tbl><w:tr>{tc('街道')}{tc('社区')}{tc('议题')}</w:tr>"
        f"<w:tr>{tc('金泉街道', down)}{tc('幸福里')}{tc('停车|充电')}</w:tr>"
        f"<w:tr>{tc('', on)}{tc('和平里')}{tc(p('加装电梯') + p('楼道照明'))}</w:tr>"
        f"<w:tr>{tc('合计两个社区', wide)}{tc('三项')}</w:tr></w:tbl>"
        + p("另有一张嵌套的表：") + f"<w:tbl><w:tr>{tc('说明')}{tc(p('里面还有一张表') + nested + p(''))}</w:tr></w:tbl>",
    )  # fmt: skip
    rows = "".join(f"<w:tr>{tc(label)}{tc(''.join(map(p, texts)))}</w:tr>" for label, texts in FORM)
    word(
        "application-form.docx",
        p("社区治理创新案例申报表", extra='<w:jc w:val="center"/>', run="<w:b/>") + f"<w:tbl>{rows}</w:tbl>",
    )
    word("strict.docx", p("一、背景") + p(BODY[0]) + p("二、做法") + p(BODY[1]), strict=True)


def slides() -> None:
    """Groups, a table, notes and a hidden slide."""
    from pptx import Presentation
    from pptx.util import Cm

    deck = Presentation()
    slide = deck.slides.add_slide(deck.slide_layouts[5])
    slide.shapes.title.text = "议事会主持人培训"
    right = slide.shapes.add_textbox(Cm(13), Cm(6), Cm(10), Cm(2))
    right.text_frame.text = "右边：会后三天内公示"
    left = slide.shapes.add_textbox(Cm(1), Cm(6.1), Cm(10), Cm(2))
    left.text_frame.text = "左边：会前公示议题"
    group = slide.shapes.add_group_shape()
    for text, top in (("组里的第一条", 9), ("组里的第二条", 11)):
        group.shapes.add_textbox(Cm(1), Cm(top), Cm(10), Cm(1.5)).text_frame.text = text
    slide.notes_slide.notes_text_frame.text = "开场先请每人说一件身边的小事。"
    second = deck.slides.add_slide(deck.slide_layouts[5])
    second.shapes.title.text = "各社区进度"
    table = second.shapes.add_table(3, 3, Cm(1), Cm(5), Cm(20), Cm(5)).table
    for row, cells in enumerate(
        (("社区", "议题", "进度"), ("幸福里", "停车", "已办结"), ("和平里", "电梯", "公示中"))
    ):
        for column, text in enumerate(cells):
            table.cell(row, column).text = text
    third = deck.slides.add_slide(deck.slide_layouts[1])
    third.shapes.title.text = "备用页"
    third.placeholders[1].text = "常见问题一\n常见问题二"
    third._element.set("show", "0")
    deck.core_properties.title = "PowerPoint 演示文稿"
    deck.core_properties.created = deck.core_properties.modified = DAY
    deck.save(str(SOURCES / "notes.pptx"))


def workbook() -> None:
    """A title row, merged labels, dates, percents, binary noise in a sum, a hidden sheet."""
    import openpyxl

    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "项目台账"
    sheet["A1"] = "2023年社区项目台账"
    sheet.merge_cells("A1:E1")
    sheet.append(["街道", "社区", "户数", "完成率", "开工日期"])
    sheet.append(["金泉街道", "幸福里", 1200, 0.35, datetime.date(2023, 5, 6)])
    sheet.append([None, "和平里", 0.1 + 0.2, 1, datetime.datetime(2023, 6, 1, 9, 30)])
    sheet.merge_cells("A3:A4")
    for row in (3, 4):
        sheet.cell(row, 4).number_format = "0%"
        sheet.cell(row, 5).number_format = "yyyy/m/d"
    book.create_sheet("说明")["B2"] = "本表由社区居委会填报，街道汇总。"
    hidden = book.create_sheet("草稿")
    hidden["A1"] = "不公开"
    hidden.sheet_state = "hidden"
    book.properties.created = book.properties.modified = DAY.replace(tzinfo=None)
    book.save(SOURCES / "ledger.xlsx")


def pages() -> None:
    (SOURCES / "navigation.html").write_bytes(PAGE.encode("utf-8"))  # its meta says gb2312
    (SOURCES / "navigation-gbk.html").write_bytes(PAGE.encode("gb18030"))
    links = "<br>".join(f"<a href=1>{line}</a>" for line in HEADLINES)
    text = "<br><br>".join("　　" + line for line in ARTICLE[:4])
    plain = f"<html><head><title>议事会怎么开 - 某某社区网</title></head><body><table><tr><td><a href=/>首页</a> | <a href=/b>论坛</a></td></tr></table><table><tr><td width=200>{links}</td><td><font size=5><b>议事会怎么开</b></font><br>2021年3月2日 作者：张三<br><br>{text}<br><br>【打印】【关闭】</td></tr></table></body></html>"
    (SOURCES / "layout-table.html").write_bytes(plain.encode("gbk"))
    archive = f'From: <Saved by Blink>\r\nSnapshot-Content-Location: https://example.org/a.html\r\nSubject: =?utf-8?Q?x?=\r\nMIME-Version: 1.0\r\nContent-Type: multipart/related;\r\n\ttype="text/html";\r\n\tboundary="--b"\r\n\r\n----b\r\nContent-Type: text/html\r\nContent-Transfer-Encoding: 8bit\r\nContent-Location: https://example.org/a.html\r\n\r\n{PAGE}\r\n----b--\r\n'
    (SOURCES / "web-archive.mhtml").write_bytes(archive.encode("utf-8"))
    (SOURCES / "web-page.doc").write_bytes(
        f"<html><body><h1>另存为 Word 的网页</h1>{''.join(f'<p>{line}</p>' for line in BODY[:2])}</body></html>".encode(
            "gb18030"
        )
    )


def letter_and_book() -> None:
    """A letter in two shapes of one text, its header and body in GBK; a book whose spine is not in alphabetical order."""
    letter = email.message.EmailMessage(policy=email.policy.SMTP)
    letter["From"], letter["To"] = "ping@example.org", "jie@example.org"
    letter["Subject"] = "停车议事会的经过"
    letter.set_content("\n".join(BODY[:3]), charset="gb18030")
    letter.add_alternative(
        "<html><body>" + "".join(f"<p>{text}</p>" for text in BODY[:3]), subtype="html", charset="gb18030"
    )
    letter.set_boundary("part")
    (SOURCES / "letter.eml").write_bytes(letter.as_bytes())
    opf = (
        '<package xmlns="http://www.idpf.org/2007/opf" version="3.0"><metadata xmlns:dc="http://purl.org/dc/elements/1.1/">'
        "<dc:title>停车议事手册</dc:title></metadata><manifest>"
        '<item id="n" href="nav.xhtml" media-type="application/xhtml+xml" properties="nav"/>'
        '<item id="a" href="b.xhtml" media-type="application/xhtml+xml"/><item id="b" href="%E4%B8%80.xhtml" media-type="application/xhtml+xml"/>'
        '</manifest><spine><itemref idref="n"/><itemref idref="a"/><itemref idref="b"/><itemref idref="gone"/></spine></package>'
    )
    chapter = (
        '<?xml version="1.0"?><html xmlns="http://www.w3.org/1999/xhtml"><body><h1>{}</h1>{}</body></html>'
    )
    _zip(
        "book.epub",
        {
            "mimetype": "application/epub+zip",
            "META-INF/container.xml": '<container xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles><rootfile full-path="OPS/book.opf"/></rootfiles></container>',
            "OPS/book.opf": opf,
            "OPS/nav.xhtml": chapter.format("目录", "<p>第一章</p><p>第二章</p>"),
            "OPS/b.xhtml": chapter.format("第一章 经过", "".join(f"<p>{text}</p>" for text in BODY[:2])),
            "OPS/一.xhtml": chapter.format(
                "第二章 办法",
                f"<p>{BODY[3]}</p><table><tr><th>年</th><th>车位</th></tr><tr><td>2019</td><td>560</td></tr></table>",
            ),
        },
    )


def official() -> None:
    """An OFD as offices send it: a template under both pages, a watermark, text out of order, a table without rules."""
    ns = 'xmlns:ofd="http://www.ofdspec.org/2016"'

    def text(x: float, y: float, words: str, size: float = 5.6, more: str = "", steps: str = "") -> str:
        steps = steps or (f"g {len(words) - 1} {size}" if len(words) > 1 else "")
        return (
            f'<ofd:TextObject ID="{round(x)}{round(y)}" Boundary="{x} {y} {size * len(words)} {size}" Font="3" Size="{size}" {more}>'
            f'<ofd:TextCode X="0" Y="{0.85 * size:.2f}" DeltaX="{steps}">{words}</ofd:TextCode></ofd:TextObject>'
        )

    def page(*objects: str) -> str:
        return (
            f'<ofd:Page {ns}><ofd:Template TemplateID="9" ZOrder="Background"/><ofd:Content><ofd:Layer ID="1">'
            f"{''.join(objects)}</ofd:Layer></ofd:Content></ofd:Page>"
        )

    def paragraph(top: float, words: str) -> list[str]:
        first, rest = words[:25], [words[at : at + 27] for at in range(25, len(words), 27)]
        lines = [
            text(41.2, top, first),
            *(text(30, top + 9 * n, line) for n, line in enumerate(rest, start=1)),
        ]
        return lines

    water = text(60, 150, "内部资料", 12, 'CTM="0.7 -0.7 0.7 0.7 0 0"')
    rows = [
        text(x, 130 + 9 * row, cell)
        for row, cells in enumerate(
            (("年份", "车位", "住户"), ("2018", "412", "560"), ("2019", "560", "571"))
        )
        for x, cell in zip((35, 85, 135), cells, strict=True)
    ]
    title = text(65, 40, "停车议事会情况通报", 4.5, 'CTM="2 0 0 2 0 0" Weight="700"', "g 8 4.5")
    last = text(130, 250, "某某街道办事处")
    _zip(
        "notice.ofd",
        {
            "OFD.xml": f'<ofd:OFD {ns} Version="1.0" DocType="OFD"><ofd:DocBody><ofd:DocInfo><ofd:Title>Microsoft Word - 文档1</ofd:Title>'
            "</ofd:DocInfo><ofd:DocRoot>Doc_0/Document.xml</ofd:DocRoot></ofd:DocBody></ofd:OFD>",
            "Doc_0/Document.xml": f"<ofd:Document {ns}><ofd:CommonData><ofd:PageArea><ofd:PhysicalBox>0 0 210 297</ofd:PhysicalBox></ofd:PageArea>"
            '<ofd:PublicRes>PublicRes.xml</ofd:PublicRes><ofd:TemplatePage ID="9" BaseLoc="Tpls/Tpl_0/Content.xml"/></ofd:CommonData>'
            '<ofd:Pages><ofd:Page ID="1" BaseLoc="Pages/Page_0/Content.xml"/><ofd:Page ID="2" BaseLoc="/Doc_0/Pages/Page_1/Content.xml"/>'
            '<ofd:Page ID="3" BaseLoc="Pages/Page_2/Content.xml"/></ofd:Pages></ofd:Document>',
            "Doc_0/PublicRes.xml": f'<ofd:Res {ns} BaseLoc="Res"><ofd:Fonts><ofd:Font ID="3" FontName="仿宋"/></ofd:Fonts></ofd:Res>',
            "Doc_0/Tpls/Tpl_0/Content.xml": f'<ofd:Page {ns}><ofd:Content><ofd:Layer ID="1">{text(80, 15, "某某街道工作简报", 4)}</ofd:Layer></ofd:Content></ofd:Page>',
            "Doc_0/Pages/Page_0/Content.xml": page(
                water, *paragraph(100, BODY[1]), *paragraph(60, BODY[0]), title, *rows
            ),
            "Doc_0/Pages/Page_1/Content.xml": page(
                water, last, *paragraph(40, BODY[2]), *paragraph(90, BODY[3])
            ),
        },
    )


def texts() -> None:
    whole = "\r\n".join(["一、背景", *BODY[:2], "二、做法", *BODY[2:4]])
    (SOURCES / "gbk.txt").write_bytes(whole.encode("gbk"))
    (SOURCES / "short-gbk.txt").write_bytes("停水通知".encode("gbk"))
    import opencc

    (SOURCES / "big5.txt").write_bytes(
        opencc.OpenCC("s2t").convert(BODY[0] + "\n" + BODY[1]).replace("裏", "裡").encode("big5", "ignore")
    )
    (SOURCES / "cut-gb18030.txt").write_bytes((BODY[0] + "\n" + BODY[1]).encode("gb18030")[:-1])
    (SOURCES / "utf-16.txt").write_bytes(BODY[0].encode("utf-16"))
    (SOURCES / "nul.txt").write_bytes(f"{BODY[0][:20]}\0{BODY[0][20:]}\0".encode("gbk"))
    wrapped = "\n".join(line for text in BODY[:3] for line in _wrapped("　　" + text, 34))
    (SOURCES / "hard-wrapped.txt").write_bytes(wrapped.encode("utf-8"))
    head = [
        "新浪首页 新闻 体育 财经 娱乐",
        "首页 > 新闻中心 > 社会 > 正文",
        "",
        "小区议事会让老院落变了样",
        "2021年03月02日 10:12　来源：某某日报",
        "字号：大 中 小",
        "",
    ]
    tail = [
        "责任编辑：王五",
        "返回首页",
        "相关阅读",
        *HEADLINES,
        "小米今天发布了红米K40手机，搭载高通骁龙870处理器，采用三星E4材质屏幕，售价1999元起。",
        "Copyright © 1996-2021 某某公司 版权所有",
    ]
    (SOURCES / "seed-page.txt").write_bytes("\r\n".join([*head, *ARTICLE, "", *tail]).encode("gb18030"))
    (SOURCES / "table.csv").write_bytes(
        '社区,户数,说明\r\n幸福里,1200,"停车,充电"\r\n和平里,800,\r\n'.encode("gbk")
    )


def _wrapped(text: str, columns: int) -> list[str]:
    return [text[start : start + columns] for start in range(0, len(text), columns)]


def markdown() -> None:
    front = """---
title: 楼组长怎么培养
kind: 培训
province: 四川省
city: 成都市
district: 锦江区
street: 水井坊街道
organiser: 某某社会工作服务中心
period: "2015-2018"
themes: [团队培育, 党建引领]
project_class: 培训
unknown: [1, {a: b}]
sources:
  - title: "一篇报道"
    publisher: "某某日报"
    date: "2018-05-06"
    url: "https://example.org/1"
  - title: "没有网址的材料"
---
"""
    body = f"""
<!-- 给编者的话，不应出现 -->
## 要点

{BODY[0][:30]}
{BODY[0][30:]}

| 步骤 | 做什么 |
| --- | :---: |
| **第一步** | 找到[热心人](https://example.org) |
| 第二步 | 一起做`小事` |

## 步骤

1. 先请每个楼组推荐一位。
2. 再办三次*小*培训，
   每次不超过一小时。

> 引用：做起来再说。

### 没有正文的小节
"""
    (SOURCES / "front-matter.md").write_text(front + body, encoding="utf-8")
    broken = front.replace("kind: 培训", "kind: [培训").replace("organiser:", "\torganiser:")
    (SOURCES / "broken-front-matter.md").write_text(
        broken + "\n## 要点\n\n" + BODY[1] + "\n", encoding="utf-8"
    )


if __name__ == "__main__":
    SOURCES.mkdir(exist_ok=True)
    for make in (two_columns, running_header, table_across_pages, fake_bold, rotated, scanned_page, no_tounicode, encrypted,
                 broken, word_files, slides, workbook, pages, letter_and_book, official, texts, markdown):  # fmt: skip
        make()
