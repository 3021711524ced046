"""Turn text as files hold it into text as the index stores it; digits, letters and punctuation stay as written."""

from __future__ import annotations

import re
import unicodedata

# Radicals that fonts without a proper map put in the place of characters. NFKC covers the Kangxi block and two
# of the supplement; the rest of the supplement has no decomposition and is listed here.
_SUPPLEMENT = dict(
    zip(
        "⺁⺄⺈⺊⺌⺍⺕⺗⺙⺝⺟⺠⺢⺣⺤⺥⺦⺨⺩⺪⺫⺬⺮⺶⺷⺸⺻⺼⺽⺾⻀⻁⻂⻄⻅⻆⻈⻉⻋⻌⻍⻎⻐⻑⻒⻓⻔⻖⻘⻙⻚⻛⻜⻝⻞⻟⻠⻢⻣⻤⻥⻦⻧⻨⻩⻪⻫⻬⻭⻮⻯⻰⻱⻲",
        "厂乙刀卜小小彐心攵月母民氵灬爪爪爿犬王疋目示竹羊羊羊聿肉臼艹艹虎衤西见角讠贝车辶辶辶钅長镸长门阝青韦页风飞食食食饣马骨鬼鱼鸟卤麦黄黾齐齐齿齿龙龙龟龟",
        strict=True,
    )
)
_KANGXI = {chr(code): unicodedata.normalize("NFKC", chr(code)) for code in range(0x2F00, 0x2FD6)}
_LIGATURES = {chr(code): unicodedata.normalize("NFKC", chr(code)) for code in range(0xFB00, 0xFB07)}
_UPRIGHT = dict(
    zip(
        "︐︑︒︓︔︕︖︵︶︷︸︹︺︻︼︽︾︿﹀﹁﹂﹃﹄",
        "，、。：；！？（）｛｝〔〕【】《》〈〉「」『』",
        strict=True,
    )
)
_MAPPED = {**_KANGXI, **_SUPPLEMENT, **_LIGATURES, **_UPRIGHT}
_TABLE = str.maketrans(_MAPPED)
_DOUBLED = re.compile("[⺀-⿕].", re.DOTALL)

_DROPPED = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff\ufffe\uffff\ud800-\udfff]"
)
_BREAKS = re.compile("\r\n?|[\x0b\x0c\x85\u2028\u2029]")
_SPACES = re.compile("[ \t\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]+")

CJK = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
WIDE = CJK + "\u3001-\u303f\u3040-\u30ff\uff01-\uff60\u201c\u201d\u2018\u2019\u2014\u2026"
_GAP = re.compile(f"(?<=[{WIDE}]) (?=[{WIDE}])")
_LONE_GAP = re.compile(f"(?<![{WIDE}\\w])([{CJK}]) (?=[{WIDE}])|(?<=[{WIDE}]) (?=[{CJK}](?![{WIDE}\\w]))")
_MARK_GAP = re.compile(
    "(?<=[，。、；：！？）》」』】”’]) (?=[" + WIDE + "])|(?<=[" + WIDE + "]) (?=[，。、；：！？）》」』】])"
)


def _undouble(match: re.Match[str]) -> str:
    """Keep one of a radical and the character it stands for, side by side."""
    radical, char = match[0][0], match[0][1]
    return char if _MAPPED.get(radical) == char else match[0]


def _close_gaps(line: str) -> str:
    """Drop the spaces that typesetting put between Chinese characters; those between names and words stay.

    >>> _close_gaps("社 区 治 理 的经验"), _close_gaps("目 录"), _close_gaps("第一章 总则")
    ('社区治理的经验', '目录', '第一章 总则')
    """
    if " " not in line:
        return line
    gaps, wide = len(_GAP.findall(line)), len(re.findall(f"[{CJK}]", line))
    if gaps >= 6 and gaps * 4 > wide:
        return _GAP.sub("", line)
    line = _MARK_GAP.sub("", line)
    return _LONE_GAP.sub(lambda match: match[1] or "", line)


def normalize(text: str) -> str:
    """Clean characters and spaces, line by line; empty lines go.

    >>> normalize("\\u3000\\u3000⽹格\\u200b员　社 区\\r\\n")
    '网格员社区'
    """
    text = _DROPPED.sub("", _BREAKS.sub("\n", text))
    text = _DOUBLED.sub(_undouble, text).translate(_TABLE)
    lines = (
        _close_gaps(_SPACES.sub(" ", line).strip()) for line in unicodedata.normalize("NFC", text).split("\n")
    )
    return "\n".join(line for line in lines if line)


def count_row(text: str) -> int:
    """Count the same in a table row, the bars between its cells left out."""
    return count(text.replace("|", ""))


def count(text: str) -> int:
    """Count the characters that are not space, the measure of coverage."""
    return len("".join(text.split()))
