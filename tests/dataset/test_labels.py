import numpy as np
import pytest

from humancentric.core.errors import UserError
from humancentric.dataset import labels
from humancentric.dataset.labels import Samples
from probe_data import write_samples


def test_samples_are_read_by_split_and_sorted_by_id(tmp_path):
    path = write_samples(
        tmp_path / "samples.parquet",
        ["c", "a", "b", "d"],
        ["train", "train", "test", "extra"],
        [["War"], ["Drama", "Comedy"], ["Drama"], ["Music"]],
    )
    splits = labels.read(path)
    assert splits["train"] == Samples(["a", "c"], [["Drama", "Comedy"], ["War"]])
    assert splits["test"].ids == ["b"]
    assert splits["extra"].labels == [["Music"]]


def test_both_splits_are_there_even_if_empty(tmp_path):
    splits = labels.read(write_samples(tmp_path / "samples.parquet", [], [], []))
    assert {name: len(part) for name, part in splits.items()} == {"train": 0, "test": 0}


def test_a_duplicate_id_is_named(tmp_path):
    path = write_samples(tmp_path / "samples.parquet", ["a", "a"], ["train", "test"], [["x"], ["x"]])
    with pytest.raises(UserError, match="id 'a' occurs twice"):
        labels.read(path)


def test_classes_are_sorted_and_those_without_training_samples_are_logged(caplog):
    train, test = Samples(["a", "b"], [["War"], ["Drama"]]), Samples(["c"], [["Action", "War"]])
    assert labels.classes_of(train, test) == ["Action", "Drama", "War"]
    assert "1 of 3 classes have no training sample: Action" in caplog.text


def test_single_labels_become_indices():
    samples = Samples(["a", "b", "c"], [["y"], ["x"], ["y"]])
    assert labels.encode(samples, ["x", "y"], "single-label").tolist() == [1, 0, 1]
    assert labels.encode(Samples([], []), ["x"], "single-label").shape == (0,)


@pytest.mark.parametrize("wrong", [[], ["x", "y"]])
def test_a_single_label_is_exactly_one(wrong):
    with pytest.raises(UserError, match=f"sample 'b': {len(wrong)} labels"):
        labels.encode(Samples(["a", "b"], [["x"], wrong]), ["x", "y"], "single-label")


def test_several_labels_become_an_indicator_matrix():
    samples = Samples(["a", "b"], [["z", "x"], []])
    assert labels.encode(samples, ["x", "y", "z"], "multi-label").tolist() == [[1, 0, 1], [0, 0, 0]]
    assert labels.encode(Samples([], []), ["x", "y"], "multi-label").shape == (0, 2)


def test_an_unknown_task_gets_the_nearest_name():
    with pytest.raises(UserError, match="did you mean 'multi-label'"):
        labels.encode(Samples([], []), [], "multilabel")


def test_labels_outside_the_classes_are_dropped_and_counted():
    samples = Samples(["a", "b", "c"], [["x", "new"], ["new", "odd"], ["y"]])
    kept, dropped, lost = labels.restrict(samples, ["x", "y"])
    assert kept == Samples(["a", "c"], [["x"], ["y"]])
    assert dropped == {"new": 2, "odd": 1}
    assert lost == 1


def test_samples_are_selected_by_a_mask():
    samples = Samples(["a", "b", "c"], [["x"], ["y"], ["z"]])
    assert labels.select(samples, np.array([True, False, True])) == Samples(["a", "c"], [["x"], ["z"]])
