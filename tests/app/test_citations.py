"""A key point's citation leads to where the sentence stands, whether or not a card shows it."""

from __future__ import annotations

from dataclasses import replace

from search.models import Answer, KeyPoint
from search.present import as_text
from search.searcher import Searcher
from views import cards


def answered(searcher: Searcher) -> tuple[Answer, KeyPoint, KeyPoint]:
    """An answer, and a key point from its first hit and from another passage of the same document."""
    answer = searcher.search("加装电梯的费用怎么分摊", k=1)
    (hit,) = answer.hits
    own, *others = sorted(searcher.store.passages_of(hit.document), key=lambda s: s.row != hit.row)
    there, elsewhere = (KeyPoint(stored.passage.text[:9], 1, stored) for stored in (own, others[0]))
    return replace(answer, key_points=(there, elsewhere)), there, elsewhere


def test_the_page_leads_to_the_card_or_else_to_the_passage_in_its_source(fake_searcher: Searcher) -> None:
    answer, _, elsewhere = answered(fake_searcher)
    first, second = cards.points(answer.key_points, answer.hits, {"back": "q=a&k=1"}).split("</li>")[:2]
    assert 'href="#hit-1">[1]</a>' in first
    document = answer.hits[0].document.id
    address = f"source?doc={document}&amp;passage={elsewhere.stored.number}&amp;back=q%3Da%26k%3D1"
    heading = elsewhere.stored.passage.heading[-1]
    assert f'href="{address}"' in second and f">[1 另一段：{heading}]</a>" in second


def test_the_terminal_says_when_it_stands_in_another_passage(fake_searcher: Searcher) -> None:
    answer, there, elsewhere = answered(fake_searcher)
    lines = as_text(answer).splitlines()
    assert f"  · {there.text} [1]" in lines
    assert f"  · {elsewhere.text} [1 另一段：{elsewhere.stored.passage.heading[-1]}]" in lines
