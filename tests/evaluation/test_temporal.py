import datetime

import numpy as np
import pyarrow as pa
import pytest
from sklearn.metrics import f1_score

from humancentric.core import schemas, tables
from humancentric.core.errors import UserError
from humancentric.dataset import labels
from humancentric.evaluation import diff_in_diff, prediction_files, sample_scores
from probe_data import write_samples

CLASSES = ["a", "b", "c"]
FEATURES = ("standard.both", "standard.one")


def predicted(path, ids, probabilities, splits=None, threshold=0.5, classes=CLASSES):
    """Write predictions (seeds, n, classes)."""
    answers = dict(enumerate(np.asarray(probabilities, np.float32)))
    table = prediction_files.predictions(ids, splits or ["test"] * len(ids), answers, len(classes))
    prediction_files.write_predictions(path, table, classes, {"threshold": threshold})
    return path


def test_f1_of_every_film_is_scikit_learn_s(tmp_path):
    rng = np.random.default_rng(0)
    ids = [f"s{number}" for number in rng.permutation(30)]
    sets = [[name for name in CLASSES if rng.random() < 0.5] or ["a"] for _ in ids]
    answers = rng.random((2, 30, 3)).astype(np.float32)
    samples = labels.read(write_samples(tmp_path / "samples.parquet", ids, ["test"] * 30, sets))["test"]
    path = predicted(tmp_path / "p.parquet", ids, answers, threshold=0.4)
    found = sample_scores.read(path, samples, "multi-label")
    assert found.ids == sorted(ids)
    for place, name in enumerate(found.ids):
        row = ids.index(name)
        truth = [[label in sets[row] for label in CLASSES]]
        for seed in (0, 1):
            expected = f1_score(truth, answers[seed, row][None] > 0.4, average="samples", zero_division=0)
            assert found.values[place, seed] == pytest.approx(expected)


def test_single_labels_are_right_or_wrong_and_other_splits_stay_out(tmp_path):
    samples = labels.Samples(["1", "2", "3"], [["a"], ["b"], ["c"]])
    answers = [[[0.9, 0.1, 0], [0.8, 0.1, 0.1], [0, 0, 1]]]
    path = predicted(tmp_path / "p.parquet", ["1", "2", "3"], answers, ["test", "test", "seen"])
    found = sample_scores.read(path, samples, "single-label")
    assert (found.ids, found.values.tolist()) == (["1", "2"], [[1.0], [0.0]])
    assert sample_scores.read(path, samples, "single-label", "seen").ids == ["3"]
    assert sample_scores.read(path, samples, "single-label", "none").ids == []


def test_labels_that_the_heads_do_not_know_are_no_part_of_the_truth(tmp_path):
    path = predicted(tmp_path / "p.parquet", ["1"], [[[0.9, 0.1, 0.1]]])
    samples = labels.Samples(["1"], [["a", "new"]])
    assert sample_scores.read(path, samples, "multi-label").values.tolist() == [[1.0]]


def test_predictions_of_other_samples_or_without_threshold_are_refused(tmp_path):
    samples = labels.Samples(["1"], [["a"]])
    with pytest.raises(UserError, match="id '9'"):
        sample_scores.read(predicted(tmp_path / "p.parquet", ["9"], [[[1, 0, 0]]]), samples, "single-label")
    table = prediction_files.predictions(["1"], ["test"], {0: np.ones((1, 3))}, 3)
    prediction_files.write_predictions(tmp_path / "old.parquet", table, CLASSES, {})
    with pytest.raises(UserError, match="does not state both classes and threshold"):
        sample_scores.read(tmp_path / "old.parquet", samples, "single-label")
    with pytest.raises(UserError, match="file is missing"):
        sample_scores.read(tmp_path / "none.parquet", samples, "single-label")


def dated(path, ids, sets, dates):
    columns = {
        "id": pa.array(ids, pa.string()),
        "split": pa.array(["test"] * len(ids), pa.string()),
        "labels": pa.array(sets, pa.list_(pa.string())),
        "release_date": pa.array(dates, pa.date32()),
    }
    tables.write(path, pa.table(columns), schemas.SAMPLES)
    return path


def study(folder, lead_before, lead_after, n=400):
    """Write two sides in which `both` is right more often than `one` by the given shares."""
    rng = np.random.default_rng(0)
    paths = {}
    for side, lead, year, base in (("before", lead_before, 2020, 0.5), ("after", lead_after, 2021, 0.3)):
        ids = [f"{side}{number:04d}" for number in range(n)]
        truth = rng.integers(3, size=n)
        dates = [datetime.date(year, 1 + number % 12, 7) for number in range(n - 1)] + [None]
        samples = dated(folder / f"{side}.parquet", ids, [[CLASSES[t]] for t in truth], dates)
        found = {}
        for name, share in zip(FEATURES, (base + lead, base), strict=True):
            right = rng.random((3, n)) < share
            guess = np.where(right, truth, (truth + 1) % 3)
            found[name] = predicted(folder / f"{side}.{name}.parquet", ids, np.eye(3)[guess])
        paths[side] = samples, found
    return paths


def score(paths, **options):
    (before, one), (after, two) = paths["before"], paths["after"]
    names = {"dataset": "later", "trained_on": "films", "protocol": "paper", "task": "single-label"}
    return diff_in_diff.score(before, one, after, two, [FEATURES], **names, **{"resamples": 400, **options})


def test_a_planted_change_is_found_from_files_and_shown_by_month(tmp_path):
    found = score(study(tmp_path, 0.3, 0.05))
    by_split = {run["split"]: run for run in found["runs"]}
    assert by_split["before"]["difference"] == pytest.approx(0.3, abs=0.06)
    assert by_split["after"]["difference"] == pytest.approx(0.05, abs=0.06)
    assert by_split["change"]["high"] < 0
    assert {run["features"] for run in found["runs"]} == {"standard.both~standard.one"}
    months = [split for split in by_split if ":" in split]
    assert months == [
        *(f"before:2020-{m:02d}" for m in range(1, 13)),
        *(f"after:2021-{m:02d}" for m in range(1, 13)),
    ]
    assert sum(by_split[split]["samples"] for split in months) == 2 * 399
    assert (found["cut_off"], found["without_date"]) == ("2021-01-07", {"before": 1, "after": 1})
    same = score(study(tmp_path, 0.2, 0.2))
    change = next(run for run in same["runs"] if run["split"] == "change")
    assert change["low"] < 0 < change["high"]


def test_an_empty_side_has_no_runs(tmp_path):
    paths = study(tmp_path, 0.1, 0.1, n=20)
    none = dated(tmp_path / "none.parquet", [], [], [])
    nothing = {
        name: predicted(tmp_path / f"none.{name}.parquet", [], np.empty((1, 0, 3))) for name in FEATURES
    }
    found = score({**paths, "after": (none, nothing)})
    assert (found["runs"], found["cut_off"]) == ([], None)


def test_cells_of_different_samples_are_refused(tmp_path):
    paths = study(tmp_path, 0.1, 0.1, n=20)
    other = predicted(tmp_path / "other.parquet", ["after0001"], [[[1, 0, 0]]])
    paths["after"][1]["standard.one"] = other
    with pytest.raises(UserError, match="differ from those of the other cells"):
        score(paths)
