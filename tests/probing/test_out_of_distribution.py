"""Scores of unknown samples: hand-counted, against scipy and scikit-learn, and planted data with a negative control."""

import numpy as np
import pytest
from scipy.spatial.distance import mahalanobis
from scipy.special import softmax
from sklearn.covariance import LedoitWolf

from humancentric.core import schemas, tables
from humancentric.core.errors import UserError
from humancentric.embedding import prompts
from humancentric.evaluation import sample_scores
from humancentric.probing import out_of_distribution as ood
from probe_data import write_embeddings, write_samples

ROW = {"known": "films", "unknown": ("tweets",), "left_out": (), "neighbours": 5, "score": "knn"}
WIDTH = 8


def write(folder, dataset, number, centre, rng, classes=("a", "b"), features="standard.both"):
    """Write samples of two classes apart from each other around a centre, half of them for training."""
    ids = [f"s{index:03d}" for index in range(number)]
    own = rng.integers(len(classes), size=number)
    splits = np.where(np.arange(number) % 2 == 0, "train", "test")
    names = [[classes[index]] for index in own]
    write_samples(folder / dataset / "samples.parquet", ids, splits.tolist(), names)
    vectors = rng.normal(size=(number, WIDTH)) + centre + 6 * np.eye(WIDTH)[own]
    for split in ("train", "test"):
        rows = np.flatnonzero(splits == split)
        path = folder / dataset / "embeddings" / features / f"{split}.parquet"
        write_embeddings(path, [ids[i] for i in rows], vectors[rows], encoder=features.split(".")[1])


def score(folder, row=ROW, prompts_path=None):
    names = [row["known"], *row["unknown"]]
    return ood.score(
        {name: folder / name / "samples.parquet" for name in names},
        folder / row["known"] / "embeddings" / "standard.both" / "train.parquet",
        {name: folder / name / "embeddings" / "standard.both" / "test.parquet" for name in names},
        prompts_path,
        row,
        comparison="others",
        features_name="standard.both",
        clusters=dict.fromkeys(names),
        resamples=300,
    )


def runs_of(results):
    return {(run["split"], run["score"]): run for run in results["runs"]}


def test_the_mahalanobis_distance_is_that_to_the_nearest_class_mean():
    rng = np.random.default_rng(0)
    own = np.arange(40) % 2
    train = rng.normal(size=(40, 3)) * [1, 2, 3] + 5 * own[:, None]
    vectors = rng.normal(size=(6, 3))
    means = np.stack([train[own == 0].mean(axis=0), train[own == 1].mean(axis=0)])
    precision = LedoitWolf(assume_centered=True).fit(train - means[own]).precision_
    expected = [-min(mahalanobis(vector, mean, precision) for mean in means) for vector in vectors]
    # a class without samples is left out
    found = ood.mahalanobis(train, np.eye(3, dtype=np.uint8)[own], vectors)
    np.testing.assert_allclose(found, expected, rtol=1e-6)
    alone = ood.mahalanobis(np.eye(2), np.eye(2, dtype=np.uint8), np.array([[1.0, 0], [3, 0]]))
    assert alone[0] == 0 > alone[1]  # one sample a class has no covariance


def test_the_distance_to_the_second_neighbour_is_of_vectors_of_length_one():
    train = np.array([[2.0, 0], [0, 3], [-1, 0]], np.float32)
    found = ood.nearest_neighbour(train, np.array([[5.0, 0]], np.float32), 2)
    assert found == pytest.approx([-(2**0.5)])
    assert ood.nearest_neighbour(train, train[:1], 50) == pytest.approx([-2])  # no more than there are


def test_concepts_are_matched_by_the_softmax_of_scaled_cosines():
    vectors, texts = np.array([[3.0, 4.0]], np.float32), np.eye(2, dtype=np.float32)
    found = ood.concept_scores(vectors, texts, 10.0)
    assert found["mcm"] == pytest.approx(softmax([6, 8]).max(), rel=1e-5)
    assert found["energy"] == pytest.approx(np.log(np.exp(6) + np.exp(8)), rel=1e-5)


def test_planted_unknown_data_are_found_and_halves_are_not_told_apart(tmp_path):
    rng = np.random.default_rng(1)
    write(tmp_path, "films", 400, 0.0, rng)
    write(tmp_path, "tweets", 200, -2.0, rng)
    sentences = prompts.sentences(["a", "b"], {"templates": {"plain": ["{label}"]}})
    path = tmp_path / "prompts.parquet"
    prompts.write(path, sentences, np.eye(WIDTH, dtype=np.float32)[:2], {"logit_scale": 20.0})
    results, found, scores = score(tmp_path, prompts_path=path)
    runs = runs_of(results)
    assert {name for name, _ in runs} == {"others", "others:halves"}
    for name in ("mahalanobis", "knn", "energy"):
        assert runs["others", name]["auroc_low"] > 0.9
        assert runs["others", name]["fpr95"] < 0.4
        control = runs["others:halves", name]
        assert control["auroc_low"] <= 0.5 <= control["auroc_high"]
        assert control["known"] + control["unknown"] == runs["others", name]["known"] == 200
    ood.write_scores(tmp_path / "scores.parquet", found, scores)
    table = tables.read(tmp_path / "scores.parquet", schemas.OOD_SCORES)
    assert (len(table), table["mcm"].null_count, sum(table["known"].to_pylist())) == (300, 0, 200)


def test_an_encoder_without_text_has_two_scores_and_its_values_have_the_auroc_as_mean(tmp_path):
    rng = np.random.default_rng(2)
    write(tmp_path, "films", 200, 0.0, rng)
    write(tmp_path, "tweets", 60, -0.7, rng)
    write(tmp_path, "covers", 60, -3.0, rng)
    results, found, scores = score(tmp_path, ROW | {"unknown": ("tweets", "covers")})
    runs = runs_of(results)
    splits = {"others", "others:tweets", "others:covers", "others:halves"}
    assert set(runs) == {(split, name) for split in splits for name in ("mahalanobis", "knn")}
    tweets, covers = (runs[f"others:{name}", "knn"]["auroc"] for name in ("tweets", "covers"))
    assert runs["others", "knn"]["auroc"] == pytest.approx((tweets + covers) / 2)
    ood.write_scores(tmp_path / "scores.parquet", found, scores)
    assert tables.read(tmp_path / "scores.parquet", schemas.OOD_SCORES)["mcm"].null_count == 160
    ood.write_values(tmp_path / "values.parquet", found, scores["knn"], "others", "standard.both")
    about, ids, _, values = sample_scores.read_items(tmp_path / "values.parquet")
    assert (about["task"], about["dataset"], len(set(ids))) == ("ood", "others", 160)
    assert values.mean() == pytest.approx(runs["others", "knn"]["auroc"], abs=1e-6)


def test_classes_left_out_are_unknown_and_never_trained_on(tmp_path):
    write(tmp_path, "films", 300, 0.0, np.random.default_rng(3), classes=("a", "b", "c"))
    row = ROW | {"unknown": (), "left_out": ("c",)}
    results, found, _ = score(tmp_path, row)
    assert results["classes"] == ["a", "b"]
    assert 0 < (~found.known).sum() < 150 == len(found.known)
    assert runs_of(results)["others", "mahalanobis"]["auroc_low"] > 0.9
    with pytest.raises(UserError, match=r"study.ood.others.left_out: .* has no label 'd'"):
        score(tmp_path, row | {"left_out": ("d",)})
    with pytest.raises(UserError, match="no training sample without these labels"):
        score(tmp_path, row | {"left_out": ("a", "b", "c")})


def test_without_unknown_samples_there_are_no_runs_but_the_halves(tmp_path):
    rng = np.random.default_rng(4)
    write(tmp_path, "films", 60, 0.0, rng)
    write(tmp_path, "tweets", 1, 0.0, rng)  # its only sample is in train
    results, found, scores = score(tmp_path)
    assert {run["split"] for run in results["runs"]} == {"others:halves"}
    ood.write_values(tmp_path / "values.parquet", found, scores["knn"], "others", "standard.both")
    assert sample_scores.read_items(tmp_path / "values.parquet")[3].shape == (0, 1)
