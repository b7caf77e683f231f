"""Tests of projections: scikit-learn's components, rotations, random directions, and saved heads."""

import numpy as np
import pytest
from sklearn.decomposition import PCA
from sklearn.preprocessing import StandardScaler

from humancentric.embedding.feature_vectors import Input
from humancentric.probing import kinds, projection, trained_heads, transfer
from humancentric.probing.probe import TrainingData
from probe_data import planted

ROW = {"features": "standardised", "projection": {"kind": "pca", "width": 5}}
FEATURES = np.random.default_rng(0).normal(3, 2, (200, 12)).astype(np.float32) * np.arange(1, 13)
FEATURES[:, 1] += FEATURES[:, 0]
FEATURES = FEATURES.astype(np.float32)
GDA = {"kind": "gda", "features": "standardised", "shrinkage": 0.0, "threshold": 0.5}


@pytest.mark.parametrize("number", [200, 9])
def test_components_are_those_of_scikit_learn_on_scaled_features(number):
    train = FEATURES[:number]
    scaled = StandardScaler().fit(train)
    reference = PCA(5).fit(scaled.transform(train))
    found = projection.fit(train, ROW).apply(FEATURES)
    expected = reference.transform(scaled.transform(FEATURES))
    assert found.shape == (200, 5)
    np.testing.assert_allclose(np.abs(found), np.abs(expected), atol=2e-3)


@pytest.mark.filterwarnings("ignore:invalid value:RuntimeWarning")  # scikit-learn divides by a variance of 0
def test_there_are_no_more_components_than_samples_and_constant_features_have_a_result():
    assert projection.fit(FEATURES[:3], ROW).apply(FEATURES).shape == (200, 3)
    constant = projection.fit(np.ones((6, 12), np.float32), ROW).apply(np.ones((4, 12), np.float32))
    assert np.array_equal(constant, np.zeros((4, 5)))


@pytest.mark.parametrize("kind", ["pca", "random"])
def test_narrow_features_and_rows_without_the_key_stay_as_they_are(kind):
    row = {"features": "raw", "projection": {"kind": kind, "width": 12}}
    assert projection.fit(FEATURES, row) is None
    assert projection.fit(FEATURES, {"features": "raw"}) is None
    assert projection.projected_row(row, None) is row


def test_random_directions_are_repeatable_differ_by_seed_and_keep_squared_distances():
    def made(seed, samples=FEATURES):
        row = {"features": "raw", "projection": {"kind": "random", "width": 5, "seed": seed}}
        return projection.fit(samples, row)

    assert made(0).weight.equal(made(0, FEATURES[:50] + 1).weight)
    assert not made(0).weight.equal(made(1).weight)
    pair = FEATURES[:2]
    moved = [np.diff(made(seed).apply(pair), axis=0) for seed in range(2000)]
    # the squared length of k normal directions of variance 1/k has mean 1 and standard deviation sqrt(2 / k)
    ratio = np.mean([np.sum(step**2) for step in moved]) / np.sum(np.diff(pair, axis=0) ** 2)
    assert abs(ratio - 1) < 4 * np.sqrt(2 / 5 / 2000)


def test_normalised_features_are_of_length_one_again():
    row = {"features": "normalised", "projection": {"kind": "pca", "width": 5}}
    found = projection.fit(FEATURES, row)
    np.testing.assert_allclose(np.linalg.norm(found.apply(FEATURES), axis=1), 1, atol=1e-5)
    assert projection.projected_row(row, found)["features"] == "normalised"


def test_all_but_one_component_of_features_with_a_copy_lose_nothing():
    """A probe that depends on covariances answers alike on the features and on all directions that vary."""
    twice = np.hstack([FEATURES, FEATURES[:, :1]])
    targets = np.random.default_rng(1).integers(0, 3, 200)
    narrower = projection.fit(twice, {**ROW, "projection": {"kind": "pca", "width": 12}})
    answers = []
    for features, row in ((FEATURES, GDA), (narrower.apply(twice), projection.projected_row(GDA, narrower))):
        head = kinds.kind_of(row).fit(TrainingData(features, targets, 3, "single-label"), row, [0])[0]
        answers.append(kinds.kind_of(row).probabilities(head, features, "single-label", row))
    np.testing.assert_allclose(*answers, atol=2e-3)


@pytest.mark.parametrize("kind", ["gda", "knn"])
def test_saved_heads_project_what_they_are_applied_to(tmp_path, kind):
    planted(tmp_path, {"v.e": 1.0}, multi=False)
    scaling = "normalised" if kind == "knn" else "standardised"
    row = {"kind": kind, "features": scaling, "shrinkage": "auto", "neighbours": 5, "threshold": 0.5}
    row |= {"projection": {"kind": "pca", "width": 4}}
    paths = {split: [tmp_path / "embeddings" / "v.e" / f"{split}.parquet"] for split in ("train", "test")}
    scores, _, trained = transfer.train_cell(
        tmp_path / "samples.parquet", paths, dataset="d", features_name="v.e", task="single-label",
        protocol_name="p", protocol=row, seeds=[0],
    )  # fmt: skip
    assert scores["runs"][0]["accuracy"] > 0.5
    trained_heads.save(tmp_path / "heads.safetensors", trained)
    loaded = trained_heads.load(tmp_path / "heads.safetensors")
    assert loaded.protocol["features"] == scaling
    assert loaded.projection.weight.shape == (4, 16)
    features = np.random.default_rng(2).normal(size=(9, 16)).astype(np.float32)
    inputs = [Input(part.name, part.width, part.source) for part in trained.inputs]
    np.testing.assert_array_equal(
        *(trained_heads.apply(heads, features, inputs)[0] for heads in (trained, loaded))
    )
