"""Which of the 17 themes a document is about, from the words that speak for each (``themes.toml``).

Meaning vectors and words learned from the labels were tried as well (tests/quality/theme_trials.py): recall at
precision 0.80 goes from 0.56 to 0.58 and 0.59, out of fold.
"""

from __future__ import annotations

import math
import tomllib
from functools import cache
from pathlib import Path

DATA = Path(__file__).with_name("themes.toml")
MOST = 4
WEIGHTS = {"strong": 3.0, "usual": 2.0, "weak": 1.0}
TITLE, HEADING = 3.0, 1.0  # how often one mention there counts
USUAL_LENGTH = 1200  # characters; in a longer text a word must be met more often to say as much
LEAST = 8.0  # evidence for a theme that is named: one strong word in the title, or several in the text
FLOOR = 1.2  # score of a theme that is named: there precision is 0.80 on the half the words were chosen on


@cache
def cues() -> dict[str, tuple[tuple[str, float], ...]]:
    """The words of each theme with their weights."""
    themes = tomllib.loads(DATA.read_text(encoding="utf-8"))
    return {
        name: tuple((word, weight) for kind, weight in WEIGHTS.items() for word in theme[kind].split())
        for name, theme in themes.items()
    }


def themes_of(title: str, headings: str, body: str) -> tuple[str, ...]:
    """Up to four themes, the surest first; none where the words leave it open.

    >>> themes_of("老公房加装电梯", "", "居民逐户征询意见，协商会开了三次，改造年底动工。")[0]
    '老旧小区改造'
    """
    ranked = sorted(((score, theme) for theme, score in scores(title, headings, body).items()), reverse=True)
    return tuple(theme for score, theme in ranked[:MOST] if score >= FLOOR)


def scores(title: str, headings: str, body: str) -> dict[str, float]:
    """How much a document speaks of each theme: its evidence over the root of all; 0 where it is scant."""
    length = max(1.0, len(body) / USUAL_LENGTH)
    evidence = {
        theme: sum(weight * _said(word, title, headings, body, length) for word, weight in words)
        for theme, words in cues().items()
    }
    root = math.sqrt(sum(evidence.values())) or 1.0
    return {theme: weight / root if weight >= LEAST else 0.0 for theme, weight in evidence.items()}


def _said(word: str, title: str, headings: str, body: str, length: float) -> float:
    """How strongly a word is said: the tenth mention adds less than the second."""
    said = math.log2(1 + body.count(word) / length)
    return said + TITLE * (word in title) + HEADING * min(headings.count(word), 2)
