"""Each source holds one trap; what is read of it was reviewed and is compared whole.

After a change for the better: ``pytest tests/golden --update-golden``, then read the diff before it is committed.
"""

from __future__ import annotations

import dataclasses
import json
import re
from pathlib import Path
from typing import Any

import pytest

from ingest import ocr
from ingest.clean import assemble
from ingest.errors import IngestError
from ingest.models import Document
from ingest.parsers import parse

HERE = Path(__file__).resolve().parent
SOURCES = sorted(path for path in (HERE / "sources").iterdir() if path.is_file())
PICTURES = {"scanned-page.pdf", "no-tounicode.pdf", "notice.jpg"}
needs_ocr = pytest.mark.skipif(not ocr.available(), reason="rapidocr is not installed")


def read(path: Path) -> dict[str, Any]:
    """What a source gives: its document, or its error."""
    try:
        document = assemble(parse(path), path)
    except IngestError as error:
        return {"error": type(error).__name__, "says": str(error)}
    plain: dict[str, Any] = json.loads(json.dumps(dataclasses.asdict(document), ensure_ascii=False))
    plain["ocr"] = [page["page"] for page in plain["ocr"]]  # the confidence differs a little between machines
    return plain


def expected_of(path: Path) -> Path:
    return HERE / "expected" / f"{path.name}.json"


def _marked(path: Path) -> object:
    marks = [needs_ocr, pytest.mark.slow] if path.name in PICTURES else []
    return pytest.param(path, id=path.name, marks=marks)


@pytest.mark.parametrize("source", [_marked(path) for path in SOURCES])
def test_a_source_is_read_as_reviewed(source: Path, pytestconfig: pytest.Config) -> None:
    expected, found = expected_of(source), read(source)
    if pytestconfig.getoption("--update-golden"):
        expected.write_text(json.dumps(found, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    assert expected.exists(), (
        f"no expected output for {source.name}; run: pytest tests/golden --update-golden"
    )
    assert found == json.loads(expected.read_text(encoding="utf-8"))


def test_no_expected_output_has_lost_its_source() -> None:
    names = {expected_of(path).name for path in SOURCES}
    assert {path.name for path in (HERE / "expected").iterdir()} == names


@pytest.mark.parametrize("source", [_marked(path) for path in SOURCES])
def test_nothing_foreign_is_let_in(source: Path) -> None:
    result = json.dumps(read(source).get("sections", []), ensure_ascii=False)
    for foreign in ("骁龙870", "比亚迪", "相关阅读", "版权所有", "给编者的话", "每季度</w:delText", "不公开"):
        assert foreign not in result


def _squeezed(text: str) -> str:
    return re.sub(r"[\s|]", "", text)


PDFS = [path for path in SOURCES if path.suffix == ".pdf" and path.name not in PICTURES | {"encrypted.pdf"}]


@pytest.mark.parametrize("source", PDFS, ids=lambda path: path.name)
def test_every_line_stands_on_the_page_that_it_is_said_to(source: Path) -> None:
    import pypdfium2

    pdf = pypdfium2.PdfDocument(source) if source.name != "cut-off.pdf" else None
    if pdf is None:
        pdf = pypdfium2.PdfDocument(source.with_name("running-header.pdf"))
    pages = {
        number + 1: _squeezed(pdf[number].get_textpage().get_text_bounded()) for number in range(len(pdf))
    }
    document: Document = assemble(parse(source), source)
    for section in document.sections:
        ends = [*(offset for offset, _ in section.pages[1:]), len(section.text)]
        for (start, page), end in zip(section.pages, ends, strict=True):
            for line in filter(None, map(_squeezed, section.text[start:end].split("\n"))):
                assert line[:12] in pages[page]
                assert line[-12:] in pages[page]
