"""The search for contamination as a study runs it, on texts whose words one encoder knows only before its cut-off."""

import csv
import datetime
import json

import numpy as np
import yaml

from running import copy_project, plan, snakemake

CUT = datetime.date(2021, 1, 5)
OVERLAY = ("--configfile", "config/studies/contamination.yaml")
SPLITS = {"early": 240, "later": 80}


def write_texts(folder, rng) -> None:
    """Write early texts with a word of their class, the last two a repetition of the first, and later ones without."""
    noise = [f"word{number}" for number in range(30)]
    for name, number in SPLITS.items():
        rows = []
        for index in range(number):
            label = ("calm", "tense")[index % 2]
            words = rng.choice(noise, 6).tolist() + ([label] * 2 if name == "early" else [])
            days = int(rng.integers(1, 700)) * (-1 if name == "early" else 1)
            day = CUT + datetime.timedelta(days=days)
            split = "test" if name == "later" or index % 2 == (index // 2) % 2 else "train"
            rows.append([f"{name}-{index}", " ".join(words), label, day.isoformat(), split, index])
        if name == "early":  # a twin across the splits
            rows[1][1], rows[1][4], rows[3][4] = rows[3][1], "test", "train"
        with (folder / f"{name}.csv").open("w", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(["id", "text", "label", "day", "split", "votes"])
            writer.writerows(rows)


def config() -> dict:
    """Return two tables of texts, the second the control of the first, and two encoders of text."""
    columns = {"id": "id", "labels": "label", "release_date": "day", "split": "split"}
    row = {"task": "single-label", "human_centric": True, "shards": 1}
    row["popularity"] = "votes"
    row["views"] = {"plot": {"modality": "text", "column": "text"}}
    return {
        "datasets": {
            name: {**row, "source": {"kind": "table", "path": f"{name}.csv", **columns}} for name in SPLITS
        },
        "encoders": {"tfidf": {"width": 256, "seen_until": {"date": CUT.isoformat()}}},
        "study": {
            "name": "texts", "datasets": ["early"], "controls": {"early": ["later"]}, "image_encoders": [],
            "text_encoders": ["tfidf", "random-t"], "chance": [], "zeroshot": [], "galleries": False, "seeds": 2,
        },
    }  # fmt: skip


def test_an_encoder_that_knows_only_earlier_words_is_found_in_a_run(tmp_path):
    project = copy_project(tmp_path / "project", results=False)
    write_texts(project, np.random.default_rng(0))
    (project / "mine.yaml").write_text(yaml.safe_dump(config()))
    files = [*OVERLAY, "mine.yaml"]
    snakemake(project, "--cores", "2", *files, "--", "results/early/contamination.json")
    found = json.loads((project / "results" / "early" / "contamination.json").read_text())
    rows = {row["features"]: row for row in found["contrasts"]}
    seen = rows["plot.tfidf"]
    assert (seen["verdict"], seen["references"]) == ("reproduced", ["plot.random-t"])
    assert seen["low"] > 0.2
    assert seen["samples"]["after"] == SPLITS["later"]
    assert seen["popularity"]["samples"] == sum(seen["samples"].values())
    assert rows["plot.random-t"]["reason"] == "it has seen no real data"
    assert found["twins"]["early"]["hashes"] >= 1
    assert [cell["features"] for cell in found["cells"]] == ["plot.tfidf", "plot.random-t"]


def test_the_study_adds_jobs_to_the_default_study_and_no_other(tmp_path):
    project = copy_project(tmp_path / "project", results=False)
    more = plan(project, *OVERLAY)
    more.subtract(plan(project))
    changed = {name: number for name, number in more.items() if number}
    assert changed == {"hash_images": 11, "find_leakage": 4, "find_embedding_twins": 4, "contamination": 4}
