"""The workflow from another folder than its own: by its Snakefile, by `--directory`, and as a module."""

from pathlib import Path

import pytest
import yaml

from project import ROOT
from running import plan, snakemake

STUDY = {
    "study": {
        "name": "elsewhere",
        "datasets": ["demo-covers"],
        "controls": {},
        "image_encoders": ["random"],
        "text_encoders": [],
        "chance": [],
        "zeroshot": [],
        "galleries": [],
        "seeds": 2,
        "repeats": 2,
        "shots": {"default": [1, 2]},
    },
    "datasets": {
        "demo-covers": {
            "shards": 1,
            # Reads weights that come with the workflow, in resources/.
            "views": {"masked": {"modality": "image", "of": "standard", "detector": "east-synthetic"}},
        }
    },
    "demo": {"covers": 40},
}
TABLE = "results/tables/demo-covers.md"
MODULE = """
configfile: "mine.yaml"

module humancentric:
    snakefile: "{snakefile}"
    config: config

use rule * from humancentric

rule mine:
    default_target: True
    input: "results/tables/demo-covers.md"
"""


@pytest.fixture
def folder(tmp_path) -> Path:
    """Return the folder of a study whose config/ overlays the workflow's."""
    (tmp_path / "config").mkdir()
    (tmp_path / "config" / "config.yaml").write_text(yaml.safe_dump(STUDY))
    return tmp_path


def made_below(folder: Path) -> set[str]:
    """Return what stands directly in the folder of a study."""
    return {path.name for path in folder.iterdir()}


def test_a_snakefile_elsewhere_runs_in_the_folder_of_the_study(folder):
    command = ("-s", str(ROOT / "workflow" / "Snakefile"), "--directory", str(folder), "--cores", "2", TABLE)
    snakemake(folder.parent, *command)
    assert "Random" in (folder / TABLE).read_text() or "random" in (folder / TABLE).read_text()
    assert {"results", "logs", "config"} <= made_below(folder)
    assert plan(folder.parent, *command) == {}
    snakemake(folder.parent, *command, "--report", str(folder / "out.html"))
    caption = (folder / "results/tables/captions/demo-covers.rst").read_text()
    words = caption.replace("\\", "").split(",")[0]  # as it reads without the escapes of its format
    assert words in (folder / "out.html").read_text()


def test_the_checkout_runs_a_study_in_another_directory(folder):
    before = made_below(ROOT)
    snakemake(ROOT, "--directory", str(folder), "--cores", "2", TABLE)
    assert (folder / TABLE).is_file()
    assert (folder / "logs" / "tables.log").is_file()
    assert made_below(ROOT) - before == set()


def test_another_workflow_uses_it_as_a_module(tmp_path):
    (tmp_path / "mine.yaml").write_text(yaml.safe_dump(STUDY))
    (tmp_path / "Snakefile").write_text(MODULE.format(snakefile=ROOT / "workflow" / "Snakefile"))
    snakemake(tmp_path, "--cores", "2")
    assert (tmp_path / TABLE).is_file()
    assert plan(tmp_path, "--cores", "2") == {}


def test_a_mistake_in_a_study_s_own_config_is_one_line(folder):
    wrong = {"study": {**STUDY["study"], "image_encoders": ["randm"]}}
    (folder / "config" / "config.yaml").write_text(yaml.safe_dump(wrong))
    run = snakemake(ROOT, "--directory", str(folder), "-n", check=False)
    assert run.returncode
    assert "'randm'" in run.stdout + run.stderr
    assert "did you mean 'random'" in run.stdout + run.stderr
