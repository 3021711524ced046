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


@cache
def fingerprint() -> str:
    """SHA-256 over everything that decides what the terms of a text are."""
    words = "\n".join([str(VERSION), jieba.__version__, opencc.__version__, *domain_words()])
    return hashlib.sha256(words.encode()).hexdigest()


@cache
def _simplifier() -> opencc.OpenCC:
    return opencc.OpenCC("t2s")


@cache
def _segmenter() -> Tokenizer:
    """One segmenter for passages and queries, the domain words in it."""
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


def words(text: str) -> list[str]:
    """Dictionary words of a text, compounds with their parts, in reading order, punctuation left out.

    >>> words("居民参与度")
    ['居民', '参与', '参与度', '居民参与度']
    """
    return [word for word in _segmenter().cut_for_search(fold(text), HMM=False) if _WORD.search(word)]


def bigrams(text: str) -> list[str]:
    """Overlapping pairs of Chinese characters: the net for words that no dictionary knows.

    >>> bigrams("自治金 A")
    ['自治', '治金']
    """
    runs = _CJK_RUN.findall(fold(text))
    return [run[i : i + 2] for run in runs for i in range(max(len(run) - 1, 1))]
