"""Vectors of pictures do not depend on how many threads made them: not in one bit, on one machine."""

import numpy as np
import pytest
import torch

from humancentric.core.errors import UserError
from humancentric.embedding import encoders
from humancentric.embedding.encoder import Encoder
from project import load_config

ROWS = load_config()["encoders"]


@pytest.fixture(autouse=True)
def threads():
    before = torch.get_num_threads()
    yield
    torch.set_num_threads(before)


@pytest.mark.skipif(torch.cuda.is_available(), reason="a card takes one batch at a time")
@pytest.mark.parametrize("name", ["efficientnet-lite0", "clip-demo"])
def test_the_number_of_threads_changes_no_bit(name):
    rng = np.random.default_rng(0)
    pictures = [
        rng.integers(256, size=(90, 60, 3), dtype=np.uint8) for _ in range(11)
    ]  # the last batch is short
    loaded = {threads: encoders.load({**ROWS[name], "batch": 4}, name, threads) for threads in (1, 2, 5)}
    assert {threads: encoder.parallel_batches for threads, encoder in loaded.items()} == {1: 1, 2: 2, 5: 5}
    alone, *others = [encoder.embed_images(pictures) for encoder in loaded.values()]
    assert alone.shape == (11, ROWS[name]["width"])
    assert all(np.array_equal(alone, other) for other in others)


def test_batches_in_parallel_keep_their_order_and_are_all_checked():
    encoder = Encoder("encoders.x", "image", 1, 2, lambda batch: np.array(batch), parallel_batches=3)
    assert encoder.embed_prepared([[float(n)] for n in range(13)]).ravel().tolist() == list(range(13))
    with pytest.raises(UserError, match="NaN"):
        encoder.embed_prepared([[0.0]] * 12 + [[float("nan")]])
