"""The day on which a source was read: what is written of it, else of the whole text, else nothing."""

from __future__ import annotations

from datetime import date

import pytest

from ingest.front_matter import front_matter


@pytest.mark.parametrize(
    ("accessed", "compiled", "expected"),
    [
        ("2024-05-02", "2026-11-24，根据公开资料整理", "2024-05-02"),
        (date(2024, 5, 2), "2026-11-24", "2024-05-02"),  # as TOML has it
        ("", "2026-11-24，根据公开资料整理", "2026-11-24"),
        ("", "2026年冬整理", ""),
        ("", "", ""),
    ],
)
def test_the_day_of_access_is_the_sources_own_or_that_of_the_compilation(
    accessed: object, compiled: str, expected: str
) -> None:
    found = front_matter({"sources": [{"title": "报道", "accessed": accessed}], "compiled": compiled})
    assert [source.accessed for source in found.sources] == [expected]
    assert found.warnings == ()


def test_a_day_that_is_none_is_named() -> None:
    found = front_matter({"sources": [{"title": "报道", "accessed": "去年春天"}]})
    assert found.sources[0].accessed == ""
    (warning,) = found.warnings
    assert "去年春天" in warning and "2026-11-24" in warning
