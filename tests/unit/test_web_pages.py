"""On the labelled pages the article is whole and nearly all of what surrounds it is gone; and single traps."""

from __future__ import annotations

import json
from pathlib import Path

from ingest.parsers import parse
from tests.quality.measure_web_pages import results

STORY = [
    "老院落的居民议事会已经办了三年，每月第一个周六上午在黄桷树下开会，来的人从七个增加到四十多个。",
    "议事会的规矩只有三条：一次只说一件事，每人说话不超过三分钟，谁提出的办法谁先带头做。",
    "居民最先议的是院门口的路灯，大家凑了八百元，请院里的老电工装好，当晚就亮了。",
]


def read(folder: Path, page: str) -> list[str]:
    (folder / "a.html").write_text(page, encoding="utf-8")
    return [block.text for block in parse(folder / "a.html").blocks]


def test_no_sentence_of_an_article_is_lost_and_few_pages_keep_anything_foreign() -> None:
    found = list(results())
    assert len(found) >= 100
    assert [result.name for result in found if result.lost] == []
    assert sum(not result.kept for result in found) >= 95


def test_an_article_that_stands_only_in_the_data_for_search_engines_is_read(tmp_path: Path) -> None:
    data = {"@graph": [{"@type": "WebSite"}, {"articleBody": f"<p>{'</p><p>'.join(STORY)}</p>"}]}
    script = f'<script type="application/ld+json">{json.dumps(data)}</script>'
    assert read(tmp_path, f"<html><head>{script}</head><body><div id=root></div></body></html>") == STORY


def test_data_that_is_broken_deep_or_something_else_does_no_harm(tmp_path: Path) -> None:
    body = "".join(f"<p>{line}</p>" for line in STORY)
    for data in ("{", "[" * 100_000, "3", '{"articleBody": 7}', '{"@graph": 1}'):
        assert read(tmp_path, f'<script type="application/ld+json">{data}</script>{body}') == STORY


def test_the_part_of_an_article_that_a_click_unfolds_is_read(tmp_path: Path) -> None:
    first, second, third = STORY
    page = (
        f'<div class="part"><p>{first}</p><p>{second}</p></div><div class="part" style="display: none"><p>{third}</p></div>'
        '<div class="tip" style="display:none"><p>请先登录，登录后可以评论、收藏和转发这篇文章。</p></div>'
    )
    assert read(tmp_path, page) == STORY
