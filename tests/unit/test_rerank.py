"""The optional reranker: off by default, behind one seam, and a real cross-encoder in a folder."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from ingest import index
from ingest.errors import ModelError
from search import rerank
from search.fuse import Ranking
from search.models import Run, Vectors
from search.searcher import Searcher
from tests.fakes import BigramEmbedder

QUESTION = "怎样提高居民参与度"


class Prefers:
    """A reranker that likes one word, and remembers what it read."""

    def __init__(self, word: str) -> None:
        self.word = word
        self.read: list[str] = []

    def scores(self, question: str, texts: Sequence[str]) -> Vectors:
        self.read += texts
        return np.array([self.word in text for text in texts], dtype=np.float32)


def ranking(*scores: float) -> Ranking:
    values = np.array(scores, dtype=np.float32)
    return Ranking(Run(np.arange(len(scores), dtype=np.int64), values), values / 10, values / 20)


def test_both_scores_decide_together() -> None:
    found = rerank.reranked(ranking(3, 2.9, 0), "问", ["甲", "乙", "丙"], Prefers("乙"))
    assert found.run.rows.tolist() == [1, 0, 2]
    assert found.closeness.tolist() == pytest.approx([0.29, 0.3, 0])


def test_what_the_reranker_has_not_read_stays_behind_and_scores_never_rise() -> None:
    found = rerank.reranked(ranking(3, 2, 1.9, 1), "问", ["甲", "乙"], Prefers("乙"))
    assert sorted(found.run.rows[:2].tolist()) == [0, 1]
    assert found.run.rows[2:].tolist() == [2, 3]
    assert (np.diff(found.run.scores) <= 0).all()


def test_a_reranker_that_sees_no_difference_changes_nothing() -> None:
    assert rerank.reranked(ranking(3, 2, 1), "问", ["甲", "乙", "丙"], Prefers("无")).run.rows.tolist() == [
        0,
        1,
        2,
    ]


def test_a_search_asks_it_with_title_and_text(fake_index: Path) -> None:
    reranker = Prefers("首部电梯")
    build = index.current_build(fake_index)
    plain = Searcher(build, BigramEmbedder()).rank(QUESTION, 10)
    searcher = Searcher(build, BigramEmbedder(), reranker)
    changed = searcher.rank(QUESTION, 10)
    assert any(text.startswith("江华社区共享花园\n做法\n居民认领地块") for text in reranker.read)
    assert sorted(changed.rows.tolist()) == sorted(plain.rows.tolist())
    liked = next(row for row in plain.rows if "首部电梯" in searcher.store.passages([row])[0].passage.text)
    assert changed.rows.tolist().index(liked) < plain.rows.tolist().index(liked)


def test_it_is_off_unless_the_variable_names_a_folder(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(rerank.ENVIRONMENT, raising=False)
    assert rerank.from_environment() is None
    monkeypatch.setenv(rerank.ENVIRONMENT, " ")
    assert rerank.from_environment() is None


def test_a_folder_that_is_no_model_is_refused_by_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(rerank.ENVIRONMENT, str(tmp_path))
    with pytest.raises(ModelError, match=r"没有重排模型.*CASEBASE_RERANKER"):
        rerank.from_environment()
    (tmp_path / "config.json").write_text("{}", encoding="utf-8")
    with pytest.raises(ModelError, match="打不开"):
        rerank.from_environment()


def test_when_off_nothing_heavy_is_loaded() -> None:
    code = (
        "import sys, search.searcher; sys.exit(bool({'torch', 'sentence_transformers'} & set(sys.modules)))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_a_cross_encoder_in_a_folder_scores_each_text(tmp_path: Path) -> None:
    from transformers import BertConfig, BertForSequenceClassification, BertTokenizerFast

    letters = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *sorted(set("居民参与走访花园电梯"))]
    (tmp_path / "vocab.txt").write_text("\n".join(letters), encoding="utf-8")
    BertTokenizerFast(str(tmp_path / "vocab.txt")).save_pretrained(tmp_path)
    config = BertConfig(
        vocab_size=len(letters),
        hidden_size=16,
        num_hidden_layers=1,
        num_attention_heads=2,
        intermediate_size=16,
        num_labels=1,
    )
    BertForSequenceClassification(config).save_pretrained(tmp_path)
    reranker = rerank.CrossEncoderReranker(tmp_path)
    scores = reranker.scores("居民参与", ["走访居民", "花园", "电梯" * 400])
    assert scores.shape == (3,) and np.isfinite(scores).all()
    assert reranker.scores("居民参与", ["花园"])[0] == pytest.approx(scores[1], abs=1e-5)
