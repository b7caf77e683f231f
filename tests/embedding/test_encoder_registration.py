"""A new kind of encoder is one new module and its branch of the schema; a study then embeds and probes with it."""

import json
import shutil

import numpy as np
import pytest
import yaml
from PIL import Image

from humancentric.embedding import feature_vectors
from project import ROOT
from running import snakemake

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
STUDY = {
    "study": {
        "name": "colours",
        "datasets": ["pictures"],
        "controls": {},
        "image_encoders": ["colour"],
        "text_encoders": [],
        "chance": [],
        "zeroshot": [],
        "galleries": [],
        "seeds": 2,
    },
    "encoders": {"colour": {"modality": "image", "kind": "mean-colour", "width": 6, "white": 255}},
    "datasets": {
        "pictures": {
            "source": {"kind": "folder", "root": "pictures/", "layout": "class"},
            "task": "single-label",
            "human_centric": False,
            "views": {"standard": {"modality": "image"}},
            "split": {"test": 0.3, "kind": "stratified"},
            "shards": 1,
        }
    },
}
TRAIN = "results/pictures/embeddings/standard.colour/train.parquet"
SCORES = "results/pictures/transfer/standard.colour/scores.json"


@pytest.fixture
def project(tmp_path):
    """Return a project with red and blue pictures, whose workflow has the new module and its branch."""
    hidden = shutil.ignore_patterns("__pycache__")
    for name in ("workflow", "config", "envs", "resources"):
        shutil.copytree(ROOT / name, tmp_path / name, ignore=hidden)
    (tmp_path / "workflow/scripts/humancentric/embedding/encoders/mean_colour.py").write_text(KIND)
    path = tmp_path / "workflow/schemas/encoders.schema.yaml"
    schema = yaml.safe_load(path.read_text())
    schema["additionalProperties"]["properties"]["kind"]["enum"].append("mean-colour")
    schema["additionalProperties"]["allOf"].append(BRANCH)
    path.write_text(yaml.safe_dump(schema))
    for number in range(20):
        picture = tmp_path / "pictures" / ("blue", "red")[number % 2] / f"{number}.png"
        picture.parent.mkdir(parents=True, exist_ok=True)
        pixels = np.random.default_rng(number).integers(0, 50, (70, 90, 3), dtype=np.uint8)
        pixels[:, :, (2, 0)[number % 2]] += 200
        Image.fromarray(pixels).save(picture)
    return tmp_path


def run(project, study, *targets, check=True):
    (project / "mine.yaml").write_text(yaml.safe_dump(study))
    command = ("--cores", "1", "--configfile", "mine.yaml", "--", *targets)
    return snakemake(project, "-s", "workflow/Snakefile", *command, check=check)


def test_a_module_and_a_branch_of_the_schema_make_a_kind_that_is_probed(project):
    run(project, STUDY, SCORES)
    ids, vectors = feature_vectors.read(project / TRAIN)
    assert vectors.shape == (14, 6)
    red = np.array(["red" in name for name in ids.to_pylist()])
    assert vectors[red, 0].min() > 0.8 > 0.2 > vectors[red, 2].max()
    scores = json.loads((project / SCORES).read_text())
    assert scores["features"] == "standard.colour"


def test_its_branch_checks_its_rows(project):
    row = STUDY["encoders"]["colour"] | {"white": 0}
    done = run(project, STUDY | {"encoders": {"colour": row}}, "--dry-run", SCORES, check=False)
    assert "encoders.colour.white is 0; use the value of white" in done.stdout + done.stderr
