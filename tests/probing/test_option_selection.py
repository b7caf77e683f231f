from dataclasses import replace

import numpy as np
import pytest

from humancentric.dataset.labels import Samples
from humancentric.evaluation import metrics
from humancentric.probing import kinds, option_selection
from humancentric.probing.probe import TrainingData
from probe_data import PAPER

RULE = {"share": 0.1, "seed": 0}
FAIR = {**PAPER, "threshold": "validation", "validation": RULE, "grid": {"epochs": [1, 4]}}


def samples(labels):
    return Samples([f"s{number}" for number in range(len(labels))], [[label] for label in labels])


def held(labels, task="single-label", **rule):
    return option_selection.held_out(samples(labels), task, {"validation": {**RULE, **rule}})


def test_every_class_gives_its_share_and_a_class_of_one_gives_none():
    labels = ["a"] * 200 + ["b"] * 50 + ["c"] * 10 + ["d"]
    chosen = np.array(labels)[held(labels)]
    assert {name: int((chosen == name).sum()) for name in "abcd"} == {"a": 20, "b": 5, "c": 1, "d": 0}


def test_classes_of_one_sample_keep_it_even_if_there_are_no_others():
    assert held([f"c{number}" for number in range(40)]).sum() == 0
    assert held(["a", "b"] * 2, share=0.5).sum() == 2


def test_who_is_held_out_follows_from_seed_and_id_alone():
    labels = ["a", "b"] * 60
    first = held(labels)
    assert (first == held(labels)).all()
    assert not (first == held(labels, seed=1)).all()
    whole = samples(labels)
    turned = Samples(whole.ids[::-1], whole.labels[::-1])
    other = option_selection.held_out(turned, "single-label", FAIR)
    assert {turned.ids[i] for i in np.flatnonzero(other)} == {whole.ids[i] for i in np.flatnonzero(first)}
    assert held(labels, task="multi-label").sum() == 12


def test_the_held_out_come_last():
    labels = ["a"] * 30
    mask = held(labels)
    ordered = option_selection.split_by(samples(labels), mask)
    assert ordered.ids[-3:] == [samples(labels).ids[i] for i in np.flatnonzero(mask)]
    assert sorted(ordered.ids) == sorted(samples(labels).ids)


def problem(multi: bool, n: int = 160, seed: int = 0) -> TrainingData:
    rng = np.random.default_rng(seed)
    main = rng.integers(3, size=n)
    truth = np.eye(3)[main] + (rng.random((n, 3)) < 0.2 * multi) > 0
    inputs = truth @ np.random.default_rng(9).normal(size=(3, 8)) + rng.normal(size=(n, 8))
    task = "multi-label" if multi else "single-label"
    return TrainingData(inputs.astype(np.float32), truth.astype(np.uint8) if multi else main, 3, task)


def choose(data: TrainingData, row, number=120):
    return option_selection.choose(data.first(number), data.inputs[number:], data.targets[number:], row)


@pytest.mark.parametrize("multi", [False, True])
def test_the_best_candidate_is_chosen_and_all_are_told(multi):
    row = {**FAIR, "grid": {"learning_rate": [1e-4, 1e-2], "weight_decay": [0.0, 1e-3], "epochs": [1, 3]}}
    choice = choose(problem(multi), row)
    name = metrics.HEADLINES[problem(multi).task]
    assert len(choice.candidates) == 8
    best = max(choice.candidates, key=lambda one: (one[name], -one["nll"]))
    assert choice.options == {key: best[key] for key in row["grid"]}
    assert choice.row["optimiser"] == {**PAPER["optimiser"], **choice.options}
    assert choice.row["threshold"] == (best["threshold"] if multi else 0.5)
    assert choice.temperature > 0


def test_stages_of_one_training_are_trainings_of_that_length():
    data = problem(False)
    tried = dict(
        (options["epochs"], answer)
        for options, answer in kinds.kind_of({"kind": "head"}).explore(
            data, data.inputs[:20], {**FAIR, "features": "standardised"}, FAIR["grid"], 0
        )
    )
    for epochs, answer in tried.items():
        row = {**FAIR, "features": "standardised", "optimiser": {**PAPER["optimiser"], "epochs": epochs}}
        head = kinds.kind_of({"kind": "head"}).fit(data, row, [0])[0]
        expected = kinds.kind_of({"kind": "head"}).probabilities(head, data.inputs[:20], data.task, row)
        np.testing.assert_allclose(answer, expected, atol=1e-6)


@pytest.mark.parametrize("kind", ["gda", "knn"])
def test_kinds_without_training_choose_too(kind):
    options = {"gda": {"shrinkage": [0.01, 1.0]}, "knn": {"neighbours": [1, 30]}}[kind]
    row = {
        "kind": kind, "features": "raw", "shrinkage": 0.5, "neighbours": 3, "threshold": "validation",
        "validation": RULE, "grid": options,
    }  # fmt: skip
    choice = choose(problem(True), row)
    [key] = options
    assert choice.row[key] == choice.options[key] in options[key]
    assert len(choice.candidates) == 2


def test_a_row_without_a_grid_chooses_threshold_and_temperature_only():
    row = {key: value for key, value in FAIR.items() if key != "grid"}
    choice = choose(problem(True), row)
    assert choice.options == {}
    assert 0 < choice.row["threshold"] < 1
    assert choice.row["optimiser"] == PAPER["optimiser"]


@pytest.mark.parametrize("number", [0, 160])
def test_without_samples_on_either_side_the_row_holds_and_a_line_says_so(number, caplog):
    choice = choose(problem(True), FAIR, number)
    assert choice.row == {**FAIR, "threshold": 0.5}
    assert (choice.temperature, choice.candidates) == (None, ())
    assert "nothing is selected" in caplog.text


def test_what_is_chosen_does_not_depend_on_the_number_of_seeds_nor_on_global_randomness():
    import torch

    first = choose(problem(False), FAIR)
    torch.manual_seed(5)
    np.random.seed(5)  # noqa: NPY002 (the global generator plays no part)
    assert choose(replace(problem(False)), FAIR) == first
