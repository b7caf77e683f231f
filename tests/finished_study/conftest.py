"""The default study, run once in the project's own folder, where `make` may have run it already."""

from pathlib import Path

import pytest

from project import ROOT
from running import copy_project, snakemake


@pytest.fixture(scope="session")
def finished() -> Path:
    """Complete the default study; return the project's folder."""
    snakemake(ROOT, "--cores", "all")
    return ROOT


@pytest.fixture(scope="session")
def copied(finished, tmp_path_factory) -> Path:
    """Return a copy of the project and its results, as left by a switch of branches or rsync."""
    return copy_project(tmp_path_factory.mktemp("copied") / "project", results=True)
