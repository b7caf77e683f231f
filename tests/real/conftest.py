"""Run the study on real films, covers and tweets from the folder in HUMANCENTRIC_REAL_DATA.

HUMANCENTRIC_REAL_SIZE is the number of films, of covers and of tweets to read ("all" for no limit), and
HUMANCENTRIC_REAL_PROTOCOLS is a comma-separated list of protocols. No data leave the temporary folder of the test;
`pytest tests/real --basetemp=FOLDER` keeps the study for `bench/protocols.py`.
"""

import csv
import json
import os
from pathlib import Path

import pytest
import yaml

from running import copy_project, snakemake

FOLDER = os.environ.get("HUMANCENTRIC_REAL_DATA")
SIZE = os.environ.get("HUMANCENTRIC_REAL_SIZE", "250")
PROTOCOLS = os.environ.get("HUMANCENTRIC_REAL_PROTOCOLS", "standardised").split(",")
CUT_OFF = "2021-01-05"


def pytest_collection_modifyitems(items):
    """Skip these tests if HUMANCENTRIC_REAL_DATA is not set."""
    if FOLDER is None:
        reason = "HUMANCENTRIC_REAL_DATA is not set: the study on real data is not run"
        for item in items:
            if "tests/real" in str(item.path).replace(os.sep, "/"):
                item.add_marker(pytest.mark.skip(reason=reason))


def evenly_spaced(rows: list, size: str) -> list:
    """Return about `size` evenly spaced rows, or all of them if `size` is "all"."""
    return rows if size == "all" or len(rows) <= int(size) else rows[:: -(-len(rows) // int(size))]


def write_tables(data: Path, project: Path) -> dict[str, list[dict]]:
    """Write the tables of films, tweets and covers into `project`; return their rows."""
    with (data / "movies" / "movies.jsonl").open() as lines:
        films = [json.loads(line) for line in lines]
    recent = [film for film in films if film["release_date"] > CUT_OFF]
    chosen = evenly_spaced([film for film in films if film["release_date"] <= CUT_OFF], SIZE) + recent
    (project / "films.jsonl").write_text("".join(json.dumps(film) + "\n" for film in chosen))
    with (data / "mvsa_single" / "labels.csv").open() as file:
        labels = list(csv.DictReader(file))
    tweets = [
        {"id": row["id"], "label": row["label"], "image": f"{row['id']}.jpg"}
        for row in evenly_spaced(labels, SIZE)
    ]
    from humancentric.sources.kinds.mvsa import decode

    for row in tweets:
        row["tweet"] = decode((data / "mvsa_single" / "data" / f"{row['id']}.txt").read_bytes())[0]
    with (data / "books" / "books.csv").open() as file:
        covers = evenly_spaced(list(csv.DictReader(file)), SIZE)
    for name, rows in (("tweets", tweets), ("covers", covers)):
        with (project / f"{name}.csv").open("w", newline="") as file:
            writer = csv.DictWriter(file, rows[0])
            writer.writeheader()
            writer.writerows(rows)
    return {"films": chosen, "tweets": tweets, "covers": covers}


def overlay(data: Path) -> dict:
    """Return the config overlay: three real datasets, one control and the packaged encoders."""
    image = {
        "standard": {"modality": "image"},
        "masked": {"modality": "image", "of": "standard", "detector": "db"},
    }
    film_views = {**image, "title": {"modality": "text"}, "plot": {"modality": "text", "column": "overview"}}
    replica = {"kind": "tmdb", "catalogue": "films.jsonl", "posters": str(data / "movies" / "posters")}
    single = {
        "task": "single-label",
        "human_centric": True,
        "shards": 2,
        "split": {"test": 0.25, "kind": "stratified"},
    }
    films = {"task": "multi-label", "human_centric": True, "shards": 2, "views": film_views}

    def source(released_from: str, to: str) -> dict:
        return {**replica, "released": {"from": released_from, "to": to}, "years_per_slice": 20}

    return {
        "study": {
            "name": "real",
            "datasets": ["real-tweets", "real-covers", "real-films"],
            "controls": {"real-films": ["real-films-recent"]},
            "image_encoders": ["efficientnet-lite0"],
            "text_encoders": ["minilm"],
            "chance": ["random"],
            "protocols": PROTOCOLS,
            "shots": {"default": [1, 2, 5, 10]},
        },
        "datasets": {
            "real-films": {**films, "source": source("1900-01-01", CUT_OFF), "split": {"test": 0.25}},
            "real-films-recent": {
                **films,
                "views": {name: view for name, view in film_views.items() if name != "masked"},
                "source": source("2021-01-06", "2030-12-31"),
                "split": {"test": 1.0},
            },
            "real-tweets": {
                **single,
                "source": {
                    "kind": "table",
                    "path": "tweets.csv",
                    "root": str(data / "mvsa_single" / "data"),
                    "id": "id",
                    "image": "image",
                    "labels": "label",
                },
                "views": {"standard": {"modality": "image"}, "tweet": {"modality": "text"}},
            },
            "real-covers": {
                **single,
                "source": {
                    "kind": "table",
                    "path": "covers.csv",
                    "root": str(data / "books" / "covers"),
                    "id": "image",
                    "image": "image",
                    "labels": "category",
                },
                "views": {**image, "title": {"modality": "text"}},
            },
        },
    }


@pytest.fixture(scope="session")
def real(tmp_path_factory) -> tuple[Path, dict[str, list[dict]]]:
    """Return the folder of the finished study on real data, and the rows of its input tables."""
    data = Path(FOLDER).resolve()
    project = copy_project(tmp_path_factory.mktemp("real") / "project", results=False)
    rows = write_tables(data, project)
    (project / "real.yaml").write_text(yaml.safe_dump(overlay(data), sort_keys=False))
    snakemake(project, "--cores", "all", "--configfile", "real.yaml")
    return project, rows
