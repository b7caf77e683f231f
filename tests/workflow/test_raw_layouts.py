"""Image sets, covers and tweets in the layouts in which they are published, through the workflow up to embeddings."""

import shutil
import tarfile
from pathlib import Path

import polars as pl
import pytest
import yaml

import published_layouts
from demo_data.covers import write_covers
from demo_data.objects import NAMES
from humancentric.core import schemas, tables
from running import copy_project, snakemake

COUNT, SEED = 60, 3
PICTURES = {"modality": "image"}
SETS = {
    "cifar100": (published_layouts.write_cifar100, {"kind": "cifar", "classes": 100}, 32),
    "cub-200-2011": (published_layouts.write_cub, {"kind": "cub"}, 64),
    "mnist": (published_layouts.write_idx, {"kind": "idx", "names": list(NAMES)}, 28),
    "svhn": (published_layouts.write_svhn, {"kind": "svhn"}, 32),
    "book-covers": (write_covers, {"kind": "book-covers", "classes": 28}, 64),
    "mvsa-single": (published_layouts.write_mvsa_single, {"kind": "mvsa"}, 64),
}


@pytest.fixture(scope="module")
def made(tmp_path_factory) -> Path:
    """Return a project in which each set was read from its raw files and embedded by an encoder without knowledge."""
    project = copy_project(tmp_path_factory.mktemp("raw") / "project", results=False)
    rows = {}
    for name, (write, source, side) in SETS.items():
        write(project / "resources" / name, COUNT, SEED)
        rows[f"raw-{name}"] = {
            "source": {**source, "root": f"resources/{name}"},
            "task": "single-label",
            "human_centric": False,
            "views": {"standard": PICTURES},
            "min_side": side,
            "shards": 2,
        }
    rows["raw-mvsa-single"]["split"] = {"kind": "stratified", "test": 0.1, "validation": 0.1, "seed": 0}
    covers = project / "resources" / "book-covers"
    with tarfile.open(covers / "224x224.tar.gz", "w:gz") as archive:
        archive.add(covers / "images", "224x224")
    shutil.rmtree(covers / "images")
    (project / "raw.yaml").write_text(yaml.safe_dump({"datasets": rows}))
    wanted = [f"results/{name}/embeddings/standard.random/test.parquet" for name in rows]
    snakemake(project, *wanted, "--cores", "2", "--quiet", "all", "--configfile", "raw.yaml")
    return project


def table(project: Path, name: str, file: str, schema: schemas.TableSchema) -> pl.DataFrame:
    return pl.from_arrow(tables.read(project / "results" / f"raw-{name}" / f"{file}.parquet", schema))


@pytest.mark.parametrize("name", ["cifar100", "cub-200-2011", "mnist", "svhn"])
def test_every_picture_of_a_set_is_a_sample_with_a_vector(made, name):
    samples = table(made, name, "samples", schemas.SAMPLES)
    assert samples.height == COUNT
    assert samples.group_by("split").len().sort("split").rows() == [("test", 20), ("train", 40)]
    assert samples["labels"].explode().value_counts()["count"].to_list() == [6] * 10
    assert table(made, name, "rejects", schemas.REJECTS).height == 0
    path = made / "results" / f"raw-{name}" / "embeddings" / "standard.random" / "test.parquet"
    vectors = pl.from_arrow(tables.read(path, schemas.embeddings(256)))
    assert vectors["id"].to_list() == samples.filter(pl.col("split") == "test")["id"].to_list()


def test_covers_are_read_straight_from_their_archive(made):
    listing = table(made, "book-covers", "listing", schemas.LISTING)
    samples = table(made, "book-covers", "samples", schemas.SAMPLES)
    reasons = table(made, "book-covers", "rejects", schemas.REJECTS)["reason"].value_counts()
    assert dict(reasons.rows()) == {"unusable": 5, "duplicate-id": 1, "missing": 1, "unreadable": 1}
    assert samples.height == listing.height - 8


def test_tweets_of_mvsa_single_are_split_by_class(made):
    samples = table(made, "mvsa-single", "samples", schemas.SAMPLES)
    shares = samples.group_by(pl.col("labels").list.first(), "split").len()
    for label, size in samples["labels"].explode().value_counts().rows():
        for split in ("test", "validation"):
            found = shares.filter((pl.col("labels") == label) & (pl.col("split") == split))["len"].sum()
            assert abs(found - 0.1 * size) <= 0.5
    listing = tables.read_metadata(made / "results" / "raw-mvsa-single" / "listing.parquet")
    assert listing["files"]["labelResultAll.txt"]["sha256"]
    assert set(listing["ties"]) <= {"0.5", "1.5"}
    assert listing["encodings"]["utf-8"] > listing["encodings"]["gb18030"] > 0
