"""What a graphics card must show, and how tests compare its numbers with those of a CPU."""

import numpy as np
import pytest
import torch

from cards import same
from humancentric.probing import head_training


def test_numbers_of_a_cpu_are_compared_bit_for_bit_and_those_of_a_card_within_a_tolerance():
    found = {"runs": [{"seed": 1, "f1": 0.5, "name": "a", "auc": float("nan"), "left": None}]}
    near = {"runs": [{"seed": 1, "f1": 0.500001, "name": "a", "auc": float("nan"), "left": None}]}
    far = {"runs": [{"seed": 1, "f1": 0.51, "name": "a", "auc": float("nan"), "left": None}]}
    other = {"runs": [{"seed": 2, "f1": 0.5, "name": "a", "auc": float("nan"), "left": None}]}
    assert found == same(found, "cpu")
    assert near != same(found, "cpu")
    assert near == same(found, "cuda")
    assert far != same(found, "cuda")
    assert other != same(found, "cuda")
    assert np.array([0.1, 0.2]) == same(np.array([0.1, 0.2000001]), "cuda")


@pytest.mark.gpu
def test_a_head_trained_on_a_card_is_near_that_of_a_cpu_and_equal_to_itself():
    rng = np.random.default_rng(0)
    features, targets = rng.normal(size=(200, 16)).astype(np.float32), rng.integers(3, size=200)
    row = {
        "features": "standardised",
        "head": {"hidden": 8},
        "optimiser": {"kind": "adam", "learning_rate": 0.01, "weight_decay": 0.0, "batch": 32, "epochs": 3},
    }

    def trained(device):
        heads = head_training.train(features, targets, 3, "single-label", row, [0, 1], torch.device(device))
        return {seed: {name: tensor.cpu() for name, tensor in head.items()} for seed, head in heads.items()}

    card, again, cpu = trained("cuda"), trained("cuda"), trained("cpu")
    for seed, head in card.items():
        for name, tensor in head.items():
            assert torch.equal(tensor, again[seed][name])
            assert torch.allclose(tensor, cpu[seed][name], atol=1e-3)
