"""The paper's study in small, from real films, tweets, covers and pictures, with a list of ids for Mangolin's films."""

import csv
import json
import os
import re
import shutil
from pathlib import Path

import polars as pl
import pytest
import yaml

from extended import copy_project
from humancentric.core import schemas, tables
from humancentric.core.hashing import split_of
from running import plan, snakemake

FILMS, OTHERS, LISTED = 160, 60, 50
CUT_OFF, LATEST = "2021-01-05", "2022-01-31"
UNKNOWN, UNKNOWN_TO_IMDB = "999999999", "tt99999999"
COMMAND = ("--cores", "2", "--configfile", "config/paper.yaml", "small.yaml")


def every(rows, number):
    """Return about `number` of `rows`, evenly."""
    return rows[:: max(1, len(rows) // number)][:number]


def write_films(data, project):
    """Write the catalogue and the list of ids, of TMDb and of IMDb; return the films on the list."""
    with (data / "movies.jsonl").open(encoding="utf-8") as lines:
        films = [film for film in map(json.loads, lines) if film["release_date"] <= LATEST]
    early = every([film for film in films if film["release_date"] <= CUT_OFF], FILMS)
    late = [film for film in films if film["release_date"] > CUT_OFF]
    (project / "films.jsonl").write_text("".join(json.dumps(film) + "\n" for film in early + late))
    listed = every(early, LISTED)
    ids = [
        film["imdb_id"] if turn % 2 and film["imdb_id"] else film["id"] for turn, film in enumerate(listed)
    ]
    path = project / "resources" / "mangolin" / "ids.txt"
    path.parent.mkdir(parents=True)
    path.write_text("".join(f"{name}\n" for name in [*ids, UNKNOWN, UNKNOWN_TO_IMDB, late[0]["id"]]))
    return listed


def write_tweets(data, project):
    """Write real tweets in the layout of MVSA-Multiple, every annotator of one opinion."""
    root = project / "resources" / "mvsa-multiple"
    (root / "data").mkdir(parents=True)
    with (data / "labels.csv").open(encoding="utf-8") as file:
        rows = every(list(csv.DictReader(file)), OTHERS)
    for name in (f"{row['id']}.{ending}" for row in rows for ending in ("jpg", "txt")):
        shutil.copyfile(data / "data" / name, root / "data" / name)  # links that leave the folder are refused
    votes = "\t".join(["{0},{0}"] * 3)
    lines = [f"{row['id']}\t{votes.format(row['label'])}" for row in rows]
    (root / "labelResultAll.txt").write_text("\n".join(["ID\ttext,image\ttext,image\ttext,image", *lines]))


def write_covers(data, project):
    """Write a table of real covers."""
    with (data / "books.csv").open(encoding="utf-8") as file:
        rows = every(list(csv.DictReader(file)), OTHERS)
    with (project / "covers.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, rows[0])
        writer.writeheader()
        writer.writerows(rows)


def overlay(data):
    """Return what is small: packaged encoders and detector, one of the standard sets, fewer seeds."""
    films = {"catalogue": "films.jsonl", "posters": str(data / "movies" / "posters"), "years_per_slice": 50}
    masked = {"masked": {"detector": "db"}}
    single = {"task": "single-label", "shards": 1}
    covers = {"kind": "table", "path": "covers.csv", "root": str(data / "books" / "covers")}
    views = {"standard": {"modality": "image"}}
    return {
        "study": {
            "datasets": ["mvsa", "real-covers", "plotster"],
            "fewshot_only": ["real-cifar10"],
            "image_encoders": ["clip-demo"],
            "text_encoders": ["clip-demo-t"],
            "zeroshot": ["clip-demo"],
            "seeds": 1,
            "repeats": 1,
            "shots": {"default": [1], "mvsa": [2]},
            "galleries": ["plotster"],
        },
        "datasets": {
            "plotster": {"source": films, "views": masked, "shards": 2, "split": {"test": 0.25}},
            "plotster-recent": {"source": films, "views": masked, "shards": 1},
            "plotster-mangolin": {"views": masked, "shards": 1},
            "mvsa": {"shards": 1},
            "real-covers": single
            | {
                "source": covers | {"id": "image", "image": "image", "labels": "category"},
                "human_centric": True,
                "views": {**views, "masked": {"modality": "image", "of": "standard", "detector": "db"}}
                | {"title": {"modality": "text"}},
                "split": {"test": 0.25, "kind": "stratified"},
            },
            "real-cifar10": single
            | {
                "source": {"kind": "folder", "root": str(data / "cifar10"), "layout": "split/class"},
                "human_centric": False,
                "views": views,
                "min_side": 1,
            },
        },
    }


@pytest.fixture(scope="module")
def paper(tmp_path_factory):
    """Return the project of the finished study, and the films on the list."""
    data = Path(os.environ["HUMANCENTRIC_REAL_DATA"]).resolve()
    project = copy_project(tmp_path_factory.mktemp("paper") / "project")
    listed = write_films(data / "movies", project)
    write_tweets(data / "mvsa_single", project)
    write_covers(data / "books", project)
    (project / "small.yaml").write_text(yaml.safe_dump(overlay(data)))
    snakemake(project, *COMMAND)
    return project, listed


def rows_of(project, dataset, name, schema):
    frame = pl.from_arrow(tables.read(project / "results" / dataset / f"{name}.parquet", schema))
    return {row["id"]: row for row in frame.to_dicts()}


def test_the_study_ends_with_its_page_and_is_finished(paper):
    project, _ = paper
    page = (project / "results" / "report.html").read_text(encoding="utf-8")
    for name in ("plotster-mangolin", "plotster-recent", "real-cifar10"):
        assert name in page
    assert "subset_listing" in page
    assert (project / "results" / "paper.pdf").read_bytes().startswith(b"%PDF")
    assert plan(project, *COMMAND[2:]) == {}


def test_films_of_the_list_are_those_of_plotster_on_its_side_and_the_rest_have_a_reason(paper):
    project, listed = paper
    whole = rows_of(project, "plotster", "samples", schemas.SAMPLES)
    part = rows_of(project, "plotster-mangolin", "samples", schemas.SAMPLES)
    rejects = rows_of(project, "plotster-mangolin", "rejects", schemas.REJECTS)
    given = {str(film["id"]) for film in listed}
    assert set(part) == given & set(whole)
    assert len(part) > LISTED // 2
    assert {name: row["split"] for name, row in part.items()} == {name: whole[name]["split"] for name in part}
    assert {row["split"] for row in part.values()} == {"train", "test"}
    assert all(whole[name]["split"] == split_of(name, 0.25) for name in whole)
    assert given <= set(part) | set(rejects)
    assert rejects[UNKNOWN]["detail"].endswith("not in plotster")
    assert rejects[UNKNOWN_TO_IMDB]["detail"].endswith("TMDb knows no film of this id")
    assert len(rejects) == len(given - set(whole)) + 3


def test_scores_of_the_controls_are_of_test_samples_only(paper):
    project, _ = paper
    scores = pl.from_arrow(tables.read(project / "results" / "scores.parquet", schemas.SCORES))
    controls = scores.filter(pl.col("task") == "control")
    assert set(controls["dataset"]) == {"plotster-recent", "plotster-mangolin"}
    part = rows_of(project, "plotster-mangolin", "samples", schemas.SAMPLES)
    tested = {name for name, row in part.items() if row["split"] == "test"}
    paths = sorted((project / "results" / "plotster-mangolin").glob("transfer*/*/predictions.parquet"))
    assert paths
    for path in paths:
        frame = pl.from_arrow(tables.TableFile(path).read(["id", "split"]))
        assert set(frame.filter(pl.col("split") == "test")["id"]) == tested


def test_the_tables_of_the_paper_have_a_line_for_every_cell(paper):
    project, _ = paper
    for dataset in ("mvsa", "real-covers", "plotster"):
        table = (project / "results" / "tables" / f"{dataset}.csv").read_text(encoding="utf-8")
        assert len(table.splitlines()) > 3
        assert re.search(r"\.\d\d", table)
