"""Recognise text in pictures with rapidocr, whose models come inside its package; nothing is fetched."""

from __future__ import annotations

import importlib.util
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

LONG_SIDE = 1800  # pixels; a page of A4 then needs 650 MB and 4 s on one core, at 2000 it needs over 900 MB
MISSING = "请安装文字识别：pip install rapidocr onnxruntime"
_STRIP = 4  # the long side in short ones; so a strip needs no more memory than a page
_SURE = 0.5  # what is read with less confidence is left out


@dataclass(frozen=True, slots=True)
class OcrLine:
    """One recognised line: its text, its box in pixels and how sure the model is."""

    text: str
    x0: float
    top: float
    x1: float
    bottom: float
    confidence: float


def available() -> bool:
    """Whether the recogniser is installed."""
    return all(importlib.util.find_spec(name) for name in ("rapidocr", "onnxruntime"))


@cache
def _engine() -> Any:
    from rapidocr import RapidOCR

    # One thread, as the sandbox already runs a child on each core; line by line, which is faster than six at a
    # time (3.5 s against 5.1 s a page) and needs a third less memory.
    settings = {
        "Global.log_level": "critical",
        "Global.max_side_len": LONG_SIDE,
        "EngineConfig.onnxruntime.intra_op_num_threads": 1,
        "Rec.rec_batch_num": 1,
    }
    return RapidOCR(params=settings)


def recognize(image: NDArray[np.uint8]) -> list[OcrLine]:
    """All lines of text in an RGB picture, from the top; RuntimeError where the engine gives up."""
    import cv2
    from rapidocr.inference_engine.onnxruntime.main import ONNXRuntimeError

    try:
        found = _engine()(np.ascontiguousarray(_padded(image)[..., ::-1]))
    except (ONNXRuntimeError, MemoryError, cv2.error) as error:
        raise RuntimeError("文字识别失败，可能是内存不够") from error
    if found.boxes is None or found.txts is None:
        return []
    lines = []
    for box, text, score in zip(found.boxes, found.txts, found.scores, strict=True):
        (x0, top), (x1, bottom) = box.min(axis=0).tolist(), box.max(axis=0).tolist()
        if text.strip() and score >= _SURE:
            lines.append(OcrLine(text, x0, top, x1, bottom, float(score)))
    return sorted(lines, key=lambda line: (line.top, line.x0))


def _padded(image: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """The picture with white beside or below it where it is a strip, which the engine would enlarge without bound."""
    height, width = image.shape[:2]
    least = max(height, width) // _STRIP
    return np.pad(
        image, ((0, max(least - height, 0)), (0, max(least - width, 0)), (0, 0)), constant_values=255
    )


def confidence(lines: list[OcrLine]) -> float:
    """The mean confidence of a page's lines, weighted by their length."""
    weights = sum(len(line.text) for line in lines)
    return round(sum(line.confidence * len(line.text) for line in lines) / weights, 3) if weights else 0.0
