"""Files of a user whose paths have braces, or another Unicode normal form than the config, through the engine."""

import unicodedata

import pytest
import yaml
from PIL import Image

from humancentric.core import schemas, tables
from humancentric.core.files import read_json
from running import copy_project, plan, snakemake

NUMBERS = range(24)


def config() -> dict:
    row = {"task": "single-label", "human_centric": False, "shards": 1}
    views = {"standard": {"modality": "image"}}
    films = {
        "source": {
            "kind": "table",
            "path": "data {a}/é {2024}.csv",
            "root": "data {a}/{b}",
            "id": "id",
            "labels": "genre",
            "image": "file",
        },
        "views": views
        | {
            "masked": {"modality": "image", "of": "standard", "detector": "drawn"},
            "lost": {"modality": "image", "of": "standard", "detector": "absent"},
        },
        "split": {"test": 0.5},
        "compare": "data {a}/theirs {c}.csv",
    }
    absent = {"kind": "db", "weights": "data {a}/{net}.onnx", "short_side": 64, "confidence": 0.5}
    return {
        "datasets": {
            "films": row | films,
            "some": row
            | {"source": {"kind": "subset", "of": "films", "ids": "data {a}/{ids}.txt"}, "views": views},
            "flowers": row
            | {
                "source": {"kind": "folder", "root": "data {a}/{f}"},
                "views": views,
                "split": {"test": 0.5},
                "min_side": 1,
            },
        },
        "detectors": {"drawn": {"kind": "boxes", "path": "data {a}/boxes {d}.csv"}, "absent": absent},
        "encoders": {
            "mine": {
                "modality": "image",
                "kind": "timm",
                "model": "resnet18",
                "weights": "data {a}/{w}.safetensors",
                "width": 512,
            }
        },
        "audit": {"ink": {"own": "data {a}/{b}"}},
    }


def write(path, first: str, line: str) -> None:
    path.write_text(f"{first}\n" + "".join(line.format(number) for number in NUMBERS), encoding="utf-8")


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    project = copy_project(tmp_path_factory.mktemp("literal") / "project", results=False)
    data = project / "data {a}"
    for number in NUMBERS:
        for path in (data / f"{{b}}/{number}.png", data / f"{{f}}/{{{number % 2}}}/{number}.png"):
            path.parent.mkdir(parents=True, exist_ok=True)
            Image.new("RGB", (80, 64), (number, 90, 200)).save(path)
    write(data / unicodedata.normalize("NFD", "é {2024}.csv"), "id,genre,file", "{0},War,{0}.png\n")
    write(data / "boxes {d}.csv", "id,x,y,w,h", "{0},8,8,40,32\n")
    write(data / "theirs {c}.csv", "id,split,sha256", "{0},train,\n")
    write(data / "{ids}.txt", "# chosen", "{0}\n")
    (project / "own.yaml").write_text(yaml.safe_dump(config(), allow_unicode=True), encoding="utf-8")
    return project


TARGETS = (
    "results/films/images/masked/0.parquet",
    "results/films/comparison.json",
    "results/some/samples.parquet",
    "results/flowers/samples.parquet",
)


def test_paths_with_braces_are_taken_literally_and_followed(project):
    options = ("--configfile", "own.yaml", "--", *TARGETS)
    snakemake(project, "--cores", "1", *options)
    masks = tables.read(project / "results/films/masks/0.parquet", schemas.MASKS)
    assert masks["masked_fraction"].to_pylist() == pytest.approx([0.25] * 24)
    assert read_json(project / "results/films/comparison.json")["theirs"] == 24
    assert tables.length(project / "results/some/samples.parquet") == 24
    flowers = tables.read(project / "results/flowers/samples.parquet", schemas.SAMPLES)
    assert {label for labels in flowers["labels"].to_pylist() for label in labels} == {"{0}", "{1}"}
    assert not plan(project, *options)
    for name, rule in {
        "boxes {d}.csv": "mask_images",
        "theirs {c}.csv": "comparison",
        "{ids}.txt": "resolve_ids",
    }.items():
        path = project / "data {a}" / name
        path.write_text(path.read_text().replace("23", "23 "))
        assert plan(project, *options)[rule] == 1


def test_weights_and_backgrounds_with_braces_are_planned(project):
    targets = ["results/films/images/lost/0.parquet", "results/films/embeddings/standard.mine/test.parquet"]
    jobs = plan(
        project, "--configfile", "own.yaml", "--", *targets, "results/audit/drawn/600x900.glyphs.parquet"
    )
    assert (jobs["mask_images_again"], jobs["embed_images"], jobs["audit_ink"]) == (1, 1, 1)
    snakemake(project, "--cores", "1", "--configfile", "own.yaml", "--dry-run", "fetch_detectors")
