"""Out-of-distribution detection on frozen features: scores are higher for samples that look known.

No unknown sample is used for fitting or selection. Four scores are computed:

- ``mahalanobis``: minus the smallest Mahalanobis distance to a class mean (Lee et al. 2018, arXiv 1807.03888), of raw
  vectors. The covariance is that of the training samples about the mean of their classes' means, shrunk after
  Ledoit and Wolf.
- ``knn``: minus the distance to the k-th nearest training sample, of vectors of length one (Sun et al. 2022, arXiv
  2204.06507).
- ``mcm``: maximum concept matching, the largest softmax of the cosines to the class prompts (Ming et al. 2022, arXiv
  2211.13445). The authors use the temperature 1; here it is the one that the encoder was trained with.
- ``energy``: the log-sum-exp of the same logits (Liu et al. 2020, arXiv 2010.03759): those of the prompts, not of a
  trained head.

The last two scores need class prompts in the encoder's space.
"""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from scipy.linalg import solve_triangular
from scipy.special import logsumexp

from humancentric.core import schemas, tables
from humancentric.core.errors import UserError, nearest
from humancentric.core.hashing import hash_order
from humancentric.dataset import labels
from humancentric.dataset.labels import Samples
from humancentric.embedding import feature_vectors, prompts
from humancentric.embedding.feature_vectors import l2_normalize
from humancentric.evaluation import sample_scores, separation
from humancentric.probing.probe_inputs import logit_scale

log = logging.getLogger("humancentric")

HALVES = "halves"  # the control: one random half of the known test samples against the other
SCORES = ("mahalanobis", "knn", "mcm", "energy")
Row = Mapping[str, Any]
Paths = Mapping[str, str | Path]  # by dataset


def mahalanobis(train: np.ndarray, indicators: np.ndarray, vectors: np.ndarray) -> np.ndarray:
    """Return minus the smallest Mahalanobis distance (n) of vectors (n, width) to the mean of a class.

    `train` are the training vectors (m, width), `indicators` (m, n_classes) their labels, one or more each.
    """
    from sklearn.covariance import LedoitWolf
    from sklearn.metrics import pairwise_distances_argmin_min

    belongs = indicators[:, indicators.any(axis=0)].astype(np.float64)
    means = belongs.T @ train / belongs.sum(axis=0)[:, None]
    residuals = train - belongs / belongs.sum(axis=1, keepdims=True) @ means
    covariance = LedoitWolf(assume_centered=True, store_precision=False).fit(residuals).covariance_
    # The small ridge is for one sample per class. Inverting the covariance would cost more than all the rest.
    covariance[np.diag_indices_from(covariance)] += 1e-9 * (np.trace(covariance) / len(covariance) or 1.0)
    factor = np.linalg.cholesky(covariance)
    points, centres = (solve_triangular(factor, part.T, lower=True).T for part in (vectors, means))
    return -pairwise_distances_argmin_min(points, centres)[1]


def nearest_neighbour(train: np.ndarray, vectors: np.ndarray, neighbours: int) -> np.ndarray:
    """Return minus the distance (n) of vectors (n, width) to their k-th nearest training vector, all normalised."""
    from sklearn.neighbors import NearestNeighbors

    found = NearestNeighbors(n_neighbors=min(neighbours, len(train)), algorithm="brute")
    distances, _ = found.fit(l2_normalize(train)).kneighbors(l2_normalize(vectors))
    return -distances[:, -1].astype(np.float64)


def concept_scores(vectors: np.ndarray, texts: np.ndarray, scale: float) -> dict[str, np.ndarray]:
    """Return ``mcm`` and ``energy`` (n each) of vectors (n, width); class texts (n_classes, width) have length one."""
    logits = scale * (l2_normalize(vectors) @ texts.T).astype(np.float64)
    total = logsumexp(logits, axis=1)
    return {"mcm": np.exp(logits.max(axis=1) - total), "energy": total}


@dataclass(frozen=True)
class MixedSamples:
    """The test samples of all datasets of a comparison, with their clusters; arrays and lists of length n."""

    datasets: np.ndarray
    ids: list[str]
    clusters: list[str]
    known: np.ndarray  # bool
    vectors: np.ndarray  # (n, width)


def read_tests(
    samples: Paths, tests: Paths, row: Row, features_name: str, columns: Mapping[str, str | None]
) -> MixedSamples:
    """Return the test samples of all `tests`; known are those of the dataset ``known`` without a left-out label."""
    names: list[str] = []
    ids: list[str] = []
    clusters: list[str] = []
    known, vectors = [], []
    for name, path in tests.items():
        test = labels.read(samples[name])["test"]
        names += [name] * len(test)
        ids += test.ids
        clusters += [
            f"{name}: {own}"
            for own in sample_scores.read_clusters(samples[name], test.ids, columns[name], name)
        ]
        known.append((name == row["known"]) & ~carries(test, row["left_out"]))
        vectors.append(feature_vectors.load([path], [features_name], test.ids)[0])
    return MixedSamples(np.array(names), ids, clusters, np.concatenate(known), np.concatenate(vectors))


def carries(samples: Samples, names: Sequence[str]) -> np.ndarray:
    """Return which samples (n, bool) carry at least one of the labels `names`."""
    return np.array([not set(names).isdisjoint(own) for own in samples.labels], bool)


def comparisons(found: MixedSamples, row: Row, comparison: str) -> dict[str, tuple[np.ndarray, np.ndarray]]:
    """Return {name: (samples, known samples)} for every comparison of a row, as masks of length n.

    With several unknown datasets, each is also compared alone. A control compares two random halves of the known
    samples, with an expected AUROC of .5.
    """
    masks = {comparison: np.ones(len(found.ids), bool)}
    if len(row["unknown"]) > 1:
        masks |= {f"{comparison}:{name}": found.known | (found.datasets == name) for name in row["unknown"]}
    sides = {name: (mask, found.known) for name, mask in masks.items()}
    order = hash_order({cluster for cluster in np.array(found.clusters, object)[found.known]}, 0)
    half = set(order[::2])
    sides[f"{comparison}:{HALVES}"] = (found.known, np.array([own in half for own in found.clusters], bool))
    return sides


def score(
    samples: Paths,
    train_path: str | Path,
    tests: Paths,
    prompts_path: str | Path | None,
    row: Row,
    *,
    comparison: str,
    features_name: str,
    clusters: Mapping[str, str | None],
    resamples: int = 2000,
    seed: int = 0,
) -> tuple[dict[str, Any], MixedSamples, dict[str, np.ndarray]]:
    """Return the results of a comparison, ready to be written as JSON, its test samples, and their scores by name.

    `row` is a row of ``study.ood``; `samples` and `tests` are files by dataset, and `clusters` the column of each that
    holds the clusters of samples. Raises `UserError` if a left-out label does not exist.
    """
    config_path, path = f"config: study.ood.{comparison}.left_out", samples[row["known"]]
    splits = labels.read(path)
    all_classes = labels.classes_of(splits["train"], splits["test"])
    for name in row["left_out"]:
        if name not in all_classes:
            raise UserError(f"{config_path}: {path} has no label '{name}'{nearest(name, all_classes)}")
    inside = ~carries(splits["train"], row["left_out"])
    train = labels.select(splits["train"], inside)
    classes = sorted(train.counts())
    if not classes:
        raise UserError(f"{config_path}: {path} has no training sample without these labels; leave fewer out")
    fitted, _ = feature_vectors.load(
        [train_path], [features_name], splits["train"].ids, np.flatnonzero(inside)
    )
    found = read_tests(samples, tests, row, features_name, clusters)
    scores = {
        "mahalanobis": mahalanobis(fitted, labels.indicators(train, classes), found.vectors),
        "knn": nearest_neighbour(fitted, found.vectors, row["neighbours"]),
    }
    templates = None
    if prompts_path is not None:
        templates, texts = next(iter(prompts.class_vectors(prompts_path, classes).items()))
        scores |= concept_scores(found.vectors, texts, logit_scale(prompts_path))
    runs = []
    for split, (mask, known) in comparisons(found, row, comparison).items():
        own = known[mask]
        if own.all() or not own.any():
            log.warning(
                "%s: %d known and %d unknown samples; nothing is scored", split, own.sum(), (~own).sum()
            )
            continue
        blocks = {name: values[mask] for name, values in scores.items()}
        groups = [cluster for cluster, inside in zip(found.clusters, mask, strict=True) if inside]
        estimated = separation.estimates(f"ood:{split}", own, blocks, groups, resamples=resamples, seed=seed)
        counts = {"known": int(own.sum()), "unknown": int((~own).sum())}
        runs += [
            {"split": split, "score": name, **counts, **separation.numbers(of_score)}
            for name, of_score in estimated.items()
        ]
    about = {"dataset": row["known"], "comparison": comparison, "features": features_name, "row": dict(row)}
    return {**about, "classes": classes, "templates": templates, "runs": runs}, found, scores


def write_scores(path: str | Path, found: MixedSamples, scores: Mapping[str, np.ndarray]) -> None:
    """Write the scores of every test sample; scores that need class prompts are null without them."""
    columns = {"id": found.ids, "dataset": found.datasets.tolist(), "known": found.known.tolist()}
    columns |= {name: scores[name].tolist() if name in scores else [None] * len(found.ids) for name in SCORES}
    tables.write(path, schemas.OOD_SCORES.table(columns), schemas.OOD_SCORES)


def write_values(
    path: str | Path, found: MixedSamples, values: np.ndarray, comparison: str, features_name: str
) -> None:
    """Write each sample's AUROC value for one score (n), used to judge claims; empty if a side has no samples."""
    judged = bool(found.known.any() and not found.known.all())
    items = separation.auroc_values(found.known, values)[:, None] if judged else np.empty((0, 1))
    ids = [f"{name}:{own}" for name, own in zip(found.datasets, found.ids, strict=True)]
    about = {"task": "ood", "dataset": comparison, "features": features_name}
    number = len(items)
    sample_scores.write_items(path, ids[:number], found.clusters[:number], items, about)
