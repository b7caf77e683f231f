"""Which jobs run again after a change, according to dry runs of Snakemake."""

import shutil
from pathlib import Path

import pytest

import conda_stand_in
from changes import CHANGES, CHANGES_IN_CONDA, IN_CONDA, Change
from running import plan, snakemake


def planned_behind(project: Path, change: Change) -> None:
    """Apply a change to a finished study and assert which jobs follow."""
    expected = {name: number for name, number in change.jobs.items() if number}
    if not (project / "results" / "paper.pdf").exists():  # no TeX engine
        expected.pop("paper_pdf", None)
    with change.edit(project):
        assert plan(project, *change.args) == expected


def test_a_finished_study_has_nothing_to_do(copied):
    assert plan(copied) == {}


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: change.name)
def test_a_change_runs_what_is_behind_it_and_no_more(copied, change: Change):
    planned_behind(copied, change)


@pytest.fixture(scope="module")
def in_conda(copied, tmp_path_factory):
    """Yield a copy of the finished study whose jobs are recorded as run in conda environments."""
    folder = tmp_path_factory.mktemp("in_conda")
    shutil.copytree(copied, folder / "project")
    with conda_stand_in.on_path(folder / "conda"):
        snakemake(folder / "project", *IN_CONDA, "--touch", "--cores", "2")
        yield folder / "project"


def test_the_same_study_in_conda_s_environments_has_nothing_to_do(in_conda):
    assert plan(in_conda, *IN_CONDA) == {}


def test_what_ran_without_conda_counts_as_run_elsewhere(in_conda, copied):
    assert plan(copied, *IN_CONDA) == plan(copied, "--forceall")


@pytest.mark.parametrize("change", CHANGES_IN_CONDA, ids=lambda change: change.name)
def test_a_change_in_conda_s_environments_runs_what_is_behind_it(in_conda, change: Change):
    planned_behind(in_conda, change)
