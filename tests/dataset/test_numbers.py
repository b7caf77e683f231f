"""Samples of a dataset of numbers: rejects counted by hand, shares of a stratified split, bins."""

import numpy as np
import polars as pl
import pyarrow as pa
import pytest

from humancentric.core.errors import UserError
from humancentric.core.schemas import LISTING, REJECTS
from humancentric.dataset import labels
from humancentric.dataset.samples import divide

ROWS = {  # id: (label, column of numbers, votes, reason of the reject)
    "a": ("7.5", "1", "30", None),
    "b": (" 8 ", "2", "20", None),
    "c": ("good", "3", "30", "no-number"),
    "d": (None, "4", "30", "no-label-at-all"),
    "e": ("inf", "5", "30", "not-finite"),
    "f": ("nan", "6", "30", "not-finite"),
    "g": ("1", "7", "19.5", "low-weight"),
    "h": ("1", "8", None, "no-weight"),
    "i": ("1", "9", "-3", "no-weight"),
    "j": ("7,3", "10", "30", "no-number"),
}
TARGET = {"weight": "votes", "min_weight": 20}


def listing(rows=ROWS):
    labels_, numbers, votes, _ = zip(*rows.values(), strict=True)
    columns = {
        "id": pa.array(list(rows)),
        "labels": pa.array([[] if label is None else [label] for label in labels_], pa.list_(pa.string())),
        "release_date": pa.nulls(len(rows), pa.date32()),
        "image_source": pa.nulls(len(rows), pa.string()),
        "score": pa.array(numbers, pa.string()),
        "votes": pa.array(votes, pa.string()),
    }
    table = pa.table(columns)
    assert set(LISTING.columns) <= set(table.schema.names)
    return table


def divided(target, split=None, rows=ROWS):
    table = listing(rows)
    found, rejects = divide(
        lambda: [table[:4], table[4:]],
        REJECTS.empty(),
        {},
        split or {"test": 0.5},
        target=target,
        name="results/x",
    )
    return pa.concat_tables(found), {row["id"]: row for row in rejects.to_pylist()}


def test_numbers_and_weights_replace_labels_and_what_is_no_number_is_rejected():
    samples, rejects = divided(TARGET)
    assert {row["id"]: row["labels"] for row in samples.to_pylist()} == {"a": ["7.5", "30"], "b": ["8", "20"]}
    reasons = {name: row["reason"] for name, row in rejects.items()}
    expected = {name: row[3] for name, row in ROWS.items() if row[3]} | {"d": "no-number"}
    assert reasons == expected
    assert rejects["c"]["detail"] == "good"
    assert rejects["g"]["detail"] == "19.5 below 20"


def test_a_column_of_numbers_may_stand_beside_labels():
    samples, rejects = divided({"column": "score"})
    assert not rejects
    assert [row["labels"] for row in samples.to_pylist()] == [[str(number)] for number in range(1, 11)]


def test_a_missing_column_is_named_with_the_nearest_one():
    with pytest.raises(
        UserError, match=r"results/x: column 'vote' \(target.weight\) does not exist.*'votes'"
    ):
        divided({"weight": "vote"})


def test_a_stratified_split_has_the_same_shares_of_low_and_high_numbers():
    values = np.random.default_rng(0).exponential(size=300)
    rows = {f"{number:03d}": (f"{value:.4f}", "0", "30", None) for number, value in enumerate(values)}
    samples, _ = divided({}, {"test": 0.2, "kind": "stratified"}, rows)
    frame = pl.DataFrame(samples).with_columns(number=pl.col("labels").list.first().cast(pl.Float64))
    test = frame.filter(pl.col("split") == "test")["number"]
    assert len(test) == 60
    edges = np.quantile(values, np.linspace(0, 1, 11))
    assert np.histogram(test, edges)[0] == pytest.approx([6] * 10, abs=1)


def test_numbers_of_samples_and_their_bins():
    samples = labels.Samples(["a", "b"], [["2.5", "7"], ["3"]])
    assert labels.encode(samples, labels.TARGET, "regression").tolist() == [[2.5, 7], [3, 1]]
    assert labels.restrict(samples, labels.TARGET) == (samples, {}, 0)
    assert labels.in_bins([0, 1, 9, 10], bins=2) == ["0 to 5", "0 to 5", "5 to 10", "5 to 10"]
    assert labels.in_bins([1, 2, 3, 100], bins=2, quantiles=True) == ["1 to 2.5"] * 2 + ["2.5 to 100"] * 2
    assert labels.in_bins([4, 4], quantiles=True) == ["4", "4"]
    assert labels.in_bins([]) == []
