"""Looks of the page: one style sheet, and text made safe for Streamlit's Markdown."""

from __future__ import annotations

import re
from html import escape

import streamlit as st

# Grounds and lines are mixed from the text's own colour, so that one rule serves light and dark.
_STYLE = """
<style>
.block-container { max-width: 1080px; padding-top: 3.5rem; --cb-line: color-mix(in srgb, currentColor 22%, transparent);
  --cb-ground: color-mix(in srgb, #c0562f 12%, transparent); --cb-mark: rgba(255, 190, 0, .3); }
.block-container h1 { font-size: 1.9rem; padding: .5rem 0; }
.block-container h2, [data-testid="stSidebar"] h2 { font-size: 1.3rem; padding: .4rem 0; }
.cb-card { line-height: 1.75; font-size: 1rem; overflow-wrap: anywhere; }
.cb-card h1 { font-size: 1.5rem; line-height: 1.4; margin: 0; }
.cb-card h2, .cb-card h3 { font-size: 1.1rem; margin: 0; padding: 0; line-height: 1.5; }
.cb-card h4 { font-size: .9rem; margin: .6rem 0 .1rem; padding: 0; opacity: .85; }
.block-container h2.cb-count { font-size: .9rem; font-weight: 400; margin: 0; padding: 0; }
.cb-card p { margin: .1rem 0; }
.cb-card a { color: inherit; color: light-dark(#9a3f18, #f0a47c); }
.st-key-language { display: none; }
.cb-meta, .cb-path { font-size: .875rem; margin: .1rem 0; }
.cb-meta, .cb-path, .cb-count, .cb-lead, .cb-nothing, [data-testid="stCaptionContainer"],
[data-testid="stImageCaption"] { color: inherit; opacity: .8; }
[data-testid="stCaptionContainer"] :is(p, code), [data-testid="stImageCaption"] p { color: inherit; }
:is(input, textarea)::placeholder { color: inherit !important; opacity: .7 !important; }
[data-testid="stExpander"] :is(details, summary, summary *) {
  color: inherit !important; opacity: 1 !important; transition: none !important; }
.block-container [data-testid^="stBaseButton-primary"] { background: #a8481f; border-color: #a8481f; color: #fff; }
.cb-lead { margin: .4rem 0 0; }
.cb-text { white-space: pre-wrap; margin: .4rem 0 0; }
.cb-card mark { background: var(--cb-mark); color: inherit; padding: 0 .05em; border-radius: .15em; }
.cb-badge { display: inline-block; border: 1px solid currentColor; border-radius: .3em; padding: 0 .4em;
  font-size: .8rem; margin-right: .4em; }
.cb-here { display: block; border-left: .3rem solid #c0562f; padding-left: .8rem; background: var(--cb-ground); }
.cb-quote { border-left: .2rem solid #c0562f; margin: .5rem 0; padding: 0 0 0 .8rem; white-space: pre-wrap; }
.cb-quote b { margin-right: .6em; }
.cb-points { margin: 0; }
.cb-points li { margin: .3rem 0; line-height: 1.7; }
.cb-cite { font-size: .85rem; white-space: nowrap; }
.cb-nothing { margin: .3rem 0; }
.cb-agenda { border-collapse: collapse; }
.cb-agenda td { border-bottom: 1px solid var(--cb-line); padding: .3rem 1rem .3rem 0; vertical-align: top; }
.cb-agenda td:not(:nth-child(2)) { white-space: nowrap; }
.cb-slots section { display: flex; gap: 1rem; padding: .7rem 0; border-top: 1px solid var(--cb-line); }
.cb-slots section h2 { flex: 0 0 4rem; line-height: 1.9; }
.cb-slot { flex: 1; min-width: 0; }
.cb-compare { width: 100%; border-collapse: collapse; table-layout: fixed; }
.cb-compare th, .cb-compare td { text-align: left; vertical-align: top; padding: .5rem .6rem;
  border: 1px solid var(--cb-line); font-weight: normal; }
.cb-compare th { font-weight: 600; }
.cb-compare thead th { background: var(--cb-ground); }
.cb-compare .cb-name { width: 6rem; }
.cb-compare ul { padding-left: 1.1rem; }
.cb-compare .cb-only { background: rgba(255, 196, 0, .12); }
.st-key-gap-map, .cb-scroll { overflow-x: auto; }
.cb-counts { border-collapse: collapse; }
.cb-counts th, .cb-counts td { padding: .2rem .6rem; text-align: left; font-size: .9rem; white-space: nowrap;
  border-bottom: 1px solid var(--cb-line); }
.block-container [data-testid="stPageLink"] a p { text-decoration: underline; text-underline-offset: .2em; }
:is(a, button, summary, input, textarea, [tabindex]):focus-visible { outline: 2px solid currentColor; outline-offset: 2px; }
[class*="st-key-below-"] > :has([data-testid="stButtonGroup"]) { margin-left: auto; }
[class*="st-key-below-"] [data-testid="stButtonGroup"] button { min-height: 1.9rem; padding: .1rem .6rem; }
[data-testid="stExpandSidebarButton"]::after { content: "菜单"; font-size: .9rem; margin-left: .2rem; }
[data-testid="stExpandSidebarButton"] { width: auto; }
[data-testid="stFileUploaderDropzoneInstructions"] { display: none; }
[data-testid="stFileUploaderDropzone"] button p { font-size: 0; }
[data-testid="stFileUploaderDropzone"] button p::after { content: "选择文件"; font-size: 1rem; }
@media (max-width: 760px) {
  .cb-compare, .cb-compare tbody, .cb-compare tr, .cb-compare td, .cb-compare tbody th { display: block; width: auto; }
  .cb-compare thead { display: none; }
  .cb-compare tbody th { background: var(--cb-ground); margin-top: .8rem; }
  .cb-compare td::before { content: attr(data-title); display: block; font-size: .8rem; font-weight: 600; }
}
@media (max-width: 640px) { .cb-slots section { display: block; } }
@media print {
  [data-testid="stSidebar"], [data-testid="stHeader"], [data-testid="stToast"], [data-testid="stPageLink"],
  [data-testid="stElementContainer"]:has(:is(button, input, textarea, select)):not(
    .st-key-q, :has(table, details, img, pre, [data-testid="stVegaLiteChart"], [data-testid="stDataFrame"])),
  [data-testid="stExpander"]:has(details:not([open])), [data-testid="stElementToolbar"], button,
  [class*="st-key-below-"], .st-key-answer-vote, .st-key-tray, [data-testid="stForm"],
  [data-testid="stFileUploader"] { display: none !important; }
  [data-testid="stApp"], [data-testid="stAppViewContainer"], [data-testid="stMain"] {
    position: static !important; height: auto !important; overflow: visible !important; }
  .stApp, .stApp * { color: #000 !important; }
  .stApp, .stMain { background: #fff !important; }
  .block-container { max-width: none; padding: 0; }
  .cb-card:not(.cb-slots, :has(table)), .cb-slots section, .cb-compare tr, img, pre,
  [data-testid="stLayoutWrapper"] > [data-testid="stVerticalBlock"]:has(.cb-card) { break-inside: avoid; }
  :is(h1, h2, h3, h4):not(.cb-slots h2) { break-after: avoid; }
  a { text-decoration: none !important; }
}
</style>
"""
_LANGUAGE = """<script data-purpose="language">
document.documentElement.lang = "zh-CN";
const skip = document.querySelector("[data-testid=stSkipToContent]");
if (skip) skip.textContent = "跳到正文";
</script>"""
_MARKDOWN = re.compile(r"([\\`*_{}\[\]()#+\-.!|~>$:<&])")


def apply() -> None:
    """Put the style sheet on the page, and say in which language it is, also where Streamlit has its own words."""
    st.html(_STYLE)
    with st.container(key="language"):
        st.html(_LANGUAGE, unsafe_allow_javascript=True)


def dark() -> bool:
    """Whether the visitor sees the dark theme."""
    return bool(st.context.theme.type == "dark")


def count(text: str) -> None:
    """How much a list holds, as the small heading over it."""
    st.html(f'<h2 class="cb-count">{escape(text)}</h2>')


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
