from __future__ import annotations

import numpy as np

from ingest.chunk import sentences
from ingest.models import Passage, Section
from ingest.passage_store import StoredPassage
from search.cases.quotes import whole_sentences


def quoted(
    text: str, start: int = 0, end: int | None = None, pages: tuple[tuple[int, int], ...] = ()
) -> list[str]:
    """What may be quoted of ``text[start:end]`` as a passage of a section with this text."""
    part = text[start : len(text) if end is None else end]
    stored = StoredPassage(0, 0, 0, Passage(0, start, start + len(part), part))
    vectors = np.ones((len(sentences(part)), 4), dtype=np.float32)
    found = list(whole_sentences(stored, Section((), text, pages), vectors, 0))
    assert all(part[quote.start : quote.end].replace("\n", "") == quote.text for quote in found)
    return [f"{quote.page or ''}{quote.text}" for quote in found]


def test_parts_with_a_semicolon_make_one_sentence() -> None:
    first, second = (
        "对内，发现两处空地可以挖潜；对外，与公共服务中心商量错峰共用。",
        "这些办法都由居民会商形成。",
    )
    assert quoted(first + second) == [first, second]


def test_a_sentence_broken_over_lines_is_joined() -> None:
    text = "社区确立的路径是挖掘在地文化、请群众参与，以党群服务中心和做\n过微提升的院落作为活动阵地。整个街区突出的是川剧艺术。"
    assert (
        quoted(text)[0]
        == "社区确立的路径是挖掘在地文化、请群众参与，以党群服务中心和做过微提升的院落作为活动阵地。"
    )


def test_a_line_is_long_with_all_its_sentences() -> None:
    text = "水井坊街道一带老旧院落多。街道和爱有戏一起入户调研了\n3000余户，归纳出三个问题：互助网络太少，邻里关系冷淡。"
    assert (
        quoted(text)[-1] == "街道和爱有戏一起入户调研了3000余户，归纳出三个问题：互助网络太少，邻里关系冷淡。"
    )


def test_what_a_passage_cuts_off_is_not_quoted() -> None:
    text = "社区确立的路径是挖掘在地文化、请群众参与，以党群服务中心和做\n过微提升的院落作为活动阵地。整个街区突出的是川剧艺术。"
    assert quoted(text, start=text.index("过微")) == ["整个街区突出的是川剧艺术。"]
    assert quoted("居民逐户登记车辆，摸清停车的底数。随后召开停车议事会", end=22) == [
        "居民逐户登记车辆，摸清停车的底数。"
    ]


def test_the_lines_of_a_slide_are_quoted_without_their_marks() -> None:
    assert quoted("• 居民参与率由三成提高到八成\n• 小区新增十二支居民志愿队伍") == [
        "居民参与率由三成提高到八成",
        "小区新增十二支居民志愿队伍",
    ]


def test_table_rows_and_scraps_are_not_quoted() -> None:
    assert quoted("小区 | 指标 | 数值。\n如意人家 | 厨余垃圾纯度 | 80%以上。\n好的。") == []


def test_a_quote_knows_the_page_on_which_it_begins() -> None:
    text = "第一页上说了一件事情的经过。第二页上说了这件事情的结果。"
    assert quoted(text, pages=((0, 3), (14, 4))) == [f"3{text[:14]}", f"4{text[14:]}"]
