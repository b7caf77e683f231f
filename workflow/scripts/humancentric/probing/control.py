"""Control: score the heads trained on one dataset on the test split of another."""

import logging
import time
from collections.abc import Collection, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from humancentric.dataset import labels
from humancentric.embedding import feature_vectors
from humancentric.evaluation import metrics, prediction_files
from humancentric.probing import trained_heads

log = logging.getLogger("humancentric")


def score(
    trained: trained_heads.Trained,
    samples_path: str | Path,
    test_paths: Sequence[str | Path],
    *,
    dataset: str,
    features_name: str,
    trained_ids: Collection[str] = (),
    twin_ids: Collection[str] = (),
) -> tuple[dict[str, Any], pa.Table]:
    """Return scores and predictions of saved heads on the test split of another dataset.

    Labels that the heads do not know are dropped, as are samples without any other label; both are counted. Samples
    in `trained_ids` were seen in training: they count only in the runs of split ``test-with-seen``, and have the split
    ``seen`` in the predictions. If some of the others are in `twin_ids`, which look or read like a training sample, the
    rest is scored once more as split ``test-without-twins``.
    """
    begin = time.perf_counter()
    test, labels_dropped, samples_dropped = labels.restrict(
        labels.read(samples_path)["test"], trained.classes
    )
    if labels_dropped:
        log.warning(
            "%s: the heads of %s have no class for %s; samples left out: %d",
            dataset, trained.dataset, ", ".join(labels_dropped), samples_dropped,
        )  # fmt: skip
    names = [part.name for part in feature_vectors.parse(features_name)]
    inputs, parts = feature_vectors.load(test_paths, names, test.ids)
    answers = trained_heads.apply(trained, inputs, parts)
    truth = labels.encode(test, trained.classes, trained.task)
    trained_ids = set(trained_ids)
    seen = np.array([sample in trained_ids for sample in test.ids], dtype=bool)
    threshold, temperature = trained.threshold, trained.temperature
    unseen_answers = {seed: block[~seen] for seed, block in answers.items()}
    runs = prediction_files.runs(
        truth[~seen], unseen_answers, trained.task, threshold, temperature=temperature
    )
    if seen.any():
        log.warning("%s: %d samples were seen in training on %s", dataset, seen.sum(), trained.dataset)
        runs += prediction_files.runs(truth, answers, trained.task, threshold, "test-with-seen", temperature)
    twins = ~seen & np.isin(np.array(test.ids, dtype=str), list(twin_ids))
    if twins.any():
        log.warning(
            "%s: %d samples have a twin in the training split of %s", dataset, twins.sum(), trained.dataset
        )
        rest = {seed: block[~seen & ~twins] for seed, block in answers.items()}
        split = "test-without-twins"
        runs += prediction_files.runs(
            truth[~seen & ~twins], rest, trained.task, threshold, split, temperature
        )
    if not runs:
        log.warning("%s: no samples; nothing is scored", samples_path)
    scores = {
        "dataset": dataset,
        "features": features_name,
        "protocol": trained.protocol_name,
        "trained_on": trained.dataset,
        "metric": metrics.HEADLINES[trained.task],
        "threshold": threshold,
        "classes": list(trained.classes),
        "runs": runs,
        "heads": trained.sizes(),
        "epochs": trained.epochs,
        "samples": {"train": 0, "test": int((~seen).sum())},
        "seen_in_training": int(seen.sum()),
        "twins_in_training": int(twins.sum()),
        "labels_dropped": labels_dropped,
        "samples_dropped": samples_dropped,
        "seconds": round(time.perf_counter() - begin, 3),
    }
    splits = np.where(seen, "seen", "test").tolist()
    return scores, prediction_files.predictions(test.ids, splits, answers, len(trained.classes))
