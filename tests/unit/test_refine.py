from __future__ import annotations

from ingest.models import Passage
from ingest.passage_store import StoredPassage
from search.candidates import Candidate
from search.refine import Limit, choose, cover, folded


def candidate(row: int, document: int, text: str) -> Candidate:
    passage = Passage(0, 0, len(text), text)
    return Candidate.of(StoredPassage(row, document, row, passage))


TEXTS = [
    "楼组长挨家走访听意见",
    "物业公布全年收支账目",
    "花园认养由居民轮流浇水",
    "骑手在驿站里歇脚充电",
    "电梯费用由本楼居民议定",
]


def test_no_document_takes_more_than_two_places() -> None:
    ranked = [candidate(n, 0, text) for n, text in enumerate(TEXTS[:4])] + [candidate(4, 1, TEXTS[4])]
    assert [c.stored.row for c in choose(ranked, 10)] == [0, 1, 4]


def test_a_near_identical_passage_is_shown_once() -> None:
    ranked = [
        candidate(0, 0, TEXTS[0] + "，逐条记下来。"),
        candidate(1, 1, TEXTS[0] + "，逐条记下来！"),
        candidate(2, 2, TEXTS[1]),
    ]
    assert [c.stored.row for c in choose(ranked, 10)] == [0, 2]


def test_a_part_without_an_answer_takes_the_last_place() -> None:
    chosen = [candidate(n, n, TEXTS[n]) for n in range(3)]
    parts = [[chosen[0]], [candidate(4, 4, TEXTS[4])]]
    assert [c.stored.row for c in cover(chosen, parts)] == [0, 1, 4]


def test_parts_that_are_answered_change_nothing() -> None:
    chosen = [candidate(n, n, TEXTS[n]) for n in range(3)]
    assert cover(chosen, [[chosen[2]], [chosen[1]]]) == chosen


def test_a_part_never_drives_out_what_another_needs() -> None:
    chosen = [candidate(0, 0, TEXTS[0])]
    parts = [[candidate(3, 3, TEXTS[3])], [candidate(4, 4, TEXTS[4])]]
    assert [c.stored.row for c in cover(chosen, parts)] == [3]


def test_what_passes_a_limit_comes_after_all_that_pass_none() -> None:
    ranked = [candidate(n, n, text) for n, text in enumerate(TEXTS)]
    places = Limit(["静安区", "静安区", "静安区", "龙泉驿区", ""], most=2)
    assert [c.stored.row for c in choose(ranked, 5, limits=[places])] == [0, 1, 3, 4, 2]
    assert [c.stored.row for c in choose(ranked, 3, limits=[places])] == [0, 1, 3]


def test_a_document_without_a_label_is_not_limited() -> None:
    ranked = [candidate(n, n, text) for n, text in enumerate(TEXTS)]
    assert [c.stored.row for c in choose(ranked, 5, limits=[Limit([""] * 5, most=1)])] == [0, 1, 2, 3, 4]


def test_the_other_passages_of_a_shown_document_are_folded_under_it() -> None:
    ranked = [candidate(n, n % 2, text) for n, text in enumerate(TEXTS)]
    found = folded(ranked, choose(ranked, 2))
    assert {row: [c.stored.row for c in rest] for row, rest in found.items()} == {0: [2, 4], 1: [3]}


def test_of_a_family_the_version_that_ranks_first_is_shown() -> None:
    ranked = [
        candidate(0, 1, TEXTS[0]),
        candidate(1, 0, TEXTS[1]),
        candidate(2, 2, TEXTS[2]),
        candidate(3, 1, TEXTS[3]),
    ]
    assert [c.stored.row for c in choose(ranked, 10, families={0: 0, 1: 0})] == [0, 2, 3]


def test_where_the_representative_says_the_same_it_is_shown_in_the_others_place() -> None:
    ranked = [
        candidate(0, 1, TEXTS[0] + "，逐条记下来。"),
        candidate(1, 2, TEXTS[1]),
        candidate(2, 1, TEXTS[2]),
        candidate(3, 0, TEXTS[0] + "，逐条记下来！"),
        candidate(4, 0, TEXTS[3]),
    ]
    assert [c.stored.row for c in choose(ranked, 10, families={0: 0, 1: 0})] == [3, 1, 4]


def test_a_part_brings_in_no_other_version_of_what_is_shown() -> None:
    chosen = [candidate(0, 0, TEXTS[0]), candidate(1, 2, TEXTS[1])]
    parts = [[candidate(2, 1, TEXTS[2]), candidate(3, 3, TEXTS[3])]]
    assert [c.stored.row for c in cover(chosen, parts, {0: 0, 1: 0})] == [0, 3]
