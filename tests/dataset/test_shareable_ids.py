"""Comparison of a dataset's ids with those of another lab."""

import unicodedata

import pytest

from humancentric.core import tables
from humancentric.core.errors import UserError
from humancentric.core.schemas import COMPARISON, IDS
from humancentric.dataset.shareable_ids import compare, read

OURS = {
    "id": ["1", "2", "3", "4"],
    "split": ["train", "train", "test", "test"],
    "sha256": ["a", "b", "c", None],
}


def test_changes_between_two_labs(tmp_path):
    lines = ["id,split,sha256", "1,train,a", "2,test,b", "3,train,z", "4,test,", "5,test,e"]
    (tmp_path / "theirs.csv").write_text("\n".join(lines))
    changes, counts = compare(IDS.table(OURS), read(tmp_path / "theirs.csv"))
    assert changes.to_pylist() == [
        {"id": "2", "change": "other-split", "ours": "train", "theirs": "test"},
        {"id": "3", "change": "other-picture", "ours": "c", "theirs": "z"},
        {"id": "3", "change": "other-split", "ours": "test", "theirs": "train"},
        {"id": "5", "change": "missing", "ours": None, "theirs": "test"},
    ]
    assert counts == {
        "ours": 4, "theirs": 5, "missing": 1, "added": 0, "other-split": 2, "other-picture": 1, "same": 2,
    }  # fmt: skip
    tables.write(tmp_path / "changes.parquet", changes, COMPARISON)


def test_a_lab_that_has_the_same_has_nothing_to_tell(tmp_path):
    tables.write(tmp_path / "theirs.parquet", IDS.table(OURS), IDS)
    changes, counts = compare(IDS.table(OURS), read(tmp_path / "theirs.parquet"))
    assert (changes.num_rows, counts["same"], counts["added"], counts["missing"]) == (0, 4, 0, 0)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("id,split\n1,train\n", "column 'sha256' does not exist"),
        ("id,split,sha256\n1,train,a\n1,test,b\n", "id '1' occurs twice; keep one line of it"),
    ],
)
def test_ids_that_cannot_be_compared_are_one_line(tmp_path, text, message):
    (tmp_path / "theirs.csv").write_text(text)
    with pytest.raises(UserError, match=message):
        read(tmp_path / "theirs.csv")


def test_ids_of_another_lab_of_which_none_is_ours_are_a_mistake(tmp_path):
    (tmp_path / "theirs.csv").write_text("id,split,sha256\ntt1,train,a\ntt2,test,b\ntt3,test,\n")
    theirs = read(tmp_path / "theirs.csv")
    with pytest.raises(
        UserError,
        match=r"none of 3 ids are in both lists: the other lab has 'tt1', 'tt2' .*, we have '1', '2' .*;",
    ):
        compare(IDS.table(OURS), theirs)
    assert compare(IDS.empty(), theirs)[1]["missing"] == 3


def test_ids_of_another_lab_in_another_normal_form_are_the_same(tmp_path):
    apart = unicodedata.normalize("NFD", "café")
    (tmp_path / "theirs.csv").write_text(f"id,split,sha256\n{apart},train,a\n", encoding="utf-8")
    changes, counts = compare(
        IDS.table({"id": ["café"], "split": ["train"], "sha256": ["a"]}), read(tmp_path / "theirs.csv")
    )
    assert (len(changes), counts["same"]) == (0, 1)
