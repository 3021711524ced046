from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.clean import assemble
from ingest.errors import ParseError
from ingest.lines import row_text, running_lines
from ingest.models import Block, Parsed, Section, Table
from ingest.normalize import normalize

PATH = Path("幸福里_议事会 (1).docx")


def sections(*blocks: Block, title: str = "案例") -> tuple[Section, ...]:
    return assemble(Parsed(blocks, title=title), PATH).sections


def heading(text: str, level: int = 1) -> Block:
    return Block(text, "heading", level)


@pytest.mark.parametrize(
    ("raw", "clean"),
    [
        ("社 区 治 理 的 经 验", "社区治理的经验"),
        ("目　录", "目录"),
        ("张三 李四 王五", "张三 李四 王五"),
        ("第一章　总则", "第一章 总则"),
        ("⽹格⽂文件⼤", "网格文件大"),
        ("零\u200b宽\ufeff与软\u00ad连字符", "零宽与软连字符"),
        ("全角１２３ＡＢＣ，（）保留", "全角１２３ＡＢＣ，（）保留"),
        ("2021年3月2日 作者：张三", "2021年3月2日 作者：张三"),
        ("A\u00a0B\tC", "A B C"),
        ("孤立\ud800代理", "孤立代理"),
        ("一行\r\n\r\n 二行\x0c三行", "一行\n二行\n三行"),
        ("e\u0301", "é"),
    ],
)
def test_text_is_normalized_as_the_index_wants_it(raw: str, clean: str) -> None:
    assert normalize(raw) == clean


@given(st.text(max_size=200))
def test_normalizing_twice_changes_nothing(text: str) -> None:
    assert normalize(normalize(text)) == normalize(text)


def test_headings_make_paths_by_their_levels() -> None:
    found = sections(
        heading("一"), Block("甲"), heading("（一）", 2), Block("乙"), Block("丙"), heading("二"), Block("丁")
    )
    assert [(s.heading, s.text) for s in found] == [
        (("一",), "甲"),
        (("一", "（一）"), "乙\n丙"),
        (("二",), "丁"),
    ]


def test_a_heading_above_a_deeper_heading_is_only_in_the_path() -> None:
    assert [(s.heading, s.text) for s in sections(heading("一"), heading("甲", 2), Block("文"))] == [
        (("一", "甲"), "文")
    ]


def test_headings_without_text_become_text_and_are_not_lost() -> None:
    found = sections(heading("一"), heading("甲", 2), heading("乙", 2), Block("文"), heading("末"))
    assert [(s.heading, s.text) for s in found] == [(("一",), "甲"), (("一", "乙"), "文"), ((), "末")]


def test_equal_headings_head_two_sections() -> None:
    assert len(sections(Block("前"), heading("讨论"), Block("甲"), heading("讨论"), Block("乙"))) == 3


def test_rows_of_a_table_are_one_span_with_its_header() -> None:
    (section,) = sections(
        Block("下表："), Block("社区 | 户数", "row", header=True), Block("幸福里 | 12", "row"), Block("后文")
    )
    (table,) = section.tables
    assert section.text[table.start : table.end] == "社区 | 户数\n幸福里 | 12"
    assert section.text[table.start : table.header_end] == "社区 | 户数"


def test_two_tables_in_a_row_are_told_apart_by_their_headers() -> None:
    row = Block("甲 | 乙", "row", header=True)
    (section,) = sections(row, Block("1 | 2", "row"), row, Block("3 | 4", "row"))
    assert section.tables == (Table(0, 11, 5), Table(12, 23, 17))


def test_a_paragraph_over_two_pages_keeps_both() -> None:
    (section,) = sections(
        Block("\u3000第一页第二页", pages=((0, 3), (4, 4))), Block("也在第二页", pages=((0, 4),))
    )
    assert section.text == "第一页第二页\n也在第二页"
    assert section.pages == ((0, 3), (3, 4))


@pytest.mark.parametrize(
    ("parsed", "title"),
    [
        (Parsed((Block("文"),), title="自有标题"), "自有标题"),
        (Parsed((heading("议事会"), Block("文"))), "议事会"),
        (Parsed((heading("一、背景"), Block("文"))), "幸福里 议事会"),
        (Parsed((heading("背景"), Block("文"), heading("做法"), Block("文"))), "幸福里 议事会"),
        (Parsed((Block("文"),)), "幸福里 议事会"),
    ],
)
def test_the_title_is_the_best_that_there_is(parsed: Parsed, title: str) -> None:
    assert assemble(parsed, PATH).title == title


def test_the_title_is_not_in_every_path() -> None:
    (section,) = sections(heading("议事会"), heading("一、背景", 2), Block("文"), title="议事会")
    assert section.heading == ("一、背景",)


def test_a_file_without_text_is_an_error_that_says_why() -> None:
    with pytest.raises(ParseError, match=r"没有读到任何文字；第 1 页是图片"):
        assemble(Parsed((Block(" \u200b"),), warnings=("第 1 页是图片，没有识别",)), PATH)


def test_coverage_counts_the_lost_but_not_the_removed() -> None:
    blocks = (Block("一二三四五六"),)
    assert assemble(Parsed(blocks, seen=10, removed=("七八九十",)), PATH).coverage == 1.0
    assert assemble(Parsed(blocks, seen=12, removed=("七八九十",)), PATH).coverage == 0.75
    assert assemble(Parsed((Block("甲 | 乙", "row"),), seen=2), PATH).coverage == 1.0


def test_running_lines_are_found_by_repetition_at_one_height() -> None:
    pages = [
        [("汇编", 0.05), (f"正文{'甲乙丙丁'[n]}", 0.15), ("重复的正文", 0.5), (f"第 {n} 页", 0.95)]
        for n in range(4)
    ]
    assert running_lines(pages) == [{0, 3}] * 4


def test_on_one_page_only_page_numbers_are_running_lines() -> None:
    assert running_lines([[("汇编", 0.05), ("正文", 0.5), ("- 1 -", 0.95)]]) == [{2}]


words = st.text(alphabet="社区议事会。 \n\u3000ａ1|⽹\u200b", max_size=12)
blocks_of_any_kind = st.lists(
    st.one_of(
        st.builds(lambda text, level: Block(text, "heading", level), words, st.integers(1, 4)),
        st.builds(Block, words),
        st.builds(
            lambda cells, header: Block(row_text(cells), "row", header=header), st.lists(words), st.booleans()
        ),
    ),
    max_size=12,
)


@given(blocks_of_any_kind)
def test_no_text_is_lost_and_every_offset_is_exact(blocks: list[Block]) -> None:
    paged = tuple(
        Block(b.text, b.kind, b.level, ((0, n // 2 + 1), (max(len(b.text) - 1, 1), n // 2 + 1)), b.header)
        for n, b in enumerate(blocks)
    )
    try:
        document = assemble(Parsed(paged), Path("a.txt"))
    except ParseError:
        assert not any(normalize(block.text) for block in blocks)
        return
    kept = [line for section in document.sections for line in (*section.heading, *section.text.split("\n"))]
    everything = "\n".join([document.title, *kept])
    for block in blocks:
        assert all(
            "".join(line.split()) in "".join(everything.split()) for line in normalize(block.text).split("\n")
        )
    for section in document.sections:
        assert section.text
        offsets, pages = [offset for offset, _ in section.pages], [page for _, page in section.pages]
        assert offsets == sorted(set(offsets))
        assert pages == sorted(pages)
        assert all(0 <= offset <= len(section.text) for offset in offsets)
        for table in section.tables:
            assert 0 <= table.start <= table.header_end <= table.end <= len(section.text)
            assert "\n" not in (section.text[max(table.start - 1, 0) : table.start] or "\n").replace(
                "\n", "", 1
            )
            assert section.text[table.end : table.end + 1] in {"", "\n"}
