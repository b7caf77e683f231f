"""The dtype of an encoder: by its row, by the study, on a CPU and on a card."""

import numpy as np
import pytest
import torch

from humancentric.embedding import encoders, torch_runtime
from humancentric.study.from_config import study_from_config
from project import load_config

ROWS = load_config()["encoders"]
NAME = "efficientnet-lite0"


def test_a_dtype_of_the_study_is_that_of_models_whose_rows_state_none():
    config = load_config()
    config["encoders"][NAME]["dtype"] = "float32"
    config["study"]["embedding"] = {"dtype": "bfloat16"}
    rows = {name: encoder.row for name, encoder in study_from_config(config).encoders.items()}
    assert rows[NAME]["dtype"] == "float32"
    assert rows["clip-demo"]["dtype"] == "bfloat16"
    assert "dtype" not in rows["random"]
    assert "dtype" not in study_from_config(load_config()).encoders["clip-demo"].row


def test_tf32_is_float32_on_a_cpu_and_in_the_metadata(monkeypatch):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    pictures = [np.random.default_rng(0).integers(256, size=(90, 60, 3), dtype=np.uint8)]
    exact, other = (encoders.load({**ROWS[NAME], "dtype": dtype}, NAME, 1) for dtype in ("float32", "tf32"))
    assert np.array_equal(exact.embed_images(pictures), other.embed_images(pictures))
    assert other.description["dtype"] == "tf32"


def test_tf32_products_end_with_the_block_even_if_it_fails():
    torch_runtime.start(1)
    seen = []

    def fail():
        with torch_runtime.precision(torch.device("cuda"), "tf32"):
            seen.extend([torch.backends.cuda.matmul.allow_tf32, torch.backends.cudnn.allow_tf32])
            int("broken")

    with pytest.raises(ValueError, match="broken"):
        fail()
    assert seen == [True, True]
    assert not torch.backends.cuda.matmul.allow_tf32
    assert not torch.backends.cudnn.allow_tf32


@pytest.mark.gpu
@pytest.mark.parametrize(("dtype", "least"), [("tf32", 0.9999), ("bfloat16", 0.99)])
def test_a_card_gives_nearly_the_same_vectors_with_another_dtype(dtype, least):
    rng = np.random.default_rng(0)
    pictures = [rng.integers(256, size=(90, 60, 3), dtype=np.uint8) for _ in range(9)]
    exact, other = (
        encoders.load({**ROWS[NAME], "dtype": name}, NAME, 1).embed_images(pictures)
        for name in ("float32", dtype)
    )
    lengths = np.linalg.norm(exact, axis=1) * np.linalg.norm(other, axis=1)
    assert ((exact * other).sum(axis=1) / lengths).min() > least
    assert not np.array_equal(exact, other)
