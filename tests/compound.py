"""Write compound files ([MS-CFB], version 3), which no library of the tests makes: for Outlook messages."""

from __future__ import annotations

import struct
from collections.abc import Mapping

SECTOR, MINI, CUTOFF = 512, 64, 4096
END, FREE, NONE, FAT = 0xFFFFFFFE, 0xFFFFFFFF, 0xFFFFFFFF, 0xFFFFFFFD


def compound(streams: Mapping[str, bytes]) -> bytes:
    """A file with these streams, by path with slashes; small ones stand in the mini stream, as they should."""
    storages = sorted({path.rpartition("/")[0] for path in streams} - {""})
    paths = ["", *storages, *streams]
    mini, minifat, sectors, fat = b"", [], [], []

    def stored(data: bytes) -> int:
        start = len(sectors)
        pieces = [data[at : at + SECTOR].ljust(SECTOR, b"\0") for at in range(0, len(data), SECTOR)]
        sectors.extend(pieces)
        fat.extend([*range(start + 1, start + len(pieces)), END] if pieces else [])
        return start if pieces else END

    places: dict[str, tuple[int, int]] = {}
    for path, data in streams.items():
        if len(data) >= CUTOFF:
            places[path] = (stored(data), len(data))
            continue
        start, count = len(minifat), -(-len(data) // MINI)
        mini += data.ljust(count * MINI, b"\0")
        minifat.extend([*range(start + 1, start + count), END] if count else [])
        places[path] = (start if count else END, len(data))
    places[""] = (stored(mini), len(mini))
    minifat_at = stored(b"".join(struct.pack("<I", entry) for entry in minifat))
    directory = b"".join(_entry(path, paths, places) for path in paths)
    directory_at = stored(directory.ljust(-(-len(directory) // SECTOR) * SECTOR, b"\0"))
    fat_sectors = 1
    while (len(sectors) + fat_sectors) * 4 > fat_sectors * SECTOR:
        fat_sectors += 1
    fat_at = len(sectors)
    fat += [FAT] * fat_sectors
    table = b"".join(struct.pack("<I", entry) for entry in fat).ljust(fat_sectors * SECTOR, b"\xff")
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16)
    header += struct.pack("<HHHHH6xIIII", 0x3E, 3, 0xFFFE, 9, 6, 0, fat_sectors, directory_at, 0)
    header += struct.pack("<IIIII", CUTOFF, minifat_at, -(-len(minifat) * 4 // SECTOR), END, 0)
    header += b"".join(struct.pack("<I", fat_at + n) for n in range(fat_sectors))
    return header.ljust(SECTOR, b"\xff") + b"".join(sectors) + table


def _entry(path: str, paths: list[str], places: Mapping[str, tuple[int, int]]) -> bytes:
    """One entry of the directory; the children of a storage hang on one another, each to the right of the last."""
    parent, _, name = path.rpartition("/")
    inside = [other for other in paths if other and other.rpartition("/")[0] == path]
    beside = [other for other in paths if other and other.rpartition("/")[0] == parent] if path else []
    after = beside[beside.index(path) + 1 :] if path else []
    kind = 5 if not path else 2 if path in places else 1
    child = paths.index(inside[0]) if kind != 2 and inside else NONE
    right = paths.index(after[0]) if after else NONE
    start, size = places.get(path, (0, 0))
    shown = (name or "Root Entry").encode("utf-16-le") + b"\0\0"
    head = shown.ljust(64, b"\0") + struct.pack("<HBBIII", len(shown), kind, 1, NONE, right, child)
    return head + bytes(36) + struct.pack("<IQ", start, size)
