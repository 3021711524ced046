"""Child process: how much int8 arithmetic this machine can do, and how much the built-in model needs.

``python -m tests.bench.peak`` prints ``{operations_per_second}``: of onnxruntime's own int8 matrix product, one run
a core as the embedder does, of a size that stays in the cache. A multiplication and an addition are two operations.
"""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterable
from pathlib import Path

import numpy as np
import onnxruntime
from onnx import TensorProto, helper, numpy_helper

from ingest import builtin_model
from ingest.unigram import Unigram
from tests.bench.machine import cores

ROWS, INNER, COLUMNS = 512, 1024, 1024
SECONDS = 3.0


def operations(tokens: int, layers: int, hidden: int, inner: int) -> int:
    """Of one text through the network: four square matrices and a pair to ``inner`` and back, and attention.

    >>> operations(1, 1, 2, 4)
    72
    """
    return layers * (2 * tokens * (4 * hidden**2 + 2 * hidden * inner) + 4 * tokens**2 * hidden)


def needed(texts: Iterable[str], folder: Path) -> int:
    """Operations that the built-in model in ``folder`` does to embed passages."""
    config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    size = config["num_hidden_layers"], config["hidden_size"], config["intermediate_size"]
    words, prompt = Unigram.load(folder / builtin_model.DICTIONARY), builtin_model.PROMPTS["document"]
    encoded = (words.encode(prompt + text).truncate(builtin_model.MAX_TOKENS) for text in texts)
    return sum(operations(len(tokens.ids), *size) for tokens in encoded)


def measure(seconds: float = SECONDS) -> float:
    """Operations a second of all cores together."""
    session, left = _product()
    done = [0] * cores()
    until = time.perf_counter() + seconds

    def work(place: int) -> None:
        while time.perf_counter() < until:
            session.run(None, {"left": left})
            done[place] += 1

    began = time.perf_counter()
    threads = [threading.Thread(target=work, args=(place,)) for place in range(len(done))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sum(done) * 2 * ROWS * INNER * COLUMNS / (time.perf_counter() - began)


def _product() -> tuple[onnxruntime.InferenceSession, np.ndarray]:
    rng = np.random.default_rng(0)
    right = numpy_helper.from_array(rng.integers(-63, 64, (INNER, COLUMNS)).astype(np.int8), "right")
    left = helper.make_tensor_value_info("left", TensorProto.UINT8, [ROWS, INNER])
    product = helper.make_tensor_value_info("product", TensorProto.INT32, [ROWS, COLUMNS])
    node = helper.make_node("MatMulInteger", ["left", "right"], ["product"])
    graph = helper.make_graph([node], "product", [left], [product], [right])
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 21)], ir_version=10)
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    session = onnxruntime.InferenceSession(
        model.SerializeToString(), options, providers=["CPUExecutionProvider"]
    )
    return session, rng.integers(0, 256, (ROWS, INNER)).astype(np.uint8)


if __name__ == "__main__":
    print(json.dumps({"operations_per_second": measure()}))
