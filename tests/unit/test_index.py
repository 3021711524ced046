"""The index on disk: appears whole, is checked on open, can be rolled back."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from ingest import index, pipeline, verify
from ingest.errors import (
    IndexDamagedError,
    IndexMismatchError,
    IndexNotFoundError,
    IngestError,
    LockedError,
    StoredIndexError,
)
from search.searcher import Searcher
from tests.conftest import silent
from tests.fakes import BigramEmbedder


def ingest(corpus: Path, store: Path) -> pipeline.Report:
    return pipeline.ingest([corpus], store, BigramEmbedder(), silent)


def test_an_unchanged_corpus_embeds_nothing_and_keeps_its_build(corpus: Path, tmp_path: Path) -> None:
    first = ingest(corpus, tmp_path / "i")
    second = ingest(corpus, tmp_path / "i")
    assert first.embedded == first.passages > 0
    assert (second.embedded, second.reused, second.build) == (0, first.passages, first.build)
    assert [f.path for f in second.files] == [f.path for f in first.files]


def test_a_library_that_moved_is_known_by_its_new_folder(corpus: Path, tmp_path: Path) -> None:
    first = ingest(corpus, tmp_path / "i")
    moved = corpus.rename(tmp_path / "moved")
    assert ingest(moved, tmp_path / "i").build == first.build
    build = index.current_build(tmp_path / "i")
    assert index.Manifest.read(build).roots == (str(moved),) and index.check(build) == []


def test_only_the_changed_text_is_embedded_again(corpus: Path, tmp_path: Path) -> None:
    first = ingest(corpus, tmp_path / "i")
    path = corpus / "cases" / "花园.md"
    path.write_text(path.read_text(encoding="utf-8").replace("每月", "每周"), encoding="utf-8")
    second = ingest(corpus, tmp_path / "i")
    assert second.embedded == 1
    assert second.build != first.build


def test_a_removed_document_is_gone_from_the_answers(corpus: Path, tmp_path: Path) -> None:
    ingest(corpus, tmp_path / "i")
    (corpus / "cases" / "花园.md").unlink()
    ingest(corpus, tmp_path / "i")
    answers = Searcher(index.current_build(tmp_path / "i"), BigramEmbedder()).search("共享花园 浇水养护")
    assert all("花园" not in hit.document.title for hit in answers.hits)


def test_the_same_bytes_are_read_once(corpus: Path, tmp_path: Path) -> None:
    (corpus / "cases" / "花园副本.md").write_bytes((corpus / "cases" / "花园.md").read_bytes())
    report = ingest(corpus, tmp_path / "i")
    assert {f.path: f.status for f in report.files if "花园" in f.path} == {
        "cases/花园.md": "ok",
        "cases/花园副本.md": "duplicate",
    }


def test_one_bad_file_is_named_and_costs_none_of_the_others(corpus: Path, tmp_path: Path) -> None:
    (corpus / "坏的.pdf").write_bytes(b"%PDF-1.7 nothing")
    (corpus / "不认识.xyz").write_bytes(b"?")
    report = ingest(corpus, tmp_path / "i")
    skipped = {f.path: f.reason for f in report.files if f.status == "skipped"}
    assert set(skipped) == {"坏的.pdf", "不认识.xyz"} and all(skipped.values())
    assert report.documents == 3


def test_an_empty_folder_is_an_error_and_leaves_the_index_alone(corpus: Path, tmp_path: Path) -> None:
    first = ingest(corpus, tmp_path / "i")
    (tmp_path / "empty").mkdir()
    with pytest.raises(IngestError, match="没有可以读取的文件"):
        ingest(tmp_path / "empty", tmp_path / "i")
    assert index.current_build(tmp_path / "i").name == first.build


def test_what_sources_toml_says_counts_as_declared(corpus: Path, tmp_path: Path) -> None:
    (corpus / "cases" / "无题.txt").write_text("楼道里的杂物清走以后，大家一起刷墙。" * 3, encoding="utf-8")
    (corpus / "sources.toml").write_text(
        '["cases/无题.txt"]\ntitle = "楼道美化一例"\ncity = "上海市"\nthemes = ["楼道美化"]\n',
        encoding="utf-8",
    )
    ingest(corpus, tmp_path / "i")
    store = Searcher(index.current_build(tmp_path / "i"), BigramEmbedder()).store
    (document,) = [d for d in store.documents if d.path == "cases/无题.txt"]
    assert (document.title, document.facets.values["city"]) == ("楼道美化一例", ("上海市",))
    assert not document.facets.inferred & {"city", "theme"}


def test_a_second_writer_is_told_who_holds_the_lock(tmp_path: Path) -> None:
    with index.writer_lock(tmp_path), pytest.raises(LockedError, match="进程"), index.writer_lock(tmp_path):
        pass


def test_without_an_index_the_message_names_the_command(tmp_path: Path) -> None:
    with pytest.raises(IndexNotFoundError, match="python -m ingest"):
        index.current_build(tmp_path)


def damage(build: Path, how: str) -> None:
    """Do to a finished build what a bad disk or another program might."""
    manifest = build / "manifest.json"
    raw = json.loads(manifest.read_text(encoding="utf-8"))
    if how == "truncated":
        path = build / "dense.faiss"
        path.write_bytes(path.read_bytes()[:-10])
    elif how == "flipped":
        path = build / "passages.sqlite"
        path.write_bytes(bytes([*path.read_bytes()[:-1], 255]))
    elif how == "missing":
        next((build / "terms").glob("*.term")).unlink()
    elif how == "no manifest":
        manifest.write_text("{", encoding="utf-8")
    elif how == "too new":
        raw["inputs"]["format_version"] = 99
        manifest.write_text(json.dumps(raw), encoding="utf-8")
    elif how == "foreign":
        raw["inputs"]["model_fingerprint"] = "another"
        manifest.write_text(json.dumps(raw), encoding="utf-8")
    elif how == "half":
        del raw["passages"]
        manifest.write_text(json.dumps(raw), encoding="utf-8")


@pytest.mark.parametrize(
    ("how", "error", "says"),
    [
        ("truncated", IndexDamagedError, "dense.faiss"),
        ("flipped", IndexDamagedError, "passages.sqlite"),
        ("missing", IndexDamagedError, "terms/"),
        ("no manifest", IndexDamagedError, "manifest.json"),
        ("half", IndexDamagedError, "manifest.json"),
        ("too new", IndexMismatchError, "格式版本"),
        ("foreign", IndexMismatchError, "模型"),
    ],
)
def test_an_index_that_does_not_fit_is_refused(
    fake_index: Path, how: str, error: type[StoredIndexError], says: str
) -> None:
    build = index.current_build(fake_index)
    damage(build, how)
    with pytest.raises(error, match=says) as raised:
        Searcher(build, BigramEmbedder())
    assert "python -m ingest" in str(raised.value)


@pytest.mark.parametrize("how", ["truncated", "flipped", "missing", "no manifest", "too new"])
def test_the_command_that_the_message_names_mends_the_index(corpus: Path, fake_index: Path, how: str) -> None:
    damage(index.current_build(fake_index), how)
    ingest(corpus, fake_index)
    assert verify.problems_of(fake_index) == []


def test_a_pointer_that_leads_out_of_the_index_is_refused(fake_index: Path) -> None:
    (fake_index / "CURRENT").write_text("../../etc\n", encoding="utf-8")
    with pytest.raises(IndexDamagedError, match="不存在"):
        index.current_build(fake_index)


def test_rollback_makes_the_build_before_current_again(corpus: Path, fake_index: Path) -> None:
    first = index.current_build(fake_index).name
    (corpus / "cases" / "花园.md").unlink()
    second = ingest(corpus, fake_index).build
    assert index.current_build(fake_index).name == second != first
    assert index.rollback(fake_index).name == first
    assert index.current_build(fake_index).name == first


def test_verify_finds_nothing_wrong_with_a_fresh_build(fake_index: Path) -> None:
    assert verify.problems_of(fake_index) == []
