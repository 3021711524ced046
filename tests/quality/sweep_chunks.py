"""Chunk sizes compared on the judged questions: ``python -m tests.quality.sweep_chunks [--write PAGE]``.

The documents of an index are cut anew at each size, embedded into a cache of their own (about two minutes a
size the first time), indexed in a temporary folder, and asked the judged questions.

A larger passage holds more anchors and so looks better by rank; a reader pays for it in characters. So each
size is also measured by what a reader gets for the same reading: the share of the relevant text, by grade,
that stands within the first READ characters shown.
"""

from __future__ import annotations

import argparse
import shutil
import tempfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from itertools import pairwise
from pathlib import Path

from ingest import families, index, passage_store, pipeline, vectors
from ingest.aspects import aspect_of
from ingest.chunk import ChunkSettings, chunk, sentences
from ingest.embed import Embedder, open_embedder
from ingest.models import IndexedDocument, Passage, Section
from search.evaluation.judged import QRELS, QUESTIONS, Judgement, match, read_judgements, read_questions
from search.evaluation.judged_measures import presentable
from search.evaluation.markers import table, write_blocks
from search.evaluation.measures import JUDGED_MEASURES, Values, mean, per_question, presented
from search.evaluation.significance import paired_bootstrap
from search.searcher import Searcher

FOLDER = Path(__file__).parent
ROOT = FOLDER.parents[1]
READ = 3000  # characters: what somebody reads of a page of hits
DEPTH = 30  # hits asked for, so that READ characters are there at the smallest size
PAGE = 10
NOW = ChunkSettings()
LONGEST_OVERLAP = 120  # characters; a longer sentence isn't repeated


@dataclass(frozen=True, slots=True)
class Cut:
    """One way to cut: sizes in characters, and whether each passage repeats the sentence before it."""

    settings: ChunkSettings
    overlap: bool = False

    @property
    def label(self) -> str:
        """How the table calls it."""
        sizes = f"{self.settings.target} / {self.settings.maximum}"
        return f"{sizes}，重叠一句" if self.overlap else f"{sizes}（现在）" if self.settings == NOW else sizes


CUTS = (
    Cut(ChunkSettings(200, 300, 60)),
    Cut(ChunkSettings(260, 390, 60)),
    Cut(NOW),
    Cut(NOW, overlap=True),
    Cut(ChunkSettings(400, 600, 60)),
    Cut(ChunkSettings(480, 720, 60)),
)


@dataclass(frozen=True, slots=True)
class Measured:
    """One cut: its passages, and every question's measures of the ranking and of the page."""

    passages: int
    mean_length: float  # characters
    ranking: Values
    page: Values


def cut_anew(documents: Iterable[IndexedDocument], cut: Cut) -> list[IndexedDocument]:
    """The documents with other passages."""
    found = []
    for indexed in documents:
        passages = chunk(indexed.document, aspect_of, cut.settings)
        if cut.overlap:
            passages = overlapping(passages, indexed.document.sections)
        found.append(replace(indexed, passages=tuple(passages)))
    return found


def overlapping(passages: Sequence[Passage], sections: Sequence[Section]) -> list[Passage]:
    """Each passage begun one sentence earlier, where its section has one before it."""
    found = list(passages[:1])
    for before, passage in pairwise(passages):
        last = before.start + sentences(before.text)[-1][0]
        repeats = before.section == passage.section and before.end - last <= LONGEST_OVERLAP
        start = last if repeats else passage.start
        text = sections[passage.section].text[start : passage.end]
        found.append(replace(passage, start=start, text=text))
    return found


def build(folder: Path, documents: list[IndexedDocument], embedder: Embedder, cache: Path, cut: Cut) -> Path:
    """An index of the documents as they are cut."""
    store = vectors.EmbeddingCache(cache, embedder.fingerprint, embedder.dim)
    keys, _ = pipeline.embed(documents, embedder, store, _progress)
    now = index.Manifest.read(index.current_build(ROOT / "index")).inputs
    inputs = replace(now, chunk=asdict(cut.settings), corpus_fingerprint=cut.label)
    with index.staging(folder, inputs.build_id) as staged:
        versions = families.group(documents)
        written = pipeline.write_build(staged, documents, versions, store, keys, embedder, _silent)
        manifest = index.Manifest(inputs.build_id, "", inputs, len(documents), len(keys), written, ())
        made = index.publish(folder, staged, manifest)
    store.close()
    return made


def whole_anchors(judgements: Iterable[Judgement], texts: Mapping[int, str]) -> list[Judgement]:
    """The judgements, an anchor that a cut goes through replaced by the half that one passage still holds."""
    found: dict[str, str] = {}

    def held(anchor: str) -> str:
        middle = len(anchor) // 2
        pieces = (anchor, anchor[:middle], anchor[middle:])
        return next((p for p in pieces if any(p in text for text in texts.values())), anchor)

    kept = []
    for judgement in judgements:
        anchor = found.setdefault(judgement.anchor, "") or held(judgement.anchor)
        found[judgement.anchor] = anchor
        kept.append(replace(judgement, anchor=anchor))
    return kept


def measure(searcher: Searcher) -> Measured:
    """Ask every answerable question."""
    stored = [p for d in searcher.store.documents for p in searcher.store.passages_of(d)]
    texts = {p.row: "".join(p.passage.text.split()) for p in stored}
    judgements = whole_anchors(read_judgements(FOLDER / QRELS), texts)
    grades = match(judgements, texts, FOLDER / QRELS)
    anchors: dict[str, dict[str, int]] = {}
    for judgement in judgements:
        anchors.setdefault(judgement.question, {})[judgement.anchor] = judgement.grade
    asked = {q.id: q.text for q in read_questions(FOLDER / QUESTIONS) if q.answerable}
    rankings = {name: searcher.rank(text, DEPTH).rows.tolist() for name, text in asked.items()}
    qrels = {name: {str(row): grade for row, grade in grades[name].items()} for name in asked}
    ranked = per_question({n: [str(r) for r in rows] for n, rows in rankings.items()}, qrels, JUDGED_MEASURES)
    ranking = {
        n: {**ranked[n], "read": within(READ, rows, texts, anchors[n])} for n, rows in rankings.items()
    }
    page = {name: _page(text, grades[name], anchors[name], texts, searcher) for name, text in asked.items()}
    return Measured(len(stored), sum(map(len, texts.values())) / len(texts), ranking, page)


def _page(
    text: str,
    grades: Mapping[int, int],
    anchors: Mapping[str, int],
    texts: Mapping[int, str],
    searcher: Searcher,
) -> dict[str, float]:
    best = presentable(grades, searcher)
    rows = [[hit.row for hit in searcher.search(text, k).hits] for k in (PAGE, DEPTH)]
    first, deep = (presented([grades.get(row, 0) for row in own], best) for own in rows)
    return {**first, "recall@20": deep["recall@20"], "read": within(READ, rows[1], texts, anchors)}


def within(limit: int, rows: Iterable[int], texts: Mapping[int, str], anchors: Mapping[str, int]) -> float:
    """Share of the anchors, by grade, that stand within the first ``limit`` characters of these passages.

    >>> within(4, [0, 1], {0: "甲乙", 1: "丙丁戊"}, {"甲": 2, "戊": 1})
    0.6666666666666666
    """
    shown, left = [], limit
    for row in rows:
        shown.append(texts[row][: max(left, 0)])
        left -= len(texts[row])
    found = sum(grade for anchor, grade in anchors.items() if any(anchor in text for text in shown))
    return found / sum(anchors.values())


def sweep(cache: Path, say: Callable[[str], None]) -> dict[str, Measured]:
    """Every cut, measured."""
    embedder = open_embedder("", ROOT / "models")
    current = index.current_build(ROOT / "index")
    if not cache.exists():
        shutil.copy(ROOT / "index" / "embeddings.sqlite", cache)
    documents = list(passage_store.PassageStore(current / passage_store.NAME).indexed_documents())
    found = {}
    for cut in CUTS:
        say(f"==> {cut.label}")
        with tempfile.TemporaryDirectory(prefix="casebase-sweep-") as scratch:
            made = build(Path(scratch), cut_anew(documents, cut), embedder, cache, cut)
            found[cut.label] = measure(Searcher(made, embedder))
    return found


def report(found: Mapping[str, Measured]) -> str:
    """Two tables: the figures, and the differences to the cut in use."""
    heading = (
        *("目标 / 最长（字）", "段落", "平均字数", "混合 nDCG@10", "recall@20", "success@3"),
        *("页面 nDCG@10", "页面 success@3", f"排序前 {READ} 字", f"页面前 {READ} 字"),
    )
    rows = []
    for label, one in found.items():
        ranking, page = mean(one.ranking), mean(one.page)
        figures = [ranking["ndcg@10"], ranking["recall@20"], ranking["success@3"], page["ndcg@10"]]
        figures += [page["success@3"], ranking["read"], page["read"]]
        sizes = [str(one.passages), f"{one.mean_length:.0f}"]
        rows.append((label, *sizes, *(f"{figure:.3f}" for figure in figures)))
    own = Cut(NOW).label
    compared = [
        (label, *(_against(one, found[own], part, name) for part, name in _COMPARED))
        for label, one in found.items()
        if label != own
    ]
    names = ("与现在的差", "页面 nDCG@10", f"排序前 {READ} 字", f"页面前 {READ} 字")
    return f"{table(heading, rows)}\n\n{table(names, compared)}"


_COMPARED = (("page", "ndcg@10"), ("ranking", "read"), ("page", "read"))


def _against(one: Measured, now: Measured, part: str, name: str) -> str:
    d = paired_bootstrap("one", "now", {"one": getattr(one, part), "now": getattr(now, part)}, name)
    return f"{d.mean:+.3f} [{d.low:+.3f}, {d.high:+.3f}]"


def _silent(stage: str, done: int, total: int) -> None:
    """Progress that nobody watches."""


def _progress(stage: str, done: int, total: int) -> None:
    if done % 200 == 0 or done == total:
        print(f"{stage} {done}/{total}", flush=True)


def main() -> None:
    """Measure, print, write."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.quality.sweep_chunks", description="几种切分尺寸，用评判过的问题比较。"
    )
    cache = ROOT / "index" / "chunk-sweep.sqlite"
    parser.add_argument("--cache", type=Path, default=cache, metavar="文件", help="存向量，下次不用再算")
    parser.add_argument("--write", type=Path, metavar="页面", help="写进这一页的 chunk-sizes 标记之间")
    options = parser.parse_args()
    found = report(sweep(options.cache, print))
    print(found)
    if options.write:
        write_blocks(options.write, {"chunk-sizes": found})


if __name__ == "__main__":
    main()
