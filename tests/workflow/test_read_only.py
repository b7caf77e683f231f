"""Folders that cannot be written and disks without room stop a run with one line that names place and remedy."""

import os
import subprocess

import pytest
import yaml

from extended import copy_project, study_of_pictures, write_red_and_blue
from limits import largest_file, obey_modes
from running import SNAKEMAKE

COMMAND = [*SNAKEMAKE, "--cores", "1", "--configfile", "mine.yaml", "--", "results/pictures/samples.parquet"]


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    """Return a project whose samples were made."""
    folder = copy_project(tmp_path_factory.mktemp("read_only") / "project")
    write_red_and_blue(folder / "pictures")
    (folder / "mine.yaml").write_text(yaml.safe_dump(study_of_pictures()))
    subprocess.run(COMMAND, cwd=folder, check=True, capture_output=True)
    return folder


def said(folder, limit, *options):
    """Return what a run says that has to fail under `limit`, after the statistics of its jobs."""
    command = [*COMMAND[:3], *options, *COMMAND[3:]]
    run = subprocess.run(command, cwd=folder, preexec_fn=limit, capture_output=True, text=True)
    assert run.returncode == 1
    assert "Traceback" not in run.stdout + run.stderr
    return run.stderr


@pytest.mark.parametrize("name", ["results", "logs", ".snakemake"])
def test_a_read_only_folder_is_one_line(project, name):
    folders = [path for path in [project / name, *(project / name).rglob("*")] if path.is_dir()]
    for folder in folders:
        folder.chmod(0o555)
    try:
        text = said(project, obey_modes, "--forceall")
    finally:
        for folder in folders:
            folder.chmod(0o755)
    (line,) = [line for line in text.splitlines() if "cannot write files here" in line]
    assert line.startswith(name)
    assert line.endswith("make it a writable folder, or choose another one with --directory")


def test_a_disk_that_is_full_while_planning_is_one_line(project):
    store = project / ".snakemake" / "code" / "modules.json"
    os.truncate(store, 10)
    text = said(project, largest_file(20_000), "--forceall")
    (line,) = [line for line in text.splitlines() if "cannot write (File too large)" in line]
    assert line.startswith(".snakemake/code/modules.json: ")
    assert line.endswith("make room and run again: what was finished before is kept")
