import numpy as np
import pytest
from sklearn.metrics import accuracy_score, average_precision_score, f1_score

from humancentric.core import tables
from humancentric.core.errors import UserError
from humancentric.core.schemas import zeroshot_predictions
from humancentric.dataset import labels
from humancentric.embedding import prompts
from humancentric.probing import zeroshot
from probe_data import write_embeddings, write_samples

ROW = {"templates": {"plain": ["a {label}"], "ensemble": ["{label}", "the {label}"]}}
TIMING = {"milliseconds": 2.5, "device": "cpu"}
WEIGHTS = {"file": "w", "sha256": "0"}


def dataset(folder, splits, names, vectors, of_classes, row=ROW, weights=WEIGHTS):
    """Write samples, the test split's vectors, and prompts whose vectors are those of their class."""
    ids = [f"s{number}" for number in range(len(names))]
    write_samples(folder / "samples.parquet", ids, splits, names)
    test = [number for number, split in enumerate(splits) if split == "test"]
    matrix = np.asarray(vectors, np.float32)
    write_embeddings(folder / "test.parquet", [ids[i] for i in test], matrix, weights=WEIGHTS)
    sentences = prompts.sentences(sorted(of_classes), row)
    rows = np.array([of_classes[prompt.label] for prompt in sentences], np.float32)
    rows = rows.reshape(len(sentences), matrix.shape[1])
    about = {"encoder": "words", "weights": weights, "logit_scale": 100.0}
    prompts.write(folder / "prompts.parquet", sentences, rows, about)


def score(folder, task="single-label", **options):
    paths = (folder / f"{name}.parquet" for name in ("samples", "test", "prompts"))
    about = {"dataset": "d", "features_name": "standard.pictures", "timing": TIMING}
    return zeroshot.score(*paths, **about, task=task, options={"resamples": 400, "seed": 0}, **options)


def test_the_class_with_the_largest_cosine_is_predicted_whatever_the_lengths(tmp_path):
    of_classes = {"cat": [2, 0, 0], "dog": [0, 0.5, 0]}
    vectors = [[0.1, 0.02, 0], [3, 9, 0], [1, 5, 0]]
    dataset(tmp_path, ["test"] * 3, [["cat"], ["dog"], ["cat"]], vectors, of_classes)
    scores, table = score(tmp_path)
    assert [run["templates"] for run in scores["runs"]] == ["plain", "ensemble"]
    assert {run["accuracy"] for run in scores["runs"]} == {2 / 3}
    own = (0.1 / np.hypot(0.1, 0.02) + 9 / np.hypot(3, 9) + 1 / np.hypot(1, 5)) / 3
    assert scores["runs"][0]["similarity"] == pytest.approx(own, abs=1e-6)
    assert (scores["k"], scores["classes"], scores["milliseconds"]) == (1, ["cat", "dog"], 2.5)
    assert table["predicted"].to_pylist()[:3] == [["cat"], ["dog"], ["dog"]]


def test_every_metric_can_be_computed_again_from_the_predictions(tmp_path):
    rng = np.random.default_rng(0)
    names = sorted("abcde")
    truth = rng.random((80, 5)) < 0.35
    truth[~truth.any(axis=1), 0] = True
    splits = ["train"] * 30 + ["test"] * 50
    directions = rng.normal(size=(5, 8))
    vectors = truth[30:] @ directions + rng.normal(size=(50, 8))
    sets = [[name for name, has in zip(names, row, strict=True) if has] for row in truth]
    dataset(tmp_path, splits, sets, vectors, dict(zip(names, directions, strict=True)))
    scores, table = score(tmp_path, "multi-label")
    path = tmp_path / "predictions.parquet"
    zeroshot.write_predictions(path, table, scores)
    table = tables.read(path, zeroshot_predictions(5))
    plain = table.filter(np.array(table["templates"].to_pylist()) == "plain")
    order = [int(name[1:]) - 30 for name in plain["id"].to_pylist()]
    expected = truth[30:][order]
    predicted = np.array([[name in row for name in names] for row in plain["predicted"].to_pylist()])
    cosines = np.array(plain["similarities"].to_pylist())
    run = scores["runs"][0]
    for key, average in (("f1_samples", "samples"), ("f1_macro", "macro"), ("f1_micro", "micro")):
        assert run[key] == pytest.approx(f1_score(expected, predicted, average=average, zero_division=0))
    assert run["map"] == pytest.approx(average_precision_score(expected, cosines, average="macro"))
    assert run["similarity"] == pytest.approx(
        np.mean([row[t].mean() for row, t in zip(cosines, expected, strict=True)])
    )
    assert set(predicted.sum(axis=1)) == {scores["k"]}
    assert tables.read_metadata(path)["classes"] == names


def test_the_number_of_classes_comes_from_training_labels_alone(tmp_path):
    def k(*sets, task=labels.MULTI):
        return zeroshot.labels_each(
            labels.Samples(list(map(str, range(len(sets)))), list(map(list, sets))), task
        )

    assert [k("a"), k("ab", "a"), k("ab", "a", "a"), k("abc", "ab")] == [1, 2, 1, 3]
    assert k("abc", "abc", task=labels.SINGLE) == 1
    assert k() == 1
    of_classes = {name: np.eye(3)[place] for place, name in enumerate("abc")}
    sets = [["a", "b"], ["a", "b"], ["a"], ["a", "b", "c"]]
    dataset(tmp_path, ["train", "train", "test", "test"], sets, np.eye(3)[:2], of_classes)
    assert score(tmp_path, "multi-label")[0]["k"] == 2


def test_single_label_metrics_are_scikit_learn_s():
    rng = np.random.default_rng(1)
    truth, cosines = rng.integers(4, size=60), rng.normal(size=(60, 4)).astype(np.float32)
    found = zeroshot.evaluate(truth, cosines, "single-label", 1)
    assert found["accuracy"] == accuracy_score(truth, cosines.argmax(1))
    assert found["f1_macro"] == pytest.approx(f1_score(truth, cosines.argmax(1), average="macro"))


def test_equal_cosines_go_to_the_first_classes():
    flat = np.zeros((2, 4), np.float32)
    assert zeroshot.largest(flat, 2).tolist() == [[1, 1, 0, 0]] * 2
    assert zeroshot.largest(flat, 9).tolist() == [[1, 1, 1, 1]] * 2


def test_only_the_first_samples_are_scored_in_the_order_of_ids(tmp_path):
    of_classes = {"cat": [1, 0], "dog": [0, 1]}
    vectors = [[1, 0], [0, 1], [1, 0], [0, 1]]
    dataset(tmp_path, ["train", *["test"] * 4], [["cat"]] * 5, vectors, of_classes | {"cat": [1, 0]})
    scores, table = score(tmp_path, first=3)
    assert (scores["first"], scores["samples"]) == (3, {"train": 1, "test": 3})
    assert scores["runs"][0]["accuracy"] == 1.0  # one class has samples, so it is the only one
    assert sorted(set(table["id"].to_pylist())) == ["s1", "s2", "s3"]
    assert score(tmp_path, first=9)[0]["samples"]["test"] == 4


@pytest.mark.parametrize("task", ["single-label", "multi-label"])
def test_intervals_have_the_width_of_the_binomial_and_that_of_clusters(tmp_path, task):
    rng = np.random.default_rng(3)
    truth, of_classes = rng.integers(2, size=400), {"cat": [1, 0], "dog": [0, 1]}
    shown = np.where(rng.random(400) < 0.7, truth, 1 - truth)
    names = [[("cat", "dog")[row]] for row in truth]
    dataset(tmp_path, ["test"] * 400, names, np.eye(2)[shown], of_classes)
    run = score(tmp_path, task)[0]["runs"][0]
    right = run["accuracy" if task == "single-label" else "f1_samples"]
    assert right == (shown == truth).mean()
    width = 2 * 1.96 * (right * (1 - right) / 400) ** 0.5
    assert run["high"] - run["low"] == pytest.approx(width, rel=0.15)
    assert run["low"] < right < run["high"]
    answers = {"plain": np.repeat(np.eye(2)[shown[:40]], 10, axis=0)}  # each of 40 samples ten times
    options = {"resamples": 400, "seed": 0}
    clusters = np.repeat(np.arange(40), 10).astype(str).tolist()
    (ends,) = zeroshot.intervals(np.repeat(truth[:40], 10), answers, 1, clusters, "d", options).values()
    share = (shown == truth)[:40].mean()
    assert ends.high - ends.low == pytest.approx(2 * 2.02 * (share * (1 - share) / 39) ** 0.5, rel=0.15)


def test_pictures_without_signal_are_at_chance(tmp_path):
    rng = np.random.default_rng(0)
    names = [[name] for name in np.array(list("abcd"))[rng.integers(4, size=600)].tolist()]
    of_classes = {name: rng.normal(size=16) for name in "abcd"}
    dataset(tmp_path, ["test"] * 600, names, rng.normal(size=(600, 16)), of_classes)
    assert score(tmp_path)[0]["runs"][0]["accuracy"] == pytest.approx(0.25, abs=0.06)


def test_degenerate_data_have_a_result(tmp_path):
    dataset(tmp_path / "one", ["train", "test"], [["a"], ["a"]], [[0, 0]], {"a": [1, 1]})
    assert score(tmp_path / "one")[0]["runs"][0]["accuracy"] == 1.0  # a vector of zeros, a single class
    dataset(tmp_path / "none", ["train"], [["a"]], np.empty((0, 2)), {"a": [1, 1]})
    scores, table = score(tmp_path / "none")
    assert (scores["runs"], len(table)) == ([], 0)
    of_classes = {"a": [1, 0], "new": [0, 1]}
    dataset(tmp_path / "new", ["train", "test"], [["a"], ["new"]], [[0, 1]], of_classes)
    assert score(tmp_path / "new")[0]["runs"][0]["accuracy"] == 1.0  # a class without training sample
    dataset(tmp_path / "bare", ["test"], [[]], [[0, 1]], {})
    with pytest.raises(UserError, match="no sample has a label"):
        score(tmp_path / "bare")


def test_prompts_of_another_model_are_refused(tmp_path):
    dataset(tmp_path, ["test"], [["a"]], [[0, 1]], {"a": [1, 1]}, weights={"file": "v", "sha256": "1"})
    with pytest.raises(UserError, match="name the text encoder of the same model"):
        score(tmp_path)


LOOK = {
    "templates": {
        "plain": ["a {label}"],
        "look": {"drawn": ["drawn {label}", "inked {label}"], "dark": ["dark {label}"]},
    }
}


def test_an_attribute_is_inferred_and_then_the_class_as_in_the_paper():
    cosines = np.array([[[0.3, 0.1]], [[0.0, 0.2]]])  # 2 values, 1 picture, 2 classes
    ordered, attributes = zeroshot.infer_then_classify(cosines, 10)
    drawn, dark = np.exp([3, 1]), np.exp([0, 2])
    shares = np.array([drawn.sum(), dark.sum()]) / (drawn.sum() + dark.sum())
    assert attributes == pytest.approx(shares[None])
    expected = shares[0] * drawn / drawn.sum() + shares[1] * dark / dark.sum()
    assert np.exp(ordered) == pytest.approx(expected[None], rel=1e-5)
    one, _ = zeroshot.infer_then_classify(cosines[:1], 10)  # one value: the softmax of plain class names
    assert np.exp(one) == pytest.approx((drawn / drawn.sum())[None], rel=1e-5)


def test_an_attribute_that_changes_pictures_is_no_longer_taken_for_the_class(tmp_path):
    rng = np.random.default_rng(0)
    dark, cat = rng.integers(2, size=400), rng.integers(2, size=400)
    look, kind = np.array([[1, 0.0], [-1, 0.0]]), np.array([[0.6, 1], [-0.6, -1.0]])
    vectors = look[dark] + 0.35 * kind[1 - cat] + 0.1 * rng.normal(size=(400, 2))
    names = [["cat"] if one else ["dog"] for one in cat]
    of_classes = {"cat": kind[0], "dog": kind[1]}
    dataset(tmp_path, ["test"] * 400, names, vectors, of_classes, LOOK)
    path = tmp_path / "prompts.parquet"
    sentences, rows, about = prompts.read(path)
    assert {p.templates for p in sentences} == {"plain", "look/drawn", "look/dark"}
    moved = {"look/drawn": look[0], "look/dark": look[1]}
    rows = np.array([moved.get(p.templates, 0) + 0.5 * row for p, row in zip(sentences, rows, strict=True)])
    prompts.write(path, sentences, rows.astype(np.float32), about)
    scores, table = score(tmp_path)
    plain, found = scores["runs"]
    assert found["templates"] == "look"
    assert found["accuracy"] > plain["accuracy"] + 0.05
    assert set(table["templates"].to_pylist()) == {"plain", "look"}
    assert scores["attributes"]["look"]["dark"] == pytest.approx(dark.mean(), abs=0.05)
    assert -1 <= found["similarity"] <= 1
