"""Lines of a web page that belong to no article: what stands behind one, buttons, crumbs, dates and sources."""

from __future__ import annotations

import re

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
    "声明[：:]|[（(]?本文(?:来源|来自|转载自|系|为|仅代表|转自)",
    "(?:以上)?图片(?:均)?(?:来自|来源于?)网络|如有侵权|转载请注明|[-—\\s]*(?:THE )?END[-—\\s]*$|"
    "点击进入专题|标签[：:]?$|原标题[：:]|(?:扫一扫|微信扫|扫码|长按)|网站(?:地图|声明|纠错|标识码)|(?:联系|关于)我们",
    "加入收藏|设为首页|(?:违法和不良信息)?举报(?:电话|邮箱|中心)|查看更多|(?:审核|校对|监制)\\s*[：:]|文章关键词[：:]",
)
_LEAD = "(?:[>»·•◆■●▲|【\\[]\\s*)?"
_TAIL = re.compile(f"{_LEAD}(?:{'|'.join(_STRONG)})")
_WEAK_TAIL = re.compile(f"{_LEAD}(?:{'|'.join(_WEAK)})")
# May be a long paragraph.
_NOTICE = re.compile(f"{_LEAD}(?:(?:免责|版权|特别|平台|郑重|转载)?声明|版权说明)[：:]")
# After the source, on one line with it.
_EDITOR = re.compile("[^。！？]{0,50}(?:责任编辑|责编)\\s*[：:][^。！？，]{1,20}$")
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
# What public accounts write over and under their texts.
_CALL = re.compile(
    r"[↑↓▲▼☝👆👇\s]*(?:请|欢迎)?(?:点击|长按|扫描|识别|扫一扫|轻点)(?:上方|下方|上图|下图|左上角|右上角)?[^，。！？]{0,12}"
    r"(?:蓝字|二维码|公众号|名片)[^。！？]{0,20}"
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


def is_weak_tail(line: str) -> bool:
    """Whether a line is of those that may stand in an article as well, but hardly in its middle: a notice, a source."""
    text = line.strip()
    return bool((len(text) <= 80 and _WEAK_TAIL.match(text)) or (len(text) <= 300 and _NOTICE.match(text)))


def is_chrome(line: str) -> bool:
    """Whether a line is nothing but buttons or a path through the site.

    >>> [is_chrome(line) for line in ("首页 > 新闻 > 正文", "登录 注册", "小区议事会", "首页改版说明")]
    [True, True, False, False]
    >>> is_chrome("↑ 点击上方蓝字，关注我们"), is_chrome("扫描二维码的居民有三百多位。")
    (True, False)
    """
    text = line.strip()
    if not text or len(text) > 100 or text.endswith(("。", "！", "？")):
        return False
    return bool(_PATH.fullmatch(text) or _CALL.fullmatch(text)) or not _CONTROL.sub("", text).strip(" |>·/")


def is_meta(line: str) -> bool:
    """Whether a line gives the date, source or reading figures of a page.

    >>> is_meta("来源：成都日报 2021-03-02 10:12"), is_meta("时间：每周三下午")
    (True, False)
    """
    return len(line) <= 100 and bool(_META.match(line.strip())) and not line.rstrip().endswith("。")
