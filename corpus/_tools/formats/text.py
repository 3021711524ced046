"""Plain text as old systems wrote it: GB18030, lines broken by hand, Windows line ends."""

from __future__ import annotations

from .blocks import Paper, byline, numbered, plain
from .lines import wrap

WIDTH = 38  # characters to a line
NAVIGATION = (
    "首页 | 新闻 | 通知公告 | 办事服务 | 互动交流 | 联系我们\r\n当前位置：首页 > 社区动态 > 正文\r\n\r\n"
)


def render(paper: Paper, navigation: bool = False) -> bytes:
    """The text in lines of even length, a blank line before each heading; a site's menu above it or not."""
    lines = [paper.title, *byline(paper.meta)]
    for block in numbered(paper.blocks):
        if block.kind == "heading":
            lines += ["", block.text]
        elif block.kind == "table":
            lines += ["    ".join(plain(cell) for cell in row) for row in block.rows]
        else:
            start = "　　" + (f"{block.marker} " if block.marker else "")
            lines += wrap(start + plain(block.text), WIDTH, len)
    menu = NAVIGATION if navigation else ""
    return (menu + "\r\n".join(lines) + "\r\n").encode("gb18030")
