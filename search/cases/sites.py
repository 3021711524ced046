"""What kind of place a text is about: 老旧小区, 商品房小区, 拆迁安置小区, 院落, 楼宇, 村 …"""

from __future__ import annotations

import re

# The words that tell a kind of place, and how often they must be said: what is named once may be an aside.
_KINDS: tuple[tuple[str, re.Pattern[str]], ...] = (
    (
        "老旧小区",
        re.compile(
            r"老旧小区|老小区|老公房|售后公房|旧住房|成套改造|老式小区|老旧社区|老旧住宅|上世纪[七八九]十年代|20世纪[789]0年代"
        ),
    ),
    ("老旧院落", re.compile(r"老旧院落|老院落|院落|大杂院|小院(?!士)")),
    ("里弄老城", re.compile(r"里弄|弄堂|石库门|胡同|历史街区|老城区|街巷|巷子")),
    ("单位宿舍", re.compile(r"单位宿舍|家属院|家属区|单位大院|宿舍区|企业生活区")),
    (
        "拆迁安置小区",
        re.compile(r"安置小区|动迁小区|回迁小区|拆迁安置|安置房|动迁房|农民安置|农转非|涉农社区|村改居"),
    ),
    ("商品房小区", re.compile(r"商品房|商住小区|高档小区|新建小区|大型居住社区")),
    ("保障房小区", re.compile(r"保障房|公租房|廉租房|经济适用房|人才公寓|租赁住房")),
    ("城中村", re.compile(r"城中村|棚户区|外来人口聚居")),
    ("农村", re.compile(r"行政村|村委会|村民小组|村民|乡村|农村")),
    ("商务楼宇", re.compile(r"商务楼|写字楼|楼宇|园区|白领")),
    ("商业街区", re.compile(r"商圈|商业街|沿街商铺|夜市|商户|店主|步行街")),
    ("国际社区", re.compile(r"国际社区|国际化社区|外籍")),
)
_OLD = re.compile(r"(?:建于|始建于|建成于|建造于)\s*(?:约)?(?:19[4-9]\d|上世纪|20\s*世纪|[六七八九]十年代)")
_LEAST, _LONG = (
    2,
    1_000,
)  # mentions that count; of what names a place outright one does in a text up to _LONG characters
_OUTRIGHT = frozenset(
    {"老旧小区", "老旧院落", "单位宿舍", "拆迁安置小区", "保障房小区", "城中村", "国际社区"}
)
_TITLE = 3
MOST = 2


def sites_of(title: str, text: str) -> tuple[str, ...]:
    """The kinds of place that a text is mainly about, at most two, the surest first.

    >>> sites_of("加装电梯", "小区建于1985年，多是售后公房，也有一栋商品房。")
    ('老旧小区',)
    """
    counts = [
        (_said(name, pattern, title, text), -order, name) for order, (name, pattern) in enumerate(_KINDS)
    ]
    short = len(text) <= _LONG
    ranked = sorted(
        (entry for entry in counts if entry[0] >= (1 if short and entry[2] in _OUTRIGHT else _LEAST)),
        reverse=True,
    )
    return tuple(name for count, _, name in ranked[:MOST] if count * 1.5 >= ranked[0][0])


def _said(name: str, pattern: re.Pattern[str], title: str, text: str) -> int:
    old = name == "老旧小区" and bool(_OLD.search(text))
    return len(pattern.findall(text)) + _TITLE * bool(pattern.search(title)) + old
