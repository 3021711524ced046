"""How alike the answers of Milvus and of the local store are: ``python -m tests.quality.compare_stores [--write PAGE]``.

The judged questions, and each again with a filter that its local answer offers. Without CASEBASE_STORE
into a file of milvus-lite that is made for this and removed.
"""

from __future__ import annotations

import argparse
import os
import statistics
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from ingest.embed import open_embedder
from ingest.index import Manifest, current_build
from ingest.milvus.address import Address, from_environment
from ingest.milvus.publish import publish
from search import query
from search.evaluation.judged import QUESTIONS, read_questions
from search.evaluation.markers import table, write_blocks
from search.milvus.opening import open_build
from search.searcher import Searcher

FOLDER = Path(__file__).parent
ROOT = FOLDER.parents[1]
TOP = 10
Filters = Mapping[str, tuple[str, ...]]


@dataclass(slots=True)
class Compared:
    """Of each question, the share of the first TOP that both found, and whether in the same order."""

    shares: list[float] = field(default_factory=list)
    same: int = 0

    def add(self, local: Sequence[int | str], other: Sequence[int | str]) -> None:
        """The next question's first TOP of both; nothing found by either is the same."""
        longest = max(len(local), len(other))
        self.shares.append(len({*local} & {*other}) / longest if longest else 1.0)
        self.same += list(local) == list(other)


def compare(local: Searcher, other: Searcher, questions: Sequence[str]) -> dict[str, Compared]:
    """Ask both the same, each retriever alone too."""
    found: dict[str, Compared] = {}

    def note(name: str, ask: Callable[[Searcher], Sequence[int | str]]) -> None:
        found.setdefault(name, Compared()).add(ask(local), ask(other))

    for text in questions:
        note("语义检索", lambda s, text=text: s.dense_run(text, TOP).rows.tolist())  # type: ignore[misc]
        note("关键词检索", lambda s, text=text: s.sparse_run(text, TOP).rows.tolist())  # type: ignore[misc]
        note("回答", lambda s, text=text: _hits(s, text, {}))  # type: ignore[misc]
        if filters := offered(local, text):
            note("回答，带筛选", lambda s, text=text, chosen=filters: _hits(s, text, chosen))  # type: ignore[misc]
    return found


def _hits(searcher: Searcher, text: str, filters: Filters) -> list[str]:
    return [hit.passage_id for hit in searcher.search(text, TOP, filters).hits]


def offered(searcher: Searcher, text: str) -> Filters:
    """A filter on what the first hit is about: its city or its theme, by turns."""
    hits = searcher.search(query.clean(text), TOP).hits
    names = ("city", "theme", "kind") if len(text) % 2 else ("theme", "kind", "city")
    values = hits[0].document.facets.values if hits else {}
    return next(({name: values[name][:1]} for name in names if values.get(name)), {})


def report(found: Mapping[str, Compared]) -> str:
    """A row for each way of asking."""
    heading = ("前 10 条", "问题", "重合（平均）", "重合（最低）", "次序也一样的问题")
    rows = [
        (
            name,
            str(len(one.shares)),
            f"{statistics.fmean(one.shares):.3f}",
            f"{min(one.shares):.1f}",
            str(one.same),
        )
        for name, one in found.items()
    ]
    return table(heading, rows)


@contextmanager
def both(root: Path, address: Address) -> Iterator[tuple[Searcher, Searcher]]:
    """The current build opened from its files, and from Milvus, to which it is published."""
    publish(root, address, lambda *_: None)
    build = current_build(root)
    embedder = open_embedder(Manifest.read(build).inputs.model, ROOT / "models")
    with tempfile.TemporaryDirectory() as elsewhere:
        remote = open_build(Path(elsewhere), address)
        yield Searcher(build, embedder), Searcher(remote.folder, embedder, remote=remote)
        remote.server.close()


def main() -> None:
    """Compare, print, write."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.quality.compare_stores", description="Milvus 与本机的回答有多像。"
    )
    parser.add_argument("--index", type=Path, default=Path("index"), metavar="文件夹")
    parser.add_argument("--write", type=Path, metavar="页面", help="写进这一页的 stores 标记之间")
    options = parser.parse_args()
    questions = [question.text for question in read_questions(FOLDER / QUESTIONS)]
    with tempfile.TemporaryDirectory() as folder:
        address = from_environment() or Address(str(Path(folder) / "stores.db"))
        os.environ.pop("CASEBASE_STORE", None)
        with both(options.index, address) as (local, other):
            found = report(compare(local, other, questions))
    print(found)
    if options.write:
        write_blocks(options.write, {"stores": found})


if __name__ == "__main__":
    main()
