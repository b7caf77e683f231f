"""Zero-shot classification: pictures are classified by the nearest class names in a space shared with texts.

With one label, the prediction is the class with the largest cosine (the first in case of a tie). With several labels,
it is the k classes with the largest cosines, where k is the mean number of labels of a training sample, rounded half
up, at least 1. No test sample affects k, and no training picture is used. Intervals are for accuracy or samples F1.

A template set may have an attribute, such as the look of a picture, with templates for each of its values. The value is
then inferred before the class (`infer_then_classify`).
"""

import logging
import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
from scipy.special import log_softmax, logsumexp

from humancentric.core import schemas, tables
from humancentric.core.errors import UserError
from humancentric.dataset import labels
from humancentric.embedding import feature_vectors, prompts
from humancentric.embedding.feature_vectors import l2_normalize
from humancentric.evaluation import metrics, sample_scores
from humancentric.evaluation.bootstrap import Population
from humancentric.evaluation.estimates import Interval
from humancentric.probing.probe_inputs import logit_scale

log = logging.getLogger("humancentric")

RULES = {
    labels.SINGLE: "the class with the largest cosine",
    labels.MULTI: "the k classes with the largest cosines",
}


def labels_each(train: labels.Samples, task: str) -> int:
    """Return the number of classes to predict for every picture."""
    if task == labels.SINGLE or not len(train):
        return 1
    return max(1, math.floor(sum(len(set(names)) for names in train.labels) / len(train) + 0.5))


def largest(similarities: np.ndarray, k: int) -> np.ndarray:
    """Return the 0/1 matrix (n, n_classes) of the `k` largest entries of each row, the first in case of a tie."""
    chosen = np.zeros(similarities.shape, np.uint8)
    order = np.argsort(-similarities, axis=1, kind="stable")[:, :k]
    np.put_along_axis(chosen, order, 1, axis=1)
    return chosen


def infer_then_classify(cosines: np.ndarray, scale: float) -> tuple[np.ndarray, np.ndarray]:
    """Return log p(class | picture) (n, n_classes; float32) and p(value | picture) (n, values).

    `cosines` (values, n, n_classes) are those with the class names in the templates of each value of an attribute.
    PerceptionCLIP (An et al. 2024, arXiv 2308.01313): a value has the probability p(z | x), the sum over classes of
    exp(scale * cosine) divided by that over classes and values. Then p(y | x) is the sum over values of
    p(y | x, z) p(z | x), which is the sum over values of the softmax over classes and values.
    """
    joint = log_softmax(scale * cosines.astype(np.float64), axis=(0, 2))
    return logsumexp(joint, axis=0).astype(np.float32), np.exp(logsumexp(joint, axis=2)).T


def answer(
    pictures: np.ndarray, of_classes: Mapping[str, np.ndarray], scale: float
) -> tuple[dict[str, np.ndarray], dict[str, np.ndarray], dict[str, dict[str, float]]]:
    """Return the class scores and the cosines (n, n_classes), and the shares of attributes, by template set.

    `pictures` (n, width) have length one; `of_classes` are text vectors of classes (n_classes, width) by template set
    and value. Without an attribute, class scores are cosines. With one they are log-probabilities, and the cosines are
    means over its values, weighted by their probability.
    """
    cosines = {name: pictures @ vectors.T for name, vectors in of_classes.items()}
    values: dict[str, dict[str, np.ndarray]] = {}
    for name in [name for name in cosines if prompts.VALUE in name]:
        templates, value = name.split(prompts.VALUE)
        values.setdefault(templates, {})[value] = cosines.pop(name)
    scores, shares = dict(cosines), {}
    for templates, by_value in values.items():
        blocks = np.stack(list(by_value.values()))
        scores[templates], posterior = infer_then_classify(blocks, scale)
        cosines[templates] = np.einsum("nv,vnc->nc", posterior, blocks).astype(np.float32)
        if len(pictures):
            shares[templates] = dict(zip(by_value, posterior.mean(axis=0).tolist(), strict=True))
    return scores, cosines, shares


def evaluate(
    truth: np.ndarray, similarities: np.ndarray, task: str, k: int, cosines: np.ndarray | None = None
) -> dict[str, float]:
    """Return the metrics of similarities (n, n_classes), and the mean cosine of a picture with its own classes.

    `truth` comes from `labels.encode`, with at least one sample. Similarities are cosines unless `cosines` are given.
    """
    cosines = similarities if cosines is None else cosines
    if task == labels.SINGLE:
        indices, best = np.arange(similarities.shape[1]), similarities.argmax(axis=1)
        f1 = metrics.f1(truth[:, None] == indices, best[:, None] == indices, axis=0)
        own = cosines[np.arange(len(truth)), truth]
        return {
            "accuracy": metrics.accuracy(truth, best),
            "f1_macro": float(f1.mean()),
            "similarity": float(own.mean()),
        }
    predicted = largest(similarities, k)
    has = truth.astype(bool)
    counts = has.sum(axis=1)
    own = np.where(has, cosines, 0).sum(axis=1)[counts > 0] / counts[counts > 0]
    precisions = metrics.average_precision(truth, similarities)
    known = ~np.isnan(precisions)
    return {
        "f1_samples": float(metrics.f1(truth, predicted, axis=1).mean()),
        "f1_macro": float(metrics.f1(truth, predicted, axis=0).mean()),
        "f1_micro": float(metrics.f1(truth, predicted, axis=None)),
        "map": float(precisions[known].mean()) if known.any() else 0.0,
        "similarity": float(own.mean()) if len(own) else 0.0,
    }


def intervals(
    truth: np.ndarray,
    answers: Mapping[str, np.ndarray],
    k: int,
    clusters: Sequence[str],
    name: str,
    options: Mapping[str, Any],
) -> dict[str, Interval]:
    """Return the 95 % bootstrap interval of the accuracy, or of the samples F1, by template set.

    Resamples of clusters depend on `name` and the seed in `options` alone: they are the same for every encoder.
    """
    chosen = {templates: largest(block, k) for templates, block in answers.items()}
    if truth.ndim == 1:
        scores = {templates: best.argmax(axis=1) == truth for templates, best in chosen.items()}
    else:
        scores = {templates: metrics.f1(truth, best, axis=1) for templates, best in chosen.items()}
    columns = {(templates,): values[:, None].astype(np.float64) for templates, values in scores.items()}
    population = Population(name, columns, clusters, **options)
    return {templates: population.mean((templates,)).interval() for templates in answers}


def predictions(
    ids: Sequence[str], answers: Mapping[str, np.ndarray], classes: Sequence[str], k: int
) -> pa.Table:
    """Return the predictions table: for each sample and template set the classes predicted and all cosines."""
    names = np.asarray(classes, dtype=object)
    chosen = [names[row.astype(bool)].tolist() for block in answers.values() for row in largest(block, k)]
    flat = np.concatenate([np.empty(0, np.float32), *(block.reshape(-1) for block in answers.values())])
    return pa.table(
        {
            "id": pa.array(list(ids) * len(answers), pa.string()),
            "split": pa.array(["test"] * len(ids) * len(answers), pa.string()),
            "templates": pa.array([name for name in answers for _ in ids], pa.string()),
            "predicted": pa.array(chosen, pa.list_(pa.string())),
            "similarities": tables.fixed_size_lists(flat, len(classes)),
        }
    )


def score(
    samples_path: str | Path,
    test_path: str | Path,
    prompts_path: str | Path,
    *,
    dataset: str,
    features_name: str,
    task: str,
    timing: Mapping[str, Any],
    first: int | None = None,
    cluster: str | None = None,
    options: Mapping[str, Any],
) -> tuple[dict[str, Any], pa.Table]:
    """Return the scores of every template set, ready to be written as JSON, and the predictions table.

    With `first`, only that many test samples are scored, in order of id. Intervals are over clusters of the column
    `cluster`, with the bootstrap's `options`. Raises `UserError` if pictures and prompts were embedded with
    different weights. An empty test split gives no runs.
    """
    splits = labels.read(samples_path)
    train, test = splits["train"], splits["test"]
    classes = labels.classes_of(train, test)
    if not classes:
        raise UserError(f"{samples_path}: no sample has a label; check the dataset's source")
    names = [part.name for part in feature_vectors.parse(features_name)]
    rows = np.arange(len(test))[:first]
    vectors, (pictures,) = feature_vectors.load([test_path], names, test.ids, rows)
    test = labels.select(test, np.isin(np.arange(len(test)), rows))
    about = prompts.read(prompts_path)[2]
    if pictures.source.get("weights") != about.get("weights"):
        raise UserError(
            f"{prompts_path}: its weights are {about.get('weights')}, those of {test_path} "
            f"{pictures.source.get('weights')}; name the text encoder of the same model in the image encoder's row"
        )
    k = min(labels_each(train, task), len(classes))
    vectors, truth = l2_normalize(vectors), labels.encode(test, classes, task)
    of_classes = prompts.class_vectors(prompts_path, classes)
    answers, cosines, shares = answer(vectors, of_classes, logit_scale(prompts_path))
    if not len(test):
        log.warning("%s: the test split is empty; nothing is scored", samples_path)
    spent, runs = {"milliseconds": timing["milliseconds"]}, []
    if len(test):
        clusters = sample_scores.read_clusters(samples_path, test.ids, cluster, dataset)
        ends = intervals(truth, answers, k, clusters, f"zeroshot:{dataset}", options)
        for name, block in answers.items():
            found = evaluate(truth, block, task, k, cosines[name])
            runs.append({"templates": name, "split": "test", **found, **vars(ends[name]), **spent})
    scores = {
        "dataset": dataset,
        "features": features_name,
        "prompts_by": about.get("encoder"),
        "metric": metrics.HEADLINES[task],
        "rule": RULES[task],
        "k": k,
        "classes": classes,
        "logit_scale": about.get("logit_scale"),
        "samples": {"train": len(train), "test": len(test)},
        "first": first,
        "runs": runs,
        "milliseconds": timing["milliseconds"],
        "timing": dict(timing),
    }
    if shares:
        scores["attributes"] = shares
    return scores, predictions(test.ids, answers, classes, k)


def write_predictions(path: str | Path, table: pa.Table, scores: Mapping[str, Any]) -> None:
    """Write a predictions table with the class names in order and the rule it follows as metadata."""
    kept = ("dataset", "features", "prompts_by", "classes", "rule", "k", "logit_scale")
    schema = schemas.zeroshot_predictions(len(scores["classes"]))
    tables.write(path, table, schema, {key: scores[key] for key in kept})
