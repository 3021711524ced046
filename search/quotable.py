"""Step 14: the sentences of a passage, and which of them can be quoted alone – whole, plain, leaning on no other."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from ingest.chunk import sentences

LENGTH = (14, 180)  # characters of a sentence that can stand alone
_KEPT = 4_096  # passages, about 2 kB each

# Of a list item.
_MARKER = re.compile(r"^(?:[-*·•●]|[（(]?(?:\d{1,2}|[一二三四五六七八九十]{1,3})[.．、）)])\s*")
_HALF = ("；", ";")
_WHOLE = re.compile(r"[。！!…][”’」』）)》]*$")
_LEANS = re.compile(  # on the sentence before it
    r"^(?:但|而|所以|因此|于是|此|同时|其中|这样|这些|这种|这里|这个|这一|这套|这次|这件|这[几两三]|该|它|他们?|她们?|然后|后来|并且|不过|"
    r"另外|另有|也|还|再|又|接着|随后|随即|之后|到了|接下来|具体(?:的|做)|第[一二三四五六七八九]|其[一二三四次余]|[一二三四]点?是|可见|由此|照这|从这|对此|为此|据此|以上|上述|上面|"
    r"有的|有些情况|相比之下|同一[篇份项]|前者|后者|倒过来|作者|那[里些个]|[|，、]|.{1,3}(?:它|他们|她们|这[些种样个套件次]))|(?:前|后)[一两]个数"
)
_ANNOUNCES = re.compile(  # what follows, without saying it, or that nothing is known
    r"(?:以下|下面|如下|这里|编者|从这)[^。]{0,24}(?:建议|经验|做法|意见|几[点条处份]|清单|材料|办法)[^。]{0,14}[。：]$"
    r"|(?:几|两|三|四|五)[点条种][^，。：:]{0,8}。$|一个完整例子。$|列了[^，。]{0,6}清单。$"
    r"|(?:没有写|没有提到|看不到|只能空着|没有给出|没有列出|没有交代|没有涉及|查不到|材料里没有|没有可引用|没有跟踪|没有公布|没有统计)"
    r"|^备注|^注[：:]|整理自|引用前|仅供参考|对照着看|绕不开|(?:各有不同|各不相同|规矩不同)。$"
)


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence as it would be quoted, without its list marker; ``[start, end)`` of its passage's text."""

    text: str
    start: int
    end: int
    alone: bool  # whether it can be quoted without the sentences around it


@lru_cache(_KEPT)
def sentences_of(text: str) -> tuple[Sentence, ...]:
    """All sentences of a passage's text, in reading order, one for each of its sentence vectors."""
    found: list[Sentence] = []
    for start, end in sentences(text):
        own = _MARKER.sub("", text[start:end].strip())
        cut = bool(found) and found[-1].text.endswith(_HALF)  # the latter half of a sentence
        found.append(Sentence(own, start, end, stands_alone(own) and not cut))
    return tuple(found)


def stands_alone(sentence: str) -> bool:
    """Whole, of a readable length, neither leaning on the sentence before it nor announcing the next.

    >>> stands_alone("社工先挨家挨户走访，记下每户的顾虑。"), stands_alone("编者从这里整理出下面几条做法。")
    (True, False)
    """
    whole = bool(_WHOLE.search(sentence)) and " | " not in sentence and "\n" not in sentence
    fit = LENGTH[0] <= len(sentence) <= LENGTH[1]
    return whole and fit and not _LEANS.search(sentence) and not _ANNOUNCES.search(sentence)
