"""Where a text turns to something else: told by its words alone, as two texts on one subject share more of them.

The mean share of a line's character pairs that the text before it also has is 0.19 within one document of
``corpus/``, 0.09 between two of them, and 0.03 for encyclopedia text.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from itertools import pairwise

FOREIGN = 0.065  # mean shared pairs below which a tail has nothing to do with the article
STRANGE = 0.13  # the same where a marker already says that the article has ended
_PROSE = 30  # characters from which a line with a full stop is prose
# One of these stands in nearly every paragraph on our subject, and in hardly any on phones, cars, shares or stars.
_OURS = re.compile(
    "社区|社工|居民|居委|街道|小区|院落|楼栋|楼道|楼组|楼长|单元门|邻里|邻居|街坊|业主|业委|物业|网格|志愿|义工|村民|村委|党组织|党支部|党委|"
    "议事|协商|治理|公益|养老|助老|老人|老旧|互助|调解|垃圾分类|加装电梯|入户|认领|共建|社会组织"
)


def pairs(text: str) -> set[str]:
    """The pairs of characters in a text, punctuation left out."""
    letters = re.sub(r"\W|_", "", text)
    return {a + b for a, b in pairwise(letters)}


def shared(line: str, known: set[str]) -> float:
    """The share of a line's pairs that are known; a line that is not Chinese is never foreign."""
    own = pairs(line)
    return len(own & known) / len(own) if own and _is_chinese(line) else 1.0


def _is_chinese(line: str) -> bool:
    return 2 * len(re.findall("[\u4e00-\u9fff]", line)) >= len(line)


def is_prose(line: str) -> bool:
    """Whether a line has a sentence in it and is no short one."""
    return len(line) >= _PROSE and bool(re.search("[。！？]", line))


def mean(lines: Sequence[str], known: set[str]) -> float:
    """The mean share of known pairs in some lines, each weighted by its length; 0 for none."""
    weight = sum(map(len, lines))
    return sum(shared(line, known) * len(line) for line in lines) / weight if weight else 0.0


def switch(lines: Sequence[str], signed: bool) -> int:
    """Where a page turns to something else without saying so; ``signed``: there are signs that it is a web page.

    Of all places the one is taken behind which the lines share the least with what stands before. Without a sign
    only headlines are cut off there, or prose without a word of ours behind an article that has many.
    """
    long = [index for index, line in enumerate(lines) if len(line) >= 8 and _is_chinese(line)][:2000]
    place = _sharpest([lines[index] for index in long])
    if place is None:
        return len(lines)
    place += _last_of_ours([lines[index] for index in long], place)
    head, tail = [lines[i] for i in long[:place]], [lines[i] for i in long[place:]]
    known = pairs("\n".join(head))
    strange = mean(tail, known) < (FOREIGN if signed else 0.7 * FOREIGN)
    headlines = len(tail) >= 4 and all(map(_is_headline, tail))
    ours = sum(bool(_OURS.search(line)) for line in head) >= 3 and not any(map(_OURS.search, tail))
    if len(tail) < 3 or not strange or not (signed or headlines or (ours and sum(map(len, tail)) >= 120)):
        return len(lines)
    return long[place] if _coherence(head) > max(0.05, 2.5 * mean(tail, known)) else len(lines)


def _last_of_ours(lines: Sequence[str], place: int) -> int:
    """How many paragraphs behind a place are still nearer to what stands before than to what follows them."""
    known = pairs("\n".join(lines[:place]))
    for kept, line in enumerate(lines[place:]):
        rest = pairs("\n".join(lines[place + kept + 1 :]))
        if not is_prose(line) or shared(line, known) < max(0.04, shared(line, rest)):
            return kept
    return 0


def _sharpest(lines: Sequence[str]) -> int | None:
    """The place behind which the lines lack the most of the pairs that one would expect; None where none do."""
    own = [pairs(line) for line in lines]
    holders: defaultdict[str, list[int]] = defaultdict(list)
    for index, found in enumerate(own):
        for pair in found:
            holders[pair].append(index)
    seen = [0] * len(lines)
    # What a line adds to a tail: the less the more of it is known, and nothing good where it speaks of our subject.
    floors = [STRANGE if _OURS.search(line) else 0.0 for line in lines]
    lacking = [(FOREIGN - floor) * len(line) for floor, line in zip(floors, lines, strict=True)]
    best, place, prose = 0.0, None, 0
    total, behind, ours = sum(lacking), sum(map(len, lines)), sum(map(bool, floors))
    for index, line in enumerate(lines):
        few = 10 * ours <= len(lines) - index and not floors[index]
        if prose >= 150 and len(lines) - index >= 3 and behind >= 60 and few and total > best:
            best, place = total, index
        total -= lacking[index]
        behind -= len(line)
        ours -= floors[index] > 0
        prose += len(line) if is_prose(line) else 0
        for pair in own[index]:
            for later in holders.pop(pair, ()):
                if later > index:
                    seen[later] += 1
                    share = max(floors[later], seen[later] / len(own[later]))
                    now = (FOREIGN - share) * len(lines[later])
                    total += now - lacking[later]
                    lacking[later] = now
    return place


def _is_headline(line: str) -> bool:
    """A line like the title of a news item: neither a sentence nor an entry of a list."""
    return (
        10 <= len(line) <= 45
        and not re.search("[。；;：:]$", line)
        and not re.match(r"[\s\d(（①-⑳•·\-*附]", line)
    )


def _coherence(lines: Sequence[str]) -> float:
    """How much the lines of a text share with each other."""
    prose = [line for line in lines if is_prose(line)][:60]
    own = [pairs(line) for line in prose]
    if len(own) < 2:
        return 1.0
    rest = [set().union(*own[:i], *own[i + 1 :]) for i in range(len(own))]
    return sum(len(line & others) / max(len(line), 1) for line, others in zip(own, rest, strict=True)) / len(
        own
    )
