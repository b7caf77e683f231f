"""One SLURM for all tests here, and a very small study that is undisturbed."""

import shutil
from pathlib import Path

import pytest
import yaml
from on_slurm import SMALL, STAGES, TARGETS, OnSlurm, profile
from virtual_cluster import Cluster, obstacle

from running import copy_project, snakemake


@pytest.fixture(scope="session")
def cluster(tmp_path_factory):
    """Yield a SLURM that is up; where none can be, every test here is skipped with the reason."""
    reason = obstacle()
    if reason:
        pytest.skip(f"tests/slurm: {reason}")
    folder = tmp_path_factory.mktemp("slurm")
    with Cluster(folder) as up:
        yield up


@pytest.fixture(scope="session")
def undisturbed(cluster, tmp_path_factory) -> Path:
    """Return the project with the small study made on this machine."""
    folder = copy_project(tmp_path_factory.mktemp("undisturbed") / "project", results=False)
    (folder / "small.yaml").write_text(yaml.safe_dump(SMALL))
    snakemake(folder, *TARGETS, "--cores", "2", "--configfile", "small.yaml")
    return folder


@pytest.fixture
def study(cluster, undisturbed, tmp_path) -> OnSlurm:
    """Return the small study with its pictures, but without its vectors and what follows from them."""
    folder = tmp_path / "project"
    shutil.copytree(undisturbed, folder)
    for stage in STAGES:
        for made in (folder / "results").glob(stage):
            shutil.rmtree(made) if made.is_dir() else made.unlink()
    shutil.rmtree(folder / "logs")
    profile(folder)
    return OnSlurm(cluster, folder)
