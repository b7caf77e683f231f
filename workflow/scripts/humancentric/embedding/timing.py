"""Measure the time that a frozen encoder takes per picture on this machine."""

import time
from collections.abc import Callable
from typing import Any

import numpy as np

from humancentric.embedding.encoder import Encoder

SIZE = (900, 600)  # height and width in pixels, those of a film poster
ROUNDS = 5
INCLUDES = (
    "resizing a decoded picture of 600 x 900 pixels and the forward pass; neither reading nor decoding a file"
)


def measure(
    encoder: Encoder, pictures: int, threads: int, clock: Callable[[], float] = time.perf_counter
) -> dict[str, Any]:
    """Return the milliseconds a picture takes: the fastest of `ROUNDS` rounds over `pictures`, after one to warm up.

    Other work on the machine can only make a round slower. The answer comes back from the device before the clock is
    read. Pictures are noise: their content costs nothing.
    """
    rng = np.random.default_rng(0)
    batch = [rng.integers(256, size=(*SIZE, 3), dtype=np.uint8) for _ in range(pictures)]
    prepare, forward = [], []
    for _ in range(ROUNDS + 1):
        begin = clock()
        prepared = [encoder.prepare(picture) for picture in batch]
        between = clock()
        encoder.embed_prepared(prepared)
        prepare.append(1000 * (between - begin) / pictures)
        forward.append(1000 * (clock() - between) / pictures)
    parts = {name: min(spent[1:]) for name, spent in (("prepare", prepare), ("forward", forward))}
    return {
        "milliseconds": round(sum(parts.values()), 4),
        **{name: round(spent, 4) for name, spent in parts.items()},
        "device": encoder.description.get("device", "cpu"),
        "threads": threads,
        "batch": min(encoder.batch, pictures),
        "pictures": pictures,
        "rounds": ROUNDS,
        "includes": INCLUDES,
    }
