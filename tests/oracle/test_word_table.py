"""The table of words cuts as jieba with its whole dictionary does."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jieba import Tokenizer

from ingest import terms, word_table

TEXT = st.text(
    alphabet="如何提升居民参与度社区治理自治金楼组长加装电梯的三会制度abc12，。 ", max_size=60
) | st.text(max_size=20)


@pytest.fixture(scope="module")
def stored(tmp_path_factory: pytest.TempPathFactory) -> Tokenizer:
    path = tmp_path_factory.mktemp("词典") / word_table.NAME
    path.write_bytes(word_table.image())
    return word_table.segmenter(path)


def test_domain_words_are_in_the_table(stored: Tokenizer) -> None:
    assert terms.words("自治金项目", stored) == ["自治", "自治金", "项目"]


@settings(max_examples=300, deadline=None)
@given(TEXT)
def test_the_table_cuts_as_the_whole_dictionary_does(stored: Tokenizer, text: str) -> None:
    assert terms.words(text, stored) == terms.words(text)
