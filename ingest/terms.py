"""Text → terms for the sparse index: the same for passages and queries.

Folding (NFKC, lower case, traditional → simplified) happens here only; what is
shown and quoted stays as the source has it.
"""

from __future__ import annotations

import hashlib
import logging
import re
import unicodedata
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import jieba
import opencc

if TYPE_CHECKING:
    from jieba import Tokenizer

DICTIONARY = Path(__file__).with_name("dictionary.txt")
"""Domain words, one a line; ``#`` opens a comment. A changed dictionary makes a new build."""

VERSION = 1  # of the folding and splitting below; part of the fingerprint

_WORD = re.compile(r"\w")
_CJK_RUN = re.compile(r"[\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]+")


def domain_words() -> list[str]:
    """The words of the domain dictionary."""
    lines = (line.partition("#")[0].strip() for line in DICTIONARY.read_text(encoding="utf-8").splitlines())
    return [line for line in lines if line]


def version() -> str:
    """What folds and splits: another version makes terms that don't fit those of an older build."""
    return f"{VERSION} jieba {jieba.__version__} opencc {opencc.__version__}"


@cache
def dictionary_fingerprint() -> str:
    """SHA-256 over the domain words."""
    return hashlib.sha256("\n".join(domain_words()).encode()).hexdigest()


@cache
def _simplifier() -> opencc.OpenCC:
    return opencc.OpenCC("t2s")


@cache
def full_segmenter() -> Tokenizer:
    """jieba with its whole dictionary and the domain words: for passages. Questions use the build's table of it."""
    jieba.setLogLevel(logging.WARNING)
    segmenter = jieba.Tokenizer()
    segmenter.initialize()
    for word in domain_words():
        segmenter.add_word(fold(word))
    return segmenter


def fold(text: str) -> str:
    """One form for what means the same: NFKC, lower case, simplified characters.

    >>> fold("樓組長２０２４")
    '楼组长2024'
    """
    return str(_simplifier().convert(unicodedata.normalize("NFKC", text).lower()))


def simplified(text: str) -> str:
    """Traditional characters as simplified ones, each character in its place: what the model reads.

    >>> simplified("社區營造")
    '社区营造'
    """
    converted = str(_simplifier().convert(text))
    if len(converted) == len(text):
        return converted
    return "".join(c if len(c := str(_simplifier().convert(char))) == 1 else char for char in text)


def words(text: str, segmenter: Tokenizer | None = None) -> list[str]:
    """Dictionary words of a text, compounds with their parts, in reading order, punctuation left out.

    >>> words("居民参与度")
    ['居民', '参与', '参与度', '居民参与度']
    """
    return words_in(fold(text), segmenter)


def words_in(folded: str, segmenter: Tokenizer | None = None) -> list[str]:
    """``words`` of a text that is folded already."""
    cut = (segmenter or full_segmenter()).cut_for_search(folded, HMM=False)
    return [word for word in cut if _WORD.search(word)]


def bigrams(text: str) -> list[str]:
    """Overlapping pairs of Chinese characters: the net for words that no dictionary knows.

    >>> bigrams("自治金 A")
    ['自治', '治金']
    """
    return bigrams_in(fold(text))


def bigrams_in(folded: str) -> list[str]:
    """``bigrams`` of a text that is folded already."""
    return [run[i : i + 2] for run in _CJK_RUN.findall(folded) for i in range(max(len(run) - 1, 1))]
