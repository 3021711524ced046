"""What the Searcher promises, on a small library with the fake embedder."""

from __future__ import annotations

import pytest

from search import quotable
from search.searcher import _OF_EVERYTHING, Searcher


def test_a_count_is_what_choosing_the_value_leaves(fake_searcher: Searcher) -> None:
    filters = {"kind": ("案例",)}
    for name, values in fake_searcher.facet_counts(filters).items():
        for value in values:
            chosen = {**filters, name: (value.value,)}
            left = fake_searcher.facet_counts(chosen)
            assert sum(v.count for v in left[name] if v.value == value.value) == value.count


def test_a_filter_decides_before_the_ranking(fake_searcher: Searcher) -> None:
    everything = fake_searcher.search("居民 养护 电梯 费用", k=10)
    one = fake_searcher.search("居民 养护 电梯 费用", k=10, filters={"city": ("上海市",)})
    assert {hit.document.facets.values["city"] for hit in one.hits} == {("上海市",)}
    assert len({hit.document.id for hit in everything.hits}) > 1


def test_an_aspect_can_be_asked_for_alone(fake_searcher: Searcher) -> None:
    hits = fake_searcher.search("加装电梯", filters={"aspect": ("困难",)}).hits
    assert hits and {hit.passage.aspect for hit in hits} == {"困难"}


def test_values_of_one_facet_widen_and_facets_narrow(fake_searcher: Searcher) -> None:
    two = fake_searcher.search("居民", filters={"city": ("上海市", "成都市")})
    none = fake_searcher.search("居民", filters={"city": ("上海市",), "theme": ("社区小花园",)})
    assert {hit.document.facets.values["city"][0] for hit in two.hits} == {"上海市", "成都市"}
    assert none.hits == () and not none.answerable


def test_every_mark_holds_a_word_of_the_question(fake_searcher: Searcher) -> None:
    for hit in fake_searcher.search("费用分摊").hits:
        assert all(hit.passage.text[start:end] in "费用分摊" for start, end in hit.marks)


def test_the_same_question_gets_the_same_answer(fake_searcher: Searcher) -> None:
    first, second = fake_searcher.search("居民参与度"), fake_searcher.search("居民参与度")
    assert (first.hits, first.key_points) == (second.hits, second.key_points)


def test_key_points_are_sentences_of_their_hits_or_of_what_is_folded_under_them(
    fake_searcher: Searcher,
) -> None:
    answer = fake_searcher.search("居民轮流浇水养护花园")
    assert answer.key_points
    for point in answer.key_points:
        hit = answer.hits[point.hit - 1]
        assert point.text in point.stored.passage.text
        assert point.stored.document == hit.document.row
        assert point.stored.row in {hit.row, *(other.row for other in answer.more.get(hit.document.row, ()))}


def test_the_stages_add_up_to_no_more_than_the_total(fake_searcher: Searcher) -> None:
    took = fake_searcher.search("居民参与度").took_ms
    assert 0 < sum(ms for stage, ms in took.items() if stage != "total") <= took["total"] + 0.1


def test_a_literal_word_is_searched_for_without_its_synonyms(fake_searcher: Searcher) -> None:
    question = "居民参与"
    (used,) = [s.word for s in fake_searcher.search(question).understanding.synonyms][:1]
    literal = fake_searcher.search(question, literal=[used])
    assert used not in [s.word for s in literal.understanding.synonyms]


def test_what_else_a_document_says_is_kept_under_it(fake_searcher: Searcher) -> None:
    answer = fake_searcher.search("居民怎么参与花园养护", k=2)
    shown = {hit.row for hit in answer.hits}
    for row, stored in answer.more.items():
        assert row in {hit.document.row for hit in answer.hits}
        assert not shown & {passage.row for passage in stored}


def test_the_question_to_warm_up_with_needs_all_that_questions_need(fake_searcher: Searcher) -> None:
    fake_searcher.warm_up()
    understood = fake_searcher.search(_OF_EVERYTHING).understanding
    assert len(understood.parts) > 1
    assert understood.synonyms and understood.hints
    assert "_patterns" in vars(fake_searcher._vocabulary)


def test_documents_are_read_by_row_and_by_id(fake_searcher: Searcher) -> None:
    store = fake_searcher.store
    everything = list(store.documents)
    assert len(everything) == len(store.documents) == len(store.by_id) == 3
    for row, document in enumerate(everything):
        assert store.documents[row] == document == store.by_id[document.id]
    assert store.documents[-1] == everything[-1] and store.documents[1:] == everything[1:]
    assert "没有" not in store.by_id
    with pytest.raises(IndexError):
        store.documents[len(everything)]


def test_a_passage_that_is_cut_into_other_sentences_than_its_vectors_is_not_quoted(
    fake_searcher: Searcher, monkeypatch: pytest.MonkeyPatch
) -> None:
    cut = quotable.sentences_of
    assert fake_searcher.search("加装电梯的费用怎么分摊").key_points
    monkeypatch.setattr(quotable, "sentences_of", lambda text: cut(text) * 2)
    assert fake_searcher.search("加装电梯的费用怎么分摊").key_points == ()
