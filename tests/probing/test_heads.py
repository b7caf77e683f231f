import os
from dataclasses import replace

import numpy as np
import pytest
import torch

from humancentric.core.errors import UserError
from humancentric.embedding.feature_vectors import Input
from humancentric.probing import probe, trained_heads
from humancentric.probing.trained_heads import Trained
from probe_data import PAPER

INPUTS = [
    Input("standard.clip", 4, {"encoder": "clip", "row": {"kind": "fake"}, "weights": {"sha256": "ab"}}),
    Input("title.clip-t", 2, {"encoder": "clip-t"}),
]
FEATURES = np.random.default_rng(0).normal(size=(7, 6)).astype(np.float32)


@pytest.fixture
def trained() -> Trained:
    made = {seed: probe.initial(6, 5, 3, torch.Generator().manual_seed(seed)) for seed in range(11)}
    return Trained(made, INPUTS, ["a", "b", "ü"], "multi-label", "films", "paper", PAPER)


@pytest.mark.parametrize("mask", [0o022, 0o077, 0o002])
def test_the_mode_of_saved_heads_is_that_of_the_umask(tmp_path, trained, mask):
    before = os.umask(mask)
    try:
        trained_heads.save(tmp_path / "heads.safetensors", trained)
    finally:
        os.umask(before)
    assert (tmp_path / "heads.safetensors").stat().st_mode & 0o777 == 0o666 & ~mask


def test_saved_heads_come_back_whole_and_in_order(tmp_path, trained):
    trained_heads.save(tmp_path / "heads.safetensors", trained)
    found = trained_heads.load(tmp_path / "heads.safetensors")
    assert list(found.heads) == list(range(11))
    assert replace(found, heads={}) == replace(trained, heads={})
    before, after = (
        trained_heads.apply(trained, FEATURES, INPUTS),
        trained_heads.apply(found, FEATURES, INPUTS),
    )
    for seed in before:
        np.testing.assert_array_equal(before[seed], after[seed])


def test_the_file_is_the_same_twice(tmp_path, trained):
    for name in ("one", "two"):
        trained_heads.save(tmp_path / name, trained)
    assert (tmp_path / "one").read_bytes() == (tmp_path / "two").read_bytes()


def test_tensors_are_named_by_seed_and_layer(tmp_path, trained):
    from safetensors import safe_open

    trained_heads.save(tmp_path / "heads.safetensors", trained)
    with safe_open(tmp_path / "heads.safetensors", framework="np") as file:
        assert file.get_tensor("seed0.hidden.weight").shape == (5, 6)
        assert {"seed10.output.bias", "seed3.hidden.bias"} < set(file.keys())


def test_probabilities_are_those_of_the_formula(trained):
    head = {name: tensor.double().numpy() for name, tensor in trained.heads[0].items()}
    hidden = np.maximum(FEATURES @ head["hidden.weight"].T + head["hidden.bias"], 0)
    logits = hidden @ head["output.weight"].T + head["output.bias"]
    found = trained_heads.apply(trained, FEATURES, INPUTS)[0]
    np.testing.assert_allclose(found, 1 / (1 + np.exp(-logits)), atol=1e-6)
    single = trained_heads.apply(replace(trained, task="single-label"), FEATURES, INPUTS)[0]
    np.testing.assert_allclose(single, np.exp(logits) / np.exp(logits).sum(1, keepdims=True), atol=1e-6)


def test_blocks_do_not_change_the_answer(trained, monkeypatch):
    whole = trained_heads.apply(trained, FEATURES, INPUTS)[0]
    monkeypatch.setattr(probe, "BLOCK", 3)
    np.testing.assert_allclose(trained_heads.apply(trained, FEATURES, INPUTS)[0], whole, atol=1e-6)


def test_no_samples_give_no_answers(trained):
    assert trained_heads.apply(trained, FEATURES[:0], INPUTS)[0].shape == (0, 3)


@pytest.mark.parametrize(
    ("inputs", "message"),
    [
        (INPUTS[::-1], "trained on features standard.clip"),
        ([replace(INPUTS[0], width=5), INPUTS[1]], "trained on width 4"),
        (
            [replace(INPUTS[0], source={**INPUTS[0].source, "row": {"kind": "other"}}), INPUTS[1]],
            "trained on row",
        ),
        (
            [replace(INPUTS[0], source={**INPUTS[0].source, "weights": {"sha256": "cd"}}), INPUTS[1]],
            "weights",
        ),
        (
            [replace(INPUTS[0], source={**INPUTS[0].source, "encoder": "rn50"}), INPUTS[1]],
            "trained on encoder clip",
        ),
        (INPUTS[:1], "applied to standard.clip; use the same features"),
        ([*INPUTS, Input("plot.x", 1, {})], "use the same features"),
    ],
)
def test_other_features_are_refused_in_one_line(trained, inputs, message):
    with pytest.raises(UserError, match=message) as error:
        trained_heads.apply(trained, FEATURES, inputs)
    assert "\n" not in str(error.value)


def test_another_matrix_or_class_list_is_refused(trained):
    with pytest.raises(UserError, match="features are 5 wide"):
        trained_heads.apply(trained, FEATURES[:, :5], INPUTS)
    for classes in (["a", "b"], ["b", "a", "ü"]):
        with pytest.raises(UserError, match="trained on 3 classes"):
            trained_heads.apply(trained, FEATURES, INPUTS, classes)


def test_what_is_no_file_of_heads_is_refused(tmp_path):
    from safetensors.torch import save_file

    with pytest.raises(UserError, match="file is missing"):
        trained_heads.load(tmp_path / "none")
    (tmp_path / "text").write_text("no tensors")
    with pytest.raises(UserError, match="not a readable file of trained heads"):
        trained_heads.load(tmp_path / "text")
    save_file({"weight": torch.zeros(2)}, tmp_path / "other")
    with pytest.raises(UserError, match="not a readable file of trained heads"):
        trained_heads.load(tmp_path / "other")
