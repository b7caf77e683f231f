import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.neighbors import KNeighborsClassifier

from humancentric.embedding import neighbours

DISTANCES = ("cosine", "euclidean")


def nearest(queries, samples, distance, *sets):
    everything = [np.arange(len(samples))]
    return neighbours.Space(queries, samples, distance).nearest(list(sets) or everything)


def reference(queries, points, distance):
    """Return scikit-learn's answer (n) in float64."""
    model = KNeighborsClassifier(n_neighbors=1, algorithm="brute", metric=distance)
    model.fit(points.astype(np.float64), np.arange(len(points)) % 7)
    found = model.kneighbors(queries.astype(np.float64), return_distance=False)[:, 0]
    np.testing.assert_array_equal(found % 7, model.predict(queries.astype(np.float64)))
    return found


@pytest.mark.parametrize("distance", DISTANCES)
@pytest.mark.parametrize("shift", [0.0, 30.0, 3000.0])
def test_the_nearest_is_that_of_scikit_learn_index_by_index(distance, shift):
    rng = np.random.default_rng(0)
    queries, points = (rng.normal(size=(n, 24)).astype(np.float32) + np.float32(shift) for n in (400, 60))
    (found,) = nearest(queries, points, distance)
    np.testing.assert_array_equal(found, reference(queries, points, distance))


@pytest.mark.parametrize("distance", DISTANCES)
def test_ties_go_where_scikit_learn_sends_them_to_the_first(distance):
    # Whole numbers: float64 computes their distances exactly, so that equal distances are equal.
    rng = np.random.default_rng(0)
    points = rng.integers(-1, 2, size=(60, 6)).astype(np.float32)
    points[~points.any(axis=1)] = 1
    points = np.concatenate([points, points[::-1], points[:7]])
    queries = rng.integers(-1, 2, size=(900, 6)).astype(np.float32)
    (found,) = nearest(queries, points, distance)
    squares = ((queries[:, None].astype(int) - points[None].astype(int)) ** 2).sum(axis=2)
    if distance == "euclidean":
        assert (np.sort(squares, axis=1)[:, 0] == np.sort(squares, axis=1)[:, 1]).mean() > 0.9
        np.testing.assert_array_equal(found, squares.argmin(axis=1))
        np.testing.assert_array_equal(found, reference(queries, points, distance))
    assert found.max() < 60  # of duplicates the first


@pytest.mark.parametrize("distance", DISTANCES)
@pytest.mark.parametrize("rows", [1, 63, 64, 257])
def test_duplicates_far_apart_are_one_point_whatever_the_kernel_of_the_product(distance, rows):
    """A duplicate in another column of the product may come out one rounding nearer; it must not win."""
    rng = np.random.default_rng(rows)
    points = (rng.normal(size=(rows, 515)) + 3).astype(np.float32)
    queries = (rng.normal(size=(101, 515)) + 3).astype(np.float32)
    (once,), (twice,) = (nearest(queries, p, distance) for p in (points, np.concatenate([points, points])))
    np.testing.assert_array_equal(once, twice)


def test_constant_features_and_zeros_have_a_result():
    for distance in DISTANCES:
        assert (
            nearest(np.ones((3, 4), np.float32), np.ones((5, 4), np.float32), distance)[0].tolist() == [0] * 3
        )
        zeros = np.zeros((2, 2), np.float32)
        assert nearest(zeros, np.eye(2, dtype=np.float32), distance)[0].tolist() == [0, 0]
        assert nearest(np.empty((0, 2), np.float32), np.eye(2, dtype=np.float32), distance)[0].tolist() == []


@pytest.mark.parametrize("distance", DISTANCES)
def test_blocks_and_other_sets_do_not_change_the_answer(distance, monkeypatch):
    rng = np.random.default_rng(0)
    queries, samples = (rng.normal(size=(n, 4)).astype(np.float32) for n in (50, 30))
    sets = [np.array([3]), np.array([1, 3, 8]), np.arange(0, 30, 2)]
    together = nearest(queries, samples, distance, *sets)
    for chosen, found in zip(sets, together, strict=True):
        np.testing.assert_array_equal(found, nearest(queries, samples, distance, chosen)[0])
        np.testing.assert_array_equal(found, chosen[reference(queries, samples[chosen], distance)])
    monkeypatch.setattr(neighbours, "BLOCK", 7)
    for found, again in zip(together, nearest(queries, samples, distance, *sets), strict=True):
        np.testing.assert_array_equal(found, again)


@given(st.integers(0, 10**6), st.sampled_from(DISTANCES), st.floats(-4, 4))
def test_nothing_is_nearer_than_the_answer(seed, distance, scale):
    rng = np.random.default_rng(seed)
    size = np.float32(10**scale)
    queries, points = (rng.integers(-3, 4, size=(n, 5)).astype(np.float32) * size for n in (20, 9))
    (found,) = nearest(queries, points, distance)
    left, right = queries.astype(np.float64)[:, None], points.astype(np.float64)[None]
    if distance == "euclidean":
        nearness = -((left - right) ** 2).sum(axis=2)
    else:
        lengths = np.sqrt((right**2).sum(axis=2))
        nearness = (left * right).sum(axis=2) / np.where(lengths > 0, lengths, 1)
    best = nearness.max(axis=1)
    assert (nearness[np.arange(20), found] >= best - 1e-12 * np.abs(nearness).max()).all()
