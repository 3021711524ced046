"""The words that a proposal and a document share, and whether they are the same text."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from ingest import terms
from ingest.themes import cues
from search.language.synonyms import expand
from search.lexical import idf
from search.query import QUESTION_WORDS

if TYPE_CHECKING:
    from jieba import Tokenizer

MOST_TERMS = 40
COMMONEST = 0.25  # share of all passages from which a word tells nothing
FEW = 20  # passages that may hold any word: a small library is about few things
TITLE = 2  # how many mentions one in the title counts for
FAINT = 0.3  # share of the heaviest term's weight below which one is not worth naming
TOPIC_RARITY = 0.65  # by it 换届, 走访 and 采光 are topics, 来讲 and 在家 are not
SHINGLE = 8  # characters; a row of eight found in both is no accident

_CHINESE = re.compile(r"[\u3400-\u9fff]{2,}")
_NOT_WORD = re.compile(r"[^\w\u3400-\u9fff]+")
# Words of every proposal and of every report, whatever it is about.
_EMPTY = frozenset(
    """项目 方案 工作 活动 开展 进行 组织 实施 建设 服务 管理 治理 问题 情况 需要 通过 推动 推进 提升 提高 加强 促进 完善 建立
    形成 实现 打造 营造 社区 居民 街道 小区 基础 基本 主要 重点 相关 有关 各类 多元 共同 参与 参加 解决 存在 目前 现有 计划 预计
    目标 预期 成效 效果 成果 背景 做法 步骤 内容 措施 举措 机制 模式 申报 申请 经费 预算 时间 地点 负责 牵头 单位 人员 不足 缺乏
    缺少 较多 较大 较高 一定 部分 大量 每月 每周 每年 一次 两次 一年 一个 一是 二是 三是 其中 以及 同时 此外 达到 不少 以上 左右
    左右 希望 打算 准备 拟 使用 利用 作用 方式 方法 方面 特点 特色 条件 结合 围绕 根据 针对 发挥 引导 发动 宣传 培训 讨论 收集 征集
    代表 负责人 成立 设立 制定 定期 长期 统一 全部 所有 没有 不能 不会 就是 还是 只有 只是 可能 应该 以后 之后 之前 现在 已经 仍然
    觉得 知道 看到 发现 出现 带来 产生 继续 开始 完成 结束 不同 一起 一直 一些 各自 本次 我们 他们 大家 人们 家庭 生活
    社会 公共
    平方米 平方公里 公里 万元 亿元 环境 空间 资源 力量 能力 水平 质量 需求 意见 建议 群众 居委会 居委 书记 党员
    老人 年龄 人口 面积 数量 比例 做成 做起 落到
    区里 委会 挨家 二十几个 老公 困难 难处 难点 准备好 起来 下来 出来 上去 一家 每个 这里 那里 楼上 楼下""".split()
)


@dataclass(frozen=True, slots=True)
class Term:
    """A telling word of a proposal with its weight; ``topic`` when it names something, fit to be shown as a reason."""

    text: str
    weight: float
    topic: bool = True
    others: tuple[str, ...] = ()  # what else the same may be called

    def found_in(self, folded: str) -> str:
        """The word, or the first of its synonyms, that a folded text holds; empty for none."""
        return next((word for word in (self.text, *self.others) if word in folded), "")


def telling_terms(
    title: str, text: str, segmenter: Tokenizer, passages: int, frequency: Callable[[str, str], int]
) -> tuple[Term, ...]:
    """The words that tell most of what a proposal is about, the heaviest first.

    ``frequency(field, term)`` says how many of the library's ``passages`` hold a word.
    """
    counts = _alone(Counter(terms.words(text, segmenter)))
    for word in terms.words(title, segmenter):
        counts[word] += TITLE
    found = (_term(word, count, segmenter, passages, frequency) for word, count in counts.items())
    weighted = sorted((term for term in found if term), key=lambda term: (-term.weight, term.text))
    return tuple(weighted[:MOST_TERMS])


def _term(
    word: str, count: int, segmenter: Tokenizer, passages: int, frequency: Callable[[str, str], int]
) -> Term | None:
    """A word with its weight; None for one that tells nothing or that the library has under no name."""
    others = tuple(other for synonym in expand((word,), word) for other in synonym.others)
    held = frequency("words", word) or max((frequency("words", other) for other in others), default=0)
    if not _tells(word) or not 0 < held <= max(COMMONEST * passages, FEW):
        return None
    rarity = _rarity(word, segmenter)
    topic = rarity >= TOPIC_RARITY or word in _topics() or bool(others)
    return Term(word, (1 + math.log(count)) * idf(held, passages) * rarity, topic, others)


@cache
def _topics() -> frozenset[str]:
    """The words of the field: those that speak for a theme, and the domain dictionary."""
    return frozenset(word for words in cues().values() for word, _ in words) | frozenset(terms.domain_words())


def _alone(counts: Counter[str]) -> Counter[str]:
    """How often each word is met outside of longer ones: no 银行 where the text only has 时间银行."""
    long = sorted((word for word in counts if len(word) > 2), key=lambda word: (-len(word), word))
    left = Counter(counts)
    for word in long:
        for start in range(len(word)):
            for end in range(start + 2, len(word) + 1):
                part = word[start:end]
                if part != word and part in left:
                    left[part] -= left[word]
    return Counter({word: count for word, count in left.items() if count > 0})


def _rarity(word: str, segmenter: Tokenizer) -> float:
    """How rare a word is in Chinese at large, from 0.2 (as common as 没有) to 1 (met once in a million or less)."""
    share = segmenter.FREQ.get(word, 0) / segmenter.total
    return min(max(math.log(1e-3 / max(share, 1e-6)) / math.log(1e3), 0.2), 1.0)


def _tells(word: str) -> bool:
    amount = (len(word) == 2 and word[0] in "一二三四五六七八九十两几半多") or word[0] in "万亿"
    return bool(_CHINESE.fullmatch(word)) and not amount and word not in QUESTION_WORDS and word not in _EMPTY


def shared_words(own: Sequence[Term], folded: str, topics_only: bool = True) -> tuple[str, ...]:
    """The words for the terms, as a folded text has them, the heaviest first, none part of another."""
    found = {term.found_in(folded): term.weight for term in reversed(own) if term.topic or not topics_only}
    found.pop("", None)
    whole = [word for word in found if not any(word != other and word in other for other in found)]
    heaviest = max((found[word] for word in whole), default=0.0)
    return tuple(
        sorted(
            (word for word in whole if found[word] >= FAINT * heaviest), key=lambda word: (-found[word], word)
        )
    )


def term_score(own: Sequence[Term], folded: str) -> float:
    """Share of the terms' weight that a folded text holds, 0 to 1; said three times counts full."""
    total = sum(term.weight for term in own)
    said = sum(
        term.weight * min(folded.count(word), 3) ** 0.5 / 3**0.5
        for term in own
        if (word := term.found_in(folded))
    )
    return said / total if total else 0.0


def shingles(text: str) -> frozenset[str]:
    """All rows of SHINGLE characters, white space and punctuation left out."""
    squeezed = _NOT_WORD.sub("", terms.fold(text))
    return frozenset(squeezed[i : i + SHINGLE] for i in range(max(len(squeezed) - SHINGLE + 1, 0)))


def contained(own: frozenset[str], other: frozenset[str]) -> float:
    """Share of the first text's rows of characters that stand in the second, 0 to 1."""
    return len(own & other) / len(own) if own else 0.0
