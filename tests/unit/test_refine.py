from __future__ import annotations

from ingest.models import Passage
from ingest.passage_store import StoredPassage
from search.refine import choose, cover


def stored(row: int, document: int, text: str) -> StoredPassage:
    return StoredPassage(row, document, row, Passage(0, 0, len(text), text))


TEXTS = [
    "楼组长挨家走访听意见",
    "物业公布全年收支账目",
    "花园认养由居民轮流浇水",
    "骑手在驿站里歇脚充电",
    "电梯费用由本楼居民议定",
]


def test_no_document_takes_more_than_two_places() -> None:
    ranked = [stored(n, 0, text) for n, text in enumerate(TEXTS[:4])] + [stored(4, 1, TEXTS[4])]
    assert [s.row for s in choose(ranked, 10)] == [0, 1, 4]


def test_a_near_identical_passage_is_shown_once() -> None:
    ranked = [
        stored(0, 0, TEXTS[0] + "，逐条记下来。"),
        stored(1, 1, TEXTS[0] + "，逐条记下来！"),
        stored(2, 2, TEXTS[1]),
    ]
    assert [s.row for s in choose(ranked, 10)] == [0, 2]


def test_a_part_without_an_answer_takes_the_last_place() -> None:
    chosen = [stored(n, n, TEXTS[n]) for n in range(3)]
    parts = [[chosen[0]], [stored(4, 4, TEXTS[4])]]
    assert [s.row for s in cover(chosen, parts)] == [0, 1, 4]


def test_parts_that_are_answered_change_nothing() -> None:
    chosen = [stored(n, n, TEXTS[n]) for n in range(3)]
    assert cover(chosen, [[chosen[2]], [chosen[1]]]) == chosen


def test_a_part_never_drives_out_what_another_needs() -> None:
    chosen = [stored(0, 0, TEXTS[0])]
    parts = [[stored(3, 3, TEXTS[3])], [stored(4, 4, TEXTS[4])]]
    assert [s.row for s in cover(chosen, parts)] == [3]


def test_of_a_family_the_version_that_ranks_first_is_shown() -> None:
    ranked = [stored(0, 1, TEXTS[0]), stored(1, 0, TEXTS[1]), stored(2, 2, TEXTS[2]), stored(3, 1, TEXTS[3])]
    assert [s.row for s in choose(ranked, 10, families={0: 0, 1: 0})] == [0, 2, 3]


def test_where_the_representative_says_the_same_it_is_shown_in_the_others_place() -> None:
    ranked = [
        stored(0, 1, TEXTS[0] + "，逐条记下来。"),
        stored(1, 2, TEXTS[1]),
        stored(2, 1, TEXTS[2]),
        stored(3, 0, TEXTS[0] + "，逐条记下来！"),
        stored(4, 0, TEXTS[3]),
    ]
    assert [s.row for s in choose(ranked, 10, families={0: 0, 1: 0})] == [3, 1, 4]


def test_a_part_brings_in_no_other_version_of_what_is_shown() -> None:
    chosen = [stored(0, 0, TEXTS[0]), stored(1, 2, TEXTS[1])]
    parts = [[stored(2, 1, TEXTS[2]), stored(3, 3, TEXTS[3])]]
    assert [s.row for s in cover(chosen, parts, {0: 0, 1: 0})] == [0, 3]
