import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from ingest import sandbox
from ingest.errors import IngestError, LimitError, ParseError, UnsupportedFormatError
from ingest.models import Document
from ingest.sandbox import check_file, parse_all

ROOT = Path(__file__).resolve().parents[2]
posix = pytest.mark.skipif(os.name != "posix", reason="needs signals and resource limits")


@pytest.fixture
def unruly(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        sandbox, "COMMAND", (sys.executable, str(Path(__file__).with_name("unruly_child.py")))
    )


def write(folder: Path, *names: str) -> list[Path]:
    paths = [folder / f"{name}.txt" for name in names]
    for path in paths:
        path.write_text("居民议事会每月召开一次。", encoding="utf-8")
    return paths


def test_results_come_in_the_order_of_the_paths(tmp_path: Path) -> None:
    paths = write(tmp_path, "b", "a", "c")
    results = list(parse_all(paths))
    assert [path for path, _ in results] == paths
    assert all(isinstance(document, Document) for _, document in results)
    assert results[0][1].sections[0].text == "居民议事会每月召开一次。"  # type: ignore[union-attr]


def test_no_path_starts_no_child(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sandbox, "COMMAND", ("/does/not/exist",))
    assert list(parse_all([])) == []


def test_one_file_starts_one_child(tmp_path: Path, unruly: None) -> None:
    results = list(parse_all(write(tmp_path, "pid-1", "pid-2", "pid-3"), workers=1))
    assert len({document.title for _, document in results if isinstance(document, Document)}) == 1


def test_an_error_of_the_parser_arrives_as_itself(tmp_path: Path) -> None:
    path = tmp_path / "空.pdf"
    path.write_bytes(b"")
    ((_, error),) = parse_all([path])
    assert type(error) is ParseError
    assert str(error) == "空.pdf：文件是空的"


@pytest.mark.usefixtures("unruly")
@pytest.mark.parametrize("name", ["hang", "spin"])
def test_a_hanging_file_is_stopped_and_the_rest_goes_on(tmp_path: Path, name: str) -> None:
    begun = time.monotonic()
    results = dict(parse_all(write(tmp_path, name, "good"), workers=1, seconds=2))
    error = results[tmp_path / f"{name}.txt"]
    assert isinstance(error, LimitError)
    assert "秒还没读完" in str(error)
    assert isinstance(results[tmp_path / "good.txt"], Document)
    assert time.monotonic() - begun < 12


@pytest.mark.usefixtures("unruly")
@pytest.mark.parametrize("name", ["crash", "exit"])
def test_a_crash_costs_only_its_file(tmp_path: Path, name: str) -> None:
    results = dict(parse_all(write(tmp_path, "good-1", name, "good-2"), workers=1))
    assert type(results[tmp_path / f"{name}.txt"]) is ParseError
    assert "崩溃" in str(results[tmp_path / f"{name}.txt"])
    assert isinstance(results[tmp_path / "good-2.txt"], Document)


@posix
@pytest.mark.usefixtures("unruly")
def test_a_file_that_eats_memory_is_a_limit_error(tmp_path: Path) -> None:
    ((_, error),) = parse_all(write(tmp_path, "eat"), megabytes=400)
    assert isinstance(error, LimitError)
    assert "内存" in str(error)


@posix
@pytest.mark.usefixtures("unruly")
def test_a_child_cannot_fill_the_disk(tmp_path: Path) -> None:
    ((_, error),) = parse_all(write(tmp_path, "fill"))
    assert isinstance(error, IngestError)
    assert (tmp_path / "filled").stat().st_size <= 500 << 20
    (tmp_path / "filled").unlink()


@pytest.mark.usefixtures("unruly")
def test_what_a_library_prints_is_no_answer(tmp_path: Path) -> None:
    ((_, document),) = parse_all(write(tmp_path, "print"))
    assert isinstance(document, Document)


@pytest.mark.usefixtures("unruly")
def test_signs_of_life_lengthen_the_time(tmp_path: Path) -> None:
    ((_, document),) = parse_all(write(tmp_path, "slow"), seconds=1.5)
    assert isinstance(document, Document)


@posix
@pytest.mark.usefixtures("unruly")
def test_children_end_with_a_killed_parent(tmp_path: Path) -> None:
    write(tmp_path, "pid", "hang")
    code = (
        f"import sys; from pathlib import Path; from ingest import sandbox; sandbox.COMMAND = {sandbox.COMMAND!r}\n"
        f"paths = [Path({str(tmp_path)!r}, n) for n in ('pid.txt', 'hang.txt')]\n"
        "for _, document in sandbox.parse_all(paths, workers=1): print(document.title, flush=True)\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code], stdout=subprocess.PIPE, cwd=ROOT, text=True
    ) as parent:
        assert parent.stdout is not None
        pid = int(parent.stdout.readline())
        time.sleep(0.5)
        parent.send_signal(signal.SIGKILL)
    for _ in range(50):
        if not _alive(pid):
            return
        time.sleep(0.1)
    pytest.fail("the child outlived its parent")


def _alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False


def test_leaving_early_leaves_no_child(tmp_path: Path, unruly: None) -> None:
    results = parse_all(write(tmp_path, "pid", "hang"), workers=2)
    _, document = next(results)
    results.close()  # type: ignore[attr-defined]
    assert isinstance(document, Document)
    assert not _alive(int(document.title))


@posix
def test_files_that_are_none_are_refused_before_they_are_opened(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.txt")
    (tmp_path / "loop.txt").symlink_to(tmp_path / "loop.txt")
    for path in (tmp_path / "pipe.txt", Path("/dev/zero"), tmp_path):
        with pytest.raises(UnsupportedFormatError, match="不是普通文件"):
            check_file(path)
    for path in (tmp_path / "loop.txt", tmp_path / "missing.txt"):
        with pytest.raises(IngestError, match="打不开"):
            check_file(path)


@posix
def test_a_link_out_of_the_root_is_refused(tmp_path: Path) -> None:
    (tmp_path / "root").mkdir()
    (secret,) = write(tmp_path, "secret")
    link = tmp_path / "root" / "link.txt"
    link.symlink_to(secret)
    inside = tmp_path / "root" / "inside.txt"
    inside.symlink_to(write(tmp_path / "root", "real")[0])
    check_file(inside, tmp_path / "root")
    for path in (link, tmp_path / "root" / ".." / "secret.txt"):
        with pytest.raises(IngestError, match="资料库之外"):
            check_file(path, tmp_path / "root")
    ((_, error),) = parse_all([link], root=tmp_path / "root")
    assert isinstance(error, IngestError)


@posix
@pytest.mark.parametrize(
    "source", ["gbk.txt", "two-columns.pdf", "table.docx", "notes.pptx", "ledger.xlsx", "navigation.html"]
)
def test_a_name_in_another_encoding_is_no_obstacle(tmp_path: Path, source: str) -> None:
    golden = ROOT / "tests" / "golden" / "sources" / source
    path = tmp_path / os.fsdecode("社区".encode("gbk") + golden.suffix.encode())
    try:
        path.write_bytes(golden.read_bytes())
    except OSError:
        pytest.skip("this file system knows only UTF-8 names")
    ((same, document),) = parse_all([path])
    assert same == path
    assert isinstance(document, Document)


def test_a_huge_file_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "huge.pdf"
    with path.open("wb") as file:
        file.truncate(sandbox.MAX_FILE + 1)
    with pytest.raises(LimitError, match="200 MB"):
        check_file(path)


def test_an_answer_of_foreign_types_is_not_built() -> None:
    import pickle

    error = sandbox._loads(Path("a.txt"), pickle.dumps(os.getcwd))
    assert isinstance(error, ParseError)
