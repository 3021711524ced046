from __future__ import annotations

from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.aspects import aspect_of
from ingest.chunk import TITLE, ChunkSettings, chunk, sentences
from ingest.models import Document, Section

TEXT = st.text(alphabet="社区治理参与。！？；”“（）「」\n ，、abc3.", max_size=400)
SIZES = st.integers(5, 60).flatmap(
    lambda target: st.builds(
        ChunkSettings, st.just(target), st.integers(target, target * 2), st.integers(1, target)
    )
)


@given(TEXT)
def test_sentences_cover_the_text_without_gaps(text: str) -> None:
    spans = sentences(text)
    assert "".join(text[a:b] for a, b in spans) == text
    assert all(a < b for a, b in spans)


@settings(deadline=None)
@given(TEXT, SIZES)
def test_passages_hold_every_character_once_at_exact_offsets(text: str, sizes: ChunkSettings) -> None:
    passages = chunk(Document("题", (Section((), text),)), aspect_of, sizes)
    assert all(text[p.start : p.end] == p.text for p in passages)
    assert all(a.end <= b.start for a, b in pairwise(passages))
    if passages:  # a lone title is none
        assert "".join("".join(p.text.split()) for p in passages) == "".join(text.split())
    else:
        assert len(text.strip()) < TITLE
    assert all(0 < len(p.text) <= sizes.maximum for p in passages)
