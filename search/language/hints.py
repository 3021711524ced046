"""Places, years, kinds and aspects that a question names → filters to offer; only values that the library has.

A hint is offered, never applied: it is shown, taken up by a click and removable. What is ambiguous gives none.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

Known = Mapping[str, Collection[str]]
_last: list[tuple[Known, dict[str, dict[str, tuple[str, str]]]]] = []


@dataclass(frozen=True, slots=True)
class Hint:
    """A filter that a question suggests, and its words in the question that suggest it."""

    name: str
    value: str
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Place:
    """A place named at ``[start, end)`` of a question: its level and the value that the library has for it."""

    start: int
    end: int
    level: str
    value: str


_LEVELS = ("city", "district", "street", "province")  # 上海市 is a city before it is a province
LEFT_OUT = re.compile(
    r"除(?:了|开|去)[^，。；？！?!,;\n]*?(?:以外|之外|外|，|,|还|$)|[^，。；？！?!,;\s]{2,8}?(?:以外|之外)的?"
    r"|(?:不是|不要|不含|不在|排除)[^，。；？！?!,;\n]{2,8}"
)
# What makes a city's name part of another name: roads, rivers, institutions, papers, speech, dishes.
ELSEWHERE = re.compile(
    r"[东西南北中环]?[一二三四五六七八九十]?(?:路|大道|大街|街(?!道|区|头|坊|镇|巷)|巷|弄)|[东西南北]?站|[寺祠宫庙河江湖塔滩]"
    r"|话(?!题)|方言|口音|菜(?!场|园|地|市)|小吃|火锅|拉面|时间|牌照|户口|户籍|大学|学院|银行|[日晚商]报|都市报|卫视|出版"
)
_SHORT = re.compile(r"^(?!.*(?:高新|经开|开发|工业园|新)区$)(.{2,3})(?:省|市|区|县)$")
_SHORT_STREET = re.compile(r"^(.{3,})(?:街道|镇|乡|地区)$(?<!路街道)(?<!街街道)(?<!站街道)(?<!巷街道)")
_AUTONOMOUS = re.compile(r"^(内蒙古|..).*(?:自治区|特别行政区)$")
_NICKNAMES = {"浦东新区": "浦东", "滨海新区": "滨海"}

_MOST_YEARS = 5  # of a period; a longer one narrows nothing
_OPEN_PERIOD = re.compile(r"\d{4}年?(?:以来|之后|以后|以前|之前|起(?!草)|后(?!半)|前(?!后)|至今)")

_BEING_MADE = (
    r"(?!怎么|怎样|如何|咋|教学|分析|撰写|写作|编写|征集|研讨|比赛|大赛|会(?:上|议)|人|单位|格式|模板)"
)
_KINDS = (
    ("案例", re.compile(rf"(?:案例|实例|先例|例子){_BEING_MADE}")),
    (
        "培训",
        re.compile(
            rf"(?:培训|学习|教学)(?:资料|材料|课件|教材|手册|讲义|教程|文件)|(?:课件|讲义|教材|教程){_BEING_MADE}"
        ),
    ),
    (
        "报告",
        re.compile(rf"(?:项目|评估|总结|调研|调查|年度|结项|研究|工作)?报告(?!会){_BEING_MADE}|白皮书|年报"),
    ),
)
# Difficulties that are told, not asked for, and those of people, which are no aspect of a project.
_TOLD = "".join(
    f"(?<!{before})"
    for before in "解决 克服 化解 收集 反映 实际 生活 经济 行动 出行 停车 他们的 骑手的 居民的 老人的".split()
)
_ASPECTS = (
    ("背景", re.compile(r"背景|缘起|由来|起因")),
    ("做法", re.compile(r"做法|步骤|(?<!全)流程(?!图)|操作办法")),
    ("成效", re.compile(r"成效|效果(?!图)|(?<!分享)成果(?!展)|成绩(?!单)|收获")),
    ("困难", re.compile(
        rf"{_TOLD}(?:困难(?!家庭|群众|户|群体|老人|居民|人群|补助|职工|帮扶|学生|党员)|难点|难处|失败|教训|阻力|阻碍|瓶颈|短板|毛病"
        r"|踩.{0,3}坑|(?<!无|视|听|力|智|残)障碍(?!者|人))"
    )),
    ("启示", re.compile(r"启示|借鉴(?!了)|反思")),
    ("工具", re.compile(r"模板|话术|工具包|表格(?:样式|模板)")),
)  # fmt: skip


def hints(question: str, known: Known) -> tuple[Hint, ...]:
    """The filters that a question suggests: places, then years, kind and aspects, each value once.

    ``known`` are the values that the library has, by facet name.

    >>> [(h.name, h.value) for h in hints("成都的案例", {"city": ["成都市"], "kind": ["案例", "培训"]})]
    [('city', '成都市'), ('kind', '案例')]
    """
    from ingest import terms

    folded = terms.simplified(question)
    text = LEFT_OUT.sub(lambda match: " " * len(match[0]), folded)
    found: dict[tuple[str, str], list[str]] = {}
    for name, value, start, end in _suggestions(text, known):
        words = found.setdefault((name, value), [])
        if question[start:end] not in words:
            words.append(question[start:end])
    return tuple(Hint(name, value, tuple(words)) for (name, value), words in found.items())


def _suggestions(text: str, known: Known) -> Iterator[tuple[str, str, int, int]]:
    """Facet name, value and the place in the text of all that suggests a filter."""
    for place in _places(text, known):
        yield place.level, place.value, place.start, place.end
    yield from _years(text, known)
    for value in known.get("project_class", ()):
        yield from (("project_class", value, m.start(), m.end()) for m in re.finditer(re.escape(value), text))
    for name, patterns in (("kind", _KINDS), ("aspect", _ASPECTS)):
        for value, pattern in patterns:
            if value in known.get(name, ()):
                yield from ((name, value, m.start(), m.end()) for m in pattern.finditer(text))


def _places(text: str, known: Known) -> Iterator[_Place]:
    """The library's places that a text names, the longest name at each offset, none inside another name."""
    names = _remembered_names(known)
    at, before = 0, -1
    while at < len(text):
        name = next((n for n in names.get(text[at : at + 2], ()) if text.startswith(n, at)), None)
        if name is None:
            at += 1
            continue
        level, value = names[text[at : at + 2]][name]
        end = at + len(name)
        short = name != value
        inside_another = short and ELSEWHERE.match(text, end)
        if not inside_another and not (short and before != at and _is_a_word(name)):
            yield _Place(at, end, level, value)
            before = end
        at = end


def _remembered_names(known: Known) -> dict[str, dict[str, tuple[str, str]]]:
    """The names of the values asked about last: a library's are the same for every question."""
    if not _last or _last[0][0] is not known:
        _last[:] = [(known, _names(known))]
    return _last[0][1]


def _names(known: Known) -> dict[str, dict[str, tuple[str, str]]]:
    """Level and value by name, the longest names first, by the first two characters; the higher level wins."""
    found: dict[str, tuple[str, str]] = {}
    for level in _LEVELS:
        for value in sorted(known.get(level, ())):
            for name in (value, _short(level, value)):
                if len(name) > 1:
                    found.setdefault(name, (level, value))
    grouped: dict[str, dict[str, tuple[str, str]]] = {}
    for name in sorted(found, key=lambda name: (-len(name), name)):
        grouped.setdefault(name[:2], {})[name] = found[name]
    return grouped


def _short(level: str, value: str) -> str:
    """What people say for a place; empty where the rest would be too little.

    >>> _short("district", "静安区"), _short("district", "高新区"), _short("street", "南京西路街道")
    ('静安', '', '')
    """
    if value in _NICKNAMES:
        return _NICKNAMES[value]
    match = (_SHORT_STREET if level == "street" else _SHORT).match(value) or _AUTONOMOUS.match(value)
    return match[1] if match else ""


def _is_a_word(name: str) -> bool:
    """Whether a short name is an ordinary word as well (长寿, 友好), so that it counts only after its city."""
    import tomllib

    from ingest.gazetteer import DATA

    short = tomllib.loads(DATA.read_text(encoding="utf-8"))["short"]
    return name in short["words"].split() or f"{name}区" in short["generic"].split()


def _years(text: str, known: Known) -> Iterator[tuple[str, str, int, int]]:
    """The years that a question is about; none for an open period (2017年以来)."""
    if not known.get("year") or not re.search(r"(?:19|20)\d\d|[二一][〇○零九]", text):
        return
    from ingest.years import years_of

    period = re.search(r"(?:19|20)\d\d.{1,4}?\d{2,4}\s*年?", text)
    years = () if _OPEN_PERIOD.search(text) else years_of(text, "", ())
    for year in years if len(years) <= _MOST_YEARS else ():
        if year in known["year"]:
            written = re.search(rf"{year}\s*年?|{_spelled(year)}年", text) or period
            yield "year", year, *(written.span() if written else (0, 0))


def _spelled(year: str) -> str:
    """A year as it is spelled out: 二〇二四."""
    digits = ("[〇○零]", *"一二三四五六七八九")
    return "".join(digits[int(digit)] for digit in year)
