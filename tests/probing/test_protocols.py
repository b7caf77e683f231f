"""The catalogue's protocols, each on planted, shuffled and degenerate data."""

import json

import numpy as np
import pytest
import torch

from cards import same
from humancentric.core import schemas, tables
from humancentric.core.errors import UserError
from humancentric.dataset import labels as dataset_labels
from humancentric.embedding import feature_vectors, prompts
from humancentric.probing import head_training, kinds, probe, trained_heads, transfer
from probe_data import PAPER, planted, write_embeddings, write_samples
from project import load_config

ROWS = {
    name: row for name, row in load_config()["protocols"].items() if row.get("kind") != "ridge"
}  # of numbers
PROMPTED = {name for name, row in ROWS.items() if "prompts" in row}
WIDTH = 6
every = pytest.mark.parametrize("name", ROWS)


def short(name):
    """Return a protocol's row with less training."""
    row = dict(ROWS[name])
    if "optimiser" in row:
        row["optimiser"] = {**row["optimiser"], "epochs": 6, "batch": 16, "learning_rate": 0.01}
        if "grid" in row:
            row["grid"] = {"learning_rate": [0.003, 0.01], "epochs": [3, 6]}
    return row


def cell(folder, name, features="v.e", task="single-label", seeds=(0, 1), row=None, splits=("train", "test")):
    paths = {
        split: [folder / "embeddings" / part / f"{split}.parquet" for part in features.split("+")]
        for split in splits
    }
    return transfer.train_cell(
        folder / "samples.parquet", paths, dataset="d", features_name=features, task=task, protocol_name=name,
        protocol=row or short(name), seeds=seeds,
        prompts_path=folder / "prompts.parquet" if name in PROMPTED else None,
    )  # fmt: skip


def write_prompts(folder, classes, vectors, **about):
    rows = [prompts.Prompt(label, "ensemble", "{label}", label) for label in classes]
    prompts.write(folder / "prompts.parquet", rows, np.asarray(vectors, np.float32), about)


def class_means(folder, features):
    """Return the classes and the mean training vector of each, as prompts that know what the vectors tell."""
    training = dataset_labels.read(folder / "samples.parquet")["train"]
    vectors, _ = feature_vectors.load(
        [folder / "embeddings" / features / "train.parquet"], [features], training.ids
    )
    classes = dataset_labels.classes_of(training, training)
    indicators = dataset_labels.indicators(training, classes).astype(float)
    return classes, indicators.T @ vectors / indicators.sum(axis=0)[:, None]


def write(folder, labels, splits, vectors, classes=None):
    ids = [f"s{number:03d}" for number in range(len(labels))]
    write_samples(folder / "samples.parquet", ids, splits, labels)
    for split in {"train", "test", *splits}:
        rows = [number for number, name in enumerate(splits) if name == split]
        path = folder / "embeddings" / "v.e" / f"{split}.parquet"
        write_embeddings(
            path, [ids[i] for i in rows], np.asarray(vectors, np.float32)[rows].reshape(-1, WIDTH)
        )
    classes = classes or sorted({label for row in labels for label in row})
    write_prompts(folder, classes, np.random.default_rng(5).normal(size=(len(classes), WIDTH)))
    return folder


def simple(folder, labels, test=4, vectors=None, **options):
    count = len(labels)
    splits = ["train"] * (count - test) + ["test"] * test
    if vectors is None:
        vectors = np.random.default_rng(0).normal(size=(count, WIDTH))
    return write(folder, labels, splits, vectors, **options)


def finite(scores, table):
    assert all(
        np.isfinite(value) for run in scores["runs"] for value in run.values() if not isinstance(value, str)
    )
    probabilities = table["probabilities"].combine_chunks().flatten().to_numpy(zero_copy_only=False)
    assert ((probabilities >= 0) & (probabilities <= 1 + 1e-6)).all()
    json.dumps(scores, allow_nan=False)


def test_the_paper_s_protocol_is_what_it_was():
    assert ROWS["paper"] == PAPER


@every
@pytest.mark.parametrize("multi", [False, True])
def test_more_signal_scores_higher_and_none_is_chance(tmp_path, name, multi):
    planted(tmp_path, {"v.none": 0.0, "v.some": 0.5, "v.much": 3.0}, multi=multi, n=300)
    task = "multi-label" if multi else "single-label"
    found = []
    for features in ("v.none", "v.some", "v.much"):
        write_prompts(tmp_path, *class_means(tmp_path, features))
        scores, table, _ = cell(tmp_path, name, features, task)
        finite(scores, table)
        found.append(np.mean([run["map" if multi else "accuracy"] for run in scores["runs"]]))
    assert found[2] > found[0] + 0.2
    assert found[1] > found[0] - 0.05
    assert found[0] == pytest.approx(0.25 + 0.15 * multi, abs=0.12)


@every
def test_shuffled_labels_are_at_chance(tmp_path, name):
    rng = np.random.default_rng(3)
    main = rng.integers(3, size=600)
    vectors = np.eye(3)[main] @ rng.normal(size=(3, WIDTH)) * 3 + rng.normal(size=(600, WIDTH))
    labels = [["abc"[number]] for number in rng.permutation(main)]
    scores, _, _ = cell(simple(tmp_path, labels, 300, vectors), name)
    assert np.mean([run["accuracy"] for run in scores["runs"]]) == pytest.approx(1 / 3, abs=0.09)


@every
def test_the_same_seed_gives_the_same_numbers_and_a_further_seed_changes_none(tmp_path, name):
    planted(tmp_path, {"v.some": 0.5}, multi=True, n=120)
    write_prompts(
        tmp_path, ["Comedy", "Drama", "War", "Western"], np.random.default_rng(1).normal(size=(4, 16))
    )
    five, *_ = cell(tmp_path, name, "v.some", "multi-label", range(5))
    torch.manual_seed(7)
    six, *_ = cell(tmp_path, name, "v.some", "multi-label", range(6))
    assert six["runs"][: len(five["runs"])] == five["runs"]
    assert (six["selected"], six["threshold"], six["temperature"]) == (
        five["selected"], five["threshold"], five["temperature"],
    )  # fmt: skip


@every
def test_what_is_learnt_does_not_depend_on_the_test_split(tmp_path, name):
    labels = [["abc"[number % 3]] for number in range(60)]
    vectors = np.random.default_rng(0).normal(size=(60, WIDTH))
    _, _, one = cell(simple(tmp_path / "one", labels, 20, vectors), name)
    vectors[40:], labels[40:] = 9.0, [["a"]] * 20
    _, _, other = cell(simple(tmp_path / "other", labels, 20, vectors), name)
    assert one.protocol == other.protocol
    assert all((one.heads[0][key] == other.heads[0][key]).all() for key in one.heads[0])


@every
def test_saved_heads_answer_as_those_that_were_trained(tmp_path, name):
    planted(tmp_path, {"v.some": 0.8}, multi=True, n=80)
    write_prompts(
        tmp_path, ["Comedy", "Drama", "War", "Western"], np.random.default_rng(1).normal(size=(4, 16))
    )
    _, _, trained = cell(tmp_path, name, "v.some", "multi-label")
    trained_heads.save(tmp_path / "heads", trained)
    loaded = trained_heads.load(tmp_path / "heads")
    assert (loaded.threshold, loaded.temperature) == (trained.threshold, trained.temperature)
    features = np.random.default_rng(2).normal(size=(9, 16)).astype(np.float32)
    before = features.copy()
    ours, theirs = (trained_heads.apply(heads, features, trained.inputs) for heads in (trained, loaded))
    device = head_training.default_device().type
    assert all(np.all(theirs[seed] == same(ours[seed], device)) for seed in trained.heads)
    assert (features == before).all()
    with pytest.raises(UserError, match="applied to a different list"):
        trained_heads.apply(loaded, features, trained.inputs, ["a"])


@every
def test_a_class_without_training_samples_is_rarely_right_and_is_told(tmp_path, name, caplog):
    labels = [["a"], ["b"]] * 20 + [["c"]] * 6
    scores, table, _ = cell(simple(tmp_path, labels, 6), name)
    finite(scores, table)
    assert "1 of 3 classes have no training sample: c" in caplog.text
    assert [row["support"] for row in scores["classes_report"]["test"]] == [0, 0, 6]


@every
@pytest.mark.parametrize("task", ["single-label", "multi-label"])
def test_a_single_class_has_a_result(tmp_path, name, task):
    scores, table, _ = cell(simple(tmp_path, [["a"]] * 30), name, task=task)
    finite(scores, table)
    if task == "single-label":
        assert all(run["accuracy"] == 1 for run in scores["runs"])


@every
@pytest.mark.parametrize("number", [1, 2, 4])
def test_a_handful_of_samples_has_a_result(tmp_path, name, number, caplog):
    labels = [["ab"[i % 2]] for i in range(number)] + [["a"], ["b"]]
    scores, table, _ = cell(simple(tmp_path, labels, 2), name)
    finite(scores, table)
    if "validation" in ROWS[name]:
        assert "0 validation samples: nothing is selected" in caplog.text
        assert scores["temperature"] is None


@every
@pytest.mark.parametrize("value", [0.0, 0.1])
def test_constant_features_have_a_result(tmp_path, name, value):
    labels = [["a"], ["a"], ["b"]] * 12
    scores, table, _ = cell(simple(tmp_path, labels, vectors=np.full((36, WIDTH), value)), name)
    finite(scores, table)


@every
def test_features_that_are_not_finite_are_refused_with_their_id(tmp_path, name):
    vectors = np.ones((30, WIDTH))
    vectors[3, 1] = np.nan
    with pytest.raises(UserError, match="vector of id 's003' is not finite"):
        cell(simple(tmp_path, [["a"], ["b"]] * 15, vectors=vectors), name)


@every
def test_an_empty_test_split_gives_no_runs(tmp_path, name, caplog):
    scores, table, _ = cell(simple(tmp_path, [["a"], ["b"]] * 15, 0), name)
    assert (scores["runs"], len(table)) == ([], 0)
    assert "the test split is empty" in caplog.text


@every
def test_a_sample_without_its_one_label_is_named(tmp_path, name):
    with pytest.raises(UserError, match="sample 's003': 0 labels in a single-label dataset"):
        cell(simple(tmp_path, [["a"], ["b"], ["a"], []] * 10), name)


@every
def test_a_sample_without_labels_is_one_of_none(tmp_path, name):
    labels = [["a"], ["b"], ["a", "b"], []] * 10
    scores, table, _ = cell(simple(tmp_path, labels, 8), name, task="multi-label")
    finite(scores, table)
    # Two of eight test samples have no label: their F1 is 0 whatever is predicted.
    assert all(run["f1_samples"] <= 0.75 for run in scores["runs"])


@every
def test_further_splits_are_scored_under_their_names_and_validation_is_not(tmp_path, name, caplog):
    labels = [["a"], ["b"]] * 40 + [["c"], ["b"]]
    splits = ["train"] * 40 + ["validation"] * 10 + ["test"] * 14 + ["later"] * 18
    folder = write(tmp_path, labels, splits, np.random.default_rng(0).normal(size=(82, WIDTH)), ["a", "b"])
    selects = "validation" in ROWS[name]
    names = ["train", "test", "later", *(["validation"] if selects else [])]
    scores, table, trained = cell(folder, name, splits=names)
    seeds = list(trained.heads)
    assert [(run["split"], run["seed"]) for run in scores["runs"]] == [
        (split, seed) for split in ("test", "later") for seed in seeds
    ]
    counts = {split: table["split"].to_pylist().count(split) / len(seeds) for split in ("test", "later")}
    assert counts == {"test": 14, "later": 17}
    assert "split later: the probes have no class for c; samples left out: 1" in caplog.text
    if selects:
        assert scores["validation"]["split"] == "validation"
        assert scores["validation"]["samples"] == 10
    tables.check(table.schema, schemas.predictions(2), "predictions")


@pytest.mark.parametrize("name", sorted(PROMPTED))
def test_prompts_that_do_not_fit_are_refused(tmp_path, name):
    folder = simple(tmp_path, [["a"], ["b"]] * 15)
    with pytest.raises(UserError, match=r"no template set 'ensmble'; did you mean 'ensemble'"):
        cell(folder, name, row={**short(name), "prompts": "ensmble"})
    write_prompts(folder, ["a", "b"], np.ones((2, 9)))
    with pytest.raises(UserError, match=r"texts are 9 wide, features v\.e 6"):
        cell(folder, name)
    paths = {split: [folder / "embeddings" / "v.e" / f"{split}.parquet"] for split in ("train", "test")}
    with pytest.raises(UserError, match="no text encoder shares their space"):
        transfer.train_cell(
            folder / "samples.parquet", paths, dataset="d", features_name="v.e", task="single-label",
            protocol_name=name, protocol=short(name), seeds=[0],
        )  # fmt: skip


def test_an_unknown_kind_gets_the_nearest_name(tmp_path):
    with pytest.raises(UserError, match="kind is 'gdaa'; did you mean 'gda'"):
        cell(simple(tmp_path, [["a"], ["b"]] * 15), "gda", row={**short("gda"), "kind": "gdaa"})


def test_an_encoder_that_can_only_win_through_the_test_split_does_not_win(tmp_path):
    rng = np.random.default_rng(0)
    main = rng.integers(3, size=400)
    labels = [["abc"[number]] for number in main]
    splits = ["train"] * 300 + ["test"] * 100
    honest = np.eye(3)[main] @ rng.normal(size=(3, WIDTH)) + rng.normal(size=(400, WIDTH))
    # Noise while there is something to learn from; in the test split every class stands at a place of its own, so
    # that some of the candidates are right about all of them, by luck.
    lucky = rng.normal(size=(400, WIDTH))
    lucky[300:] = (np.eye(3) @ rng.normal(size=(3, WIDTH)) * 3)[main[300:]]
    row = {**ROWS["fair"], "grid": {"learning_rate": [1e-3, 3e-3, 1e-2], "epochs": [1, 2, 3, 5, 8, 13, 20]}}
    fair, by_test = [], []
    for name, vectors in (("honest", honest), ("lucky", lucky)):
        folder = write(tmp_path / name, labels, splits, vectors)
        scores, _, _ = cell(folder, "fair", row=row, seeds=range(5))
        fair.append(np.mean([run["accuracy"] for run in scores["runs"]]))
        training = probe.TrainingData(vectors[:300].astype(np.float32), main[:300], 3, "single-label")
        tried = [
            np.mean(answer.argmax(axis=1) == main[300:])
            for seed in range(5)
            for _, answer in kinds.kind_of({"kind": "head"}).explore(
                training, vectors[300:].astype(np.float32), row, row["grid"], seed
            )
        ]
        by_test.append(max(tried))
    assert by_test[1] > by_test[0]
    assert fair[0] > fair[1] + 0.1


@pytest.mark.parametrize("name", sorted(PROMPTED))
def test_texts_enter_with_the_scale_that_their_encoder_was_trained_with(tmp_path, name):
    labels = [["abc"[number % 3]] for number in range(60)]
    simple(tmp_path, labels, 20, np.random.default_rng(0).normal(size=(60, WIDTH)))
    texts, row = np.random.default_rng(1).normal(size=(3, WIDTH)), {**short(name), "alpha": 1e-9}
    row = {key: value for key, value in row.items() if key not in ("grid", "validation")} | {"threshold": 0.5}
    found = {}
    for scale in (None, 100.0, 7.0):
        write_prompts(tmp_path, ["a", "b", "c"], texts, **({} if scale is None else {"logit_scale": scale}))
        found[scale] = cell(tmp_path, name, row=row)[1]["probabilities"].to_pylist()
    cosines = np.log(np.array(found[7.0])) / 7
    expected = np.exp(100 * (cosines - cosines.max(axis=1, keepdims=True)))
    expected /= expected.sum(axis=1, keepdims=True)
    np.testing.assert_allclose(found[100.0], expected, atol=2e-3)
    assert found[None] == found[100.0]
    write_prompts(tmp_path, ["a", "b", "c"], texts, logit_scale=-1.0)
    with pytest.raises(UserError, match=r"logit_scale is -1\.0, not a positive number"):
        cell(tmp_path, name, row=row)
