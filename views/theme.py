"""Looks of the page: one style sheet, and text made safe for Streamlit's Markdown."""

from __future__ import annotations

import re

import streamlit as st

_STYLE = """
<style>
.block-container { max-width: 1080px; padding-top: 3.5rem; }
.block-container h1 { font-size: 1.9rem; padding: .5rem 0; }
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
.cb-quote { border-left: .2rem solid #c0562f; margin: .5rem 0; padding: 0 0 0 .8rem; white-space: pre-wrap; }
.cb-quote b { margin-right: .6em; }
.cb-agenda { border-collapse: collapse; }
.cb-agenda td { border-bottom: 1px solid rgba(128, 128, 128, .35); padding: .3rem 1rem .3rem 0; vertical-align: top; }
.cb-agenda td:not(:nth-child(2)) { white-space: nowrap; }
.cb-points li { margin: .3rem 0; line-height: 1.7; }
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
