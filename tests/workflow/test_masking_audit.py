"""The audit by its target on a small set of pictures: everything is made, and what is not installed is said."""

import json

import pytest
from PIL import Image, ImageDraw, ImageFont

from running import copy_project, plan, snakemake

PICTURES = 4
OVERLAY = {
    "datasets": {
        "small": {
            "source": {
                "kind": "table",
                "path": "small.csv",
                "id": "id",
                "image": "file",
                "labels": "label",
                "split": "split",
            },
            "task": "single-label",
            "human_centric": False,
            "views": {
                "standard": {"modality": "image"},
                "masked": {"modality": "image", "of": "standard", "detector": "db"},
            },
            "shards": 2,
        }
    },
    "study": {"name": "small", "datasets": ["small"], "controls": {}},
    "audit": {
        "pictures": 3,
        "shown": 2,
        "engine": {"command": "no-such-reader"},
        "ink": {"lines": 4, "sizes": {"224x224": [16]}},
    },
}


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    """Return a copy of the project with four pictures, audited without an engine that reads."""
    folder = copy_project(tmp_path_factory.mktemp("audited") / "project", results=False)
    rows = ["id,file,label,split"]
    for number in range(PICTURES):
        picture = Image.new("RGB", (200, 260), (40 + 30 * number, 80, 120))
        ImageDraw.Draw(picture).text((20, 100), f"TITLE {number}", "yellow", ImageFont.load_default(36))
        picture.save(folder / f"{number}.png")
        rows.append(f"p{number},{number}.png,{'ab'[number % 2]},{'test' if number > 1 else 'train'}")
    (folder / "small.csv").write_text("\n".join(rows) + "\n")
    # in place of the default sizes, which an overlay would only add to
    config = folder / "config" / "config.yaml"
    text = config.read_text()
    sizes = next(line for line in text.splitlines() if line.strip().startswith("sizes: {600x900"))
    config.write_text(text.replace(sizes, "    sizes: {224x224: [16]}"))
    (folder / "small.json").write_text(json.dumps(OVERLAY))
    snakemake(folder, "--cores", "1", "--configfile", "small.json", "--", "masking_audit")
    return folder


def test_what_is_not_installed_is_said_in_log_and_table(project):
    said = "audit.engine: 'no-such-reader' is not on PATH; install it"
    assert said in (project / "logs" / "audit_read" / "small" / "view.masked.log").read_text()
    assert said in (project / "results" / "tables" / "masking-audit-read.md").read_text()


def test_known_ink_is_judged_all_the_same(project):
    found = json.loads((project / "results" / "audit" / "summary.json").read_text())
    assert {row["size"] for row in found["ink"]} == {"224x224"}
    assert all(row["value"] is not None for row in found["ink"] if row["factor"] is None)
    assert {row["skipped"] is None for row in found["read"]} == {False}


def test_sheets_are_drawn_and_nothing_is_left_to_do(project):
    for subject in ("view.masked", "detector.db.boxes"):
        for kind in ("drawn", "worst"):
            with Image.open(project / "results" / "small" / "audit" / f"{subject}.{kind}.png") as picture:
                assert picture.width == 1400
    assert plan(project, "masking_audit", "--configfile", "small.json") == {}
