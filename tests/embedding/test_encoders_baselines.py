"""Encoders without a pretrained model: pixels and tf-idf."""

import numpy as np
import pytest
from small_embeddings import samples_table

from humancentric.core.errors import UserError
from humancentric.embedding import encoders, text_embedding

PIXELS = {"modality": "image", "kind": "pixels", "width": 12}
WORDS = {"modality": "text", "kind": "tfidf", "width": 4096}


def test_pixels_are_the_means_of_fields():
    picture = np.zeros((40, 20, 3), np.uint8)
    picture[:20, 10:] = [255, 51, 0]  # the upper right field
    (vector,) = encoders.load(PIXELS, "pixels").embed_images([picture])
    assert vector.reshape(2, 2, 3).tolist() == [[[0, 0, 0], [1, np.float32(0.2), 0]], [[0, 0, 0], [0, 0, 0]]]


def test_a_width_that_is_no_square_is_refused():
    with pytest.raises(UserError, match=r"encoders\.x\.width is 13, .*; use 12 \(3 x 2 x 2\)"):
        encoders.load({**PIXELS, "width": 13}, "x")


def reference(train, texts):
    """tf-idf by hand: smoothed idf, vectors of length 1."""
    words = sorted({word for text in train + texts for word in text.split()})
    idf = {
        word: np.log((1 + len(train)) / (1 + sum(word in text.split() for text in train))) + 1
        for word in words
    }
    rows = np.array([[text.split().count(word) * idf[word] for word in words] for text in texts])
    return rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-12)


def test_words_count_as_by_hand_and_only_training_texts_weigh_them():
    train, texts = ["love war", "love love", "peace"], ["love war", "peace love", "unseen"]
    splits = {"a": "train", "b": "train", "c": "train", "d": "test"}
    samples = samples_table(splits, [*train, "war war war"])
    encoder = text_embedding.fitted(encoders.load(WORDS, "tfidf"), samples, "title")
    vectors, expected = encoder.embed_texts(texts), reference(train, texts)
    assert np.allclose(vectors @ vectors.T, expected @ expected.T, atol=1e-6)
    assert vectors.shape == (3, 4096)
    assert encoder.description["fitted_on"]["texts"] == 3


def test_texts_without_words_and_no_training_texts():
    encoder = encoders.load(WORDS, "tfidf")
    untrained = text_embedding.fitted(encoder, samples_table({"d": "test"}, ["war"]), "title")
    assert (untrained.embed_texts(["", "!"]) == 0).all()
    assert np.linalg.norm(untrained.embed_texts(["war"])) == pytest.approx(1)
    with pytest.raises(UserError, match=r"encoders\.tfidf: word counts are weighted by the training texts"):
        encoder.embed_texts(["war"])
