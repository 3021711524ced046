"""What to write next: the questions without a good answer, near-identical wordings together."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from desk.feedback import Asked, Vote, key
from ingest.gazetteer import mentions
from ingest.themes import WEIGHTS, cues
from search.query import QUESTION_WORDS

ALIKE = 0.6  # share of common character pairs (Jaccard) from which two wordings are one question
SHOWN_WORDINGS = 4
_ASKING = re.compile("|".join(sorted(QUESTION_WORDS | set("该咋"), key=len, reverse=True)))
_TELLING = WEIGHTS["usual"]  # weight from which a word speaks for a theme by itself


@dataclass(frozen=True, slots=True)
class Gap:
    """Questions that ask for one thing the library doesn't hold, the most asked wording first."""

    wordings: tuple[str, ...]
    asked: int  # how many times, all wordings together
    useless: int  # sessions that called an answer or every hit they judged useless
    last: str  # ISO 8601, UTC
    places: tuple[str, ...]
    themes: tuple[str, ...]


@dataclass(slots=True)
class _Entry:
    """One question on its way into a gap."""

    question: str
    asked: int
    useless: int
    last: str


def gaps(asked: Iterable[Asked], votes: Sequence[Vote]) -> list[Gap]:
    """The gaps, the most asked first; a question whose answer or hits some found useful is none."""
    verdicts: defaultdict[str, dict[str, list[Vote]]] = defaultdict(lambda: defaultdict(list))
    for vote in votes:
        verdicts[key(vote.question)][vote.session].append(vote)
    entries = {key(a.question): _Entry(a.question, a.asked, 0, a.last) for a in asked}
    for name, sessions in verdicts.items():
        useful = [any(v.useful for v in given) for given in sessions.values()]
        useless = len(useful) - sum(useful)
        if useless <= sum(useful):
            entries.pop(name, None)
            continue
        given = [vote for votes in sessions.values() for vote in votes]
        entry = entries.setdefault(name, _Entry(given[0].question, useless, 0, ""))
        entry.useless, entry.last = useless, max(entry.last, *(vote.at for vote in given))
    return [_gap(group) for group in _groups(list(entries.values()))]


def _groups(entries: list[_Entry]) -> list[list[_Entry]]:
    """Near-identical wordings together with the most asked of them, the most asked group first."""
    entries.sort(key=lambda entry: (-entry.asked, entry.question))
    groups: list[list[_Entry]] = []
    pairs_of: list[frozenset[str]] = []
    leaders: defaultdict[str, list[int]] = defaultdict(list)  # by character pair
    for entry in entries:
        pairs = _pairs(entry.question)
        near = {number for pair in pairs for number in leaders[pair]}
        best = max(near, key=lambda n: (_alike(pairs, pairs_of[n]), -n), default=None)
        if best is not None and _alike(pairs, pairs_of[best]) >= ALIKE:
            groups[best].append(entry)
            continue
        for pair in pairs:
            leaders[pair].append(len(groups))
        groups.append([entry])
        pairs_of.append(pairs)
    return sorted(groups, key=lambda group: -sum(entry.asked for entry in group))


def _pairs(question: str) -> frozenset[str]:
    """The character pairs of what a question names, words that only ask left out."""
    text = key(question)
    text = _ASKING.sub("", text) or text
    return frozenset(text[i : i + 2] for i in range(max(len(text) - 1, 1)))


def _alike(a: frozenset[str], b: frozenset[str]) -> float:
    return len(a & b) / len(a | b)


def _gap(group: Sequence[_Entry]) -> Gap:
    text = "\n".join(entry.question for entry in group)
    return Gap(
        wordings=tuple(entry.question for entry in group[:SHOWN_WORDINGS]),
        asked=sum(entry.asked for entry in group),
        useless=sum(entry.useless for entry in group),
        last=max(entry.last for entry in group),
        places=tuple(dict.fromkeys(mention.name.text for mention in mentions(text))),
        themes=tuple(
            theme
            for theme, words in cues().items()
            if any(word in text for word, weight in words if weight >= _TELLING)
        ),
    )


def as_text(found: Sequence[Gap]) -> str:
    """The report for a terminal."""
    if not found:
        return "没有记下答得不好的问题。"
    lines = ["没答好的问题，问得最多的在前："]
    for number, gap in enumerate(found, start=1):
        hints = "；".join(part for part in ("、".join(gap.places), "、".join(gap.themes)) if part)
        useless = f"，{gap.useless} 人说没用" if gap.useless else ""
        lines.append(f"{number}. {gap.wordings[0]}（问过 {gap.asked} 次{useless}，最近 {gap.last[:10]}）")
        lines += [f"   也问作：{wording}" for wording in gap.wordings[1:]]
        lines += [f"   涉及：{hints}"] if hints else []
    return "\n".join(lines)
