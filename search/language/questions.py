"""Several questions in one → each by itself, so that each is searched for and covered.

Cut at question marks, sentence and line ends and numbering, and at commas where every clause asks
something of its own; what doesn't ask goes with the question after it. Then a part that doesn't name its
topic (「一楼不同意怎么办」 after a question on lifts) gets the subject of the first.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from jieba import Tokenizer

MOST = 6  # parts; what follows stays with the last
_LONGEST_ITEM = 20  # characters of a line or list item that asks nothing and yet counts as a question
_LONGEST_LEAD = 14  # characters before 「怎么」 that are carried over as they are
_LEAST_LEAD = 3  # characters besides place and year; with fewer the words after 「怎么」 are needed too
_MOST_WORDS = 3

_NUMBERING = re.compile(
    r"[①-⑨]|(?:^|(?<=[\s：:，,。；;？?！!]))"
    r"(?:[(（]?\d{1,2}(?:[、)）]|\.(?!\d))|[(（][一二三四五六七八九十][)）]|[一二三四五六]是(?!否))"
)
_CHINESE = re.compile(r"[\u3400-\u9fff]")
_MARKS = re.compile(r"[？?！!；;。\n\r]+")
_QUOTED = re.compile(r"《[^》]*》|「[^」]*」|“[^”]*”|（[^）]{2,}）|\([^)]{2,}\)")
_COMMAS = re.compile(r"[，,、：:]")
_EDGES = " 　，,。：:、/\t\r\n"
# What asks; not 「谁都」「啥也」, nor 「那几个」「办了几场」, which only leave open how many.
_ASKS = re.compile(
    r"(?:怎么|怎样|如何|为?什么|啥|咋|谁|哪|几时|多少|多久|多长|多大)(?!.{0,3}[也都])|(?:一?共|[分有要拨])几|吗|是否|能否|可否|为何|有没有"
    r"|(\w)不\1|(?<![都也])没有$|与否|呢$"
)
_SUBORDINATE = re.compile(r"除了|如果|要是|假如|无论|不管|不论|虽然|即使|哪怕|只要|而不是")
_OPENING = re.compile(
    r"^(?:(?:你|您|你们|大家)好|请问|想?请教|麻烦问?|我?们?想(?:知道|了解|问))?(?:一下)?[，,：: ]*"
)
_CLOSING = re.compile(r"(?:是|有|要|该|能|可以|应|到底|一般|从|请)+$")
_WHERE_AND_WHEN = re.compile(r"\d{4}年?|[\u4e00-\u9fff]{2,6}?(?:街道|镇|市|(?<![小社街园片])区)")
_POLITE = frozenset("你好 您好 谢谢 感谢 请教 麻烦 老师 各位 知道 想问 了解 另外 还有 以及 具体".split())
# Those who act in any matter and what every matter has: naming one doesn't say what a question is about.
_COMMON = frozenset(
    "居委会 业委会 业主委员会 居民委员会 物业公司 物业企业 社会组织 志愿者 居民代表 居民区 网格员 社区工作者 业主大会 党群服务中心 "
    "居民小组 社区 居民 小区 项目 街道 活动 问题 工作 邻居 业主 物业 社工 老人".split()
)


def split(text: str, segmenter: Tokenizer | None = None) -> tuple[str, ...]:
    """The questions in a text, each complete in itself and in simplified characters; the text alone when it is one.

    >>> split("加装电梯怎么分摊费用？一楼不同意怎么办？有哪些成功案例")
    ('加装电梯怎么分摊费用', '加装电梯 一楼不同意怎么办', '加装电梯 有哪些成功案例')
    """
    if not _CHINESE.search(text) or any(_MARKS.search(quoted) for quoted in _QUOTED.findall(text)):
        return (text,)
    from ingest import terms

    plain = terms.simplified(text)
    pieces = _items(plain) or [clause for part in _sentences(plain) for clause in _clauses(part)]
    parts = _with_content(pieces, segmenter)
    if len(parts) < 2:
        return (text,)
    parts[MOST - 1 :] = ["，".join(parts[MOST - 1 :])] if len(parts) >= MOST else parts[MOST - 1 :]
    subject = _subject(parts[0], segmenter)
    whole = [_says_its_topic(part, subject, segmenter) for part in parts]
    return tuple(
        part if at == 0 or whole[at] else f"{subject} {part}".strip() for at, part in enumerate(parts)
    )


def _items(text: str) -> list[str]:
    """The items of a numbered list, or of lines that ask nothing; what opens the list goes with its first."""
    head, *items = (piece.strip(_EDGES) for piece in _NUMBERING.split(text))
    items = [item for item in items if item]
    head = _OPENING.sub("", head)
    if len(items) > 1:
        return [f"{head}：{items[0]}" if head else items[0], *items[1:]]
    if _ASKS.search(text) or re.search(r"[？?！!。]", text):
        return []
    lines = [line.strip(_EDGES) for line in re.split(r"[；;\n\r]+", text)]
    return lines if all(len(line) <= _LONGEST_ITEM for line in lines) else []


def _sentences(text: str) -> list[str]:
    """The sentences that ask, each with the statements before it."""
    pieces, held, end = [], "", 0
    for mark in [*_MARKS.finditer(text), None]:
        piece = text[end : mark.start() if mark else len(text)].strip(_EDGES)
        end = mark.end() if mark else len(text)
        if _ASKS.search(piece) or (mark and ("？" in mark[0] or "?" in mark[0])):
            pieces.append(held + piece)
            held = ""
        elif piece:
            held += f"{piece}。"
    return pieces or [text]


def _clauses(sentence: str) -> list[str]:
    """The clauses of a sentence, if all ask from the first that does; what comes before goes with that one."""
    start = sentence.rfind("。") + 1
    ends = [start + match.start() for match in _COMMAS.finditer(sentence[start:])] + [len(sentence)]
    clauses = [sentence[a:b] for a, b in zip([start, *(end + 1 for end in ends)], ends, strict=False)]
    asking = [bool(_ASKS.search(clause)) for clause in clauses]
    first = asking.index(True) if True in asking else len(asking)
    if _SUBORDINATE.search(sentence, start) or not all(asking[first:]):
        return [sentence]
    return [sentence[: ends[first]], *clauses[first + 1 :]] if first < len(asking) else [sentence]


def _with_content(parts: Sequence[str], segmenter: Tokenizer | None) -> list[str]:
    """The parts that say something; one that only asks (怎么办？) is put to the one before."""
    found: list[str] = []
    for part in (part.strip(_EDGES) for part in parts):
        if _content(part, segmenter):
            found.append(part)
        elif found and _ASKS.search(part):
            found[-1] += part
    return found


def _content(part: str, segmenter: Tokenizer | None) -> list[str]:
    """The words of a part that name something."""
    from ingest import terms
    from search.query import QUESTION_WORDS

    words = dict.fromkeys(terms.words(part, segmenter))
    return [
        word for word in words if not (word in QUESTION_WORDS or word in _POLITE or _ASKS.fullmatch(word))
    ]


def _subject(part: str, segmenter: Tokenizer | None = None) -> str:
    """What the first question is about: what stands before its 「怎么」, and its terms of the domain.

    >>> _subject("2025年成都有哪些社区搞了居民微创投")
    '2025年成都 居民微创投'
    """
    lead = _lead(part)
    topics = _topics(part, _subjects())
    if not topics and len(_WHERE_AND_WHEN.sub("", lead)) < _LEAST_LEAD:
        topics = _longer_words(part, segmenter)
    missing = [topic for topic in topics if topic not in lead]
    return " ".join([lead, *missing[:_MOST_WORDS]]).strip()


def _lead(part: str) -> str:
    """The first clause up to what asks, without what opens and closes it; empty when it is long."""
    asks = _ASKS.search(part)
    before = _OPENING.sub("", part[: asks.start()] if asks else part)
    lead = _CLOSING.sub("", re.split(r"[。，,：:]", before)[0])
    return lead if len(lead) <= _LONGEST_LEAD else ""


def _longer_words(part: str, segmenter: Tokenizer | None) -> list[str]:
    """The words of more than one character, parts of longer ones left out."""
    longer = [word for word in _content(part, segmenter) if len(word) > 1]
    return [word for word in longer if not any(word != other and word in other for other in longer)]


def _says_its_topic(part: str, subject: str, segmenter: Tokenizer | None) -> bool:
    """Whether a part shares a telling word with the subject, or has a topic of its own."""
    from ingest import terms

    folded = terms.fold(part)
    shared = any(
        word in folded for word in _content(subject, segmenter) if len(word) > 1 and word not in _COMMON
    )
    return shared or any(len(topic) > 2 for topic in _topics(part, _domain()))


def _topics(part: str, known: Collection[str]) -> list[str]:
    """The known terms in a text, the longest at each place, each once, in reading order."""
    from ingest import terms

    folded = terms.fold(part)
    found: dict[str, None] = {}
    at = 0
    while at < len(folded):
        ends = range(min(len(folded), at + _LONGEST_ITEM), at + 1, -1)
        term = next((folded[at:end] for end in ends if folded[at:end] in known), "")
        if term and term not in _COMMON and not _WHERE_AND_WHEN.fullmatch(term):
            found[term] = None
        at += len(term) or 1
    return list(found)


@cache
def _domain() -> frozenset[str]:
    """The words of the domain dictionary."""
    from ingest import terms

    return frozenset(map(terms.fold, terms.domain_words()))


@cache
def _subjects() -> frozenset[str]:
    """The words of the domain dictionary, and the longer ones that have synonyms."""
    from search.language.synonyms import all_words

    return _domain() | {word for word in all_words() if len(word) > 3 and not _ASKS.search(word)}
