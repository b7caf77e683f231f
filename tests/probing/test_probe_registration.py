"""A new kind of probe is one new module and its branch of the schema; a study then trains and scores it."""

import json

import pytest
from safetensors.numpy import load_file

from extended import add_kind, copy_project, run_study, study_of_pictures, write_red_and_blue

KIND = '''
"""Kind "nearest-mean": the class whose mean is closest."""

import numpy as np
import torch

from humancentric.probing import probe


def fit(data, row, seeds):
    members = data.indicators().astype(np.float32)
    means = members.T @ data.inputs / members.sum(axis=0).clip(min=1)[:, None]
    return {seeds[0]: {"means": torch.from_numpy(means)}}


def probabilities(head, features, task, row):
    distances = torch.cdist(torch.from_numpy(features), head["means"])
    return probe.ACTIVATIONS[task](-row["sharpness"] * distances).numpy()


KIND = probe.one_step(fit, probabilities)
'''
BRANCH = {
    "if": {"properties": {"kind": {"const": "nearest-mean"}}, "required": ["kind"]},
    "then": {
        "required": ["sharpness"],
        "properties": {
            "features": {"description": "use raw", "enum": ["raw"]},
            "sharpness": {"description": "use a number above 0", "type": "number", "exclusiveMinimum": 0},
        },
    },
}
ROW = {"kind": "nearest-mean", "features": "raw", "threshold": 0.5, "sharpness": 2.0}
CELL = "results/pictures/transfer/standard.pixels"


@pytest.fixture
def project(tmp_path):
    copy_project(tmp_path)
    add_kind(tmp_path, "probing/kinds/nearest_mean.py", KIND, "protocols", BRANCH)
    write_red_and_blue(tmp_path / "pictures")
    return tmp_path


def run(project, row, *targets, check=True):
    study = study_of_pictures(protocols=["means"]) | {"protocols": {"means": row}}
    return run_study(project, study, *targets, check=check)


def test_a_module_and_a_branch_of_the_schema_make_a_kind_that_is_trained_and_scored(project):
    run(project, ROW, f"{CELL}/scores.json")
    scores = json.loads((project / CELL / "scores.json").read_text())
    assert scores["protocol"] == "means"
    assert [run["accuracy"] for run in scores["runs"]] == [1.0]  # red and blue are far apart
    heads = load_file(project / CELL / "heads.safetensors")
    assert [value.shape for value in heads.values()] == [(2, 768)]


def test_its_branch_checks_its_rows(project):
    done = run(project, ROW | {"sharpness": 0}, "--dry-run", f"{CELL}/scores.json", check=False)
    assert "protocols.means.sharpness is 0; use a number above 0" in done.stdout + done.stderr
