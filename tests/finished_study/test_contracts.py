"""Every result file that other programs read exists, follows its schema and is consistent with the others."""

import re
from itertools import chain

import numpy as np
import polars as pl
import pyarrow.compute as pc
import pytest

from humancentric.core import schemas, tables
from humancentric.core.files import read_json
from humancentric.core.hashing import shard_names, shard_of
from humancentric.evaluation import sample_scores
from humancentric.study import feature_sets
from project import load_config
from studies import study_of

CONFIG = load_config()
DATASETS = study_of(CONFIG).dataset_names
CELLS = list(
    chain(feature_sets.transfer_cells(study_of(CONFIG)), feature_sets.control_cells(study_of(CONFIG)))
)
EMBEDDINGS = sorted({(dataset, part) for dataset, _, features in CELLS for part in features.split("+")})


@pytest.fixture(scope="session")
def results(finished):
    return finished / "results"


def ids(path, schema) -> list[str]:
    return tables.read(path, schema, ["id"])["id"].to_pylist()


@pytest.mark.parametrize("dataset", DATASETS)
def test_listing_is_samples_plus_rejects(results, dataset):
    offered = ids(results / dataset / "listing.parquet", schemas.LISTING)
    used = ids(results / dataset / "samples.parquet", schemas.SAMPLES)
    refused = ids(results / dataset / "rejects.parquet", schemas.REJECTS)
    assert sorted(used + refused) == offered
    assert used == sorted(set(used))


@pytest.mark.parametrize("dataset", DATASETS)
def test_samples_have_labels_texts_and_a_split(results, dataset):
    columns = study_of(CONFIG).datasets[dataset].text_columns.values()
    samples = tables.read(results / dataset / "samples.parquet", schemas.SAMPLES)
    assert set(samples["split"].to_pylist()) <= {"train", "test"}
    assert pc.min(pc.list_value_length(samples["labels"])).as_py() >= 1
    for column in columns:
        assert all(text.strip() for text in samples[column].to_pylist())


@pytest.mark.parametrize("dataset", DATASETS)
def test_every_view_has_the_picture_of_every_sample_in_its_shard(results, dataset):
    used = set(ids(results / dataset / "samples.parquet", schemas.SAMPLES))
    shards = CONFIG["datasets"][dataset]["shards"]
    for view in study_of(CONFIG).datasets[dataset].views_of("image"):
        found = []
        for shard in shard_names(shards):
            names = ids(results / dataset / "images" / view / f"{shard}.parquet", schemas.IMAGES)
            assert names == sorted(names)
            assert {shard_of(name, shards) for name in names} <= {shard}
            found += names
        assert used <= set(found)
        assert len(found) == len(set(found))


@pytest.mark.parametrize(
    "dataset", [name for name in DATASETS if "masked" in CONFIG["datasets"][name]["views"]]
)
def test_masks_lie_inside_their_pictures(results, dataset):
    for shard in shard_names(CONFIG["datasets"][dataset]["shards"]):
        masks = pl.from_arrow(tables.read(results / dataset / "masks" / f"{shard}.parquet", schemas.MASKS))
        sizes = pl.from_arrow(
            tables.read(
                results / dataset / "images" / "masked" / f"{shard}.parquet",
                schemas.IMAGES,
                ["id", "width", "height"],
            )
        )
        assert masks["id"].to_list() == sizes["id"].to_list()
        boxes = masks.join(sizes, on="id").explode("boxes").drop_nulls("boxes").unnest("boxes")
        assert boxes.filter((pl.col("x") < 0) | (pl.col("x") + pl.col("w") > pl.col("width"))).is_empty()
        assert boxes.filter((pl.col("y") < 0) | (pl.col("y") + pl.col("h") > pl.col("height"))).is_empty()
        assert masks["masked_fraction"].is_between(0, 1).all()


@pytest.mark.parametrize(("dataset", "feature"), EMBEDDINGS)
def test_embeddings_say_how_they_were_made(results, dataset, feature):
    row = study_of(CONFIG).encoders[feature.split(".")[1]].row
    samples = tables.read(results / dataset / "samples.parquet", schemas.SAMPLES, ["id", "split"])
    for split in ("train", "test"):
        path = results / dataset / "embeddings" / feature / f"{split}.parquet"
        table = tables.read(path, schemas.embeddings(row["width"]))
        expected = samples.filter(pc.equal(samples["split"], split))["id"].to_pylist()
        assert table["id"].to_pylist() == expected
        vectors = table["embedding"].combine_chunks().flatten().to_numpy(zero_copy_only=False)
        assert np.isfinite(vectors).all()
        metadata = tables.read_metadata(path)
        assert metadata["row"] == row
        assert {"encoder", "device", "dtype", "versions"} <= set(metadata)


@pytest.mark.parametrize(("dataset", "folder", "features"), CELLS)
def test_cells_hold_scores_and_predictions(results, dataset, folder, features):
    cell = results / dataset / folder / features
    scores = read_json(cell / "scores.json")
    assert (scores["dataset"], scores["features"]) == (dataset, features)
    assert scores["trained_on"] == study_of(CONFIG).controls.get(dataset, dataset)
    assert [run["seed"] for run in scores["runs"] if run["split"] == "test"] == list(range(5))
    assert all(0 <= run[scores["metric"]] <= 1 for run in scores["runs"])
    classes = tables.read_metadata(cell / "predictions.parquet")["classes"]
    assert classes == scores["classes"] == sorted(classes)
    table = tables.read(cell / "predictions.parquet", schemas.predictions(len(classes)))
    test = [
        name
        for name, split in zip(
            *tables.read(results / dataset / "samples.parquet", schemas.SAMPLES, ["id", "split"])
            .select(["id", "split"])
            .to_pydict()
            .values(),
            strict=True,
        )
        if split == "test"
    ]
    assert table["id"].to_pylist() == [name for name in test for _ in range(5)]
    if dataset not in study_of(CONFIG).controls:
        assert (cell / "heads.safetensors").is_file()


def test_scores_hold_every_cell(results):
    scores = pl.from_arrow(tables.read(results / "scores.parquet", schemas.SCORES))
    trained = scores.filter(pl.col("task") == "transfer").select("dataset", "features").unique()
    assert trained.height == len(list(feature_sets.transfer_cells(study_of(CONFIG))))
    controls = scores.filter(pl.col("task") == "control").select("dataset", "features").unique()
    assert controls.height == len(list(feature_sets.control_cells(study_of(CONFIG))))
    assert scores["value"].is_finite().all()
    for dataset in CONFIG["study"]["datasets"]:
        drawn = scores.filter((pl.col("task") == "fewshot") & (pl.col("dataset") == dataset))
        assert sorted(drawn["shots"].unique()) == list(study_of(CONFIG).shots_of(dataset))
        assert drawn["seed"].n_unique() == CONFIG["study"]["repeats"]


def test_fewshot_scores_of_items_have_the_means_of_the_curves(results):
    curves = sorted(results.glob("*/fewshot/*.json"))
    assert curves
    for path in curves:
        cell = read_json(path)
        about, names, values = sample_scores.read_fewshot(path.with_suffix(".scores.parquet"))
        samples = tables.read(results / cell["dataset"] / "samples.parquet", schemas.SAMPLES)
        assert names == samples.filter(pc.equal(samples["split"], "test"))["id"].to_pylist()
        means = values.mean(axis=0, dtype=float)
        for run in cell["runs"]:
            mean = means[run["repeat"], about["shots"].index(run["shots"])]
            assert run[cell["metric"]] == pytest.approx(mean, abs=1e-7)


def test_the_page_loads_nothing_and_says_it_is_a_demo(results):
    page = (results / "report.html").read_text()
    assert "demo" in page.lower()
    assert not re.search(r"""(src|href)=["']?(https?:)?//""", re.sub(r"<a [^>]*>", "", page))
    for name in ("Demo movies", "rejected"):
        assert name in page


def test_dirty_samples_are_numbers_with_reasons(results):
    reasons = {
        dataset: set(
            tables.read(results / dataset / "rejects.parquet", schemas.REJECTS)["reason"].to_pylist()
        )
        for dataset in DATASETS
    }
    assert {"missing", "unreadable", "too-small", "empty-text", "no-label"} <= reasons["demo-movies"]
    assert {"missing", "unreadable", "duplicate-id"} <= reasons["demo-covers"]
    assert {"missing", "unreadable", "empty-text"} <= reasons["demo-tweets"]
    assert tables.read_metadata(results / "demo-movies" / "listing.parquet")["repeated"] >= 1
