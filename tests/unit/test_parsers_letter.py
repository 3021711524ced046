"""Letters, of the Internet and of Outlook: the text, the subject, who sent it when, what was attached."""

from __future__ import annotations

import struct
from datetime import UTC, datetime
from email.message import EmailMessage
from pathlib import Path

import pytest

from ingest.errors import IngestError
from ingest.models import Parsed, Source
from ingest.parsers import parse
from tests.compound import compound

LINES = [
    "各位老师：老院落的居民议事会已经办了三年，每月第一个周六上午在黄桷树下开会。",
    "议事会的规矩只有三条：一次只说一件事，每人说话不超过三分钟，谁提出的办法谁先带头做。",
]
SENT = datetime(2024, 3, 5, 4, 0, tzinfo=UTC)


def text(number: int, words: str, kind: int = 0x001F, encoding: str = "utf-16-le") -> dict[str, bytes]:
    return {f"__substg1.0_{number:04X}{kind:04X}": words.encode(encoding)}


def fixed(**values: int) -> dict[str, bytes]:
    """The properties of fixed length: the day of sending, the code page."""
    numbers = {"sent": 0x0039_0040, "code_page": 0x3FFD_0003, "html_page": 0x3FDE_0003}
    entries = (struct.pack("<IIQ", numbers[name], 6, value) for name, value in values.items())
    return {"__properties_version1.0": bytes(32) + b"".join(entries)}


def filetime(moment: datetime) -> int:
    return int((moment - datetime(1601, 1, 1, tzinfo=UTC)).total_seconds()) * 10_000_000


def outlook(folder: Path, *parts: dict[str, bytes]) -> Parsed:
    path = folder / "a.msg"
    path.write_bytes(compound({name: data for part in parts for name, data in part.items()}))
    return parse(path)


def attached(number: int, *parts: dict[str, bytes]) -> dict[str, bytes]:
    return {
        f"__attach_version1.0_#{number:08X}/{name}": data for part in parts for name, data in part.items()
    }


def lines(parsed: Parsed) -> list[str]:
    return [block.text for block in parsed.blocks]


def test_a_message_of_outlook_is_read_with_its_headers_and_attachments_named(tmp_path: Path) -> None:
    page = f"<html><body>{''.join(f'<p>{line}</p>' for line in LINES)}<img src='cid:logo'></body></html>"
    parsed = outlook(
        tmp_path,
        text(0x0037, "议事会的经过"),
        text(0x0C1A, "某某街道自治办"),
        text(0x1000, "\r\n".join(LINES)),
        {"__substg1.0_10130102": page.encode("gb18030")},
        fixed(sent=filetime(SENT), html_page=936),
        attached(0, text(0x3707, "方案（二稿）.docx"), {"__substg1.0_37010102": b"x" * 5000}),
        attached(1, text(0x3707, "logo.png"), text(0x3712, "logo")),
    )
    assert (parsed.title, lines(parsed)) == ("议事会的经过", LINES)
    assert parsed.sources == (Source("议事会的经过", "某某街道自治办", "2024-03-05"),)
    (warning,) = parsed.warnings
    assert warning.startswith("附件没有读（1 个）：方案（二稿）.docx；")


def test_an_old_message_is_read_in_its_code_page(tmp_path: Path) -> None:
    parsed = outlook(
        tmp_path,
        text(0x0037, "停水通知", 0x001E, "gbk"),
        text(0x1000, "\r\n".join(LINES), 0x001E, "gbk"),
        fixed(code_page=936),
    )
    assert (parsed.title, lines(parsed), parsed.sources) == ("停水通知", LINES, ())


def test_a_long_message_is_read_whole(tmp_path: Path) -> None:
    parsed = outlook(
        tmp_path, text(0x1000, "\r\n".join(f"第{n}件事，大家都同意。" for n in range(3000))), fixed()
    )
    assert len(parsed.blocks) == 3000


@pytest.mark.parametrize(
    ("parts", "says"),
    [
        ({"__substg1.0_10090102": b"LZFu" * 20}, "只有 RTF"),
        (text(0x0037, "只有题目"), "没有正文"),
        ({"WordDocument": b"x"}, "没有正文"),
    ],
)
def test_a_message_without_a_text_that_can_be_read_says_so(
    tmp_path: Path, parts: dict[str, bytes], says: str
) -> None:
    with pytest.raises(IngestError, match=says):
        outlook(tmp_path, parts)


def test_a_damaged_message_says_so(tmp_path: Path) -> None:
    whole = compound(text(0x1000, LINES[0]))
    for damaged in (whole[:600], whole[:1100], whole[:-700], whole[100:]):
        (tmp_path / "a.msg").write_bytes(damaged)
        with pytest.raises(IngestError, match="邮件"):
            parse(tmp_path / "a.msg")


def test_a_letter_of_the_internet_has_the_same(tmp_path: Path) -> None:
    letter = EmailMessage()
    letter["Subject"], letter["From"] = "议事会的经过", "某某街道自治办 <a@example.org>"
    letter["Date"] = "Tue, 05 Mar 2024 12:00:00 +0800"
    letter.set_content("\n".join(LINES))
    letter.add_attachment(b"x", maintype="application", subtype="pdf", filename="方案（二稿）.pdf")
    letter.add_attachment("附件里的话，不读。", filename="说明.txt")
    (tmp_path / "a.eml").write_bytes(letter.as_bytes())
    parsed = parse(tmp_path / "a.eml")
    assert (parsed.title, lines(parsed)) == ("议事会的经过", LINES)
    assert parsed.sources == (Source("议事会的经过", "某某街道自治办", "2024-03-05"),)
    (warning,) = parsed.warnings
    assert warning.startswith("附件没有读（2 个）：方案（二稿）.pdf、说明.txt；")


def test_an_address_is_no_name_of_a_publisher(tmp_path: Path) -> None:
    head = "Subject: x\nFrom: a@example.org <a@example.org>\nDate: Tue, 05 Mar 2024 12:00:00 +0800\n\n"
    (tmp_path / "a.eml").write_text(head + "\n".join(LINES), encoding="utf-8")
    assert parse(tmp_path / "a.eml").sources == (Source("x", "", "2024-03-05"),)
