"""Looks of the page: one style sheet, and text made safe for Streamlit's Markdown."""

from __future__ import annotations

import re

import streamlit as st

_STYLE = """
<style>
.block-container { max-width: 1080px; padding-top: 3.5rem; }
.block-container h1 { font-size: 1.9rem; padding: .5rem 0; }
.cb-card h1 { font-size: 1.5rem; line-height: 1.4; margin: 0; }
.block-container h2, .block-container h3 { font-size: 1.3rem; padding: .4rem 0; }
.cb-card { line-height: 1.75; font-size: 1rem; overflow-wrap: anywhere; }
.cb-card h3 { font-size: 1.1rem; margin: 0; padding: 0; line-height: 1.5; }
.cb-meta, .cb-path { font-size: .875rem; opacity: .8; margin: .1rem 0; }
.cb-lead { opacity: .75; margin: .4rem 0 0; }
.cb-text { white-space: pre-wrap; margin: .4rem 0 0; }
.cb-card mark { background: rgba(255, 196, 0, .32); color: inherit; padding: 0 .05em; border-radius: .15em; }
.cb-badge { display: inline-block; border: 1px solid currentColor; border-radius: .3em; padding: 0 .4em;
  font-size: .8rem; margin-right: .4em; opacity: .9; }
.cb-here { display: block; border-left: .3rem solid #c0562f; padding-left: .8rem;
  background: rgba(192, 86, 47, .08); }
.cb-points { margin: 0; }
.cb-quote { border-left: .2rem solid #c0562f; margin: .5rem 0; padding: 0 0 0 .8rem; white-space: pre-wrap; }
.cb-quote b { margin-right: .6em; }
.cb-agenda { border-collapse: collapse; }
.cb-agenda td { border-bottom: 1px solid rgba(128, 128, 128, .35); padding: .3rem 1rem .3rem 0; vertical-align: top; }
.cb-agenda td:not(:nth-child(2)) { white-space: nowrap; }
.cb-points li { margin: .3rem 0; line-height: 1.7; }
.cb-card a { color: #a8481f; }
.cb-cite { font-size: .85rem; white-space: nowrap; }
.cb-card h4 { font-size: .9rem; margin: .6rem 0 .1rem; padding: 0; opacity: .8; }
.cb-card p { margin: .1rem 0; }
.cb-nothing { opacity: .7; margin: .3rem 0; }
.cb-slots section { display: flex; gap: 1rem; padding: .7rem 0; border-top: 1px solid rgba(128, 128, 128, .25); }
.cb-slots section h3 { flex: 0 0 4rem; line-height: 1.9; }
.cb-slot { flex: 1; min-width: 0; }
.cb-compare { width: 100%; border-collapse: collapse; table-layout: fixed; }
.cb-compare th, .cb-compare td { text-align: left; vertical-align: top; padding: .5rem .6rem;
  border: 1px solid rgba(128, 128, 128, .25); font-weight: normal; }
.cb-compare th { font-weight: 600; }
.cb-compare thead th { background: rgba(168, 72, 31, .08); }
.cb-compare .cb-name { width: 6rem; }
.cb-compare ul { padding-left: 1.1rem; }
.cb-compare .cb-only { background: rgba(255, 196, 0, .12); }
.st-key-gap-map, .cb-scroll { overflow-x: auto; }
.cb-counts { border-collapse: collapse; }
.cb-counts th, .cb-counts td { padding: .2rem .6rem; text-align: left; font-size: .9rem; white-space: nowrap;
  border-bottom: 1px solid rgba(128, 128, 128, .25); }
[data-testid="stFileUploaderDropzoneInstructions"] { display: none; }
[data-testid="stFileUploaderDropzone"] button p { font-size: 0; }
[data-testid="stFileUploaderDropzone"] button p::after { content: "选择文件"; font-size: 1rem; }
@media (max-width: 760px) {
  .cb-compare, .cb-compare tbody, .cb-compare tr, .cb-compare td, .cb-compare tbody th { display: block; width: auto; }
  .cb-compare thead { display: none; }
  .cb-compare tbody th { background: rgba(168, 72, 31, .08); margin-top: .8rem; }
  .cb-compare td::before { content: attr(data-title); display: block; font-size: .8rem; font-weight: 600; }
}
@media (max-width: 640px) { .cb-slots section { display: block; } }
</style>
"""
_MARKDOWN = re.compile(r"([\\`*_{}\[\]()#+\-.!|~>$:<&])")


def apply() -> None:
    """Put the style sheet on the page."""
    st.html(_STYLE)


def plain(text: str) -> str:
    """Text as Streamlit's Markdown shows it literally.

    >>> plain("a*b $x$ :material/home:")
    'a\\\\*b \\\\$x\\\\$ \\\\:material/home\\\\:'
    """
    return _MARKDOWN.sub(r"\\\1", text)


def short(text: str, length: int = 60) -> str:
    """Text in one line of at most ``length`` characters.

    >>> short("一二三四五", 4)
    '一二三…'
    """
    line = " ".join(text.split())
    return line if len(line) <= length else f"{line[: length - 1]}…"
