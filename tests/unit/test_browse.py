"""The list of documents: facets, title words, orders."""

from __future__ import annotations

from search.browse import browse, by_place, by_title, by_year
from search.searcher import Searcher


def titles(searcher: Searcher, words: str = "", **filters: tuple[str, ...]) -> list[str]:
    return [document.title for document in browse(searcher, filters, words, by_title).documents]


def test_all_title_words_must_be_there_in_any_script_or_width(fake_searcher: Searcher) -> None:
    assert titles(fake_searcher, "電梯　老公房") == ["临汾路街道：老公房加装电梯"]
    assert titles(fake_searcher, "电梯 花园") == []
    assert len(titles(fake_searcher, " ")) == 3


def test_filters_hold_together_and_values_of_one_add_up(fake_searcher: Searcher) -> None:
    assert titles(fake_searcher, kind=("案例",), city=("成都市", "上海市")) == [
        "江华社区共享花园",
        "临汾路街道：老公房加装电梯",
    ]
    assert titles(fake_searcher, kind=("培训",), city=("成都市",)) == []


def test_a_count_is_what_choosing_that_value_leaves(fake_searcher: Searcher) -> None:
    filters = {"kind": ("案例",), "city": ("成都市",)}
    for name, values in browse(fake_searcher, filters, "社区", by_title).counts.items():
        for value in values:
            left = browse(fake_searcher, {**filters, name: (value.value,)}, "社区", by_title)
            assert len(left.documents) == value.count


def test_orders(fake_searcher: Searcher) -> None:
    def first(order: object) -> list[str]:
        return [d.title[:2] for d in browse(fake_searcher, {}, "", order).documents]  # type: ignore[arg-type]

    assert first(by_year) == ["江华", "临汾", "怎样"]  # 2023, 2020, undated
    assert first(by_place) == ["临汾", "江华", "怎样"]  # 上海, 四川, nowhere
    assert first(by_title) == ["江华", "临汾", "怎样"]  # j, l, z
