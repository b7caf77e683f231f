"""Copy the project and add a kind to it: one new module and its branch in a schema."""

import shutil
from pathlib import Path
from typing import Any

import numpy as np
import yaml
from PIL import Image

from project import ROOT
from running import snakemake

COPIED = ("workflow", "config", "envs", "resources")


def copy_project(folder: Path) -> Path:
    """Copy the parts of the project that a run needs to `folder`."""
    hidden = shutil.ignore_patterns("__pycache__")
    for name in COPIED:
        shutil.copytree(ROOT / name, folder / name, ignore=hidden)
    return folder


def add_kind(folder: Path, module: str, text: str, section: str, branch: dict[str, Any]) -> None:
    """Add a module, whose path is relative to the library, and its branch in the schema of a config section."""
    path = folder / "workflow" / "scripts" / "humancentric" / module
    path.write_text(text)
    file = folder / "workflow" / "schemas" / f"{section}.schema.yaml"
    schema = yaml.safe_load(file.read_text())
    schema["additionalProperties"]["properties"]["kind"]["enum"].append(path.stem.replace("_", "-"))
    schema["additionalProperties"]["allOf"].append(branch)
    file.write_text(yaml.safe_dump(schema))


def write_red_and_blue(folder: Path, number: int = 20) -> None:
    """Write noisy red and blue images, with one folder per class."""
    for index in range(number):
        path = folder / ("blue", "red")[index % 2] / f"{index}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        pixels = np.random.default_rng(index).integers(0, 50, (70, 90, 3), dtype=np.uint8)
        pixels[:, :, (2, 0)[index % 2]] += 200
        Image.fromarray(pixels).save(path)


def study_of_pictures(**changes: Any) -> dict[str, Any]:
    """Return the config of a study that probes one encoder on the images of `write_red_and_blue`."""
    study = {"name": "colours", "datasets": ["pictures"], "controls": {}, "seeds": 2}
    study |= {
        "image_encoders": ["pixels"],
        "text_encoders": [],
        "chance": [],
        "zeroshot": [],
        "galleries": [],
    }
    pictures = {
        "source": {"kind": "folder", "root": "pictures/", "layout": "class"},
        "task": "single-label",
        "human_centric": False,
        "views": {"standard": {"modality": "image"}},
        "split": {"test": 0.3, "kind": "stratified"},
        "shards": 1,
    }
    return {"study": study | changes, "datasets": {"pictures": pictures}}


def run_study(folder: Path, study: dict[str, Any], *arguments: str, check: bool = True):
    """Run a study in the copy of the project; return the completed process."""
    (folder / "mine.yaml").write_text(yaml.safe_dump(study))
    command = ("--cores", "1", "--configfile", "mine.yaml", "--", *arguments)
    return snakemake(folder, "-s", "workflow/Snakefile", *command, check=check)
