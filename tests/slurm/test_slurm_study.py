"""The whole default study on a real SLURM, beside the one that this machine made alone where that is finished.

It takes a quarter of an hour on two cores, most of it Snakemake starting on the nodes, so `make test-slurm` asks for it
and `make test` does not.
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

TIMED = "zeroshot"  # its table says how many milliseconds a picture took
PATIENCE = 3600  # seconds


def wall_time(folder: Path) -> float:
    """Return the seconds from the begin of the first job to the end of the last, as the engine noted them."""
    noted = [
        json.loads(path.read_text()) for path in (folder / ".snakemake/metadata").rglob("*") if path.is_file()
    ]
    return max(job["endtime"] for job in noted) - min(job["starttime"] for job in noted)


def tables(folder: Path) -> dict[str, str]:
    made = sorted((folder / "results/tables").glob("*.*"))
    return {path.name: sha256_of(path) for path in made if path.stem != TIMED}


@pytest.mark.skipif("HUMANCENTRIC_SLURM_STUDY" not in os.environ, reason="long: `make test-slurm` runs it")
def test_the_default_study_makes_the_same_tables_on_slurm(cluster, tmp_path, capsys):
    study = OnSlurm(cluster, copy_project(tmp_path / "project", results=False))
    profile(study.folder)
    study.start([*SNAKEMAKE, "--workflow-profile", "profiles/test"])
    assert study.process.wait(PATIENCE) == 0, study.told[-6000:]

    ended = Counter(job.state for job in study.jobs())
    assert set(ended) == {"COMPLETED"}, ended
    with capsys.disabled():
        print(f"\non SLURM: {wall_time(study.folder):.0f} s, {ended.total()} jobs in the queue")
    if plan(ROOT):
        pytest.skip("the default study is not finished in this folder: no tables to compare with (`make`)")
    with capsys.disabled():
        print(f"on this machine alone, if made in one go: {wall_time(ROOT):.0f} s")
    assert tables(study.folder) == tables(ROOT)
