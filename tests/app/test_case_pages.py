"""One test for each state of the pages of cases; the fake embedder stands at the seam."""

from __future__ import annotations

from pathlib import Path

import pytest

from ingest import index, pipeline
from ingest.passage_store import NAME, PassageStore
from tests.app.pages import bodies, open_page, shown
from tests.conftest import silent
from tests.fakes import BigramEmbedder

HOSTILE = "<img src=x onerror=alert(1)> $x$ :material/home: [点我](javascript:alert(2))"
STRANGE = ["没有这一篇", "<script>alert(1)</script>", "x" * 10_000, "../../etc/passwd"]


@pytest.fixture(autouse=True)
def library(fake_index: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("CASEBASE_INDEX", str(fake_index))
    monkeypatch.setattr("search.searcher.open_embedder", lambda *_: BigramEmbedder())
    return fake_index


@pytest.fixture
def ids(library: Path) -> dict[str, str]:
    """Ids of the documents by file name."""
    store = PassageStore(index.current_build(library) / NAME)
    return {document.path.rpartition("/")[2]: document.id for document in store.documents}


@pytest.fixture
def hostile(library: Path, corpus: Path) -> str:
    """Id of a document whose title and text are full of markup."""
    (corpus / "cases" / "坏.md").write_text(
        f"---\ntitle: '{HOSTILE}'\ncity: '<b>市'\nthemes: ['<i>主题</i>']\nperiod: 2021\n---\n## 做法\n\n"
        "居委会先组织居民开会商量 <script>alert(2)</script>，再由大家投票定下来，共有300户参加。\n",
        encoding="utf-8",
    )
    pipeline.ingest([corpus], library, BigramEmbedder(), silent)
    store = PassageStore(index.current_build(library) / NAME)
    return next(document.id for document in store.documents if document.path.endswith("坏.md"))


def test_the_list_shows_every_document_with_a_sentence_of_its_own() -> None:
    page = shown(open_page("cases"))
    assert "共 3 篇" in page
    assert "居民认领地块，轮流浇水养护。" in page
    assert "案例 · 成都市 龙泉驿区 十陵街道 · 2023 · 社区小花园" in page
    assert "文本 · 2 个段落" in page


def test_a_facet_counts_the_documents_that_it_leaves() -> None:
    app = open_page("cases", kind="案例")
    assert "共 2 篇" in shown(app)
    city = app.multiselect(key="at-city")
    assert set(city.options) == {"上海市（1）", "成都市（1）"}
    city.set_value(["成都市"]).run()
    assert "江华社区共享花园" in shown(app) and "临汾路街道" not in shown(app)
    assert app.query_params["city"] == "成都市" and app.query_params["kind"] == "案例"


def test_title_words_find_and_an_empty_list_says_what_to_do() -> None:
    app = open_page("cases")
    app.text_input(key="at-title").set_value("電梯 老公房").run()
    assert "共 1 篇" in shown(app) and app.query_params["title"] == "電梯 老公房"
    app.text_input(key="at-title").set_value("游泳池").run()
    assert "没有符合条件的资料" in shown(app)


@pytest.mark.parametrize("page", ["0", "99", "-1", "²", "x" * 10_000])
@pytest.mark.parametrize("sort", ["added", "place", "没有"])
def test_an_odd_page_or_order_still_lists(page: str, sort: str) -> None:
    assert "共 3 篇" in shown(open_page("cases", page=page, sort=sort))


def test_picked_cases_lead_to_the_comparison(ids: dict[str, str]) -> None:
    app = open_page("cases")
    app.button(key=f"pick-{ids['加梯.md']}").click().run()
    assert "已选 1 篇" in shown(app) and "再选一篇" in shown(app)
    app.button(key=f"pick-{ids['花园.md']}").click().run()
    assert "已选 2 篇" in shown(app) and "再选一篇" not in shown(app)
    assert app.query_params["pick"] == [ids["加梯.md"], ids["花园.md"]]
    app.button(key=f"unpick-{ids['加梯.md']}").click().run()
    assert app.query_params["pick"] == ids["花园.md"]


def test_a_card_quotes_each_slot_with_its_place_and_owns_up_to_gaps(ids: dict[str, str]) -> None:
    page = shown(open_page("case", doc=ids["加梯.md"]))
    assert "首部电梯耗时约三年，其中费用分摊的谈判最花时间。" in page
    assert f'href="source?doc={ids["加梯.md"]}&amp;passage=1' in page and ">第 2 段</a>" in page
    assert "资料没有写" in page
    assert 'href="https://example.org/a"' in page


def test_two_cases_stand_side_by_side(ids: dict[str, str]) -> None:
    page = shown(open_page("compare", doc=[ids["加梯.md"], ids["花园.md"]]))
    assert page.count('role="columnheader"') == 3
    assert "只有这一份写了" in page and "资料没有写" in page


def test_a_comparison_leaves_out_what_is_gone_and_needs_two(ids: dict[str, str]) -> None:
    page = shown(open_page("compare", doc=[ids["加梯.md"], "gone", ids["花园.md"]]))
    assert "有 1 篇已不在资料库里" in page and "cb-compare" in page
    assert "对比需要 2 到 4 份不同的资料，现在是 1 份" in shown(
        open_page("compare", doc=[ids["加梯.md"]] * 3)
    )


@pytest.mark.parametrize("name", STRANGE)
@pytest.mark.parametrize("page", ["case", "compare", "source"])
def test_an_unknown_document_is_said_to_be_gone(page: str, name: str) -> None:
    app = open_page(page, doc=name, passage=name, back=name, **{"from": name})
    assert any(words in shown(app) for words in ("没有这篇文档", "对比需要"))
    assert name not in shown(app)


def test_an_example_finds_projects_and_shows_how_it_was_read() -> None:
    app = open_page("similar")
    app.button(key="example-社区小花园").click().run()
    page = shown(app)
    assert "江华社区共享花园" in page and "相近程度" in page
    assert "同属社区小花园" in page
    assert "题目：小区荒地改小花园" in page and '<span class="cb-badge">做法</span>' in page
    assert "那里遇到的困难" in page


@pytest.mark.parametrize("text", ["", "电梯", "？" * 500])
def test_too_short_a_proposal_is_explained_and_kept(text: str) -> None:
    app = open_page("similar")
    app.text_area(key="proposal-box").set_value(text)
    next(button for button in app.button if button.label == "找同类").click().run()
    assert "文字太少，没法比较" in shown(app)
    assert app.text_area(key="proposal-box").value == text


def test_a_proposal_in_markup_shows_as_text() -> None:
    app = open_page("similar")
    app.text_area(key="proposal-box").set_value(
        f"{HOSTILE}。打算组织居民一起商量电梯费用怎么分摊，订个公约。"
    )
    next(button for button in app.button if button.label == "找同类").click().run()
    page = shown(app)
    assert "临汾路街道" in page and "<img" not in page and "&lt;img" in page


def test_the_gap_map_marks_what_is_missing() -> None:
    page = shown(open_page("gaps"))
    assert '<th scope="col">上海市</th>' in page
    assert '<th scope="row">社区小花园</th><td>1</td><td>缺</td>' in page or (
        '<th scope="row">社区小花园</th><td>缺</td><td>1</td>' in page
    )


def test_a_cell_shows_its_cases_and_an_empty_one_the_nearest() -> None:
    assert "成都市 · 社区小花园：1 篇" in shown(open_page("gaps", theme="社区小花园", place="成都市"))
    page = shown(open_page("gaps", theme="社区小花园", place="上海市"))
    assert "资料库里没有先例" in page
    before, _, after = page.partition("临汾路街道：老公房加装电梯")
    assert "江华社区共享花园" in before and after


@pytest.mark.parametrize("odd", ["没有", "9" * 50, "<img src=x>", "x" * 10_000])
def test_an_odd_address_of_the_gap_map_shows_the_map(odd: str) -> None:
    app = open_page("gaps", city=odd, theme=odd, place=odd, to=odd, kind="案例", **{"from": odd})
    assert "在图上点一格" in shown(app)


def test_hostile_titles_and_facets_show_as_text_on_every_page(hostile: str, ids: dict[str, str]) -> None:
    addresses: list[tuple[str, dict[str, str | list[str]]]] = [
        ("cases", {"pick": [hostile], "sort": "added"}),
        ("case", {"doc": hostile, "pick": hostile}),
        ("compare", {"doc": [hostile, ids["花园.md"]]}),
        ("gaps", {"theme": "<i>主题</i>", "place": "<b>市"}),
    ]
    for name, parameters in addresses:
        app = open_page(name, **parameters)
        page, body = shown(app), "".join(bodies(app))
        assert "img src=x onerror" in page, name
        assert "<script" not in page and all(tag not in body for tag in ("<img", "<b>", "<i>")), name
