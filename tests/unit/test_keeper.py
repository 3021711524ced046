"""Keeping the library: nothing leaves its folder, nothing is lost."""

from __future__ import annotations

import errno
import io
import json
import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desk import keeper_facts
from desk.index_facts import index_facts
from desk.keeper import Keeper
from desk.keeper_facts import Facts
from desk.keeper_names import LONGEST, LibraryError, free_name, safe_name
from desk.trash import DAYS
from ingest import pipeline, scan
from ingest.errors import IngestError, UnsupportedFormatError
from ingest.front_matter import read_sources
from ingest.parsers import PARSERS
from tests.conftest import silent
from tests.fakes import BigramEmbedder

GARDEN = "cases/花园.md"


@pytest.fixture
def keeper(corpus: Path, tmp_path: Path) -> Keeper:
    return Keeper(tmp_path / "index", [corpus], tmp_path / "data")


def data(text: str = "居民议事会每月开一次。") -> io.BytesIO:
    return io.BytesIO(text.encode())


def snapshot(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()
    }


# --- names


@pytest.mark.parametrize(
    ("hostile", "safe"),
    [
        ("../../../etc/passwd.txt", "passwd.txt"),
        ("C:\\Users\\x\\案例.docx", "案例.docx"),
        ("/abs/olute.md", "olute.md"),
        ("a\x00b\n\x1b[31mc.txt", "ab [31mc.txt"),
        ("开会\u202etxt.exe.md", "开会txt.exe.md"),
        ("CON.txt", "CON_.txt"),
        ("com1.PDF", "com1_.pdf"),
        ("...pdf", "未命名.pdf"),
        (".隐藏.md", "隐藏.md"),
        ("_草稿.md", "草稿.md"),
        ("~$锁.docx", "锁.docx"),
        ("README.md", "README_.md"),
        ("a:b*c?.html", "a_b_c_.html"),
        ("空 格 .md", "空 格.md"),
    ],
)
def test_a_hostile_name_is_made_harmless(hostile: str, safe: str) -> None:
    assert safe_name(hostile) == safe


@pytest.mark.parametrize(
    "name", ["病毒.exe", "无扩展名", "", "..", "/", ".md/", "sources.toml", "a.pdf\u202e.sh"]
)
def test_a_format_that_is_not_read_is_refused(name: str) -> None:
    with pytest.raises(UnsupportedFormatError, match="不支持"):
        safe_name(name)


@given(st.text(max_size=300), st.sampled_from(sorted(PARSERS)))
def test_any_name_becomes_one_that_a_run_looks_at(stem: str, suffix: str) -> None:
    name = safe_name(stem + suffix)
    assert len(name.encode()) <= LONGEST + 1 and not set(name) & set('/\\:*?"<>|\0\n')
    assert name.isprintable() and name == name.strip()
    assert not scan.left_out(name) and safe_name(name) == name


def test_a_name_that_differs_in_case_only_is_taken() -> None:
    assert free_name("Plan.md", ["plan.md"]) == "Plan（2）.md"


# --- adding


def test_an_upload_is_stored_below_the_first_folder(keeper: Keeper, corpus: Path) -> None:
    assert keeper.add("../议事会.md", data(), "张三") == "上传/议事会.md"
    assert (corpus / "上传" / "议事会.md").read_bytes() == data().getvalue()
    assert keeper.clashes(["议事会.MD", "别的.md"]) == ["议事会.md"]


def test_both_are_kept_or_the_old_one_goes_to_the_trash(keeper: Keeper, corpus: Path) -> None:
    keeper.add("会.md", data("一"), "张三")
    assert keeper.add("会.md", data("二"), "张三") == "上传/会（2）.md"
    assert keeper.add("会.md", data("三"), "李四", "替换") == "上传/会.md"
    assert {name: text.decode() for name, text in snapshot(corpus / "上传").items()} == {
        "会.md": "三",
        "会（2）.md": "二",
    }
    (entry,) = keeper.trash.entries()
    assert (entry.why, entry.who, entry.name) == ("替换", "李四", "上传/会.md")
    assert keeper.trash.content(entry).read_text() == "一"


def test_an_empty_or_too_large_upload_leaves_nothing(
    keeper: Keeper, corpus: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    keeper.add("会.md", data("旧"), "张三")
    before = snapshot(corpus)
    monkeypatch.setattr("desk.keeper.MAX_FILE", 10)
    with pytest.raises(IngestError, match="太大"):
        keeper.add("会.md", data("长" * 100), "张三", "替换")
    with pytest.raises(IngestError, match="空的"):
        keeper.add("会.md", data(""), "张三", "替换")
    assert snapshot(corpus) == before and keeper.trash.entries() == []


def test_the_first_document_can_be_uploaded_before_there_is_a_folder(tmp_path: Path) -> None:
    keeper = Keeper(tmp_path / "index", [tmp_path / "new"], tmp_path / "data")
    assert keeper.folders.files() == []
    keeper.add("会.md", data(), "张三")
    assert keeper.folders.files() == ["上传/会.md"]


def test_an_upload_does_not_follow_a_link_out_of_the_folder(
    keeper: Keeper, corpus: Path, tmp_path: Path
) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (corpus / "上传").symlink_to(outside)
    with pytest.raises(LibraryError, match="链接"):
        keeper.add("会.md", data(), "张三")
    assert list(outside.iterdir()) == []


# --- removing, replacing, restoring


@pytest.mark.parametrize(
    "name",
    [
        "../secret.md",
        "/etc/hostname",
        "cases/../../secret.md",
        "没有.md",
        "",
        ".",
        "cases",
        "a\0b",
        "cases\\花园.md",
        "sources.toml",
        "_tools/x.md",
        "link.md",
        "folder/secret.md",
    ],
)
def test_nothing_outside_the_library_can_be_removed(
    keeper: Keeper, corpus: Path, tmp_path: Path, name: str
) -> None:
    (tmp_path / "out").mkdir()
    for path in (tmp_path / "secret.md", tmp_path / "out" / "secret.md", corpus / "sources.toml"):
        path.write_text("", encoding="utf-8")
    (corpus / "_tools").mkdir()
    (corpus / "_tools" / "x.md").touch()
    (corpus / "link.md").symlink_to(tmp_path / "secret.md")
    (corpus / "folder").symlink_to(tmp_path / "out")
    before = snapshot(tmp_path)
    with pytest.raises(LibraryError):
        keeper.remove(name, "张三")
    after = snapshot(tmp_path)
    after.pop("data/library.lock", None)
    assert after == before


def test_what_is_removed_comes_back_with_what_was_declared_of_it(keeper: Keeper, corpus: Path) -> None:
    sources = '# 来历\n["cases/花园.md"]\ntitle = "花园（改）"\n\n["cases/加梯.md"]\nkind = "报告"\n'
    (corpus / "sources.toml").write_text(sources, encoding="utf-8")
    text = (corpus / GARDEN).read_bytes()
    trashed = keeper.remove(GARDEN, "张三")
    assert not (corpus / GARDEN).exists() and set(read_sources(corpus)) == {"cases/加梯.md"}
    assert "# 来历" in (corpus / "sources.toml").read_text(encoding="utf-8")
    shutil.rmtree(corpus / "cases")
    assert keeper.restore(trashed.id, "李四") == GARDEN
    assert (corpus / GARDEN).read_bytes() == text
    assert read_sources(corpus)[GARDEN].title == "花园（改）"
    assert keeper.trash.entries() == []
    assert [(c.who, c.what, c.name) for c in keeper.changes()] == [
        ("李四", "恢复", GARDEN),
        ("张三", "移走", GARDEN),
    ]


def test_a_restored_file_does_not_push_out_one_that_took_its_name(keeper: Keeper, corpus: Path) -> None:
    trashed = keeper.remove(GARDEN, "张三")
    (corpus / GARDEN).write_text("新的", encoding="utf-8")
    assert keeper.restore(trashed.id, "张三") == "cases/花园（2）.md"
    assert (corpus / GARDEN).read_text(encoding="utf-8") == "新的"


def test_a_replaced_file_keeps_its_name_and_what_is_declared_of_it(keeper: Keeper, corpus: Path) -> None:
    (corpus / "sources.toml").write_text('["cases/花园.md"]\ntitle = "花园"\n', encoding="utf-8")
    assert keeper.replace(GARDEN, "第二版.MD", data("新"), "张三") == GARDEN
    assert (corpus / GARDEN).read_text(encoding="utf-8") == "新"
    assert keeper.replace(GARDEN, "第三版.txt", data("更新"), "张三") == "cases/花园.txt"
    assert not (corpus / GARDEN).exists()
    assert list(read_sources(corpus)) == ["cases/花园.txt"]
    assert [entry.name for entry in keeper.trash.entries()] == [GARDEN, GARDEN]


def test_a_file_that_cannot_be_moved_stays_with_its_entry(
    keeper: Keeper, corpus: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (corpus / "sources.toml").write_text('["cases/花园.md"]\ntitle = "花园"\n', encoding="utf-8")
    before = snapshot(corpus)

    def refuse(*_: object) -> None:
        raise OSError(errno.EACCES, "没有权限")

    monkeypatch.setattr("desk.trash.move", refuse)
    with pytest.raises(LibraryError, match="还在原处"):
        keeper.remove(GARDEN, "张三")
    assert snapshot(corpus) == before and keeper.trash.entries() == []


def test_a_file_moves_to_a_trash_on_another_disk(
    keeper: Keeper, corpus: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = Path.rename

    def rename(self: Path, target: Path) -> Path:
        if self.name == "花园.md":
            raise OSError(errno.EXDEV, "另一个磁盘")
        return real(self, target)

    monkeypatch.setattr(Path, "rename", rename)
    text = (corpus / GARDEN).read_bytes()
    entry = keeper.remove(GARDEN, "张三")
    assert keeper.trash.content(entry).read_bytes() == text and not (corpus / GARDEN).exists()


def test_the_trash_is_emptied_after_thirty_days(keeper: Keeper, tmp_path: Path) -> None:
    entry = keeper.remove(GARDEN, "张三")
    now = datetime.now(UTC)
    assert keeper.trash.purge(now + timedelta(days=DAYS - 1)) == 0
    assert keeper.trash.purge(now + timedelta(days=DAYS, seconds=1)) == 1
    with pytest.raises(LibraryError, match="已经没有"):
        keeper.restore(entry.id, "张三")
    assert list((tmp_path / "data" / "trash").iterdir()) == []


@pytest.mark.parametrize("id_", ["..", "../..", "x", "", "20260101T000000000000-00000000"])
def test_no_name_reaches_out_of_the_trash(keeper: Keeper, corpus: Path, id_: str) -> None:
    before = snapshot(corpus)
    for change in (keeper.restore, keeper.delete):
        with pytest.raises(LibraryError, match="已经没有"):
            change(id_, "张三")
    assert snapshot(corpus) == before


def test_a_tampered_record_restores_nothing_outside(keeper: Keeper, tmp_path: Path) -> None:
    entry = keeper.remove(GARDEN, "张三")
    record = tmp_path / "data" / "trash" / entry.id / "record.json"
    stored = json.loads(record.read_text(encoding="utf-8"))
    for change in ({"relative": "../../out.md"}, {"root": str(tmp_path)}):
        record.write_text(json.dumps({**stored, **change}), encoding="utf-8")
        with pytest.raises(LibraryError):
            keeper.restore(entry.id, "张三")
    assert not list(tmp_path.rglob("out.md"))


def test_files_of_several_folders_are_found_by_their_folder(corpus: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.mkdir()
    (other / "会.md").write_text("居民议事会每月开一次。", encoding="utf-8")
    pipeline.ingest([corpus, other], tmp_path / "index", BigramEmbedder(), silent)
    keeper = Keeper(tmp_path / "index", [tmp_path / "unused"], tmp_path / "data")
    assert "other/会.md" in keeper.folders.files()
    assert keeper.add("新.md", data(), "张三") == "corpus/上传/新.md"
    entry = keeper.remove("other/会.md", "张三")
    assert not (other / "会.md").exists()
    assert keeper.restore(entry.id, "张三") == "other/会.md"
    with pytest.raises(LibraryError):
        keeper.remove("会.md", "张三")


# --- what is declared


def test_only_changed_facts_are_written_and_all_else_stays(keeper: Keeper, corpus: Path) -> None:
    before_text = '# 头\n["cases/花园.md"]\n"标题" = "旧"  # 旧名\nsources = [{ title = "报道" }]\n\n["别的.md"]\nkind = "案例"\n'
    (corpus / "sources.toml").write_text(before_text, encoding="utf-8")
    before = Facts("旧", "案例", "成都市", "龙泉驿区", "2023", ("社区小花园",))
    after = Facts(" 新  名 ", "案例", "成都市", "", "2022–2023", ("社区小花园", "议事协商"))
    keeper.declare(GARDEN, after, before, "张三")
    found = read_sources(corpus)[GARDEN]
    assert found.title == "新 名" and found.sources[0].title == "报道"
    assert found.declared == {"year": ("2022", "2023"), "theme": ("社区小花园", "议事协商")}
    text = (corpus / "sources.toml").read_text(encoding="utf-8")
    assert text.startswith("# 头\n") and '["别的.md"]\nkind = "案例"\n' in text


def test_facts_are_written_for_a_name_with_quotes(keeper: Keeper, corpus: Path) -> None:
    name = 'a"b].md'
    (corpus / name).write_text("文字", encoding="utf-8")
    keeper.declare(name, Facts(title='他说"好"\\'), Facts(), "张三")
    assert read_sources(corpus)[name].title == '他说"好"\\'
    keeper.declare(name, Facts(), Facts(title='他说"好"\\'), "张三")
    assert read_sources(corpus) == {}


@pytest.mark.parametrize(
    ("facts", "says"),
    [
        (Facts(title="长" * 121), "标题"),
        (Facts(city="成都\x00市"), "城市"),
        (Facts(period="去年"), "看不出年份"),
        (Facts(themes=tuple("一二三四五六七八九")), "最多 8 个"),
    ],
)
def test_a_fact_that_makes_no_sense_is_named(keeper: Keeper, corpus: Path, facts: Facts, says: str) -> None:
    with pytest.raises(LibraryError, match=says):
        keeper.declare(GARDEN, facts, Facts(), "张三")
    assert not (corpus / "sources.toml").exists()


def test_a_sources_file_that_cannot_be_read_is_not_touched(keeper: Keeper, corpus: Path) -> None:
    (corpus / "sources.toml").write_text("[[[", encoding="utf-8")
    with pytest.raises(LibraryError, match="读不懂"):
        keeper.declare(GARDEN, Facts(title="新"), Facts(), "张三")
    with pytest.raises(LibraryError, match="读不懂"):
        keeper.remove(GARDEN, "张三")
    assert (corpus / GARDEN).exists() and (corpus / "sources.toml").read_text(encoding="utf-8") == "[[["


def test_edited_facts_are_what_the_next_index_shows(keeper: Keeper, corpus: Path, tmp_path: Path) -> None:
    pipeline.ingest([corpus], tmp_path / "index", BigramEmbedder(), silent)
    before = shown(tmp_path / "index")
    keeper.declare(GARDEN, Facts("新名", "报告", "上海市", "静安区", "2020", ("议事协商",)), before, "张三")
    pipeline.ingest([corpus], tmp_path / "index", BigramEmbedder(), silent)
    assert shown(tmp_path / "index") == Facts("新名", "报告", "上海市", "静安区", "2020", ("议事协商",))


def shown(store: Path) -> Facts:
    from ingest import index
    from ingest.passage_store import NAME, PassageStore

    opened = PassageStore(index.current_build(store) / NAME)
    document = next(d for d in opened.documents if d.path == GARDEN)
    opened.close()
    return keeper_facts.as_shown(document.title, document.facets)


# --- the index


def test_the_index_rolls_back_and_the_change_is_pending(keeper: Keeper, corpus: Path, tmp_path: Path) -> None:
    store = tmp_path / "index"
    pipeline.ingest([corpus], store, BigramEmbedder(), silent)
    first = index_facts(store)
    assert first.earlier == "" and first.documents == 3 and first.build_size > 0
    updated = datetime.now(UTC) - timedelta(seconds=1)
    assert keeper.pending(updated) == []
    keeper.remove(GARDEN, "张三")
    assert [change.name for change in keeper.pending(updated)] == [GARDEN]
    pipeline.ingest([corpus], store, BigramEmbedder(), silent)
    assert index_facts(store).earlier == first.build
    assert keeper.rollback("张三") == first.build
    assert index_facts(store).documents == 3
