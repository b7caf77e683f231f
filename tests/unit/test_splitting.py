"""Splits: hand-counted shares, and draws that neither order nor growth changes."""

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from humancentric.config import study
from humancentric.errors import UserError
from humancentric.shards import split_of
from humancentric.splitting import assign, stratified

IDS = [str(number) for number in range(200)]


def frame(ids, labels=None, splits=None):
    return pl.DataFrame(
        {"id": ids, "labels": labels or [["a"]] * len(ids), "source_split": splits or [None] * len(ids)},
        schema={"id": pl.String, "labels": pl.List(pl.String), "source_split": pl.String},
    )


def chosen(rows, split, declared=()):
    return dict(zip(rows["id"], assign(rows, split, declared), strict=True))


@given(st.lists(st.text(min_size=1), unique=True), st.floats(0, 0.5), st.floats(0.01, 0.49))
def test_a_validation_share_is_taken_from_train_alone(ids, test, validation):
    for sample in ids:
        plain = split_of(sample, test)
        split = split_of(sample, test, validation)
        assert split == plain or (plain, split) == ("train", "validation")


def test_shares_of_a_hash_split():
    splits = [split_of(f"film {number}", 0.2, 0.1) for number in range(20_000)]
    # three standard deviations of a binomial share
    assert splits.count("test") / 20_000 == pytest.approx(0.2, abs=0.009)
    assert splits.count("validation") / 20_000 == pytest.approx(0.1, abs=0.007)


def test_stratified_shares_are_exact_in_every_class():
    splits = stratified(IDS, ["ab"[int(name) % 2] for name in IDS], 0.1, 0.2, seed=3)
    for parity in (0, 1):
        drawn = [splits[name] for name in IDS if int(name) % 2 == parity]
        assert [drawn.count(name) for name in ("test", "validation", "train")] == [10, 20, 70]
    without = stratified(IDS, ["ab"[int(name) % 2] for name in IDS], 0.1, seed=3)
    assert {n for n in IDS if without[n] == "test"} == {n for n in IDS if splits[n] == "test"}


def test_validation_can_be_cut_from_the_train_split_of_the_source():
    rows = frame(IDS, splits=["test"] * 50 + ["train"] * 100 + ["other"] * 50)
    for kind in ("hash", "stratified"):
        splits = chosen(rows, {"validation": 0.2, "kind": kind}, ["validation", "other"])
        assert [splits[name] for name in IDS[:50]] == ["test"] * 50
        assert [splits[name] for name in IDS[150:]] == ["other"] * 50
        assert set(splits.values()) == {"train", "test", "validation", "other"}
    assert list(splits.values()).count("validation") == 20


@pytest.mark.parametrize(
    ("found", "declared", "words"),
    [
        ("tset", (), "split 'tset' of 2 rows is not declared; did you mean 'test'"),
        ("val", ("validation",), "split 'val' of 2 rows is not declared; valid: test, train, validation"),
        ("valid", ("validation",), "did you mean 'validation'"),
    ],
)
def test_an_undeclared_split_of_the_source_names_the_nearest(found, declared, words):
    with pytest.raises(UserError, match=words):
        assign(frame(["1", "2", "3"], splits=["train", found, found]), None, declared)


def test_the_names_in_the_source_do_not_matter_where_the_split_is_made():
    assert set(assign(frame(["1", "2"], splits=["x", "y"]), {"test": 1.0})) == {"test"}


def test_extra_splits_are_made_or_found():
    def row(**keys):
        return {"datasets": {"d": keys}}

    assert study.extra_splits(row(), "d") == []
    assert study.extra_splits(row(split={"test": 0.1}), "d") == []
    assert study.extra_splits(row(split={"test": 0.1, "validation": 0.1}), "d") == ["validation"]
    both = row(split={"validation": 0.1}, splits=["later", "validation"])
    assert study.extra_splits(both, "d") == ["validation", "later"]
