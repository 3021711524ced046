"""Damaged files, made from the golden ones by a seeded hand: each gives what is left of it or one clear line."""

from __future__ import annotations

import io
import random
import re
import zipfile
from pathlib import Path

import pytest

from ingest.errors import IngestError
from ingest.models import Document
from ingest.sandbox import parse_all

SOURCES = Path(__file__).resolve().parents[1] / "golden" / "sources"
RECOGNISED = {"scanned-page.pdf", "no-tounicode.pdf", "notice.jpg"}  # seconds each, whatever is damaged
NAMES = sorted(path.name for path in SOURCES.iterdir() if path.name not in RECOGNISED)
NUMBERS = (b"0", b"-1", b"65536", b"2147483648", b"99999999999999999999", b"1e309", b"NaN", "九".encode())


def damaged(data: bytes, dice: random.Random) -> bytes:
    """One of the ways in which files break: cut, flipped, doubled, filled with other bytes, with wrong numbers."""
    raw = bytearray(data)
    at = dice.randrange(len(raw))
    match dice.randrange(7):
        case 0:
            return data[:at]
        case 1:
            for _ in range(dice.choice((1, 8, 64))):
                raw[dice.randrange(len(raw))] ^= 1 << dice.randrange(8)
        case 2:
            raw[at : at + dice.randrange(200)] = b""
        case 3:
            raw[at:at] = raw[at : at + dice.randrange(1, 400)] * dice.choice((1, 2, 30))
        case 4:
            raw[at : at + 40] = dice.randbytes(40)
        case 5:
            numbers = list(re.finditer(rb"\d+", data))
            for match in dice.sample(numbers, min(len(numbers), 3))[:1]:
                return data[: match.start()] + dice.choice(NUMBERS) + data[match.end() :]
        case _:
            return data[at:] + data[:at]
    return bytes(raw)


def damaged_package(data: bytes, dice: random.Random) -> bytes:
    """An office file whose parts are damaged, missing, swapped or there twice, in a sound zip."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts = [(name, archive.read(name)) for name in archive.namelist()]
    at, other = dice.randrange(len(parts)), dice.randrange(len(parts))
    name, part = parts[at]
    match dice.randrange(5):
        case 0:
            parts.pop(at)
        case 1:
            parts[at] = (name, parts[other][1])
        case 2:
            parts[at] = (name.upper().replace("/", "\\"), part)
        case _:
            parts[at] = (name, damaged(part, dice) if part else b"<x/>")
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, part in parts:
            archive.writestr(name, part)
    return buffer.getvalue()


def damage(name: str, seed: int) -> bytes:
    """The golden file of this name, damaged in the way of this seed."""
    dice = random.Random(f"{name} {seed}")
    data = (SOURCES / name).read_bytes()
    if data.startswith(b"PK") and dice.random() < 0.7:
        return damaged_package(data, dice)
    return damaged(data, dice)


def complaint(result: Document | IngestError) -> str:
    """What is wrong with the way in which a file was refused; nothing where it was read, or refused as it should be."""
    if isinstance(result, Document):
        return "" if any(section.text.strip() for section in result.sections) else "an empty document"
    reason = result.reason
    if "\n" in reason or not re.search("[\u4e00-\u9fff]", reason) or len(reason) > 300:
        return f"no clear line: {reason!r}"
    return reason if re.search("崩溃|结果无法识别|还没读完", reason) else ""


@pytest.mark.slow
def test_a_damaged_file_is_read_in_part_or_refused_in_one_line(tmp_path: Path) -> None:
    for name in NAMES:
        for seed in range(3 if name.endswith(".pdf") else 8):
            stem, _, suffix = name.rpartition(".")
            (tmp_path / f"{stem}-{seed}.{suffix}").write_bytes(damage(name, seed))
    results = list(parse_all(sorted(tmp_path.iterdir())))
    assert {path.name: wrong for path, result in results if (wrong := complaint(result))} == {}
    assert sum(isinstance(result, Document) for _, result in results) > len(results) / 3
