from pathlib import Path

import pytest

from ingest.encoding import decode
from ingest.errors import ParseError
from ingest.models import Block, Source
from ingest.page_frame import article_end, trim_page
from ingest.parsers import parse
from ingest.parsers.markdown import plain

LONG = "社区党组织定期召开居民议事会，围绕停车、电梯和垃圾分类逐项讨论，形成清单后交由各方落实。"


def read(folder: Path, name: str, data: bytes) -> tuple[Block, ...]:
    path = folder / name
    path.write_bytes(data)
    return parse(path).blocks


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "gbk", "gb18030", "utf-16", "utf-16-le", "utf-16-be"]
)
@pytest.mark.parametrize("text", ["停水通知", "幸福里社区", "今天下午三点开会", LONG])
def test_simplified_text_is_decoded_however_short(encoding: str, text: str) -> None:
    if encoding.startswith("utf-16-") and len(text) < 10:
        pytest.skip("UTF-16 without a mark and of a few characters is any text")
    assert decode(text.encode(encoding)).text == text


@pytest.mark.parametrize("text", ["社區治理的經驗與做法", "居民議事會每月召開一次，討論小區裡的事情。"])
def test_big5_is_told_from_gbk(text: str) -> None:
    decoded = decode(text.encode("big5"))
    assert (decoded.text, decoded.encoding) == (text, "big5")


# Article 1 of the Universal Declaration of Human Rights.
ABROAD = {
    "windows-1251": "Все люди рождаются свободными и равными в своем достоинстве и правах. Они наделены разумом.",
    "koi8-r": "Все люди рождаются свободными и равными в своем достоинстве и правах. Они наделены разумом.",
    "iso-8859-5": "Все люди рождаются свободными и равными в своем достоинстве и правах. Они наделены разумом.",
    "iso-8859-7": "Όλοι οι άνθρωποι γεννιούνται ελεύθεροι και ίσοι στην αξιοπρέπεια και τα δικαιώματα.",
    "windows-1255": "כל בני האדם נולדו בני חורין ושווים בערכם ובזכויותיהם. כולם חוננו בתבונה ובמצפון.",
    "windows-1256": "يولد جميع الناس أحرارا متساوين في الكرامة والحقوق. وقد وهبوا عقلا وضميرا.",
    "tis-620": "มนุษย์ทั้งหลายเกิดมามีอิสระและเสมอภาคกันในเกียรติศักดิ์และสิทธิ",
    "shift_jis": "すべての人間は、生まれながらにして自由であり、かつ、尊厳と権利とについて平等である。",
    "euc-jp": "すべての人間は、生まれながらにして自由であり、かつ、尊厳と権利とについて平等である。",
    "iso-2022-jp": "すべての人間は、生まれながらにして自由であり、かつ、尊厳と権利とについて平等である。",
    "euc-kr": "모든 인간은 태어날 때부터 자유로우며 그 존엄과 권리에 있어 동등하다.",
    "windows-1250": "Všichni lidé rodí se svobodní a sobě rovní co do důstojnosti a práv. Jsou nadáni rozumem.",
    "windows-1252": "Alle Menschen sind frei und gleich an Würde geboren. Grüße aus Köln, schöne Straße, naïve Cafés.",
    "hz": "人人生而自由，在尊严和权利上一律平等。他们赋有理性和良心。",
}


@pytest.mark.parametrize("encoding", [*ABROAD])
def test_a_text_from_abroad_is_decoded_and_read(encoding: str, tmp_path: Path) -> None:
    text = ABROAD[encoding]
    assert decode(text.encode(encoding)).text == text
    assert read(tmp_path, "a.txt", text.encode(encoding))[0].text == text
    assert read(tmp_path, "a.txt", text.encode())[0].text == text


@pytest.mark.parametrize("text", ["## 做", 'publisher: "转载"', "2022年"])
@pytest.mark.parametrize("encoding", ["gbk", "utf-8", "utf-16-le"])
def test_a_lone_chinese_character_among_ascii_is_kept(encoding: str, text: str) -> None:
    assert decode(text.encode(encoding)).text == text


def test_an_encoding_that_cannot_be_told_is_said_to_be_a_guess() -> None:
    decoded = decode("Çek".encode("windows-1254") * 2)
    assert "编码不能确定" in decoded.warnings[-1]


def test_a_cut_last_character_costs_only_itself() -> None:
    for encoding in ("gb18030", "utf-8"):
        decoded = decode(LONG.encode(encoding)[:-1])
        assert decoded.text == LONG[:-1]
        assert "舍去" in decoded.warnings[0]


def test_damage_in_the_middle_is_told_and_not_hidden() -> None:
    decoded = decode(LONG.encode() * 3 + b"\xff\xfe\xff" + LONG.encode() * 3)
    assert decoded.encoding == "utf-8"
    assert "无法识别" in decoded.warnings[0]


def test_other_languages_stay_what_they_are() -> None:
    for text in ("Grüße aus Köln", "Привет, соседи", "naïve café"):
        assert decode(text.encode()).text == text


def test_bytes_that_are_no_text_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ParseError, match="不像文字"):
        read(tmp_path, "a.txt", bytes(range(256)) * 20)


def test_numbered_lines_are_headings_and_sentences_are_not(tmp_path: Path) -> None:
    text = f"一、背景\n{LONG}\n（一）居民的需求\n{LONG}\n二、提高认识。各街道要重视。\n1. 先入户\n"
    blocks = read(tmp_path, "a.txt", text.encode())
    assert [(block.kind, block.level) for block in blocks] == [
        ("heading", 1), ("paragraph", 0), ("heading", 2), ("paragraph", 0), ("paragraph", 0), ("paragraph", 0),
    ]  # fmt: skip


def test_lines_that_are_paragraphs_are_not_joined(tmp_path: Path) -> None:
    lines = ["第一户的意见是先修路灯，再谈停车", "第二户说垃圾桶太远", LONG, "第三户没有意见"]
    assert [block.text for block in read(tmp_path, "a.txt", "\n".join(lines).encode())] == lines


def test_the_first_short_line_is_the_title(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(f"老院落的议事会\n{LONG}\n{LONG}", encoding="utf-8")
    assert parse(tmp_path / "a.txt").title == "老院落的议事会"


NEWS = ["红米K40首发评测：骁龙870加持，1999元起售", "比亚迪汉EV销量破万，二手保值率排名第一", "苹果秋季发布会前瞻：四款新机齐发",
        "全新奥迪A3上市，搭载1.4T发动机"]  # fmt: skip
STORY = [
    "老院落的居民议事会已经办了三年，每月第一个周六上午在黄桷树下开会，来的人从七个增加到四十多个。",
    "议事会的规矩只有三条：一次只说一件事，每人说话不超过三分钟，谁提出的办法谁先带头做。",
    "居民最先议的是院门口的路灯，大家凑了八百元，请院里的老电工装好，当晚就亮了。",
    "后来议事会又接连解决了垃圾桶的位置和自行车棚的归属，每一件都有记录，贴在门卫室的窗上。",
]


@pytest.mark.parametrize(
    "tail",
    [
        ["责任编辑：王五", *NEWS],
        [
            "返回搜狐，查看更多",
            "小米发布了红米K40手机，搭载骁龙870处理器，售价1999元起，电池容量4520毫安时。",
        ],
        ["相关阅读", *NEWS, "Copyright © 2021 版权所有"],
        NEWS,  # no sign at all, but four headlines of other things
    ],
)
def test_what_follows_the_article_is_cut_and_listed(tail: list[str]) -> None:
    kept, removed, _ = trim_page([*STORY, *tail])
    assert kept == STORY
    assert removed == tail


@pytest.mark.parametrize(
    "lines",
    [
        [*STORY, "附件：", "1. 议事会会议记录表", "2. 议事会表决单", "3. 公示样张"],
        [*STORY, "主办单位：幸福里社区居委会", "联系我们", "电话：028-12345678", "地址：幸福里小区门卫室旁"],
        [*STORY[:2], "编辑：张三", *STORY[2:]],
        [*STORY, "时间：每周三下午", "地点：社区活动室", "参加人：居民代表、楼组长、物业公司"],
        [
            *STORY,
            "Abstract: The residents of an old courtyard met every month and settled their affairs.",
            "Keywords: community",
        ],
        ["声明：本材料供内部培训使用", *STORY],
    ],
)
def test_normal_documents_are_not_cut(lines: list[str]) -> None:
    assert trim_page(lines)[0] == lines


def test_the_end_of_an_article_without_signs_is_its_end() -> None:
    assert article_end(STORY) == len(STORY)


def test_front_matter_is_declared(tmp_path: Path) -> None:
    text = (
        '---\ntitle: 题\nkind: 案例\ncity: 成都市\ndistrict: ""\nperiod: "2015–2018"\nthemes: [甲, 乙, 甲]\nproject_class: 培训\n'
        "foo: {bar: 1}\nsources:\n  - {title: 报道, publisher: 日报, date: 2018-05-06, url: https://example.org, "
        "accessed: 2024年3月1日}\n  - {note: 无}\n---\n文\n"
    )
    (tmp_path / "a.md").write_text(text, encoding="utf-8")
    parsed = parse(tmp_path / "a.md")
    assert parsed.title == "题"
    assert parsed.declared == {
        "kind": ("案例",), "city": ("成都市",), "year": ("2015", "2016", "2017", "2018"), "theme": ("甲", "乙"),
        "project_class": ("培训",),
    }  # fmt: skip
    assert parsed.sources == (Source("报道", "日报", "2018-05-06", "https://example.org", "2024-03-01"),)


def test_front_matter_that_names_itself_is_not_unfolded(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text(
        "---\ntitle: 题\nthemes: &t [甲, 乙]\nkind: *t\n---\n文\n", encoding="utf-8"
    )
    parsed = parse(tmp_path / "a.md")
    assert (parsed.title, [block.text for block in parsed.blocks]) == ("题", ["文"])
    assert "写法有误" in parsed.warnings[0]


@pytest.mark.parametrize(
    ("text", "blocks"),
    [
        ("# 一 #\n\n文\n", [("一", "heading", 1), ("文", "paragraph", 0)]),
        ("一\n===\n二\n---\n", [("一", "heading", 1), ("二", "heading", 2)]),
        ("第一行\n第二行 and\nmore\n", [("第一行第二行 and more", "paragraph", 0)]),
        (
            "- 甲\n- 乙\n  续\n\n3. 丙\n",
            [("- 甲", "paragraph", 0), ("- 乙续", "paragraph", 0), ("3. 丙", "paragraph", 0)],
        ),
        (
            "| a | b |\n|---|---|\n| 1 \\| 2 | |\n文",
            [("a | b", "row", 0), ("1 / 2", "row", 0), ("文", "paragraph", 0)],
        ),
        ("```\n# 码\n```\n文", [("# 码", "paragraph", 0), ("文", "paragraph", 0)]),
        ("<!-- 藏\n\n藏 -->文<br>字", [("文字", "paragraph", 0)]),
        ("a | b 不是表格", [("a | b 不是表格", "paragraph", 0)]),
    ],
)
def test_markdown_is_read(tmp_path: Path, text: str, blocks: list[tuple[str, str, int]]) -> None:
    assert [(b.text, b.kind, b.level) for b in read(tmp_path, "a.md", text.encode())] == blocks


def test_inline_marks_leave_their_text() -> None:
    assert (
        plain("![图](a.png)**粗**_斜_~~删~~[链](u)<b>体</b> snake_case_name 2*3*4")
        == "图粗_斜_删链体 snake_case_name 2*3*4"
    )
