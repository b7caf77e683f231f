"""A small study with every job in the environment that its rule names, by a conda that is a stand-in."""

from pathlib import Path

import pytest
import yaml

import conda_stand_in
import environments
from running import copy_project, plan, snakemake

SMALL = {
    "study": {
        "datasets": ["demo-covers"],
        "controls": {},
        "image_encoders": ["random"],
        "text_encoders": ["random-t"],
        "chance": [],
        "zeroshot": [],
        "galleries": [],
        "seeds": 2,
        "repeats": 2,
        "shots": {"default": [1, 2]},
    },
    "datasets": {
        "demo-covers": {"views": {"masked": {"modality": "image", "of": "standard", "detector": "db"}}}
    },
    "demo": {"covers": 40},
}
COMMAND = ("--sdm", "conda", "--configfile", "small.yaml", "--", "results/tables/demo-covers.md")


def test_every_job_runs_in_its_rule_s_environment(tmp_path):
    project = copy_project(tmp_path / "project", results=False)
    (project / "small.yaml").write_text(yaml.safe_dump(SMALL))
    with conda_stand_in.on_path(tmp_path / "conda"):
        snakemake(project, "--cores", "2", *COMMAND)
        assert plan(project, *COMMAND) == {}
    named = environments.scripts()
    files = {(environments.FOLDER / f"{name}.yaml").read_text(): name for name, _ in named}
    ran = {
        (files[content], script)
        for content, scripts in conda_stand_in.ran(project / ".snakemake" / "conda").items()
        for script in scripts
    }
    assert ran <= named
    assert {name for name, _ in ran} == {"data", "masking", "embeddings", "probes", "report"}
    assert {script for _, script in ran} >= {"mask_images", "embed_images", "transfer", "scores", "tables"}


def test_an_environment_with_another_version_than_the_lock_is_not_made(tmp_path):
    other = tmp_path / "other.yaml"
    other.write_text("dependencies: [{pip: [numpy==0.1]}]")
    with pytest.raises(SystemExit, match=r"numpy==0\.1 is not what is installed here"):
        conda_stand_in.create(other, Path(tmp_path / "made"))
