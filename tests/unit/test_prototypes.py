import numpy as np
import pytest
from sklearn.neighbors import KNeighborsClassifier

from humancentric import fewshot, prototypes
from humancentric.errors import UserError
from probe_data import planted, write_embeddings, write_samples

CLASSES = ["a", "b", "c"]
MEMBERS = [np.array([0, 3, 5, 8]), np.array([1, 3]), np.array([2, 4, 6, 7, 9])]


def draw(members=MEMBERS, classes=CLASSES, shots=2, repeat=0, seed=0):
    return prototypes.draw(members, classes, shots, repeat, seed).tolist()


def test_each_class_gives_its_number_of_samples_without_replacement():
    for repeat in range(20):
        for shots in (1, 2, 4):
            rows = draw(members=[np.arange(5), np.arange(5, 8), np.arange(8, 20)], shots=shots, repeat=repeat)
            counts = [
                sum(row < 5 for row in rows),
                sum(5 <= row < 8 for row in rows),
                sum(row >= 8 for row in rows),
            ]
            assert counts == [shots, min(shots, 3), shots]
            assert len(set(rows)) == len(rows)


def test_a_draw_is_repeatable_and_depends_on_repeat_and_seed():
    assert draw() == draw()
    assert len({tuple(draw(repeat=repeat)) for repeat in range(20)}) > 5
    assert len({tuple(draw(seed=seed)) for seed in range(20)}) > 5


def test_another_class_changes_no_draw_of_the_others():
    with_more = draw(members=[*MEMBERS, np.array([10, 11, 12])], classes=[*CLASSES, "0"])
    assert [row for row in with_more if row < 10] == draw()


def test_more_shots_keep_what_fewer_drew_and_short_classes_give_all_they_have():
    assert set(draw(shots=1)) <= set(draw(shots=2)) <= set(draw(shots=50))
    assert draw(shots=50) == list(range(10))
    assert draw(members=[np.empty(0, int)] * 3) == []


@pytest.mark.parametrize("distance", ["cosine", "euclidean"])
@pytest.mark.parametrize("shift", [0.0, 30.0])
def test_the_nearest_is_that_of_scikit_learn_index_by_index(distance, shift):
    rng = np.random.default_rng(0)
    queries, points = (rng.normal(size=(n, 24)).astype(np.float32) + np.float32(shift) for n in (400, 60))
    prepare = prototypes.KINDS[distance][0]
    found = prototypes.nearest(prepare(queries), prepare(points), distance)
    reference = KNeighborsClassifier(n_neighbors=1, algorithm="brute", metric=distance)
    reference.fit(points.astype(np.float64), np.arange(60) % 7)
    expected = reference.kneighbors(queries.astype(np.float64), return_distance=False)[:, 0]
    np.testing.assert_array_equal(found, expected)
    np.testing.assert_array_equal(found % 7, reference.predict(queries.astype(np.float64)))


def test_equal_distances_go_to_the_first_and_zero_vectors_have_a_result():
    points = np.array([[1, 0], [1, 0], [0, 1]], np.float32)
    for distance, (prepare, _) in prototypes.KINDS.items():
        assert prototypes.nearest(prepare(points), prepare(points), distance).tolist() == [0, 0, 2]
    zeros = prototypes.normalised(np.zeros((2, 2), np.float32))
    assert prototypes.nearest(zeros, prototypes.normalised(points), "cosine").tolist() == [0, 0]


def test_blocks_do_not_change_the_answer(monkeypatch):
    rng = np.random.default_rng(0)
    queries, points = rng.normal(size=(50, 4)), rng.normal(size=(9, 4))
    whole = prototypes.nearest(queries, points, "euclidean")
    monkeypatch.setattr(prototypes, "BLOCK", 7)
    np.testing.assert_array_equal(prototypes.nearest(queries, points, "euclidean"), whole)


def episodes(train, test, train_targets, test_targets, classes, **options):
    settings = {"task": "single-label", "shots": [1, 5], "repeats": 3, "seed": 0, **options}
    return fewshot.episodes(train, test, train_targets, test_targets, classes, **settings)


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


def score(folder, name, **options):
    settings = {"task": "multi-label", "shots": [1, 10], "repeats": 5, "seed": 0, **options}
    parts = [str(folder / "embeddings" / name / f"{split}.parquet") for split in ("train", "test")]
    return fewshot.score(folder / "samples.parquet", *parts, dataset="d", features_name=name, **settings)


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


def test_draws_come_from_the_training_split_of_the_samples_whatever_the_files_hold(tmp_path, monkeypatch):
    planted(tmp_path, {"standard.one": 1.0, "masked.two": 0.0}, multi=False)
    seen = {}
    original = prototypes.draw

    def spy(members, *rest):
        rows = original(members, *rest)
        seen.setdefault(name, []).append(rows.tolist())
        return rows

    monkeypatch.setattr(prototypes, "draw", spy)
    for name in ("standard.one", "masked.two"):
        score(tmp_path, name, task="single-label")
    assert seen["standard.one"] == seen["masked.two"]


def test_an_unknown_distance_is_refused(tmp_path):
    write_samples(tmp_path / "samples.parquet", ["a"], ["train"], [["x"]])
    write_embeddings(tmp_path / "e.parquet", ["a"], np.ones((1, 2)))
    with pytest.raises(UserError, match="did you mean 'cosine'"):
        score(tmp_path, "standard.one", distance="cosin")
