"""Step 14: how likely each sentence of the passages found answers the question, by what is at hand when it is asked.

A logistic model of a dozen signals. ``python -m tests.quality.fit_key_points`` fits the weights on sentences that
were read and graded, and says how well they do on questions that they weren't fitted on.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ingest.passage_store import StoredPassage
from search.models import Vectors
from search.quotable import Sentence

SIGNALS = (
    "score",  # of its passage, as ranked
    "closeness",  # of its passage: it says whether its cosine is its own or that of all around it
    "cosine",  # with the question, or the part of the question that it is closest to
    "behind",  # its cosine less that of the closest sentence
    "kinship",  # cosine with what the first passages have in common and the others haven't
    "focus",  # share of the words that title and headings leave over, which it holds
    "second",  # hits of its document
    "background",
    "opens",  # the first sentence of its passage: it leads up to what follows
    "cites",  # tells of a paper, a decree or a study
    "hardship",  # tells of a difficulty, where one is asked for
    "asked_hardship",
    "asked_how",
    "asked_cases",
)
OF_COSINES = ("closeness", "cosine", "behind", "kinship")
FIRST = 4  # passages that say what a relevant one has in common
# Where title and headings name all words, nothing is left to tell by: a sentence then holds USUAL of it.
USUAL, PRIOR = 0.4, 0.15

_HOW = re.compile(r"怎|如何|咋|步骤|流程|程序|办法|做法|方法|方式|注意|准备|起草|组织|调解|整治|劝")
_HARDSHIP = re.compile(r"困难|难点|难处|卡在|教训|阻碍|阻力|毛病|问题|批评|失败|办不下去")
_CASES = re.compile(r"类似|相似|先例|同类|案例|例子|做过|经历|为什么|为何|原因|背景")
_TELLS_HARDSHIP = re.compile(r"难|缺|不足|问题|障碍|担心|反对|不愿|毛病|短板|教训|批评|质疑|反复|走样")
_CITES = re.compile(
    r"(?:年|月).{0,16}(?:印发|出台|施行|提出|成立|发布|颁布)|论文|研究|学者|报道|文章|提案|认为"
)


@dataclass(frozen=True, slots=True)
class Logistic:
    """Log-odds that a sentence answers the question = bias + weights · signals."""

    bias: float
    weights: tuple[float, ...]


# In the order of SIGNALS.
CALIBRATED = {
    "multilingual-e5-small": Logistic(
        -9.05, (0.11, -43.88, 49.91, 24.88, 7.78, 3.25, 0.46, -1.34, -0.83, -0.77, 1.73, -1.01, 0.38, 1.18)
    )
}
WORDS_ONLY = Logistic(-3.99, (0.2, 0, 0, 0, 0, 3.23, 0.64, -1.22, -0.78, -0.79, 1.58, -0.8, 0.4, 1.29))


def logistic_for(model: str) -> Logistic:
    """The weights fitted for an embedding model, by its name; those without cosines for any other."""
    return CALIBRATED.get(model, WORDS_ONLY)


@dataclass(frozen=True, slots=True)
class Source:
    """A passage that may be quoted: a hit, or one of a hit's document that is folded under it.

    ``hit`` is the rank of the hit; ``vectors`` (s, dim) belong to its ``sentences``; ``held`` (s, words) and
    ``named`` (words,) tell which of the question's words stand in each sentence, and in title and headings.
    """

    stored: StoredPassage
    hit: int
    score: float
    closeness: float
    sentences: tuple[Sentence, ...]
    vectors: Vectors
    held: NDArray[np.bool_]
    named: NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Asked:
    """A question in simplified characters, its vectors (parts, dim) – the whole first – and its words' weights (words,)."""

    text: str
    vectors: Vectors
    weights: Vectors

    @property
    def how(self) -> bool:
        """Whether it asks how something is done."""
        return bool(_HOW.search(self.text))

    @property
    def hardship(self) -> bool:
        """Whether it asks what is difficult."""
        return bool(_HARDSHIP.search(self.text))

    @property
    def cases(self) -> bool:
        """Whether it asks for cases or reasons, to which the background belongs."""
        return bool(_CASES.search(self.text))


def probabilities(logistic: Logistic, asked: Asked, sources: Sequence[Source]) -> Vectors:
    """Between 0 and 1 for each sentence of the sources, one source after the other."""
    odds = logistic.bias + signals(asked, sources) @ np.array(logistic.weights)
    return np.asarray(1 / (1 + np.exp(-np.clip(odds, -50, 50))), dtype=np.float32)


def signals(asked: Asked, sources: Sequence[Source]) -> NDArray[np.float64]:
    """(sentences, signals) in the order of SIGNALS."""
    counts = [len(source.sentences) for source in sources]
    vectors = np.concatenate([source.vectors for source in sources])
    sentences = [sentence for source in sources for sentence in source.sentences]
    alone = np.array([sentence.alone for sentence in sentences])
    cosines = vectors @ asked.vectors.T
    hits = Counter(document for document, _ in {(source.stored.document, source.hit) for source in sources})

    def each(values: Sequence[float]) -> NDArray[np.float64]:
        return np.repeat(np.array(values, dtype=np.float64), counts)

    texts = [sentence.text for sentence in sentences]
    found = {
        "score": each([source.score for source in sources]),
        "closeness": each([source.closeness for source in sources]),
        "cosine": cosines.max(axis=1),
        "behind": cosines[:, 0] - (cosines[alone, 0] if alone.any() else cosines[:, 0]).max(),
        "kinship": vectors @ _common(sources, vectors),
        "focus": np.concatenate([_focus(source, asked.weights) for source in sources]),
        "second": each([hits[source.stored.document] for source in sources]),
        "background": each([source.stored.passage.aspect == "背景" for source in sources]),
        "opens": np.concatenate([np.arange(count) == 0 for count in counts]),
        "cites": np.array([bool(_CITES.search(text)) for text in texts]),
        "hardship": np.array([asked.hardship and bool(_TELLS_HARDSHIP.search(text)) for text in texts]),
        "asked_hardship": np.full(len(texts), asked.hardship),
        "asked_how": np.full(len(texts), asked.how),
        "asked_cases": np.full(len(texts), asked.cases),
    }
    return np.column_stack([found[name] for name in SIGNALS]).astype(np.float64)


def _common(sources: Sequence[Source], vectors: Vectors) -> Vectors:
    """What the first passages have in common, less half of what all sentences have."""
    first = sorted(sources, key=lambda source: -source.score)[:FIRST]
    means = np.stack([source.vectors.mean(axis=0) for source in first])
    return np.asarray(means.mean(axis=0) - vectors.mean(axis=0) / 2, dtype=np.float32)


def _focus(source: Source, weights: Vectors) -> Vectors:
    total = max(float(weights.sum()), 1e-9)
    named = float(weights[source.named].sum()) / total
    both = (source.held | source.named) @ weights / total
    return np.asarray((both - named + PRIOR * USUAL) / (1 - named + PRIOR), dtype=np.float32)
