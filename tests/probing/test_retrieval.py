from itertools import permutations

import numpy as np
import pyarrow as pa
import pytest
from sklearn.linear_model import Ridge

import claim_data as made
from humancentric.core import schemas, tables
from humancentric.core.errors import UserError
from humancentric.embedding.feature_vectors import l2_normalize
from humancentric.evaluation import ranks
from humancentric.probing import linear_map, retrieval
from probe_data import write_embeddings
from studies import study_of

OPTIONS = {"resamples": 300, "seed": 0}


def test_ranks_of_a_hand_counted_case():
    candidates = np.eye(3)
    queries = np.array([[3, 2, 1], [3, 2, 1], [3, 2, 1]])  # nearest: candidates 0, 1, 2
    assert retrieval.rank_queries(queries, candidates, np.arange(3)).tolist() == [1, 2, 3]
    # With one text for the first and the last sample, the last query finds it at once.
    assert retrieval.rank_queries(queries, candidates, np.array([0, 1, 0])).tolist() == [1, 2, 1]
    found = ranks.evaluate(np.array([1, 2, 6, 20]))
    assert found == {
        **{"recall_1": 0.25, "recall_5": 0.5, "recall_10": 0.75},
        **{"mrr": pytest.approx((1 + 1 / 2 + 1 / 6 + 1 / 20) / 4), "median_rank": 4.0},
    }


def test_ties_count_against_the_encoder():
    assert retrieval.rank_queries(np.ones((4, 2)), np.ones((4, 2)), np.arange(4)).tolist() == [4] * 4
    assert retrieval.rank_queries(np.zeros((3, 2)), np.eye(3)[:, :2], np.arange(3)).tolist() == [3] * 3
    # Candidates 0 and 1 have equal vectors of different lengths; their queries cannot tell them apart.
    candidates = np.array([[1, 2], [2, 4], [3, -1]])
    assert retrieval.rank_queries(candidates, candidates, np.arange(3)).tolist() == [2, 2, 1]


def test_ranks_do_not_depend_on_blocks(monkeypatch):
    rng = np.random.default_rng(0)
    queries, candidates = rng.normal(size=(2, 90, 8))
    groups = np.unique(rng.integers(60, size=90), return_inverse=True)[1]
    cosines = l2_normalize(queries).astype(float) @ l2_normalize(candidates).astype(float).T
    expected = []
    for row, group in zip(cosines, groups, strict=True):
        best = row[groups == group].max()
        expected.append(1 + (row[groups != group] >= best).sum())
    for block in (7, 512):
        monkeypatch.setattr(retrieval, "BLOCK", block)
        assert retrieval.rank_queries(queries, candidates, groups).tolist() == expected


@pytest.mark.parametrize("groups", [[0, 1, 2, 3, 4, 5], [0, 0, 1, 2, 2, 2], [0] * 6])
def test_chance_is_the_mean_over_all_orders(groups):
    groups = np.array(groups)
    orders = np.array(list(permutations(range(6))))
    found = np.stack([(groups[orders] == group).argmax(axis=1) + 1 for group in groups])
    hits = np.bincount(groups)[groups]
    curve = [(found <= rank).mean() for rank in range(1, 7)]
    assert ranks.chance_curve(hits) == pytest.approx(np.array(curve))
    chance = ranks.chance(hits)
    assert chance["mrr"] == pytest.approx((1 / found).mean())
    assert [chance[name] for name in ranks.RECALLS] == pytest.approx([curve[0], curve[4], 1])
    assert chance["median_rank"] == np.quantile(found, 0.5, method="inverted_cdf")


def test_the_linear_map_is_ridge_regression(monkeypatch):
    rng = np.random.default_rng(0)
    images, texts = rng.normal(size=(200, 6)), rng.normal(size=(200, 4))
    texts[:, :3] += images[:, 1:4]
    new = rng.normal(size=(5, 6))
    for block in (64, 8192):
        monkeypatch.setattr(linear_map, "BLOCK", block)
        learnt = linear_map.LinearMap((images, texts))
        for side, (source, target, asked) in enumerate(((images, texts, new), (texts, images, texts[:5]))):
            source, target = l2_normalize(source), l2_normalize(target)
            penalty = 0.1 * len(source) * source.var(axis=0).mean()
            model = Ridge(penalty).fit(source.astype(float), target.astype(float))
            expected = model.predict(l2_normalize(asked)) - target.mean(axis=0)
            assert learnt.mapped(side, asked, 0.1) == pytest.approx(expected, abs=1e-6)


def test_constant_embeddings_have_a_map_and_the_worst_ranks():
    learnt = linear_map.LinearMap((np.ones((30, 3)), np.random.default_rng(0).normal(size=(30, 4))))
    found = retrieval.of_both((np.ones((5, 3)), np.eye(5)[:, :4]), np.arange(5), learnt, [1.0, 1.0])
    assert [own.tolist() for own in found] == [[5] * 5] * 2


def write(folder, images, texts, splits, words=None, weights=("a", "a")):
    """Write samples with the column ``plot`` and the embeddings of both views by split; return what `score` takes."""
    ids, splits = [f"s{number:04d}" for number in range(len(images))], np.asarray(splits)
    table = pa.table(
        {
            "id": ids,
            "split": splits.tolist(),
            "labels": pa.array([["x"]] * len(ids)),
            "release_date": pa.nulls(len(ids), pa.date32()),
            "plot": words or [f"plot {name}" for name in ids],
        }
    )
    tables.write(folder / "samples.parquet", table, schemas.SAMPLES)
    paths = {}
    for split in dict.fromkeys([*splits.tolist(), "train", "test"]):
        own = splits == split
        for view, matrix, weight in (
            ("standard.seer", images, weights[0]),
            ("plot.reader", texts, weights[1]),
        ):
            path = folder / view / f"{split}.parquet"
            write_embeddings(path, np.array(ids)[own].tolist(), matrix[own], weights=weight)
            paths.setdefault(split, []).append(path)
    return folder / "samples.parquet", paths


def scored(folder, *arguments, shared=False, ids=(), **options):
    samples, paths = write(folder, *arguments, **options)
    about = {"dataset": "d", "features_name": "standard.seer+plot.reader", "column": "plot"}
    return retrieval.score(samples, paths, ids, **about, shared=shared, options=OPTIONS)


def planted(noise, number=500, width=16):
    """Return images and texts that are images of another width, rotated, with noise."""
    rng = np.random.default_rng(1)
    images = rng.normal(size=(number, width))
    return images, images @ rng.normal(size=(width, 24)) + noise * rng.normal(size=(number, 24))


@pytest.mark.parametrize("splits", [("train", "test"), ("train", "validation", "test")])
def test_a_planted_map_is_found_and_noise_stays_at_chance(tmp_path, splits):
    images, texts = planted(3.0)
    where = np.resize([*["train"] * 2, *splits[1:]], len(images))
    scores, table, _ = scored(tmp_path / "planted", images, texts, where)
    assert [run["protocol"] for run in scores["runs"]] == ["map:image-to-text", "map:text-to-image"]
    assert all(run["mrr"] > 0.5 for run in scores["runs"])
    assert scores["validation"]["split"] == ("validation" if len(splits) == 3 else "train")
    assert scores["samples"]["with_twins"] == 0
    run = scores["runs"][0]
    assert run["mrr"] == pytest.approx((1 / table["image_to_text"].to_numpy()).mean())
    assert run["intervals"]["mrr"][0] < run["mrr"] < run["intervals"]["mrr"][1]
    noise = np.random.default_rng(2).normal(size=texts.shape)
    scores, *_ = scored(tmp_path / "noise", images, noise, where)
    for run in scores["runs"]:
        assert run["intervals"]["mrr"][0] < scores["chance"]["mrr"] < run["intervals"]["mrr"][1]


def test_a_shared_space_needs_no_training_and_equal_texts_are_hits(tmp_path):
    images = np.eye(4)
    texts = np.eye(4)[[1, 0, 2, 3]]  # the first two are exchanged
    words = ["A film.", "a  FILM", "other", "..."]  # and have the same text after normalisation
    scores, table, _ = scored(tmp_path, images, texts, ["test"] * 4, words=words, shared=True)
    assert [run["protocol"] for run in scores["runs"]] == ["shared:image-to-text", "shared:text-to-image"]
    assert [run["mrr"] for run in scores["runs"]] == [1.0, 1.0]
    assert table["hits"].to_pylist() == [2, 2, 1, 1]
    unlike = scored(tmp_path / "unlike", images, texts, ["test"] * 4, shared=True)[0]
    assert [run["recall_1"] for run in unlike["runs"]] == [0.5, 0.5]
    known = pa.table({"id": ["s0000", "s0001"], "split": ["test"] * 2, "sha256": ["0", "0"]})
    tables.write(tmp_path / "ids.parquet", known, schemas.IDS)
    ids = [tmp_path / "ids.parquet"]
    pictures = scored(tmp_path / "pictures", images, texts, ["test"] * 4, shared=True, ids=ids)[0]
    assert [run["recall_1"] for run in pictures["runs"]] == [1.0, 1.0]
    with pytest.raises(UserError, match="name the text encoder of the same model"):
        scored(tmp_path / "other", images, texts, ["test"] * 4, shared=True, weights=("a", "b"))


def test_an_empty_test_split_has_no_runs(tmp_path):
    scores, table, _ = scored(tmp_path, *planted(1.0, 30), ["train"] * 30)
    assert (scores["runs"], scores["chance"], len(table)) == ([], None, 0)


CLAIM = {"cells": "pairs", "task": "retrieval"}


def study(claim=CLAIM, **changes):
    config = made.configuration({"retrieves": claim})
    config["study"] |= {"retrieval": {"films": ["standard+plot"]}, "seeds": 1, **changes}
    return config


def verdict(best, items=80, seed=0):
    """Return the contrast of reciprocal ranks, those of the multimodal pair `best` times those of the others."""
    rng = np.random.default_rng(seed)
    names = [
        f"standard.{image}+plot.{text}" for image in ("one", "two", "both") for text in ("plain", "words")
    ]
    scores = {name: 1 / rng.integers(1, 100, size=(items, 1)) for name in names}
    scores["standard.both+plot.words"] *= best
    (claim,) = made.in_memory(study(), {("retrieval", "films"): scores})
    (contrast,) = claim["contrasts"]
    return contrast


def test_a_claim_about_retrieval_is_judged_over_queries():
    contrast = verdict(6.0)
    assert (contrast["verdict"], contrast["ours"]) == ("reproduced", "standard.both+plot.words")
    assert (contrast["metrics"], contrast["mcnemar"], len(contrast["rivals"])) == (["mrr"], None, 5)
    assert verdict(0.1)["verdict"] == "reversed"
    alarms = [verdict(1.0, 40, seed)["verdict"] in ("reproduced", "reversed") for seed in range(100)]
    assert sum(alarms) <= 10  # of 5 expected at most; more than 10 have a probability of 1 %


def test_a_claim_about_retrieval_belongs_to_studies_that_request_it():
    asked = study()
    assert list(study_of(asked).claims) == ["retrieves"]
    del asked["study"]["retrieval"]
    assert list(study_of(asked).claims) == []


def test_claims_are_about_the_mean_reciprocal_rank_of_both_directions(tmp_path):
    _, table, (ids, clusters, values) = scored(tmp_path, *planted(3.0, 90), np.resize(["train", "test"], 90))
    ranks_ = [table[way].to_numpy() for way in ("image_to_text", "text_to_image")]
    assert ids == clusters == table["id"].to_pylist()
    assert values[:, 0] == pytest.approx((1 / ranks_[0] + 1 / ranks_[1]) / 2)
