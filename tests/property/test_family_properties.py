from __future__ import annotations

import random

from hypothesis import given, settings
from hypothesis import strategies as st

from ingest import families
from ingest.models import Document, Facets, IndexedDocument, Section

WORDS = "居民 议事 花园 电梯 物业 骑手 楼组 公约 停车 食堂 账目 志愿 亲子 夜校 广场 走访".split()


def document(number: int, text: str) -> IndexedDocument:
    own = Document("题", (Section((), text),))
    return IndexedDocument(
        f"{number:02}", f"{number:02}.txt", "", "", own, Facets({}), (), signature=families.signature(own)
    )


@st.composite
def libraries(draw: st.DrawFn) -> list[IndexedDocument]:
    """A few texts, and versions of them with some words replaced or left out."""
    chance = random.Random(draw(st.integers(0, 10_000)))
    originals = [[chance.choice(WORDS) for _ in range(80)] for _ in range(draw(st.integers(1, 3)))]
    texts = []
    for _ in range(draw(st.integers(2, 8))):
        words = list(chance.choice(originals))
        for _ in range(draw(st.sampled_from([0, 0, 1, 3, 20]))):
            words[chance.randrange(len(words))] = chance.choice([*WORDS, ""])
        texts.append("，".join(words))
    return [document(number, text) for number, text in enumerate(texts)]


def similarity(one: IndexedDocument, other: IndexedDocument) -> float:
    """Jaccard similarity, by its definition."""
    sets = [
        {text[n : n + families.SHINGLE] for n in range(len(text))}
        for text in (families.letters_of(one.document), families.letters_of(other.document))
    ]
    return len(sets[0] & sets[1]) / len(sets[0] | sets[1])


@settings(max_examples=50, deadline=None)
@given(libraries(), st.randoms(use_true_random=False))
def test_families_are_the_same_in_any_order_and_hold_only_what_is_like_the_representative(
    library: list[IndexedDocument], chance: random.Random
) -> None:
    found = families.group(library)
    shuffled = list(library)
    chance.shuffle(shuffled)
    assert families.group(shuffled) == found
    by_id = {one.id: one for one in library}
    for one, ids in found.items():
        assert one in ids and all(found[other] == ids for other in ids)
        assert (
            similarity(by_id[one], by_id[ids[0]]) >= families.ALIKE - 0.02
        )  # the last rows are shorter here


@settings(max_examples=50, deadline=None)
@given(libraries())
def test_the_same_text_is_always_one_family(library: list[IndexedDocument]) -> None:
    found = families.group(library)
    for one in library:
        for other in library:
            if one is not other and families.letters_of(one.document) == families.letters_of(other.document):
                assert other.id in found[one.id]
