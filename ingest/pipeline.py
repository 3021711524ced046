"""The straight line from a folder of files to a published index; the numbers are those of docs/architecture.md.

1 parse       bytes of one file → Parsed, in a child process with limits
2 clean       Parsed → Document; personal data counted and, unless it is to be kept, masked
3 describe    Document → Facets; declared beats inferred
4 chunk       Document → Passages; a signature by which its other versions are found
5 embed       passages not seen before → unit vectors
6 tokenize    text → terms
7 publish     a complete new build beside the old one, then one atomic switch
"""

from __future__ import annotations

import hashlib
import json
import time
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from contextlib import closing
from dataclasses import asdict, replace
from datetime import UTC, datetime
from pathlib import Path

from ingest import (
    changes,
    chunk,
    families,
    folded,
    index,
    passage_store,
    place_names,
    privacy,
    sandbox,
    term_index,
    term_rows,
    terms,
    vectors,
    word_cache,
    word_counts,
    word_table,
)
from ingest.aspects import aspect_of
from ingest.embed import Embedder
from ingest.errors import IngestError, StoredIndexError
from ingest.facets import describe
from ingest.lock import AT_ONCE, Wait
from ingest.models import Document, IndexedDocument, Passage, context
from ingest.previous import Renamer, document_id, indexed_stamps
from ingest.report import FileReport, Report, report_of
from ingest.roots import Root, open_roots
from ingest.scan import CorpusFile, Progress, scan, without_twins

VERSION = 8  # of steps 1 to 4: another number parses every file anew
_COMMIT_EVERY = 64  # passages; what a killed run loses of its embeddings at most


def ingest(
    paths: Sequence[Path],
    store: Path,
    embedder: Embedder,
    progress: Progress,
    wait: Wait = AT_ONCE,
    retry: bool = True,
    keep_personal_data: bool = False,
) -> Report:
    """Bring the index in ``store`` up to the files under ``paths``; raises IngestError, StoredIndexError.

    Without ``retry`` files that could not be read the last time and have not changed are not tried again.
    Personal data is masked in the index unless it is to be kept.
    """
    began = time.perf_counter()
    roots = open_roots(paths)
    with index.writer_lock(store, wait):
        files, refusals = scan(roots, progress)
        refused = [FileReport(name, "skipped", reason) for name, reason in refusals.items()]
        unique, first = without_twins(files)
        twins = [FileReport(name, "duplicate", f"与 {other} 内容完全相同") for name, other in first.items()]
        indexed, aside = indexed_stamps(store), changes.read_set_aside(store)
        read = _taken_over(unique, _known_documents(store, keep_personal_data))
        unread = [f for f in unique if f.name not in read]
        hopeless = {} if retry else {f.name: aside[f.name] for f in unread if _failed_before(f, aside)}
        hopeful = [f for f in unread if f.name not in hopeless]
        fresh, failed = _read_files(hopeful, progress, keep_personal_data)  # steps 1 to 4
        failed += [FileReport(n, "skipped", f.reason, warnings=f.warnings) for n, f in hopeless.items()]
        documents = sorted([*read.values(), *fresh], key=lambda document: document.path)
        if not documents:
            raise IngestError(roots[0].path, _nothing_read(refused + failed))
        inputs = _inputs(documents, embedder, keep_personal_data)
        versions = families.group(documents)
        embedded, reused = 0, sum(len(d.passages) for d in documents)
        if not _is_current(store, inputs):  # steps 5 to 7
            embedded, reused = _build(store, documents, versions, inputs, embedder, roots, progress)
        index.set_roots(index.current_build(store), _places(roots))
        stamps = {f.name: f.stamp for f in files} | dict.fromkeys(refusals, ("", ""))
        found = changes.compare({name: entry.stamp for name, entry in aside.items()} | indexed, stamps)
        paths_of = {document.id: document.path for document in documents}
        stand_for = {one: paths_of[ids[0]] for one, ids in versions.items()}
        reports = [report_of(d, keep_personal_data, stand_for.get(d.id, "")) for d in documents]
        reports += refused + failed + twins
        _remember(store, reports, stamps, aside)
    reports = [replace(r, change=found.of[r.path], was=found.was.get(r.path, "")) for r in reports]
    return Report(
        build=inputs.build_id,
        documents=len(documents),
        passages=sum(len(document.passages) for document in documents),
        embedded=embedded,
        reused=reused,
        seconds=round(time.perf_counter() - began, 3),
        files=tuple(sorted(reports, key=lambda report: report.path)),
        read=len(fresh),
        taken_over=len(read),
        gone=found.gone,
    )


def _stamp(file: CorpusFile) -> tuple[str, str, str]:
    return file.name, file.sha256, file.provenance.fingerprint


def _known_documents(store: Path, keep_personal_data: bool) -> dict[tuple[str, str, str], IndexedDocument]:
    """Documents of the current build that need no parsing again; none when they were made in another way."""
    try:
        build = index.current_build(store)
        inputs = index.Manifest.read(build).inputs
        now = {
            "pipeline_version": VERSION,
            "chunk": asdict(chunk.ChunkSettings()),
            "keep_personal_data": keep_personal_data,
            "families_version": families.version(),
        }
        if any(getattr(inputs, name) != value for name, value in now.items()):
            return {}
        opened = passage_store.PassageStore(build / passage_store.NAME)
    except StoredIndexError:
        return {}
    documents = {(d.path, d.sha256, d.provenance): d for d in opened.indexed_documents()}
    opened.close()
    return documents


def _taken_over(
    files: Iterable[CorpusFile], known: Mapping[tuple[str, str, str], IndexedDocument]
) -> dict[str, IndexedDocument]:
    """By name, the documents of files that are as they were, be it under another name."""
    renamer = Renamer(known.values())
    found = {
        f.name: known.get(_stamp(f)) or renamer.renamed(f.name, f.stamp, bool(f.provenance.title))
        for f in files
    }
    return {name: document for name, document in found.items() if document}


def _failed_before(file: CorpusFile, aside: Mapping[str, changes.SetAside]) -> bool:
    entry = aside.get(file.name)
    return entry is not None and entry.status == "skipped" and entry.stamp == file.stamp


def _remember(
    store: Path,
    reports: Iterable[FileReport],
    stamps: Mapping[str, changes.Stamp],
    before: Mapping[str, changes.SetAside],
) -> None:
    """Keep what was set aside for the next run, where it isn't what was kept already."""
    now = {
        r.path: changes.SetAside(*stamps[r.path], r.status, r.reason, r.warnings)
        for r in reports
        if r.status != "ok"
    }
    if now != before:
        changes.write_set_aside(store, now)


def _places(roots: Iterable[Root]) -> tuple[str, ...]:
    return tuple(str(root.path) for root in roots)


def _read_files(
    files: Sequence[CorpusFile], progress: Progress, keep_personal_data: bool
) -> tuple[list[IndexedDocument], list[FileReport]]:
    """Steps 1 to 4 for each file; one that can't be read costs none of the others."""
    by_path = {file.path: file for file in files}
    documents: list[IndexedDocument] = []
    failed: list[FileReport] = []
    keep_lines = {file.path for file in files if file.provenance.keep_lines}
    with closing(sandbox.parse_all(by_path, keep_lines=keep_lines)) as results:  # steps 1 and 2
        for number, (path, result) in enumerate(results, start=1):
            file = by_path[path]
            if isinstance(result, IngestError):
                failed.append(FileReport(file.name, "skipped", result.reason))
            elif not any(section.text.strip() for section in result.sections):
                failed.append(FileReport(file.name, "skipped", "没有读出文字", warnings=result.warnings))
            else:
                documents.append(_index_document(file, result, keep_personal_data))
            progress("读取文件", number, len(files))
    return documents, failed


def _index_document(file: CorpusFile, document: Document, keep_personal_data: bool) -> IndexedDocument:
    """The end of step 2, steps 3 and 4; what sources.toml says of the file is declared as front matter is."""
    known = file.provenance
    document = replace(
        document,
        title=known.title or document.title,
        declared={**document.declared, **known.declared},
        sources=known.sources or document.sources,
        warnings=(*document.warnings, *known.warnings),
    )
    personal = privacy.count(document)
    if personal and not keep_personal_data:
        document = privacy.masked(document)
    return IndexedDocument(
        id=document_id(file.name),
        path=file.name,
        sha256=file.sha256,
        provenance=known.fingerprint,
        document=document,
        facets=describe(document, file.name, document.declared),
        passages=tuple(chunk.chunk(document, aspect_of)),
        personal=personal,
        signature=families.signature(document),
    )


def _inputs(
    documents: Iterable[IndexedDocument], embedder: Embedder, keep_personal_data: bool
) -> index.Inputs:
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
        keep_personal_data=keep_personal_data,
        families_version=families.version(),
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
    versions: Mapping[str, tuple[str, ...]],
    inputs: index.Inputs,
    embedder: Embedder,
    roots: Sequence[Root],
    progress: Progress,
) -> tuple[int, int]:
    """Steps 5 to 7; returns how many passages were embedded and how many taken from the cache."""
    finished = store / index.BUILDS / inputs.build_id
    if finished.is_dir() and not _problems(finished):  # the files are again as they were for an earlier build
        index.switch(store, finished)
        return 0, sum(len(document.passages) for document in documents)
    cache = vectors.EmbeddingCache(store / "embeddings.sqlite", embedder.fingerprint, embedder.dim)
    words = word_cache.WordCache(store / word_cache.NAME)
    try:
        keys, embedded = embed(documents, embedder, cache, progress)  # step 5
        with index.staging(store, inputs.build_id) as folder:
            progress("写入索引", 0, 3)
            # step 6
            structure = write_build(folder, documents, versions, cache, keys, embedder, progress, words)
            manifest = index.Manifest(
                build_id=inputs.build_id,
                created=datetime.now(UTC).isoformat(timespec="seconds"),
                inputs=inputs,
                documents=len(documents),
                passages=len(keys),
                sentences=vectors.sentences_in(folder),
                structure=structure,
                roots=_places(roots),
            )
            index.publish(store, folder, manifest)  # step 7
        words.forget_others()
    finally:
        cache.close()
        words.close()
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
    versions: Mapping[str, tuple[str, ...]],
    cache: vectors.EmbeddingCache,
    keys: Sequence[bytes],
    embedder: Embedder,
    progress: Progress,
    words: term_rows.Cache,
) -> str:
    """Step 6 and the files of a build, all but the manifest; returns the structure of the passages' vectors."""
    passage_store.write(folder / passage_store.NAME, documents, versions)
    progress("写入索引", 1, 3)
    (folder / word_table.NAME).write_bytes(word_table.image())
    (folder / term_index.NAME).mkdir()
    counts: Counter[str] = Counter()
    rows = folded.writing(
        folder, word_counts.counting(term_rows.rows_of(documents, len(keys), words), counts)
    )
    term_index.write(folder / term_index.NAME, rows)
    word_counts.write(folder / word_counts.NAME, counts)
    place_names.write(folder / place_names.NAME, place_names.names_of(documents))
    progress("写入索引", 2, 3)
    own = vectors.writing_sentences(folder, cache.get(keys))
    structure = vectors.write_dense(folder / vectors.DENSE, own, len(keys), embedder.dim)
    vectors.write_shared(folder, embedder.encode_query)
    progress("写入索引", 3, 3)
    return structure


def _nothing_read(failed: Sequence[FileReport]) -> str:
    if not failed:
        return "文件夹里没有可以读取的文件。请放入 PDF、Word、PPT、网页或文本文件后再运行。"
    return f"一个文件也没有读成。第一个是 {failed[0].path}：{failed[0].reason}"
