"""Families: one text in several formats or versions is one, two texts on one form are two; search shows one of each."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from ingest import families, index, pipeline
from ingest.clean import assemble
from ingest.models import Document, Facets, IndexedDocument, Section
from ingest.parsers import parse
from ingest.passage_store import NAME, PassageStore
from search.cases.similar import similar
from search.searcher import Searcher
from tests.conftest import ROOT, silent
from tests.fakes import BigramEmbedder

CORPUS = ROOT / "corpus"
GARDEN = "\n".join(
    f"第{n}次花友会定下了{plant}的养护办法，由{who}轮流浇水，每月末在廊下公布一次工时。"
    for n, plant, who in zip(
        "一二三四五六七八",
        ("月季", "绣球", "薄荷", "番茄", "紫藤", "迷迭香", "鸢尾", "三角梅"),
        ("三号楼的几户人家", "退休教师", "亲子队", "志愿者", "楼组长", "花友", "物业保洁", "中学生"),
        strict=True,
    )
)


def indexed(path: str, document: Document) -> IndexedDocument:
    return IndexedDocument(
        path, path, "", "", document, Facets({}), (), signature=families.signature(document)
    )


def written(path: str, text: str, **more: object) -> IndexedDocument:
    return indexed(path, replace(Document(path, (Section((), text),)), **more))  # type: ignore[arg-type]


def from_corpus(*names: str) -> list[IndexedDocument]:
    return [indexed(name, assemble(parse(CORPUS / name), CORPUS / name)) for name in names]


def test_one_text_in_two_formats_is_one_family() -> None:
    names = ("cases/临汾路街道加装电梯.docx", "cases/临汾路街道加装电梯.pdf")
    assert families.group(from_corpus(*names)) == dict.fromkeys(names, names)


@pytest.mark.parametrize(
    "names",
    [
        ("reports/潍坊新村街道2024年自治金项目台账.xlsx", "reports/潍坊新村街道2024年自治金项目报告.pdf"),
        ("training/外卖骑手融入社区治理.pptx", "training/社区应急动员.pptx"),
        ("cases/jingan-jufuchang.md", "cases/jingan-jufuchang（初稿）.md"),  # half rewritten
    ],
)
def test_look_alikes_are_no_family(names: tuple[str, str]) -> None:
    assert families.group(from_corpus(*names)) == {}


def test_a_heading_that_one_format_does_not_know_makes_no_difference() -> None:
    marked = Document("题", (Section(("做法",), GARDEN), Section(("做法", "养护"), "每周一次。")))
    plain = Document("题", (Section((), f"做法\n{GARDEN}\n养护\n每周一次。"),))
    assert families.letters_of(marked) == families.letters_of(plain)


def test_two_projects_on_one_form_stay_two() -> None:
    form = "自治金项目季度填报表，请逐项如实填写，由居民区盖章后交街道自治办存档，逾期不予受理。" * 12
    one, other = (
        written(f"{n}.docx", f"{form}{facts}")
        for n, facts in enumerate(
            ("活动14场，参加312人次，经费18600元。", "活动21场，参加655人次，经费24300元。")
        )
    )
    assert families.group([one, other]) == {}
    assert len(families.group([one, replace(one, id="b", path="b")])) == 2


def test_small_changes_in_a_row_chain_nothing_that_is_not_like_the_representative() -> None:
    lines = GARDEN.split("\n")
    chain = [written(f"{n}.txt", "\n".join(lines[n:])) for n in range(4)]  # each is like the one before it
    found = families.group(chain)
    assert found["0.txt"] == ("0.txt", "1.txt") and found["2.txt"] == ("2.txt", "3.txt")
    assert len(families.group(chain[1:3])) == 2


def test_the_representative_declares_facets_or_is_the_fullest_or_the_first() -> None:
    short, full = written("c.txt", GARDEN), written("d.txt", GARDEN + "落款：花友会")
    declared = written("e.md", GARDEN, declared={"city": ("成都市",)})
    same = written("b.txt", GARDEN)
    assert families.group([short, full, declared, same])["b.txt"] == ("e.md", "d.txt", "b.txt", "c.txt")
    assert families.group([short, full, same])["b.txt"][0] == "d.txt"
    assert families.group([short, same])["b.txt"][0] == "b.txt"


def test_documents_without_letters_are_no_family() -> None:
    assert families.group([written("a.txt", "——。"), written("b.txt", "！")]) == {}


@pytest.fixture
def three(corpus: Path) -> Path:
    """The small library, and a text in three formats, one of them with front matter."""
    declared = "---\ntitle: 花友会养护办法\nkind: 案例\ncity: 成都市\nperiod: 2023\n---\n"
    (corpus / "cases" / "养护.md").write_text(f"{declared}## 做法\n{GARDEN}\n", encoding="utf-8")
    (corpus / "cases" / "养护.txt").write_text(f"做法\n\n{GARDEN}\n", encoding="utf-8")
    paragraphs = "".join(f"<p>{line}</p>" for line in GARDEN.split("\n"))
    (corpus / "cases" / "养护.html").write_text(
        f"<html><body><article><h1>养护</h1><h2>做法</h2>{paragraphs}</article></body></html>",
        encoding="utf-8",
    )
    return corpus


STANDS, OTHERS = "cases/养护.md", {"cases/养护.txt", "cases/养护.html"}


@pytest.fixture
def opened(three: Path, tmp_path: Path) -> Searcher:
    pipeline.ingest([three], tmp_path / "i", BigramEmbedder(), silent)
    return Searcher(index.current_build(tmp_path / "i"), BigramEmbedder())


def test_the_report_and_the_build_name_the_family_and_keep_it(
    three: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(2):
        report = pipeline.ingest([three], tmp_path / "i", BigramEmbedder(), silent)
        assert {f.path for f in report.files if f.family == STANDS} == {STANDS, *OTHERS}
        assert {f.status for f in report.files if f.family} == {"ok"}
        assert [f.path for f in report.files if f.notes] == sorted(OTHERS)
        monkeypatch.setattr(families, "signature", lambda _: pytest.fail("an unchanged document was read"))
    store = PassageStore(index.current_build(tmp_path / "i") / NAME)
    by_path = {document.path: document for document in store.documents}
    assert {store.by_id[v].path for v in by_path[STANDS].versions} == OTHERS
    assert by_path["cases/养护.txt"].family == by_path[STANDS].id == by_path["cases/养护.txt"].versions[0]
    alone = by_path["cases/加梯.md"]
    assert (alone.family, alone.versions) == (alone.id, ())


def test_search_shows_a_family_once_and_its_representative(opened: Searcher) -> None:
    hits = opened.search("花友会定下了月季的养护办法 轮流浇水").hits
    assert {hit.document.path for hit in hits if "养护." in hit.document.path} == {STANDS}
    assert len({hit.document.family for hit in hits}) == len({hit.document.id for hit in hits})


def test_a_version_is_shown_where_its_representative_is_filtered_out(three: Path, tmp_path: Path) -> None:
    (three / "sources.toml").write_text('["cases/养护.txt"]\ncity = "上海市"\n', encoding="utf-8")
    pipeline.ingest([three], tmp_path / "i", BigramEmbedder(), silent)
    searcher = Searcher(index.current_build(tmp_path / "i"), BigramEmbedder())
    for city, path in (("上海市", "cases/养护.txt"), ("成都市", STANDS)):
        hits = searcher.search("花友会定下了月季的养护办法", filters={"city": (city,)}).hits
        assert {hit.document.path for hit in hits if "养护." in hit.document.path} == {path}


def test_a_count_counts_a_family_once(opened: Searcher) -> None:
    for name, values in opened.facet_counts({}).items():
        for value in values:
            left = [d for d in opened.store.documents if value.value in d.facets.values.get(name, ())]
            assert value.count == len({document.family for document in left})
    cases = {value.value: value.count for value in opened.facet_counts({})["kind"]}
    assert cases["案例"] == 3  # 加梯, 花园, 养护


def test_similar_projects_name_a_family_once(opened: Searcher) -> None:
    found = similar(opened, f"花园养护项目\n{GARDEN}")
    families_found = [project.document.family for project in found]
    assert len(families_found) == len(set(families_found))
    assert [p.document.path for p in found if "养护." in p.document.path] == [STANDS]
