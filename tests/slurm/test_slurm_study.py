"""Run the default study on a real SLURM and compare it with the study in this folder, if that is finished.

This takes a quarter of an hour on two cores, most of it for starting Snakemake on the nodes, so only `make test-slurm`
runs it.
"""

import json
import os
from collections import Counter
from pathlib import Path

import pytest
from on_slurm import OnSlurm, profile

from humancentric.core.files import sha256_of
from project import ROOT
from running import SNAKEMAKE, copy_project, plan

TIMED = "zeroshot"  # its table contains wall times
PATIENCE = 3600  # seconds


def wall_time(folder: Path) -> float:
    """Return the seconds from the start of the first job to the end of the last, from Snakemake's records."""
    records = [
        json.loads(path.read_text()) for path in (folder / ".snakemake/metadata").rglob("*") if path.is_file()
    ]
    return max(job["endtime"] for job in records) - min(job["starttime"] for job in records)


def tables(folder: Path) -> dict[str, str]:
    paths = sorted((folder / "results/tables").glob("*.*"))
    return {path.name: sha256_of(path) for path in paths if path.stem != TIMED}


@pytest.mark.skipif("HUMANCENTRIC_SLURM_STUDY" not in os.environ, reason="long: `make test-slurm` runs it")
def test_the_default_study_makes_the_same_tables_on_slurm(cluster, tmp_path, capsys):
    study = OnSlurm(cluster, copy_project(tmp_path / "project", results=False))
    profile(study.folder)
    study.start([*SNAKEMAKE, "--workflow-profile", "profiles/test"])
    assert study.process.wait(PATIENCE) == 0, study.output[-6000:]

    ended = Counter(job.state for job in study.jobs())
    assert set(ended) == {"COMPLETED"}, ended
    with capsys.disabled():
        print(f"\non SLURM: {wall_time(study.folder):.0f} s, {ended.total()} jobs in the queue")
    if plan(ROOT):
        pytest.skip("the default study is not finished in this folder: no tables to compare with (`make`)")
    with capsys.disabled():
        print(f"on this machine alone, if made in one go: {wall_time(ROOT):.0f} s")
    assert tables(study.folder) == tables(ROOT)
