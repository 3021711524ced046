"""A question about a place that the library has nothing on is refused, and asked again without it."""

from __future__ import annotations

from pathlib import Path

import pytest

from ingest import place_names
from ingest.errors import IndexDamagedError
from search.present import as_json, as_text
from search.searcher import Searcher


@pytest.mark.parametrize(
    ("question", "places", "rest"),
    [
        ("长沙的老公房加装电梯费用怎么分摊", ("长沙",), "老公房加装电梯费用怎么分摊"),
        ("在合肥怎么让居民轮流浇水养护", ("合肥",), "怎么让居民轮流浇水养护"),
        ("内蒙古的共享花园", ("内蒙古",), "共享花园"),
        ("南昌市青云谱区的听证会", ("南昌市", "青云谱区"), "听证会"),
        ("四川绵阳的花友会", ("绵阳",), "四川花友会"),  # Sichuan is known, but not for Mianyang
        ("烏魯木齊的加裝電梯", ("烏魯木齊",), "加裝電梯"),
    ],
)
def test_a_place_without_documents_is_named_and_refused(
    fake_searcher: Searcher, question: str, places: tuple[str, ...], rest: str
) -> None:
    answer = fake_searcher.search(question)
    assert (answer.understanding.unknown_places.names, answer.understanding.unknown_places.rest) == (
        places,
        rest,
    )
    assert not answer.answerable and not answer.key_points
    assert as_json(answer)["unknown_places"] == list(places)
    assert as_text(answer).startswith(f"资料库里没有{'、'.join(places)}的资料。")


@pytest.mark.parametrize(
    "question",
    [
        "成都的共享花园",
        "四川的共享花园",  # what holds a covered city
        "龙泉驿区的花友会",
        "静安区的加装电梯",
        "合肥路的加装电梯",  # a road
        "除了合肥以外的加装电梯",
        "社区养老从长计议",  # no place
        "兰州拉面馆的油烟",
    ],
)
def test_a_place_that_is_covered_or_none_is_not(fake_searcher: Searcher, question: str) -> None:
    assert fake_searcher.search(question).understanding.unknown_places.names == ()


def test_beside_a_covered_place_an_unknown_one_is_told_but_costs_nothing(fake_searcher: Searcher) -> None:
    alone = fake_searcher.search("上海：街道设八名加梯干部，专门统筹协调，每一栋楼都要全体同意才开工")
    both = fake_searcher.search("上海和合肥：街道设八名加梯干部，专门统筹协调，每一栋楼都要全体同意才开工")
    assert both.understanding.unknown_places.names == ("合肥",)
    assert alone.answerable and both.answerable


def test_a_place_that_a_text_only_names_is_known(corpus: Path, tmp_path: Path) -> None:
    from ingest import index, pipeline
    from tests.conftest import silent
    from tests.fakes import BigramEmbedder

    (corpus / "cases" / "参访.md").write_text("## 做法\n合肥的社工来参访，学了加装电梯。", encoding="utf-8")
    pipeline.ingest([corpus], tmp_path / "index", BigramEmbedder(), silent)
    searcher = Searcher(index.current_build(tmp_path / "index"), BigramEmbedder())
    assert searcher.search("合肥的加装电梯").understanding.unknown_places.names == ()


def test_a_damaged_table_of_places_is_told(tmp_path: Path) -> None:
    path = tmp_path / place_names.NAME
    path.write_text("合肥\n", encoding="utf-8")
    with pytest.raises(IndexDamagedError, match="地名表"):
        place_names.PlaceNames(path)
