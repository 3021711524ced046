"""Personal data: what is found, what is left alone, and how it is masked all the way into the answers."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from ingest import index, pipeline
from ingest.__main__ import main
from ingest.models import Document, Section, Source
from ingest.passage_store import NAME, PassageStore
from ingest.privacy import count, find, mask, masked
from search.searcher import Searcher
from tests.conftest import ROOT, silent
from tests.fakes import BigramEmbedder

CARD = "6222021234567894"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("身份证11010519491231002X。", "身份证110***********002X。"),
        ("110105194912310021", "110105194912310021"),  # the check digit is wrong
        ("号码110105 19491231 002x", "号码110*** ******** 002x"),
        ("老证件110105491231002", "老证件110********1002"),
        ("老证件110105491331002", "老证件110105491331002"),  # there is no 13th month
        ("手机１３８１２３４５６７８", "手机１３８****５６７８"),
        ("+86 138-1234-5678、8613912345678", "+86 138-****-5678、86139****5678"),
        ("13812345678,15912345678", "138****5678,159****5678"),
        (f"卡号{CARD}", "卡号6222********7894"),
        ("6222 0212 3456 7894", "6222 **** **** 7894"),
        ("6222021234567895", "6222021234567895"),
        ("账号 4111 1111 1111 1111", "账号 4111 **** **** 1111"),
        ("zhang.san@qq.com，a@163.com", "z********@qq.com，*@163.com"),
        ("13812345678@163.com", "1**********@163.com"),
        ("住大统路123弄4号501室", "住大统路123弄*号***室"),
        ("住四号五〇一室", "住*号***室"),
        ("3栋2单元501的李阿姨", "*栋*单元***的李阿姨"),
        ("１２号楼３０２室", "**号楼***室"),
        ("| 王阿姨 | 13812345678 | 3号101室 |", "| 王阿姨 | 138****5678 | *号***室 |"),
    ],
)
def test_what_names_a_person_is_masked_in_its_place(text: str, shown: str) -> None:
    assert mask(text) == shown


@pytest.mark.parametrize(
    "text",
    [
        "拨打12345、400-820-8820，或居委会021-56781234",
        "报名邮箱 shequ@jingan.gov.cn",
        "地址：大统路480号，共和新路1857弄1号对面",
        "活动地点：大统路123弄4号101室",
        "3栋2单元120户，12号楼2单元2015年加梯",
        "5月12号302室开会",
        "项目编号：13812345678，统一社会信用代码 91310000123456789X",
        "总投资13812345678元，0.13812345678",
        "2019 2020 2021 2022 2023",
        "4512 4623 5123 4989",  # Luhn holds, but four numbers of a table do so once in ten
        "见 https://www.example.org/t20190415_13812345678.html?id=13812345678",
    ],
)
def test_what_names_no_person_stays(text: str) -> None:
    assert find(text) == []


def test_the_library_gives_no_false_alarm() -> None:
    texts = {path: path.read_text(encoding="utf-8") for path in (ROOT / "corpus").rglob("*.md")}
    assert texts and {path.name: found for path, text in texts.items() if (found := find(text))} == {}


def test_a_document_is_masked_throughout_and_each_number_counts_once() -> None:
    document = Document(
        title="联系13812345678",
        sections=(Section(("王阿姨13812345678",), "电话138-1234-5678，邮箱a@qq.com", ((0, 1),)),),
        declared={"organiser": ("李叔叔 13912345678",)},
        sources=(Source("访谈13812345678", url="https://example.org/13812345678"),),
        removed=("联系人 13812345678",),
    )
    clean = masked(document)
    assert count(document) == {"手机号": 2, "电子邮箱": 1}
    assert count(clean) == {} and masked(clean) == clean
    assert "1234" not in repr(clean).replace(document.sources[0].url, "")
    assert clean.sources[0].url == document.sources[0].url
    assert len(clean.sections[0].text) == len(document.sections[0].text)


@pytest.fixture
def personal(corpus: Path) -> Path:
    (corpus / "cases" / "走访.md").write_text(
        "# 走访记录\n\n王阿姨手机13812345678，住123弄4号501室，想给楼道装扶手。\n", encoding="utf-8"
    )
    return corpus


def store_of(root: Path) -> PassageStore:
    return PassageStore(index.current_build(root) / NAME)


def test_an_ingest_masks_flags_and_keeps_the_count(personal: Path, tmp_path: Path) -> None:
    for _ in range(2):  # read, then taken over
        report = pipeline.ingest([personal], tmp_path / "i", BigramEmbedder(), silent)
        (file,) = [file for file in report.files if file.path == "cases/走访.md"]
        assert (file.personal, file.masked) == ({"手机号": 1, "住址": 1}, True)
        assert file.notes == ("含个人信息：手机号 1 个、住址 1 个，索引里已遮住",)
        assert all(not other.personal for other in report.files if other != file)
    (document,) = [d for d in store_of(tmp_path / "i").documents if d.path == file.path]
    assert document.personal == {"手机号": 1, "住址": 1}
    assert b"12345678" not in (index.current_build(tmp_path / "i") / NAME).read_bytes()
    answer = Searcher(index.current_build(tmp_path / "i"), BigramEmbedder()).search("王阿姨 楼道 扶手")
    assert "138****5678，住123弄*号***室" in answer.hits[0].passage.text
    assert "13812345678" in (personal / "cases" / "走访.md").read_text(encoding="utf-8")


def test_changing_the_switch_reads_everything_anew_and_back(personal: Path, tmp_path: Path) -> None:
    builds = []
    for keep in (False, True, False):
        report = pipeline.ingest(
            [personal], tmp_path / "i", BigramEmbedder(), silent, keep_personal_data=keep
        )
        builds.append(report.build)
        (file,) = [file for file in report.files if file.personal]
        (section,) = store_of(tmp_path / "i").sections_of(
            next(d for d in store_of(tmp_path / "i").documents if d.path == file.path)
        )
        assert ("13812345678" in section.text) is keep
        assert file.masked is not keep
    assert builds[0] == builds[2] != builds[1]


def test_extract_masks_unless_told_not_to(personal: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = str(personal / "cases" / "走访.md")
    assert main(["extract", path]) == 0
    found = json.loads(capsys.readouterr().out)
    assert main(["extract", path, "--keep-personal-data"]) == 0
    kept = json.loads(capsys.readouterr().out)
    assert "138****5678" in found["sections"][0]["text"]
    assert "13812345678" in kept["sections"][0]["text"]
    assert found["personal"] == kept["personal"] == {"手机号": 1, "住址": 1}
