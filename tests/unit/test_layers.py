"""Layers point one way, a search loads nothing heavy, and the documents name what there is."""

from __future__ import annotations

import ast
import inspect
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from ingest import errors
from tests.conftest import ROOT

FORBIDDEN = {
    "ingest": {"search", "desk", "views", "streamlit"},
    "search": {"desk", "views", "streamlit"},
    "desk": {"views", "streamlit"},
}
HEAVY = set(
    "torch transformers sentence_transformers pypdf pypdfium2 docx pptx trafilatura lxml rapidocr onnx pandas "
    "scipy requests httpx pymilvus milvus_lite grpc pyarrow".split()
)


def imported(path: Path) -> set[str]:
    """Top-level packages that a file imports, wherever in it."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    names = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    names |= {node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    return {name.partition(".")[0] for name in names}


@pytest.mark.parametrize("layer", FORBIDDEN)
def test_no_layer_imports_upwards(layer: str) -> None:
    for path in (ROOT / layer).rglob("*.py"):
        assert not imported(path) & FORBIDDEN[layer], path


@pytest.mark.model
def test_a_search_loads_no_torch_and_no_parser(
    fake_index: Path, corpus: Path, embedder: object, tmp_path: Path
) -> None:
    from ingest import pipeline
    from tests.conftest import silent

    pipeline.ingest([corpus], tmp_path / "real", embedder, silent)  # type: ignore[arg-type]
    code = (
        "import sys; from search.__main__ import main; "
        f"main(['如何提升居民参与度', '--json', '--index', {str(tmp_path / 'real')!r}]); "
        "print('LOADED', sorted({name.partition('.')[0] for name in sys.modules}))"
    )
    out = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout
    loaded = set(ast.literal_eval(out.rpartition("LOADED")[2].strip()))
    assert '"answerable": true' in out
    assert loaded & HEAVY == set()


def test_the_tree_in_the_docstring_names_every_error() -> None:
    names = [
        name for name, obj in vars(errors).items() if inspect.isclass(obj) and issubclass(obj, Exception)
    ]
    assert [name for name in names if name not in (errors.__doc__ or "")] == []


def test_every_file_is_on_the_tour() -> None:
    tour = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    files = [path for layer in ("ingest", "search", "desk", "views") for path in (ROOT / layer).rglob("*.py")]
    assert [path.name for path in files if path.stem != "__init__" and path.name not in tour] == []


def test_the_newest_changelog_entry_is_this_version() -> None:
    newest = re.search(r"^## \[(\d+\.\d+\.\d+)\]", (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"), re.M)
    version = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
    assert newest and newest[1] == version


def test_every_dependency_has_its_reason_in_the_readme() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    names = [re.split(r"[<>=]", dependency)[0] for dependency in project["dependencies"]]
    assert [name for name in names if name not in readme] == []
