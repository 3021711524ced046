from pathlib import Path

import pytest

from ingest.models import Block, Parsed
from ingest.parsers import parse

STORY = [
    "老院落的居民议事会已经办了三年，每月第一个周六上午在黄桷树下开会，来的人从七个增加到四十多个。",
    "议事会的规矩只有三条：一次只说一件事，每人说话不超过三分钟，谁提出的办法谁先带头做。",
    "居民最先议的是院门口的路灯，大家凑了八百元，请院里的老电工装好，当晚就亮了。",
    "后来议事会又接连解决了垃圾桶的位置和自行车棚的归属，每一件都有记录，贴在门卫室的窗上。",
]
BODY = "".join(f"<p>{line}</p>" for line in STORY)


def read(folder: Path, html: str, encoding: str = "utf-8") -> Parsed:
    path = folder / "a.html"
    path.write_bytes(html.encode(encoding))
    return parse(path)


def texts(parsed: Parsed) -> list[str]:
    return [block.text for block in parsed.blocks]


def test_an_article_among_its_frame(tmp_path: Path) -> None:
    links = "".join(f"<li><a href=#>骁龙870手机评测第{n}期</a></li>" for n in range(9))
    parsed = read(
        tmp_path,
        f"<html><body><nav><a>首页</a></nav><div class=sidebar><ul>{links}</ul></div><div id=con>{BODY}</div>"
        f"<div><h3>热门推荐</h3><ul>{links}</ul></div><footer>版权所有</footer></body></html>",
    )
    assert texts(parsed) == STORY
    assert "骁龙870手机评测第0期" in parsed.removed


@pytest.mark.parametrize("name", ["comment-box", "content main-nav", "article-share-wrap"])
def test_a_whole_page_in_an_element_with_a_frames_name_is_not_lost(tmp_path: Path, name: str) -> None:
    assert texts(read(tmp_path, f'<html><body><div class="{name}">{BODY}</div></body></html>')) == STORY


def test_comments_longer_than_the_article_are_not_the_article(tmp_path: Path) -> None:
    comments = "".join(
        f"<p class=txt>第{n}楼：我看这个办法在我们院里行不通，大家说是不是这个道理。</p>" for n in range(60)
    )
    page = (
        f"<body><div class=main><div class=text>{BODY}</div><div class=comments>{comments}</div></div></body>"
    )
    assert texts(read(tmp_path, page)) == STORY


def test_a_page_put_together_from_pages_is_read_to_its_end(tmp_path: Path) -> None:
    head = "<html><body><div><a href=#>首页</a></div></body></html>"
    assert texts(read(tmp_path, f"<html><body>{head}<div>{BODY}</div></body></html>")) == STORY


@pytest.mark.parametrize(
    "tail",
    [
        "本文来源：某某晚报 责任编辑：王五_NB12",
        "- THE END -",
        "图片来自网络，如有侵权，请联系删除。",
        "（本文来自某某新闻，更多原创资讯请下载客户端）",
        "免责声明：本网转载的内容版权归原作者所有，转载请联系原作者并获得许可。"
        + "文章观点仅代表作者本人，不代表本网立场。" * 4,
    ],
)
def test_the_small_print_behind_an_article_is_cut(tmp_path: Path, tail: str) -> None:
    parsed = read(tmp_path, f"<body><div>{BODY}<p>{tail}</p></div></body>")
    assert texts(parsed) == STORY
    assert tail in parsed.removed


def test_counters_and_crumbs_around_an_article_are_cut(tmp_path: Path) -> None:
    page = (
        "<body><div class=box><div class=where>您所在的位置：<a>首页</a> > <a>社会</a> > 正文</div><h2>议事会三年记，一个老院落</h2>"
        f"<div class=info>2019-09-26 12:11来源：某某时报作者：王五</div>{BODY}<div class=zan>+1</div></div></body>"
    )
    assert texts(read(tmp_path, page)) == ["议事会三年记，一个老院落", *STORY]


def test_text_between_line_breaks_is_paragraphs(tmp_path: Path) -> None:
    assert texts(read(tmp_path, f"<body><div>{'<br><br>　　'.join(STORY)}</div></body>")) == STORY


def test_a_page_that_a_script_shows_later_is_read(tmp_path: Path) -> None:
    assert (
        texts(read(tmp_path, f'<body><div id="js_content" style="visibility: hidden;">{BODY}</div></body>'))
        == STORY
    )


def test_a_short_notice_is_read_whole(tmp_path: Path) -> None:
    assert texts(read(tmp_path, "<body><div><p>停水通知</p><p>明天上午停水。</p></div></body>")) == [
        "停水通知",
        "明天上午停水。",
    ]


def test_headings_and_tables_keep_their_kind(tmp_path: Path) -> None:
    table = "<table><tr><th>年</th><th>户</th></tr><tr><td>2019</td><td>7</td></tr></table>"
    parsed = read(tmp_path, f"<body><div>{BODY}<h3>小<b>标题</b></h3>{table}{BODY}</div></body>")
    assert parsed.blocks[4:7] == (
        Block("小标题", "heading", 3), Block("年 | 户", "row", header=True), Block("2019 | 7", "row"),
    )  # fmt: skip


def test_the_page_says_its_title_publisher_and_date(tmp_path: Path) -> None:
    parsed = read(
        tmp_path,
        "<!-- saved from url=(0024)https://example.org/a/b --><html><head><title>议事会三年记_某某网</title></head>"
        f"<body><h1>议事会三年记</h1><p>来源：某某日报 2021年3月2日</p><div>{BODY}</div></body></html>",
    )
    assert parsed.title == "议事会三年记"
    (source,) = parsed.sources
    assert (source.publisher, source.date, source.url) == (
        "某某日报",
        "2021-03-02",
        "https://example.org/a/b",
    )


@pytest.mark.parametrize(
    ("declared", "real"), [("gb2312", "utf-8"), ("utf-8", "gbk"), ("gbk", "gb18030"), ("big5", "utf-8")]
)
def test_the_bytes_count_not_what_the_page_declares(tmp_path: Path, declared: str, real: str) -> None:
    assert (
        texts(
            read(tmp_path, f'<html><head><meta charset="{declared}"></head><body>{BODY}</body></html>', real)
        )
        == STORY
    )


def test_scripts_styles_and_entities_give_no_text(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("SECRET", encoding="utf-8")
    doctype = f'<!DOCTYPE html [<!ENTITY e SYSTEM "{(tmp_path / "secret").as_uri()}">]>'
    parsed = read(
        tmp_path,
        f"{doctype}<body><script>var 密 = 1</script><style>p{{}}</style>{BODY}<p>&e;&amp;尾。</p></body>",
    )
    assert "SECRET" not in "".join(texts(parsed))
    assert "密" not in "".join(texts(parsed))


def test_deep_nesting_ends(tmp_path: Path) -> None:
    parsed = read(tmp_path, f"<body>{BODY}{'<div>' * 20_000}底{'</div>' * 20_000}</body>")
    assert texts(parsed) == [*STORY, "底"]


def test_a_letter_without_html_is_read(tmp_path: Path) -> None:
    path = tmp_path / "a.eml"
    path.write_bytes(
        f"From: a@example.org\nSubject: =?utf-8?B?5YGc5rC0?=\n\n{STORY[0]}\n{STORY[1]} <b>\n".encode()
    )
    parsed = parse(path)
    assert (parsed.title, texts(parsed)) == ("停水", [STORY[0], f"{STORY[1]} <b>"])


def test_an_archive_is_read_by_its_html_part(tmp_path: Path) -> None:
    path = tmp_path / "a.mht"
    path.write_bytes(
        b"MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary=b\r\n\r\n--b\r\nContent-Type: image/png\r\n\r\nx\r\n--b\r\n"
        b"Content-Type: text/html; charset=gb2312\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n"
        + "".join(f"={byte:02X}" for byte in f"<body>{BODY}</body>".encode("gb18030")).encode() + b"\r\n--b--\r\n"
    )  # fmt: skip
    assert texts(parse(path)) == STORY


def test_an_archive_tells_on_which_day_its_page_was_saved(tmp_path: Path) -> None:
    path = tmp_path / "a.mht"
    path.write_text(
        "From: <Saved by Blink>\r\nSnapshot-Content-Location: https://example.org/a\r\nDate: Tue, 2 Mar 2021 23:10:00 +0800"
        "\r\nMIME-Version: 1.0\r\nContent-Type: multipart/related; boundary=b\r\n\r\n--b\r\nContent-Type: text/html\r\n\r\n"
        f"<body><h1>议事会三年记</h1>{BODY}</body>\r\n--b--\r\n",
        encoding="utf-8",
    )
    (source,) = parse(path).sources
    assert (source.url, source.accessed) == ("https://example.org/a", "2021-03-02")


@pytest.mark.parametrize(("day", "expected"), [("Mon Nov 23 2026", "2026-11-23"), ("Mon Nov 93 2026", "")])
def test_a_page_saved_as_one_file_tells_its_address_and_day(tmp_path: Path, day: str, expected: str) -> None:
    comment = f"<!--\n Page saved with SingleFile \n url: https://example.org/b \n saved date: {day} 10:11:12 GMT+0800\n-->"
    parsed = read(tmp_path, f"<html>{comment}<body><h1>议事会三年记</h1>{BODY}</body></html>")
    (source,) = parsed.sources
    assert (source.url, source.accessed) == ("https://example.org/b", expected)


def test_the_day_of_a_letter_is_not_the_day_on_which_a_page_was_read(tmp_path: Path) -> None:
    path = tmp_path / "a.eml"
    head = "Subject: x\nDate: Tue, 2 Mar 2021 23:10:00 +0800\nMIME-Version: 1.0\nContent-Type: text/html\n\n"
    link = '<link rel="canonical" href="https://example.org/a">'
    path.write_text(
        f"{head}<html><head>{link}</head><body><h1>议事会三年记</h1>{BODY}</body></html>", encoding="utf-8"
    )
    (source,) = parse(path).sources
    assert source.accessed == ""
