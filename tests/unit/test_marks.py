from __future__ import annotations

from search.marks import marks
from search.query import terms_of


def shown(text: str, question: str) -> list[str]:
    return [text[a:b] for a, b in marks(text, terms_of(question))[0]]


def test_words_of_the_question_are_marked() -> None:
    assert shown("先问居民关心什么，再谈参与。", "居民参与") == ["居民", "参与"]


def test_traditional_text_is_marked_for_a_simplified_question() -> None:
    assert shown("樓組長挨家走訪。", "楼组长走访") == ["樓組長", "走訪"]


def test_marks_stay_exact_where_folding_changes_the_length() -> None:
    assert shown("面积４０㎡，居民参与。", "居民参与") == ["居民参与"]


def test_touching_marks_become_one() -> None:
    assert shown("居民参与度", "居民 参与 参与度") == ["居民参与度"]


def test_nothing_is_marked_where_nothing_matches() -> None:
    assert marks("完全无关的一句话", terms_of("电梯")) == ((), ())
