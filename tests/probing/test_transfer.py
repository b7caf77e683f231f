import json

import numpy as np
import pytest

from cards import same
from humancentric.core import schemas, tables
from humancentric.core.errors import UserError
from humancentric.dataset import labels
from humancentric.evaluation import metrics, prediction_files
from humancentric.probing import control, head_training, trained_heads, transfer
from probe_data import planted, protocol, write_embeddings, write_samples

ROW = protocol(epochs=10)


def files(folder, name, split):
    return [str(folder / "embeddings" / part / f"{split}.parquet") for part in name.split("+")]


def cell(folder, name, task="multi-label", seeds=(0, 1), extra=(), **options):
    settings = {"dataset": "films", "protocol_name": "paper", "protocol": ROW, **options}
    parts = {split: files(folder, name, split) for split in ("train", "test", *extra)}
    return transfer.train_cell(
        folder / "samples.parquet", parts, features_name=name, task=task, seeds=seeds, **settings
    )


@pytest.fixture
def films(tmp_path):
    return planted(
        tmp_path / "films", {"standard.none": 0.0, "standard.some": 0.5, "title.much": 1.5}, multi=True
    )


def headline(scores):
    return np.mean([run[scores["metric"]] for run in scores["runs"]])


def test_planted_signal_is_ranked_and_two_parts_beat_one(films):
    names = ["standard.none", "standard.some", "title.much"]
    found = [headline(cell(films, name)[0]) for name in names]
    assert found == sorted(found)
    assert headline(cell(films, "standard.some+title.much")[0]) > found[1]


def test_scores_hold_what_the_contract_says_and_are_json(films):
    scores, _, _ = cell(films, "standard.some+title.much")
    scores = json.loads(json.dumps(scores))
    assert set(scores) == {
        "dataset", "features", "protocol", "trained_on", "metric", "classes", "runs", "heads", "epochs", "samples",
        "seconds", "classes_report", "threshold", "temperature", "selected", "validation",
    }  # fmt: skip
    assert scores["heads"] == {
        "inputs": [["standard.some", 16], ["title.much", 16]], "hidden": 256, "classes": 4,
    }  # fmt: skip
    assert [run["seed"] for run in scores["runs"]] == [0, 1]
    assert set(scores["runs"][0]) == {
        "seed", "split", "f1_samples", "f1_macro", "f1_micro", "map", "ece", "brier", "nll",
    }  # fmt: skip
    assert (scores["temperature"], scores["validation"], scores["selected"]) == (None, None, {})
    assert sum(scores["samples"].values()) == 240


def test_predictions_tell_the_scores_again(films, tmp_path):
    scores, table, trained = cell(films, "title.much")
    prediction_files.write_predictions(tmp_path / "p.parquet", table, trained.classes, {"dataset": "films"})
    read = tables.read(tmp_path / "p.parquet", schemas.predictions(4))
    assert tables.read_metadata(tmp_path / "p.parquet") == {"classes": scores["classes"], "dataset": "films"}
    rows = read.to_pylist()
    assert [(row["id"], row["seed"]) for row in rows] == sorted((row["id"], row["seed"]) for row in rows)
    test = labels.read(films / "samples.parquet")["test"]
    for run in scores["runs"]:
        answers = {row["id"]: row["probabilities"] for row in rows if row["seed"] == run["seed"]}
        matrix = np.array([answers[sample] for sample in test.ids], dtype=np.float32)
        again = metrics.evaluate(labels.indicators(test, scores["classes"]), matrix, "multi-label")
        assert again == {name: run[name] for name in again}


def test_single_label_cells_score_accuracy(tmp_path):
    planted(tmp_path, {"standard.much": 1.5}, multi=False)
    scores, _, _ = cell(tmp_path, "standard.much", task="single-label")
    assert scores["metric"] == "accuracy"
    assert headline(scores) > 0.8


def test_an_empty_test_split_gives_no_runs_and_an_empty_train_split_an_error(tmp_path, caplog):
    ids, sets = ["a", "b", "c"], [["x"], ["y"], ["x"]]
    write_embeddings(tmp_path / "embeddings/v.e/train.parquet", ids, np.ones((3, 2)))
    write_embeddings(tmp_path / "embeddings/v.e/test.parquet", [], np.ones((0, 2)))
    write_samples(tmp_path / "samples.parquet", ids, ["train"] * 3, sets)
    scores, table, _ = cell(tmp_path, "v.e", task="single-label")
    assert (scores["runs"], len(table)) == ([], 0)
    assert table.schema.field("probabilities").type.list_size == 2
    assert "the test split is empty" in caplog.text
    write_samples(tmp_path / "samples.parquet", ids, ["test"] * 3, sets)
    with pytest.raises(UserError, match="train split is empty"):
        cell(tmp_path, "v.e", task="single-label")


def test_control_scores_films_the_heads_have_not_seen(films, tmp_path):
    _, _, trained = cell(films, "title.much")
    recent = planted(tmp_path / "recent", {"title.much": 1.5}, multi=True, seed=0, n=100, offset=200)
    table = labels.read(recent / "samples.parquet")
    seen = set(table["test"].ids[:10]) | {"elsewhere"}
    scores, predictions = control.score(
        trained, recent / "samples.parquet", files(recent, "title.much", "test"),
        dataset="recent", features_name="title.much", trained_ids=seen,
    )  # fmt: skip
    assert scores["seen_in_training"] == 10
    assert scores["trained_on"] == "films"
    assert scores["samples"]["test"] == len(table["test"]) - 10
    assert [(run["split"], run["seed"]) for run in scores["runs"]] == [
        ("test", 0), ("test", 1), ("test-with-seen", 0), ("test-with-seen", 1),
    ]  # fmt: skip
    assert headline(scores) > 0.7
    splits = dict(zip(predictions["id"].to_pylist(), predictions["split"].to_pylist(), strict=True))
    assert {sample for sample, split in splits.items() if split == "seen"} == seen - {"elsewhere"}
    json.dumps(scores)


def test_control_without_twins_of_training_samples_is_a_number_more(films, tmp_path):
    _, _, trained = cell(films, "title.much")
    recent = planted(tmp_path / "recent", {"title.much": 1.5}, multi=True, seed=0, n=100, offset=200)
    ids = labels.read(recent / "samples.parquet")["test"].ids
    asked = recent / "samples.parquet", files(recent, "title.much", "test")
    rows = {"dataset": "recent", "features_name": "title.much", "trained_ids": ids[:10]}
    plain, _ = control.score(trained, *asked, **rows)
    scores, table = control.score(trained, *asked, **rows, twin_ids={*ids[5:20], "elsewhere"})
    assert scores["twins_in_training"] == 10  # five of the fifteen were seen themselves
    kept = {run["split"]: run for run in scores["runs"] if run["seed"] == 0}
    assert list(kept) == ["test", "test-with-seen", "test-without-twins"]
    assert [run for run in scores["runs"] if run["split"] != "test-without-twins"] == plain["runs"]
    alone, _ = control.score(trained, *asked, **rows | {"trained_ids": ids[:20]})
    (same,) = (run for run in alone["runs"] if run["split"] == "test" and run["seed"] == 0)
    assert kept["test-without-twins"] == same | {"split": "test-without-twins"}
    assert set(table["split"].to_pylist()) == {"seen", "test"}


def test_control_on_the_own_test_split_gives_the_same_numbers(films, tmp_path):
    scores, _, trained = cell(films, "title.much")
    trained_heads.save(tmp_path / "h.safetensors", trained)
    again, _ = control.score(
        trained_heads.load(tmp_path / "h.safetensors"), films / "samples.parquet", files(films, "title.much", "test"),
        dataset="films", features_name="title.much",
    )  # fmt: skip
    assert again["runs"] == same(scores["runs"], head_training.default_device().type)
    assert again["seen_in_training"] == 0


def test_control_drops_and_counts_labels_the_heads_do_not_know(films, tmp_path, caplog):
    _, _, trained = cell(films, "title.much")
    write_samples(
        tmp_path / "samples.parquet", ["a", "b", "c"], ["test"] * 3, [["War"], ["Opera", "Drama"], ["Opera"]]
    )
    path = write_embeddings(tmp_path / "t.parquet", ["a", "b", "c"], np.zeros((3, 16)), encoder="much")
    scores, table = control.score(
        trained, tmp_path / "samples.parquet", str(path), dataset="new", features_name="title.much"
    )
    assert (scores["labels_dropped"], scores["samples_dropped"]) == ({"Opera": 2}, 1)
    assert set(table["id"].to_pylist()) == {"a", "b"}
    assert "have no class for Opera; samples left out: 1" in caplog.text


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ({"encoder": "other"}, "made by encoder 'other', not by 'much'"),
        ({"encoder": "much", "row": {"seed": 1}}, r"trained on row None of title\.much, applied to"),
    ],
)
def test_control_refuses_features_of_another_encoder(films, tmp_path, source, message):
    _, _, trained = cell(films, "title.much")
    path = write_embeddings(tmp_path / "t.parquet", ["s1"], np.zeros((1, 16)), **source)
    write_samples(tmp_path / "samples.parquet", ["s1"], ["test"], [["War"]])
    with pytest.raises(UserError, match=message):
        control.score(
            trained, tmp_path / "samples.parquet", str(path), dataset="new", features_name="title.much"
        )
