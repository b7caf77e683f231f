"""Retrieval over a whole test split: ranks in blocks, and the linear map beside scikit-learn's ridge regression.

    PYTHONPATH=workflow/scripts python bench/retrieval.py [--test 18717] [--train 20000] [--width 1024] [--threads 1]

Made-up vectors of the paper's largest dataset, 18,717 pictures and as many texts. Ranks: seconds of both directions and
the largest memory of the process (before the vectors, with them, and after), beside a plain product that keeps all
cosines in float32. Map: all penalties and both directions, by ours and by one `Ridge` for each, with the
largest difference of the mapped vectors. CPU seconds, so that other work on the machine does not count.
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
    """Return the CPU seconds and the wall seconds that a call takes, and what it gives."""
    cpu, wall = time.process_time(), time.perf_counter()
    found = call()
    return time.process_time() - cpu, time.perf_counter() - wall, found


def peak() -> float:
    """Return the largest memory of this process so far in MiB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def both(images: np.ndarray, texts: np.ndarray) -> np.ndarray:
    """Return the ranks (2, n) of both directions."""
    groups = np.arange(len(images))
    return np.stack([rank_queries(images, texts, groups), rank_queries(texts, images, groups)])


def whole(images: np.ndarray, texts: np.ndarray) -> np.ndarray:
    """Return the ranks (2, n) from the whole matrix of cosines."""
    cosines = l2_normalize(images) @ l2_normalize(texts).T
    own = np.diag(cosines)
    return np.stack([(cosines >= own[:, None]).sum(axis=1), (cosines >= own).sum(axis=0)])


def ours(images: np.ndarray, texts: np.ndarray, asked: int) -> list[np.ndarray]:
    """Return the first `asked` vectors mapped by every penalty, in both directions."""
    learnt = LinearMap((images, texts))
    return [
        learnt.mapped(side, vectors[:asked], penalty)
        for penalty in PENALTIES
        for side, vectors in enumerate((images, texts))
    ]


def theirs(images: np.ndarray, texts: np.ndarray, asked: int) -> list[np.ndarray]:
    """Return the same by scikit-learn, in float64."""
    sides = [l2_normalize(side).astype(np.float64) for side in (images, texts)]
    found = []
    for penalty in PENALTIES:
        for source, target in (sides, sides[::-1]):
            model = Ridge(penalty * len(source) * source.var(axis=0).mean()).fit(source, target)
            found.append(model.predict(source[:asked]) - target.mean(axis=0))
    return found


def main() -> None:
    """Print what both parts take."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--test", type=int, default=18717)
    parser.add_argument("--train", type=int, default=20000)
    parser.add_argument("--width", type=int, default=1024)
    parser.add_argument("--threads", type=int, default=1)
    given = parser.parse_args()
    torch.set_num_threads(given.threads)
    device = torch.cuda.get_device_name() if torch.cuda.is_available() else f"CPU, {given.threads} threads"
    print(f"{device}; memory before: {peak():.0f} MiB")
    rng = np.random.default_rng(0)
    images = rng.standard_normal((given.test, given.width), np.float32)
    texts = images + 6 * rng.standard_normal(images.shape, np.float32)
    print(f"with {given.test} x 2 vectors of {given.width}: {peak():.0f} MiB")
    cpu, wall, found = seconds(lambda: both(images, texts))
    print(f"ranks in blocks: {cpu:.1f} CPU s, {wall:.1f} s, at most {peak():.0f} MiB")
    cpu, wall, expected = seconds(lambda: whole(images, texts))
    print(f"whole matrix, float32: {cpu:.1f} CPU s, {wall:.1f} s, at most {peak():.0f} MiB")
    apart = np.abs(found - expected)
    print(
        f"ranks apart: {(apart > 0).mean():.4%} of them, by {apart.max()} at most; MRR {np.mean(1 / found):.4f}"
    )
    images = rng.standard_normal((given.train, given.width), np.float32)
    texts = images @ rng.standard_normal((given.width, given.width), np.float32) / given.width**0.5
    cpu, wall, found = seconds(lambda: ours(images, texts, 500))
    print(f"map, ours: {cpu:.1f} CPU s, {wall:.1f} s")
    cpu, wall, expected = seconds(lambda: theirs(images, texts, 500))
    apart = max(np.abs(one - other).max() for one, other in zip(found, expected, strict=True))
    print(f"map, scikit-learn: {cpu:.1f} CPU s, {wall:.1f} s; largest difference {apart:.1e}")


if __name__ == "__main__":
    main()
