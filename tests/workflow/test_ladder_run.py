"""The ladder of encoders in small, from pictures to the verdicts, in one command and without a second run."""

import json

import yaml

from extended import copy_project, study_of_pictures, write_red_and_blue
from running import plan, snakemake

RATINGS = """
version = "mine"
[raters.mine]
source = "made up"
[raters.mine.ratings.pictures]
red = 1
blue = 0
"""
TARGET = "results/ladder.json"


def test_pixels_lead_over_random_vectors_and_nothing_runs_twice(tmp_path):
    folder = copy_project(tmp_path / "project")
    write_red_and_blue(folder / "pictures", 40)
    (folder / "ratings.toml").write_text(RATINGS)
    asked = {"protocol": "gda", "width": 64, "ratings": "ratings.toml", "relevant": 0.1}
    asked["contrasts"] = {"colour": {"more": ["pixels"], "less": ["random"]}}
    study = study_of_pictures(image_encoders=["pixels", "random"], ladder=asked, protocols=["gda"])
    (folder / "mine.yaml").write_text(yaml.safe_dump(study))
    command = ("--cores", "1", "--configfile", "mine.yaml", "--", TARGET)
    snakemake(folder, "-s", "workflow/Snakefile", *command)
    results = json.loads((folder / TARGET).read_text())
    verdicts = {(claim["claim"], claim["family"]): claim["verdict"] for claim in results["claims"]}
    assert verdicts["colour", "full"] == verdicts["colour", "pca"] == "reproduced"
    assert verdicts["rating-within", "pca"] in ("inconclusive", "not run")  # two classes say nothing
    assert {row["class"]: row["ratings"] for row in results["classes"]} == {
        "red": {"mine": 1},
        "blue": {"mine": 0},
    }
    heads = sorted(path.parent.parent.name for path in folder.glob("results/pictures/*/*/heads.safetensors"))
    assert heads == sorted(["transfer", "transfer.gda-pca", "transfer.gda-random"] * 2)
    assert not plan(folder, "-s", "workflow/Snakefile", "--configfile", "mine.yaml", "--", TARGET)
