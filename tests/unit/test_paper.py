from __future__ import annotations

from pathlib import Path

import pytest

from ingest import chunk, sandbox
from ingest.aspects import aspect_of
from ingest.models import Document
from tests.conftest import ROOT
from views import paper


def test_a_passage_is_found_across_line_breaks_and_spaces() -> None:
    assert paper.places("甲\r\n居民议 事。乙", "居民议事。") == [3, 4, 5, 7, 8]


def test_what_another_page_holds_is_left_out() -> None:
    page = "第一步，入户走访。第二步，开一次"
    found = paper.places(page, "第一步，入户走访。第二步，开一次听证会。")
    assert "".join(page[n] for n in found) == page


def test_characters_beyond_the_basic_plane_count_twice_as_pdfium_counts_them() -> None:
    assert paper.places("\U00020000居民议事会", "居民议事会") == [2, 3, 4, 5, 6]


def test_a_passage_that_stands_elsewhere_shades_nothing() -> None:
    assert paper.places("物业公布全年收支账目。", "骑手在驿站里歇脚充电。") == []


@pytest.mark.parametrize("name", ["running-header.pdf", "two-columns.pdf", "rotated.pdf"])
def test_every_passage_of_a_pdf_is_found_on_its_page(name: str) -> None:
    source = ROOT / "tests" / "golden" / "sources" / name
    ((_, document),) = sandbox.parse_all([source])
    assert isinstance(document, Document)
    passages = [p for p in chunk.chunk(document, aspect_of) if p.pages]
    assert passages
    for passage in passages:
        assert passage.pages
        shown = paper.draw(source, passage.pages[0], passage.text)
        assert shown and shown.found, passage.text


def test_a_page_that_is_not_there_gives_no_picture(tmp_path: Path) -> None:
    broken = tmp_path / "坏.pdf"
    broken.write_bytes(b"%PDF-1.4 nothing")
    assert paper.draw(broken, 1, "") is None
