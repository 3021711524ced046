"""The gap map: who stands where, what shares the last column, what is nearest to an empty cell."""

from __future__ import annotations

import pytest

from desk.gaps import REST, Scope, cities_with_districts, gap_map, places_of, precedents, years_of
from ingest.models import Facets
from ingest.passage_store import StoredDocument
from tests.fakes import stored_document


def document(row: int, city: str = "", theme: str = "议事协商", **more: str) -> StoredDocument:
    """A document with these facets; several values are separated by spaces."""
    values = {"kind": "案例", "city": city, "theme": theme, **more}
    facets = Facets({name: tuple(value.split()) for name, value in values.items() if value})
    return stored_document(row=row, id=f"d{row}", path=f"{row}.md", title=f"第{row}篇", facets=facets)


LIBRARY = (
    document(0, "成都市", "议事协商 社区小花园", province="四川省", district="锦江区", year="2020 2021"),
    document(1, "成都市", "议事协商", province="四川省", district="成华区等", year="2019"),
    document(2, "上海市", "社区小花园", province="上海市", district="静安区", year="2024"),
    document(3, "绵阳市", "社区小花园", province="四川省", year="2010"),
    document(4, "", "数字治理"),
    document(5, "成都市", "数字治理", kind="培训", province="四川省"),
)


def rows(documents: tuple[StoredDocument, ...]) -> list[int]:
    return [one.row for one in documents]


def test_each_document_stands_under_each_of_its_themes() -> None:
    found = gap_map(LIBRARY, Scope())
    assert rows(found.at("议事协商", "成都市")) == [0, 1]
    assert rows(found.at("社区小花园", "成都市")) == [0]
    assert found.at("议事协商", "上海市") == ()
    assert found.columns == ("成都市", "上海市", "绵阳市") and found.placeless == 1


def test_a_theme_that_no_case_tells_of_is_still_a_row() -> None:
    assert "数字治理" in gap_map(LIBRARY[5:], Scope()).themes
    assert gap_map(LIBRARY, Scope()).at("数字治理", "成都市") == ()  # a training text is no precedent
    assert rows(gap_map(LIBRARY, Scope(kinds=("培训",))).at("数字治理", "成都市")) == [5]


def test_places_beyond_the_readable_share_the_last_column() -> None:
    found = gap_map(LIBRARY, Scope(), most_places=1)
    assert found.columns == ("成都市", REST) and found.rest == ("上海市", "绵阳市")
    assert rows(found.at("社区小花园", REST)) == [2, 3]
    assert rows(found.at("社区小花园", "绵阳市")) == [3]


def test_one_place_too_many_is_shown_rather_than_called_the_rest() -> None:
    assert REST not in gap_map(LIBRARY, Scope(), most_places=2).columns


def test_a_citys_districts_are_all_there_also_those_that_nobody_wrote_about() -> None:
    found = gap_map(LIBRARY, Scope(city="成都市"), most_places=2)
    assert found.columns == ("锦江区", "成华区", REST)
    assert "邛崃市" in found.rest and "静安区" not in found.places


def test_a_document_of_two_cities_counts_for_the_districts_of_each() -> None:
    both = document(9, "成都市 武汉市", district="锦江区、江汉区")
    assert places_of(both, "成都市") == ("锦江区",)
    assert places_of(both, "武汉市") == ("江汉区",)
    assert places_of(both, "上海市") == ()


@pytest.mark.parametrize(("years", "left"), [(None, [0, 1]), ((2021, 2022), [0]), ((2022, 2030), [])])
def test_a_document_counts_in_each_of_its_years(years: tuple[int, int] | None, left: list[int]) -> None:
    found = gap_map(LIBRARY, Scope(years=years))
    assert rows(found.at("议事协商", "成都市")) == left
    assert found.undated == (0 if years is None else 1)


def test_the_nearest_precedents_are_of_the_province_first_then_the_newest() -> None:
    scope = Scope()
    found = gap_map((*LIBRARY, document(6, "成都市", "楼道美化", province="四川省")), scope)
    near = precedents(found, scope, "社区小花园", "绵阳市")
    assert rows(near.elsewhere) == [0, 2]  # 成都 is in the same province, though 上海 is newer
    near = precedents(found, scope, "楼道美化", "上海市")
    assert rows(near.elsewhere) == [6] and rows(near.here) == [2]


def test_within_a_city_its_other_districts_come_before_other_cities() -> None:
    scope = Scope(city="成都市")
    near = precedents(gap_map(LIBRARY, scope), scope, "社区小花园", "成华区")
    assert rows(near.elsewhere) == [0, 3, 2] and rows(near.here) == [1]


def test_cities_and_years_on_offer() -> None:
    assert cities_with_districts(LIBRARY) == ("成都市",)
    assert years_of(LIBRARY) == (2010, 2024)
    assert years_of(LIBRARY[4:]) is None


def test_an_empty_library_has_an_empty_map() -> None:
    found = gap_map((), Scope())
    assert (found.themes, found.columns, found.documents) == ((), (), ())
