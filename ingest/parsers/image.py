"""Read pictures by recognising their text; the picture counts as page 1."""

from __future__ import annotations

import warnings
from dataclasses import replace
from pathlib import Path
from typing import IO

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFile, ImageOps, ImageSequence

from ingest import ocr
from ingest.errors import LimitError, ParseError
from ingest.heartbeat import OCR_SECONDS, beat
from ingest.models import OcrPage, Parsed
from ingest.normalize import count
from ingest.parsers.ocr_runs import runs_of_ocr
from ingest.parsers.pdf_columns import Line
from ingest.parsers.pdf_paragraphs import blocks_of
from ingest.parsers.pdf_rows import lines_in_order

MAX_PIXELS = 100_000_000
MAX_FRAMES = 100  # pages of a TIFF
_LEAST = 8  # pixels; no character is smaller
_TALL = 4  # a picture so many times as high as wide is a long screenshot and is read in pieces


def parse(path: Path) -> Parsed:
    """Read a picture, or each page of a TIFF, into blocks."""
    if not ocr.available():
        raise ParseError(path, f"图片要先识别文字；{ocr.MISSING}")
    lines: list[Line] = []
    pages: list[OcrPage] = []
    for number, pixels in enumerate(frames(path, path), start=1):
        try:
            found = [line for top, part in _parts(pixels) for line in _read(part, top)]
        except RuntimeError as error:
            raise LimitError(path, str(error)) from error
        read = lines_in_order(runs_of_ocr(found, 1.0), [])
        for line in read:
            line.page = number
        lines += read
        pages.append(OcrPage(number, ocr.confidence(found)))
    blocks = tuple(blocks_of(lines, {}))
    seen = sum(count(line.text) for line in lines)
    return Parsed(blocks=blocks, page_count=len(pages), seen=seen, ocr=tuple(pages))


def frames(source: Path | IO[bytes], path: Path) -> list[NDArray[np.uint8]]:
    """The picture, or a TIFF's pages, in RGB and upright, no larger than the recogniser works at.

    Raises LimitError or ParseError naming ``path``, or what Pillow raises for bytes that are no picture.
    """
    ImageFile.LOAD_TRUNCATED_IMAGES = True  # what can be read of a cut-off picture is read
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", Image.DecompressionBombWarning)  # the bound below is stricter
        try:
            image = Image.open(source)
        except Image.DecompressionBombError as error:
            raise LimitError(path, "图片太大，上限一亿像素") from error
    with image:
        if image.width * image.height > MAX_PIXELS:
            raise LimitError(path, f"图片太大（{image.width}×{image.height} 像素），上限一亿像素")
        if min(image.size) < _LEAST:
            raise ParseError(path, f"图片太小（{image.width}×{image.height} 像素），认不出文字")
        several = image.format == "TIFF"
        frames = []
        for index, frame in enumerate(ImageSequence.Iterator(image)):
            if index and (not several or index >= MAX_FRAMES):
                break
            frames.append(_pixels(frame))
        return frames


def _pixels(frame: Image.Image) -> NDArray[np.uint8]:
    upright = ImageOps.exif_transpose(frame)
    if upright.mode in {"RGBA", "LA", "P", "PA"}:  # transparent parts would turn black
        layer = upright.convert("RGBA")
        upright = Image.new("RGBA", layer.size, "white")
        upright.alpha_composite(layer)
    width, height = upright.size
    wide = min(1.0, ocr.LONG_SIDE / (width if height > _TALL * width else max(width, height)))
    size = max(round(width * wide), 1), max(round(height * wide), 1)
    return np.asarray(upright.convert("RGB").resize(size) if wide < 1 else upright.convert("RGB"))


def _parts(pixels: NDArray[np.uint8]) -> list[tuple[int, NDArray[np.uint8]]]:
    """A long screenshot in pieces, each with its place; cut where a row of pixels is of one colour."""
    height, width = pixels.shape[:2]
    most = min(ocr.LONG_SIDE, max(2 * width, 400))  # the recogniser enlarges narrow pictures
    parts, top = [], 0
    while height - top > most and height > _TALL * width:
        zone = pixels[top + most // 2 : top + most].astype(np.int16)
        plain = np.ptp(zone, axis=1).max(axis=1)
        cut = top + most // 2 + int(len(plain) - 1 - np.argmin(plain[::-1]))
        parts.append((top, pixels[top:cut]))
        top = cut
    return [*parts, (top, pixels[top:])]


def _read(pixels: NDArray[np.uint8], top: int) -> list[ocr.OcrLine]:
    """The lines of a part, placed in the whole."""
    beat(OCR_SECONDS)
    return [replace(line, top=line.top + top, bottom=line.bottom + top) for line in ocr.recognize(pixels)]
