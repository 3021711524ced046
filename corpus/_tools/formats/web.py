"""HTML as scraped from a site: the article amid menus, share buttons and unrelated headlines."""

from __future__ import annotations

from html import escape
from itertools import groupby

from .blocks import DATE, NAME, Block, Paper, byline, runs

HOT = ("冷空气今夜到货 早晚温差明显", "新款手机开售 门店排起长队", "周末出行高峰 热门景区请预约")
RELATED = (
    "新能源车充电要注意哪几点",
    "换季穿衣怎么搭 一张图看懂",
    "手机电池用久了不耐用 试试这几招",
    "雨天开车的六个提醒",
)

NEWS = """<!DOCTYPE html>
<html lang="zh-CN">
<head>
<meta charset="{charset}">
<title>{title}_本地频道</title>
<meta name="keywords" content="社区,街道,居民">
<style>.nav a{{margin:0 8px}}table{{border-collapse:collapse}}td,th{{border:1px solid}}</style>
</head>
<body>
<div class="topbar">欢迎您 <a href="/login">登录</a> <a href="/register">注册</a></div>
<div class="nav"><a href="/">首页</a><a href="/news">要闻</a><a href="/local">本地</a>\
<a href="/weather">天气</a><a href="/digital">数码</a><a href="/auto">汽车</a><a href="/food">美食</a></div>
<div class="breadcrumb">当前位置：<a href="/">首页</a> &gt; <a href="/local">本地</a> &gt; 正文</div>
<div class="main">
<div class="article">
<h1>{title}</h1>
<div class="info">{date}　{byline}　字号：<a href="#">大</a> <a href="#">中</a> <a href="#">小</a></div>
<div class="content">
{body}
</div>
<div class="share">分享到：<a href="#">微信</a> <a href="#">微博</a> <a href="#">复制链接</a></div>
<div class="related"><h3>相关阅读</h3><ul>{related}</ul></div>
</div>
<div class="sidebar"><h3>热门文章</h3><ul>{hot}</ul></div>
</div>
<div class="footer"><a href="/about">关于我们</a> | <a href="/contact">联系我们</a>\
<p>版权所有　未经许可不得转载</p></div>
<script>var _track = {{page: "article"}};</script>
</body>
</html>
"""

PORTAL = """<!DOCTYPE html>
<html>
<head>
<meta http-equiv="Content-Type" content="text/html; charset={charset}">
<title>{title} - 社区栏目</title>
</head>
<body>
<header><a href="/">网站首页</a>
<nav><ul><li><a href="/zx">资讯</a></li><li><a href="/sq">社区</a></li><li><a href="/fw">服务</a></li>\
<li><a href="/tp">图片</a></li><li><a href="/sp">视频</a></li></ul></nav></header>
<p class="crumb"><a href="/">首页</a> / <a href="/sq">社区</a> / 详情</p>
<aside><h4>热门文章</h4><ol>{hot}</ol></aside>
<article>
<h1>{title}</h1>
<p class="meta">发布时间：{date}　{byline}　来源：{name}</p>
{body}
</article>
<div class="tools"><button>收藏</button><button>点赞</button><button>分享</button><button>打印</button></div>
<section class="recommend"><h4>猜你喜欢</h4><ul>{related}</ul></section>
<footer>版权所有　建议使用新版浏览器访问</footer>
</body>
</html>
"""
SITES = {"news": NEWS, "portal": PORTAL}


def render(paper: Paper, site: str = "news", charset: str = "utf-8") -> bytes:
    """The text as a page of a site, in the bytes of its character set."""
    page = SITES[site].format(
        charset=charset,
        title=escape(paper.title),
        name=NAME,
        date=f"{DATE:%Y-%m-%d}",
        byline=escape("　".join(byline(paper.meta))),
        body="\n".join(_body(paper.blocks)),
        hot=_list(HOT),
        related=_list(RELATED),
    )
    return page.encode(charset, "xmlcharrefreplace")


def _list(headlines: tuple[str, ...]) -> str:
    return "".join(f'<li><a href="/a/{i}.html">{text}</a></li>' for i, text in enumerate(headlines, 101))


def _body(blocks: tuple[Block, ...]) -> list[str]:
    out = []
    for marker, group in groupby(blocks, key=lambda block: block.marker[-1:]):
        if marker:
            tag = "ol" if marker == "." else "ul"
            out.append(
                f"<{tag}>" + "".join(f"<li>{_inline(block.text)}</li>" for block in group) + f"</{tag}>"
            )
            continue
        out += [_element(block) for block in group]
    return out


def _element(block: Block) -> str:
    if block.kind == "heading":
        return f"<h{block.level + 1}>{escape(block.text)}</h{block.level + 1}>"
    if block.kind == "table":
        head, *rows = block.rows
        cells = ["".join(f"<th>{_inline(cell)}</th>" for cell in head)]
        cells += ["".join(f"<td>{_inline(cell)}</td>" for cell in row) for row in rows]
        return "<table>" + "".join(f"<tr>{row}</tr>" for row in cells) + "</table>"
    return f"<p>{_inline(block.text)}</p>"


def _inline(text: str) -> str:
    return "".join(
        f"<strong>{escape(piece)}</strong>" if bold else escape(piece) for piece, bold in runs(text)
    )
