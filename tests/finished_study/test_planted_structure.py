"""The generated data have a known structure, which a correct pipeline must recover."""

import polars as pl
import pytest

from humancentric.core import schemas, tables


@pytest.fixture(scope="session")
def means(finished):
    """Return the mean headline metric over seeds on the test split, as {(dataset, features): value}."""
    scores = pl.from_arrow(tables.read(finished / "results" / "scores.parquet", schemas.SCORES))
    headline = scores.filter(
        (pl.col("split") == "test")
        & pl.col("metric").is_in(["accuracy", "f1_samples"])
        & pl.col("task").is_in(["transfer", "chance"])
    )
    rows = headline.group_by("dataset", "features").agg(pl.col("value").mean()).rows()
    return {(dataset, features): value for dataset, features, value in rows}


def blind(means, dataset):
    return max(value for (name, features), value in means.items() if name == dataset and "." not in features)


@pytest.mark.parametrize("encoder", ["minilm", "clip-demo-t"])
def test_plots_beat_posters(means, encoder):
    posters = max(means["demo-movies", f"standard.{name}"] for name in ("efficientnet-lite0", "clip-demo"))
    assert means["demo-movies", f"plot.{encoder}"] > posters + 0.02


@pytest.mark.parametrize("encoder", ["efficientnet-lite0", "clip-demo"])
def test_masking_text_costs_pictures_something(means, encoder):
    assert means["demo-movies", f"masked.{encoder}"] < means["demo-movies", f"standard.{encoder}"]


def test_clip_demo_beats_an_encoder_of_photographs_on_posters(means):
    assert means["demo-movies", "standard.clip-demo"] > means["demo-movies", "standard.efficientnet-lite0"]


@pytest.mark.parametrize("dataset", ["demo-movies", "demo-covers", "demo-tweets"])
def test_pictures_beat_every_blind_answer_and_random_vectors_do_not(means, dataset):
    for encoder in ("efficientnet-lite0", "clip-demo"):
        assert means[dataset, f"standard.{encoder}"] > blind(means, dataset) + 0.1
    assert means[dataset, "standard.random"] < blind(means, dataset) + 0.05


def test_no_cell_is_perfect(means):
    assert max(means.values()) < 0.97
