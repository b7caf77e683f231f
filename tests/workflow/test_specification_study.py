"""The study of all specifications as a user runs it: a small run to its page."""

import csv
import json

import planted_probes as made
from extended import copy_project, run_study, study_of_pictures, write_red_and_blue


def test_a_small_study_runs_to_its_section_of_the_page(tmp_path):
    write_red_and_blue(copy_project(tmp_path) / "pictures", 40)
    claim = {
        "sentence": "A is best.",
        "kind": "best",
        "cells": "image",
        "ours": ["pixels"],
        "rivals": ["random"],
    }
    study = study_of_pictures(
        image_encoders=["pixels", "random"],
        protocols=["gda"],
        specifications={"probes": ["linear", "knn"], "claims": ["lead"], "margin": 0.1},
    )
    protocols = {name: made.PROTOCOLS[name] for name in ("linear", "knn")}
    study |= {"protocols": protocols, "claims": {"lead": claim | {"family": "ours"}}}
    run_study(tmp_path, study, "results/report.html")
    found = json.loads((tmp_path / "results" / "specifications.json").read_text())
    assert len(found["specifications"]) == 20
    (lead,) = (one for one in found["claims"] if one["claim"] == "lead")
    (contrast,) = lead["contrasts"]
    assert contrast["answer"] == "robust"
    assert contrast["holds"] == 1.0
    with (tmp_path / "results" / "tables" / "specification-ranks.csv").open() as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 40
    assert sum(row["selected"] == "true" for row in rows) == 2
    page = (tmp_path / "results" / "report.html").read_text()
    assert "Is it the probe?" in page
    assert "Encoders under all" not in page
    for name in ("specification-contrasts", "specification-ranks-pictures"):
        assert (tmp_path / "results" / "figures" / f"{name}.png").stat().st_size > 10_000
