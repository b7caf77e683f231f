"""Probes of numbers: planted signal, scikit-learn as the reference, a shuffled control, and saved heads."""

import json

import numpy as np
import pytest
import torch
from sklearn.linear_model import Ridge
from sklearn.preprocessing import StandardScaler

from humancentric.dataset import labels
from humancentric.evaluation import prediction_files
from humancentric.probing import (
    chance,
    control,
    head_training,
    kinds,
    option_selection,
    trained_heads,
    transfer,
)
from humancentric.probing.head_training import train_stacked
from humancentric.probing.probe import TrainingData
from probe_data import protocol, write_embeddings, write_samples

MLP = protocol(features="standardised", hidden=32, learning_rate=1e-2)
RIDGE = {"kind": "ridge", "features": "standardised", "alpha": 0.1, "threshold": 0.5}
WIDTH = 12


def made(folder, shuffled=False, count=400, prefix="s"):
    """Write samples whose number is 6 + 1.5 * the first feature, up to noise, with votes as weights."""
    rng = np.random.default_rng(len(prefix))
    ids = [f"{prefix}{number:03d}" for number in range(count)]
    vectors = rng.normal(size=(count, WIDTH))
    numbers = 6 + 1.5 * vectors[:, 0] + rng.normal(0, 0.5, count)
    if shuffled:
        numbers = rng.permutation(numbers)
    splits = ["test" if number % 3 == 0 else "train" for number in range(count)]
    votes = rng.integers(1, 99, count)
    texts = [[f"{number:.3f}", str(weight)] for number, weight in zip(numbers, votes, strict=True)]
    write_samples(folder / "samples.parquet", ids, splits, texts)
    for split in ("train", "test"):
        rows = [row for row in range(count) if splits[row] == split]
        path = folder / f"{split}.parquet"
        write_embeddings(path, [ids[row] for row in rows], vectors[rows], encoder="some")
    return folder


def cell(folder, row, seeds=(0, 1)):
    return transfer.train_cell(
        folder / "samples.parquet",
        {split: [folder / f"{split}.parquet"] for split in ("train", "test")},
        dataset="films", features_name="standard.some", task="regression", protocol_name="p", protocol=row, seeds=seeds,
    )  # fmt: skip


@pytest.mark.parametrize("row", [MLP, RIDGE, MLP | {"loss": "double-softmax"}], ids=["mlp", "ridge", "loss"])
def test_planted_numbers_are_predicted_in_their_own_unit(tmp_path, row):
    scores = json.loads(json.dumps(cell(made(tmp_path), row)[0]))
    assert scores["metric"] == "spearman"
    assert scores["classes"] == ["target"]
    assert scores["temperature"] is None
    assert scores["classes_report"] == {"test": []}
    for run in scores["runs"]:
        assert run["spearman"] > 0.85  # noise of .5 beside a signal of 1.5: .94 at best
        assert run["mae"] < 0.7
        assert abs(run["r2"] - run["pearson"] ** 2) < 0.1
        assert {"spearman_weighted", "mae_weighted"} <= set(run)


@pytest.mark.parametrize("row", [MLP, RIDGE], ids=["mlp", "ridge"])
def test_shuffled_numbers_stay_at_chance(tmp_path, row):
    runs = cell(made(tmp_path, shuffled=True), row)[0]["runs"]
    assert abs(np.mean([run["spearman"] for run in runs])) < 3 / np.sqrt(134)


def test_ridge_is_that_of_scikit_learn():
    rng = np.random.default_rng(0)
    inputs = rng.normal(3, 2, (90, 7)).astype(np.float32)
    targets = np.stack([inputs[:, 0] + rng.normal(size=90), np.ones(90)], axis=1)
    problem = TrainingData(inputs, targets, 1, "regression")
    kind = kinds.kind_of(RIDGE)
    found = kind.probabilities(kind.fit(problem, RIDGE, [4])[4], inputs, "regression", RIDGE)[:, 0]
    scaled = StandardScaler().fit_transform(inputs)
    assert found == pytest.approx(Ridge(alpha=9).fit(scaled, targets[:, 0]).predict(scaled), abs=1e-4)


def test_the_penalty_is_selected_on_validation_samples():
    """With 40 features of noise beside one of signal and 60 samples, hardly any penalty is worst."""
    rng = np.random.default_rng(1)
    inputs = rng.normal(size=(160, 41)).astype(np.float32)
    targets = np.stack([inputs[:, 0] + rng.normal(0, 1, 160), np.ones(160)], axis=1)
    row = RIDGE | {"validation": {"share": 0.5, "seed": 0}, "grid": {"alpha": [1e-6, 0.5, 1e6]}}
    problem = TrainingData(inputs[:60], targets[:60], 1, "regression")
    choice = option_selection.choose(problem, inputs[60:], targets[60:], row)
    best = max(choice.candidates, key=lambda one: (one["spearman"], -one["mae"]))
    assert choice.options["alpha"] == best["alpha"] != 1e-6
    assert choice.temperature is None


def test_heads_trained_at_once_are_those_trained_one_by_one():
    rng = np.random.default_rng(2)
    inputs = rng.normal(size=(100, 5)).astype(np.float32)
    targets = np.stack([4 + inputs[:, 1], np.ones(100)], axis=1)
    options = (inputs, targets, 1, "regression", protocol(hidden=8, epochs=3), [0, 1], torch.device("cpu"))
    one, other = head_training.train(*options), head_training.train(*options, way=train_stacked)
    for seed in (0, 1):
        for name in one[seed]:
            assert torch.allclose(one[seed][name], other[seed][name], atol=1e-5), name


def test_saved_heads_score_a_control_and_predictions_are_read_back(tmp_path):
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    scores, table, trained = cell(made(tmp_path / "a"), MLP)
    trained_heads.save(tmp_path / "heads.safetensors", trained)
    later = made(tmp_path / "b", prefix="later")
    found, _ = control.score(
        trained_heads.load(tmp_path / "heads.safetensors"), later / "samples.parquet", [later / "test.parquet"],
        dataset="later", features_name="standard.some",
    )  # fmt: skip
    assert min(run["spearman"] for run in found["runs"]) > 0.85
    prediction_files.write_predictions(tmp_path / "p.parquet", table, ["target"], {"threshold": 0.5})
    test = labels.read(tmp_path / "a" / "samples.parquet")["test"]
    answers = prediction_files.read_predictions(tmp_path / "p.parquet", test, "regression")
    assert answers.truth[0] == pytest.approx([float(test.labels[0][0]), float(test.labels[0][1])])
    means = answers.scores().mean(axis=0)
    assert means == pytest.approx([run["spearman"] for run in scores["runs"]], abs=1e-6)


def test_constant_predictions_are_the_mean_and_the_median_of_training(tmp_path):
    path = write_samples(
        tmp_path / "samples.parquet",
        list("abcdef"),
        ["train"] * 3 + ["test"] * 3,
        [["1"], ["2"], ["6"], ["2"], ["3"], ["7"]],
    )
    found = chance.score(path, dataset="d", task="regression", shots=[], repeats=3)
    runs = {run["baseline"]: run for run in found["runs"]}
    assert set(runs) == {"mean", "median"}
    assert runs["mean"]["mae"] == pytest.approx((1 + 0 + 4) / 3)  # always 3
    assert runs["median"]["mae"] == pytest.approx((0 + 1 + 5) / 3)  # always 2
    assert runs["mean"]["spearman"] == 0
    assert runs["mean"]["r2"] == pytest.approx(1 - 17 / 14)
