"""A new kind of detector is one new module and its branch of the schema: nothing else is edited."""

import json
import shutil
import subprocess
import sys

import pytest
import yaml

from project import ROOT, load_config, merge

KIND = '''
"""The brightest column of a picture."""

from dataclasses import dataclass

import numpy as np

from humancentric.masking.text_boxes import Box, Detector, clipped


@dataclass(frozen=True)
class Brightest(Detector):
    width: int

    def boxes(self, rgb, sample=""):
        left = int(np.argmax(rgb.mean(axis=(0, 2))))
        return clipped([Box(left, 0, self.width, len(rgb), 1.0)], rgb.shape[1], len(rgb))


def load(width, config_path="detector"):
    return Brightest(width)
'''
BRANCH = {
    "if": {"properties": {"kind": {"const": "brightest-column"}}, "required": ["kind"]},
    "then": {
        "required": ["width"],
        "properties": {"width": {"description": "use a number of pixels", "type": "integer", "minimum": 1}},
    },
}
STUDY = {
    "detectors": {"columns": {"kind": "brightest-column", "width": 4}},
    "datasets": {
        "demo-movies": {
            "views": {"masked-columns": {"modality": "image", "of": "standard", "detector": "columns"}}
        }
    },
}
MASK = """
import json, sys
from pathlib import Path
import numpy as np
from humancentric.core.images import decode, encode_jpeg
from humancentric.masking import detectors
from humancentric.masking.image_masking import mask_shard
from humancentric.study import audit_grid, masked_views
from humancentric.study.from_config import study_from_config
from humancentric.study.validation import validate

config = json.load(sys.stdin)
validate(config, Path("schemas"))
study = study_from_config(config)
row = masked_views.detector_row(study, "demo-movies", "masked-columns")
pictures = []
for left in (10, 40):
    rgb = np.full((64, 64, 3), 60, np.uint8)
    rgb[:, left : left + 4] = 250
    pictures.append({"id": str(left), "image": encode_jpeg(rgb)})
found = list(mask_shard(pictures, 2, detectors.load(row, "detectors.columns"), row))
print(json.dumps({
    "boxes": [list(mask["boxes"][0].values()) for _, mask in found],
    "brightest": [int(decode(image["image"]).max()) for image, _ in found],
    "audited": "columns" in audit_grid.detectors(study),
}))
"""


@pytest.fixture
def workflow(tmp_path):
    """Return a copy of workflow/ with the new module and its branch."""
    target = tmp_path / "workflow"
    shutil.copytree(ROOT / "workflow", target, ignore=shutil.ignore_patterns("__pycache__"))
    (target / "scripts/humancentric/masking/detectors/brightest_column.py").write_text(KIND)
    path = target / "schemas/detectors.schema.yaml"
    schema = yaml.safe_load(path.read_text())
    schema["additionalProperties"]["properties"]["kind"]["enum"].append("brightest-column")
    schema["additionalProperties"]["allOf"].append(BRANCH)
    path.write_text(yaml.safe_dump(schema))
    return target


def run(workflow, config):
    command = [sys.executable, "-c", MASK]
    return subprocess.run(
        command,
        input=json.dumps(config),
        capture_output=True,
        text=True,
        cwd=workflow,
        env={"PYTHONPATH": str(workflow / "scripts"), "PATH": "/usr/bin:/bin"},
        timeout=120,
    )


def test_a_module_and_a_branch_of_the_schema_make_a_kind_that_masks(workflow):
    config = load_config()
    merge(config, STUDY)
    done = run(workflow, config)
    assert done.returncode == 0, done.stderr[-2000:]
    found = json.loads(done.stdout)
    assert found["boxes"] == [[10, 0, 4, 64, 1.0], [40, 0, 4, 64, 1.0]]
    assert max(found["brightest"]) < 200
    assert found["audited"]


def test_its_branch_checks_its_rows(workflow):
    config = load_config()
    merge(config, STUDY)
    config["detectors"]["columns"] = {"kind": "brightest-column", "width": 0}
    done = run(workflow, config)
    assert "detectors.columns.width is 0; use a number of pixels" in done.stderr
