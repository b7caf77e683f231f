from itertools import accumulate

import numpy as np
import pytest

from humancentric.embedding import encoders, timing


def test_the_fastest_round_after_the_first_is_what_a_picture_takes():
    encoder = encoders.load({"modality": "image", "kind": "random", "width": 8, "seed": 0}, "random")
    # A round reads the clock three times. Here preparing lasts 3 s and encoding 1 s; in the first round
    # a moment each, in the last a minute.
    steps = [0.0, 0.1, 0.1, *[0.0, 3.0, 1.0] * (timing.ROUNDS - 1), 0.0, 60.0, 60.0]
    ticks = accumulate(steps)
    found = timing.measure(encoder, 4, 1, clock=lambda: next(ticks))
    assert (found["prepare"], found["forward"], found["milliseconds"]) == (750.0, 250.0, 1000.0)
    assert (found["pictures"], found["device"], found["threads"]) == (4, "cpu", 1)
    assert "neither reading nor decoding" in found["includes"]


def test_all_pictures_go_through_the_encoder():
    seen = []
    row = {"modality": "image", "kind": "random", "width": 8, "seed": 0}
    encoder = encoders.load(row, "random")
    forward = encoder.forward
    object.__setattr__(encoder, "forward", lambda batch: seen.append(len(batch)) or forward(batch))
    found = timing.measure(encoder, 3, 1)
    assert sum(seen) == 3 * (timing.ROUNDS + 1)
    assert found["milliseconds"] == pytest.approx(found["prepare"] + found["forward"], abs=1e-3)
    assert np.isfinite(found["milliseconds"])
