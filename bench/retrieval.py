"""Measure retrieval over a whole test split: ranks computed in blocks, and the linear map against scikit-learn's Ridge.

    PYTHONPATH=workflow/scripts python bench/retrieval.py [--test 18717] [--train 20000] [--width 1024] [--threads 1]

The embeddings are random, in the size of the paper's largest dataset: 18,717 images and as many texts. Ranks: seconds
for both directions and peak memory of the process (before and with the embeddings, and at the end), against a plain
matrix product that keeps all cosines in float32. Map: all penalties and both directions, against one `Ridge` for each,
with the largest difference between the mapped vectors. CPU seconds do not depend on other work on the machine.
"""

import argparse
import resource
import time
from collections.abc import Callable
from typing import Any

import numpy as np
import torch
from sklearn.linear_model import Ridge

from humancentric.embedding.feature_vectors import l2_normalize
from humancentric.probing.linear_map import PENALTIES, LinearMap
from humancentric.probing.retrieval import rank_queries


def seconds(call: Callable[[], Any]) -> tuple[float, float, Any]:
    """Return the CPU seconds, the wall seconds and the result of a call."""
    cpu, wall = time.process_time(), time.perf_counter()
    found = call()
    return time.process_time() - cpu, time.perf_counter() - wall, found


def peak() -> float:
    """Return the peak memory of this process so far, in MiB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def both(images: np.ndarray, texts: np.ndarray) -> np.ndarray:
    """Return the ranks (2, n) of both directions, computed in blocks."""
    groups = np.arange(len(images))
    return np.stack([rank_queries(images, texts, groups), rank_queries(texts, images, groups)])


def whole(images: np.ndarray, texts: np.ndarray) -> np.ndarray:
    """Return the ranks (2, n) of both directions, computed from the full matrix of cosines."""
    cosines = l2_normalize(images) @ l2_normalize(texts).T
    matching = np.diag(cosines)
    return np.stack([(cosines >= matching[:, None]).sum(axis=1), (cosines >= matching).sum(axis=0)])


def ours(images: np.ndarray, texts: np.ndarray, count: int) -> list[np.ndarray]:
    """Return the first `count` vectors mapped with every penalty, in both directions."""
    learnt = LinearMap((images, texts))
    return [
        learnt.mapped(side, vectors[:count], penalty)
        for penalty in PENALTIES
        for side, vectors in enumerate((images, texts))
    ]


def theirs(images: np.ndarray, texts: np.ndarray, count: int) -> list[np.ndarray]:
    """Return the same with scikit-learn's Ridge, in float64."""
    sides = [l2_normalize(side).astype(np.float64) for side in (images, texts)]
    found = []
    for penalty in PENALTIES:
        for source, target in (sides, sides[::-1]):
            model = Ridge(penalty * len(source) * source.var(axis=0).mean()).fit(source, target)
            found.append(model.predict(source[:count]) - target.mean(axis=0))
    return found


def main() -> None:
    """Print the time and memory of both parts."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--test", type=int, default=18717)
    parser.add_argument("--train", type=int, default=20000)
    parser.add_argument("--width", type=int, default=1024)
    parser.add_argument("--threads", type=int, default=1)
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    device = torch.cuda.get_device_name() if torch.cuda.is_available() else f"CPU, {options.threads} threads"
    print(f"{device}; memory before: {peak():.0f} MiB")
    rng = np.random.default_rng(0)
    images = rng.standard_normal((options.test, options.width), np.float32)
    texts = images + 6 * rng.standard_normal(images.shape, np.float32)
    print(f"with {options.test} x 2 vectors of {options.width}: {peak():.0f} MiB")
    cpu, wall, found = seconds(lambda: both(images, texts))
    print(f"ranks in blocks: {cpu:.1f} CPU s, {wall:.1f} s, at most {peak():.0f} MiB")
    cpu, wall, expected = seconds(lambda: whole(images, texts))
    print(f"whole matrix, float32: {cpu:.1f} CPU s, {wall:.1f} s, at most {peak():.0f} MiB")
    offsets = np.abs(found - expected)
    print(
        f"ranks apart: {(offsets > 0).mean():.4%} of them, by {offsets.max()} at most; MRR {np.mean(1 / found):.4f}"
    )
    images = rng.standard_normal((options.train, options.width), np.float32)
    texts = images @ rng.standard_normal((options.width, options.width), np.float32) / options.width**0.5
    cpu, wall, found = seconds(lambda: ours(images, texts, 500))
    print(f"map, ours: {cpu:.1f} CPU s, {wall:.1f} s")
    cpu, wall, expected = seconds(lambda: theirs(images, texts, 500))
    difference = max(np.abs(left - right).max() for left, right in zip(found, expected, strict=True))
    print(f"map, scikit-learn: {cpu:.1f} CPU s, {wall:.1f} s; largest difference {difference:.1e}")


if __name__ == "__main__":
    main()
