"""A new kind of source is one new module and its branch of the schema: nothing else is edited."""

import csv
import json

import pytest
import yaml

from humancentric.core import tables
from humancentric.core.schemas import IMAGES, LISTING, SAMPLES
from own_data import png
from project import ROOT
from running import copy_project, snakemake

KIND = '''
"""Flag cards: two lists of files and flags beside a folder of pictures."""

import csv
from pathlib import Path

from humancentric.sources.source_kind import SourceKind, listing_table

FILES = ("train.csv", "test.csv")


def read(source, columns):
    rows = []
    for name in FILES:
        with (Path(source["root"]) / name).open(newline="") as file:
            for card in csv.DictReader(file):
                row = {"id": card["file"].removesuffix(".png"), "labels": [card["flag"]]}
                row |= {"image_source": f"cards/{card['file']}", "source_split": name.removesuffix(".csv")}
                rows.append(row)
    return listing_table(rows, columns.values())


SOURCE = SourceKind(read=read, published=lambda source: list(FILES), download="ask the flag makers")
'''
BRANCH = {
    "if": {"properties": {"kind": {"const": "flag-cards"}}, "required": ["kind"]},
    "then": {
        "required": ["root"],
        "properties": {"root": {"description": "use the folder with the lists", "type": "string"}},
    },
}
ROW = {
    "source": {"kind": "flag-cards", "root": "flags"},
    "task": "single-label",
    "human_centric": False,
    "views": {"standard": {"modality": "image"}},
    "min_side": 6,
    "shards": 1,
}
CARDS = {"train": {"a": "red", "b": "blue", "c": "red"}, "test": {"d": "blue", "e": "red"}}
SAMPLES_FILE = "results/flags/samples.parquet"


@pytest.fixture
def checkout(tmp_path):
    """Return a copy of the project with the new module and its branch."""
    target = copy_project(tmp_path / "checkout", results=False)
    (target / "workflow/scripts/humancentric/sources/kinds/flag_cards.py").write_text(KIND)
    path = target / "workflow/schemas/datasets.schema.yaml"
    schema = yaml.safe_load(path.read_text())
    schema["$defs"]["source"]["properties"]["kind"]["enum"].append("flag-cards")
    schema["$defs"]["source"]["allOf"].append(BRANCH)
    path.write_text(yaml.safe_dump(schema))
    return target


@pytest.fixture
def study(tmp_path):
    """Return the folder of a study with the new set."""
    folder = tmp_path / "study"
    (folder / "config").mkdir(parents=True)
    (folder / "config/config.yaml").write_text(yaml.safe_dump({"datasets": {"flags": ROW}}))
    (folder / "flags/cards").mkdir(parents=True)
    for split, cards in CARDS.items():
        for name, flag in cards.items():
            (folder / f"flags/cards/{name}.png").write_bytes(png(flag))
        with (folder / f"flags/{split}.csv").open("w", newline="") as file:
            csv.writer(file).writerows([("file", "flag"), *((f"{name}.png", f) for name, f in cards.items())])
    return folder


def run(checkout, study, **options):
    return snakemake(checkout, "--directory", str(study), "--cores", "2", SAMPLES_FILE, **options)


def test_a_module_and_a_branch_of_the_schema_make_a_kind_that_is_read(checkout, study):
    run(checkout, study)
    samples = tables.read(study / SAMPLES_FILE, SAMPLES).to_pylist()
    assert {row["id"]: (row["split"], row["labels"]) for row in samples} == {
        name: (split, [flag]) for split, cards in CARDS.items() for name, flag in cards.items()
    }
    images = tables.read(study / "results/flags/images/standard/0.parquet", IMAGES).to_pylist()
    assert {row["id"]: row["image"] for row in images} == {
        name: (study / f"flags/cards/{name}.png").read_bytes() for name in "abcde"
    }
    assert set(tables.read_metadata(study / "results/flags/listing.parquet")["files"]) == {
        "train.csv",
        "test.csv",
    }
    assert len(tables.read(study / "results/flags/listing.parquet", LISTING)) == 5
    # Its jobs depend on its code, and not on that of other kinds.
    for script in ("read_listing", "read_images"):
        code = json.loads((study / f".snakemake/code/{script}.flag-cards.json").read_text())
        kinds = {name for name in code if name.startswith("humancentric.sources.kinds.")}
        assert kinds == {"humancentric.sources.kinds.flag_cards"}


def test_its_files_are_checked_and_its_row_too(checkout, study):
    (study / "flags/test.csv").unlink()
    done = run(checkout, study, check=False)
    assert "flags/test.csv: file is missing; ask the flag makers" in done.stdout + done.stderr
    wrong = {"datasets": {"flags": ROW | {"source": {"kind": "flag-cards", "roots": "flags"}}}}
    (study / "config/config.yaml").write_text(yaml.safe_dump(wrong))
    done = run(checkout, study, check=False)
    assert "datasets.flags.source" in done.stdout + done.stderr
    assert "root" in done.stdout + done.stderr
    assert not (ROOT / "workflow/scripts/humancentric/sources/kinds/flag_cards.py").exists()
