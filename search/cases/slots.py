"""Which slot of a case card a sentence fills: by the aspect of its passage, else by what it says."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Literal

from ingest.aspects import aspect_of
from ingest.models import Aspect

Slot = Literal["背景", "问题", "做法", "成效", "困难", "启示"]
_BY_ASPECT: Mapping[Aspect, Slot] = {"做法": "做法", "成效": "成效", "困难": "困难", "启示": "启示"}
SLOTS: tuple[Slot, ...] = ("背景", "问题", "做法", "成效", "困难", "启示")

# What the compilers say of their material, not of the case.
_REMARK = re.compile(
    r"(?:报道|材料|资料|摘录|节选|来源|文件|原文|论文|新闻|网页)[^。]{0,14}(?:没有?|未|不|只)[^。]{0,6}"
    r"(?:写|提|说|收入|涉及|交代|说明|展开|注明|给|讲|披露|介绍|列|见|标|记|统计|区分|细)"
    r"|(?:所见|能看到|现有)的?[^。]{0,8}(?:报道|材料|资料|摘录|节选)|未见(?:具体|数字|到)|引用(?:时|前|的时候)|需要说明的是|资料来源|口径"
    r"|(?:报道|材料|资料|摘录|节选)(?:里|中|都|也|均|并|还)*(?:没有?|未)|没有(?:列出|写明|注明|统计|说明|提到|交代|公布|数字|涉及|写到)"
    r"|备注[：:]|整理自|核对原文|查原文|还要看|有待观察|计划数|不能当作|编者(?:没有|未|所见|查|找)|(?:数字|数据)[^。]{0,10}(?:不一致|不同说法|出入)|说法(?:不一|不同|有出入|对不上)"
    r"|(?:这里|本文|下面|以下|表里|下表|上表|表中)[^。]{0,12}(?:整理|列|摘|介绍|说的是|是)"
)
# What opens a list and says nothing by itself.
_LEAD_IN = re.compile(
    r"(?:建议|想法|意见|提示|体会|启发|值得|可以|参考|借鉴|推进|留意)[^。]{0,14}[几两三四五六][点条件处个项样][^，。]{0,8}。$"
    r"|[几两三四五六][点条件处个项样](?:编者)?(?:的)?(?:建议|想法|看法|意见|提示|体会|启发|参考|经验)[^。]{0,24}(?:。|参考。|斟酌。|留意。)$"
    r"|(?:如下|以下)[^，。]{0,6}。$|[：:]$"
)
_LABELS = re.compile(r"^(?:地区|时间|主办|项目名称|申报单位|地点|单位|日期|作者|编号)\s*[：:]")

_PROBLEM = re.compile(
    r"难(?!忘|得|民|免)|矛盾|问题|(?<!不)缺(?!口)|没有|没人|无人|不足|不够|不愿|不高|不满|不便|不敢|不清|不到位|不畅|不公|不便|不熟|不认识|不了解|不关心"
    r"|不知道|不理|不好|不强|不稳|不通|太少|很少|偏少|稀|脏|乱|破|漏|堵|堆|纠纷|投诉|抱怨|冷清|淡薄|变淡|疏远|陌生|隐患|担心|失修|老化|压力|流失"
    r"|空置|闲置|被占|抢|吵|噪|臭|油烟|短缺|滞后|紧张|各管各|跟不上|孤独|独居|对立|反对|冲突|受限|障碍|薄弱|单一|失灵|成本高|积怨|心结|质疑|停滞|停了|散|不顺|抵触|批评|坎|荒|杂草|死角|谈不拢|毛病|吃亏|做得窄|图省事|雷同|排队|短板|狭小|共用|限制|绕路|拆了又|败落|破败|冷落"
)
_FACT = re.compile(
    r"位于|地处|坐落|建于|始建|建成|面积|辖|住着|常住|户籍|人口|前身|原是|曾是|属于|隶属|由.{1,12}组成|房龄|成立于|\d+\s*[户栋幢]|平方公里"
    r"|20\d\d\s*年|试点|政策|要求|部署|文件|规划|全市|全区|起源|最早|世纪|年代"
)
_TROUBLE = re.compile(
    r"反对|不愿|不同意|质疑|僵持|争执|吵|冷场|搁置|没谈拢|谈不拢|碰壁|拒绝|观望|打退堂鼓|顾虑|阻力|不理解|不配合|抵触|遇冷"
    r""
    r"|(?:起初|最初|一开始|刚开始|一度)[^。]{0,20}(?:不|没|少|难)|失败|停工|中断|难以|为难|最难|没能|未能"
)
_WEAKNESS = re.compile(
    r"不够|冲突|反复|障碍|风险|绕不开|考验|压力|代价|分歧|不同意见|返工|缺(?!口)|不足|担心|不满|投诉|问题|难|慢|未必"
)
_RESULT = re.compile(
    r"成效|满意|增|多了|少了|好了|提高|下降|减|超过|覆盖|受益|惠及|累计|办结|解决|化解|建成|完成|签约|获|评为|评上|入选|推广|形成|成了|变|愿意|习惯"
    r"|率|认可|肯定|不再|从.{1,20}到|参加|参与|开始|改善|落地|通过|接待|来访|学习|服务了|募"
)
_GOAL = re.compile(r"目标|指标|计划数")


def slot_of(aspect: Aspect, heading: tuple[str, ...], text: str) -> Slot | None:
    """The slot that a sentence fills; None for remarks on the material, lead-ins and labels.

    >>> slot_of("背景", ("背景与问题",), "小区有1009户，建于2006年。")
    '背景'
    >>> slot_of("背景", ("背景与问题",), "居民为抢车位经常争吵。")
    '问题'
    """
    if _LEAD_IN.search(text) or _LABELS.match(text) or _REMARK.search(text):
        return None
    told = aspect_of((), text) if aspect in ("其他", "工具") else aspect
    if told != "背景":
        return _BY_ASPECT.get(told)
    return None if heading and _GOAL.search(heading[-1]) else _background(text)


def _background(text: str) -> Slot:
    """背景 or 问题: what a sentence says more of."""
    problems, facts = len(_PROBLEM.findall(text)), len(_FACT.findall(text))
    return "问题" if problems and problems * 2 > facts else "背景"


def is_remark(text: str) -> bool:
    """Whether a sentence is about the material and not about the case."""
    return bool(_REMARK.search(text))


def is_label(text: str) -> bool:
    """Whether a passage only gives place, time and organiser, as the head of a form does."""
    return bool(_LABELS.match(text))


def tells_facts(text: str) -> bool:
    """Whether a sentence says where, how large, how old."""
    return bool(_FACT.search(text))


def tells_trouble(text: str) -> bool:
    """Whether a sentence of what was done tells of something that went wrong."""
    return bool(_TROUBLE.search(text)) and not _REMARK.search(text)


def tells_weakness(text: str) -> bool:
    """Whether a sentence under a heading of difficulties names one."""
    return bool(_TROUBLE.search(text) or _WEAKNESS.search(text))


def tells_result(text: str) -> bool:
    """Whether a sentence says outright what came of it."""
    return bool(_RESULT.search(text))
