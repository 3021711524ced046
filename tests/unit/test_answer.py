"""Key points: which sentences of the passages found are shown, and in which order."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

import numpy as np
import pytest

from ingest.models import Aspect, Passage
from ingest.passage_store import StoredPassage
from search import answer
from search.models import KeyPoint
from search.quotable import sentences_of
from search.relevance import WORDS_ONLY, Asked, Source

WALK = "社工先挨家挨户走访，记下每户的顾虑。"
BOARD = "楼道里贴出方案和每层的分摊金额。"
THIRD = "业委会请第三方评估各层的差价。"
HARD = "低层住户担心采光，谈了三年没有结果。"


class Ask(Protocol):
    """Ask with given probabilities."""

    def __call__(
        self,
        question: str,
        sources: Sequence[Source],
        chances: Mapping[str, float] = ...,
        usual: float = ...,
    ) -> tuple[KeyPoint, ...]:
        """The key points."""


def source(
    hit: int, text: str, aspect: Aspect = "做法", of: int | None = None, row: int | None = None
) -> Source:
    sentences = sentences_of(text)
    document = hit if of is None else of
    passage = Passage(0, 0, len(text), text, aspect=aspect)
    stored = StoredPassage(row=hit if row is None else row, document=document, number=0, passage=passage)
    vectors = np.tile(np.array([1.0, 0.0], dtype=np.float32), (len(sentences), 1))
    held, named = np.ones((len(sentences), 1), dtype=np.bool_), np.zeros(1, dtype=np.bool_)
    return Source(stored, hit, 8.0, 0.6, sentences, vectors, held, named)


@pytest.fixture
def ask(monkeypatch: pytest.MonkeyPatch) -> Ask:
    """Key points where the probability of each sentence is given; ``usual`` for the others."""

    def asked(
        question: str, sources: Sequence[Source], chances: Mapping[str, float] = {}, usual: float = 0.9
    ) -> tuple[KeyPoint, ...]:
        texts = [sentence.text for source in sources for sentence in source.sentences]
        found = np.array([chances.get(text, usual) for text in texts])
        monkeypatch.setattr(answer, "probabilities", lambda *_: found)
        vectors = np.array([[1.0, 0.0]], dtype=np.float32)
        return answer.key_points(WORDS_ONLY, Asked(question, vectors, np.ones(1, dtype=np.float32)), sources)

    return asked


def shown(points: Sequence[KeyPoint]) -> list[str]:
    return [point.text for point in points]


def test_a_point_is_a_whole_sentence_and_names_its_hit_and_its_passage(ask: Ask) -> None:
    first, folded = source(1, WALK), source(1, BOARD, of=1, row=7)
    points = ask("加装电梯费用", [first, folded])
    assert points == (KeyPoint(WALK, 1, first.stored), KeyPoint(BOARD, 1, folded.stored))


def test_what_cannot_be_quoted_alone_is_never_shown(ask: Ask) -> None:
    text = "编者从这里整理出下面几条可以照着做的建议。居民为什么不愿意来参加议事会呢？" + WALK
    assert shown(ask("怎么协商", [source(1, text)])) == [WALK]


def test_two_sentences_that_say_the_same_are_shown_once(ask: Ask) -> None:
    again = "社工先挨家挨户去走访，记下每户的顾虑。"
    assert shown(ask("怎么协商", [source(1, WALK), source(2, again)])) == [WALK]


def test_there_are_at_most_six_and_two_of_a_passage(ask: Ask) -> None:
    texts = [
        "账本每周一由会计贴在公告栏里。收支情况请三位居民轮流核对。超过五百元的开支先开会表决。",
        "钥匙交给门卫室的老人统一保管。想借场地的团队提前一天登记。用完以后拍下照片发到楼栋群。",
        "花友会的成员每月剪一次枯枝条。浇水的排班写在园口木牌上面。新搬来的邻居从认领花盆开始。",
        "楼组长每个季度轮换一次岗位。退下来的楼组长带新人走访三个月。",
    ]
    points = ask("规矩", [source(hit, text) for hit, text in enumerate(texts, start=1)])
    assert len(points) == answer.MOST == 6
    assert all([point.hit for point in points].count(hit) <= answer.PER_PASSAGE for hit in range(1, 5))


def test_less_likely_ones_make_up_three_and_no_more(ask: Ask) -> None:
    likely = (answer.POSSIBLE + answer.SURE) / 2
    sources = [source(1, WALK), source(2, BOARD), source(3, THIRD), source(4, HARD)]
    assert len(ask("费用", sources, usual=likely)) == answer.LEAST == 3
    assert ask("费用", sources, usual=answer.OTHER - 0.01) == ()


def test_the_best_sentence_alone_is_shown_where_none_is_likelier(ask: Ask) -> None:
    points = ask("费用", [source(1, WALK + BOARD)], usual=(answer.OTHER + answer.POSSIBLE) / 2)
    assert shown(points) == [WALK]


def test_a_second_document_is_heard_where_it_is_likely_to_answer(ask: Ask) -> None:
    sources = [source(1, WALK), source(2, BOARD, of=1), source(3, THIRD)]
    assert shown(ask("费用", sources, {THIRD: answer.OTHER})) == [WALK, BOARD, THIRD]
    assert shown(ask("费用", sources, {THIRD: answer.OTHER - 0.01})) == [WALK, BOARD]


def test_steps_come_before_difficulties_and_results_when_asked_how(ask: Ask) -> None:
    result = "去年一共装好了六部电梯，投诉降到一半。"
    sources = [source(1, result, "成效"), source(2, HARD, "困难"), source(3, WALK)]
    assert shown(ask("加装电梯怎么协商", sources)) == [WALK, HARD, result]
    assert shown(ask("加装电梯 案例", sources)) == [result, HARD, WALK]


def test_an_answer_to_how_is_not_all_of_one_aspect_where_another_answers_too(ask: Ask) -> None:
    steps = [
        WALK + BOARD,
        THIRD + "不同意的住户另约时间单独商量。",
        "钥匙交给门卫室的老人统一保管。账本每周一由会计贴在公告栏里。",
    ]
    sources = [*(source(hit, text) for hit, text in enumerate(steps, start=1)), source(4, HARD, "困难")]
    points = ask("怎么协商", sources, {HARD: 0.7})
    assert [point.stored.passage.aspect for point in points] == ["做法"] * answer.PER_ASPECT + ["困难"]


def test_nothing_found_gives_no_points(ask: Ask) -> None:
    assert ask("怎么协商", []) == ()
