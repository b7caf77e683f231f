"""AMU-Tuning against its definition, and what an auxiliary encoder can add to class names."""

import numpy as np
import pytest
import torch
from scipy import stats
from sklearn.metrics import log_loss

from humancentric.evaluation import calibration
from humancentric.evaluation.bootstrap import Population
from humancentric.evaluation.estimates import combine
from humancentric.probing import fold_scaling, kinds, option_selection, probe
from humancentric.probing.kinds import amu

AMU, ZERO_SHOT = kinds.kind_of({"kind": "amu"}), kinds.kind_of({"kind": "zero-shot"})
OPTIMISER = {"learning_rate": 1e-3, "weight_decay": 1e-2, "batch": 64, "epochs": 10}
ROW = {
    "kind": "amu", "features": "normalised", "threshold": 0.5, "shots": 8, "alpha": 1.0, "power": 0.4, "merge": 0.5,
    "optimiser": OPTIMISER, "validation": {"share": 0.1, "seed": 0},
    "grid": {"alpha": [0.1, 1.0, 10.0]},
}  # fmt: skip
CLASSES, WIDTH = 4, 12


def planted(signal: float, known: float, n: int, multi: bool = False, seed: int = 0):
    """Return a problem whose class texts know some of each class, beside auxiliary features with a `signal`."""
    rng = np.random.default_rng(seed)
    targets = rng.integers(CLASSES, size=n)
    indicators = np.eye(CLASSES, dtype=np.uint8)[targets]
    if multi:
        indicators |= rng.random((n, CLASSES)) < 0.2
    directions = np.random.default_rng(99).normal(size=(2, CLASSES, WIDTH))
    own, other = (
        strength * indicators @ each + rng.normal(size=(n, WIDTH))
        for strength, each in zip((known, signal), directions, strict=True)
    )
    inputs = fold_scaling.to_unit_length(np.hstack([own, other]).astype(np.float32), [WIDTH, WIDTH])
    texts = fold_scaling.to_unit_length(directions[0].astype(np.float32), [WIDTH])
    task = "multi-label" if multi else "single-label"
    return probe.TrainingData(inputs, indicators if multi else targets, CLASSES, task, texts, 10.0)


def test_without_training_logits_are_those_of_the_paper():
    problem = planted(0.5, 0.5, 60)
    row = {**ROW, "alpha": 2.0, "shots": 100, "optimiser": {**OPTIMISER, "epochs": 0}}
    head = AMU.fit(problem, row, [0])[0]
    clip, other = problem.inputs[:, :WIDTH], problem.inputs[:, WIDTH:]
    zero = 10 * clip @ problem.prompts.T
    means = np.stack([other[problem.targets == c].mean(axis=0) for c in range(CLASSES)])
    bias = stats.zscore(other @ means.T, axis=1)
    shares = np.exp(zero) / np.exp(zero).sum(axis=1, keepdims=True)
    kappa = stats.kurtosis(shares, axis=1, fisher=False) ** -0.4
    logits = zero + 2 * kappa[:, None] * bias
    expected = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    found = AMU.probabilities(head, problem.inputs, problem.task, row)
    np.testing.assert_allclose(found, expected, atol=1e-5)


def test_kurtosis_by_hand_is_large_where_one_class_is_sure():
    sure, level = torch.tensor([[50.0, 0, 0, 0]]), torch.zeros(1, 4)
    # deviations 3/4 and three times -1/4: (81 + 3) / 256 / 4 over ((9 + 3) / 16 / 4) ** 2
    assert amu.kurtosis(sure).item() == pytest.approx((84 / 1024) / (12 / 64) ** 2, abs=1e-4)
    assert amu.kurtosis(level).item() == 1


@pytest.mark.parametrize("merge", [0.0, 0.5, 1.0])
def test_training_lowers_the_loss_of_the_paper(merge):
    problem = planted(0.5, 0.5, 200)
    row = {**ROW, "merge": merge, "shots": 100, "optimiser": {**OPTIMISER, "learning_rate": 0.05}}

    def loss(epochs):
        head = AMU.fit(problem, {**row, "optimiser": {**row["optimiser"], "epochs": epochs}}, [0])[0]
        inputs = torch.from_numpy(problem.inputs)
        alone = amu.logit_bias(head, inputs).softmax(1).numpy()
        both = AMU.probabilities(head, problem.inputs, problem.task, row)
        return merge * log_loss(problem.targets, both) + (1 - merge) * log_loss(problem.targets, alone)

    assert loss(8) < loss(0) - 0.005


def test_seeds_draw_the_shots_and_do_not_depend_on_each_other():
    problem = planted(0.5, 0.5, 200)
    two, three = AMU.fit(problem, ROW, range(2)), AMU.fit(problem, ROW, range(3))
    assert all(torch.equal(two[seed]["auxiliary"], three[seed]["auxiliary"]) for seed in two)
    assert not torch.equal(two[0]["auxiliary"], two[1]["auxiliary"])


def test_classes_with_few_or_no_samples_and_a_single_class_have_a_result():
    problem = planted(0.5, 0.5, 5)
    problem = probe.TrainingData(problem.inputs, np.zeros(5, int), CLASSES, problem.task, problem.prompts)
    assert np.isfinite(
        AMU.probabilities(AMU.fit(problem, ROW, [0])[0], problem.inputs, problem.task, ROW)
    ).all()
    alone = probe.TrainingData(problem.inputs, np.zeros(5, int), 1, problem.task, problem.prompts[:1])
    assert (AMU.probabilities(AMU.fit(alone, ROW, [0])[0], alone.inputs, alone.task, ROW) == 1).all()


def lead(signal: float, multi: bool):
    """Return the estimated lead of AMU over class names, both with what validation chose."""
    train, held, test = (planted(signal, 0.4, n, multi, seed) for seed, n in enumerate((400, 300, 600)))
    scores = {}
    for kind, row in ((AMU, ROW), (ZERO_SHOT, {"kind": "zero-shot", "validation": ROW["validation"]})):
        row = {**row, "threshold": "validation"}
        width = train.inputs.shape[1] if kind is AMU else WIDTH
        first, tried = (
            probe.replace(p, inputs=np.ascontiguousarray(p.inputs[:, :width])) for p in (train, held)
        )
        chosen = option_selection.choose(first, tried.inputs, held.targets, row).row
        inputs = np.ascontiguousarray(test.inputs[:, :width])
        answers = [
            kind.probabilities(head, inputs, test.task, chosen)
            for head in kind.fit(first, chosen, range(2)).values()
        ]
        scores[(kind is AMU,)] = np.stack(
            [score(test, answer, chosen["threshold"]) for answer in answers], axis=1
        )
    population = Population("planted", scores, [str(i) for i in range(600)], resamples=500)
    return combine([(1.0, population.mean((True,))), (-1.0, population.mean((False,)))])


def score(problem, answer, threshold):
    if problem.task == "single-label":
        return (answer.argmax(axis=1) == problem.targets).astype(float)
    chosen = answer > threshold
    return (
        2 * (chosen & (problem.targets == 1)).sum(axis=1) / (chosen.sum(axis=1) + problem.targets.sum(axis=1))
    )


@pytest.mark.parametrize("multi", [False, True])
def test_an_auxiliary_encoder_helps_if_it_knows_more_and_never_hurts_if_it_knows_nothing(multi):
    helpful, useless = lead(1.0, multi), lead(0.0, multi)
    assert helpful.interval().low > 0.05
    assert useless.interval().high > 0
    assert useless.value > -0.03


@pytest.mark.parametrize("multi", [False, True])
def test_a_temperature_on_validation_mends_class_names_that_are_too_sure(multi):
    train, held, test = (planted(0.0, 0.4, 800, multi, seed) for seed in range(3))
    parts = [
        probe.replace(p, inputs=np.ascontiguousarray(p.inputs[:, :WIDTH]), logit_scale=100.0)
        for p in (train, held, test)
    ]
    row = {"kind": "zero-shot", "threshold": 0.5, "validation": ROW["validation"]}
    choice = option_selection.choose(parts[0], parts[1].inputs, held.targets, row)
    answers = ZERO_SHOT.probabilities(ZERO_SHOT.fit(parts[0], row, [0])[0], parts[2].inputs, test.task, row)
    if not multi:
        logits = torch.from_numpy(100 * parts[2].inputs @ test.prompts.T)
        np.testing.assert_allclose(answers, logits.softmax(1).numpy(), atol=1e-5)
    found = calibration.evaluate(test.targets, answers, test.task, choice.temperature)
    assert choice.temperature > 5
    assert found["nll_scaled"] < found["nll"] / 2
    assert found["ece_scaled"] < found["ece"] / 2
