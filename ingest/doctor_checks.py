"""The checks of ``python -m ingest doctor``, from the interpreter to the port of the page."""

from __future__ import annotations

import os
import shutil
import socket
import sys
import tempfile
import time
import tomllib
from collections.abc import Sequence
from contextlib import closing
from importlib import metadata
from pathlib import Path
from typing import Any

from ingest.doctor import REINSTALL, Check

_PROJECT = Path(__file__).resolve().parent.parent / "pyproject.toml"
_PICTURE = Path(__file__).with_name("ocr_sample.png")
_WRITTEN = "社区居民议事会议记录"  # what the picture says
_PORT = 8501  # of .streamlit/config.toml
_SPACE = 1_000_000_000  # bytes; the built-in model takes 320 MB, and twice that while it is made
_LEAST_SPACE = 200_000_000
_MEMORY = 2_000_000_000  # bytes; a build takes 0.5 GB, two children that recognise text 0.7 GB each
_HASHED = 500_000_000  # bytes of an index whose hashes are computed here; of a larger one only the sizes
_TEXTS = 8
_SLOW = 3.0  # passages a second: a library of 200 documents then takes over six minutes
_INGEST = "python -m ingest"


def python() -> Check:
    """The interpreter against ``requires-python``."""
    from packaging.specifiers import SpecifierSet

    version = ".".join(map(str, sys.version_info[:3]))
    needed = str(_project()["requires-python"])
    if version in SpecifierSet(needed):
        return Check("Python", "ok", version)
    return Check("Python", "fail", f"{version}，需要 {needed}", "安装新的 Python 后运行 make clean app")


def dependencies() -> Check:
    """Every dependency's version against what pyproject.toml asks for."""
    from packaging.requirements import Requirement

    wrong = []
    needed = [Requirement(text) for text in _project()["dependencies"]]
    for requirement in needed:
        try:
            version = metadata.version(requirement.name)
        except metadata.PackageNotFoundError:
            wrong.append(f"缺少 {requirement.name}")
            continue
        if not requirement.specifier.contains(version, prereleases=True):
            wrong.append(f"{requirement.name} 是 {version}，需要 {requirement.specifier}")
    if wrong:
        return Check("依赖", "fail", "；".join(wrong), REINSTALL)
    return Check("依赖", "ok", f"{len(needed)} 个包都在，版本符合")


def _project() -> dict[str, Any]:
    found: dict[str, Any] = tomllib.loads(_PROJECT.read_text(encoding="utf-8"))["project"]
    return found


def model(models: Path) -> Check:
    """The built-in model's files against its fingerprint."""
    from ingest import builtin_model

    if named := os.environ.get("CASEBASE_MODEL"):
        return Check("内置模型", "ok", f"没有用到：CASEBASE_MODEL 指定了 {named}")
    folder = models / builtin_model.NAME
    facts = builtin_model.manifest(folder)
    if facts is None:
        return Check("内置模型", "warn", "还没有准备", f"{_INGEST}（约 20 秒，不联网）")
    if builtin_model.measured_fingerprint(folder) != facts["fingerprint"]:
        return Check(
            "内置模型", "fail", f"{folder} 里的文件变了，指纹不符", f"删除文件夹 {folder} 后运行 {_INGEST}"
        )
    return Check("内置模型", "ok", f"{builtin_model.NAME}，指纹 {str(facts['fingerprint'])[:12]}")


def stored_index(store: Path) -> Check:
    """The current build: readable, all files with their hashes, its terms those of this program."""
    from ingest import index, terms
    from ingest.errors import IndexNotFoundError, StoredIndexError

    try:
        build = index.current_build(store)
        manifest = index.Manifest.read(build)
        size = sum(stored.size for stored in manifest.files.values())
        problems = index.check(build, hashes=size <= _HASHED)
    except IndexNotFoundError:
        return Check("索引", "warn", f"{store} 里还没有索引", _INGEST)
    except StoredIndexError as error:
        return Check("索引", "fail", str(error), _INGEST)
    if problems:
        return Check("索引", "fail", f"版本 {build.name} 已损坏：{'；'.join(problems[:3])}", _INGEST)
    if manifest.inputs.terms_version != terms.version():
        return Check("索引", "fail", f"版本 {build.name} 的分词与现在的程序不合", _INGEST)
    how = "校验和都对" if size <= _HASHED else "大小都对（太大，没有算校验和）"
    found = f"{manifest.documents} 篇文档，{manifest.passages} 个段落，{size / 1e6:.0f} MB"
    return Check("索引", "ok", f"版本 {build.name}：{found}，{how}")


def milvus(store: Path) -> Check:
    """The store of CASEBASE_STORE: whether it answers, and with which build."""
    from ingest import index
    from ingest.errors import StoredIndexError, StoreError
    from ingest.milvus.address import LOCAL, STORE, from_environment
    from ingest.milvus.publish import is_whole
    from ingest.milvus.schema import build_of
    from ingest.milvus.server import Server

    try:
        address = from_environment()
        if address is None:
            return Check("Milvus", "ok", f"没有用到：{STORE} 是 {LOCAL}")
        with closing(Server(address)) as server:
            build = build_of(server.current() or "")
            whole = build is not None and is_whole(server, build)
    except StoreError as error:
        return Check(
            "Milvus", "fail", str(error), f"改正后再运行 {_INGEST} doctor；先用本机的索引就不设 {STORE}"
        )
    if build is None or not whole:
        return Check(
            "Milvus", "warn", f"{address} 连得上，里面还没有完整的索引", f"在导入的电脑上运行 {_INGEST}"
        )
    if address.sends_token_openly:
        return Check(
            "Milvus", "warn", f"{address}：版本 {build}；口令在网络上没有加密", "改用 milvus+https://"
        )
    try:
        local = index.current_build(store).name
    except StoredIndexError:
        return Check("Milvus", "ok", f"{address}：版本 {build}；本机没有自己的索引")
    if local != build:
        return Check(
            "Milvus", "warn", f"{address} 是版本 {build}，本机是版本 {local}", f"在导入的电脑上运行 {_INGEST}"
        )
    return Check("Milvus", "ok", f"{address}：版本 {build}，与本机相同")


def lock(store: Path) -> Check:
    """Whether somebody writes the index now."""
    from ingest.lock import Holder, is_locked

    holder = Holder.read(store)
    if is_locked(store):
        return Check("索引锁", "warn", f"正在由{holder or '另一个进程'}更新", "等它结束，或者结束那个进程")
    if holder:
        return Check("索引锁", "ok", f"空闲；上一次没有正常结束（{holder}），下次更新时会接着做")
    return Check("索引锁", "ok", "空闲")


def space(store: Path) -> Check:
    """Room on the disk of the index."""
    free = shutil.disk_usage(_existing(store)).free
    detail = f"还剩 {free / 1e9:.1f} GB"
    if free < _LEAST_SPACE:
        return Check("磁盘空间", "fail", detail, "清理磁盘，至少留出 1 GB")
    return Check(
        "磁盘空间", "ok" if free >= _SPACE else "warn", detail, "" if free >= _SPACE else "留出 1 GB"
    )


def writable(folders: Sequence[Path]) -> Check:
    """Whether files can be made where the program makes them."""
    for folder in folders:
        place = _existing(folder)
        try:
            with tempfile.TemporaryFile(dir=place):
                pass
        except OSError as error:
            advice = "把文件夹的写入权限给当前用户，或用 --index 换一个文件夹"
            return Check("写入权限", "fail", f"{place} 不能写入（{error.strerror}）", advice)
    return Check("写入权限", "ok", f"{'、'.join(map(str, folders))} 可以写入")


def _existing(folder: Path) -> Path:
    """The folder, or the nearest one above it that is there."""
    return next(path for path in (folder.absolute(), *folder.absolute().parents) if path.is_dir())


def machine() -> Check:
    """Memory and cores."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    memory = _memory()
    if memory is None:
        return Check("内存与处理器", "ok", f"{cores} 核，内存大小没有查到")
    detail = f"{cores} 核，内存 {memory / 1e9:.1f} GB"
    if memory < _MEMORY:
        return Check("内存与处理器", "warn", detail, "内存不多：读入扫描件时请关掉其他程序")
    return Check("内存与处理器", "ok", detail)


def _memory() -> int | None:
    """Bytes of memory; None where the system doesn't say."""
    try:
        return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    except (AttributeError, ValueError, OSError):
        return None


def recognition() -> Check:
    """Whether text in a picture is read."""
    import numpy as np
    from PIL import Image

    from ingest import ocr

    if not ocr.available():
        return Check("文字识别", "fail", "没有安装，读不了扫描件和图片", REINSTALL)
    with Image.open(_PICTURE) as picture:
        lines = ocr.recognize(np.asarray(picture.convert("RGB")))
    read = "".join(line.text for line in lines)
    if read != _WRITTEN:
        return Check("文字识别", "fail", f"把“{_WRITTEN}”读成了“{read}”", REINSTALL)
    return Check("文字识别", "ok", f"读出了样图上的“{read}”，可信度 {ocr.confidence(lines):.2f}")


def old_formats() -> Check:
    """LibreOffice, for .doc and the like."""
    from ingest.parsers.legacy import find_soffice

    if program := find_soffice():
        return Check("旧格式", "ok", f"LibreOffice 在 {program}")
    how = "需要时安装 LibreOffice（Debian/Ubuntu：apt install libreoffice），或另存为 .docx"
    return Check("旧格式", "warn", "没有 LibreOffice，读不了 .doc、.ppt、.wps 等", how)


def embedding(models: Path) -> Check:
    """How fast passages are embedded by the built-in model."""
    from ingest import builtin_model
    from ingest.embed import OnnxEmbedder
    from ingest.vectors import QUESTIONS

    folder = models / builtin_model.NAME
    if builtin_model.manifest(folder) is None:
        return Check("计算向量", "warn", "模型还没有准备，没有测", _INGEST)
    embedder = OnnxEmbedder(folder)
    text = QUESTIONS.read_text(encoding="utf-8").replace("\n", "") * _TEXTS
    embedder.encode_query(["先算一次"])
    began = time.perf_counter()
    # As long as passages are.
    embedder.encode_document([text[i * 300 : (i + 1) * 300] for i in range(_TEXTS)])
    rate = _TEXTS / (time.perf_counter() - began)
    if rate < _SLOW:
        return Check(
            "计算向量", "warn", f"每秒 {rate:.1f} 段，偏慢", "关掉其他占用处理器的程序；新文件多时请耐心等"
        )
    return Check("计算向量", "ok", f"每秒 {rate:.0f} 段")


def port() -> Check:
    """Whether the page's port is free."""
    with socket.socket() as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind(("127.0.0.1", _PORT))
        except OSError:
            how = f"网页可能已经打开：http://127.0.0.1:{_PORT}；不是的话：streamlit run app.py --server.port {_PORT + 1}"
            return Check("网页端口", "warn", f"{_PORT} 已被占用", how)
    return Check("网页端口", "ok", f"{_PORT} 空闲")
