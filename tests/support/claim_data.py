"""A small study with planted scores: predictions of two classes that are right where the test says so."""

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
    """Return the config of a study: image views standard and masked, one text view; `rows` add to datasets."""
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
    """Return who is right (items, seeds): the same for all seeds but for one item in twenty."""
    own = rng.random(items) < probability
    return (own[:, None] ^ (rng.random((items, seeds)) < 0.05)).astype(float)


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
    """Return the judged claims of scores (items, seeds) by (task, dataset) and features."""
    study, items = study_of(config), {}
    for place, cells_ in scores.items():
        ids = [f"i{number:04d}" for number in range(len(next(iter(cells_.values()))))]
        items[place] = evidence.Items(ids, clusters or ids, cells_)
    return verdicts.judge(evidence.Evidence(items, study), study, reference or REFERENCE)


def of_files(config: dict, samples, predictions, fewshot=(), reference=None) -> dict:
    """Return what the rule `claims` writes."""
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
    """Return which claims hold in simulated studies (runs, claims, reproduced and reversed), and the first's power.

    Every cell of `shifts` is right with a probability of about .5 plus nine tenths of its shift, as seeds differ on one
    item in twenty. Items that are hard for one encoder are hard for all, as are those of a `cluster`.
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
