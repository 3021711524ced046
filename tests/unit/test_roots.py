"""A library of several folders: no two documents share a name, each file is read once, originals are found."""

from __future__ import annotations

import os
from pathlib import Path
from types import SimpleNamespace

import pytest

from ingest import index, pipeline, roots
from ingest.__main__ import main
from ingest.errors import IngestError
from ingest.passage_store import NAME, PassageStore
from tests.conftest import silent
from tests.fakes import BigramEmbedder


def write(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"# {text}\n\n{text}，居民一起商量着办。\n", encoding="utf-8")
    return path


def ingest(store: Path, *folders: Path) -> pipeline.Report:
    return pipeline.ingest(folders, store, BigramEmbedder(), silent)


def paths(report: pipeline.Report) -> list[str]:
    return [file.path for file in report.files]


def test_folders_of_the_same_name_do_not_collide_and_their_originals_are_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from views import originals

    files = {write(tmp_path / year / "资料" / "议事.md", f"{year}年的议事会") for year in ("2023", "2024")}
    report = ingest(tmp_path / "i", *(file.parent for file in sorted(files)))
    assert paths(report) == ["资料（2023）/议事.md", "资料（2024）/议事.md"]
    build = index.current_build(tmp_path / "i")
    monkeypatch.setattr(originals, "searcher", lambda: SimpleNamespace(manifest=index.Manifest.read(build)))
    store = PassageStore(build / NAME)
    assert {originals.original(document) for document in store.documents} == files
    store.close()


@pytest.mark.parametrize("names", [["甲", "乙"], ["甲·乙", "乙（甲）"]])
def test_every_folder_has_a_label_of_its_own_of_one_part(tmp_path: Path, names: list[str]) -> None:
    folders = [tmp_path / first / second / "资料" for first in names for second in ("甲", "乙")]
    folders += [tmp_path / "资料（甲）", tmp_path / "资料"]
    for folder in folders:
        folder.mkdir(parents=True)
    labels = [root.label for root in roots.open_roots(folders)]
    assert len(set(labels)) == len(folders)
    assert not any("/" in label for label in labels)


def test_a_single_folder_needs_no_label_even_when_it_is_named_twice(tmp_path: Path) -> None:
    write(tmp_path / "a" / "x.md", "议事")
    assert paths(ingest(tmp_path / "i", tmp_path / "a", tmp_path / "a" / ".." / "a")) == ["x.md"]


@pytest.mark.parametrize("inner_first", [False, True])
def test_a_folder_inside_another_is_indexed_once(tmp_path: Path, inner_first: bool) -> None:
    write(tmp_path / "a" / "x.md", "外面的议事")
    write(tmp_path / "a" / "b" / "y.md", "里面的议事")
    write(tmp_path / "a" / "_私藏" / "z.md", "收着的议事")
    folders = [tmp_path / "a", tmp_path / "a" / "b", tmp_path / "a" / "_私藏"]
    report = ingest(tmp_path / "i", *(reversed(folders) if inner_first else folders))
    assert {file.status for file in report.files} == {"ok"}
    own = "b/y.md" if inner_first else "a/b/y.md"
    assert set(paths(report)) == {"a/x.md", own, "_私藏/z.md"}


def test_a_missing_folder_is_named_and_nothing_is_lost(
    tmp_path: Path, corpus: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    store = tmp_path / "i"
    build = ingest(store, corpus).build
    assert main(["--corpus", str(corpus), "--corpus", str(tmp_path / "没有"), "--index", str(store)]) == 2
    assert str(tmp_path / "没有") in capsys.readouterr().err
    with pytest.raises(IngestError, match="没有这个文件夹"):
        ingest(store, corpus, tmp_path / "没有")
    assert index.current_build(store).name == build


def test_the_environment_names_several_folders(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CASEBASE_CORPUS", os.pathsep.join(["甲", "", "乙"]))
    assert roots.default_paths() == [Path("甲"), Path("乙")]
    monkeypatch.setenv("CASEBASE_CORPUS", "")
    assert roots.default_paths() == [Path("corpus")]


def test_a_library_that_has_moved_is_found_in_its_new_place(tmp_path: Path, corpus: Path) -> None:
    first = ingest(tmp_path / "i", corpus)
    moved = corpus.rename(tmp_path / "新家")
    second = ingest(tmp_path / "i", moved)
    manifest = index.Manifest.read(index.current_build(tmp_path / "i"))
    assert (second.build, manifest.roots) == (first.build, (str(moved),))


@pytest.mark.skipif(os.name != "posix", reason="names of files are bytes on POSIX only")
def test_a_name_that_is_no_text_is_refused_and_costs_none_of_the_others(tmp_path: Path, corpus: Path) -> None:
    Path(os.fsdecode(os.fsencode(corpus) + b"/\xff\xfe.txt")).write_text("议事", encoding="utf-8")
    report = ingest(tmp_path / "i", corpus)
    assert report.documents == 3
    assert [file.path for file in report.files if "编码" in file.reason] == ["\\udcff\\udcfe.txt"]
