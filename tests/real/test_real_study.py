"""What the workflow makes of real films, tweets and covers, held against the files it was given."""

import os

import polars as pl
import pytest

from humancentric.core import schemas, tables
from humancentric.core.hashing import split_of
from humancentric.core.images import decode
from humancentric.sources.tmdb.discover import GENRES

PROTOCOLS = os.environ.get("HUMANCENTRIC_REAL_PROTOCOLS", "standardised").split(",")
DATASETS = ("real-films", "real-films-recent", "real-tweets", "real-covers")


def table(project, dataset, name, schema):
    return pl.from_arrow(tables.read(project / "results" / dataset / f"{name}.parquet", schema))


def films_of(rows, recent):
    return {
        str(film["id"]): film for film in rows["films"] if (film["release_date"] > "2021-01-05") == recent
    }


@pytest.mark.parametrize(("dataset", "recent"), [("real-films", False), ("real-films-recent", True)])
def test_every_film_is_listed_as_it_was_given(real, dataset, recent):
    project, rows = real
    given = films_of(rows, recent)
    listing = {row["id"]: row for row in table(project, dataset, "listing", schemas.LISTING).to_dicts()}
    assert set(listing) == set(given)
    for name, film in given.items():
        row = listing[name]
        assert (row["title"], row["overview"] or "") == (film["title"], film["overview"] or "")
        assert str(row["release_date"]) == film["release_date"]
        assert sorted(row["labels"]) == sorted(
            GENRES[genre] for genre in film["genre_ids"] if genre in GENRES
        )


def test_films_are_rejected_for_what_they_lack_and_only_for_that(real):
    project, rows = real
    for dataset, recent in (("real-films", False), ("real-films-recent", True)):
        given = films_of(rows, recent)
        lacking = {
            name
            for name, film in given.items()
            if not (film["overview"] or "").strip()
            or not film["title"].strip()
            or not any(genre in GENRES for genre in film["genre_ids"])
            or not film["poster_path"]
        }
        rejects = table(project, dataset, "rejects", schemas.REJECTS)
        assert set(rejects["id"]) == lacking
        assert set(table(project, dataset, "samples", schemas.SAMPLES)["id"]) == set(given) - lacking


def test_a_film_s_split_follows_from_its_id(real):
    project, _ = real
    samples = table(project, "real-films", "samples", schemas.SAMPLES)
    assert samples["split"].to_list() == [split_of(name, 0.25) for name in samples["id"]]


@pytest.mark.parametrize(
    ("dataset", "key", "label"), [("real-tweets", "tweets", "label"), ("real-covers", "covers", "category")]
)
def test_tables_are_read_as_they_were_given(real, dataset, key, label):
    project, rows = real
    name = "id" if key == "tweets" else "image"
    given = {row[name]: [row[label]] for row in rows[key]}
    listing = table(project, dataset, "listing", schemas.LISTING)
    assert dict(zip(listing["id"], listing["labels"].to_list(), strict=True)) == given
    used = table(project, dataset, "samples", schemas.SAMPLES).height
    assert used + table(project, dataset, "rejects", schemas.REJECTS).height == len(given)
    assert used > 0.98 * len(given)


def test_posters_are_the_bytes_that_were_served_and_all_decode(real):
    project, _ = real
    for path in sorted((project / "results" / "real-films" / "images" / "standard").glob("*.parquet")):
        images = tables.read(path, schemas.IMAGES).slice(0, 40).to_pylist()
        for row in images:
            assert decode(row["image"]).shape == (row["height"], row["width"], 3)


def test_most_real_posters_have_text_that_is_masked(real):
    project, _ = real
    folder = project / "results" / "real-films" / "masks"
    masks = pl.from_arrow(tables.read_many(sorted(folder.glob("*.parquet")), schemas.MASKS))
    assert (masks["boxes"].list.len() > 0).mean() > 0.9
    assert 0.03 < masks["masked_fraction"].mean() < 0.5


@pytest.mark.parametrize(
    ("dataset", "features"),
    [
        ("real-films", "standard.efficientnet-lite0"),
        ("real-films", "plot.minilm"),
        ("real-covers", "standard.efficientnet-lite0"),
        ("real-covers", "title.minilm"),
        ("real-tweets", "tweet.minilm"),
        ("real-tweets", "standard.efficientnet-lite0+tweet.minilm"),
    ],
)
def test_picture_and_text_beat_the_label_prior(real, dataset, features):
    project, _ = real
    scores = pl.from_arrow(tables.read(project / "results" / "scores.parquet", schemas.SCORES))
    metric = "f1_samples" if dataset == "real-films" else "accuracy"
    ours = scores.filter(
        (pl.col("dataset") == dataset) & (pl.col("metric") == metric) & (pl.col("split") == "test")
    )
    cells = ours.filter((pl.col("features") == features) & (pl.col("task") == "transfer"))
    cell = cells.filter(pl.col("protocol") == PROTOCOLS[0])["value"].mean()
    prior = ours.filter(pl.col("features") == "label-prior")["value"].mean()
    assert cell > prior + 0.02


def test_the_whole_study_arrives_in_the_report(real):
    project, _ = real
    page = (project / "results" / "report.html").read_text()
    for dataset in DATASETS:
        assert dataset in page
    assert "generated by the workflow" not in page
    assert "not endorsed, certified, or otherwise approved by TMDB" in page
