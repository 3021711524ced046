"""What surrounds an article on a web page: navigation before it, recommended headlines and notices after it.

Whether a tail is foreign is judged by its words: the mean share of a line's character pairs that the article also
has is 0.19 within one document of ``corpus/``, 0.09 between two of them, and 0.03 for encyclopedia text.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

FOREIGN = 0.065  # mean shared pairs below which a tail has nothing to do with the article
STRANGE = 0.13  # the same where a marker already says that the article has ended
_PROSE = 30  # characters from which a line with a full stop is prose
_MAX_LINES = 20_000

# Lines that by themselves say: the article is over.
_STRONG = (
    "相关(?:阅读|新闻|链接|报道|文章|推荐|资讯|内容|专题|热词)",
    "(?:推荐|延伸|热门|猜你|精彩|更多|其他|往期|最新|今日|本周)(?:阅读|推荐|文章|新闻|资讯|喜欢|内容|回顾|图集|热点|视频)",
    "(?:热门|热点|新闻|点击|阅读|本周|24小时|48小时)(?:排行榜?|推荐|标签|话题|专题|热点)",
    "为[您你]推荐|猜你喜欢|大家都?在看|编辑推荐|[上下]一[篇条页章]\\s*(?:[：:>»]|$)",
    "返回(?:首页|顶部|列表|上级|上一页|栏目|目录|搜狐|新闻|原网页)",
    "(?:责任编辑|责编|值班编辑|网络编辑|实习编辑|编辑)\\s*[：:]|[（(【\\[]\\s*(?:责任编辑|责编|编辑)",
    "本文?版权|版权(?:声明|所有|归)|(?:免责|特别|平台|郑重|转载)声明|平台声明",
    "(?:网友|最新|热门|全部|发表|我要)评论|打印本[页文]|关闭(?:窗口|本页)|【(?:打印|关闭|字体|大 ?中 ?小|收藏|纠错)",
    "(?:分享|转发)(?:到|至)[：:]?|(?:打开|下载)\\s*(?:APP|App|app|客户端)|点击(?:加载|查看)更多|展开(?:全文|剩余)",
    "[\\u4e00-\\u9fff]?ICP[备证]|[\\u4e00-\\u9fff]公网安备|Copyright\\b|All Rights Reserved|阅读\\s*[（(]\\s*\\d*\\s*[)）]",
)
# Lines that say so only beside other signs of a web page.
_WEAK = (
    "声明[：:]|[（(]?本文(?:来源|来自|转载自|系|为|仅代表|转自)|(?:以上)?图片(?:均)?(?:来自|来源于?)网络|如有侵权|转载请注明|[-—\\s]*(?:THE )?END[-—\\s]*$|"
    "点击进入专题|标签[：:]?$|原标题[：:]|(?:扫一扫|微信扫|扫码|长按)|网站(?:地图|声明|纠错|标识码)|(?:联系|关于)我们",
    "加入收藏|设为首页|(?:违法和不良信息)?举报(?:电话|邮箱|中心)|查看更多|(?:审核|校对|监制)\\s*[：:]|文章关键词[：:]",
)
_LEAD = "(?:[>»·•◆■●▲|【\\[]\\s*)?"
_TAIL = re.compile(f"{_LEAD}(?:{'|'.join(_STRONG)})")
_WEAK_TAIL = re.compile(f"{_LEAD}(?:{'|'.join(_WEAK)})")
_NOTICE = re.compile(
    f"{_LEAD}(?:(?:免责|版权|特别|平台|郑重|转载)?声明|版权说明)[：:]"
)  # may be a long paragraph
_EDITOR = re.compile(
    "[^。！？]{0,50}(?:责任编辑|责编)\\s*[：:][^。！？，]{1,20}$"
)  # after the source, on one line with it
_INLINE_END = re.compile(
    r"(?<=[。！？”])\s*(返回搜狐，?\s*查看更多.*|[（(【\[]\s*(?:责任编辑|责编|编辑)\s*[：:][^（）()【】\[\]]{0,20}[)）】\]]\s*)$"
)
_META = re.compile(
    r"[（(]?原标题[：:]|最后更新[：:]|(?:来源|稿源|信息来源|文章来源|作者|发布时间|发布日期|发表时间|浏览|点击|访问量|字号|字体|分享|发布机构|发布者|索引号)(?:次数|数|量)?\s*[：:]"
    r"|\d{4}[-年/.]\d{1,2}[-月/.]\d{1,2}日?\s*(?:星期.)?\s*\d{1,2}:\d{2}|【?\s*(?:字号|字体)"
    r"|\d{4}\s*[-年/.]\s*\d{1,2}\s*[-月/.]\s*\d{1,2}\s*日?\s*(?:$|作者|来源|编辑|阅读|浏览)"
)
_CONTROL = re.compile(
    r"(?:首页|新闻|登录|注册|登录\s*注册|搜索|收藏|打印|关闭|分享|评论|点赞|举报|微信|微博|QQ空间|朋友圈|大|中|小|A\+|A-|TOP|正文|更多|更多>+|无障碍|"
    r"English|繁体|简体|繁體|手机版|客户端|下载|关注|订阅|赞|收起|展开|返回|返回顶部|返回列表|上一页|下一页|全文|视频|图片|导航|菜单|\d+条?评论|0|点击查看|"
    r"扫码阅读|分享到|收藏本站|设为首页|加入收藏|网站首页)(?:[\s|>›»/、·]+|$)"
)
_PATH = re.compile(
    r"(?:您?(?:的)?(?:当前|现在)?(?:所在)?的?位置[：:]?\s*(?:[\w\u4e00-\u9fff·]{1,20})?|首页|网站首页|[\u4e00-\u9fff]{2,8}网)\s*(?:[>›»/\-—]+\s*[\w\u4e00-\u9fff·]{1,20}\s*)+(?:[>›»/\-—]+\s*)?正?文?"
)


def is_boilerplate_tail(line: str) -> bool:
    """Whether a line is of those that stand behind an article: the editor, related reading, rights, share buttons.

    >>> [is_boilerplate_tail(line) for line in ("责任编辑：王五", "相关阅读", "【打印】【关闭】", "编辑部成员都是居民")]
    [True, True, True, False]
    """
    text = line.strip()
    return len(line) <= 80 and bool(_TAIL.match(text) or _EDITOR.match(text))


def _is_weak_tail(line: str) -> bool:
    text = line.strip()
    return bool((len(text) <= 80 and _WEAK_TAIL.match(text)) or (len(text) <= 300 and _NOTICE.match(text)))


def is_chrome(line: str) -> bool:
    """Whether a line is nothing but buttons or a path through the site.

    >>> [is_chrome(line) for line in ("首页 > 新闻 > 正文", "登录 注册", "小区议事会", "首页改版说明")]
    [True, True, False, False]
    """
    text = line.strip()
    if not text or len(text) > 100 or text.endswith(("。", "！", "？")):
        return False
    return bool(_PATH.fullmatch(text)) or not _CONTROL.sub("", text).strip(" |>·/")


def is_meta(line: str) -> bool:
    """Whether a line gives the date, source or reading figures of a page.

    >>> is_meta("来源：成都日报 2021-03-02 10:12"), is_meta("时间：每周三下午")
    (True, False)
    """
    return len(line) <= 100 and bool(_META.match(line.strip())) and not line.rstrip().endswith("。")


def pairs(text: str) -> set[str]:
    """The pairs of characters in a text, punctuation left out."""
    letters = re.sub(r"\W|_", "", text)
    return {a + b for a, b in pairwise(letters)}


def shared(line: str, known: set[str]) -> float:
    """The share of a line's pairs that are known; a line that is not Chinese is never foreign."""
    own = pairs(line)
    if not own or 2 * len(re.findall("[\u4e00-\u9fff]", line)) < len(line):
        return 1.0
    return len(own & known) / len(own)


def _is_prose(line: str) -> bool:
    return len(line) >= _PROSE and bool(re.search("[。！？]", line))


def article_end(lines: Sequence[str], web: bool = False) -> int:
    """The index of the first line behind the article; ``len(lines)`` where all belong to it.

    ``web`` says that the lines are known to come from a web page.
    A marker ends the article when what follows is short or speaks of other things; without a marker, only a tail
    of several lines that shares almost no words with the article is foreign.
    """
    weak = web or _signs(lines) >= 2
    for index, line in enumerate(lines):
        marked = is_boilerplate_tail(line) or (weak and _is_weak_tail(line))
        if marked and _ends_at(lines, index):
            return index
    return _switch(lines, signed=_signs(lines) > 0)


def _signs(lines: Sequence[str]) -> int:
    """How many different signs of a web page there are; the first two characters tell them apart well enough."""
    found = (line for line in lines if is_boilerplate_tail(line) or is_chrome(line) or is_meta(line))
    return len({re.sub(r"\W", "", line)[:2] for line in found})


def _ends_at(lines: Sequence[str], index: int) -> bool:
    """Whether what follows this line has little prose, or prose of other things."""
    head = [line for line in lines[:index] if _is_prose(line)]
    if sum(map(len, head)) < 100:
        return False
    known = pairs("\n".join(lines[:index]))
    prose = [line for line in lines[index + 1 :] if _is_prose(line) and not is_boilerplate_tail(line)]
    close = sum(len(line) for line in prose if shared(line, known) >= STRANGE)
    return close <= 0.15 * sum(map(len, head)) or (bool(prose) and _mean(prose, known) < FOREIGN)


def _mean(lines: Sequence[str], known: set[str]) -> float:
    weight = sum(map(len, lines))
    return sum(shared(line, known) * len(line) for line in lines) / weight if weight else 0.0


def _switch(lines: Sequence[str], signed: bool) -> int:
    """Where a page turns to something else without saying so: to headlines, or, where a sign is seen, to anything."""
    long = [index for index, line in enumerate(lines) if len(line) >= 8]
    limit = FOREIGN if signed else 0.7 * FOREIGN
    known: set[str] = set()
    prose = 0
    for place, index in enumerate(long[:2000]):
        line, tail = lines[index], [lines[i] for i in long[place:]]
        if len(tail) < 3:
            break
        if prose >= 150 and shared(line, known) < limit and _is_foreign(tail, known, limit, signed):
            head = [lines[i] for i in long[:place]]
            hangs_together = _coherence(head) > max(0.05, 2.5 * _mean(tail, known))
            return index if hangs_together else len(lines)
        known |= pairs(line)
        prose += len(line) if _is_prose(line) else 0
    return len(lines)


def _is_foreign(tail: Sequence[str], known: set[str], limit: float, signed: bool) -> bool:
    enough = sum(map(len, tail)) >= 60
    headlines = len(tail) >= 4 and all(map(_is_headline, tail))
    return enough and (signed or headlines) and _mean(tail[:60], known) < limit and _mean(tail, known) < limit


def _is_headline(line: str) -> bool:
    """A line like the title of a news item: neither a sentence nor an entry of a list."""
    return (
        10 <= len(line) <= 45
        and not re.search("[。；;：:]$", line)
        and not re.match(r"[\s\d(（①-⑳•·\-*附]", line)
    )


def _coherence(lines: Sequence[str]) -> float:
    """How much the lines of a text share with each other."""
    prose = [line for line in lines if _is_prose(line)][:60]
    own = [pairs(line) for line in prose]
    if len(own) < 2:
        return 1.0
    rest = [set().union(*own[:i], *own[i + 1 :]) for i in range(len(own))]
    return sum(len(line & others) / max(len(line), 1) for line, others in zip(own, rest, strict=True)) / len(
        own
    )


def trim_page(lines: Sequence[str]) -> tuple[list[str], list[str], str]:
    """Cut the frame of a web page saved as text: (kept lines, removed lines, title of the page).

    The head is touched only where two different signs say that this is a web page.
    """
    if len(lines) > _MAX_LINES:
        return list(lines), [], ""
    whole = [part for line in lines for part in _split_inline(line)]
    stripped = [line.strip() for line in whole]
    end = article_end(stripped)
    start, first, title = 0, 0, ""
    if _signs(stripped) >= 2:
        start, first, title = _article_start(stripped[:end])
    kept: list[str] = []
    removed = [line for line in stripped[:start] if line]
    for index in range(start, end):
        text = stripped[index]
        frame = first and (
            (is_chrome(text) and len(text) > 1)
            or (index < first and (is_meta(text) or is_boilerplate_tail(text)))
        )
        if frame:
            removed.append(text)
        else:
            kept.append(whole[index])
    return kept, removed + [line for line in stripped[end:] if line], title


def _split_inline(line: str) -> list[str]:
    """Cut off an end marker that stands in the last line of the article."""
    match = _INLINE_END.search(line)
    return [line[: match.start()], match[1]] if match else [line]


def _article_start(lines: Sequence[str]) -> tuple[int, int, str]:
    """The index of the title's line, that of the first prose, and the title; no title, no start."""
    first = next((index for index, line in enumerate(lines) if _is_prose(line)), 0)
    known = pairs("\n".join(lines[first:]))
    best, title = 0, ""
    for index, line in enumerate(lines[:first]):
        bare = re.sub(r"\s*[_|\-—]\s*[\u4e00-\u9fff]{2,12}$", "", line).strip()
        plain = not is_chrome(line) and not is_boilerplate_tail(line) and not is_meta(line)
        if 6 <= len(bare) <= 60 and plain and shared(bare, known) > 0.2:
            best, title = index, bare
    return best, first, title
