"""`snakemake compare` from the command line, on two folders of results."""

import shutil

import numpy as np
import pytest

from made_runs import answers, write_run
from running import copy_project, snakemake


@pytest.fixture(scope="module")
def fresh(tmp_path_factory):
    """Return a copy of the project in which nothing was ever run, with two runs beside it."""
    folder = tmp_path_factory.mktemp("compare")
    write_run(folder / "old", answers(0.6))
    write_run(folder / "new", np.ones((200, 3)), torch="2.1")
    return copy_project(folder / "project", results=False)


def compared(fresh, *given: str, check: bool = True) -> str:
    run = snakemake(fresh, "--cores", "1", "compare", "--config", *given, check=check)
    return run.stdout + run.stderr


def test_what_changed_is_said_and_written(fresh):
    said = compared(fresh, "left=../old", "right=../new")
    assert "2 numbers: 1 changed, 1 same" in said
    assert "version.torch: 2.0 became 2.1" in said
    page = (fresh / "results" / "compare" / "compare.html").read_text()
    assert "100.00" in page
    assert {path.name for path in (fresh / "results" / "compare").iterdir()} == {
        *("numbers.csv", "numbers.md", "facts.csv", "facts.md", "compare.html")
    }


def test_right_is_this_run_and_the_same_command_runs_again(fresh):
    shutil.copytree(fresh.parent / "old", fresh / "results", dirs_exist_ok=True)
    for _ in range(2):
        assert "The two runs are equal" in compared(fresh, "left=../old")


@pytest.mark.parametrize(
    ("given", "message"),
    [
        (["right=../new"], "compare: left is missing; add --config left=DIR right=DIR, two folders"),
        (["left=../nowhere", "right=../new"], "compare: left=../nowhere: no scores.parquet there"),
        (["left=../{nowhere}"], "compare: left=../{nowhere}: no scores.parquet there"),
    ],
)
def test_a_missing_folder_is_one_line(fresh, given, message):
    said = compared(fresh, *given, check=False)
    assert message in said
    assert "Traceback" not in said


def test_one_letter_keys_are_refused_by_the_engine(fresh):
    """The reason for `left` and `right`: once this fails, `a` and `b` can be taken, too."""
    said = compared(fresh, "a=../old", "b=../new", check=False)
    assert "Config entry must start with a valid identifier" in said
