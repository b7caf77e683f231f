"""Splits: hand-counted shares, and draws that neither order nor growth changes."""

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from humancentric.core.errors import UserError
from humancentric.core.hashing import split_of
from humancentric.dataset.splits import assign, hashed, iterative, stratified
from studies import study_of

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


SHARES = {"test": 0.3, "validation": 0.2}
NAMES = st.lists(st.text(min_size=1, max_size=4), unique=True, min_size=1, max_size=40)


@given(NAMES, st.data())
def test_a_hash_split_stands_whatever_comes_or_goes(ids, data):
    splits = hashed(ids, **SHARES, seed=3)
    some = data.draw(st.lists(st.sampled_from(ids), unique=True))
    assert hashed(some, **SHARES, seed=3) == {name: splits[name] for name in some}


@given(NAMES, st.lists(st.sampled_from("abc"), min_size=40, max_size=40), st.data())
def test_a_group_is_on_one_side_and_stays_there(ids, letters, data):
    groups = dict(zip(ids, letters, strict=False))
    splits = hashed(ids, **SHARES, groups=groups)
    for letter in set(groups.values()):
        assert len({splits[name] for name in ids if groups[name] == letter}) == 1
    some = data.draw(st.lists(st.sampled_from(ids), unique=True))
    assert hashed(some, **SHARES, groups=groups) == {name: splits[name] for name in some}
    assert hashed(ids, **SHARES, groups={}) == hashed(ids, **SHARES)


def test_shares_of_groups():
    groups = {f"{group}.{number}": f"director {group}" for group in range(4000) for number in range(3)}
    splits = hashed(list(groups), 0.2, 0.1, seed=1, groups=groups)
    # three standard deviations of the share of 4,000 groups
    for name, share in (("test", 0.2), ("validation", 0.1)):
        assert list(splits.values()).count(name) / 12_000 == pytest.approx(share, abs=0.019)
    other = hashed(list(groups), 0.2, 0.1, seed=2, groups=groups)
    assert {splits[f"{n}.0"] == other[f"{n}.0"] for n in range(4000)} == {True, False}


def test_a_column_of_groups():
    rows = frame(IDS).with_columns(
        director=pl.Series([["x", " x", "y", "", None][n % 5] for n in range(200)])
    )
    splits = chosen(rows, {"test": 0.5, "group": "director"})
    assert {splits[name] for name in IDS if int(name) % 5 < 2} == {split_of("x", 0.5)}
    assert {splits[name] for name in IDS if int(name) % 5 == 2} == {split_of("y", 0.5)}
    alone = [name for name in IDS if int(name) % 5 > 2]
    assert {name: splits[name] for name in alone} == hashed(alone, 0.5)


@pytest.mark.parametrize("seed", [0, 7])
def test_iterative_stratification_keeps_the_share_of_every_label(seed):
    draws = np.random.default_rng(5)
    shares = {"drama": 0.5, "war": 0.2, "music": 0.05, "rare": 0.02}
    labels = [
        [name for name, share in shares.items() if draws.random() < share] or ["none"] for _ in range(1000)
    ]
    ids = [f"film {number}" for number in range(1000)]
    splits = iterative(ids, labels, 0.2, 0.1, seed)
    for label in [*shares, "none"]:
        members = [splits[name] for name, row in zip(ids, labels, strict=True) if label in row]
        for split, share in (("test", 0.2), ("validation", 0.1)):
            assert members.count(split) == pytest.approx(share * len(members), abs=2), label
    assert list(splits.values()).count("test") == pytest.approx(200, abs=15)  # labels come first
    order = draws.permutation(1000)
    assert iterative([ids[n] for n in order], [labels[n] for n in order], 0.2, 0.1, seed) == splits


def test_a_share_of_nothing_takes_nobody():
    ids = [str(number) for number in range(30)]
    labels = [["a"] if number % 2 else ["a", "b"] for number in range(30)]
    assert set(iterative(ids, labels, 0.0, 0.2).values()) == {"train", "validation"}
    assert set(iterative(ids, labels, 1.0).values()) == {"test"}
    assert iterative(ids, labels, 0.2, seed=0) != iterative(ids, labels, 0.2, seed=1)


def test_the_row_says_how_a_split_is_drawn():
    labels = [["a", "b"] if int(name) % 2 else ["b"] for name in IDS]
    rows = frame(IDS, labels)
    assert chosen(rows, {"test": 0.2, "seed": 4}) == hashed(IDS, 0.2, seed=4)
    by_label = chosen(rows, {"test": 0.2, "kind": "iterative", "seed": 4})
    assert by_label == iterative(IDS, labels, 0.2, seed=4)
    assert chosen(rows, {"test": 0.2}) == {name: split_of(name, 0.2) for name in IDS}


def test_extra_splits_are_made_or_found():
    def row(**keys):
        row = {"source": {"kind": "table"}, "task": "single-label", "human_centric": True, "views": {}}
        study = {"name": "s", "datasets": [], "image_encoders": [], "text_encoders": [], "protocols": []}
        study |= {"seeds": 1, "repeats": 1, "shots": {}}
        return {
            "datasets": {"d": {**row, "shards": 1, **keys}},
            "study": study,
            "encoders": {},
            "protocols": {},
        }

    assert study_of(row()).datasets["d"].extra_splits == ()
    assert study_of(row(split={"test": 0.1})).datasets["d"].extra_splits == ()
    assert study_of(row(split={"test": 0.1, "validation": 0.1})).datasets["d"].extra_splits == ("validation",)
    both = row(split={"validation": 0.1}, splits=["later", "validation"])
    assert study_of(both).datasets["d"].extra_splits == ("validation", "later")
