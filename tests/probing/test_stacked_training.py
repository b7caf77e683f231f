"""Heads trained as one stack: with options of their own, and by recorded steps as on a card."""

from functools import partial

import numpy as np
import pytest
import torch

from humancentric.probing import head_training
from humancentric.probing.kinds import head as head_kind
from humancentric.probing.probe import TrainingData
from humancentric.probing.training_setup import training_setup
from probe_data import protocol

CPU = torch.device("cpu")


def data(n=150, width=12):
    rng = np.random.default_rng(0)
    truth = (rng.random((n, 3)) < 0.4).astype(np.uint8)
    features = truth @ rng.normal(size=(3, width)) + rng.normal(size=(n, width))
    return features.astype(np.float32), truth


def begun(row, seeds, device=CPU):
    return zip(*(head_training.start(12, 3, row, seed, device) for seed in seeds), strict=True)


def trained(row, record, device=CPU, options=None):
    setup = training_setup(*data(), "multi-label", row, device)
    heads, orders = begun(row, (0, 1), device)
    for _ in head_training.stacked_epochs(setup, heads, orders, options, record):
        pass
    return heads


def equal(some, others):
    return all(
        torch.equal(one[name], other[name]) for one, other in zip(some, others, strict=True) for name in one
    )


@pytest.mark.parametrize("kind", ["adam", "adamw", "sgd"])
@pytest.mark.parametrize("own", [False, True])
def test_recorded_steps_train_the_same_heads(kind, own):
    row = protocol(hidden=8, epochs=4, kind=kind, features="standardised", batch=32)
    options = [{"learning_rate": rate, "weight_decay": 1e-3} for rate in (1e-2, 1e-3)] if own else None
    runs = []

    def record(step):
        def replay():
            runs.append(step)
            step()

        return replay

    assert equal(trained(row, None, options=options), trained(row, record, options=options))
    # Of five batches an epoch the last is smaller; three steps come before the recording.
    assert len(runs) == 4 * 4 - head_training.EAGER
    assert len(set(runs)) == 1


def test_a_recording_that_is_not_replayed_right_is_noticed():
    row = protocol(hidden=8, epochs=4, batch=32)
    assert not equal(trained(row, None), trained(row, lambda step: lambda: None))


@pytest.mark.parametrize("kind", ["adam", "sgd"])
def test_a_grid_trained_at_once_gives_the_candidates_of_one_after_the_other_in_their_order(kind):
    features, truth = data()
    row = protocol(hidden=8, epochs=4, kind=kind, batch=32)
    setup = training_setup(features, truth, "multi-label", row, CPU)
    trials = [{"learning_rate": rate, "weight_decay": decay} for rate in (1e-3, 1e-2) for decay in (0, 0.1)]
    begin = partial(head_training.start, 12, 3, row, seed=0, device=CPU)
    one, other = (
        [
            (options, epoch, {name: tensor.clone() for name, tensor in head.items()})
            for options, epoch, head in found
        ]
        for found in (
            head_kind.courses_one_by_one(setup, trials, [1, 4], begin),
            head_kind.courses_at_once(setup, trials, [1, 4], begin),
        )
    )
    assert [found[:2] for found in one] == [found[:2] for found in other]
    assert len(one) == 8
    for (_, _, ours), (_, _, theirs) in zip(one, other, strict=True):
        for name, tensor in ours.items():
            torch.testing.assert_close(theirs[name], tensor, atol=2e-5, rtol=1e-4)


@pytest.mark.gpu
@pytest.mark.parametrize("kind", ["adam", "adamw", "sgd"])
def test_graphs_of_a_card_train_the_heads_of_its_plain_steps_and_the_same_again(kind):
    card = torch.device("cuda")
    row = protocol(hidden=8, epochs=6, kind=kind, features="standardised", batch=32)
    options = [{"learning_rate": rate, "weight_decay": 1e-3} for rate in (1e-2, 1e-3)]
    found = []
    for _ in range(2):
        with head_training.recording(card) as record:
            assert record is head_training.cuda_graph
            found.append(trained(row, record, card, options))
    assert equal(*found)
    for plain, recorded in zip(trained(row, None, card, options), found[0], strict=True):
        for name, tensor in plain.items():
            torch.testing.assert_close(recorded[name], tensor, atol=1e-5, rtol=1e-4)


@pytest.mark.gpu
def test_a_grid_on_a_card_selects_what_a_cpu_selects():
    features, truth = data(400)
    problem = TrainingData(features[:300], truth[:300], 3, "multi-label")
    grid = {"learning_rate": [1e-3, 1e-2], "batch": [32, 64], "epochs": [1, 3]}
    row = protocol(hidden=8, epochs=3)
    card = list(head_kind.explore(problem, features[300:], row, grid, 0))
    assert [options for options, _ in card] == [
        {"learning_rate": rate, "batch": batch, "epochs": epochs}
        for batch in (32, 64) for rate in (1e-3, 1e-2) for epochs in (1, 3)
    ]  # fmt: skip
    assert all(np.isfinite(answer).all() for _, answer in card)
