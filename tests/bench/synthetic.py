"""Libraries of any size that nobody wrote: words by Zipf's law, vectors in clusters, facets; the same in every run.

A document belongs to a topic. Some of its words are the topic's own, its vectors lie near the topic's, so that
words and meaning agree as far as they do in a real library. Vectors are made up, not embedded.
"""

from __future__ import annotations

import pickle
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate
from pathlib import Path

import numpy as np
from numpy.random import Generator, default_rng

from ingest import terms
from ingest.models import Document, Facets, IndexedDocument, Passage, Section
from ingest.vectors import Vectors
from search.language.synonyms import all_words
from tests.bench.questions import TOPICS

SEED = 20241124
DIM = 384
PER_DOCUMENT = 8  # passages, on average
CLUSTERS = 1_000
GENERAL_WORDS = 20_000  # of jieba's dictionary, the commonest
OWN_WORDS = 40  # of a topic
COMMON_WORDS = 50  # one is in every question; they stand in 5 to 20 % of the passages
OWN_SHARE = 0.25  # of a passage's words
WORDS = 84  # drawn for a passage; compounds are indexed with their parts, so that it has about 110 terms
SENTENCE = 12  # words
CITIES, DISTRICTS = 100, 8  # districts of each city
THEMES = tuple(TOPICS[:30])
KINDS = ("案例", "培训", "报告")
# How far a document is from its topic, a passage from its document, a sentence from its passage: lengths of the
# deviation where the topic's vector has length 1. Two passages of a topic have a cosine of about 0.6.
DOCUMENT_NOISE, PASSAGE_NOISE, SENTENCE_NOISE = 0.5, 0.6, 0.4


@dataclass(frozen=True, slots=True)
class Stub:
    """An embedder that gives a question a vector near the topic of its first word that is some topic's own."""

    world: World
    name: str = "synthetic"
    fingerprint: str = "synthetic"
    dim: int = DIM

    def encode_query(self, texts: Sequence[str]) -> Vectors:
        """Vectors (n, DIM)."""
        return np.stack(
            [self.world.near(self.world.topic_of(text), _rng(3, *text.encode())) for text in texts]
        )


class World:
    """What all documents are drawn from: the words with their frequencies, the topics with their own."""

    def __init__(self) -> None:
        rng = _rng(0)
        frequencies = terms.full_segmenter().FREQ
        general = sorted((w for w, n in frequencies.items() if n), key=lambda w: (-frequencies[w], w))
        domain = sorted({*map(terms.fold, terms.domain_words()), *all_words(), *TOPICS})
        words = general[:GENERAL_WORDS]
        for word, place in zip(domain, rng.integers(20, 2_000, len(domain)), strict=True):
            words.insert(int(place), word)
        self.words = np.array(words, dtype=object)
        self._cumulative = np.cumsum(1 / (np.arange(len(words)) + 2.7))
        self._cumulative /= self._cumulative[-1]
        telling = np.flatnonzero([len(word) > 1 for word in words])[:5_000]
        self.common = np.array([word for word in general if len(word) > 1][:COMMON_WORDS], dtype=object)
        self.own = telling[rng.integers(0, len(telling), (CLUSTERS, OWN_WORDS))]
        self.centres = _unit(rng.normal(size=(CLUSTERS, DIM)))

    def draw(self, topic: int, rng: Generator) -> Sequence[str]:
        """The words of a passage."""
        drawn = np.searchsorted(self._cumulative, rng.random(WORDS))
        own = rng.random(WORDS) < OWN_SHARE
        drawn[own] = self.own[topic, rng.integers(0, OWN_WORDS, own.sum())]
        return self.words[drawn].tolist()

    def near(self, topic: int, rng: Generator) -> Vectors:
        """A vector (DIM,) as far from the topic's as a passage's."""
        return _unit(self.centres[topic] + _noise(rng, DOCUMENT_NOISE) + _noise(rng, PASSAGE_NOISE))

    def question(self, number: int) -> str:
        """A question of a word that much of the library holds and two of a topic's own."""
        rng = _rng(2, number)
        own = self.own[int(rng.integers(CLUSTERS)), rng.integers(0, OWN_WORDS, 2)]
        words = [self.common[int(rng.integers(COMMON_WORDS))], *self.words[own]]
        wordings = ("{}{}怎么做{}", "怎样通过{}推动{}和{}", "{}遇到{}，{}有哪些困难")
        return wordings[number % len(wordings)].format(*words)

    def topic_of(self, text: str) -> int:
        """The topic to which most of a text's words are own."""
        found = [topic for word in terms.words(text) for topic in self._topics.get(word, ())]
        return (
            max(set(found), key=lambda topic: (found.count(topic), topic)) if found else len(text) % CLUSTERS
        )

    @cached_property
    def _topics(self) -> Mapping[str, list[int]]:
        topics: dict[str, list[int]] = {}
        for topic, own in enumerate(self.own):
            for word in dict.fromkeys(self.words[own].tolist()):
                topics.setdefault(word, []).append(topic)
        return topics


class Library:
    """A synthetic library of about ``passages`` passages, streamed from a file that ``make`` has written."""

    def __init__(self, path: Path, passages: int) -> None:
        self.path, self.passages = path, passages

    @property
    def documents(self) -> int:
        """How many documents it has."""
        return max(self.passages // PER_DOCUMENT, 1)

    def make(self, world: World) -> None:
        """Write the documents down, so that a build measures its own work and not the making of them."""
        with self.path.open("wb") as file:
            for number, size in enumerate(self._sizes()):
                pickle.dump(_document(world, number, size), file, protocol=5)

    def __iter__(self) -> Iterator[IndexedDocument]:
        with self.path.open("rb") as file:
            for _ in range(self.documents):
                yield pickle.load(file)

    def vectors(self, world: World) -> Iterator[tuple[Vectors, Vectors]]:
        """The vector (DIM,) and one or two sentence vectors (s, DIM) of every passage, in row order."""
        for number, size in enumerate(self._sizes()):
            rng = _rng(1, number)
            middle = world.centres[_topic(number)] + _noise(rng, DOCUMENT_NOISE)
            passages = _unit(middle + _noise(rng, PASSAGE_NOISE, size))
            sentences = _unit(np.repeat(passages, 2, axis=0) + _noise(rng, SENTENCE_NOISE, 2 * size))
            for n, vector in enumerate(passages):
                yield vector, sentences[2 * n : 2 * n + 1 + n % 2]

    def families(self) -> dict[str, tuple[str, ...]]:
        """Every fiftieth document has the next one for another version."""
        pairs = [(_id(n), _id(n + 1)) for n in range(0, self.documents - 1, 50)]
        return {one: pair for pair in pairs for one in pair}

    def _sizes(self) -> list[int]:
        """Passages of each document: 1 to 15, PER_DOCUMENT on average, together exactly ``passages``."""
        ends = np.linspace(0, self.passages, self.documents + 1).round().astype(int)
        shifts = _rng(4).integers(-3, 4, self.documents - 1) if self.passages > PER_DOCUMENT else 0
        ends[1:-1] += shifts
        return np.diff(ends).tolist()


def _document(world: World, number: int, size: int) -> IndexedDocument:
    rng = _rng(0, number)
    topic = _topic(number)
    texts = ["".join(_sentences(world.draw(topic, rng))) for _ in range(size)]
    first = (size + 1) // 2
    sections, passages = [], []
    for heading, aspect, part in (("主要做法", "做法", texts[:first]), ("工作成效", "成效", texts[first:])):
        starts = [0, *accumulate(len(text) + 1 for text in part)]
        sections.append(Section((heading,), "\n".join(part)))
        passages += [
            Passage(len(sections) - 1, start, start + len(text), text, (heading,), aspect=aspect)
            for start, text in zip(starts, part, strict=False)
        ]
    title = "".join(world.words[world.own[topic, rng.integers(0, OWN_WORDS, 3)]])
    return IndexedDocument(
        id=_id(number),
        path=f"{number:07}.md",
        sha256=f"{number:064x}",
        provenance="",
        document=Document(title, tuple(sections)),
        facets=Facets(_facets(topic, rng)),
        passages=tuple(passages),
    )


def _facets(topic: int, rng: Generator) -> dict[str, tuple[str, ...]]:
    city, district = int(rng.integers(CITIES)), int(rng.integers(DISTRICTS))
    return {
        "kind": (KINDS[int(rng.choice(3, p=(0.7, 0.2, 0.1)))],),
        "city": (f"第{city}市",),
        "district": (f"第{city}市第{district}区",),
        "year": (str(int(rng.integers(2006, 2026))),),
        "theme": (THEMES[topic % len(THEMES)], THEMES[int(rng.integers(len(THEMES)))]),
    }


def _sentences(words: Sequence[str]) -> Iterator[str]:
    half = SENTENCE // 2
    for start in range(0, len(words), SENTENCE):
        yield "".join(words[start : start + half]) + "，"
        yield "".join(words[start + half : start + SENTENCE]) + "。"


def _topic(number: int) -> int:
    return number * 7919 % CLUSTERS


def _id(number: int) -> str:
    return f"{number:012x}"


def _rng(*what: int) -> Generator:
    return default_rng([SEED, *what])


def _noise(rng: Generator, length: float, count: int | None = None) -> Vectors:
    size = DIM if count is None else (count, DIM)
    return rng.standard_normal(size, dtype=np.float32) * np.float32(length / DIM**0.5)


def _unit(vectors: Vectors) -> Vectors:
    return np.asarray(vectors / np.linalg.norm(vectors, axis=-1, keepdims=True), dtype=np.float32)
