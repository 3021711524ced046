"""Cutting passages into words: the same on one core, on several, and from the cache."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from ingest import index, passage_store, pipeline, term_rows, terms
from ingest.models import IndexedDocument
from ingest.word_cache import NAME, WordCache
from tests.conftest import silent
from tests.fakes import BigramEmbedder


@pytest.fixture
def documents(fake_index: Path) -> list[IndexedDocument]:
    store = passage_store.PassageStore(index.current_build(fake_index) / passage_store.NAME)
    return list(store.indexed_documents())


def test_words_from_the_cache_are_the_words_that_cutting_gives(
    documents: list[IndexedDocument], tmp_path: Path
) -> None:
    cut = list(term_rows.rows_of(documents, 6, term_rows.NoCache()))
    cache = WordCache(tmp_path / NAME)
    assert list(term_rows.rows_of(documents, 6, cache)) == cut
    cache.close()
    again = WordCache(tmp_path / NAME)
    assert list(term_rows.rows_of(documents, 6, again)) == cut and len(cut) > 3
    again.close()


def test_what_is_known_is_not_cut_again(
    documents: list[IndexedDocument], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cache = WordCache(tmp_path / NAME)
    first = list(term_rows.rows_of(documents, 6, cache))
    monkeypatch.setattr(terms, "words_in", None)
    assert list(term_rows.rows_of(documents, 6, cache)) == first
    cache.close()


@pytest.mark.slow
def test_several_cores_give_the_same_rows_in_the_same_order(
    documents: list[IndexedDocument], monkeypatch: pytest.MonkeyPatch
) -> None:
    alone = list(term_rows.rows_of(documents * 50, 300, term_rows.NoCache()))
    monkeypatch.setattr(term_rows, "PARALLEL_FROM", 1)
    monkeypatch.setattr(term_rows, "_BATCH", 7)
    assert list(term_rows.rows_of(documents * 50, 300, term_rows.NoCache())) == alone


def test_another_dictionary_empties_the_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    cache = WordCache(tmp_path / NAME)
    cache.put({"社区花园": "社区 花园"})
    cache.close()
    monkeypatch.setattr(terms, "dictionary_fingerprint", lambda: "another")
    other = WordCache(tmp_path / NAME)
    assert other.known(["社区花园"]) == {}
    other.close()


def test_nothing_stays_of_a_document_that_was_removed(corpus: Path, tmp_path: Path) -> None:
    def kept() -> set[str]:
        with closing(sqlite3.connect(tmp_path / "i" / NAME)) as connection:
            return {
                word for (words,) in connection.execute("SELECT words FROM words") for word in words.split()
            }

    pipeline.ingest([corpus], tmp_path / "i", BigramEmbedder(), silent)
    assert "花园" in kept()
    (corpus / "cases" / "花园.md").unlink()
    pipeline.ingest([corpus], tmp_path / "i", BigramEmbedder(), silent)
    assert kept() and "花园" not in kept()
