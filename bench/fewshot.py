"""1-nearest-neighbour with a few prototypes per class: ours beside scikit-learn's KNeighborsClassifier.

    OMP_NUM_THREADS=1 PYTHONPATH=workflow/scripts python bench/fewshot.py [--share 0.25] [--rounds 3] [--repeats 10]

One cell of each of the paper's datasets with made-up features of the right shape (`--share` of the samples): all shots
and all repeats. Both read the same prototypes, both use the threads that the environment allows. scikit-learn is
given float32 vectors of length one, prepared outside of the clock, and is timed as people call it, `fit` and `predict`
for every draw; ours is timed with its preparation. Scores must be the same draw by draw, or the line says by how much
they differ. The bound is the product of test features and prototypes alone. CPU seconds, so that other work on the
machine does not count; rounds alternate, and the fastest of each side counts.
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
    """Return train and test features (float32) and targets with some signal in them."""
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
    """Return the score of every draw by the project's own code."""
    names = [f"{number:02d}" for number in range(shape.classes)]
    found = fewshot.episodes(*arrays, names, task=shape.task, shots=shape.shots, repeats=repeats, seed=0)
    return [run[HEADLINES[shape.task]] for run in found.runs]


def theirs(
    shape: Shape, repeats: int, train: np.ndarray, test: np.ndarray, targets: np.ndarray, truth: np.ndarray
) -> list[float]:
    """Return the score of every draw with scikit-learn's classifier; vectors have length one."""
    names = [f"{number:02d}" for number in range(shape.classes)]
    members = fewshot.members_of(targets, names, shape.task)
    scores = []
    for shots in shape.shots:
        for repeat in range(repeats):
            rows = prototypes.draw(members, names, shots, repeat, 0)
            model = KNeighborsClassifier(n_neighbors=1).fit(train[rows], targets[rows])
            scores.append(fewshot.KINDS[shape.task](truth, model.predict(test)))
    return scores


def product(shape: Shape, repeats: int, train: np.ndarray, test: np.ndarray) -> list[float]:
    """Multiply test features with as many prototypes as the largest draw of every repeat has: the bound of ours."""
    points = np.ascontiguousarray(train[: max(shape.shots) * shape.classes])
    return [float((test @ points.T)[0, 0]) for _ in range(repeats)]


def seconds(call: Callable[[], list[float]]) -> tuple[float, list[float]]:
    """Return how many CPU seconds a call takes, and what it gives."""
    begin = time.process_time()
    found = call()
    return time.process_time() - begin, found


def main() -> None:
    """Print one line a dataset and width."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--share", type=float, default=1.0, help="share of the samples of the paper's datasets"
    )
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--repeats", type=int, default=10)
    given = parser.parse_args()
    warnings.simplefilter("ignore")  # 28 classes among 28 prototypes are no regression
    print(f"share {given.share}, {given.repeats} repeats, fastest of {given.rounds} rounds")
    print(
        f"{'dataset':12} {'width':>5} {'draws':>5} {'sklearn s':>10} {'ours s':>8} {'ratio':>6} "
        f"{'bound s':>8}  largest difference"
    )
    for shape in SHAPES:
        for width in WIDTHS:
            arrays = data(shape, width, given.share)
            unit = [l2_normalize(part) for part in arrays[:2]]
            times: dict[str, list[float]] = {"theirs": [], "ours": [], "bound": []}
            for _ in range(given.rounds):
                spent, expected = seconds(lambda: theirs(shape, given.repeats, *unit, *arrays[2:]))  # noqa: B023
                times["theirs"].append(spent)
                spent, found = seconds(lambda: ours(shape, given.repeats, *arrays))  # noqa: B023
                times["ours"].append(spent)
                times["bound"].append(seconds(lambda: product(shape, given.repeats, *unit))[0])  # noqa: B023
            slow, fast, bound = min(times["theirs"]), min(times["ours"]), min(times["bound"])
            apart = np.abs(np.subtract(expected, found)).max()
            print(
                f"{shape.name:12} {width:5d} {len(found):5d} {slow:10.2f} {fast:8.2f} {slow / fast:6.1f} "
                f"{bound:8.2f}  {apart:.1e}",
                flush=True,
            )


if __name__ == "__main__":
    main()
