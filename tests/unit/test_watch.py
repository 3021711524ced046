"""``--watch`` in a real process: the answers follow the files."""

from __future__ import annotations

import os
import signal
import subprocess
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from ingest import index
from ingest.passage_store import NAME, PassageStore
from tests.processes import ingest, until

pytestmark = [pytest.mark.slow, pytest.mark.skipif(os.name != "posix", reason="sends signals")]


class Watching:
    """A watching process, what it has said so far, and the titles in its index."""

    def __init__(self, process: subprocess.Popen[str], store: Path) -> None:
        self.process, self.store, self.said = process, store, list[str]()
        for pipe in (process.stdout, process.stderr):
            threading.Thread(target=self._listen, args=(pipe,), daemon=True).start()

    def _listen(self, pipe: Iterator[str]) -> None:
        with pipe:  # type: ignore[attr-defined]
            for line in pipe:
                self.said.append(line)

    def says(self, words: str) -> bool:
        return any(words in line for line in list(self.said))

    def titles(self) -> dict[str, str]:
        store = PassageStore(index.current_build(self.store) / NAME)
        titles = {document.path: document.title for document in store.documents}
        store.close()
        return titles

    def text_of(self, path: str) -> str:
        store = PassageStore(index.current_build(self.store) / NAME)
        (document,) = [document for document in store.documents if document.path == path]
        text = "".join(section.text for section in store.sections_of(document))
        store.close()
        return text


@pytest.fixture(params=["--watch", "--watch-poll"])
def watching(corpus: Path, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Watching]:
    with ingest(corpus, "--index", tmp_path / "i", request.param) as process:
        found = Watching(process, tmp_path / "i")
        until(lambda: found.says("正在监视"))
        yield found
        process.kill()


def test_added_changed_renamed_and_removed_files_are_followed(watching: Watching, corpus: Path) -> None:
    file, renamed = corpus / "新.md", corpus / "旧.md"
    file.write_text("# 楼道堆物\n\n居民一起清理楼道。\n", encoding="utf-8")
    until(lambda: watching.says("新增 1（新.md）"))
    assert watching.titles()["新.md"] == "楼道堆物"
    file.write_text("# 楼道美化\n\n居民一起粉刷楼道。\n", encoding="utf-8")
    until(lambda: watching.says("修改 1（新.md）"))
    assert watching.titles()["新.md"] == "楼道美化"
    file.rename(renamed)
    until(lambda: watching.says("改名 1（新.md → 旧.md）"))
    assert "新.md" not in watching.titles() and watching.titles()["旧.md"] == "楼道美化"
    renamed.unlink()
    until(lambda: watching.says("移除 1（旧.md）"))
    assert "旧.md" not in watching.titles()
    watching.process.send_signal(signal.SIGINT)
    assert watching.process.wait(timeout=30) == 0
    assert watching.says("已结束监视") and not watching.says("Traceback")


def test_a_file_that_is_still_being_copied_is_read_once_and_whole(watching: Watching, corpus: Path) -> None:
    with (corpus / "长.md").open("w", encoding="utf-8") as file:
        for number in range(12):
            file.write(f"第{number}段，居民议事会讨论停车。\n\n")
            file.flush()
            time.sleep(0.25)
    until(lambda: watching.says("新增 1（长.md）"))
    assert "第11段" in watching.text_of("长.md")


def test_a_round_that_fails_is_said_and_the_next_goes_on(watching: Watching, corpus: Path) -> None:
    sources = corpus / "sources.toml"
    sources.write_text("[[[", encoding="utf-8")
    until(lambda: watching.says("这一轮没有成功"))
    sources.write_text('["cases/花园.md"]\ncity = "成都市"\n', encoding="utf-8")
    until(lambda: watching.says("修改 1（cases/花园.md）"))
    assert watching.process.poll() is None


def test_a_folder_that_is_gone_takes_nothing_out_of_the_index(watching: Watching, corpus: Path) -> None:
    aside = corpus.with_name("挪开")
    corpus.rename(aside)
    until(lambda: watching.says("没有这个文件夹或文件"))
    assert len(watching.titles()) == 3
    aside.rename(corpus)
    (corpus / "回来.md").write_text("# 回来了\n\n居民议事。\n", encoding="utf-8")
    until(lambda: watching.says("新增 1（回来.md）"))
    (corpus / "再来.md").write_text("# 又来了\n\n居民清理楼道。\n", encoding="utf-8")
    until(lambda: watching.says("新增 1（再来.md）"))
