"""The words that a library's questions are made of: how probable a text is, and which words are one slip away.

A text's probability is that of its best cutting into words. A word's is half its share
of general Chinese, half its share of the library's own passages.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from jieba import Tokenizer

LONGEST = 8  # characters of a word that is looked for
ANY = "*"  # stands for one character in a pattern

# A character on its own, however rare, and a domain word, however new, is never improbable: names are
# spelled with rare characters, and a programme has its name before it has documents.
_LEAST_SINGLE = 2e-5
_DOMAIN_BONUS = 3e-5
_IMPROBABLE = -1e9
_LONG = 3  # characters; of a longer word two may be replaced
_COMMON = 100  # words
# A library's commonest words may be meant, and its domain's. The patterns of 30,000 take 0.2 s and 13 MB, those of
# 100,000 0.9 s and 63 MB; corpus/ has 5,000 words.
_MEANT = 30_000
_REMEMBERED = 50_000  # probabilities

Slip = Literal["replaced", "two replaced", "swapped", "missing", "doubled"]


@dataclass(frozen=True, slots=True)
class Neighbour:
    """A word one slip away from a window of text; ``at`` are the offsets in the window where they differ."""

    word: str
    slip: Slip
    at: tuple[int, ...]


@dataclass(frozen=True)
class Vocabulary:
    """Words with the number of passages that hold them; the domain's own; general Chinese, as jieba counts it."""

    counts: Mapping[str, int]
    domain: frozenset[str]
    segmenter: Tokenizer

    def knows(self, word: str) -> bool:
        """Whether the library or its domain has the word."""
        return word in self.counts or word in self.domain

    def typical(self, word: str) -> bool:
        """Whether a word is said here at least as often as elsewhere."""
        own, general = self._shares(word)
        return word in self.domain or own >= general

    def log_probability(self, word: str) -> float | None:
        """Logarithm of a word's probability; None for what is no word."""
        if word not in self._known:
            if len(self._known) >= _REMEMBERED:
                self._known.clear()
            self._known[word] = self._log_probability(word)
        return self._known[word]

    def neighbours(self, window: str) -> Iterator[Neighbour]:
        """The words that a window of text may be a slip of; none for a word that the library knows."""
        if window in self._meant:
            return
        for at in range(len(window)):
            yield from self._replaced(window, at)
            if at and window[at] == window[at - 1]:
                yield from self._if_meant(window[:at] + window[at + 1 :], "doubled", (at,))
        for at in range(len(window) - 1):
            swapped = window[:at] + window[at + 1] + window[at] + window[at + 2 :]
            yield from self._if_meant(swapped, "swapped", (at, at + 1))
        for word, left_out in self._shortened.get(window, ()):
            yield Neighbour(word, "missing", (left_out,))

    def _replaced(self, window: str, at: int) -> Iterator[Neighbour]:
        pattern = window[:at] + ANY + window[at + 1 :]
        for word in self._patterns.get(pattern, ()):
            yield Neighbour(word, "replaced", (at,))
        if len(window) <= _LONG:
            return
        for other in range(at + 1, len(window)):
            wider = pattern[:other] + ANY + pattern[other + 1 :]
            for word in self._wider_patterns.get(wider, ()):
                if word[at] != window[at] and word[other] != window[other]:
                    yield Neighbour(word, "two replaced", (at, other))

    def _if_meant(self, word: str, slip: Slip, at: tuple[int, ...]) -> Iterator[Neighbour]:
        if word in self._meant:
            yield Neighbour(word, slip, at)

    def _shares(self, word: str) -> tuple[float, float]:
        return self.counts.get(word, 0) / self._total, self.segmenter.FREQ.get(word, 0) / self.segmenter.total

    def _log_probability(self, word: str) -> float | None:
        probability = sum(self._shares(word)) / 2
        if len(word) == 1:
            probability = max(probability, _LEAST_SINGLE)
        elif word in self.domain:
            probability += _DOMAIN_BONUS
        return math.log(probability) if probability else None

    @cached_property
    def greatest(self) -> float:
        """Log probability of the likeliest word that may be meant, looked for among the library's commonest."""
        common = sorted(self._meant & self.counts.keys(), key=lambda word: (-self.counts[word], word))[
            :_COMMON
        ]
        return max((self.log_probability(word) or _IMPROBABLE for word in common), default=math.log(0.01))

    @cached_property
    def _known(self) -> dict[str, float | None]:
        return {}

    @cached_property
    def _total(self) -> int:
        return max(sum(self.counts.values()), 1)

    @cached_property
    def _meant(self) -> frozenset[str]:
        """The words that somebody may have meant to type."""
        common = sorted(self.counts, key=lambda word: (-self.counts[word], word))[:_MEANT]
        words = {*common, *self.domain}
        return frozenset(word for word in words if 2 <= len(word) <= LONGEST and _chinese(word))

    @cached_property
    def _patterns(self) -> Mapping[str, list[str]]:
        """楼*长 → 楼组长, 楼栋长: the words by all but one of their characters."""
        found: defaultdict[str, list[str]] = defaultdict(list)
        for word in sorted(self._meant):
            for at in range(len(word)):
                found[word[:at] + ANY + word[at + 1 :]].append(word)
        return found

    @cached_property
    def _wider_patterns(self) -> Mapping[str, list[str]]:
        """社区** → 社区治理: the domain's long words by all but two, for a part typed as another word."""
        found: defaultdict[str, list[str]] = defaultdict(list)
        for word in sorted(word for word in self.domain & self._meant if len(word) > _LONG):
            for at in range(len(word)):
                for other in range(at + 1, len(word)):
                    found[word[:at] + ANY + word[at + 1 : other] + ANY + word[other + 1 :]].append(word)
        return found

    @cached_property
    def _shortened(self) -> Mapping[str, list[tuple[str, int]]]:
        """志者 → (志愿者, 1): the words by what is left of them without one character."""
        found: defaultdict[str, list[tuple[str, int]]] = defaultdict(list)
        for word in sorted(word for word in self._meant if len(word) > 2):
            for at in range(len(word)):
                if not at or word[at] != word[at - 1]:
                    found[word[:at] + word[at + 1 :]].append((word, at))
        return found


def of_library(counts: Mapping[str, int], segmenter: Tokenizer, also: Iterable[str] = ()) -> Vocabulary:
    """The vocabulary of a build: its word counts, its segmenter, and folded words to know besides the dictionary."""
    from ingest import terms

    return Vocabulary(counts, frozenset([*map(terms.fold, terms.domain_words()), *also]), segmenter)


@dataclass(frozen=True, slots=True)
class Cutting:
    """A text cut into words in the best way: its log probability, and that of all before and after an offset."""

    before: Sequence[float]
    after: Sequence[float]
    words: Sequence[tuple[int, int]]

    @property
    def total(self) -> float:
        """Log probability of the whole text."""
        return self.before[-1]


def cut(text: str, vocabulary: Vocabulary) -> Cutting:
    """The most probable cutting of a text that has no punctuation."""
    found = _words_in(text, vocabulary)
    before, came_from = [0.0] + [_IMPROBABLE] * len(text), [0] * (len(text) + 1)
    for start, end, weight in found:
        if before[start] + weight > before[end]:
            before[end], came_from[end] = before[start] + weight, start
    after = [_IMPROBABLE] * len(text) + [0.0]
    for start, end, weight in reversed(found):
        after[start] = max(after[start], after[end] + weight)
    words, end = [], len(text)
    while end:
        words.append((came_from[end], end))
        end = came_from[end]
    return Cutting(before, after, words[::-1])


def _words_in(text: str, vocabulary: Vocabulary) -> list[tuple[int, int, float]]:
    """All words in a text as start, end and log probability, by their start."""
    return [
        (start, end, weight)
        for start in range(len(text))
        for end in range(start + 1, min(start + LONGEST, len(text)) + 1)
        if (weight := vocabulary.log_probability(text[start:end])) is not None
    ]


def _chinese(word: str) -> bool:
    return all("\u3400" <= character <= "\u9fff" for character in word)
