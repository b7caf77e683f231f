"""Every example of CONTRIBUTING.md works as written: one module, and for kinds one branch of the schema."""

import json
import os
import re
import shutil
import subprocess
import sys

import pytest
import yaml

from project import ROOT, load_config, merge

TEXT = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
MODULES = dict(re.findall(r"```python\n# (\S+)\n(.*?)```", TEXT, re.DOTALL))
BRANCHES = dict(re.findall(r"```yaml\n# (\S+)\n(.*?)```", TEXT, re.DOTALL))
STUDY = {
    "encoders": {"colours": {"modality": "image", "kind": "mean-colour", "width": 3}},
    "detectors": {"halves": {"kind": "left-half"}},
    "protocols": {"means": {"kind": "nearest-mean", "features": "normalised", "threshold": 0.5}},
    "datasets": {
        "notes": {
            "source": {"kind": "two-csv", "root": "notes"},
            "task": "single-label",
            "human_centric": True,
            "views": {"text": {"modality": "text"}},
            "shards": 1,
        }
    },
}
USE = """
import json, sys
from pathlib import Path
import numpy as np
import pyarrow as pa
from humancentric.core.schemas import SCORES
from humancentric.embedding import encoders
from humancentric.masking import detectors
from humancentric.probing import kinds as probes
from humancentric.probing.probe import TrainingData
from humancentric.report import tables
from humancentric.report.report_inputs import ReportInputs, Scores
from humancentric.sources import kinds as sources
from humancentric.study.from_config import study_from_config
from humancentric.study.validation import validate

config = json.load(sys.stdin)
validate(config, Path("workflow/schemas"))
study = study_from_config(config)
picture = np.full((4, 6, 3), (255, 0, 51), np.uint8)
listing = sources.kind_of(config["datasets"]["notes"]["source"]).read(
    config["datasets"]["notes"]["source"], {"text": "text"}
)
protocol = config["protocols"]["means"]
kind = probes.kind_of(protocol)
features = np.array([[1, 0], [0.8, 0.6], [-1, 0], [-0.8, 0.6]], np.float32)
head = kind.fit(TrainingData(features, np.array([0, 0, 1, 1]), 2, "single-label"), protocol, [3])[3]
card = {"labels": {"a": {"train": 2, "test": 1}, "b": {"train": 4}}}
inputs = ReportInputs(Scores(SCORES.empty()), cards={"demo-tweets": card})
found = {table.name: table for table in tables.study_tables(study)}["demo-tweets-classes"]
print(json.dumps({
    "encoder": encoders.load(config["encoders"]["colours"], "colours").embed_images([picture]).tolist(),
    "detector": [list(box) for box in detectors.load(config["detectors"]["halves"]).boxes(picture)],
    "source": listing.select(["id", "labels", "text", "source_split"]).to_pylist(),
    "files": sources.source_files(config["datasets"]["notes"]["source"]),
    "probe": kind.probabilities(head, features, "single-label", protocol).argmax(axis=1).tolist(),
    "table": list(tables.build_table(found, inputs, study).records),
}))
"""


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    """Return a copy of the workflow with all examples."""
    folder = tmp_path_factory.mktemp("project")
    hidden = shutil.ignore_patterns("__pycache__")
    for name in ("workflow", "config", "resources"):
        shutil.copytree(ROOT / name, folder / name, ignore=hidden)
    for path, code in MODULES.items():
        (folder / "workflow/scripts/humancentric" / path).write_text(code)
    for name, text in BRANCHES.items():
        path, branch = folder / "workflow/schemas" / name, yaml.safe_load(text)
        schema = yaml.safe_load(path.read_text())
        rows = schema["$defs"]["source"] if name.startswith("datasets") else schema["additionalProperties"]
        rows["properties"]["kind"]["enum"].append(branch["if"]["properties"]["kind"]["const"])
        rows["allOf"].append(branch)
        path.write_text(yaml.safe_dump(schema))
    (folder / "notes").mkdir()
    (folder / "notes/train.csv").write_text("id,text,class\n1,so sad,low\n2,what joy,high\n")
    (folder / "notes/test.csv").write_text("id,text,class\n3,oh no,low\n")
    return folder


def use(project, config):
    return subprocess.run(
        [sys.executable, "-c", USE],
        input=json.dumps(config),
        capture_output=True,
        text=True,
        cwd=project,
        env={**os.environ, "PYTHONPATH": str(project / "workflow/scripts")},
        timeout=120,
    )


def test_the_examples_do_what_they_say(project):
    done = use(project, merge(load_config(), STUDY))
    assert done.returncode == 0, done.stderr[-2000:]
    found = json.loads(done.stdout)
    assert found["encoder"] == [[1.0, 0.0, pytest.approx(0.2)]]
    assert found["detector"] == [[0, 0, 3, 4, 1.0]]
    assert found["source"] == [
        {"id": "1", "labels": ["low"], "text": "so sad", "source_split": "train"},
        {"id": "2", "labels": ["high"], "text": "what joy", "source_split": "train"},
        {"id": "3", "labels": ["low"], "text": "oh no", "source_split": "test"},
    ]
    assert found["files"] == ["notes/train.csv", "notes/test.csv"]
    assert found["probe"] == [0, 0, 1, 1]
    assert found["table"] == [{"class": "a", "samples": 3}, {"class": "b", "samples": 4}]


def test_a_branch_checks_the_rows_of_its_kind(project):
    config = merge(load_config(), STUDY)
    config["encoders"]["colours"]["width"] = 4
    done = use(project, config)
    assert "encoders.colours.width is 4; use 3 for mean-colour" in done.stderr
