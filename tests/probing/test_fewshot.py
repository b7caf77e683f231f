import numpy as np
import pytest
from sklearn.neighbors import KNeighborsClassifier

from humancentric.core.errors import UserError
from humancentric.dataset import labels
from humancentric.embedding import feature_vectors
from humancentric.evaluation import sample_scores
from humancentric.probing import fewshot
from probe_data import planted, write_embeddings, write_samples

CLASSES = ["a", "b", "c"]


def episodes(train, test, train_targets, test_targets, classes, **options):
    settings = {"task": "single-label", "shots": [1, 5], "repeats": 3, "seed": 0, **options}
    found = fewshot.episodes(train, test, train_targets, test_targets, classes, **settings)
    return found.runs, found.short


def test_separable_blobs_are_told_apart():
    rng = np.random.default_rng(0)
    targets = np.arange(90) % 3
    vectors = (np.eye(3)[targets] + 0.01 * rng.normal(size=(90, 3))).astype(np.float32)
    runs, short = episodes(vectors[:60], vectors[60:], targets[:60], targets[60:], CLASSES)
    assert [(run["shots"], run["repeat"]) for run in runs] == [(s, r) for s in (1, 5) for r in range(3)]
    assert {run["accuracy"] for run in runs} == {1.0}
    assert short == {}


def test_vectors_without_signal_are_at_chance():
    rng = np.random.default_rng(0)
    vectors, targets = rng.normal(size=(900, 8)).astype(np.float32), rng.integers(3, size=900)
    runs, _ = episodes(vectors[:300], vectors[300:], targets[:300], targets[300:], CLASSES, repeats=10)
    assert np.mean([run["accuracy"] for run in runs]) == pytest.approx(1 / 3, abs=0.04)


def test_with_several_labels_the_whole_set_of_the_nearest_prototype_is_predicted():
    train = np.array([[1, 0], [0, 1]], np.float32)
    sets = np.array([[1, 1, 0], [0, 0, 1]], np.uint8)
    test, truth = np.array([[3, 1], [1, 5]], np.float32), np.array([[1, 1, 0], [1, 0, 1]], np.uint8)
    runs, short = episodes(train, test, sets, truth, CLASSES, task="multi-label", shots=[1, 2], repeats=1)
    assert [run["f1_samples"] for run in runs] == pytest.approx([(1 + 2 / 3) / 2] * 2)
    assert short == {"2": {"a": 1, "b": 1, "c": 1}}


def test_an_empty_split_gives_no_runs():
    nothing, some = np.zeros((0, 2), np.float32), np.ones((2, 2), np.float32)
    assert episodes(some, nothing, np.array([0, 1]), np.array([], int), ["a", "b"])[0] == []
    runs, short = episodes(nothing, some, np.array([], int), np.array([0, 1]), ["a", "b"], shots=[1])
    assert runs == []
    assert short == {"1": {"a": 0, "b": 0}}


def scored(folder, name, **options):
    settings = {"task": "multi-label", "shots": [1, 10], "repeats": 5, "seed": 0, **options}
    parts = [str(folder / "embeddings" / name / f"{split}.parquet") for split in ("train", "test")]
    return fewshot.score(folder / "samples.parquet", *parts, dataset="d", features_name=name, **settings)


def score(folder, name, **options):
    return scored(folder, name, **options)[0]


@pytest.mark.parametrize("multi", [False, True])
def test_every_metric_is_the_mean_of_the_stored_scores_of_the_test_samples(tmp_path, multi):
    planted(tmp_path, {"standard.one": 1.0}, multi=multi)
    task = "multi-label" if multi else "single-label"
    cell, ids, values = scored(tmp_path, "standard.one", task=task, shots=[1, 10], repeats=3)
    path = tmp_path / "scores.parquet"
    sample_scores.write_fewshot(path, ids, values, {"dataset": "d", "features": "f", "shots": [1, 10]})
    about, read_ids, read = sample_scores.read_fewshot(path)
    assert (about["shots"], read_ids) == ([1, 10], labels.read(tmp_path / "samples.parquet")["test"].ids)
    assert read.shape == (len(ids), 3, 2)
    for run in cell["runs"]:
        mean = read[:, run["repeat"], [1, 10].index(run["shots"])].mean(dtype=float)
        assert run[cell["metric"]] == pytest.approx(mean, abs=1e-7)
    assert path.stat().st_size < 6000  # 69 samples, 6 scores each


def test_scores_without_samples_are_a_table_without_rows(tmp_path):
    _, ids, values = fewshot_of_nothing(tmp_path)
    path = tmp_path / "scores.parquet"
    sample_scores.write_fewshot(path, ids, values, {"shots": [1, 2]})
    assert sample_scores.read_fewshot(path)[2].shape == (0, 4, 2)
    sample_scores.write_fewshot(path, ids, values, {"dataset": "d"})
    with pytest.raises(UserError, match="does not list its 8 draws"):
        sample_scores.read_fewshot(path)


def fewshot_of_nothing(folder):
    planted(folder, {"standard.one": 1.0}, multi=False)
    splits = labels.read(folder / "samples.parquet")
    write_samples(
        folder / "samples.parquet",
        splits["train"].ids,
        ["train"] * len(splits["train"]),
        splits["train"].labels,
    )
    return scored(folder, "standard.one", task="single-label", shots=[1, 2], repeats=4)


def test_files_are_scored_and_more_signal_and_shots_score_higher(tmp_path):
    planted(tmp_path, {"standard.weak": 0.2, "standard.strong": 2.0}, multi=True)
    scores = {name: score(tmp_path, f"standard.{name}") for name in ("weak", "strong")}
    mean = {
        (name, shots): np.mean([run["f1_samples"] for run in cell["runs"] if run["shots"] == shots])
        for name, cell in scores.items()
        for shots in (1, 10)
    }
    assert mean["weak", 10] < mean["strong", 1] < mean["strong", 10]
    assert scores["weak"]["distance"] == "cosine"
    assert score(tmp_path, "standard.weak") == scores["weak"]


@pytest.mark.parametrize("multi", [False, True])
def test_vectors_of_training_samples_that_are_never_drawn_are_not_needed(tmp_path, monkeypatch, multi):
    planted(tmp_path, {"standard.one": 0.5}, multi=multi)
    task, shots = "multi-label" if multi else "single-label", [1, 3]
    loaded, load = [], feature_vectors.load
    monkeypatch.setattr(feature_vectors, "load", lambda *asked: loaded.append(load(*asked)) or loaded[-1])
    cell = score(tmp_path, "standard.one", task=task, shots=shots, repeats=2)
    everyone = {sample for draw in cell["prototypes"] for ids in draw.values() for sample in ids}
    train, test = (labels.read(tmp_path / "samples.parquet")[split] for split in ("train", "test"))
    assert len(loaded[0][0]) == len(everyone) < len(train.ids) / 2

    folder = tmp_path / "embeddings" / "standard.one"
    files = {"train": train.ids, "test": test.ids}
    vectors = [load([folder / f"{name}.parquet"], ["standard.one"], ids)[0] for name, ids in files.items()]
    classes = labels.classes_of(train, test)
    targets = [labels.encode(split, classes, task) for split in (train, test)]
    assert episodes(*vectors, *targets, classes, task=task, shots=shots, repeats=2)[0] == cell["runs"]


def test_every_encoder_and_view_has_the_same_prototypes_whatever_else_its_files_hold(tmp_path):
    planted(tmp_path, {"standard.one": 1.0, "masked.two": 0.0}, multi=False)
    train = tmp_path / "embeddings" / "masked.two" / "train.parquet"
    ids, vectors = feature_vectors.read(train)
    more = np.concatenate([vectors, np.ones((5, vectors.shape[1]))])
    write_embeddings(train, [*ids.to_pylist(), *(f"a{number}" for number in range(5))], more)
    one, two = (score(tmp_path, name, task="single-label") for name in ("standard.one", "masked.two"))
    assert one["prototypes"] == two["prototypes"]
    assert one["runs"] != two["runs"]
    splits = labels.read(tmp_path / "samples.parquet")
    for draw in one["prototypes"]:
        for label, drawn in draw.items():
            assert len(set(drawn)) == 10
            members = {
                i for i, own in zip(splits["train"].ids, splits["train"].labels, strict=True) if label in own
            }
            assert set(drawn) <= members


@pytest.mark.parametrize("distance", ["cosine", "euclidean"])
def test_the_scores_are_those_of_scikit_learn_on_the_recorded_prototypes(tmp_path, distance):
    planted(tmp_path, {"standard.one": 1.0}, multi=False)
    found = score(tmp_path, "standard.one", task="single-label", distance=distance)
    splits = labels.read(tmp_path / "samples.parquet")
    label_of = {i: own[0] for part in splits.values() for i, own in zip(part.ids, part.labels, strict=True)}
    vectors = {}
    for split in ("train", "test"):
        ids, matrix = feature_vectors.read(tmp_path / "embeddings" / "standard.one" / f"{split}.parquet")
        vectors |= dict(zip(ids.to_pylist(), matrix, strict=True))
    test = splits["test"].ids
    for run in found["runs"]:
        rows = found["prototypes"][run["repeat"]].values()
        chosen = [sample for drawn in rows for sample in drawn[: run["shots"]]]
        model = KNeighborsClassifier(n_neighbors=1, algorithm="brute", metric=distance)
        model.fit([vectors[i] for i in chosen], [label_of[i] for i in chosen])
        assert run["accuracy"] == model.score([vectors[i] for i in test], [label_of[i] for i in test])


def test_a_view_without_one_of_the_samples_is_refused_by_name(tmp_path):
    planted(tmp_path, {"standard.one": 1.0}, multi=False)
    path = tmp_path / "embeddings" / "standard.one" / "train.parquet"
    ids, vectors = feature_vectors.read(path)
    write_embeddings(path, ids.to_pylist()[1:], vectors[1:])
    with pytest.raises(UserError, match=f"id '{ids[0]}' is missing"):
        score(tmp_path, "standard.one", task="single-label")


def test_constant_features_answer_with_the_first_prototype():
    flat, targets = np.ones((6, 4), np.float32), np.array([0, 0, 1, 1, 2, 2])
    for distance in ("cosine", "euclidean"):
        runs, _ = episodes(flat, flat, targets, targets, CLASSES, shots=[2], repeats=1, distance=distance)
        assert runs[0]["accuracy"] == pytest.approx(1 / 3)


def test_a_single_class_and_a_class_without_training_samples_have_a_result():
    vectors = np.eye(2, dtype=np.float32)
    runs, short = episodes(vectors, vectors, np.array([0, 0]), np.array([0, 0]), ["a"], shots=[1], repeats=1)
    assert (runs[0]["accuracy"], short) == (1.0, {})
    runs, short = episodes(
        vectors, vectors, np.array([0, 0]), np.array([0, 1]), ["a", "b"], shots=[1], repeats=1
    )
    assert (runs[0]["accuracy"], short) == (0.5, {"1": {"b": 0}})


def test_an_unknown_distance_is_refused(tmp_path):
    write_samples(tmp_path / "samples.parquet", ["a"], ["train"], [["x"]])
    write_embeddings(tmp_path / "e.parquet", ["a"], np.ones((1, 2)))
    with pytest.raises(UserError, match="did you mean 'cosine'"):
        score(tmp_path, "standard.one", distance="cosin")
