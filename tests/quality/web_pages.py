"""Labelled web pages in the manner of Chinese sites: texts of the corpus in frames of our own, many structures, seeded.

Every page knows its article's paragraphs and the foreign lines around them, so that a parser can be measured.
"""

# ruff: noqa: E501  # the markup of the pages is not wrapped

from __future__ import annotations

import json
import random
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from html import escape

from tests.conftest import ROOT
from tests.quality import page_texts as t

ARTICLES = 6  # for each structure


@dataclass(frozen=True, slots=True)
class WebPage:
    """A page's bytes; what its article says, paragraph by paragraph; and what is foreign to it, line by line."""

    name: str
    data: bytes
    article: tuple[str, ...]
    foreign: tuple[str, ...]


@dataclass
class Draw:
    """One article and the dice for one page; what is drawn as foreign is remembered."""

    title: str
    parts: Sequence[tuple[str, str]]  # ("h" or "p", text)
    dice: random.Random
    foreign: list[str]

    def some(self, pool: Sequence[str], count: int) -> list[str]:
        """Foreign lines of a pool."""
        drawn = self.dice.sample(list(pool), min(count, len(pool)))
        self.foreign += drawn
        return drawn

    def links(self, pool: Sequence[str], count: int, each: str = "<li>{}</li>") -> str:
        """Foreign lines as links."""
        return "".join(
            each.format(f'<a href="/{n}.html">{x}</a>') for n, x in enumerate(self.some(pool, count))
        )

    def lines(self, pool: Sequence[str], count: int, each: str = "<p>{}</p>") -> str:
        """Foreign lines as text."""
        return "".join(each.format(x) for x in self.some(pool, count))

    def say(self, text: str) -> str:
        """One foreign line."""
        self.foreign.append(text)
        return text

    def body(self, p: str = "<p>{}</p>", h: str = "<h2>{}</h2>", every: str = "", after: int = 0) -> str:
        """The article, with something foreign behind one of its paragraphs."""
        made = [(p if kind == "p" else h).format(escape(text)) for kind, text in self.parts]
        if every:
            made.insert(min(after, len(made)), every)
        return "".join(made)


def _page(title: str, body: str, head: str = "", charset: str = "utf-8") -> bytes:
    page = f'<!DOCTYPE html><html><head><meta charset="{charset}"><title>{escape(title)}</title>{head}</head><body>{body}</body></html>'
    return page.encode("gb18030" if charset == "gb2312" else charset)


def gov_2005(d: Draw) -> bytes:
    """Nested tables, font tags, line breaks instead of paragraphs, GBK."""
    top = d.links(t.NAV, 8, "{} | ")
    left = d.links(t.HEADLINES, 9, "<tr><td>·{}</td></tr>")
    text = d.body("　　{}<br><br>", "<b>{}</b><br><br>")
    foot = d.lines(t.FOOT, 6, "{}<br>")
    return _page(
        f"{d.title}-某某区政府",
        f"<table width=1000><tr><td colspan=2>{top}</td></tr><tr><td width=200 valign=top><table>{left}</table></td>"
        f"<td><table><tr><td align=right>您现在的位置：首页 &gt;&gt; 街镇动态 &gt;&gt; 正文</td></tr><tr><td align=center><font size=5><b>{d.title}</b></font></td></tr>"
        f"<tr><td align=center>发布时间：2021-03-02　来源：某某街道　浏览次数：312次　【字体：大 中 小】</td></tr><tr><td><font size=3>{text}</font></td></tr>"
        f"<tr><td align=right>【打印本页】【关闭窗口】</td></tr></table></td></tr><tr><td colspan=2 align=center>{foot}</td></tr></table>",
        charset="gb2312",
    )


def gov_modern(d: Draw) -> bytes:
    """Speaking class names, as the content systems of governments write them."""
    return _page(
        f"{d.title}_某某区人民政府",
        f"<div class='header'><ul class='nav'>{d.links(t.NAV, 10)}</ul></div><div class='crumb'>当前位置：<a href=/>首页</a> &gt; <a href=/a>街镇动态</a> &gt; 正文</div>"
        f"<div class='article'><h1>{d.title}</h1><div class='info'><span>发布日期：2023-05-06 10:20</span><span>来源：某某街道办事处</span><span>阅读量：56</span></div>"
        f"<div class='content' id='zoom'>{d.body()}</div><div class='share'>{d.lines(t.SHARE, 5, '<span>{}</span>')}</div></div>"
        f"<div class='related'><h3>{d.say('相关信息')}</h3><ul>{d.links(t.HEADLINES, 6)}</ul></div>"
        f"<div class='footer'>{d.lines(t.FOOT, 8)}</div>",
        "<meta name='ArticleTitle' content='x'><meta name='ContentSource' content='某某街道办事处'>",
    )


def soup(d: Draw) -> bytes:
    """Divs with names that say nothing, the related stories with summaries."""
    cards = "".join(
        f'<div class="q7"><div class="q8"><a href="/c">{head}</a></div><div class="q9">{card}</div></div>'
        for head, card in zip(d.some(t.HEADLINES, 4), d.some(t.CARDS, 4), strict=True)
    )
    return _page(
        d.title,
        f'<div class="a1"><div class="a2">{d.links(t.NAV, 7, "<div>{}</div>")}</div></div><div class="b1"><div class="b2"><div class="b3">{d.title}</div>'
        f'<div class="b4">2022-08-01 09:15　某某日报</div><div class="b5">{d.body("<div>{}</div>", "<div><strong>{}</strong></div>")}</div></div>'
        f'<div class="b6">{cards}</div></div><div class="z1">{d.lines(t.NOTICES[:3], 2, "<div>{}</div>")}{d.lines(t.FOOT, 5, "<div>{}</div>")}</div>',
    )


def news(d: Draw) -> bytes:
    """Article and aside elements, comments, a hot list, an advertisement between paragraphs."""
    ad = f'<div class="ad-box">{d.lines(t.ADS, 1)}</div>'
    return _page(
        f"{d.title} - 某某新闻网",
        f"<header><nav>{d.links(t.NAV, 9, '{}')}</nav></header><main><article><h1>{d.title}</h1><p class='meta'>某某新闻网 2024-01-05 08:00</p>"
        f"{d.body(every=ad, after=2)}<p>{d.say('责任编辑：王五')}</p></article><aside><h3>{d.say('热门排行')}</h3><ol>{d.links(t.HEADLINES, 8)}</ol></aside>"
        f"<section class='comments'><h3>{d.say('网友评论')}</h3>{d.lines(t.COMMENTS, 5, '<div class=comment><b>网友</b><p>{}</p></div>')}</section></main>"
        f"<footer>{d.lines(t.FOOT, 5)}{d.lines(t.NOTICES[:3], 1)}</footer>",
    )


def portal(d: Draw) -> bytes:
    """A portal of 2010: related news and a disclaimer in the box of the article itself."""
    return _page(
        f"{d.title}|某某门户",
        f"<div id=top>{d.links(t.NAV, 8, '{} ')}</div><div id=artibody><h1>{d.title}</h1><div>http://example.org 2012年03月05日07:20 某某晚报</div>"
        f"{d.body('<p>　　{}</p>', '<p><b>{}</b></p>')}<p>（{d.say('编辑：赵六')}）</p><p><b>{d.say('相关新闻')}</b></p><ul>{d.links(t.HEADLINES, 5)}</ul>"
        f"<p>{d.say('免责声明：本文仅代表作者个人观点，与本网无关。')}</p></div><div id=hot><h2>{d.say('24小时热点')}</h2><ul>{d.links(t.HEADLINES[:12], 6)}</ul></div>"
        f"<div id=foot>{d.lines(t.FOOT, 4)}</div>",
    )


def wechat(d: Draw) -> bytes:
    """A public account's article: sections and spans with styles, calls to follow before and behind."""
    style = 'style="margin:0;padding:0;max-width:100%;box-sizing:border-box"'
    return _page(
        d.title,
        f'<div id="js_article"><div id="page-content"><h1 id="activity-name">{d.title}</h1><div id="meta_content"><span>原创</span> <a>某某社区</a> <em>2023年6月1日 18:00</em></div>'
        f'<div id="js_content"><section {style}><span>{d.say("点击上方蓝字关注我们")}</span></section>'
        + d.body(
            f"<section {style}><p {style}><span style='font-size:15px'>{{}}</span></p></section>",
            f"<section {style}><strong {style}>{{}}</strong></section>",
        )
        + f"<section {style}><p>{d.say('- END -')}</p><p>{d.say('往期推荐')}</p>{d.links(t.HEADLINES, 3, '<p>{}</p>')}<p>{d.say('长按识别二维码关注')}</p>"
        f"<p>{d.say('点个“在看”，让更多人知道')}</p></section></div><div id='js_tags'>{d.say('阅读原文')}</div></div></div>",
    )


def forum(d: Draw) -> bytes:
    """A forum's thread in tables: the first post is the article, the replies are not."""
    replies = "".join(
        f'<table class="plhin"><tr><td class="pls"><a>用户{n}</a></td><td class="plc"><div class="authi">发表于 2020-5-{n} 12:0{n}</div><div class="pcb"><table><tr><td class="t_f">{x}</td></tr></table></div></td></tr></table>'
        for n, x in enumerate(d.some(t.COMMENTS, 6), start=2)
    )
    return _page(
        f"{d.title} - 邻里论坛 - Powered by Discuz!",
        f"<div id=nv><ul>{d.links(t.NAV, 6)}</ul></div><div id=pt>论坛 › 社区生活 › 查看内容</div><div id=postlist><h1><span id=thread_subject>{d.title}</span></h1>"
        f'<table class="plhin"><tr><td class="pls"><a>楼主</a><p>{d.say("主题12 帖子340 积分5600")}</p></td><td class="plc"><div class="authi">发表于 2020-5-1 12:00:00 | {d.say("只看该作者")}</div>'
        f'<div class="pcb"><table><tr><td class="t_f">{d.body("{}<br><br>", "<strong>{}</strong><br><br>")}</td></tr></table></div><div class="po">{d.say("使用道具 举报")}</div></td></tr></table>{replies}</div>'
        f"<div id=ft>{d.lines(t.FOOT, 3)}</div>",
    )


def blog(d: Draw) -> bytes:
    """A blog: neighbours before and behind, widgets, comments in lists."""
    before, behind = d.some(t.HEADLINES, 2)
    d.foreign += [f"上一篇：{before}", f"下一篇：{behind}"]
    return _page(
        f"{d.title} – 社工手记",
        f"<div id=page><header class=site-header><ul class=menu>{d.links(t.NAV, 5)}</ul></header><div id=primary><article class='post hentry'><h1 class=entry-title>{d.title}</h1>"
        f"<div class=entry-meta>2019年7月8日 由 小赵 发表</div><div class=entry-content>{d.body()}</div><div class=entry-footer>分类：随笔</div></article>"
        f"<div class=post-navigation><p>上一篇：<a href=/1>{before}</a></p><p>下一篇：<a href=/2>{behind}</a></p></div>"
        f"<div id=comments><h2>{d.say('《这篇文章》有3条留言')}</h2><ol class=comment-list>{d.lines(t.COMMENTS, 4, '<li><div class=comment-body><p>{}</p></div></li>')}</ol>"
        f"<p>{d.say('电子邮件地址不会被公开。必填项已用*标注')}</p></div></div><div id=secondary><div class=widget><h2>近期文章</h2><ul>{d.links(t.HEADLINES[:10], 4)}</ul></div></div></div>"
        f"<footer>{d.lines(t.FOOT, 2)}</footer>",
    )


def application(d: Draw) -> bytes:
    """A page built by a script, as the browser saved it, with its data once more in a script."""
    data = json.dumps({"props": {"title": d.title, "hot": t.HEADLINES, "text": [x for _, x in d.parts]}})
    return _page(
        d.title,
        f'<div id="app"><div class="layout_top__x9Kd"><div>{d.links(t.NAV, 6, "<span>{}</span>")}</div></div><div class="detail_wrap__1aZ"><div class="detail_title__3Qw">{d.title}</div>'
        f'<div class="detail_time__8uY">2025-04-01 14:30</div><div class="detail_rich__c0L">{d.body("<p><span>{}</span></p>", "<h3>{}</h3>")}</div></div>'
        f'<div class="feed_wrap__k2P">{d.lines(t.CARDS, 4, "<div class=feed_item__e4R><div>{}</div></div>")}</div><div class="bar_wrap__7tT">{d.lines(t.SHARE, 4, "<div>{}</div>")}</div>'
        f'<div class="mask_wrap__0pO"><p>{d.say("打开APP，阅读体验更佳")}</p></div></div><script id="__NEXT_DATA__" type="application/json">{data}</script>',
    )


def inline(d: Draw) -> bytes:
    """Nothing but boxes with styles: columns by float, no names at all."""
    return _page(
        d.title,
        f"<div style='width:1000px;margin:0 auto'><div style='background:#c00'>{d.links(t.NAV, 9, '{}&nbsp;')}</div><div style='float:left;width:700px'>"
        f"<div style='font-size:24px;text-align:center'>{d.title}</div><div style='text-align:center'>时间：2018-11-02 来源：某某社区 点击：88</div>"
        f"<div style='line-height:2'>{d.body('<div>　　{}</div>', '<div style=font-weight:bold>{}</div>')}</div><div>{d.say('上一篇：没有了')}</div><div>{d.say('下一篇：邻里节上百家宴热闹开席')}</div></div>"
        f"<div style='float:right;width:280px'><div>{d.say('热点推荐')}</div>{d.links(t.HEADLINES, 8, '<div>{}</div>')}</div><div style='clear:both;text-align:center'>{d.lines(t.FOOT, 5, '{}　')}</div></div>",
    )


def popups(d: Draw) -> bytes:
    """Notices before everything: cookies, old browsers, a form to sign in; the article in definition lists."""
    return _page(
        f"{d.title}－某某街道社区网",
        f"<div id='cookie-bar'><p>{d.say(t.NOTICES[3])}</p><button>同意</button></div><div class='browser-tip'>{d.say(t.NOTICES[4])}</div>"
        f"<div class='login-box'><form>用户名 <input> 密码 <input><p>{d.say('还没有账号？立即注册，享受更多服务。')}</p></form></div>"
        f"<dl><dt>{d.title}</dt><dd>来源：本站　日期：2020年2月3日</dd><dd>{d.body()}</dd></dl><dl><dt>{d.say('最新文章')}</dt>{d.links(t.HEADLINES, 6, '<dd>{}</dd>')}</dl>"
        f"<p>{d.lines(t.FOOT, 4, '{} | ')}</p>",
    )


def mobile(d: Draw) -> bytes:
    """A phone's page: prompts for the app, a stream of other stories with summaries, advertisements."""
    feed = "".join(
        f'<li class="list-item"><a href="/n"><h3>{head}</h3><p>{card}</p><i>128评</i></a></li>'
        for head, card in zip(d.some(t.HEADLINES, 5), d.some(t.CARDS, 5), strict=True)
    )
    return _page(
        d.title,
        f'<div class="open-app">{d.say("打开APP 查看更多精彩内容")}</div><div class="main"><div class="title">{d.title}</div><div class="sub">某某时报　03-05 07:20　{d.say("关注")}</div>'
        f'<div class="txt">{d.body("<p>{}</p>", "<p><strong>{}</strong></p>")}<p class="tip">{d.say("特别声明：以上内容为自媒体平台用户上传并发布，本平台仅提供信息存储服务。")}</p></div>'
        f'<div class="expand">{d.say("展开全文")}</div></div><div class="gg">{d.lines(t.ADS, 2)}</div><div class="feed"><h2>{d.say("为你推荐")}</h2><ul>{feed}</ul></div>',
    )


def pages(d: Draw) -> bytes:
    """An article in several pages; its editor at the end of the last paragraph, lawyers' words behind."""
    text = d.body("<p>{}</p>", "<p><b>{}</b></p>")
    text = text[: -len("</p>")] + "（责任编辑：钱七）</p>" if text.endswith("</p>") else text
    d.say("责任编辑：钱七")
    return _page(
        f"{d.title}--社区频道--某某网",
        f"<div class=w980><div class=path>某某网&gt;&gt;社区频道</div><div class=text_c><h1>{d.title}</h1><h5>2016年09月10日08:12　来源：某某报</h5><div class=show_text>{text}</div>"
        f"<div class=zdfy>{d.say('上一页')} 1 2 3 {d.say('下一页')}</div></div><div class=p2j_con><h2>{d.say('精彩推荐')}</h2>{d.links(t.HEADLINES, 6, '<div>{}</div>')}</div>"
        f"<div class=copyright>{d.lines(t.NOTICES[:3], 1)}{d.lines(t.FOOT, 4)}</div></div>",
    )


def linked_data(d: Draw) -> bytes:
    """A page that a script fills and whose text stands only in the data for search engines (schema.org)."""
    data = {"@context": "https://schema.org", "@type": "NewsArticle", "headline": d.title}
    text = json.dumps({**data, "articleBody": "\n".join(x for _, x in d.parts)}, ensure_ascii=False)
    return _page(
        d.title,
        f"<div id=root></div><noscript>{d.say('请启用JavaScript以运行此应用。')}</noscript><div>{d.lines(t.FOOT, 3, '{} ')}</div>",
        f'<script type="application/ld+json">{text}</script>',
    )


def folded(d: Draw) -> bytes:
    """The article in two boxes, the second shown on a click, an advertisement and a stream between and behind."""
    half = len(d.parts) // 2
    first, second = Draw(d.title, d.parts[:half], d.dice, []), Draw(d.title, d.parts[half:], d.dice, [])
    return _page(
        f"{d.title}_某某号",
        f"<div class=wrap><div class=head>{d.links(t.NAV, 5, '<span>{}</span>')}</div><div class=box><h1>{d.title}</h1><div class=by>某某社区 2022-10-10 08:00</div>"
        f"<div class=part>{first.body()}</div><div class=tg><p>{d.lines(t.ADS, 1, '{}')}</p></div><div class=part style='display:none'>{second.body()}</div></div>"
        f"<div class=more>{d.lines(t.CARDS, 4, '<div class=it><p>{}</p></div>')}</div></div>",
    )


def bare_comments(d: Draw) -> bytes:
    """Comments in the box of the article, in elements without names, under one line that counts them."""
    return _page(
        d.title,
        f"<div><div>{d.links(t.NAV, 6, '{} ')}</div><div><h1>{d.title}</h1><p>2021-06-01 12:30 来源：某某社区</p>{d.body()}"
        f"<h3>{d.say('全部评论（5）')}</h3>{d.lines(t.COMMENTS, 5, '<div><span>某某网友</span><p>{}</p></div>')}</div><div>{d.lines(t.FOOT, 3, '{} ')}</div></div>",
    )


def shouting(d: Draw) -> bytes:
    """A public account that sets its calls in bold and large type, and its own sections with numbers in boxes."""
    return _page(
        d.title,
        f'<div class="rich_media_content" id="js_content"><p style="text-align:center"><strong><span style="font-size:20px">{d.say("↑ 点击蓝字，关注我们")}</span></strong></p>'
        + d.body(
            "<p><span>{}</span></p><p><br></p>",
            "<section><section><p>01</p></section><section><p><strong>{}</strong></p></section></section>",
        )
        + f"<p><strong>{d.say('【延伸阅读】')}</strong></p>{d.links(t.HEADLINES, 4, '<p>{}</p>')}<p>{d.say('来源 | 某某社区')}</p><p>{d.say('编辑 | 小李')}</p><p>{d.say('审核 | 老王')}</p>"
        f"<p><strong>{d.say('觉得不错，请点个赞')}</strong></p></div>",
    )


STRUCTURES: tuple[Callable[[Draw], bytes], ...] = (
    gov_2005, gov_modern, soup, news, portal, wechat, forum, blog, application, inline, popups, mobile, pages,
    linked_data, folded, bare_comments, shouting,
)  # fmt: skip


def made(seed: int = 0) -> Iterator[WebPage]:
    """The pages of all structures, each around other articles of the corpus."""
    dice = random.Random(seed)
    articles = list(_articles())
    for structure in STRUCTURES:
        for number, (title, parts) in enumerate(dice.sample(articles, ARTICLES)):
            draw = Draw(title, parts, random.Random(f"{seed} {structure.__name__} {number}"), [])
            data = structure(draw)
            article = tuple(text for _, text in parts)
            yield WebPage(f"{structure.__name__}-{number}", data, article, tuple(dict.fromkeys(draw.foreign)))


def _articles() -> Iterator[tuple[str, list[tuple[str, str]]]]:
    """Title and parts of the texts of the corpus that are prose."""
    for path in sorted((ROOT / "corpus").glob("[ct]*/*.md")):
        _, front, body = path.read_text(encoding="utf-8").split("---\n", 2)
        title = re.search(r"^title: (.*)$", front, re.M)
        parts = []
        for line in body.split("\n"):
            text = re.sub(r"^(?:#+|[-*]|\d+\.)\s+|\*\*", "", line).strip()
            if text and "|" not in text:
                parts.append(("h" if line.startswith("#") else "p", text))
        if title and len(parts) >= 6:
            yield title[1].strip("'\""), parts
