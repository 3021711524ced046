"""The straight line from a folder of files to a published index; the numbers are those of docs/architecture.md.

1 parse       bytes of one file → Parsed, in a child process with limits
2 clean       Parsed → Document
3 describe    Document → Facets; declared beats inferred
4 chunk       Document → Passages
5 embed       passages not seen before → unit vectors
6 tokenize    text → terms
7 publish     a complete new build beside the old one, then one atomic switch
"""

from __future__ import annotations

import hashlib
import json
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import numpy as np

from ingest import chunk, index, passage_store, sandbox, term_index, terms, vectors, word_counts, word_table
from ingest.aspects import aspect_of
from ingest.embed import Embedder
from ingest.errors import IngestError, StoredIndexError
from ingest.facets import describe
from ingest.front_matter import SOURCES, FrontMatter, read_sources
from ingest.models import Document, IndexedDocument, Passage, context

VERSION = 5  # of steps 1 to 4: another number parses every file anew
_COMMIT_EVERY = 64  # passages; what a killed run loses of its embeddings at most

Progress = Callable[[str, int, int], None]
"""Called with a stage's Chinese name, how much of it is done and how much there is."""


@dataclass(frozen=True, slots=True)
class CorpusFile:
    """One file of a corpus folder: where it is, how it is named in the index, its bytes' hash."""

    root: Path
    path: Path
    name: str
    sha256: str
    provenance: FrontMatter


@dataclass(frozen=True, slots=True)
class FileReport:
    """What became of one file; ``status`` is ok, skipped or duplicate."""

    path: str
    status: str
    reason: str = ""
    pages: int | None = None
    coverage: float = 0.0
    passages: int = 0
    encoding: str = ""
    ocr_pages: int = 0
    removed: int = 0
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Report:
    """What one run of ingest did."""

    build: str
    documents: int
    passages: int
    embedded: int
    reused: int
    seconds: float
    files: tuple[FileReport, ...]


def ingest(roots: Sequence[Path], store: Path, embedder: Embedder, progress: Progress) -> Report:
    """Bring the index in ``store`` up to the files under ``roots``; raises IngestError, StoredIndexError."""
    began = time.perf_counter()
    with index.writer_lock(store):
        files, refused = scan(roots, progress)
        unique, twins = _without_twins(files)
        known = _known_documents(store)
        read = {f.name: known[_stamp(f)] for f in unique if _stamp(f) in known}
        fresh, failed = _read_files([f for f in unique if f.name not in read], progress)  # steps 1 to 4
        documents = sorted([*read.values(), *fresh], key=lambda document: document.path)
        if not documents:
            raise IngestError(roots[0], _nothing_read(refused + failed))
        inputs = _inputs(documents, embedder)
        embedded, reused = 0, sum(len(d.passages) for d in documents)
        if not _is_current(store, inputs):
            embedded, reused = _build(store, documents, inputs, embedder, roots, progress)  # steps 5 to 7
    reports = [_report(d) for d in documents] + refused + failed + twins
    return Report(
        build=inputs.build_id,
        documents=len(documents),
        passages=sum(len(document.passages) for document in documents),
        embedded=embedded,
        reused=reused,
        seconds=round(time.perf_counter() - began, 3),
        files=tuple(sorted(reports, key=lambda report: report.path)),
    )


def scan(roots: Sequence[Path], progress: Progress) -> tuple[list[CorpusFile], list[FileReport]]:
    """All files under the folders, hashed, and reports of those that must not be opened.

    Names beginning with ``.``, ``_`` or ``~$`` are left out, as are README.md and sources.toml.
    """
    files: list[CorpusFile] = []
    refused: list[FileReport] = []
    for root in roots:
        provenance = read_sources(root if root.is_dir() else root.parent)
        paths = list(_walk(root))
        for number, path in enumerate(paths, start=1):
            base = root if root.is_dir() else root.parent
            name = path.relative_to(base).as_posix()
            shown = name if len(roots) == 1 else f"{base.name}/{name}"
            try:
                sandbox.check_file(path, base)
                digest = _sha256(path)
            except (IngestError, OSError) as error:
                refused.append(FileReport(shown, "skipped", getattr(error, "reason", str(error))))
            else:
                files.append(CorpusFile(base, path, shown, digest, provenance.get(name, FrontMatter())))
            progress("查看文件", number, len(paths))
    return files, refused


def _walk(root: Path) -> Iterator[Path]:
    if not root.is_dir():
        yield root
        return
    for path in sorted(root.iterdir(), key=lambda path: path.name):
        if path.name.startswith((".", "_", "~$")) or path.name in ("README.md", SOURCES):
            continue
        if path.is_dir() and not path.is_symlink():
            yield from _walk(path)
        else:
            yield path


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _without_twins(files: Iterable[CorpusFile]) -> tuple[list[CorpusFile], list[FileReport]]:
    """Each content once; the others reported as duplicates of the first."""
    first: dict[str, CorpusFile] = {}
    twins = []
    for file in files:
        if file.sha256 in first:
            twins.append(FileReport(file.name, "duplicate", f"与 {first[file.sha256].name} 内容完全相同"))
        else:
            first[file.sha256] = file
    return list(first.values()), twins


def _stamp(file: CorpusFile) -> tuple[str, str, str]:
    return file.name, file.sha256, file.provenance.fingerprint


def _known_documents(store: Path) -> dict[tuple[str, str, str], IndexedDocument]:
    """Documents of the current build that need no parsing again; none when they were made in another way."""
    try:
        build = index.current_build(store)
        inputs = index.Manifest.read(build).inputs
        if inputs.pipeline_version != VERSION or inputs.chunk != asdict(chunk.ChunkSettings()):
            return {}
        opened = passage_store.PassageStore(build / passage_store.NAME)
    except StoredIndexError:
        return {}
    documents = {(d.path, d.sha256, d.provenance): d for d in opened.indexed_documents()}
    opened.close()
    return documents


def _read_files(
    files: Sequence[CorpusFile], progress: Progress
) -> tuple[list[IndexedDocument], list[FileReport]]:
    """Steps 1 to 4 for each file; one that can't be read costs none of the others."""
    by_path = {file.path: file for file in files}
    documents: list[IndexedDocument] = []
    failed: list[FileReport] = []
    for number, (path, result) in enumerate(sandbox.parse_all(by_path), start=1):  # steps 1 and 2
        file = by_path[path]
        if isinstance(result, IngestError):
            failed.append(FileReport(file.name, "skipped", result.reason))
        elif not any(section.text.strip() for section in result.sections):
            failed.append(FileReport(file.name, "skipped", "没有读出文字", warnings=result.warnings))
        else:
            documents.append(_index_document(file, result))
        progress("读取文件", number, len(files))
    return documents, failed


def _index_document(file: CorpusFile, document: Document) -> IndexedDocument:
    """Steps 3 and 4; what sources.toml says of the file is declared as front matter is."""
    known = file.provenance
    document = replace(
        document,
        title=known.title or document.title,
        declared={**document.declared, **known.declared},
        sources=known.sources or document.sources,
    )
    return IndexedDocument(
        id=hashlib.sha256(file.name.encode(errors="surrogateescape")).hexdigest()[:12],
        path=file.name,
        sha256=file.sha256,
        provenance=known.fingerprint,
        document=document,
        facets=describe(document, file.name, document.declared),
        passages=tuple(chunk.chunk(document, aspect_of)),
    )


def _inputs(documents: Iterable[IndexedDocument], embedder: Embedder) -> index.Inputs:
    corpus = json.dumps([[d.path, d.sha256, d.provenance] for d in documents])
    return index.Inputs(
        model=embedder.name,
        model_fingerprint=embedder.fingerprint,
        dim=embedder.dim,
        terms_version=terms.version(),
        dictionary_fingerprint=terms.dictionary_fingerprint(),
        chunk=asdict(chunk.ChunkSettings()),
        pipeline_version=VERSION,
        corpus_fingerprint=hashlib.sha256(corpus.encode()).hexdigest(),
    )


def _is_current(store: Path, inputs: index.Inputs) -> bool:
    try:
        build = index.current_build(store)
    except StoredIndexError:
        return False
    return build.name == inputs.build_id and not _problems(build)


def _problems(build: Path) -> list[str]:
    try:
        return index.check(build)
    except StoredIndexError as error:
        return [str(error)]


def _build(
    store: Path,
    documents: Sequence[IndexedDocument],
    inputs: index.Inputs,
    embedder: Embedder,
    roots: Sequence[Path],
    progress: Progress,
) -> tuple[int, int]:
    """Steps 5 to 7; returns how many passages were embedded and how many taken from the cache."""
    finished = store / index.BUILDS / inputs.build_id
    if finished.is_dir() and not _problems(finished):  # the files are again as they were for an earlier build
        index.switch(store, finished)
        return 0, sum(len(document.passages) for document in documents)
    cache = vectors.EmbeddingCache(store / "embeddings.sqlite", embedder.fingerprint, embedder.dim)
    try:
        keys, embedded = embed(documents, embedder, cache, progress)  # step 5
        with index.staging(store, inputs.build_id) as folder:
            progress("写入索引", 0, 3)
            sentences = write_build(folder, documents, cache, keys, embedder, progress)  # step 6
            manifest = index.Manifest(
                build_id=inputs.build_id,
                created=datetime.now(UTC).isoformat(timespec="seconds"),
                inputs=inputs,
                documents=len(documents),
                passages=len(keys),
                sentences=sentences,
                roots=tuple(str(root) for root in roots),
            )
            index.publish(store, folder, manifest)  # step 7
    finally:
        cache.close()
    return embedded, len(keys) - embedded


def embed(
    documents: Iterable[IndexedDocument],
    embedder: Embedder,
    cache: vectors.EmbeddingCache,
    progress: Progress,
) -> tuple[list[bytes], int]:
    """Step 5: fill the cache; returns the key of every passage, in row order, and how many were new.

    Each text is embedded once, however many passages share it.
    """
    contexts = [_spanned(d.document.title, p) for d in documents for p in d.passages]
    keys = [cache.key(text, spans) for text, spans in contexts]
    known = cache.known(keys)
    new = {key: context for key, context in zip(keys, contexts, strict=True) if key not in known}
    order = list(new)
    texts, spans = [new[key][0] for key in order], [new[key][1] for key in order]
    try:
        for done, embedded in enumerate(embedder.encode_passages(texts, spans), start=1):
            cache.put(order[embedded.index], embedded.vector, embedded.sentences)
            if done % _COMMIT_EVERY == 0:
                cache.commit()
            progress("计算向量", done, len(order))
    finally:
        cache.commit()
    return keys, len(order)


def _spanned(title: str, passage: Passage) -> tuple[str, list[chunk.Span]]:
    """The context that is embedded and the spans of the passage's own sentences in it."""
    text, offset = context(title, passage)
    return terms.simplified(text), [
        (start + offset, end + offset) for start, end in chunk.sentences(passage.text)
    ]


def write_build(
    folder: Path,
    documents: Sequence[IndexedDocument],
    cache: vectors.EmbeddingCache,
    keys: Sequence[bytes],
    embedder: Embedder,
    progress: Progress,
) -> int:
    """Step 6 and the files of a build, all but the manifest; returns the number of sentence vectors."""
    passage_store.write(folder / passage_store.NAME, documents)
    progress("写入索引", 1, 3)
    (folder / word_table.NAME).write_bytes(word_table.image())
    (folder / term_index.NAME).mkdir()
    counts: Counter[str] = Counter()
    term_index.write(folder / term_index.NAME, word_counts.counting(term_index.rows_of(documents), counts))
    word_counts.write(folder / word_counts.NAME, counts)
    progress("写入索引", 2, 3)
    pairs = list(cache.get(keys))
    vectors.write_dense(folder / vectors.DENSE, np.array([vector for vector, _ in pairs], dtype=np.float32))
    vectors.write_sentences(folder, (sentences for _, sentences in pairs))
    vectors.write_shared(folder, embedder.encode_query)
    progress("写入索引", 3, 3)
    return sum(len(sentences) for _, sentences in pairs)


def _report(indexed: IndexedDocument) -> FileReport:
    document = indexed.document
    return FileReport(
        path=indexed.path,
        status="ok",
        pages=document.page_count,
        coverage=round(document.coverage, 4),
        passages=len(indexed.passages),
        encoding=document.encoding,
        ocr_pages=len(document.ocr),
        removed=len(document.removed),
        warnings=document.warnings,
    )


def _nothing_read(failed: Sequence[FileReport]) -> str:
    if not failed:
        return "文件夹里没有可以读取的文件。请放入 PDF、Word、PPT、网页或文本文件后再运行。"
    return f"一个文件也没有读成。第一个是 {failed[0].path}：{failed[0].reason}"
