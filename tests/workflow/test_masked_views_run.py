"""Masked views as rows: given boxes, replays of them, half of them and the control, and what a change runs again."""

from copy import deepcopy

import numpy as np
import pytest
import yaml
from PIL import Image

from humancentric.core import schemas, tables
from humancentric.core.images import decode
from project import merge
from running import copy_project, plan, snakemake

VIEWS = {"masked": "drawn", "masked-strict": "strict", "masked-half": "half", "random-boxes": "elsewhere"}
OVERLAY = {
    "detectors": {
        "drawn": {"kind": "boxes", "path": "boxes.csv"},
        "strict": {"kind": "stored", "of": "masked", "confidence": 0.7},
        "half": {"kind": "stored", "of": "masked", "share": 0.5, "seed": 0},
        "elsewhere": {"kind": "random-boxes", "of": "masked", "seed": 0},
    },
    "datasets": {
        "tiny": {
            "source": {"kind": "folder", "root": "pictures/", "layout": "class"},
            "task": "single-label",
            "human_centric": True,
            "views": {"standard": {"modality": "image"}}
            | {
                view: {"modality": "image", "of": "standard", "detector": name}
                for view, name in VIEWS.items()
            },
            "split": {"test": 0.3},
            "shards": 1,
        }
    },
    "study": {
        "datasets": ["tiny"],
        "image_encoders": ["pixels"],
        "text_encoders": [],
        "controls": {},
        "zeroshot": [],
    },
}
MASKED = [f"results/tiny/images/{view}/0.parquet" for view in VIEWS]


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    """Return a project with eight pictures and two boxes for each but the last, all views masked."""
    folder = copy_project(tmp_path_factory.mktemp("masked") / "project", results=False)
    lines = ["id,x,y,w,h,score"]
    for number in range(8):
        path = folder / "pictures" / "ab"[number % 2] / f"{number}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        pixels = np.random.default_rng(number).integers(60, 256, (90, 70, 3), dtype=np.uint8)
        Image.fromarray(pixels).save(path)
        if number < 7:
            name = f"{path.parent.name}--{path.name}"
            lines += [f"{name},5,5,30,10,0.9", f"{name},20,60,12,8,0.6"]
    (folder / "boxes.csv").write_text("\n".join(lines) + "\n")
    write(folder, OVERLAY)
    snakemake(folder, "--cores", "2", "--configfile", "mine.yaml", "--", *MASKED)
    return folder


def write(folder, overlay):
    (folder / "mine.yaml").write_text(yaml.safe_dump(overlay))


def masks(project, view):
    folder = project / "results/tiny/masks" / ("" if view == "masked" else view)
    return tables.read(folder / "0.parquet", schemas.MASKS).to_pylist()


def test_every_view_masks_what_its_row_says(project):
    found = {view: masks(project, view) for view in VIEWS}
    assert [len(row["boxes"]) for row in found["masked"]].count(2) == 7
    assert [row["boxes"] for row in found["masked"] if len(row["boxes"]) != 2] == [[]]
    assert {len(row["boxes"]) for row in found["masked-half"]} == {0, 1}
    assert sum(len(row["boxes"]) for row in found["masked-half"]) == 7
    for row, strict, random in zip(
        found["masked"], found["masked-strict"], found["random-boxes"], strict=True
    ):
        assert strict["boxes"] == [box for box in row["boxes"] if box["score"] > 0.7]
        assert sorted((b["w"], b["h"]) for b in random["boxes"]) == sorted(
            (b["w"], b["h"]) for b in row["boxes"]
        )
        assert random["masked_fraction"] == row["masked_fraction"]
    for view, rows in found.items():
        pictures = tables.read(project / f"results/tiny/images/{view}/0.parquet", schemas.IMAGES).to_pylist()
        for picture, row in zip(pictures, rows, strict=True):
            rgb = decode(picture["image"])
            assert (picture["id"], rgb.shape) == (row["id"], (90, 70, 3))
            for box in row["boxes"]:
                inner = rgb[box["y"] + 1 : box["y"] + box["h"] - 1, box["x"] + 1 : box["x"] + box["w"] - 1]
                assert inner.max() < 40  # but for what a JPEG leaves


def test_only_the_view_whose_row_changes_is_masked_again(project):
    assert plan(project, "--configfile", "mine.yaml", "--", *MASKED) == {}
    changed = merge(deepcopy(OVERLAY), {"detectors": {"strict": {"confidence": 0.8}}})
    write(project, changed)
    assert plan(project, "--configfile", "mine.yaml", "--", *MASKED) == {"mask_images_again": 1}
    write(project, OVERLAY)
    table = project / "boxes.csv"
    before = table.read_text()
    table.write_text(before.replace("0.9", "0.95"))
    again = plan(project, "--configfile", "mine.yaml", "--", *MASKED)
    table.write_text(before)
    assert again == {"mask_images": 1, "mask_images_again": 3}


def test_embeddings_and_probes_follow(project):
    jobs = plan(project, "--configfile", "mine.yaml")
    cells = {name: jobs[name] for name in ("embed_images", "transfer", "fewshot")}
    assert cells == dict.fromkeys(cells, 5 + 1)  # and chance, on the pictures as they are
    more = {
        "detectors": {"quarter": {"kind": "stored", "of": "masked", "share": 0.25, "seed": 0}},
        "datasets": {
            "tiny": {
                "views": {"masked-quarter": {"modality": "image", "of": "standard", "detector": "quarter"}}
            }
        },
    }
    write(project, merge(deepcopy(OVERLAY), more))
    later = plan(project, "--configfile", "mine.yaml")
    write(project, OVERLAY)
    assert later - jobs == {"mask_images_again": 1, "embed_images": 1, "transfer": 1, "fewshot": 1}
