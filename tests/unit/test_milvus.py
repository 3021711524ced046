"""A build in Milvus, on a file of milvus-lite: published whole or not at all, and answering as the local store does."""

from __future__ import annotations

import shutil
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from ingest import doctor_checks, index, pipeline
from ingest.__main__ import main as ingest_main
from ingest.errors import IndexNotFoundError, StoreError, StoreUnreachableError
from ingest.milvus import publish as publishing
from ingest.milvus import records, schema
from ingest.milvus.address import Address
from ingest.milvus.publish import publish
from ingest.milvus.server import Server
from search.cases.card import card
from search.cases.similar import similar_to
from search.milvus.opening import FOLDER, open_build, published_at
from search.models import FILTERS
from search.searcher import Searcher
from tests.conftest import TEXTS, silent
from tests.fakes import BigramEmbedder

QUESTIONS = ("居民参与度低怎么办", "加装电梯的费用怎么分摊，遇到哪些困难", "花园 养护", "完全无关的量子计算")
TOKEN = "root:geheim"
Published = tuple[Searcher, Searcher, Address]


@pytest.fixture
def address(tmp_path: Path) -> Address:
    return Address(str(tmp_path / "milvus" / "资料.db"))


@pytest.fixture
def store(address: Address, monkeypatch: pytest.MonkeyPatch) -> Address:
    """The file as CASEBASE_STORE names it."""
    monkeypatch.setenv("CASEBASE_STORE", f"milvus+{Path(address.uri).as_uri()}")
    return address


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Published]:
    """The small library opened from its files and, with nothing but a new folder, from Milvus."""
    folder = tmp_path_factory.mktemp("published")
    for name, text in TEXTS.items():
        path = folder / "corpus" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    pipeline.ingest([folder / "corpus"], folder / "index", BigramEmbedder(), silent)
    address = Address(str(folder / "shared.db"))
    publish(folder / "index", address, silent)
    with opened(folder / "page server", address) as remote:
        yield Searcher(index.current_build(folder / "index"), BigramEmbedder()), remote, address


@contextmanager
def opened(root: Path, address: Address) -> Iterator[Searcher]:
    """A page server's Searcher, whose only folder is ``root``."""
    remote = open_build(root, address)
    try:
        yield Searcher(remote.folder, BigramEmbedder(), remote=remote)
    finally:
        remote.server.close()


def added(corpus: Path, root: Path, name: str) -> str:
    """One document more, and the build that has it."""
    (corpus / f"{name}、.md").write_text("# ？\n\n……！！", encoding="utf-8")  # without a single term
    (corpus / f"{name}.md").write_text(f"# {name}\n\n楼道里的杂物由{name}的居民一起清走。", encoding="utf-8")
    pipeline.ingest([corpus], root, BigramEmbedder(), silent)
    return index.current_build(root).name


def collections(address: Address) -> set[str]:
    server = Server(address)
    try:
        return set(server.collections())
    finally:
        server.close()


def test_a_page_server_without_index_answers_as_the_local_store_does(published: Published) -> None:
    local, remote, _ = published
    for question in QUESTIONS:
        mine, its = local.search(question), remote.search(question)
        assert [(h.passage_id, h.passage, h.marks, h.confidence) for h in its.hits] == [
            (h.passage_id, h.passage, h.marks, h.confidence) for h in mine.hits
        ]
        assert (its.key_points, its.facets, its.unknown) == (mine.key_points, mine.facets, mine.unknown)
        assert its.confidence == pytest.approx(mine.confidence, abs=1e-3)


def test_documents_and_cards_are_those_of_the_local_store(published: Published) -> None:
    local, remote, _ = published
    for document in local.store.documents:
        same = remote.store.by_id[document.id]
        assert replace(same, signature=document.signature) == document
        assert remote.store.sections_of(same) == local.store.sections_of(document)
        assert remote.store.passages_of(same) == local.store.passages_of(document)
        assert card(remote, same).slots == card(local, document).slots
        alike = [[p.document.id for p in similar_to(s, s.store.by_id[document.id])] for s in (remote, local)]
        assert alike[0] == alike[1]
    assert list(remote.store.by_id) == list(local.store.by_id)
    assert [d.id for d in remote.store.documents[::-1]] == [*remote.store.by_id][::-1]
    with pytest.raises(KeyError):
        remote.store.by_id["nobody"]


def test_a_filter_leaves_what_it_leaves_locally(published: Published) -> None:
    local, remote, _ = published
    offered = local.facet_counts({})
    chosen = [{name: (value.value,)} for name in FILTERS for value in offered.get(name, ())]
    chosen += [{"kind": ("案例",), "aspect": ("做法", "困难")}, {"city": ("成都市", "上海市")}]
    chosen += [{"city": ("没有的市",)}, {"city": ('x"]) or row >= 0 or ARRAY_CONTAINS(facets, ["',)}]
    for filters in chosen:
        found = [{hit.passage_id for hit in s.search("怎么做", 20, filters).hits} for s in (remote, local)]
        assert found[0] == found[1], filters
        runs = [s.parts.retrieval.sparse(local.terms_of("居民"), 20, filters).rows for s in (remote, local)]
        assert set(runs[0].tolist()) == set(runs[1].tolist())


def test_both_retrievers_find_the_same_passages_with_the_same_scores(published: Published) -> None:
    local, remote, _ = published
    for question in (*QUESTIONS, "𠀀𠀁 ｑ"):
        its, mine = remote.sparse_run(question, 20), local.sparse_run(question, 20)
        assert set(its.rows.tolist()) == set(mine.rows.tolist())
        scores = dict(zip(mine.rows.tolist(), mine.scores.tolist(), strict=True))
        # tantivy rounds the lengths of passages
        assert its.scores.tolist() == pytest.approx([scores[row] for row in its.rows.tolist()], rel=0.05)
        dense = [searcher.dense_run(question, 20) for searcher in (remote, local)]
        assert np.allclose(dense[0].scores, dense[1].scores, atol=2e-3)


def test_damaged_or_deleted_files_of_a_page_server_are_copied_again(
    published: Published, tmp_path: Path
) -> None:
    _, _, address = published
    for damage in (lambda build: (build / "frequencies.sqlite").write_bytes(b""), shutil.rmtree):
        with opened(tmp_path, address) as searcher:
            assert searcher.search("花园").hits
        (build,) = (tmp_path / FOLDER).iterdir()
        damage(build)
    with opened(tmp_path, address) as searcher:
        assert searcher.search("花园").hits


def test_an_update_switches_the_alias_and_the_one_before_last_is_removed(
    fake_index: Path, corpus: Path, address: Address, tmp_path: Path
) -> None:
    first = index.current_build(fake_index).name
    publish(fake_index, address, silent)
    server = Server(address)
    server.call("create_collection", "casebase_of_others", dimension=4)
    server.close()
    with opened(tmp_path / "page server", address) as before:
        second = added(corpus, fake_index, "甲社区")
        assert publish(fake_index, address, silent)
        assert published_at(address) == second
        assert before.build == first and before.search("楼道杂物").hits  # whoever has opened a build keeps it
        with opened(tmp_path / "page server", address) as after:
            assert after.search("楼道杂物").hits[0].document.title == "甲社区"
        third = added(corpus, fake_index, "乙社区")
        publish(fake_index, address, silent)
        with pytest.raises(StoreError, match=first):
            before.store.sections_of(before.store.documents[0])
    kept = {name(build) for build in (second, third) for name in (schema.passages_of, schema.records_of)}
    assert collections(address) == {"casebase_of_others", *kept}
    with opened(tmp_path / "page server", address):
        folders = {path.name for path in (tmp_path / "page server" / FOLDER).iterdir()}
    assert folders == {second, third}


def test_the_same_build_is_not_written_again(fake_index: Path, address: Address) -> None:
    said: list[str] = []
    assert publish(fake_index, address, silent)
    assert not publish(fake_index, address, lambda stage, done, total: said.append(stage))
    assert said == []


def test_a_run_that_is_stopped_leaves_the_build_before_it_and_the_next_run_ends_it(
    fake_index: Path, corpus: Path, address: Address, tmp_path: Path
) -> None:
    first = index.current_build(fake_index).name
    publish(fake_index, address, silent)
    second = added(corpus, fake_index, "甲社区")

    def stop(stage: str, done: int, total: int) -> None:
        if done:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        publish(fake_index, address, stop)
    assert published_at(address) == first
    with opened(tmp_path / "page server", address) as searcher:
        assert searcher.build == first and searcher.search("花园").hits
    server = Server(address)
    assert not publishing.is_whole(server, second)
    server.close()
    publish(fake_index, address, silent)
    assert published_at(address) == second


def test_rolling_back_switches_the_alias_back(
    fake_index: Path, corpus: Path, store: Address, capsys: pytest.CaptureFixture[str]
) -> None:
    first = index.current_build(fake_index).name
    publish(fake_index, store, silent)
    added(corpus, fake_index, "甲社区")
    publish(fake_index, store, silent)
    assert ingest_main(["rollback", "--index", str(fake_index)]) == 0
    assert published_at(store) == first
    assert "已经换成这个版本" in capsys.readouterr().err


def test_a_record_longer_than_a_field_comes_back_whole(address: Address) -> None:
    data = np.random.default_rng(1).bytes(3 * schema.PART)
    server = Server(address)
    try:
        schema.create(server, "0123456789ab", 4)
        assert (
            records.put(server, "0123456789ab", [("long", data), ("empty", b""), ("短", "文字".encode())])
            == 6
        )
        found = records.get(server, "0123456789ab", ["短", "long", "none", "empty"])
        assert found == {"短": "文字".encode(), "long": data, "empty": b""}
    finally:
        server.close()


def test_where_no_index_was_published_that_is_said(address: Address, tmp_path: Path) -> None:
    with pytest.raises(IndexNotFoundError, match="还没有索引"):
        open_build(tmp_path, address)


@pytest.fixture
def nobody(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The address of a server that has gone away, and a token for it."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        host = f"127.0.0.1:{listener.getsockname()[1]}"
        monkeypatch.setenv("CASEBASE_STORE", f"milvus+http://{host}")
        monkeypatch.setenv("CASEBASE_STORE_TOKEN", TOKEN)
        monkeypatch.setenv("CASEBASE_STORE_TIMEOUT", "1")
        yield host


def test_where_nobody_answers_local_search_goes_on_and_says_so(
    fake_index: Path, nobody: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("search.searcher.open_embedder", lambda *_: BigramEmbedder())
    searcher = Searcher.open(fake_index)
    assert nobody in searcher.notice and "本机的索引" in searcher.notice and TOKEN not in searcher.notice
    assert searcher.search("花园").hits


def test_where_nobody_answers_and_there_is_no_local_build_the_address_is_named(
    nobody: str, tmp_path: Path
) -> None:
    with pytest.raises(StoreUnreachableError, match=nobody) as failed:
        Searcher.open(tmp_path)
    assert "CASEBASE_STORE" in str(failed.value) and TOKEN not in str(failed.value)


def test_where_nobody_answers_an_update_says_that_the_index_here_is_done(
    fake_index: Path, nobody: str, capfd: pytest.CaptureFixture[str], corpus: Path
) -> None:
    added(corpus, fake_index, "甲社区")
    assert ingest_main(["rollback", "--index", str(fake_index)]) == 2
    printed = "".join(capfd.readouterr())
    assert nobody in printed and "本机的索引" in printed
    assert TOKEN not in printed and "geheim" not in printed and "Traceback" not in printed


def test_a_server_that_accepts_and_never_answers_is_given_up_in_time(
    fake_index: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with socket.socket() as silent_one:
        silent_one.bind(("127.0.0.1", 0))
        silent_one.listen()
        address = Address(f"http://127.0.0.1:{silent_one.getsockname()[1]}", token=TOKEN, seconds=0.3)
        with pytest.raises(StoreUnreachableError) as failed:
            publish(fake_index, address, silent)
    assert TOKEN not in str(failed.value)


def test_a_file_that_is_no_database_is_said(tmp_path: Path) -> None:
    path = tmp_path / "x.db"
    path.write_text("not a database", encoding="utf-8")
    with pytest.raises(StoreUnreachableError, match=r"x\.db"):
        Server(Address(str(path)))


def test_doctor_tells_the_state_of_the_store(
    fake_index: Path, corpus: Path, store: Address, monkeypatch: pytest.MonkeyPatch
) -> None:
    def state() -> tuple[str, str]:
        found = doctor_checks.milvus(fake_index)
        return found.status, found.detail

    assert state() == ("warn", f"{store} 连得上，里面还没有完整的索引")
    publish(fake_index, store, silent)
    build = index.current_build(fake_index).name
    assert state() == ("ok", f"{store}：版本 {build}，与本机相同")
    other = added(corpus, fake_index, "甲社区")
    assert state() == ("warn", f"{store} 是版本 {build}，本机是版本 {other}")
    shutil.rmtree(fake_index)
    assert state() == ("ok", f"{store}：版本 {build}；本机没有自己的索引")
    monkeypatch.setenv("CASEBASE_STORE", "milvus+ftp://host")
    assert state()[0] == "fail"


@pytest.mark.usefixtures("nobody")
def test_doctor_says_that_nobody_answers(fake_index: Path) -> None:
    found = doctor_checks.milvus(fake_index)
    assert found.status == "fail" and "连不上" in found.detail and found.fix and TOKEN not in found.detail
