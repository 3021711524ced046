from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from search.lexical import joined, occurrences, units

TEXTS = st.text(alphabet="社区治理ab\U00020000\n", max_size=40)
STRINGS = st.text(alphabet="社区治a\U00020000", min_size=1, max_size=4)


@given(st.lists(STRINGS, min_size=1, max_size=8), st.lists(TEXTS, min_size=1, max_size=6))
def test_strings_are_counted_as_a_regular_expression_counts_them(
    strings: list[str], texts: list[str]
) -> None:
    own = joined([units(text) for text in texts])
    counted = occurrences(strings, own.units, own.owner, len(texts))
    assert counted.tolist() == [
        [len(re.findall(f"(?={re.escape(string)})", text)) for string in strings] for text in texts
    ]
