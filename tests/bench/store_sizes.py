"""What a library takes in Milvus, up to 10⁸ passages: ``python -m tests.bench.store_sizes [--write PAGE] [--prices NODE GB]``.

Bytes of a passage are measured on a build, in what is really sent; the rest is arithmetic on them, with
the assumptions below.
"""

from __future__ import annotations

import argparse
import math
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import numpy as np

from ingest import folded, index, passage_store, term_rows, vectors
from ingest.milvus import passages, publish, records, term_vectors
from search.evaluation.markers import table, write_blocks

SIZES = (10_000, 100_000, 1_000_000, 10_000_000, 100_000_000)
LINKS = 4 * 2 * 16  # bytes of HNSW's lowest layer: 2·M neighbours of 4 bytes, M of ingest/milvus/schema.py
NODE, USED = 64e9, 0.7  # bytes of a query node's memory, and the share of it that is filled
KEPT = index.KEPT_BUILDS  # builds in Milvus, and while a third is written
PAGE = 269e6  # bytes of a page server's process; docs/benchmark.md, 10⁶ passages
SAMPLE = 5_000  # passages


@dataclass(frozen=True, slots=True)
class PerPassage:
    """Bytes of a passage, means over a build."""

    vector: float  # with its links
    terms: float  # 8 for each weight
    record: float  # as it is stored, base64
    shown: float  # of its document and sections, base64
    columns: float  # in a page server's memory and on its disk

    @property
    def searched(self) -> float:
        """What is searched, and so is in the memory of the query nodes."""
        return self.vector + self.terms

    @property
    def stored(self) -> float:
        """All that is in the object store: the vectors without their links, the terms, the records."""
        return self.searched + self.record + self.shown


def measure(root: Path) -> PerPassage:
    """Encode the passages of the current build as they are published, and count."""
    build = index.current_build(root)
    manifest = index.Manifest.read(build)
    store = passage_store.PassageStore(build / passage_store.NAME)
    rows = list(term_rows.rows_of(store.indexed_documents(), manifest.passages, term_rows.NoCache()))
    weights = term_vectors.TermWeights(rows)
    dense = vectors.read_dense(build / vectors.DENSE)
    sentences, texts = vectors.SentenceVectors(build, manifest.inputs.dim), folded.FoldedTexts(build)
    found = [
        passages.written(
            raw, texts.of(np.array([raw[0]]))[0], dense.reconstruct(raw[0]), sentences.of(raw[0])
        )
        for raw in islice(store.table("passages"), SAMPLE)
    ]
    shown = sum(records.stored_size(data) for key, data in publish.records_of_documents(store))
    held = store.columns
    pairs = sum(len(rows) for values in held.holders.values() for rows in values.values())
    # Arrays of the columns; of each value that a document holds its row there and three numbers in search/facets.py.
    columns = held.aspects.nbytes + held.headed.nbytes + held.lengths.nbytes + held.first_passages.nbytes
    columns += held.representatives.nbytes + pairs * 4 * 8
    return PerPassage(
        vector=4 * manifest.inputs.dim + LINKS,
        terms=8 * float(np.mean([len(weights.vector(row)) for row in rows])),
        record=float(np.mean([records.stored_size(data) for data in found])),
        shown=shown / manifest.passages,
        columns=columns / manifest.passages,
    )


def report(of: PerPassage, prices: tuple[float, float] | None) -> str:
    """The bytes that were measured, and a row for each size."""
    measured = table(
        ("每段平均", "字节"),
        [
            ("向量（4 字节浮点）与 HNSW 的邻居", f"{of.vector:.0f}"),
            ("词项的稀疏向量", f"{of.terms:.0f}"),
            ("段落的记录：原文、归一后的文字、段落与句子的向量", f"{of.record:.0f}"),
            ("文档与章节的记录", f"{of.shown:.0f}"),
            ("网页服务器内存里的数组", f"{of.columns:.0f}"),
        ],
    )
    heading = [
        "段落数",
        "查询节点内存（GB）",
        "64 GB 查询节点（台）",
        "对象存储（GB）",
        "每台网页服务器内存（GB）",
    ]
    rows = [_row(of, size, prices) for size in SIZES]
    return f"{measured}\n\n{table([*heading, *(['每月费用'] if prices else [])], rows)}"


def _row(of: PerPassage, size: int, prices: tuple[float, float] | None) -> list[str]:
    memory = size * of.searched * KEPT
    nodes = math.ceil(memory / (NODE * USED))
    stored = size * of.stored * (KEPT + 1)
    page = PAGE + size * of.columns
    row = [f"{size:,}", f"{memory / 1e9:,.1f}", f"{nodes:,}", f"{stored / 1e9:,.0f}", f"{page / 1e9:.1f}"]
    if prices:
        row.append(f"{nodes * prices[0] + stored / 1e9 * prices[1]:,.0f}")
    return row


def main() -> None:
    """Measure, print, write."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.store_sizes", description="Milvus 要多大。")
    parser.add_argument("--index", type=Path, default=Path("index"), metavar="文件夹")
    parser.add_argument(
        "--prices",
        type=float,
        nargs=2,
        metavar=("节点", "GB"),
        help="一台查询节点、1 GB 对象存储的月价；给了就多一列费用",
    )
    parser.add_argument("--write", type=Path, metavar="页面", help="写进这一页的 store-sizes 标记之间")
    options = parser.parse_args()
    found = report(measure(options.index), tuple(options.prices) if options.prices else None)
    print(found)
    if options.write:
        write_blocks(options.write, {"store-sizes": found})


if __name__ == "__main__":
    main()
