"""A study of numbers from a user's table to its page: planted brightness, votes as weights, and rejects."""

import csv

import numpy as np
import polars as pl
from PIL import Image

from extended import copy_project, run_study
from humancentric.core.files import read_json

FILMS = 150


def write_films(folder):
    """Write grey pictures whose rating is their brightness up to noise, with three rows that cannot be used."""
    rng = np.random.default_rng(0)
    (folder / "pictures").mkdir()
    with (folder / "films.csv").open("w", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["film", "file", "rating", "votes"])
        for number in range(FILMS):
            bright = rng.uniform(20, 230)
            pixels = np.clip(rng.normal(bright, 20, (70, 70, 3)), 0, 255).astype(np.uint8)
            Image.fromarray(pixels).save(folder / "pictures" / f"{number}.png")
            rating = {5: "", 6: "inf"}.get(number, f"{2 + bright / 40 + rng.normal(0, 0.3):.2f}")
            votes = 3 if number == 7 else rng.integers(20, 500)
            rows.writerow([f"{number:03d}", f"{number}.png", rating, votes])


def study():
    films = {
        "source": {
            "kind": "table", "path": "films.csv", "root": "pictures/", "id": "film", "image": "file", "labels": "rating"
        },
        "task": "regression",
        "target": {"weight": "votes", "min_weight": 20},
        "human_centric": True,
        "views": {"standard": {"modality": "image"}},
        "split": {"test": 0.4, "kind": "stratified"},
        "shards": 1,
    }  # fmt: skip
    chosen = {
        "name": "ratings",
        "datasets": ["films"],
        "controls": {},
        "seeds": 2,
        "protocols": ["standardised"],
    }
    chosen |= {"image_encoders": ["pixels", "noise"], "text_encoders": [], "chance": [], "zeroshot": []}
    chosen |= {"galleries": False, "claims": {"rows": ["quality-pictures"], "resamples": 300}}
    encoders = {
        "pixels": {"multimodal": True},
        "noise": {"modality": "image", "kind": "random", "width": 32, "seed": 1},
    }
    return {"study": chosen, "encoders": encoders, "datasets": {"films": films}}


def test_planted_ratings_are_found_from_the_table_to_the_page(tmp_path):
    folder = copy_project(tmp_path)
    write_films(folder)
    run_study(folder, study(), "results/report.html")
    results = folder / "results"
    rejects = dict(pl.read_parquet(results / "films" / "rejects.parquet").select("id", "reason").iter_rows())
    assert rejects == {"005": "no-number", "006": "not-finite", "007": "low-weight"}
    frame = pl.read_csv(results / "tables" / "films-numbers.csv")
    means = {(row["features"], row["metric"]): row["mean"] for row in frame.iter_rows(named=True)}
    assert means["standard.pixels", "spearman"] > 0.9
    assert means["standard.pixels", "mae_weighted"] < 0.7 * means["median", "mae_weighted"]
    assert abs(means["standard.noise", "spearman"]) < 3 / np.sqrt(59)
    (claim,) = read_json(results / "claims.json")["claims"]
    assert claim["verdict"] == "reproduced"
    assert claim["contrasts"][0]["metrics"] == ["spearman"]
    page = (results / "report.html").read_text()
    assert "a number per sample" in page
    assert "predicted against true" in page
