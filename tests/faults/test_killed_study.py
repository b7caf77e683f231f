"""After a SIGKILL during every stage, the same command completes the study with the tables of an undisturbed run."""

import os
import signal
import subprocess
import time
from pathlib import Path

import pytest
import yaml

from running import SNAKEMAKE, copy_project, digests, plan, snakemake

STAGES = (
    "generate_movies",
    "crawl_slice",
    "fetch_posters",
    "samples",
    "mask_images",
    "embed_images",
    "embed_texts",
    "transfer",
    "control",
    "fewshot",
    "scores",
    "report",
)
SMALL = {
    "study": {
        "datasets": ["demo-movies"],
        "image_encoders": ["random"],
        "text_encoders": ["random-t"],
        "chance": [],
        "seeds": 2,
        "repeats": 2,
        "shots": {"default": [1, 2]},
        "zeroshot": [],  # its results contain wall times
    },
    "datasets": {"demo-movies": {"shards": 1}, "demo-movies-recent": {"shards": 1}},
    "demo": {"movies": 60},
}
COMMAND = ("--cores", "2", "--configfile", "small.yaml")
PATIENCE = 120  # seconds within which a stage must have started


def project(folder: Path) -> Path:
    copy_project(folder, results=False)
    (folder / "small.yaml").write_text(yaml.safe_dump(SMALL))
    return folder


def has_begun(folder: Path, stage: str) -> bool:
    logs = folder / "logs"
    return (logs / f"{stage}.log").exists() or any((logs / stage).rglob("*.log"))


def kill_in(folder: Path, stage: str) -> bool:
    """Run the study and kill all its processes once `stage` has started; return whether the run was killed."""
    run = subprocess.Popen(
        [*SNAKEMAKE, *COMMAND],
        cwd=folder,
        start_new_session=True,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    deadline = time.monotonic() + PATIENCE
    while run.poll() is None and not has_begun(folder, stage):
        assert time.monotonic() < deadline, f"{stage} has not begun"
        time.sleep(0.02)
    if run.poll() is None:
        os.killpg(run.pid, signal.SIGKILL)
    return run.wait() == -signal.SIGKILL


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory) -> Path:
    """Return the project with the small study, run without interruption."""
    folder = project(tmp_path_factory.mktemp("undisturbed") / "project")
    snakemake(folder, *COMMAND)
    return folder


def test_a_study_that_is_killed_in_every_stage_ends_like_one_that_was_not(undisturbed, tmp_path):
    folder = project(tmp_path / "project")
    killed = [stage for stage in STAGES if kill_in(folder, stage)]
    assert len(killed) >= len(STAGES) - 2, f"only {killed} could be hit"
    snakemake(folder, *COMMAND)
    assert digests(folder) == digests(undisturbed)
    assert not list((folder / "results").rglob("*.tmp"))
    assert plan(folder, "--configfile", "small.yaml") == {}
