"""Similar projects, case cards and comparisons over a small library, with the fake embedder."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from ingest import index, pipeline
from ingest.errors import CasebaseError, QueryError
from ingest.models import Document, Section
from search.cases import present as present_cases
from search.cases.brief import MAX_CHARACTERS, read_brief, read_brief_file, read_brief_upload
from search.cases.card import card, find_document, gist
from search.cases.compare import compare
from search.cases.similar import similar, similar_to
from search.cases.slots import SLOTS, slot_of
from search.searcher import Searcher
from tests.conftest import silent
from tests.fakes import BigramEmbedder

CASES = {
    "cases/停车.md": """---
title: 万里雅筑：先逐户摸清家底，再找停车位
kind: 案例
city: 上海市
themes: [物业与业委会]
period: 2021–2022
---
## 背景与问题
万里雅筑是2006年建成的商品房小区，有1009户，车位却只有526个。业主为抢车位经常争吵；物业不管，居民抱怨很多。

## 做法
居委会、业委会、物业三方逐户登记车辆，摸清停车的底数。随后召开停车议事会，由业主投票定下停车公约。

## 成效
小区新增120个车位，停车纠纷减少了八成。所见报道没有写后来的情况。

## 困难与反思
部分业主不愿意拿绿地换车位，僵持了三个月。

## 可借鉴之处
编者有几点建议。动手之前，可以先分清是车太多还是管理有漏洞。建议把户数和车位数贴出来。
""",
    "cases/停车（初稿）.md": """---
title: 万里雅筑停车（初稿）
kind: 案例
city: 上海市
---
## 背景与问题
万里雅筑是2006年建成的商品房小区，有1009户，车位却只有526个。业主为抢车位经常争吵；物业不管，居民抱怨很多。

## 做法
居委会、业委会、物业三方逐户登记车辆，摸清停车的底数。随后召开停车议事会，由业主投票定下停车公约。
""",
    "cases/花园.md": """---
title: 江华社区共享花园
kind: 案例
city: 成都市
themes: [社区小花园]
period: 2023
---
## 背景与问题
江华社区有一块200平方米的荒地，杂草丛生。

## 做法
居民认领地块，轮流浇水养护花园。社区请高校团队一起设计，投入5万元。起初有居民反对，怕招蚊子。
""",
    "cases/老街.txt": """华兴街：老街的文化治理

一、背景与问题
华兴街社区在锦江区，紧挨着春熙商圈，零点六三平方公里的地方有34条街、92个院落，商业
场、邮政总局这些老地标都在这一带。外来人口多起来以后，居民之间的互助少了，对院落的事
也不上心，街巷的老味道跟着变淡，院子里的空地长年堆着杂物，居民之间常常为了这些事情争
吵不休。

二、做法
社区把做过微提升的院落当作活动阵地，请住在院里的老艺人来教孩子唱戏；街道另外出了一笔钱
给每个院子修了一处能坐下来的地方，三十多位居民报名当了志愿者，轮流照看院子里的花草和桌
椅。
""",
    "training/停车课.md": """---
title: 停车自治怎么做
kind: 培训
---
## 步骤
召开停车议事会，由业主投票定下停车公约。摸清停车的底数，划出停车位。
""",
}

PROPOSAL = """幸福小区停车自治方案
背景：幸福小区是商品房小区，320户，车位只有100个。
问题：业主为抢车位争吵，物业不管。
做法：逐户登记车辆，摸清底数，召开停车议事会，由业主投票定停车公约。
预算：2万元。"""


@pytest.fixture
def searcher(tmp_path: Path) -> Searcher:
    for name, text in CASES.items():
        path = tmp_path / "corpus" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    pipeline.ingest([tmp_path / "corpus"], tmp_path / "index", BigramEmbedder(), silent)
    return Searcher(index.current_build(tmp_path / "index"), BigramEmbedder())


def joined(text: str) -> str:
    return text.replace("\n", "")


def test_a_proposal_is_cut_by_its_labels_into_aspects() -> None:
    brief = read_brief(PROPOSAL)
    assert brief.title == "幸福小区停车自治方案"
    assert [passage.aspect for passage in brief.passages] == ["背景", "背景", "做法", "工具"]


def test_a_proposal_without_headings_is_cut_where_its_plan_begins() -> None:
    brief = read_brief("小区车位少，业主天天为抢车位争吵。物业不管。打算先摸清车辆底数，再开会定公约。")
    assert [(p.aspect, p.text[:4]) for p in brief.passages] == [("背景", "小区车位"), ("做法", "打算先摸")]


def test_the_rows_of_a_form_are_its_sections() -> None:
    form = Document(
        "申报表", (Section((), "存在问题 | 楼道里堆满旧家具，没有人清理\n实施步骤 | 先开会，再一起清理"),)
    )
    assert [p.aspect for p in read_brief(form).passages] == ["背景", "做法"]


@pytest.mark.parametrize("text", ["", "   \n ", "停车", "。。。！！", "加装电梯，费用分摊。"])
def test_too_little_text_is_refused_with_advice(text: str) -> None:
    with pytest.raises(QueryError, match="文字太少，没法比较"):
        read_brief(text)


def test_a_title_without_text_is_refused() -> None:
    with pytest.raises(QueryError):
        read_brief(
            Document("关于在幸福里小区开展加装电梯协商工作的项目申报书（2026年）", (Section((), "  "),))
        )


def test_a_very_long_text_is_bounded_and_says_so() -> None:
    brief = read_brief("小区停车位不够，业主天天争吵。" * 2_000)
    assert len(brief.text) <= MAX_CHARACTERS
    assert brief.notes == (f"文字共 30000 个字，只比较了前 {MAX_CHARACTERS} 个字。",)


def test_the_project_with_the_same_problem_comes_first_with_reasons_and_differences(
    searcher: Searcher,
) -> None:
    first, second = similar(searcher, PROPOSAL, 2)
    assert first.document.path == "cases/停车.md" and not first.same_text
    assert first.score > second.score
    assert any(reason.startswith("都谈到") and "停车" in reason for reason in first.reasons)
    assert "规模：您的方案是 320户，那里提到 1009户" in first.differences
    assert [stored.passage.text[:6] for stored in first.difficulties] == ["部分业主不愿"]


def test_what_is_shown_pairs_method_with_method_and_no_passage_twice(searcher: Searcher) -> None:
    shown = similar(searcher, PROPOSAL, 1)[0].passages
    assert (shown[0].aspect, shown[0].stored.passage.aspect) == ("做法", "做法")
    assert len({one.stored.row for one in shown}) == len(shown)


def test_training_material_and_other_versions_of_a_hit_are_left_out(searcher: Searcher) -> None:
    paths = [hit.document.path for hit in similar(searcher, PROPOSAL, 9)]
    assert paths[0] == "cases/停车.md" and sorted(paths[1:]) == ["cases/老街.txt", "cases/花园.md"]
    assert similar(searcher, PROPOSAL, 9, kinds=("培训",))[0].document.path == "training/停车课.md"


def test_a_kind_without_documents_gives_nothing(searcher: Searcher) -> None:
    assert similar(searcher, PROPOSAL, 3, kinds=("报告",)) == ()


def test_the_proposal_itself_is_named_and_stands_last(searcher: Searcher) -> None:
    text = CASES["cases/花园.md"].split("---")[2]
    hits = similar(searcher, text, 5)
    assert [hit.same_text for hit in hits][-1] and not hits[0].same_text
    assert hits[-1].reasons[0] == "您给的文字就出自这份资料" and hits[-1].differences == ()
    assert [hit.rank for hit in hits] == list(range(1, len(hits) + 1))


def test_a_file_is_read_as_a_proposal(searcher: Searcher, tmp_path: Path) -> None:
    path = tmp_path / "方案.txt"
    path.write_text(PROPOSAL, encoding="utf-8")
    assert similar(searcher, read_brief_file(path), 1)[0].document.path == "cases/停车.md"


def test_every_line_of_a_card_is_verbatim_whole_and_said_once(searcher: Searcher) -> None:
    for document in searcher.store.documents:
        passages = {stored.row: stored.passage for stored in searcher.store.passages_of(document)}
        lines = [line for slot in SLOTS for line in card(searcher, document).slots[slot]]
        assert all(joined(passages[line.row].text[line.start : line.end]) == line.text for line in lines)
        assert all(line.text[-1] in "。！？" for line in lines)
        assert len({line.text for line in lines}) == len(lines)


def test_a_card_puts_each_sentence_where_it_belongs(searcher: Searcher) -> None:
    slots = card(searcher, find_document(searcher, "cases/停车.md")).slots
    assert {slot: [line.text[:4] for line in lines] for slot, lines in slots.items()} == {
        "背景": ["万里雅筑"],
        "问题": ["业主为抢"],
        "做法": ["居委会、", "随后召开"],
        "成效": ["小区新增"],
        "困难": ["部分业主"],
        "启示": ["动手之前", "建议把户"],
    }


def test_a_difficulty_told_among_the_steps_is_found_and_the_rest_stays_empty(searcher: Searcher) -> None:
    slots = card(searcher, find_document(searcher, "花园")).slots
    assert [line.text for line in slots["困难"]] == ["起初有居民反对，怕招蚊子。"]
    assert slots["成效"] == () and slots["启示"] == ()


def test_a_sentence_broken_over_lines_is_quoted_whole(searcher: Searcher) -> None:
    slots = card(searcher, find_document(searcher, "老街")).slots
    assert slots["背景"][0].text.endswith("商业场、邮政总局这些老地标都在这一带。")
    assert all(line.text[-1] == "。" and "\n" not in line.text for lines in slots.values() for line in lines)


def test_the_numbers_of_a_card_are_those_of_the_case(searcher: Searcher) -> None:
    figures = card(searcher, find_document(searcher, "cases/停车.md")).figures
    told = {(figure.number.kind, figure.number.value) for figure in figures}
    assert {("户数", 1009.0), ("车位", 526.0), ("车位", 120.0), ("比例", 80.0), ("时长", 3.0)} == told
    assert all(figure.number.text in figure.text for figure in figures)


@pytest.mark.parametrize(
    ("text", "slot"),
    [
        ("所见报道没有写参与的户数。", None),
        ("编者有几点建议。", None),
        ("地区：上海市 时间：2020", None),
        ("居民互不认识，公共的事没人管。", "问题"),
        ("社区面积0.5平方公里，住着3000户。", "背景"),
    ],
)
def test_remarks_lead_ins_and_labels_fill_no_slot(text: str, slot: str | None) -> None:
    assert slot_of("背景", ("背景与问题",), text) == slot


def test_a_comparison_lines_up_slots_and_numbers_of_one_kind(searcher: Searcher) -> None:
    made = compare(searcher, ["cases/停车.md", "cases/花园.md"])
    assert [row.slot for row in made.slots] == list(SLOTS)
    assert all(len(row.cells) == 2 for row in (*made.facts, *made.slots, *made.numbers))
    households = next(row for row in made.numbers if row.kind == "户数")
    assert [[figure.number.value for figure in cell] for cell in households.cells] == [[1009.0], []]
    assert next(row.cells for row in made.facts if row.name == "时间") == ("2021–2022 年", "2023 年")


@pytest.mark.parametrize(
    "names", [["cases/停车.md"], ["cases/停车.md"] * 3, ["没有这份", "cases/停车.md"], ["停车", "花园"]]
)
def test_a_comparison_of_too_few_or_unknown_documents_is_refused(
    searcher: Searcher, names: list[str]
) -> None:
    with pytest.raises(QueryError):
        compare(searcher, names)


def test_the_json_holds_what_the_contract_names(searcher: Searcher) -> None:
    brief = read_brief(PROPOSAL)
    printed = json.loads(json.dumps(present_cases.similar_as_json(brief, similar(searcher, brief, 1))))
    wanted = {
        "rank",
        "score",
        "doc_id",
        "title",
        "facets",
        "reasons",
        "differences",
        "passages",
        "difficulties",
    }
    assert wanted <= set(printed["hits"][0])
    made = card(searcher, find_document(searcher, "cases/停车.md"))
    assert list(present_cases.card_as_json(made)["slots"]) == [*SLOTS, "数字"]
    assert "【困难】\n  · 部分业主" in present_cases.card_as_text(made)
    both = compare(searcher, ["cases/停车.md", "cases/花园.md"])
    assert "【成效】" in present_cases.comparison_as_text(
        both
    ) and "资料没有写" in present_cases.comparison_as_text(both)
    assert len(present_cases.comparison_as_json(both)["documents"]) == 2
    assert "相同：" in present_cases.similar_as_text(brief, similar(searcher, brief, 1))


def test_a_text_of_another_world_is_said_to_have_no_like(searcher: Searcher) -> None:
    brief = read_brief("红烧肉要先焯水，热锅炒糖色，下肉翻炒，加酱油和热水，小火炖一个小时再收汁出锅。")
    hits = similar(searcher, brief, 2)
    assert {hit.likeness for hit in hits} == {"弱"}
    assert present_cases.notes(brief, hits) == (present_cases.NOT_ALIKE,)


def test_cases_like_one_of_the_library_are_neither_itself_nor_its_versions(searcher: Searcher) -> None:
    for name in ("停车.md", "停车（初稿）.md"):
        hits = similar_to(searcher, find_document(searcher, name))
        assert hits and not any("停车" in hit.document.title for hit in hits)


def test_the_gist_is_a_sentence_of_what_was_done(searcher: Searcher) -> None:
    document = find_document(searcher, "cases/停车.md")
    line = gist(searcher, document)
    assert line is not None
    assert line.text in {one.text for one in card(searcher, document).slots["做法"]}


@pytest.mark.parametrize("name", ["方案.md", "../../方案.md", "C:\\文件\\方案.md", "方" * 300 + ".md"])
def test_an_upload_is_read_and_leaves_nothing_behind(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    brief = read_brief_upload(name, f"# 停车方案\n\n{PROPOSAL}\n".encode())
    assert brief.title == "停车方案"
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("name", "data", "says"),
    [
        ("方案.docx", b"no zip", "方案.docx："),
        ("方案.exe", b"MZ", "方案.exe："),
        ("方案", b"text", "方案："),
        ("空.txt", b"", "空"),
    ],
)
def test_an_upload_that_cannot_be_read_is_named_as_the_user_names_it(
    name: str, data: bytes, says: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    with pytest.raises(CasebaseError, match=says):
        read_brief_upload(name, data)
    assert list(tmp_path.iterdir()) == []
