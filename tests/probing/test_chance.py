import numpy as np
import pytest

from humancentric.core.errors import UserError
from humancentric.dataset import labels
from humancentric.dataset.labels import Samples
from humancentric.embedding import neighbours
from humancentric.evaluation import metrics
from humancentric.probing import chance, fewshot, prototypes
from probe_data import write_samples


def samples(*sets: str) -> Samples:
    return Samples([f"{number:03d}" for number in range(len(sets))], [list(labels) for labels in sets])


def by_name(runs):
    return {run["baseline"]: run for run in runs}


def test_single_label_baselines_counted_by_hand():
    runs = chance.baselines(samples("a", "a", "a", "b"), samples("a", "b", "b", "c"), "abc", labels.SINGLE)
    found = by_name(runs)
    assert found["majority"]["accuracy"] == 0.25
    assert found["majority"]["f1_macro"] == pytest.approx(2 * 1 / (4 + 1) / 3)
    assert found["uniform"]["accuracy"] == pytest.approx(1 / 3)
    assert found["label-prior"]["accuracy"] == pytest.approx(0.75 * 0.25 + 0.25 * 0.5)
    assert {run["split"] for run in runs} == {"test"}


def test_expected_values_are_the_means_of_draws():
    rng = np.random.default_rng(0)
    train, test = rng.choice(3, 200, p=[0.6, 0.3, 0.1]), rng.choice(3, 100, p=[0.4, 0.4, 0.2])
    draws = [np.mean(rng.choice(train, len(test)) == test) for _ in range(4000)]
    found = by_name(chance.single_label(train, test, 3))
    assert found["label-prior"]["accuracy"] == pytest.approx(np.mean(draws), abs=0.005)


def test_the_number_of_frequent_labels_is_the_best_on_training_labels():
    # Always {a}: (1 + 2/3 + 2/3 + 0) / 4 = .583; always {a, b}: (2/3 + 1 + 1 + 0) / 4 = .667; all three: lower.
    train = np.array([[1, 0, 0], [1, 1, 0], [1, 1, 0], [0, 0, 1]])
    assert chance.frequent(train).tolist() == [0, 1]
    assert chance.frequent(np.array([[0, 1], [0, 1]])).tolist() == [1]


def test_top_k_is_judged_on_the_test_split():
    train, test = samples("a", "ab", "ab", "c"), samples("a", "c")
    found = by_name(chance.baselines(train, test, "abc", labels.MULTI))["top-k"]
    assert found["k"] == 2
    assert found["f1_samples"] == pytest.approx((2 / 3 + 0) / 2)


def label_sets(rng, size, frequencies=(0.6, 0.4, 0.2, 0.1)):
    """Return 0/1 rows; the second label goes with the first."""
    sets = rng.random((size, len(frequencies))) < frequencies
    sets[:, 1] = sets[:, 0] & (rng.random(size) < 0.8)
    return sets.astype(np.uint8)


def test_expected_f1_is_the_mean_over_random_answers():
    rng = np.random.default_rng(0)
    train, test = label_sets(rng, 3000), label_sets(rng, 40)  # more than a uint8 can count
    found = by_name(chance.multi_label(train, test, 4))
    drawn = {
        "label-prior": [rng.random(test.shape) < train.mean(axis=0) for _ in range(4000)],
        "shuffled": [train[rng.integers(3000, size=40)] for _ in range(4000)],
    }
    for name, answers in drawn.items():
        scores = np.array([metrics.f1(test, answer, axis=1).mean() for answer in answers])
        assert found[name]["f1_samples"] == pytest.approx(scores.mean(), abs=4 * scores.std() / 4000**0.5)


def test_expected_f1_by_hand():
    test = np.array([[1, 1], [0, 1]])
    assert chance.expected_f1(test, chance.of_label_sets(np.array([[1, 0]]))) == pytest.approx(
        (2 / 3 + 0) / 2
    )
    prior = chance.of_independent_labels(np.array([1.0, 0.5]))  # {a} or {a, b}
    assert chance.expected_f1(test, prior) == pytest.approx(((2 / 3 + 1) / 2 + (0 + 2 / 3) / 2) / 2)


def test_the_best_blind_answer_is_the_one_with_the_highest_expectation():
    # Two balanced classes: nothing does better than one half, and no luck of a draw is reported.
    train = test = np.arange(50) % 2
    assert max(run["accuracy"] for run in chance.single_label(train, test, 2)) == 0.5
    assert len(chance.single_label(train, test, 2)) == 3  # one row each, nothing to take a maximum over


def test_a_single_class_and_empty_splits_have_a_result():
    found = by_name(chance.baselines(samples("a"), samples("a"), "a", labels.SINGLE))
    assert {run["accuracy"] for run in found.values()} == {1.0}
    assert chance.baselines(samples("a"), samples(), "a", labels.SINGLE) == []
    assert chance.baselines(samples(), samples("a"), "a", labels.MULTI) == []
    with pytest.raises(UserError, match="did you mean"):
        chance.baselines(samples("a"), samples("a"), "a", "single")


def test_a_control_dataset_is_judged_by_the_labels_of_the_training_dataset(tmp_path):
    parent = write_samples(
        tmp_path / "parent.parquet", ["1", "2", "3"], ["train", "train", "test"], [["a"], ["a"], ["b"]]
    )
    path = write_samples(
        tmp_path / "control.parquet", ["1", "7", "8", "9"], ["test"] * 4, [["a"], ["a"], ["b"], ["new"]]
    )
    found = chance.score(path, dataset="control", task="single-label", train_samples_path=parent)
    assert found["samples"] == {"train": 2, "test": 2}  # 1 was trained on, 9 has no known label
    assert by_name(found["runs"])["majority"]["accuracy"] == 0.5
    assert chance.score(path, dataset="control", task="single-label")["runs"] == []


def shot(train, test, classes, task, **options):
    settings = {"shots": [1, 2], "repeats": 3, "seed": 0, **options}
    return chance.few_shot(train, test, classes, task, *settings.values())


def test_prototypes_with_shuffled_labels_score_by_their_shares():
    train, test = samples(*"aaabbbc"), samples(*"aabc")
    runs = shot(train, test, "abc", labels.SINGLE)
    assert [(run["shots"], run["repeat"]) for run in runs] == [(s, r) for s in (1, 2) for r in range(3)]
    assert [run["accuracy"] for run in runs[:3]] == pytest.approx([1 / 3] * 3)
    assert runs[3]["accuracy"] == pytest.approx((2 / 5 + 2 / 5 + 2 / 5 + 1 / 5) / 4)  # of c there is but one
    assert {run["baseline"] for run in runs} == {"shuffled-prototypes"}
    assert [run["short"] for run in runs] == [0, 0, 0, 1, 1, 1]


@pytest.mark.parametrize("task", [labels.SINGLE, labels.MULTI])
def test_the_expected_score_is_the_mean_over_real_shuffles(task):
    rng = np.random.default_rng(0)
    sets = (
        rng.choice(list("abc"), 80)
        if task == labels.SINGLE
        else rng.choice(["a", "ab", "bc", "abc", "c"], 80)
    )
    train, test = samples(*sets[:40]), samples(*sets[40:])
    (run,) = shot(train, test, "abc", task, shots=[4], repeats=1)
    vectors = rng.normal(size=(80, 5)).astype(np.float32)
    known, truth = (labels.encode(part, "abc", task) for part in (train, test))
    name, found = metrics.HEADLINES[task], []
    original = known.copy()
    rows = prototypes.draw(fewshot.members_of(original, "abc", task), "abc", 4, 0, 0)
    space = neighbours.Space(vectors[40:], vectors[:40], "cosine")
    (nearest,) = space.nearest([rows])
    for _ in range(3000):
        known[rows] = original[rng.permutation(rows)]
        found.append(fewshot.KINDS[task](truth, known[nearest]).mean())
    assert run[name] == pytest.approx(np.mean(found), abs=0.006)


def test_few_shot_chance_without_samples_is_nothing():
    assert shot(samples(), samples("a"), "a", labels.SINGLE) == []
    assert shot(samples("a"), samples(), "a", labels.SINGLE) == []
    assert [run["accuracy"] for run in shot(samples("a"), samples("a"), "a", labels.SINGLE)] == [1.0] * 6
