from __future__ import annotations

import random
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tokenizers import Tokenizer

from ingest import builtin_model, unigram
from ingest.unigram import Facts, Unigram

PIECES = ["", "", "", "", "▁", "社", "区", "社区", "▁社区", "治理", "治", "理", "a", "(", ")", "一"]
SCORES = np.array([0, 0, 0, 0, -2, -5, -5, -3, -4, -3, -6, -6, -5, -5, -5, -5], np.float32)
CHARMAP = {"ａ": "a", "㈠": "(一)", "\x01": "", "\n": " ", "　": " "}


@pytest.fixture(scope="module")
def small() -> Unigram:
    return Unigram(PIECES, SCORES, Facts(0, 2, 3, CHARMAP, unigram.reach(PIECES)))


@pytest.fixture(scope="module")
def words(builtin_folder: Path) -> Unigram:
    return Unigram.load(builtin_folder / builtin_model.DICTIONARY)


@pytest.fixture(scope="module")
def reference(builtin_folder: Path) -> Tokenizer:
    return Tokenizer.from_file(str(builtin_folder / "tokenizer.json"))


def shown(words: Unigram, text: str) -> list[tuple[str, str]]:
    tokens = words.encode(text)
    pairs = list(zip(tokens.ids, tokens.spans, strict=True))[1:-1]
    return [(PIECES[piece] or "?", text[start:end]) for piece, (start, end) in pairs]


def test_the_cut_with_the_highest_score_wins(small: Unigram) -> None:
    # ▁社区 + 治理 = -7; ▁ + 社区 + 治理 = -8; ▁社区 + 治 + 理 = -16
    assert shown(small, "社区治理") == [("▁社区", "社区"), ("治理", "治理")]


def test_a_space_before_a_word_is_not_the_word(small: Unigram) -> None:
    assert shown(small, "治理　\n社区") == [("▁", "治"), ("治理", "治理"), ("▁社区", "社区")]


def test_one_character_that_becomes_three_keeps_its_place(small: Unigram) -> None:
    assert shown(small, "ａ㈠") == [("▁", "ａ"), ("a", "ａ"), ("(", "㈠"), ("一", "㈠"), (")", "㈠")]


def test_a_dropped_character_belongs_to_no_token(small: Unigram) -> None:
    assert shown(small, "社\x01区") == [("▁社区", "社\x01区")]  # within a token
    assert shown(small, "\x01治理\x01")[1:] == [("治理", "治理")]


def test_unknown_characters_in_a_row_are_one_token(small: Unigram) -> None:
    assert shown(small, "治理龘龘社区")[2:] == [("?", "龘龘"), ("社区", "社区")]


def test_truncation_keeps_the_end_mark(small: Unigram) -> None:
    tokens = small.encode("社区治理" * 9)
    assert tokens.truncate(5).ids == [*tokens.ids[:4], tokens.ids[-1]]
    assert tokens.truncate(99) == tokens


@given(st.text(alphabet="社区治理龘aａ㈠\x01\n　 \u0301", max_size=40))
def test_spans_stand_in_order_inside_the_text(text: str) -> None:
    words = Unigram(PIECES, SCORES, Facts(0, 2, 3, CHARMAP, unigram.reach(PIECES)))
    spans = words.encode(text).spans
    assert all(0 <= start <= end <= len(text) for start, end in spans)
    assert [start for start, _ in spans] == sorted(start for start, _ in spans)


def test_what_is_saved_is_loaded(small: Unigram, tmp_path: Path) -> None:
    unigram.save(tmp_path / "it.npz", PIECES, SCORES, small.facts)
    assert Unigram.load(tmp_path / "it.npz").encode("社区㈠") == small.encode("社区㈠")


ALPHABETS = {
    "han": "".join(map(chr, range(0x3400, 0x9FFF))),
    "common": "社区治理居民参与老旧小区加装电梯党建引领，。！？；：“”（）、·—…《》",
    "traditional": "臺灣社會工作發展協會個案輔導志願服務長者關懷據點",
    "latin": "".join(map(chr, range(0x20, 0x7F))) + "àéîõüßøñ",
    "full-width": "".join(map(chr, range(0xFF01, 0xFFEF))),
    "kana": "".join(map(chr, range(0x3041, 0x30FF))),
    # No ½ and \xa0: before a joiner tokenizers loses the joiner, when both together have fewer than 6 bytes.
    "marks": "①②③㈠㊣㎡℃№％‰Ⅳ❤🌱👍\u200d\ufe0f",
    "spaces": " \t\n\u3000\u200b\ufeff",
}


@pytest.mark.model
def test_ids_are_those_of_the_tokenizers_package(words: Unigram, reference: Tokenizer) -> None:
    choose = random.Random(0)
    texts = [
        "passage: "
        + "".join(
            "".join(choose.choices(ALPHABETS[choose.choice(list(ALPHABETS))], k=choose.randint(1, 6)))
            for _ in range(choose.randint(1, 12))
        )
        for _ in range(2000)
    ]
    different = [
        text
        for text, theirs in zip(texts, reference.encode_batch(texts), strict=True)
        if words.encode(text).ids != theirs.ids
    ]
    assert different == []


@pytest.mark.model
def test_text_that_spells_a_special_token_is_text(words: Unigram) -> None:
    ids = words.encode("query: </s><pad>").ids
    assert ids.count(words.facts.eos) == 1
    assert 1 not in ids
