"""What a number counts: the noun beside it, the kind under which cases are compared, and per what it is given."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from ingest import terms

if TYPE_CHECKING:
    from jieba import Tokenizer

DATA = Path(__file__).with_name("counted.toml")
_AFTER, _BEFORE = 16, 22  # characters looked at on each side
_BARRIER = re.compile(r"[，。；：、,;:！!？?\n|（）()“”\"《》—…]")
_CLAUSE = re.compile(r"[，。；！!？?\n（）()]")
_LOOSE_TAIL = re.compile(r"^(?:左右|上下|以上|以下|多|余)?的?")
_QUALITY = re.compile(
    r"老旧|零散|闲置|不同|优秀|普通|全新|专门|固定|相邻|老小|新建|大小|独居|退休|年轻|困难|贫困|在册|本地|外地|热心|愿意|报名"
)
_VERB = re.compile(r"[\d看学了在与和及是有进到给把用为由住建改开做来去让被每]|参与|参加|提出")
# What may stand between a noun and its number: 车位却只有526个, 问卷共发放300份
_LINK = re.compile(
    r"(?:[共有约近已达超过只却仅现为是到了的就才：:|\s]|一共|总共|合计|累计|总数|数量|人数|增加|新增|收集|收到|发放|建成|完成|办理|办结|成立)*"
)
_NO_NAME = re.compile(r"[不未无]|实现|拿到|获得|进入|来自|用于|属于|成为|完成|左右")
_CHINESE = re.compile(r"[\u3400-\u9fff]+")
_RATE = re.compile(
    r"((?:使用)?效率|(?:物业费|垃圾分类|厨余垃圾|居民|群众|业主|分类|投放|党员)?[\u4e00-\u9fff]{2}(?:率|度)(?!假)"
    r"|(?:厨余垃圾|湿垃圾|垃圾)?纯度|[\u4e00-\u9fff]{1,8}的(?:比例|比重)|占比|老龄化程度)[^率度]{0,8}$"
)
_SHARE = re.compile(r"(?:大?约|就|也|只|仅|要)$")
_LONGEST_SHARE = 8  # characters of what a share is of: 老年居民占39%
_PER = re.compile(
    r"(?:每|人均|户均|月均|年均|日均)(平方公里|平方米|平米|[户人月年天日周次栋部台辆个位]?)[^，。；\n]{0,8}$"
)
_EACH = re.compile(r"[/／每](平方米|平米|㎡|户|人|月|年|天|日|次|栋|部|台|辆)")
_GENERIC = frozenset("个 处 条 项 件 份 支 张 间 所 套 宗 起 家 部 台 辆 块 对 只 幅 座".split())
_NO_NOUN = frozenset({"时长", "面积", "长度", "年龄", "重量"})
_PEOPLE = frozenset({"人数", "人次", "户数"})


@cache
def _kinds() -> dict[str, str]:
    """The kind of every noun."""
    tables = tomllib.loads(DATA.read_text(encoding="utf-8"))
    return {noun: kind for kind, table in tables.items() for noun in table["nouns"].split()}


@cache
def _pattern() -> re.Pattern[str]:
    """Any of the nouns, the longest first."""
    nouns = "|".join(sorted(map(re.escape, _kinds()), key=len, reverse=True))
    return re.compile(rf"(?:{nouns})(?<!楼组(?=[成合]))")


def kind_of(noun: str, unit_kind: str, unit: str) -> str:
    """The kind of a number: a measure word takes it from the noun, any other unit brings its own.

    >>> kind_of("车位", "其他", "个"), kind_of("居民", "户数", "户")
    ('车位', '户数')
    """
    named = _kind(noun) if unit in _GENERIC else ""
    return unit_kind if named in ("", "金额", "人数") else named


def noun_of(
    text: str, start: int, end: int, unit_kind: str, unit: str, segmenter: Tokenizer | None = None
) -> str:
    """The noun that the number at ``[start, end)`` counts; empty where none stands near.

    >>> noun_of("车位却只有526个。", 5, 9, "其他", "个"), noun_of("居民满意度超95%；", 6, 9, "比例", "%")
    ('车位', '居民满意度')
    """
    after = _LOOSE_TAIL.sub("", _until(_BARRIER, text[end : end + _AFTER]))
    before = _since(text[max(start - _BEFORE, 0) : start])
    if unit_kind == "比例":
        return _rate(before) or _following(after) or _row_name(text, start)
    if unit_kind == "金额":
        return _money(before) or _following(after) or _row_name(text, start)
    if unit_kind in _NO_NOUN:
        return ""
    people = unit_kind if unit_kind in _PEOPLE else ""
    noun = _following(after) or _linked(before)
    if people:
        return noun if _kind(noun) == "人数" else ""
    return noun or (_first_word(after, segmenter) if unit in _GENERIC else "")


def per_of(text: str, start: int, end: int) -> str:
    """Per what a number is given: 户 in 每户500元, 平方米 in 0.5元/平方米; empty for a total."""
    if match := _EACH.match(text, end):
        return match[1]
    match = _PER.search(_since(text[max(start - 12, 0) : start]))
    return (match[1] or match[0][:2]) if match else ""


def _until(barrier: re.Pattern[str], text: str) -> str:
    match = barrier.search(text)
    return text[: match.start()] if match else text


def _since(text: str) -> str:
    """The part of ``text`` behind its last clause mark."""
    ends = [match.end() for match in _CLAUSE.finditer(text)]
    return text[ends[-1] :] if ends else text


def _rate(before: str) -> str:
    """The rate that a percentage is of, or whose share it is: 参与率达80%, 老年居民占39%."""
    if match := _RATE.search(before):
        return match[1]
    whole, said, _ = before.rpartition("占")
    whole = _SHARE.sub("", whole)
    noun = _linked(whole) if said else ""
    return whole if noun and whole.endswith(noun) and len(whole) <= _LONGEST_SHARE else noun


def _chain(text: str, position: int) -> int:
    """The end of the nouns that follow each other from ``position`` on: 楼栋 + 代表; money is no part of another."""
    start = position
    while (match := _pattern().match(text, position)) and (position == start or _kinds()[match[0]] != "金额"):
        position = match.end()
    return position


def _following(after: str) -> str:
    """The counted noun that a text opens with, what qualifies it included: 退休党员, 老旧小区."""
    found = _pattern().search(after)
    if not found or found.start() > 5 or _VERB.search(after[: found.start()]):
        return ""
    owner, of, _ = after[: found.start()].partition("的")
    if of and len(owner) > 1 and not _QUALITY.fullmatch(owner):
        return owner  # 30个国家的居民 are 30 countries
    return after[: _chain(after, found.start())].replace("的", "")


def _linked(before: str) -> str:
    """The counted noun before the number when only words such as 共有 stand between."""
    for match in _pattern().finditer(before):
        end = _chain(before, match.start())
        if _LINK.fullmatch(before, end):
            return before[match.start() : end]
    return ""


def _money(before: str) -> str:
    """The noun for money that stands last before the amount."""
    found = [match[0] for match in _pattern().finditer(before) if _kinds()[match[0]] == "金额"]
    return found[-1] if found else ""


def _kind(noun: str) -> str:
    """The kind of the last of the nouns in a phrase; empty for none."""
    found = [match[0] for match in _pattern().finditer(noun)]
    return _kinds()[found[-1]] if found else ""


def _row_name(text: str, start: int) -> str:
    """The cell before the number's own in its table row, unless it is a date or number too."""
    line = text[text.rfind("\n", 0, start) + 1 : start]
    cells = [cell.strip() for cell in line.split("|")]
    name = cells[-2] if len(cells) > 1 else ""
    return name if 2 <= len(name) <= 12 and not re.search(r"\d", name) else ""


def _first_word(after: str, segmenter: Tokenizer | None) -> str:
    """The word that a text opens with, as long as the dictionary has it."""
    match = _CHINESE.match(after)
    run = match[0] if match else ""
    if len(run) <= 4:
        return run if len(run) > 1 and not _VERB.search(run) else ""
    found = [word for word in terms.words(run, segmenter) if run.startswith(word) and len(word) > 1]
    word = max(found, key=len, default="")
    return "" if _NO_NAME.match(word) else word
