"""Duplicates found by neighbours in embedding space, against planted twins and without any."""

import numpy as np
import pytest
from sklearn.neighbors import NearestNeighbors

from humancentric.embedding import embedding_twins
from humancentric.embedding.embedding_twins import Vectors

WIDTH = 32


def gaussian(rng, count, width=WIDTH):
    return rng.normal(size=(count, width)).astype(np.float32)


def test_nearest_cosines_are_scikit_learn_s_across_chunks(monkeypatch):
    monkeypatch.setattr(embedding_twins, "CHUNK", 37)
    rng = np.random.default_rng(0)
    queries, samples = gaussian(rng, 50), gaussian(rng, 200)
    rows, cosines = embedding_twins.nearest(queries, samples)
    distances, expected = NearestNeighbors(n_neighbors=1, metric="cosine").fit(samples).kneighbors(queries)
    assert rows.tolist() == expected[:, 0].tolist()
    assert cosines == pytest.approx(1 - distances[:, 0], abs=1e-5)
    twice = np.concatenate([samples, samples])
    assert embedding_twins.nearest(queries, twice)[0].tolist() == rows.tolist()  # the first of equal ones


def test_fence_is_counted_by_hand_and_never_above_equal_vectors():
    values = np.array([0.0, 1, 2, 3, 4])  # quartiles 1 and 3
    assert np.arctanh(embedding_twins.far_out(np.tanh(values / 10))) == pytest.approx(0.3 + 3 * 0.2)
    assert embedding_twins.far_out(np.array([0.1, 0.5, 0.9, 0.99, 1.0])) == embedding_twins.EQUAL


def test_planted_twins_are_found_and_few_others_are():
    rng = np.random.default_rng(1)
    train, test = gaussian(rng, 2000), gaussian(rng, 600)
    test[:20] = train[100:120] + 0.1 * gaussian(rng, 20)  # compressed again
    test[20:25] = 3 * train[:5]  # equal up to their length
    control = gaussian(rng, 300)
    control[0] = train[7]
    names = [f"t{number}" for number in range(2000)]
    others = {
        "films": Vectors([f"f{number}" for number in range(600)], test),
        "recent": Vectors([f"r{number}" for number in range(300)], control),
    }
    table, threshold = embedding_twins.search("standard.web", Vectors(names, train), others)
    found = {(row["dataset_b"], row["id_b"]): row["id_a"] for row in table.to_pylist() if row["twin"]}
    planted = {("films", f"f{number}"): f"t{number + 100}" for number in range(20)}
    planted |= {("films", f"f{number + 20}"): f"t{number}" for number in range(5)} | {("recent", "r0"): "t7"}
    assert found.items() >= planted.items()
    assert len(found) - len(planted) <= 5  # of 874 others
    assert len(table) == 900
    assert 0.5 < threshold < 0.995


def test_without_twins_almost_none_is_found():
    rng, flagged = np.random.default_rng(2), 0
    for width in (16, 64, 256):
        train = Vectors([str(number) for number in range(1000)], gaussian(rng, 1000, width))
        table, _ = embedding_twins.search("v.e", train, {"a": Vectors(train.ids, gaussian(rng, 1000, width))})
        flagged += sum(table["twin"].to_pylist())
    assert flagged <= 15  # of 3,000


def test_more_than_half_of_the_encoders_of_a_view_must_find_the_same_partner():
    def row(features, name, partner, twin=True, dataset="films"):
        return {"features": features, "dataset_b": dataset, "id_b": name, "id_a": partner, "twin": twin}

    rows = [
        *(row(f"standard.{name}", "both", "x") for name in "ab"),
        row("standard.c", "both", "y", twin=False),
        row("standard.a", "one", "x"),
        *(row(f"standard.{name}", "one", "x", twin=False) for name in "bc"),
        *(row(f"standard.{name}", "apart", name) for name in "abc"),
        row("plot.m", "read", "z"),
        row("plot.m", "elsewhere", "z", dataset="recent"),
    ]
    assert embedding_twins.agreed(rows, "films") == {"both", "read"}
    assert embedding_twins.agreed(rows, "recent") == {"elsewhere"}


def test_nothing_is_found_without_samples():
    empty = Vectors([], np.empty((0, WIDTH), np.float32))
    some = Vectors(["a"], np.ones((1, WIDTH), np.float32))
    for train, others in ((empty, {"films": some}), (some, {"films": empty})):
        table, threshold = embedding_twins.search("v.e", train, others)
        assert (len(table), threshold) == (0, None)
