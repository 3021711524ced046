"""Words that say the same in community work (``synonyms.txt``), for a question's words: used, and shown when used."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

SYNONYMS = Path(__file__).with_name("synonyms.txt")
"""Groups of synonyms, one a line, words separated by spaces; ``#`` opens a comment."""

_UNMISTAKABLE = 4  # characters of a phrase that is no chance meeting of two words


@dataclass(frozen=True, slots=True)
class Synonym:
    """A word of the question, and what else the same may be called."""

    word: str
    others: tuple[str, ...]


@cache
def groups() -> tuple[tuple[str, ...], ...]:
    """The groups of the file, folded."""
    from ingest import terms

    lines = (line.partition("#")[0] for line in SYNONYMS.read_text(encoding="utf-8").splitlines())
    folded = [tuple(dict.fromkeys(terms.fold(line).split())) for line in lines]
    return tuple(group for group in folded if len(group) > 1)


@cache
def all_words() -> frozenset[str]:
    """Every word of every group: they are domain words as well."""
    return frozenset(word for group in groups() for word in group)


def expand(words: Sequence[str], text: str) -> tuple[Synonym, ...]:
    """The words and phrases of a question that have synonyms, in reading order, each once.

    ``words`` are the question's terms, which say where a word of the text ends; ``text`` is the folded question.

    >>> expand(["增加", "梯子"], "增加梯子")
    ()
    >>> expand(["加", "梯"], "加梯")[0].others
    ('加装电梯', '装电梯', '老楼加梯', '安装电梯')
    """
    tokens = frozenset(words)
    found: dict[str, Synonym] = {}
    for word in _longest_matches(text, tokens):
        others = tuple(other for other in _others()[word] if other not in text)
        if others:
            found.setdefault(word, Synonym(word, others))
    return tuple(found.values())


def _longest_matches(text: str, tokens: Collection[str]) -> Iterator[str]:
    """Words with synonyms in a text, the longest at each place, none inside another."""
    at = 0
    while at < len(text):
        candidates = _by_start().get(text[at : at + 2], ())
        word = next((w for w in candidates if text.startswith(w, at) and _is_whole(w, tokens)), None)
        if word:
            yield word
        at += len(word) if word else 1


def _is_whole(word: str, tokens: Collection[str]) -> bool:
    """Whether a word of the text is made of whole tokens, or too long to be there by chance.

    >>> _is_whole("装电梯", {"装", "电梯"}), _is_whole("加梯", {"增加", "梯子"})
    (True, False)
    """
    if len(word) >= _UNMISTAKABLE:
        return True
    reached = {0}
    for end in range(1, len(word) + 1):
        if any(word[start:end] in tokens for start in reached):
            reached.add(end)
    return len(word) in reached


@cache
def _others() -> Mapping[str, tuple[str, ...]]:
    """For each word the others of all its groups."""
    found: defaultdict[str, dict[str, None]] = defaultdict(dict)
    for group in groups():
        for word in group:
            found[word].update(dict.fromkeys(other for other in group if other != word))
    return {word: tuple(others) for word, others in found.items()}


@cache
def _by_start() -> Mapping[str, tuple[str, ...]]:
    """All words by their first two characters, the longest first."""
    found: defaultdict[str, list[str]] = defaultdict(list)
    for word in _others():
        found[word[:2]].append(word)
    return {start: tuple(sorted(group, key=lambda w: (-len(w), w))) for start, group in found.items()}
