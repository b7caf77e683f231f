"""Rows that repeat an id, datasets without usable samples, and those without a test split."""

import logging

import pyarrow as pa
import pytest

from humancentric.core.errors import UserError
from humancentric.core.schemas import REJECTS
from humancentric.dataset.samples import check_use, divide, repeated_rows
from humancentric.sources.source_kind import listing_table

NONE = REJECTS.empty()


def listing(*rows: tuple[str, list[str]], **more: str) -> pa.Table:
    return listing_table([{"id": name, "labels": labels, **more} for name, labels in rows], [])


ROWS = [("a", ["x"]), ("a", ["y", "x"]), ("b", ["x"]), ("c", ["z"]), ("c", ["z"]), ("c", []), ("d", ["x"])]


def divided(batches, repeated):
    samples, rejects = divide(lambda: batches, NONE, {}, None, (), "listing", None, repeated)
    table = pa.concat_tables(samples)
    labels = dict(zip(table["id"].to_pylist(), table["labels"].to_pylist(), strict=True))
    assert len(labels) == len(table)
    return labels, [(row["id"], row["reason"]) for row in rejects.to_pylist()]


@pytest.mark.parametrize("size", [1, 2, 3, 7])
def test_labels_of_rows_that_repeat_an_id_are_merged_whatever_the_batches(size):
    batches = [listing(*ROWS[start : start + size]) for start in range(0, len(ROWS), size)]
    labels, rejects = divided(batches, "merge-labels")
    assert labels == {"a": ["x", "y"], "b": ["x"], "c": ["z"], "d": ["x"]}
    assert rejects == [("a", "duplicate-id"), ("c", "duplicate-id"), ("c", "duplicate-id")]
    assert repeated_rows(batches)["id"].to_list() == ["a", "a", "c", "c", "c"]


def test_the_first_row_stays_and_the_log_says_how_many_labels_differ(caplog):
    with caplog.at_level(logging.WARNING, "humancentric"):
        labels, rejects = divided([listing(*ROWS)], "first")
    assert labels == {"a": ["x"], "b": ["x"], "c": ["z"], "d": ["x"]}
    assert len(rejects) == 3
    assert "2 ids occur more than once, e.g. a, c; the first row of each is used" in caplog.text
    assert "labels of 2 of them differ: set source.repeated to merge-labels" in caplog.text


def test_repeated_ids_may_be_an_error():
    with pytest.raises(
        UserError, match=r"listing: 2 ids occur more than once, e.g. a, c; correct the data, or set"
    ):
        divided([listing(*ROWS)], "error")
    assert divided([listing(("a", ["x"]), ("b", ["x"]))], "error")[0] == {"a": ["x"], "b": ["x"]}


def test_rows_that_cannot_be_used_are_no_repetition():
    unusable = listing(("a", []), source_problem="no votes")
    rows = pa.concat_tables([listing(("a", ["x"])), unusable])
    assert divided([rows], "error") == ({"a": ["x"]}, [("a", "duplicate-id")])


def test_no_repetition_and_no_rows():
    assert divided([listing()], "merge-labels") == ({}, [])


def test_a_dataset_of_which_nothing_is_left_says_why():
    rows = [
        ("a", "missing", "'a.png' is not a file"),
        ("b", "no-label", ""),
        ("c", "missing", "'c.png' is not a file"),
    ]
    rejects = REJECTS.rows([{"id": i, "stage": "image", "reason": r, "detail": d} for i, r, d in rows])
    error = r"x: none of 3 rows can be used: 2 missing, 1 no-label; the first: a \('a.png' is not a file\), c \('c.png'"
    with pytest.raises(UserError, match=error):
        check_use({}, rejects, None, "x")
    check_use({}, NONE, None, "x")


def test_a_dataset_without_a_test_split_says_how_to_make_one():
    with pytest.raises(
        UserError, match=r"x: none of 3 samples is in the test split, only in dev, train; add `split"
    ):
        check_use({"train": 2, "dev": 1}, NONE, None, "x")
    with pytest.raises(UserError, match=r"only in train; raise split.test"):
        check_use({"train": 1}, NONE, {"test": 0.01}, "x")
    check_use({"train": 1, "test": 1}, NONE, None, "x")
