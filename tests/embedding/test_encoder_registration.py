"""A new kind of encoder is one new module and its branch of the schema; a study then embeds and probes with it."""

import json

import numpy as np
import pytest

from extended import add_kind, copy_project, run_study, study_of_pictures, write_red_and_blue
from humancentric.embedding import feature_vectors

KIND = '''
"""Mean and standard deviation of each colour channel."""

import numpy as np

from humancentric.embedding.encoder import IMAGE, Encoder, describe


def load(row, config_path, threads):
    def forward(images):
        pixels = [image.reshape(-1, 3) / row["white"] for image in images]
        return np.array([[*colours.mean(axis=0), *colours.std(axis=0)] for colours in pixels], np.float32)

    return Encoder(config_path, IMAGE, row["width"], 16, forward, describe(None, "numpy", device="cpu"))
'''
BRANCH = {
    "if": {"properties": {"kind": {"const": "mean-colour"}}, "required": ["kind"]},
    "then": {
        "required": ["white"],
        "properties": {"white": {"description": "use the value of white", "type": "integer", "minimum": 1}},
    },
}
ROW = {"modality": "image", "kind": "mean-colour", "width": 6, "white": 255}
TRAIN = "results/pictures/embeddings/standard.colour/train.parquet"
SCORES = "results/pictures/transfer/standard.colour/scores.json"


@pytest.fixture
def project(tmp_path):
    copy_project(tmp_path)
    add_kind(tmp_path, "embedding/encoders/mean_colour.py", KIND, "encoders", BRANCH)
    write_red_and_blue(tmp_path / "pictures")
    return tmp_path


def run(project, row, *targets, check=True):
    study = study_of_pictures(image_encoders=["colour"]) | {"encoders": {"colour": row}}
    return run_study(project, study, *targets, check=check)


def test_a_module_and_a_branch_of_the_schema_make_a_kind_that_is_probed(project):
    run(project, ROW, SCORES)
    ids, vectors = feature_vectors.read(project / TRAIN)
    assert vectors.shape == (14, 6)
    red = np.array(["red" in name for name in ids.to_pylist()])
    assert vectors[red, 0].min() > 0.8 > 0.2 > vectors[red, 2].max()
    scores = json.loads((project / SCORES).read_text())
    assert scores["features"] == "standard.colour"


def test_its_branch_checks_its_rows(project):
    done = run(project, ROW | {"white": 0}, "--dry-run", SCORES, check=False)
    assert "encoders.colour.white is 0; use the value of white" in done.stdout + done.stderr
