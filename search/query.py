"""Step 9: understand the question – clean it, find its terms, refuse what can't be searched for."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from jieba import Tokenizer

from ingest import terms
from ingest.errors import QueryError
from ingest.models import Aspect
from search.language.synonyms import Synonym, expand
from search.models import FILTERS, Query

MAX_CHARACTERS = 500
_WORD = re.compile(r"\w")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")

# Words that ask but don't name anything. In a small library they are rare, so that BM25 would take them for
# telling ones; a question of nothing else keeps them.
QUESTION_WORDS = frozenset(
    "如何 怎么 怎样 怎么样 怎么办 怎么做 什么 为什么 为何 哪些 哪个 哪里 哪儿 哪 几个 多少 吗 呢 吧 呀 么 谁 "
    "有 有没有 是否 能否 可否 可以 能 会 要 想 请问 请 问 一下 一些 我 我们 你 你们 他 她 他们 大家 "
    "的 地 得 了 着 过 在 是 和 与 及 或 而 并 也 都 就 还 又 再 很 太 这 那 这个 那个 这些 那些 之 其 "
    "个 对 把 被 让 给 向 从 到 于 以 为 上 下 中 里 时 时候 后 前 来 去 做 用 等".split()
)


@dataclass(frozen=True, slots=True)
class QueryTerms:
    """The question as terms, each once, in order: dictionary words, character bigrams, single characters."""

    words: tuple[str, ...]
    bigrams: tuple[str, ...]
    characters: tuple[str, ...]
    synonyms: tuple[Synonym, ...] = ()


# What a question asks for, by the aspect of the passages that tell it.
_ASKS_FOR: tuple[tuple[Aspect, re.Pattern[str]], ...] = (
    ("困难", re.compile(r"困难|难点|难在|问题|阻力|不愿|不同意|反对|失败|教训|风险|矛盾|走弯路")),
    ("成效", re.compile(r"成效|效果|结果|成果|变化|有用吗|好处|后来怎么样")),
    ("做法", re.compile(r"怎么|如何|步骤|办法|做法|咋|怎样|流程|方法")),
    ("工具", re.compile(r"工具|清单|表格|模板|预算|经费")),
)


def aspects_of(text: str) -> frozenset[Aspect]:
    """The aspects that a question asks for.

    >>> sorted(aspects_of("加装电梯遇到哪些困难"))
    ['困难']
    """
    return frozenset(aspect for aspect, pattern in _ASKS_FOR if pattern.search(text))


def clean(text: str) -> str:
    """The question without control characters and superfluous space; raises QueryError when nothing is left."""
    text = " ".join(_CONTROL.sub(" ", unicodedata.normalize("NFC", text)).split())
    if not text:
        raise QueryError("请先输入要找的问题，例如：如何提升居民参与度。")
    if len(text) > MAX_CHARACTERS:
        raise QueryError(f"问题有 {len(text)} 个字，最多 {MAX_CHARACTERS} 个。请只留下最要紧的一两句话。")
    if not _WORD.search(text):
        raise QueryError("问题里只有标点符号。请输入几个字，例如：加装电梯 费用分摊。")
    return text


def parse_filters(pairs: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """Read ``name=value`` pairs; several values of one name mean any of them. Raises QueryError.

    >>> parse_filters(["city=成都市", "city=上海市"])
    {'city': ('成都市', '上海市')}
    """
    chosen: dict[str, tuple[str, ...]] = {}
    for pair in pairs:
        name, equals, value = pair.partition("=")
        if name not in FILTERS or not equals or not value.strip():
            raise QueryError(
                f"筛选条件「{pair[:80]}」不认识。写法是 名称=值，名称可以是：{'、'.join(FILTERS)}。"
            )
        chosen[name] = (*chosen.get(name, ()), value.strip())
    return chosen


def make_query(
    text: str,
    filters: Mapping[str, tuple[str, ...]] | None = None,
    k: int = 10,
    literal: Iterable[str] = (),
) -> Query:
    """A cleaned Query; raises QueryError."""
    return Query(clean(text), dict(filters or {}), max(1, k), frozenset(literal))


def terms_of(text: str, segmenter: Tokenizer | None = None) -> QueryTerms:
    """Terms of a question, cut by a build's segmenter; question words only where there is nothing else."""
    words = list(dict.fromkeys(terms.words(text, segmenter)))
    telling = [word for word in words if word not in QUESTION_WORDS] or words
    bigrams = list(dict.fromkeys(_telling_bigrams(text))) or terms.bigrams(text)
    characters = dict.fromkeys("".join(bigrams))
    synonyms = expand(words, terms.fold(text))
    return QueryTerms(tuple(telling), tuple(bigrams), tuple(characters), synonyms)


def _telling_bigrams(text: str) -> list[str]:
    """Bigrams of what stands between the question words, so that none reaches over them."""
    folded = terms.fold(text)
    asking = sorted((w for w in QUESTION_WORDS if len(w) > 1), key=len, reverse=True)
    return [b for part in re.split("|".join(asking), folded) for b in terms.bigrams(part) if len(b) > 1]
