"""Judge whether a page's text is what the page shows, or the debris of fonts without a character map."""

from __future__ import annotations

import re

from ingest.encoding import plausibility
from ingest.normalize import CJK, count

GOOD = 0.6
_CODES = re.compile(
    r"\(cid:\d+\)|(?:/[A-Za-z]{1,2}\d{1,5}){2,}|(?:/\d{1,5}){4,}|(?:\\x[0-9a-f]{2}){2,}|(?:/g[0-9A-F]{2,4}){2,}",
    re.IGNORECASE,
)
_BAD = re.compile("[\ufffd\ufffe\uffff\ue000-\uf8ff\U000f0000-\U0010ffff\x00-\x08\x0e-\x1f\x7f-\x9f]")
_LEADERS = re.compile(r"([.．·…_=*-])(?:\s*\1){2,}")
_CHINESE = re.compile(f"[{CJK}]")
_LATIN = re.compile("[\u00a1-\u024f]")
_LETTERS = re.compile("[A-Za-z]+")


def quality(text: str) -> float:
    """How far a page's text can be trusted, from 0 to 1; a page without text has 0.

    >>> quality("社区党组织定期召开议事会，听取居民意见。"), quality("(cid:12)(cid:7)(cid:345)")
    (1.0, 0.0)
    """
    text = _LEADERS.sub("", text)
    total = count(text)
    if not total:
        return 0.0
    codes = sum(len(match[0]) for match in _CODES.finditer(text))
    bad = len(_BAD.findall(text)) + codes
    chinese = len(_CHINESE.findall(text))
    latin = len(_LATIN.findall(text))
    score = 1.0 - 4.0 * bad / total
    if latin > 0.15 * total and latin > chinese:
        score -= 2.0 * latin / total * _mangled(text)
    if chinese >= 20 and chinese > 0.3 * total and plausibility("".join(_CHINESE.findall(text))) < 0.05:
        score -= 0.6
    if chinese < 0.05 * total and total > 40 and not _reads_latin(text):
        score -= 0.6
    return max(0.0, round(score, 3))


def _mangled(text: str) -> float:
    """1 when accented letters come in the runs that GBK read as Latin gives, 0 for plain European text."""
    runs = sum(len(run) for run in re.findall("[\u00a1-\u00ff]{3,}", text))
    return min(1.0, 2.0 * runs / max(len(_LATIN.findall(text)), 1))


def _reads_latin(text: str) -> bool:
    """Whether a page without Chinese has the vowels and digits of a language, or the signs of a shifted font."""
    visible = "".join(text.split())
    plain = sum(char.isalnum() for char in visible)
    if plain < 0.5 * len(visible):
        return False
    letters = "".join(_LETTERS.findall(text)).lower()
    if len(letters) < max(40, 0.4 * len(visible)):
        return True  # figures, with a column of codes at most
    vowels = sum(char in "aeiou" for char in letters) / len(letters)
    return 0.2 <= vowels <= 0.6
