"""What a run is resumed by: its command line, the profile named there, and that nobody is at work."""

import multiprocessing
from pathlib import Path

import pytest

from humancentric.core import files
from humancentric.core.errors import UserError
from humancentric.runtime import locks, slurm, slurm_resume
from project import ROOT


@pytest.mark.parametrize(
    "command",
    [
        ["--workflow-profile", "profiles/mine", "all"],
        ["all", "--workflow-profile=profiles/mine"],
        ["--profile", "profiles/mine"],
    ],
)
def test_the_profile_of_a_command_line(command):
    assert slurm_resume.profile_of(command) == Path("profiles/mine/config.yaml")


def test_a_command_without_a_profile_is_told():
    with pytest.raises(UserError, match="--cores 2: no profile; add --workflow-profile profiles/slurm"):
        slurm_resume.profile_of(["--cores", "2"])


def test_the_shipped_profile_names_its_jobs():
    assert slurm_resume.prefix_of(ROOT / "profiles/slurm/config.yaml") == "humancentric"


def test_a_profile_whose_jobs_have_no_name_is_told(tmp_path):
    (tmp_path / "config.yaml").write_text("executor: slurm\n")
    with pytest.raises(UserError, match="slurm-jobname-prefix is missing"):
        slurm_resume.prefix_of(tmp_path / "config.yaml")
    with pytest.raises(UserError, match="file is missing"):
        slurm_resume.prefix_of(tmp_path / "nowhere.yaml")


def test_the_command_of_the_last_run_is_kept(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(UserError, match="nothing was submitted from here"):
        slurm_resume.last_command()
    monkeypatch.setattr("sys.argv", ["snakemake", "all", "--workflow-profile", "profiles/mine"])
    slurm.remember_command()
    assert slurm_resume.last_command() == ["all", "--workflow-profile", "profiles/mine"]


def hold(folder, held, done):
    kept = locks.enter(folder)
    held.set()
    done.wait(30)
    kept.close()


def test_a_living_run_is_not_resumed(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    files.write_text("profiles/mine/config.yaml", "slurm-jobname-prefix: mine\n")
    held, done = multiprocessing.Event(), multiprocessing.Event()
    living = multiprocessing.Process(target=hold, args=(tmp_path / ".snakemake", held, done))
    living.start()
    assert held.wait(30)
    with pytest.raises(UserError, match="a run is still active here"):
        slurm_resume.main(["--workflow-profile", "profiles/mine"])
    done.set()
    living.join()
    with locks.opened(tmp_path / ".snakemake") as file:
        assert locks.lock_alone(file)
