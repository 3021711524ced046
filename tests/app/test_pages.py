"""One test for each state of the page, through Streamlit's own AppTest; the fake embedder stands at the seam."""

from __future__ import annotations

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from ingest import index
from tests.app.pages import bodies
from tests.conftest import ROOT
from tests.fakes import BigramEmbedder


@pytest.fixture
def app(fake_index: Path, monkeypatch: pytest.MonkeyPatch) -> AppTest:
    monkeypatch.setenv("CASEBASE_INDEX", str(fake_index))
    monkeypatch.setattr("search.searcher.open_embedder", lambda *_: BigramEmbedder())
    return AppTest.from_file(str(ROOT / "app.py"), default_timeout=30)


def shown(app: AppTest) -> str:
    """Everything that the page says, in one string."""
    parts = [
        element.value
        for kind in ("markdown", "caption", "info", "warning", "error")
        for element in app.get(kind)
    ]
    parts += bodies(app)
    return "\n".join(str(part) for part in parts)


def ask(app: AppTest, question: str) -> AppTest:
    app.run()
    app.text_input(key="q").set_value(question).run()
    assert not app.exception
    return app


def test_the_start_page_offers_examples(app: AppTest) -> None:
    app.run()
    assert not app.exception
    assert any("如何提升居民参与度" in button.label for button in app.button)


def test_an_example_asks_its_question(app: AppTest) -> None:
    app.run()
    app.button(key="example-如何提升居民参与度").click().run()
    assert not app.exception
    assert app.text_input(key="q").value == "如何提升居民参与度"
    assert "怎样提高居民参与度" in shown(app)


def test_a_hit_shows_its_place_and_marks(app: AppTest) -> None:
    page = shown(ask(app, "加装电梯 费用分摊"))
    assert "临汾路街道：老公房加装电梯" in page
    assert "上海市 静安区" in page
    assert "<mark>费用分摊</mark>" in page


def test_a_filter_narrows_the_hits(app: AppTest) -> None:
    ask(app, "居民 养护 电梯")
    app.multiselect(key="at-city").set_value(["成都市"]).run()
    assert not app.exception
    page = shown(app)
    assert "江华社区共享花园" in page and "临汾路街道" not in page


@pytest.mark.parametrize(("question", "says"), [("？？？", "标点"), ("参" * 10_000, "最多 500 个")])
def test_a_question_that_cannot_be_asked_is_explained(app: AppTest, question: str, says: str) -> None:
    assert says in shown(ask(app, question)).replace("\\", "")


def test_hits_can_be_grouped_by_document(app: AppTest) -> None:
    ask(app, "居民 养护 电梯")
    app.query_params["group"] = "按文档"
    app.run()
    assert not app.exception
    assert shown(app).count("<h3>江华社区共享花园</h3>") == 1


def test_synonyms_can_be_turned_off_and_on_again(app: AppTest) -> None:
    ask(app, "居民参与")
    used = next(b for b in app.button if b.key.startswith("synonym-"))
    used.click().run()
    off = next(b for b in app.button if b.key.startswith("literal-"))
    off.click().run()
    assert not app.exception
    assert any(b.key == used.key for b in app.button)


def test_a_filter_that_leaves_nothing_offers_to_go_without(app: AppTest) -> None:
    app.query_params["city"] = "昆明市"
    ask(app, "居民参与度")
    assert "没有找到任何段落" in shown(app)
    app.button(key="unfiltered").click().run()
    assert "怎样提高居民参与度" in shown(app)


def recent(app: AppTest) -> list[str]:
    app.text_input(key="q").set_value("").run()
    assert not app.exception
    return [b.key for b in app.button if b.key.startswith("recent-")]


def test_questions_asked_lately_are_offered_again_until_they_are_cleared(app: AppTest) -> None:
    ask(app, "居民参与度")
    ask(app, "加装电梯")
    assert recent(app) == ["recent-加装电梯", "recent-居民参与度"]
    app.button(key="recent-居民参与度").click().run()
    assert app.text_input(key="q").value == "居民参与度"
    assert recent(app) == ["recent-居民参与度", "recent-加装电梯"]
    app.button(key="forget").click().run()
    assert recent(app) == []


def test_no_question_is_kept_where_questions_are_not_to_be_logged(app: AppTest, data_folder: Path) -> None:
    app.secrets["privacy"] = {"log_questions": False}
    ask(app, "居民参与度")
    assert recent(app) == [] and not (data_folder / "recent.sqlite").exists()


def test_markup_in_a_question_shows_as_text(app: AppTest) -> None:
    assert "<script>" not in shown(ask(app, "<script>alert(1)</script>"))


def test_hostile_text_in_a_document_is_escaped(corpus: Path, app: AppTest, fake_index: Path) -> None:
    from ingest import pipeline
    from tests.conftest import silent

    (corpus / "cases" / "坏.md").write_text(
        "---\ntitle: '<img src=x onerror=alert(1)> $x$ :material/home:'\n---\n"
        "居民轮流浇水 <script>alert(2)</script>，[点我](javascript:alert(3))。\n",
        encoding="utf-8",
    )
    pipeline.ingest([corpus], fake_index, BigramEmbedder(), silent)
    page = shown(ask(app, "居民轮流浇水 script"))
    assert "&lt;img src=x" in page
    assert "<script>" not in page and "<img" not in page


def test_without_an_index_the_page_names_the_command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CASEBASE_INDEX", str(tmp_path / "nothing"))
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=30).run()
    assert not app.exception
    assert "python -m ingest" in app.error[0].value.replace("\\", "")


def test_a_damaged_index_is_named_as_such(app: AppTest, fake_index: Path) -> None:
    (index.current_build(fake_index) / "dense.faiss").write_bytes(b"?")
    app.run()
    assert not app.exception
    assert "已损坏" in app.error[0].value


def test_a_place_not_covered_is_named_and_the_question_asked_without_it(app: AppTest) -> None:
    ask(app, "哈尔滨的加装电梯费用分摊")
    assert "资料库里没有哈尔滨的资料" in shown(app)
    app.button(key="anywhere").click().run()
    assert app.text_input(key="q").value == "加装电梯费用分摊"
    assert "临汾路街道：老公房加装电梯" in shown(app)
    assert "资料库里没有" not in shown(app)
