"""Slips of the keyboard: what is offered, what must not be, and how often on questions of our own."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from ingest import term_index, terms, word_counts
from ingest.errors import IndexDamagedError
from search.language.sounds import likeness
from search.language.spelling import suggest
from search.language.synonyms import all_words
from search.language.vocabulary import Vocabulary, cut, of_library

ROOT = Path(__file__).resolve().parent.parent.parent
QUALITY = ROOT / "tests" / "quality"


@pytest.fixture(scope="module")
def vocabulary() -> Vocabulary:
    """The words of the library's texts, paragraph by paragraph."""
    counts: Counter[str] = Counter()
    for path in sorted((ROOT / "corpus").rglob("*.md")):
        for paragraph in path.read_text(encoding="utf-8").split("\n\n"):
            row = term_index.TermRow("", " ".join(terms.words(paragraph)), "", "", ())
            list(word_counts.counting([row], counts))
    kept = {word: count for word, count in counts.items() if count >= word_counts.LEAST}
    return of_library(kept, terms.full_segmenter(), all_words())


def judged() -> list[dict[str, str]]:
    lines = (QUALITY / "questions.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines]


def mistyped() -> list[tuple[str, str]]:
    lines = (QUALITY / "typos.tsv").read_text(encoding="utf-8").splitlines()
    pairs = [(typed, meant) for typed, _, meant in (line.partition("\t") for line in lines)]
    return pairs + [(q["text"], q["plain"]) for q in judged() if q["style"] == "错字"]


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("楼组掌怎么找人来当", "楼组长怎么找人来当"),
        ("加装电提的钱各层怎么摊", "加装电梯的钱各层怎么摊"),
        ("微跟新项目的钱谁来出", "微更新项目的钱谁来出"),  # gēn for gēng
        ("自治今项目怎么申请", "自治金项目怎么申请"),
        ("楼组自制金试点效果", "楼组自治金试点效果"),  # 自制 is a word as well
        ("时间赢行", "时间银行"),  # yíng for yín
        ("拉圾分类", "垃圾分类"),
        ("小区自冶", "小区自治"),  # looks alike
        ("加电装梯费用", "加装电梯费用"),  # swapped
        ("垃圾分分类", "垃圾分类"),  # doubled
        ("垃圾分类类", "垃圾分类"),  # doubled at the end
        ("老旧区改造", "老旧小区改造"),  # one missing
        ("社区智力怎么提升", "社区治理怎么提升"),  # half of a word as another word
        ("业委汇选举，物业废太高", "业委会选举，物业费太高"),  # two slips
        ("樓組掌怎麼選", "樓組長怎麼選"),  # in the question's own script
    ],
)
def test_a_slip_is_found(vocabulary: Vocabulary, typed: str, meant: str) -> None:
    assert suggest(typed, vocabulary) == meant


@pytest.mark.parametrize(
    "question",
    [
        "楼组长怎么找人来当", "如何提升居民参与度", "老小区改造完以后", "楼组自治", "怎么找人来当组长", "人人参与 天天吵架 家家户户",
        "樓組長怎麼選", "志願者積分越攢越多沒地方兌換",  # traditional
        "谭志源书记的做法", "《反案记》讲什么", "王处直是谁", "四叶草堂和刘悦来", "莱索托为什么没有港口",  # names
        "Python怎么读取excel", "2024年", "？？？", "", " ", "a",
    ],
)  # fmt: skip
def test_what_is_right_is_left_alone(vocabulary: Vocabulary, question: str) -> None:
    assert suggest(question, vocabulary) is None


def test_most_slips_are_corrected_and_few_wrongly(vocabulary: Vocabulary) -> None:
    offers = [(suggest(typed, vocabulary), meant) for typed, meant in mistyped()]
    right = sum(offer == meant for offer, meant in offers)
    wrong = sum(offer not in (meant, None) for offer, meant in offers)
    assert len(offers) == 200
    assert right >= 0.88 * len(offers) and wrong <= 0.02 * len(offers), (right, wrong)


def test_hardly_a_correct_question_gets_an_offer(vocabulary: Vocabulary) -> None:
    correct = {q.get("plain", q["text"]) for q in judged()} | {meant for _, meant in mistyped()}
    correct |= {q["text"] for q in judged() if q["style"] != "错字"}
    offers = [question for question in sorted(correct) if suggest(question, vocabulary)]
    assert len(correct) > 380 and len(offers) <= 0.015 * len(correct), offers


def test_a_correction_is_itself_left_alone(vocabulary: Vocabulary) -> None:
    for typed, _ in mistyped():
        if (offer := suggest(typed, vocabulary)) is not None:
            assert suggest(offer, vocabulary) is None, offer


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=40))
@example("\U00020000\U00020001楼组掌")
@example("﨎楼組掌")
@example("楼" * 500)
def test_never_raises(vocabulary: Vocabulary, text: str) -> None:
    offer = suggest(text, vocabulary)
    assert offer is None or offer != text


@settings(max_examples=60, deadline=None)
@given(st.text(alphabet="楼组长掌加装电梯提自治金今居民的怎么", max_size=20))
def test_a_text_is_cut_without_gaps_into_its_most_probable_words(vocabulary: Vocabulary, text: str) -> None:
    cutting = cut(text, vocabulary)
    assert "".join(text[start:end] for start, end in cutting.words) == text
    weights = [vocabulary.log_probability(text[start:end]) or 0.0 for start, end in cutting.words]
    assert sum(weights) == pytest.approx(cutting.total) == pytest.approx(cutting.after[0])


def test_an_empty_library_offers_only_words_of_the_domain() -> None:
    bare = of_library({}, terms.full_segmenter())
    assert suggest("楼组掌怎么选", bare) == "楼组长怎么选"
    assert suggest("今天天汽不错", bare) is None


@pytest.mark.parametrize(
    ("typed", "meant", "how"),
    [
        ("掌", "长", None), ("账", "长", None), ("治", "制", "sound"), ("根", "更", "near"), ("内", "类", "near"),
        ("是", "四", "near"), ("冶", "治", "shape"), ("花", "树", None), ("a", "b", None), ("行", "银", None),
    ],
)  # fmt: skip
def test_characters_that_are_taken_for_one_another(typed: str, meant: str, how: str | None) -> None:
    if how is None and meant == "长":
        assert likeness(typed, meant) in ("sound", "near")  # 长 is read cháng and zhǎng
    else:
        assert likeness(typed, meant) == how


def test_word_counts_are_read_as_written(tmp_path: Path) -> None:
    path = tmp_path / word_counts.NAME
    word_counts.write(path, {"楼组长": 3, "加梯": 2, "一次": 1})
    assert word_counts.read(path) == {"加梯": 2, "楼组长": 3}
    path.write_text("楼组长 3\n", encoding="utf-8")
    with pytest.raises(IndexDamagedError, match="词频表"):
        word_counts.read(path)


def test_counting_hands_every_row_on_and_counts_passages() -> None:
    rows = [term_index.TermRow("", "社区 社区 abc 2024", "", "", ()) for _ in range(3)]
    counts: Counter[str] = Counter()
    assert list(word_counts.counting(rows, counts)) == rows
    assert counts == {"社区": 3}
