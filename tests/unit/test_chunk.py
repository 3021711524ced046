from __future__ import annotations

from ingest.aspects import aspect_of
from ingest.chunk import ChunkSettings, chunk, sentences
from ingest.models import Document, Section, Table


def split(text: str) -> list[str]:
    return [text[a:b] for a, b in sentences(text)]


def passages(text: str, settings: ChunkSettings, **section: object) -> list[str]:
    document = Document("题", (Section((), text, **section),))  # type: ignore[arg-type]
    return [p.text for p in chunk(document, aspect_of, settings)]


SMALL = ChunkSettings(target=20, maximum=30, minimum=5)


def test_a_sentence_keeps_its_closing_quote() -> None:
    assert split("他说：“好。”大家散了。") == ["他说：“好。”大家散了。"]
    assert split("他说：“好。”\n大家散了。") == ["他说：“好。”\n", "大家散了。"]


def test_a_decimal_point_ends_no_sentence() -> None:
    assert split("占87.5%。共3.3万户。") == ["占87.5%。", "共3.3万户。"]


def test_an_unclosed_bracket_does_not_swallow_the_rest() -> None:
    text = "（没有关上。" + "第二句话在这里。" * 40
    assert len(split(text)) > 5


def test_short_paragraphs_are_joined_up_to_the_target() -> None:
    assert passages("第一段话在这里。\n第二段话在这里。\n第三段话在这里。", SMALL) == [
        "第一段话在这里。\n第二段话在这里。",
        "第三段话在这里。",
    ]


def test_a_tiny_tail_joins_the_passage_before_it() -> None:
    assert passages("这一段话刚刚好是二十个字上下的样子。\n完了。", SMALL) == [
        "这一段话刚刚好是二十个字上下的样子。\n完了。"
    ]


def test_text_without_sentence_ends_is_cut_after_a_comma() -> None:
    pieces = passages("一二三四五六七八九十，" * 8, SMALL)
    assert all(piece.endswith("，") and len(piece) <= 30 for piece in pieces)


def test_a_table_is_cut_between_rows_and_the_rest_repeats_the_header() -> None:
    rows = ["项目 | 经费", *(f"第{n}个项目 | {n}万元" for n in range(1, 9))]
    text = "\n".join(rows)
    table = Table(0, len(text), len(rows[0]))
    document = Document("题", (Section((), text, (), (table,)),))
    made = chunk(document, aspect_of, SMALL)
    assert "".join(p.text + "\n" for p in made).strip() == text
    assert all(line in rows for p in made for line in p.text.splitlines())
    assert [p.lead for p in made] == ["", *["项目 | 经费"] * (len(made) - 1)]


def test_a_passage_that_runs_over_a_page_names_both() -> None:
    text = "第一页的话。" * 3 + "第二页的话。" * 3
    document = Document("题", (Section((), text, ((0, 85), (18, 86))),))
    assert [p.pages for p in chunk(document, aspect_of)] == [(85, 86)]


def test_a_section_without_text_gives_no_passage() -> None:
    document = Document("题", (Section(("只有标题",), "  \n "),))
    assert chunk(document, aspect_of) == []


def test_a_passage_that_continues_a_list_repeats_its_opening_line() -> None:
    text = "准备的材料有：\n- 第一样材料的名字很长。\n- 第二样材料的名字很长。\n- 第三样材料的名字很长。"
    made = chunk(Document("题", (Section((), text),)), aspect_of, SMALL)
    assert [p.lead for p in made] == ["", *["准备的材料有："] * (len(made) - 1)]


def test_a_lone_title_is_no_passage() -> None:
    document = Document("题", (Section((), "社区治理培训资料"), Section(("要点",), "先问居民关心什么。")))
    assert [p.text for p in chunk(document, aspect_of)] == ["先问居民关心什么。"]
