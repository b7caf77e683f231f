"""Transfer: heads trained on the train split of a dataset, judged on its test split."""

import logging
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa

from humancentric import cells, feature_names, features, labels, metrics, trained_heads, training
from humancentric.errors import UserError
from humancentric.logs import stage

log = logging.getLogger("humancentric")


def train_cell(
    samples_path: str | Path,
    train_paths: Sequence[str | Path],
    test_paths: Sequence[str | Path],
    *,
    dataset: str,
    features_name: str,
    task: str,
    protocol_name: str,
    protocol: Mapping[str, Any],
    seeds: Sequence[int],
) -> tuple[dict[str, Any], pa.Table, trained_heads.Trained]:
    """Return scores, predictions on the test split, and the trained heads of one cell.

    The embedding files stand in the order of the parts of `features_name`. An empty test split gives no runs.
    """
    begin = time.perf_counter()
    names = [part.name for part in feature_names.parse(features_name)]
    splits = labels.read(samples_path)
    train, test = splits["train"], splits["test"]
    classes = labels.classes_of(train, test)
    if not len(train):
        raise UserError(
            f"{samples_path}: the train split is empty; lower the dataset's split.test or check its source"
        )
    if not classes:
        raise UserError(f"{samples_path}: no sample has a label; check the dataset's source")
    if not len(test):
        log.warning("%s: the test split is empty: no runs", samples_path)
    with stage("read features"):
        inputs, parts = features.load(train_paths, names, train.ids)
        test_inputs, test_parts = features.load(test_paths, names, test.ids)
    with stage(f"train {len(seeds)} heads on {inputs.shape[0]} x {inputs.shape[1]}"):
        trained = trained_heads.Trained(
            heads=training.train(
                inputs, labels.encode(train, classes, task), len(classes), task, dict(protocol), seeds
            ),
            inputs=parts,
            classes=classes,
            task=task,
            dataset=dataset,
            protocol_name=protocol_name,
            protocol=protocol,
        )
    answers = trained_heads.apply(trained, test_inputs, test_parts, classes)
    runs = cells.runs(labels.encode(test, classes, task), answers, task, protocol["threshold"])
    scores = {
        "dataset": dataset,
        "features": features_name,
        "protocol": protocol_name,
        "trained_on": dataset,
        "metric": metrics.HEADLINES[task],
        "classes": classes,
        "runs": runs,
        "heads": trained.sizes(),
        "epochs": protocol["optimiser"]["epochs"],
        "samples": {"train": len(train), "test": len(test)},
        "seconds": round(time.perf_counter() - begin, 3),
    }
    table = cells.predictions(test.ids, ["test"] * len(test), answers, len(classes))
    return scores, table, trained
