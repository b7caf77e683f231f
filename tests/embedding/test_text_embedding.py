"""Batches of texts by their tokens, as on a card, beside those of a CPU."""

import numpy as np
import pytest
from small_embeddings import samples_table
from test_encoders_open_clip import folder, row  # noqa: F401
from test_encoders_sentence import MINILM, TEXTS

from humancentric.embedding import dataset_embedding, encoders, text_embedding, torch_runtime
from humancentric.embedding.embedding_writer import EmbeddingWriter
from humancentric.embedding.encoder import token_batches


def test_batches_are_bounded_by_tokens_and_texts_and_hold_every_text_once():
    lengths = [*np.random.default_rng(0).integers(1, 200, size=500).tolist(), 5000]
    batches = token_batches(lengths, tokens=1000, texts=60)
    assert sorted(np.concatenate(batches).tolist()) == list(range(501))
    longest = [max(lengths[row] for row in batch) for batch in batches]
    assert longest == sorted(longest, reverse=True)
    assert batches[0].tolist() == [500]  # alone, as it has more tokens than a batch may have
    for batch, most in zip(batches[1:], longest[1:], strict=True):
        assert len(batch) * most <= 1000
        assert len(batch) <= 60
    assert len(batches) < 70  # at least two thirds of the tokens of 501 texts are no padding
    assert token_batches([]) == []


@pytest.fixture
def by_tokens(monkeypatch):
    """Encoders take the route of a card, on the CPU."""
    plain = torch_runtime.batches_by_tokens
    monkeypatch.setattr(torch_runtime, "batches_by_tokens", lambda device: True)
    return plain


def both(encoder_row, monkeypatch):
    with monkeypatch.context() as patch:
        patch.setattr(torch_runtime, "batches_by_tokens", lambda device: False)
        plain = encoders.load(encoder_row, "x")
    assert plain.token_model is None
    return plain, encoders.load(encoder_row, "x")


def compare(plain, ours, texts):
    tokens, truncated = ours.token_model.tokenise(texts)
    assert truncated == plain.truncated(texts)
    np.testing.assert_allclose(ours.embed_tokens(tokens), plain.embed_texts(texts), atol=2e-6, rtol=1e-4)


MANY = [*TEXTS, *(f"word {'and word ' * number}" for number in range(40)), "  spaces \n around "]


@pytest.mark.parametrize("more", [{}, {"prefix": "query: "}, {"batch": 3}])
def test_texts_of_sentence_transformers_have_the_vectors_of_the_library(by_tokens, monkeypatch, more):
    compare(*both({**MINILM, **more}, monkeypatch), MANY)


@pytest.mark.parametrize("more", [{}, {"batch": 3}])
def test_texts_of_open_clip_have_the_vectors_of_the_library(by_tokens, monkeypatch, folder, more):  # noqa: F811
    compare(*both(row(folder, "text", **more), monkeypatch), [*MANY, "! ! !"])


def test_a_dataset_is_embedded_in_order_with_processes_and_counts_what_was_cut(
    by_tokens, monkeypatch, tmp_path, folder  # noqa: F811
):  # fmt: skip
    monkeypatch.setattr(text_embedding, "TEXTS", 20)
    monkeypatch.setattr(text_embedding, "AT_ONCE", 7)
    plain, ours = both(row(folder, "text"), monkeypatch)
    names = [f"{number:02d}" for number in range(len(MANY))]
    samples = dataset_embedding.of_splits(samples_table(dict.fromkeys(names, "train"), MANY), ["train"])
    expected = plain.embed_texts(MANY)

    def embed():
        writer = EmbeddingWriter(tmp_path / "spool", 16, None)
        return text_embedding.embed_texts(samples, "title", ours, writer, 2), writer.by_id()

    measure, vectors = embed()
    np.testing.assert_allclose(np.stack([vectors[name] for name in names]), expected, atol=1e-5, rtol=1e-4)
    assert (measure.embedded, measure.restored) == (len(MANY), 0)
    assert measure.truncated == plain.truncated(MANY) > 0
    assert measure.stages["decoding"] > 0
    again = embed()[0]
    assert (again.embedded, again.restored, again.truncated) == (0, len(MANY), measure.truncated)
    counts = text_embedding.texts_summary(samples, "title", ours, measure.truncated)
    assert counts == text_embedding.texts_summary(samples, "title", plain)


def test_only_cards_have_batches_by_tokens():
    torch = pytest.importorskip("torch")
    assert torch_runtime.batches_by_tokens(torch.device("cuda"))
    assert not torch_runtime.batches_by_tokens(torch.device("cpu"))


@pytest.mark.gpu
def test_texts_on_a_card_have_the_vectors_of_the_library():
    card = encoders.load(MINILM, "x")
    tokens, _ = card.token_model.tokenise(MANY)
    np.testing.assert_allclose(card.embed_tokens(tokens), card.embed_texts(MANY), atol=1e-5, rtol=1e-3)
