"""A small study with two-class predictions whose correctness is planted by the test."""

from pathlib import Path

import numpy as np

from humancentric.evaluation import prediction_files, sample_scores
from humancentric.evaluation.claims import evidence, verdicts
from probe_data import write_samples
from studies import study_of

SENTENCE = {"sentence": "A is above B.", "kind": "best", "cells": "image", "family": "one"}
ENCODERS = {
    "both": {"modality": "image", "multimodal": True, "text": "words"},
    "one": {"modality": "image"},
    "two": {"modality": "image"},
    "words": {"modality": "text", "multimodal": True},
    "plain": {"modality": "text"},
}
REFERENCE = {"tables": {}, "controls": {}}


def configuration(claims: dict, datasets=("films",), human=True, **rows) -> dict:
    """Return the config of a study with the image views standard and masked and one text view.

    `rows` are merged into the rows of the datasets.
    """
    views = {
        "standard": {"modality": "image"},
        "masked": {"modality": "image", "of": "standard", "detector": "db"},
    }
    views["plot"] = {"modality": "text"}
    row = {"task": "single-label", "human_centric": human, "views": views, "shards": 1}
    row["source"] = {"kind": "table", "path": "films.csv"}
    return {
        "study": {
            "datasets": list(datasets),
            "image_encoders": ["one", "two", "both"],
            "text_encoders": ["plain", "words"],
            "controls": {},
            "claims": {"resamples": 300, "seed": 0},
            **{"name": "small", "protocols": ["head"], "seeds": 2, "repeats": 1, "shots": {"default": [1]}},
        },
        "datasets": {name: row | rows.get(name, {}) for name in datasets},
        "encoders": ENCODERS,
        "protocols": {"head": {}},
        "claims": {name: SENTENCE | claim for name, claim in claims.items()},
    }


def right(probability: np.ndarray | float, items: int, seeds: int, rng: np.random.Generator) -> np.ndarray:
    """Return which predictions are right (items, seeds): equal for all seeds, but flipped for one in twenty."""
    of_item = rng.random(items) < probability
    return (of_item[:, None] ^ (rng.random((items, seeds)) < 0.05)).astype(float)


def write_cell(folder: Path, dataset: str, features: str, hits: np.ndarray, ids=None) -> Path:
    """Write predictions that are right where `hits` (items, seeds) is 1, on samples of class x."""
    items, seeds = hits.shape
    ids = [f"i{number:04d}" for number in range(items)] if ids is None else ids
    answers = {seed: np.stack([hits[:, seed], 1 - hits[:, seed]], axis=1) for seed in range(seeds)}
    table = prediction_files.predictions(ids, ["test"] * items, answers, 2)
    path = folder / dataset / "transfer" / features / "predictions.parquet"
    about = {"dataset": dataset, "features": features, "threshold": 0.5}
    prediction_files.write_predictions(path, table, ["x", "y"], about)
    return path


def write_study(folder: Path, dataset: str, hits: dict[str, np.ndarray]) -> tuple[Path, list[Path]]:
    """Write the samples and the cells of one dataset."""
    items = len(next(iter(hits.values())))
    ids = [f"i{number:04d}" for number in range(items)]
    samples = write_samples(folder / dataset / "samples.parquet", ids, ["test"] * items, [["x"]] * items)
    return samples, [write_cell(folder, dataset, name, values) for name, values in hits.items()]


def write_fewshot(path: Path, dataset: str, features: str, values: np.ndarray, **about: str) -> Path:
    """Write the few-shot scores (items, draws, shots) of a cell; `about` is added to the metadata."""
    ids = [f"i{number:04d}" for number in range(len(values))]
    facts = {"dataset": dataset, "features": features, "shots": list(range(1, values.shape[2] + 1))}
    sample_scores.write_fewshot(path, ids, values, {**facts, **about})
    return path


def in_memory(
    config: dict, scores: dict[tuple[str, str], dict[str, np.ndarray]], clusters=None, reference=None
) -> list[dict]:
    """Return the verdicts on scores (items, seeds) by (task, dataset) and features."""
    study, items = study_of(config), {}
    for key, cells in scores.items():
        ids = [f"i{number:04d}" for number in range(len(next(iter(cells.values()))))]
        items[key] = evidence.Items(ids, clusters or ids, cells)
    return verdicts.judge(evidence.Evidence(items, study), study, reference or REFERENCE)


def of_files(config: dict, samples, predictions, fewshot=(), reference=None) -> dict:
    """Return the verdicts as the rule `claims` writes them."""
    return verdicts.score(samples, predictions, fewshot, study_of(config), reference or REFERENCE)


def simulate(
    runs: int,
    claims: dict,
    shifts: dict[str, float],
    items=120,
    seeds=1,
    resamples=150,
    cluster=1,
    reference=None,
) -> tuple[np.ndarray, np.ndarray]:
    """Return verdicts of simulated studies (runs, claims, [reproduced, reversed]), and the first claim's power (runs).

    The accuracy of a cell in `shifts` is about 0.5 plus nine tenths of its shift, because seeds differ on one item in
    twenty. The difficulty of an item is shared by all encoders and by the items of its `cluster`.
    """
    config, found, power = configuration(claims), np.zeros((runs, len(claims), 2)), np.full(runs, np.nan)
    config["study"]["claims"]["resamples"] = resamples
    names = [f"cluster {number // cluster}" for number in range(items)]
    for run in range(runs):
        rng = np.random.default_rng([17, run])
        hard = np.repeat(rng.random(-(-items // cluster)) * 0.4, cluster)[:items]
        scores = {name: right(0.3 + hard + shift, items, seeds, rng) for name, shift in shifts.items()}
        judged = in_memory(config, {("transfer", "films"): scores}, names, reference)
        found[run] = [[claim["verdict"] == word for word in ("reproduced", "reversed")] for claim in judged]
        stated = judged[0]["contrasts"][0]["power"]
        power[run] = np.nan if stated is None else stated
    return found, power
