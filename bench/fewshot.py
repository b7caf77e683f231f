"""Compare our 1-nearest-neighbour few-shot classifier with scikit-learn's KNeighborsClassifier.

    OMP_NUM_THREADS=1 PYTHONPATH=workflow/scripts python bench/fewshot.py [--share 0.25] [--rounds 3] [--repeats 10]

One cell is measured for each of the paper's datasets, with random features of the right shape (`--share` of the
samples), all shots and all repeats. Both use the same prototypes and the threads that the environment allows.
scikit-learn receives float32 vectors of unit length, normalised before the measurement, and runs `fit` and `predict`
for every draw; ours is timed with its preparation. The last column is the largest difference between the scores of a
draw. The bound is the matrix product of test features and prototypes alone. Times are CPU seconds, so that other work
on the machine does not count; rounds alternate, and the fastest round of each side counts.
"""

import argparse
import time
import warnings
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from sklearn.neighbors import KNeighborsClassifier

from humancentric.dataset import labels
from humancentric.embedding.feature_vectors import l2_normalize
from humancentric.evaluation.metrics import HEADLINES
from humancentric.probing import fewshot, prototypes


@dataclass(frozen=True)
class Shape:
    """The size of one dataset of the paper."""

    name: str
    task: str
    train: int
    test: int
    classes: int
    shots: tuple[int, ...]


SHAPES = (
    Shape("mvsa", labels.SINGLE, 15680, 1960, 3, (20, 50, 100)),
    Shape("book-covers", labels.SINGLE, 49590, 5510, 28, (1, 2, 5, 10)),
    Shape("plotster", labels.MULTI, 189185, 18717, 19, (1, 2, 5, 10)),
)
WIDTHS = (1024, 2048)


def data(shape: Shape, width: int, share: float) -> tuple[np.ndarray, ...]:
    """Return train and test features (float32), and train and test targets of which they carry some signal."""
    rng = np.random.default_rng(0)
    directions = rng.normal(size=(shape.classes, width)).astype(np.float32)
    found = []
    for size in (round(shape.train * share), round(shape.test * share)):
        if shape.task == labels.SINGLE:
            targets = rng.integers(shape.classes, size=size)
            signal = directions[targets]
        else:
            targets = (rng.random((size, shape.classes)) < 1.7 / shape.classes).astype(np.uint8)
            targets[np.arange(size), rng.integers(shape.classes, size=size)] = 1
            signal = targets.astype(np.float32) @ directions
        found.append((signal * 0.1 + rng.standard_normal((size, width), np.float32), targets))
    (train, train_targets), (test, test_targets) = found
    return train, test, train_targets, test_targets


def ours(shape: Shape, repeats: int, *arrays: np.ndarray) -> list[float]:
    """Return the score of every draw with this project's code."""
    names = [f"{number:02d}" for number in range(shape.classes)]
    found = fewshot.episodes(*arrays, names, task=shape.task, shots=shape.shots, repeats=repeats, seed=0)
    return [run[HEADLINES[shape.task]] for run in found.runs]


def theirs(
    shape: Shape, repeats: int, train: np.ndarray, test: np.ndarray, targets: np.ndarray, truth: np.ndarray
) -> list[float]:
    """Return the score of every draw with scikit-learn's classifier, for vectors of unit length."""
    names = [f"{number:02d}" for number in range(shape.classes)]
    members = fewshot.members_of(targets, names, shape.task)
    scores = []
    for shots in shape.shots:
        for repeat in range(repeats):
            rows = prototypes.draw(members, names, shots, repeat, 0)
            model = KNeighborsClassifier(n_neighbors=1).fit(train[rows], targets[rows])
            scores.append(float(fewshot.KINDS[shape.task](truth, model.predict(test)).mean()))
    return scores


def product(shape: Shape, repeats: int, train: np.ndarray, test: np.ndarray) -> list[float]:
    """Multiply test features with the prototypes of the largest draw, once per repeat: the bound of our time."""
    points = np.ascontiguousarray(train[: max(shape.shots) * shape.classes])
    return [float((test @ points.T)[0, 0]) for _ in range(repeats)]


def seconds(call: Callable[[], list[float]]) -> tuple[float, list[float]]:
    """Return the CPU seconds of a call, and its result."""
    begin = time.process_time()
    found = call()
    return time.process_time() - begin, found


def main() -> None:
    """Print one line per dataset and width."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--share", type=float, default=1.0, help="share of the samples of the paper's datasets"
    )
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--repeats", type=int, default=10)
    options = parser.parse_args()
    # With one shot, scikit-learn warns that there are as many classes as samples, as in a regression.
    warnings.simplefilter("ignore")
    print(f"share {options.share}, {options.repeats} repeats, fastest of {options.rounds} rounds")
    print(
        f"{'dataset':12} {'width':>5} {'draws':>5} {'sklearn s':>10} {'ours s':>8} {'ratio':>6} "
        f"{'bound s':>8}  largest difference"
    )
    for shape in SHAPES:
        for width in WIDTHS:
            arrays = data(shape, width, options.share)
            unit = [l2_normalize(part) for part in arrays[:2]]
            times: dict[str, list[float]] = {"theirs": [], "ours": [], "bound": []}
            for _ in range(options.rounds):
                spent, expected = seconds(lambda: theirs(shape, options.repeats, *unit, *arrays[2:]))  # noqa: B023
                times["theirs"].append(spent)
                spent, found = seconds(lambda: ours(shape, options.repeats, *arrays))  # noqa: B023
                times["ours"].append(spent)
                times["bound"].append(seconds(lambda: product(shape, options.repeats, *unit))[0])  # noqa: B023
            slow, fast, bound = min(times["theirs"]), min(times["ours"]), min(times["bound"])
            difference = np.abs(np.subtract(expected, found)).max()
            print(
                f"{shape.name:12} {width:5d} {len(found):5d} {slow:10.2f} {fast:8.2f} {slow / fast:6.1f} "
                f"{bound:8.2f}  {difference:.1e}",
                flush=True,
            )


if __name__ == "__main__":
    main()
