"""References by GB/T 7714—2015, against examples of the standard as far as a source says so much."""

from __future__ import annotations

import pytest

from desk.references import citation, reference, source_reference, source_references
from ingest.models import Facets, Source
from ingest.passage_store import StoredDocument
from tests.fakes import stored_document

URL = "http://www.creader.com/news/20011219/200112190019.html"


def document(*sources: Source, title: str = "加梯", kind: str = "案例") -> StoredDocument:
    facets = Facets({"kind": (kind,)})
    return stored_document(path="cases/加梯.md", title=title, facets=facets, sources=sources)


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        # the standard's newspaper articles, without author and page, which a source doesn't tell
        (
            Source("数字革命与竞争国际化", "中国青年报", "2000-11-20"),
            "数字革命与竞争国际化[N]. 中国青年报, 2000-11-20.",
        ),
        (
            Source("大风沙过后的思考", "北京青年报", "2000年1月12日", "http://www.bjyouth.com.cn/a.htm"),
            "大风沙过后的思考[N/OL]. 北京青年报, 2000-01-12. http://www.bjyouth.com.cn/a.htm.",
        ),
        # its electronic resource, without author and day of access
        (
            Source("出版业信息化迈入快车道", "", "2001-12-19", URL),
            f"出版业信息化迈入快车道[EB/OL]. (2001-12-19). {URL}.",
        ),
        # the same with the day of access, as the standard gives it, and a newspaper's
        (
            Source("出版业信息化迈入快车道", "", "2001-12-19", URL, "2002-04-15"),
            f"出版业信息化迈入快车道[EB/OL]. (2001-12-19)[2002-04-15]. {URL}.",
        ),
        (
            Source("大风沙过后的思考", "北京青年报", "2000-01-12", "http://www.bjyouth.com.cn/a.htm", "2005-09-28"),
            "大风沙过后的思考[N/OL]. 北京青年报, 2000-01-12[2005-09-28]. http://www.bjyouth.com.cn/a.htm.",
        ),
        # on paper nobody needs to say when
        (
            Source("大风沙过后的思考", "北京青年报", "2000-01-12", "", "2005-09-28"),
            "大风沙过后的思考[N]. 北京青年报, 2000-01-12.",
        ),
        # its report, the responsible body as publisher
        (
            Source("第29次中国互联网络发展现状统计报告", "中国互联网络信息中心", "2012-01-16", URL),
            f"第29次中国互联网络发展现状统计报告[R/OL]. 中国互联网络信息中心(2012-01-16). {URL}.",
        ),
        # its journal article, without volume and pages
        (
            Source("蓝田生物群", "科学通报（期刊）", "2012"),
            "蓝田生物群[J]. 科学通报（期刊）, 2012.",
        ),
        (Source("2021静安年鉴", "静安区（年鉴）", "2021"), "2021静安年鉴[M]. 静安区（年鉴）, 2021."),
        (Source("文献著录 GB/T 3792.4-2009", "中国标准出版社"), "文献著录 GB/T 3792.4-2009[S]. 中国标准出版社."),
        (Source("社区治理的信任研究", "某大学硕士论文", "2020"), "社区治理的信任研究[D]. 某大学硕士论文, 2020."),
        (Source("内部材料", "某街道"), "内部材料[Z]. 某街道."),
        (Source("只有题名"), "只有题名[Z]."),
        (Source("某项工作简报", "某区情况简报"), "某项工作简报[Z]. 某区情况简报."),
    ],
)  # fmt: skip
def test_a_source_is_written_as_the_standard_writes_its_type(source: Source, expected: str) -> None:
    assert source_reference(source) == expected


@pytest.mark.parametrize("date", ["二零一九年八月", "05-12（年份未注明）", "2019-03-01签发,2019-05-01实施"])
def test_a_date_that_is_no_day_stands_as_it_was_given(date: str) -> None:
    assert f"某网, {date}." in source_reference(Source("题名", "某网", date, ""))


def test_an_address_that_is_no_web_address_is_left_out() -> None:
    assert source_reference(Source("题名", "某网", "", "javascript:alert(1)")) == "题名[EB/OL]. 某网."


def test_a_document_of_the_library_is_cited_itself_and_its_sources_after_it() -> None:
    own = document(Source("加梯报道", "新民晚报", "2020-09-21"), Source("加梯报道", "新民晚报", "2020-09-21"))
    assert reference(own) == "加梯[Z]. 社区治理案例库: cases/加梯.md."
    assert source_references(own) == ("加梯报道[N]. 新民晚报, 2020-09-21.",)
    assert reference(document(title="年度总结。", kind="报告")).startswith("年度总结[R]. ")


def test_a_saved_page_is_cited_as_what_it_was_saved_from() -> None:
    page = document(Source("加梯 记", "新民晚报", "2020-09-21"), title="加梯记")
    assert reference(page) == "加梯 记[N]. 新民晚报, 2020-09-21."
    assert source_references(page) == ()


def test_a_quote_names_number_and_page() -> None:
    assert [citation(1, None), citation(2, (3, 3)), citation(12, (3, 4))] == [
        "[1]",
        "[2] 第 3 页",
        "[12] 第 3–4 页",
    ]
