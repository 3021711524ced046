"""A question with slips of the keyboard → the question that was meant: offered as 「您是不是要找」, never applied.

The noisy channel (Kernighan, Church & Gale 1990): a correction is offered when it makes
the question so much more probable that a slip explains it better than intent. Windows of
characters are looked at, not tokens: a word with a slip in it falls apart into characters.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from search.language.sounds import likeness
from search.language.vocabulary import LONGEST, Cutting, Neighbour, Vocabulary, cut

MOST = 2  # slips in one question

# Log odds against each slip. These and the margins below were swept one by one on 200 mistyped questions (182 are
# corrected, 3 wrongly), 396 correct ones (2 false offers) and the 13,353 of the public sets, which are of other worlds
# and full of names (1.2%); half a point less gains one or two of the 200 and doubles the false offers.
_AGAINST = {
    "sound": 4.5, "near": 6.0, "shape": 7.0, "doubled": 5.0, "swapped": 6.0, "missing": 9.5, "two replaced": 7.0
}  # fmt: skip
_EASIEST = min(_AGAINST.values())
# What a correction must gain beyond them, and how much more for each word of the question that the library hasn't:
# such a question is of another world, and so is its odd word. Words of two characters have many neighbours.
_BEYOND_SHORT, _PER_STRANGER_SHORT = 0.5, 2.0
_BEYOND_LONG, _PER_STRANGER_LONG = 0.0, 0.5

_CHINESE = re.compile(r"[\u3400-\u9fff]+")
_NAMES = re.compile(r"《[^》]*》|「[^」]*」")
_SURNAMES = frozenset(
    "王李张刘陈杨赵黄周吴徐孙胡朱林何郭罗梁宋郑谢韩唐冯董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎潘杜戴夏钟汪姜范"
    "姚谭廖邹熊陆郝崔邱秦顾侯邵孟"
)


@dataclass(frozen=True, slots=True)
class Correction:
    """Another reading of ``[start, end)`` of a question, and how much better than a slip it must be."""

    gain: float
    start: int
    end: int
    neighbour: Neighbour


def suggest(question: str, vocabulary: Vocabulary) -> str | None:
    """The question without its slips; None when nothing better is likely.

    Only the characters that change are touched, so names and traditional characters stay as they are.
    """
    from ingest import terms

    fixed = question
    for _ in range(MOST):
        simplified = terms.simplified(fixed)
        found = max(_corrections(simplified, vocabulary), key=_preference, default=None)
        if found is None:
            break
        fixed = _corrected(fixed, found, traditional=simplified != fixed)
    return None if fixed == question else fixed


def _preference(found: Correction) -> tuple[float, int, str]:
    """The greatest gain, then the first place."""
    return found.gain, -found.start, found.neighbour.word


def _corrections(text: str, vocabulary: Vocabulary) -> Iterator[Correction]:
    """All that is better explained by a slip, in a question in simplified characters."""
    text = _NAMES.sub(lambda name: " " * len(name[0]), text)
    runs = [(match.start(), match[0], cut(match[0], vocabulary)) for match in _CHINESE.finditer(text)]
    strangers = [
        (offset + start, offset + end)
        for offset, run, cutting in runs
        for start, end in cutting.words
        if end - start > 1 and not vocabulary.knows(run[start:end])
    ]
    for offset, run, cutting in runs:
        for start, end, neighbour in _neighbours(run, cutting, vocabulary):
            outside = sum(b <= offset + start or a >= offset + end for a, b in strangers)
            gain = _gain(cutting, start, end, vocabulary.log_probability(neighbour.word))
            gain -= _beyond(neighbour.word, outside)
            if gain >= _EASIEST and (against := _against(run[start:end], neighbour)) and gain >= against:
                yield Correction(gain - against, offset + start, offset + end, neighbour)


def _beyond(word: str, strangers: int) -> float:
    """What a correction to this word must gain besides the odds against the slip."""
    if len(word) == 2:
        return _BEYOND_SHORT + _PER_STRANGER_SHORT * strangers
    return _BEYOND_LONG + _PER_STRANGER_LONG * strangers


def _neighbours(run: str, cutting: Cutting, vocabulary: Vocabulary) -> Iterator[tuple[int, int, Neighbour]]:
    """The words that windows of a run may be slips of; windows too probable to gain from any word are left out."""
    joins = {start for start, _ in cutting.words}
    for start in range(len(run)):
        for end in range(start + 2, min(start + LONGEST, len(run)) + 1):
            if _gain(cutting, start, end, vocabulary.greatest) < _EASIEST:
                continue
            for neighbour in vocabulary.neighbours(run[start:end]):
                if _plausible(run, start, neighbour, joins, vocabulary):
                    yield start, end, neighbour


def _gain(cutting: Cutting, start: int, end: int, weight: float | None) -> float:
    """By how much a word of this log probability in its place makes a run more probable."""
    if weight is None:
        return 0.0
    return cutting.before[start] + weight + cutting.after[end] - cutting.total


def _plausible(
    run: str, start: int, neighbour: Neighbour, joins: Collection[int], vocabulary: Vocabulary
) -> bool:
    """Short words must be typical here and no given name; a character goes missing between words, not at an end."""
    if neighbour.slip == "missing":
        at = neighbour.at[0]
        return 0 < at < len(neighbour.word) - 1 and start + at in joins
    if len(neighbour.word) > 2:
        return True
    return vocabulary.typical(neighbour.word) and not (start and run[start - 1] in _SURNAMES)


def _against(window: str, neighbour: Neighbour) -> float | None:
    """Log odds against a slip; None where the characters are nothing alike."""
    if neighbour.slip not in ("replaced", "two replaced"):
        return _AGAINST[neighbour.slip]
    alike = {likeness(window[at], neighbour.word[at]) for at in neighbour.at}
    if neighbour.slip == "two replaced":
        return _AGAINST["two replaced"] if alike == {"sound"} else None
    how = alike.pop()
    return _AGAINST[how] if how else None


def _corrected(question: str, correction: Correction, traditional: bool) -> str:
    """The question with the characters that differ exchanged, in its own script."""
    neighbour, start, end = correction.neighbour, correction.start, correction.end
    old, first, last = question[start:end], neighbour.at[0], neighbour.at[-1]
    meant = [_in_script(character, traditional) for character in neighbour.word]
    match neighbour.slip:
        case "doubled":
            new = old[:first] + old[first + 1 :]
        case "missing":
            new = old[:first] + meant[first] + old[first:]
        case "swapped":
            new = old[:first] + old[last] + old[first] + old[last + 1 :]
        case "replaced" | "two replaced":
            new = "".join(meant[i] if i in neighbour.at else old[i] for i in range(len(old)))
    return question[:start] + new + question[end:]


def _in_script(character: str, traditional: bool) -> str:
    """A simplified character as a question in traditional characters would have it."""
    if not traditional:
        return character
    import opencc

    return str(opencc.OpenCC("s2t").convert(character))
