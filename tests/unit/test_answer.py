"""Key points: which sentences of the hits are shown."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from ingest.chunk import Span, sentences
from ingest.models import Aspect, Facets, Passage, Signature
from ingest.passage_store import StoredDocument
from search import answer
from search.models import Hit, KeyPoint, Vectors

QUERY = np.array([1.0, 0.0], dtype=np.float32)


def document(row: int) -> StoredDocument:
    return StoredDocument(
        row=row,
        id=f"d{row}",
        path=f"{row}.md",
        title=f"第{row}篇",
        sha256="",
        provenance="",
        first_passage=row,
        passages=1,
        facets=Facets({}),
        sources=(),
        page_count=None,
        blank_pages=(),
        coverage=1.0,
        encoding="",
        removed=(),
        ocr=(),
        warnings=(),
        personal={},
        family=f"d{row}",
        versions=(),
        signature=Signature(),
    )


def hit(rank: int, text: str, score: float = 8.0, aspect: Aspect = "做法", of: int | None = None) -> Hit:
    row = rank if of is None else of
    return Hit(
        rank=rank,
        score=score,
        row=rank,
        passage_id=f"d{row}-0",
        document=document(row),
        passage=Passage(0, 0, len(text), text, aspect=aspect),
        marks=(),
        confidence="强",
        terms=(),
        closeness=0.6,
    )


def ask(question: str, hits: Sequence[Hit], share: float = 0.3) -> tuple[KeyPoint, ...]:
    """Key points where every sentence is as close to the question and holds as many of its words."""
    vectors: list[Vectors] = [np.tile(QUERY * 0.5, (len(sentences(h.passage.text)), 1)) for h in hits]

    def words_share(spans: Sequence[tuple[Hit, Span]]) -> Vectors:
        return np.full(len(spans), share, dtype=np.float32)

    return answer.key_points(question, QUERY, hits, vectors, words_share)


def shown(points: Sequence[KeyPoint]) -> list[str]:
    return [point.text for point in points]


WALK = "社工先挨家挨户走访，记下每户的顾虑。"
BOARD = "楼道里贴出方案和每层的分摊金额。"


def test_a_point_is_a_whole_sentence_and_names_the_hit_it_stands_in() -> None:
    points = ask("加装电梯怎么协商", [hit(1, WALK + BOARD), hit(2, "不同意的住户另约时间单独商量。")])
    assert points == (
        KeyPoint(WALK, 1),
        KeyPoint(BOARD, 1),
        KeyPoint("不同意的住户另约时间单独商量。", 2),
    )


def test_what_leans_on_the_sentence_before_is_left_out() -> None:
    text = (
        WALK + "可见这是项目一线绕不开的题目。" + "其二，要留出时间让人反悔。" + "这套做法在三个小区都用过。"
    )
    assert shown(ask("怎么协商", [hit(1, text)])) == [WALK]


def test_announcements_questions_and_notes_are_left_out() -> None:
    text = (
        "编者从这里整理出下面几条可以照着做的建议。"
        "居民为什么不愿意来参加议事会呢？备注：整理自公开报道，引用前请核对原文。"
        "没有选上的提案后来怎样，所见材料没有交代。" + WALK
    )
    assert shown(ask("怎么协商", [hit(1, text)])) == [WALK]


def test_two_sentences_that_say_the_same_are_shown_once() -> None:
    again = "社工先挨家挨户去走访，记下每户的顾虑。"
    assert shown(ask("怎么协商", [hit(1, WALK), hit(2, again)])) == [WALK]


def test_a_passage_gives_at_most_two_and_all_together_five() -> None:
    texts = [
        "账本每周一由会计贴在公告栏里。收支情况请三位居民轮流核对。超过五百元的开支先开会表决。",
        "钥匙交给门卫室的老人统一保管。想借场地的团队提前一天登记。用完以后拍下照片发到楼栋群。",
        "花友会的成员每月剪一次枯枝条。浇水的排班写在园口木牌上面。新搬来的邻居从认领花盆开始。",
    ]
    points = ask("怎么管", [hit(rank, text) for rank, text in enumerate(texts, start=1)])
    assert len(points) == answer.MOST
    assert all([point.hit for point in points].count(rank) <= answer.PER_HIT for rank in range(1, 5))


def test_a_second_document_is_heard_where_it_is_nearly_as_relevant() -> None:
    other = "业委会请第三方评估各层的差价。"
    near = [hit(1, WALK, score=9.0), hit(2, other, score=6.0)]
    far = [hit(1, WALK, score=9.0), hit(2, other, score=1.0)]
    assert shown(ask("怎么协商", near)) == [WALK, other]
    assert shown(ask("怎么协商", far)) == [WALK]


def test_difficulties_are_told_where_they_are_asked_for() -> None:
    hard = "低层住户担心采光，谈了三年没有结果。"
    hits = [hit(1, WALK, score=9.0), hit(2, hard, score=7.0, aspect="困难", of=1)]
    assert shown(ask("加装电梯有哪些困难", hits)) == [WALK, hard]
    assert shown(ask("加装电梯怎么协商", hits)) == [WALK]


def test_a_question_of_how_much_prefers_a_figure() -> None:
    figure = "财政给每户补贴两万元，分两次拨付。"
    others = "申请的人要带上房产证和身份证件。" + "材料交到居委会窗口，由社工代办。"
    assert figure in shown(ask("补贴多少钱", [hit(1, others + figure)]))
    assert figure not in shown(ask("补贴在哪里申请", [hit(1, others + figure)]))


def test_a_sentence_without_the_words_of_the_question_is_not_quoted() -> None:
    assert ask("怎么协商", [hit(1, WALK)], share=0.0) == ()


def test_nothing_is_quoted_from_a_weak_hit() -> None:
    assert ask("怎么协商", [replace(hit(1, WALK), confidence="弱")]) == ()
