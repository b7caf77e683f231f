"""Clusters of frozen features: planted classes are recovered, shuffled labels are at chance."""

import numpy as np
import pytest

from humancentric.evaluation import sample_scores
from humancentric.probing import clusters
from probe_data import planted, write_embeddings, write_samples


def score(folder, features, seeds=2):
    paths = (folder / "embeddings" / features / f"{split}.parquet" for split in ("train", "test"))
    about = {"dataset": "films", "features_name": features, "seeds": seeds, "cluster": None}
    return clusters.score(folder / "samples.parquet", *paths, **about, resamples=300)


@pytest.mark.parametrize("multi", [False, True])
def test_planted_classes_are_recovered_and_noise_is_at_chance(tmp_path, multi):
    planted(tmp_path, {"standard.strong": 4.0, "standard.none": 0.0}, multi=multi, n=300)
    strong, items = score(tmp_path, "standard.strong")
    none, _ = score(tmp_path, "standard.none")
    *by_seed, ends = strong["runs"]
    assert [run["seed"] for run in by_seed] == [0, 1]
    means = {name: np.mean([run[name] for run in by_seed]) for name in ("ami", "purity")}
    assert means["ami"] > (0.3 if multi else 0.95)
    assert means["purity"] > (0.8 if multi else 0.98)
    assert ends["ami_low"] <= means["ami"] <= ends["ami_high"]
    assert none["runs"][-1]["ami_low"] <= 0 <= none["runs"][-1]["ami_high"]
    sample_scores.write_items(tmp_path / "values.parquet", *items)
    about, ids, groups, values = sample_scores.read_items(tmp_path / "values.parquet")
    assert (about["task"], about["features"], ids == groups) == ("clusters", "standard.strong", True)
    assert values.mean() == pytest.approx(means["ami"], abs=1e-6)


def test_equal_seeds_give_equal_clusters_and_lengths_do_not_matter():
    rng = np.random.default_rng(0)
    train, test = rng.normal(size=(80, 5)).astype(np.float32), rng.normal(size=(40, 5)).astype(np.float32)
    found = clusters.assign(train, test, 3, 7)
    np.testing.assert_array_equal(found, clusters.assign(4 * train, 0.5 * test, 3, 7))
    assert len(np.unique(found)) == 3
    assert clusters.assign(train[:2], test, 3, 7).max() <= 1  # no more clusters than training samples


def test_an_empty_test_split_has_no_runs(tmp_path):
    write_samples(tmp_path / "samples.parquet", ["a", "b"], ["train"] * 2, [["x"], ["y"]])
    for split, ids in (("train", ["a", "b"]), ("test", [])):
        path = tmp_path / "embeddings" / "standard.one" / f"{split}.parquet"
        write_embeddings(path, ids, np.ones((len(ids), 3), np.float32), encoder="one")
    found, items = score(tmp_path, "standard.one")
    assert found["runs"] == []
    assert items[2].shape == (0, 2)
