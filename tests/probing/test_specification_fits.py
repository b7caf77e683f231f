"""Probes under all specifications: preprocessing, selection, and the truth about planted encoders."""

import numpy as np
import pytest
import torch
from sklearn.decomposition import PCA
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import Normalizer, StandardScaler

import planted_probes as made
from humancentric.core.errors import UserError
from humancentric.dataset.labels import Samples
from humancentric.embedding.feature_vectors import Input
from humancentric.probing import probe_inputs, specification_fits
from humancentric.study import specification_grid
from studies import study_of


@pytest.fixture(autouse=True, scope="module")
def one_thread():
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.mark.parametrize("samples", [40, 8])
@pytest.mark.parametrize("features", ["raw", "normalised", "standardised"])
def test_preprocessing_is_scikit_learns_learnt_on_training_samples_alone(features, samples):
    rng = np.random.default_rng(0)
    train, test = (rng.normal(2, 3, size=(n, 12)).astype(np.float32) for n in (samples, 30))
    steps = {"raw": [], "normalised": [Normalizer()], "standardised": [StandardScaler()]}[features]
    ours = specification_fits.learn(train, [12], features, 10)
    reference = make_pipeline(*steps, PCA(min(10, samples - 1))).fit(train).transform(test)
    np.testing.assert_allclose(np.abs(ours(test)), np.abs(reference), atol=2e-4)
    assert ours(test).dtype == np.float32
    np.testing.assert_array_equal(ours(test[:3]), ours(test)[:3])  # other test samples play no part
    before = test.copy()
    assert specification_fits.learn(train, [12], features, None)(test).shape == test.shape
    np.testing.assert_array_equal(test, before)


def test_parts_of_a_pair_have_length_one_each():
    train = np.random.default_rng(1).normal(size=(20, 7)).astype(np.float32)
    found = specification_fits.learn(train, [3, 4], "normalised", None)(train)
    np.testing.assert_allclose(np.linalg.norm(found[:, :3], axis=1), 1, atol=1e-6)
    np.testing.assert_allclose(np.linalg.norm(found[:, 3:], axis=1), 1, atol=1e-6)


class Cell(probe_inputs.ProbeInputs):
    """A cell in memory, which records the splits that are read."""

    def load(self, split, samples=None, memory_mb=None):
        vectors = dict(zip(self.samples[split].ids, self.embeddings[split], strict=True))
        wanted = (samples or self.samples[split]).ids
        return np.array([vectors[name] for name in wanted], np.float32), [
            Input(self.features, made.WIDTH, {})
        ]


def cell_of(sizes: dict[str, int], multi: bool = False) -> Cell:
    samples, vectors = {}, {}
    for number, (split, size) in enumerate(sizes.items()):
        truth = np.random.default_rng(number).integers(made.CLASSES, size=size)
        labels = [[f"c{value}"] + (["c0"] if multi and value else []) for value in truth]
        samples[split] = Samples([f"{split}{place:03d}" for place in range(size)], labels)
        vectors[split] = made.features_of(3.0, truth, number)
    return Cell(
        "standard.both", "multi-label" if multi else "single-label", samples, vectors, ["c0", "c1", "c2"]
    )


@pytest.mark.parametrize("multi", [False, True])
@pytest.mark.parametrize("sizes", [{"train": 120, "test": 40}, {"train": 90, "validation": 30, "test": 40}])
def test_every_specification_learns_a_planted_signal_and_says_what_it_selected(sizes, multi):
    study = study_of(made.configuration(["one"], widths=["full", 8]))
    listed = specification_grid.specifications(study)
    found, scores = specification_fits.score(cell_of(sizes, multi), listed, [0, 1])
    assert [one["name"] for one in found] == sorted((one["name"] for one in listed), key=found_order(found))
    for one, values in zip(found, scores, strict=True):
        assert values.shape == (40, 2 if one["probe"] == "linear" else 1)
        assert set(one["selected"]) == (
            set() if one["options"] == "fixed" else set(made.PROTOCOLS[one["probe"]]["grid"])
        )
        assert one["components"] == (one["width"] or made.WIDTH)
        assert min(one["validation"], values.mean()) > 0.6, one
        assert (one["threshold"] == 0.5) or (multi and one["options"] == "tuned")


def found_order(found: list[dict]):
    return [one["name"] for one in found].index


def test_without_validation_samples_the_own_options_hold_and_without_test_samples_nothing_is_fitted():
    study = study_of(made.configuration(["one"], probes=["knn"], features=["normalised"]))
    listed = specification_grid.specifications(study)
    found, _ = specification_fits.score(cell_of({"train": 2, "test": 5}), listed, [0])
    assert {one["validation"] for one in found} == {None}
    with pytest.raises(UserError, match="the test split is empty"):
        specification_fits.score(cell_of({"train": 20, "test": 0}), listed, [0])


TURN = np.linalg.qr(np.random.default_rng(1).normal(size=(made.WIDTH, made.WIDTH)))[0]
PLANTED = {  # answer: what the rival sees, training samples, test samples
    "depends on the probe": (lambda truth: made.features_of(1.5, truth, 0) @ TURN * 1e-3, 300, 600),
    "robust": (lambda truth: made.features_of(0.6, truth, 1), 300, 400),
    "inconclusive": (lambda truth: made.features_of(1.4, truth, 1), 200, 40),
}


@pytest.mark.parametrize("answer", PLANTED)
def test_planted_encoders_are_told(tmp_path, answer):
    rival, train, test = PLANTED[answer]
    encoders = {"both": lambda truth: made.features_of(1.5, truth, 0), "one": rival}
    found = made.judged(made.write_dataset(tmp_path, encoders, train, test), made.configuration(["one"]))
    ((contrast,),) = (claim["contrasts"] for claim in found["claims"])
    assert contrast["answer"] == answer
    leads = dict(zip((one["name"] for one in found["specifications"]), contrast["leads"], strict=True))
    if answer == "depends on the probe":
        assert leads["linear.raw.fixed.full"] > 0.2
        assert contrast["shown"] >= 1
        assert max(abs(lead) for name, lead in leads.items() if ".raw." not in name) < 0.03
        assert contrast["verdict"] == "inconclusive"
        assert abs(contrast["value"]) < 0.03
    elif answer == "robust":
        assert contrast["holds_low"] > 0.8
        assert contrast["verdict"] == "reproduced"
    else:
        assert contrast["holds_low"] < 0.5
