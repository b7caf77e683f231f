import numpy as np
import pytest
import torch
from torch import nn

from humancentric.core.errors import UserError
from humancentric.evaluation import metrics
from humancentric.probing import head_training, probe
from probe_data import PAPER, protocol

CPU = torch.device("cpu")


def data(multi: bool, n: int = 150, width: int = 12, classes: int = 3, signal: float = 1.0, seed: int = 0):
    rng = np.random.default_rng(seed)
    main = rng.integers(classes, size=n)
    truth = np.eye(classes)[main] + (rng.random((n, classes)) < 0.2 * multi)
    vectors = signal * (truth @ rng.normal(size=(classes, width))) + rng.normal(size=(n, width))
    return vectors.astype(np.float32), (truth > 0).astype(np.uint8) if multi else main


def train(features, targets, row, seeds, task, classes=3):
    return head_training.train(features, targets, classes, task, row, seeds, CPU)


OPTIMISERS = {
    "adam": torch.optim.Adam,
    "adamw": torch.optim.AdamW,
    "sgd": lambda parameters, **options: torch.optim.SGD(parameters, momentum=0.9, **options),
}


def plain_loop(features, targets, row, seed, task, classes=3):
    """The protocol written down once more, with torch's own layers, losses and optimiser."""
    width, hidden = features.shape[1], row["head"]["hidden"]
    layers = (
        [nn.Linear(width, hidden), nn.ReLU(), nn.Linear(hidden, classes)]
        if hidden
        else [nn.Linear(width, classes)]
    )
    model = nn.Sequential(*layers)
    first = probe.initial(width, hidden, classes, head_training.stream_generator(seed, head_training.WEIGHTS))
    with torch.no_grad():
        for parameter, start in zip(model.parameters(), first.values(), strict=True):
            parameter.copy_(start)
    options = row["optimiser"]
    optimiser = OPTIMISERS[options["kind"]](
        model.parameters(), lr=options["learning_rate"], weight_decay=options["weight_decay"]
    )
    loss = nn.CrossEntropyLoss() if task == "single-label" else nn.BCEWithLogitsLoss()
    activation = nn.Identity()
    if row.get("loss") == "double-softmax":
        activation = nn.Softmax(dim=1) if task == "single-label" else nn.Sigmoid()
    order = head_training.stream_generator(seed, head_training.ORDER)
    inputs = torch.from_numpy(features)
    answers = torch.from_numpy(targets).to(torch.int64 if task == "single-label" else torch.float32)
    for _ in range(options["epochs"]):
        permutation = torch.randperm(len(inputs), generator=order)
        for begin in range(0, len(inputs), options["batch"]):
            rows = permutation[begin : begin + options["batch"]]
            optimiser.zero_grad()
            loss(activation(model(inputs[rows])), answers[rows]).backward()
            optimiser.step()
    with torch.no_grad():
        return model(inputs).numpy()


@pytest.mark.parametrize("task", ["single-label", "multi-label"])
@pytest.mark.parametrize("hidden", [0, 32])
def test_a_head_is_that_of_a_plain_loop_with_torchs_adam(task, hidden):
    features, targets = data(task == "multi-label")
    row = protocol(hidden=hidden, epochs=6)
    head = train(features, targets, row, [3], task)[3]
    found = probe.logits(head, torch.from_numpy(features)).numpy()
    np.testing.assert_allclose(found, plain_loop(features, targets, row, 3, task), atol=2e-5)


@pytest.mark.parametrize("task", ["single-label", "multi-label"])
@pytest.mark.parametrize(("kind", "loss"), [("adamw", "cross-entropy"), ("sgd", "double-softmax")])
def test_other_optimisers_and_the_double_softmax_are_torchs_too(task, kind, loss):
    features, targets = data(task == "multi-label")
    row = {**protocol(hidden=16, epochs=4, kind=kind, weight_decay=0.02, learning_rate=0.01), "loss": loss}
    head = train(features, targets, row, [1], task)[1]
    found = probe.logits(head, torch.from_numpy(features)).numpy()
    np.testing.assert_allclose(found, plain_loop(features, targets, row, 1, task), atol=5e-5)


@pytest.mark.parametrize("task", ["single-label", "multi-label"])
@pytest.mark.parametrize(("hidden", "scaled"), [(0, "standardised"), (24, "raw"), (24, "standardised")])
def test_seeds_trained_as_one_model_are_those_of_the_loop(task, hidden, scaled):
    features, targets = data(task == "multi-label")
    row = protocol(hidden=hidden, epochs=3, features=scaled)
    loop = train(features, targets, row, range(3), task)
    at_once = head_training.train(features, targets, 3, task, row, range(3), CPU, head_training.train_stacked)
    more = head_training.train(features, targets, 3, task, row, range(6), CPU, head_training.train_stacked)
    for seed, head in loop.items():
        for name, tensor in head.items():
            torch.testing.assert_close(at_once[seed][name], tensor, atol=2e-5, rtol=1e-4)
            torch.testing.assert_close(more[seed][name], tensor, atol=2e-5, rtol=1e-4)


def test_a_gpu_trains_all_seeds_at_once_and_a_cpu_one_after_the_other():
    assert {"cpu": head_training.one_by_one, "cuda": head_training.train_stacked} == head_training.WAYS


@pytest.mark.parametrize("task", ["single-label", "multi-label"])
def test_scores_are_those_of_scikit_learns_network(task):
    from sklearn.neural_network import MLPClassifier

    features, targets = data(task == "multi-label", n=900, signal=0.6)
    rest, last = slice(0, 600), slice(600, None)
    head = train(features[rest], targets[rest], PAPER, [0], task)[0]
    ours = probe.probabilities(head, features[last], task)
    reference = MLPClassifier(
        256,
        alpha=5e-4 * 64,
        batch_size=64,
        learning_rate_init=1e-3,
        max_iter=20,
        n_iter_no_change=99,
        random_state=0,
    )
    with pytest.warns(Warning, match="Maximum iterations"):
        theirs = reference.fit(features[rest], targets[rest]).predict_proba(features[last])
    name = metrics.HEADLINES[task]
    scores = [metrics.evaluate(targets[last], answer, task)[name] for answer in (ours, theirs)]
    assert scores[0] == pytest.approx(scores[1], abs=0.04)
    assert scores[0] > 0.6


def test_first_weights_are_spread_as_torchs_linear_layer_spreads_them():
    torch.manual_seed(0)
    own = probe.initial(400, 256, 10, torch.Generator().manual_seed(0))
    theirs = nn.Linear(400, 256)
    for found, expected in ((own["hidden.weight"], theirs.weight), (own["hidden.bias"], theirs.bias)):
        assert found.shape == expected.shape
        assert found.abs().max() == pytest.approx(0.05, rel=0.02)
        assert found.std().item() == pytest.approx(expected.std().item(), rel=0.15)
    assert set(probe.initial(4, 0, 2, torch.Generator())) == {"output.weight", "output.bias"}


def equal(one: probe.Head, other: probe.Head) -> bool:
    return all(torch.equal(one[name], other[name]) for name in one)


def test_the_same_seed_gives_the_same_head_and_a_sixth_seed_changes_none():
    features, targets = data(True)
    row = protocol(epochs=2)
    five = train(features, targets, row, range(5), "multi-label")
    torch.manual_seed(99)  # the global generator plays no part
    six = train(features, targets, row, range(6), "multi-label")
    alone = train(features, targets, row, [4], "multi-label")
    assert all(equal(five[seed], six[seed]) for seed in five)
    assert equal(alone[4], five[4])
    assert not equal(five[0], five[1])


def test_the_order_of_samples_does_not_depend_on_the_head():
    orders = [
        torch.randperm(50, generator=head_training.stream_generator(1, head_training.ORDER)) for _ in range(2)
    ]
    assert torch.equal(*orders)
    assert not torch.equal(
        orders[0], torch.randperm(50, generator=head_training.stream_generator(2, head_training.ORDER))
    )


def accuracy(signal: float, **options) -> float:
    features, targets = data(False, n=600, signal=signal)
    trained = train(features[:400], targets[:400], protocol(**options), [0], "single-label")
    answers = probe.probabilities(trained[0], features[400:], "single-label")
    return metrics.single_label(targets[400:], answers)["accuracy"]


def test_more_signal_scores_higher():
    scores = [accuracy(signal) for signal in (0.0, 0.4, 2.0)]
    assert scores == sorted(scores)
    assert scores[0] < 0.45
    assert scores[2] > 0.95


def test_shuffled_labels_are_at_chance():
    features, targets = data(False, n=900, signal=2.0)
    mixed = np.random.default_rng(1).permutation(targets)
    head = train(features[:600], mixed[:600], protocol(), [0], "single-label")[0]
    answers = probe.probabilities(head, features[600:], "single-label")
    assert metrics.single_label(mixed[600:], answers)["accuracy"] == pytest.approx(1 / 3, abs=0.1)


@pytest.mark.parametrize("hidden", [0, 16])
def test_standardised_features_do_not_depend_on_scale_and_the_head_takes_raw_ones(hidden):
    features, targets = data(False)
    row = protocol(hidden=hidden, features="standardised", weight_decay=0.0)
    stretched = (features * 8 + 32).astype(np.float32)
    one = train(features, targets, row, [0], "single-label")[0]
    other = train(stretched, targets, row, [0], "single-label")[0]
    answers = [
        probe.probabilities(head, x, "single-label") for head, x in ((one, features), (other, stretched))
    ]
    np.testing.assert_allclose(*answers, atol=2e-3)


def test_constant_features_have_a_result():
    targets = np.arange(40) % 3
    for kind in ("raw", "standardised"):
        head = train(
            np.ones((40, 4), np.float32), targets, protocol(features=kind, epochs=2), [0], "single-label"
        )[0]
        answers = probe.probabilities(head, np.ones((5, 4), np.float32), "single-label")
        assert np.isfinite(answers).all()
        np.testing.assert_allclose(answers, np.broadcast_to(answers[0], answers.shape), atol=1e-6)


def test_fewer_samples_than_a_batch_a_single_class_and_a_class_only_in_the_test_split():
    features, _ = data(False, n=5)
    single = train(features, np.zeros(5, np.int64), PAPER, [0], "single-label", classes=1)[0]
    assert probe.probabilities(single, features, "single-label").tolist() == [[1.0]] * 5
    unseen = train(features, np.zeros(5, np.int64), PAPER, [0], "single-label", classes=2)[0]
    assert (probe.probabilities(unseen, features, "single-label")[:, 0] > 0.5).all()
    never = train(features, np.zeros((5, 2), np.uint8), PAPER, [0], "multi-label", classes=2)[0]
    assert (probe.probabilities(never, features, "multi-label") < 0.5).all()


def test_no_training_samples_and_unknown_kinds_are_told_in_one_line():
    features, targets = data(False)
    with pytest.raises(UserError, match="train split is empty"):
        train(features[:0], targets[:0], PAPER, [0], "single-label")
    with pytest.raises(UserError, match=r"optimiser\.kind is 'adm'; did you mean 'adam'"):
        train(features, targets, protocol(kind="adm"), [0], "single-label")
    with pytest.raises(UserError, match="loss is 'double-softmx'; did you mean 'double-softmax'"):
        train(features, targets, {**PAPER, "loss": "double-softmx"}, [0], "single-label")
    with pytest.raises(UserError, match="did you mean 'standardised'"):
        train(features, targets, protocol(features="standardized"), [0], "single-label")
