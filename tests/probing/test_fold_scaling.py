import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.preprocessing import StandardScaler, normalize

from humancentric.probing import fold_scaling


@given(st.integers(1, 30), st.integers(0, 2**32 - 1))
def test_standardised_features_are_those_of_scikit_learn_block_by_block(rows, seed):
    rng = np.random.default_rng(seed)
    features = (rng.normal(size=(rows, 4)) * 3 + rng.normal(size=4)).astype(np.float32)
    features[:, 0] = 0.1  # in single precision the mean of equal numbers need not be that number
    fold_scaling.BLOCK, before = 7, fold_scaling.BLOCK
    try:
        mean, scale = fold_scaling.standardised(features)
    finally:
        fold_scaling.BLOCK = before
    expected = StandardScaler().fit(features.astype(np.float64))
    np.testing.assert_allclose(mean, expected.mean_, rtol=1e-6, atol=1e-6)
    np.testing.assert_allclose(1 / scale, expected.scale_, rtol=1e-5)
    assert scale[0] == 1


@pytest.mark.parametrize("value", [0.0, 0.1, 1e6, 3.3e-7])
def test_a_constant_feature_keeps_its_scale(value):
    features = np.full((1000, 1), value, np.float32)
    assert fold_scaling.standardised(features)[1].tolist() == [1.0]


def test_every_part_gets_length_one_in_place_and_zeros_stay(monkeypatch):
    monkeypatch.setattr(fold_scaling, "BLOCK", 3)
    features = np.random.default_rng(0).normal(size=(8, 5)).astype(np.float32)
    features[2, :2] = 0
    expected = np.hstack([normalize(features[:, :2]), normalize(features[:, 2:])])
    assert fold_scaling.to_unit_length(features, [2, 3]) is features
    np.testing.assert_allclose(features, expected, atol=1e-6)
