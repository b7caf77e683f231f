"""Class means and linear probes on a few shots, against scikit-learn and by hand."""

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression
from sklearn.neighbors import NearestCentroid

from humancentric.embedding.feature_vectors import l2_normalize
from humancentric.probing import fewshot, fewshot_classifiers, prototypes
from probe_data import planted

CLASSES = ["a", "b", "c"]


def blobs(n=240, signal=1.0, width=8, seed=0):
    rng = np.random.default_rng(seed)
    targets = np.arange(n) % 3
    vectors = signal * np.random.default_rng(5).normal(size=(3, width))[targets] + rng.normal(size=(n, width))
    return vectors.astype(np.float32), targets


def episodes(train, test, train_targets, test_targets, method, **options):
    settings = {"task": "single-label", "shots": [1, 5], "repeats": 3, "seed": 0, **options}
    return fewshot.episodes(train, test, train_targets, test_targets, CLASSES, method=method, **settings)


def drawn(targets, repeat, count):
    members = fewshot.members_of(targets, CLASSES, "single-label")
    return [rows[:count] for rows in prototypes.class_permutations(members, CLASSES, repeat, 0)]


@pytest.mark.parametrize("distance", ["cosine", "euclidean"])
def test_class_means_are_scikit_learn_s_nearest_centroids_on_the_same_draws(distance):
    (train, known), (test, truth) = blobs(), blobs(seed=1)
    found = episodes(train, test, known, truth, "class-mean", distance=distance)
    if distance == "cosine":
        train, test = l2_normalize(train), l2_normalize(test)
    for place, count in enumerate((1, 5)):
        rows = np.concatenate(drawn(known, 2, count))
        centres = np.stack([train[rows][known[rows] == c].mean(axis=0) for c in range(3)])
        if distance == "cosine":  # the mean with the largest cosine
            centres = l2_normalize(centres)
        reference = NearestCentroid().fit(centres, np.arange(3)).predict(test)
        assert (found.scores[:, 2, place] == (reference == truth)).all()


def test_class_means_of_one_shot_are_prototypes_of_one_shot():
    (train, known), (test, truth) = blobs(), blobs(seed=1)
    means, single = (episodes(train, test, known, truth, m, shots=[1]) for m in ("class-mean", "prototype"))
    assert (means.scores == single.scores).all()
    assert means.prototypes == single.prototypes


def test_several_labels_by_hand():
    train = np.array([[1, 0], [0.8, 0.6], [0, 1], [-1, 0]], np.float32)
    sets = np.array([[1, 0, 0], [1, 1, 0], [0, 1, 0], [0, 0, 1]], np.uint8)
    orders = [np.array([0, 1]), np.array([1, 2]), np.array([3])]
    draw = fewshot_classifiers.Draw(train, sets, orders, "multi-label", unit=True)
    test = np.array([[1, 0.1], [-1, 0.1]], np.float32)
    # one shot a class: 4 labels on 3 samples, so 1 label each (rows 0, 1 and 3)
    # two shots: 5 labels on 4 samples, rounded to 1
    one, two = (predicted.tolist() for predicted, _ in fewshot_classifiers.class_means(draw, [1, 2], test))
    assert one == two == [[1, 0, 0], [0, 0, 1]]
    full = np.array([[1, 1, 0], [1, 1, 0], [1, 1, 0], [0, 0, 1]], np.uint8)  # 7 labels on 4: 2 each
    draw = fewshot_classifiers.Draw(train, full, orders, "multi-label", unit=True)
    ((both, _),) = fewshot_classifiers.class_means(draw, [2], test)
    assert both.tolist() == [[1, 1, 0], [0, 1, 1]]


def test_a_linear_probe_is_scikit_learn_s_with_the_c_that_is_best_on_samples_after_the_shots():
    (train, known), (test, truth) = blobs(signal=0.5), blobs(signal=0.5, seed=1)
    found = episodes(train, test, known, truth, "linear", shots=[3, 10], distance="euclidean")
    after = np.concatenate([rows[10:14] for rows in drawn(known, 1, 99)])
    rows = np.concatenate(drawn(known, 1, 10))
    inputs, tried, asked = (part - train[rows].mean(axis=0) for part in (train[rows], train[after], test))
    spread = np.sqrt(np.square(inputs).sum(axis=1).mean())
    scored = []
    for strength in fewshot_classifiers.STRENGTHS:
        model = LogisticRegression(C=strength, max_iter=500).fit(inputs / spread, known[rows])
        scored.append((model.score(tried / spread, known[after]), model))
    best = max(range(len(scored)), key=lambda number: (scored[number][0], -number))
    run = next(run for run in found.runs if (run["shots"], run["repeat"]) == (10, 1))
    assert run["C"] == fewshot_classifiers.STRENGTHS[best]
    assert run["accuracy"] == pytest.approx(scored[best][1].score(asked / spread, truth), abs=0.01)


@pytest.mark.parametrize("method", ["class-mean", "linear"])
def test_methods_beat_single_prototypes_where_noise_averages_out_and_nothing_without_signal(method):
    (train, known), (test, truth) = blobs(signal=0.7, width=32), blobs(signal=0.7, width=32, seed=1)
    ours, single = (
        episodes(train, test, known, truth, m, shots=[10]).scores.mean() for m in (method, "prototype")
    )
    assert ours > single + 0.05
    (train, known), (test, truth) = blobs(signal=0.0), blobs(600, signal=0.0, seed=1)
    assert episodes(train, test, known, truth, method, shots=[5]).scores.mean() == pytest.approx(
        1 / 3, abs=0.05
    )


@pytest.mark.parametrize("method", ["class-mean", "linear"])
@pytest.mark.parametrize("task", ["single-label", "multi-label"])
def test_classes_with_few_or_no_samples_have_a_result(method, task):
    train, test = np.eye(4, dtype=np.float32)[:3], np.eye(4, dtype=np.float32)
    known = (
        np.array([0, 0, 1])
        if task == "single-label"
        else np.array([[1, 0, 0], [1, 1, 0], [1, 1, 0]], np.uint8)
    )
    truth = np.array([0, 0, 1, 2]) if task == "single-label" else np.array([[1, 1, 0]] * 4, np.uint8)
    found = episodes(train, test, known, truth, method, task=task, shots=[1, 5], repeats=2)
    assert found.scores.shape == (4, 2, 2)
    assert np.isfinite(found.scores).all()
    assert episodes(train[:1], test, known[:1], truth, method, task=task, repeats=1).scores.shape == (4, 1, 2)
    assert episodes(train, test[:0], known, truth[:0], method, task=task).runs == []


@pytest.mark.parametrize("multi", [False, True])
@pytest.mark.parametrize("method", ["class-mean", "linear"])
def test_reading_only_what_is_drawn_changes_nothing(tmp_path, method, multi):
    folder = planted(tmp_path, {"standard.one": 1.0}, multi=multi)
    parts = [str(folder / "embeddings" / "standard.one" / f"{split}.parquet") for split in ("train", "test")]
    task = "multi-label" if multi else "single-label"
    settings = {"task": task, "shots": [1, 5], "repeats": 2, "seed": 0, "dataset": "d"}
    cell, _, values = fewshot.score(
        folder / "samples.parquet", *parts, features_name="standard.one", method=method, **settings
    )
    assert cell["protocol"] == method
    single = fewshot.score(folder / "samples.parquet", *parts, features_name="standard.one", **settings)[0]
    assert "protocol" not in single
    assert single["prototypes"] == cell["prototypes"]
    assert values.mean() > {False: 0.8, True: 0.5}[multi]
