"""A SLURM cluster shared by all tests of this folder, and a very small study without faults."""

import shutil
from pathlib import Path

import pytest
import yaml
from on_slurm import SMALL, STAGES, TARGETS, OnSlurm, profile
from virtual_cluster import Cluster, obstacle

from running import copy_project, snakemake


@pytest.fixture(scope="session")
def cluster(tmp_path_factory):
    """Yield a running SLURM cluster; if none can be started, skip all tests of this folder with the reason."""
    reason = obstacle()
    if reason:
        pytest.skip(f"tests/slurm: {reason}")
    folder = tmp_path_factory.mktemp("slurm")
    with Cluster(folder) as running_cluster:
        yield running_cluster


@pytest.fixture(scope="session")
def undisturbed(cluster, tmp_path_factory) -> Path:
    """Return the project with the small study, computed on this machine without SLURM."""
    folder = copy_project(tmp_path_factory.mktemp("undisturbed") / "project", results=False)
    (folder / "small.yaml").write_text(yaml.safe_dump(SMALL))
    snakemake(folder, *TARGETS, "--cores", "2", "--configfile", "small.yaml")
    return folder


@pytest.fixture
def study(cluster, undisturbed, tmp_path) -> OnSlurm:
    """Return the small study with its images, but without its embeddings and all later results."""
    folder = tmp_path / "project"
    shutil.copytree(undisturbed, folder)
    for stage in STAGES:
        for path in (folder / "results").glob(stage):
            shutil.rmtree(path) if path.is_dir() else path.unlink()
    shutil.rmtree(folder / "logs")
    profile(folder)
    return OnSlurm(cluster, folder)
