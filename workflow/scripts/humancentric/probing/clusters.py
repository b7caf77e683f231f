"""Cluster frozen features without labels, and compare the clusters with the classes.

k-means with as many clusters as classes is fitted to the training vectors, scaled to length one (so that clusters
follow cosines, as few-shot and neighbours do), and every test sample is assigned to the nearest centre. Given the
centres, test samples are independent of each other; the variation of the centres shows in the spread over seeds.
"""

import logging
from pathlib import Path
from typing import Any

import numpy as np

from humancentric.core import logs
from humancentric.dataset import labels
from humancentric.embedding import feature_vectors
from humancentric.embedding.feature_vectors import l2_normalize
from humancentric.evaluation import cluster_agreement, sample_scores, separation
from humancentric.evaluation.bootstrap import Population

log = logging.getLogger("humancentric")

STARTS = 5  # k-means++ initialisations per seed; the best is kept


def assign(train: np.ndarray, test: np.ndarray, clusters: int, seed: int) -> np.ndarray:
    """Return the cluster (n) of test vectors (n, width): the nearest centre of k-means on training vectors."""
    from sklearn.cluster import KMeans

    found = KMeans(min(clusters, len(train)), n_init=STARTS, random_state=seed).fit(l2_normalize(train))
    return found.predict(l2_normalize(test))


def score(
    samples_path: str | Path,
    train_path: str | Path,
    test_path: str | Path,
    *,
    dataset: str,
    features_name: str,
    seeds: int,
    cluster: str | None,
    resamples: int = 2000,
    seed: int = 0,
) -> tuple[dict[str, Any], tuple[list[str], list[str], np.ndarray, dict[str, str]]]:
    """Return metrics by seed and their 95 % intervals, ready to be written as JSON, and arguments of `write_items`.

    The class of a sample is its first label; purity counts all of its labels. The values of samples, and so claims,
    refer to the adjusted mutual information. `cluster` is the column by which samples are resampled together.
    """
    splits = labels.read(samples_path)
    train, test = splits["train"], splits["test"]
    classes = labels.classes_of(train, test)
    about = {"dataset": dataset, "features": features_name}
    key = {"task": "clusters", **about}
    scores = {**about, "clusters": len(classes), "samples": {"train": len(train), "test": len(test)}}
    if not len(train) or not len(test):
        log.warning(
            "%s: %d training and %d test samples; nothing is scored", samples_path, len(train), len(test)
        )
        return scores | {"runs": []}, ([], [], np.empty((0, seeds)), key)
    fitted, vectors = (
        feature_vectors.load([path], [features_name], part.ids)[0]
        for path, part in ((train_path, train), (test_path, test))
    )
    truth = cluster_agreement.first_labels(test.labels, classes)
    indicators = labels.indicators(test, classes)
    runs, columns = [], []
    for number in logs.progress(list(range(seeds)), "k-means", unit="seed"):
        assigned = assign(fitted, vectors, len(classes), number)
        found = cluster_agreement.agreement(truth, assigned)
        own = cluster_agreement.values(truth, assigned, found)
        own["purity"] = cluster_agreement.majority(indicators, assigned)
        runs.append({"seed": number, "split": "test", **found, "purity": float(own["purity"].mean())})
        columns.append(own)
    values = {(name,): np.stack([own[name] for own in columns], axis=1) for name in cluster_agreement.METRICS}
    groups = sample_scores.read_clusters(samples_path, test.ids, cluster, dataset)
    population = Population(f"clusters:{dataset}", values, groups, resamples=resamples, seed=seed)
    ends = separation.numbers({name: population.mean((name,)) for name in cluster_agreement.METRICS}, -1.0)
    runs.append({"split": "test", **{name: end for name, end in ends.items() if name not in runs[0]}})
    return scores | {"runs": runs}, (test.ids, groups, values["ami",], key)
