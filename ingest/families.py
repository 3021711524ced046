"""Families: documents that are one text, in another format or another version.

Two documents are alike when their sets of rows of SHINGLE letters overlap by ALIKE (Jaccard similarity), counted
exactly, and so do by SAME_NUMBERS the sets of their numbers: forms that two projects filled in share most of the
form. MinHash (Broder 1997) only proposes whom to compare; signatures are kept with the documents.

A family is a representative and the documents that are like it. So what is hidden behind the representative is
mostly what it says itself, and no chain of small changes joins what isn't alike. Representative is, of documents
that are alike, one that declares facets before one that doesn't, then the one with most letters, then the first by
path.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ingest import terms
from ingest.models import Document, IndexedDocument, Signature

SHINGLE = 5  # letters
ALIKE = (
    0.8  # in corpus/ one text in two formats has 1.0, a draft and its final text 0.5, any others at most 0.07
)
SAME_NUMBERS = 0.5
HASHES, BAND, SEED = 128, 4, 1  # 0.8 alike have a band of hashes in common with all but 5e-8 probability
PROPOSED = 0.65  # estimated similarity from which two are compared; four standard deviations below ALIKE
COMPARED = (
    8  # representatives a document is compared with at most: of a thousand forms any two may be nearly alike
)

_NO_LETTER = re.compile(r"\W+")
_NUMBER = re.compile(r"[0-9]{2,}")


def version() -> str:
    """What signatures are made by: those of another version can't be compared with them."""
    from rensa import RMinHash

    return f"{SHINGLE} {HASHES} {SEED} rensa {RMinHash.ALGORITHM_VERSION} {terms.version()}"


def signature(document: Document) -> Signature:
    """The document's number of letters and its MinHash of HASHES unsigned 32-bit numbers."""
    from rensa import RMinHash

    letters = letters_of(document)
    if not letters:
        return Signature(0, b"")
    hashes = RMinHash(HASHES, SEED)
    hashes.update(list(_shingles(letters)))
    return Signature(len(letters), np.array(hashes.digest(), dtype=np.uint32).tobytes())


def letters_of(document: Document) -> str:
    """What is compared: the letters and digits of headings and text, folded, in reading order.

    A heading stands once, where it opens, so that it makes no difference whether a format knew it for a heading.
    """
    parts: list[str] = []
    open_path: tuple[str, ...] = ()
    for section in document.sections:
        same = next(
            (n for n, (old, new) in enumerate(zip(open_path, section.heading, strict=False)) if old != new),
            min(len(open_path), len(section.heading)),
        )
        parts += [*section.heading[same:], section.text]
        open_path = section.heading
    return _NO_LETTER.sub("", terms.fold("\n".join(parts)))


def _shingles(letters: str) -> frozenset[str]:
    last = max(len(letters) - SHINGLE, 0)
    return frozenset(letters[start : start + SHINGLE] for start in range(last + 1))


def group(documents: Sequence[IndexedDocument]) -> dict[str, tuple[str, ...]]:
    """For each document that isn't alone the ids of its family, the representative's first."""
    found = _Representatives()
    members: dict[int, list[str]] = {}
    for document in sorted(documents, key=_precedence):
        if document.signature.letters:
            members.setdefault(found.of(document), []).append(document.id)
    several = [tuple(ids) for ids in members.values() if len(ids) > 1]
    return {one: ids for ids in several for one in ids}


def _precedence(document: IndexedDocument) -> tuple[bool, int, str]:
    return not document.document.declared, -document.signature.letters, document.path


@dataclass(frozen=True, slots=True)
class _Content:
    """What two documents are compared by."""

    shingles: frozenset[str]
    numbers: frozenset[str]

    @classmethod
    def of(cls, document: Document) -> _Content:
        letters = letters_of(document)
        return cls(_shingles(letters), frozenset(_NUMBER.findall(letters)))

    def is_like(self, other: _Content) -> bool:
        return (
            _jaccard(self.shingles, other.shingles) >= ALIKE
            and _jaccard(self.numbers, other.numbers) >= SAME_NUMBERS
        )


def _jaccard(one: frozenset[str], other: frozenset[str]) -> float:
    """Jaccard similarity, 1 for two empty sets."""
    both = len(one & other)
    return both / (len(one) + len(other) - both) if one or other else 1.0


class _Representatives:
    """The representatives met so far, found again by the bands of their signatures."""

    def __init__(self) -> None:
        self._documents: list[Document] = []
        self._hashes: list[NDArray[np.uint32]] = []
        self._by_band: defaultdict[bytes, list[int]] = defaultdict(list)
        self._by_text: dict[bytes, int] = {}  # of every document so far, by its signature
        self._contents: dict[int, _Content] = {}  # of those that were compared

    def of(self, indexed: IndexedDocument) -> int:
        """Number of the representative that a document is like; a document that is like none becomes one."""
        own = indexed.signature
        content: _Content | None = None
        for number in self._proposed(own):
            content = content or _Content.of(indexed.document)
            if number not in self._contents:
                self._contents[number] = _Content.of(self._documents[number])
            if content.is_like(self._contents[number]):
                return self._by_text.setdefault(own.minhash, number)
        return self._by_text.setdefault(own.minhash, self._add(indexed))

    def _proposed(self, own: Signature) -> list[int]:
        """Whom to compare with: the representative of the same text, then those with a band in common, likest first."""
        same_text = [self._by_text[own.minhash]] if own.minhash in self._by_text else []
        numbers = sorted({number for band in _bands(own) for number in self._by_band.get(band, ())})
        if not numbers:
            return same_text
        hashes = np.stack([self._hashes[number] for number in numbers])
        shares = (hashes == _array(own)).mean(axis=1)
        order = np.argsort(-shares, kind="stable")[:COMPARED]
        return same_text + [numbers[place] for place in order if shares[place] >= PROPOSED]

    def _add(self, indexed: IndexedDocument) -> int:
        number = len(self._documents)
        self._documents.append(indexed.document)
        self._hashes.append(_array(indexed.signature))
        for band in _bands(indexed.signature):
            self._by_band[band].append(number)
        return number


def _array(own: Signature) -> NDArray[np.uint32]:
    return np.frombuffer(own.minhash, dtype=np.uint32)


def _bands(own: Signature) -> Iterator[bytes]:
    size = 4 * BAND  # bytes
    for number, start in enumerate(range(0, len(own.minhash), size)):
        yield bytes([number]) + own.minhash[start : start + size]
