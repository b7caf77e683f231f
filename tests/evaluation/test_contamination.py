"""Whether encoders have seen samples before: planted truths, what must stay undecided, and false alarms."""

import datetime

import numpy as np
import pandas as pd
import pytest
import statsmodels.formula.api as smf
from scipy import stats

from humancentric.core import schemas, tables
from humancentric.core.errors import UserError
from humancentric.dataset.leakage import TWINS
from humancentric.evaluation import contamination, contamination_inputs, prediction_files
from humancentric.evaluation.contamination_inputs import Cells
from humancentric.evaluation.significance import holm
from probe_data import write_samples

CUT = datetime.date(2021, 1, 5)
# `web` may have seen the earlier samples; `old` and `older` end before all of them, `late` after, `secret` is not known
CUT_OFFS = {"web": str(CUT), "old": "2012-12-31", "older": "never", "late": "2022-06-30", "secret": "unknown"}
SEED = 3


def pool_of(
    rng,
    n=600,
    inflated=0.0,
    drift=0.1,
    apart=0.0,
    fame=0.0,
    seeds=5,
    names=("web", "old", "older"),
    days=None,
):
    """Return a pool of scores of films from two years before the cut-off to two years after it.

    All encoders lose `drift` after the cut-off; `web` scores `inflated` more before it, and `fame` more for each
    doubling of popularity; `older` loses `apart` more than the others.
    """
    shifts = rng.integers(-720, 720, n) if days is None else np.asarray(days)
    dates = [CUT + datetime.timedelta(days=int(shift)) for shift in shifts]
    before = np.array([date <= CUT for date in dates])
    votes = np.round(np.exp(rng.normal(4, 1.5, n)))
    film = rng.normal(0, 0.2, n) + 0.5 + drift * before
    extra = {"web": before * (inflated + fame * (np.log2(1 + votes) - 6)), "older": apart * before}
    scores = {
        f"plot.{name}": (film + extra.get(name, 0) + rng.normal(0, 0.1, n))[:, None]
        + rng.normal(0, 0.01, (1, seeds))
        for name in names
    }
    ids = [f"film-{number}" for number in range(n)]
    return contamination.Pool("recent", "films", ids, dates, scores, ids, votes)


def judged(*pools, **options):
    chosen = {"window": 24, "relevant": 0.05, "seeds": 5, "resamples": 300} | options
    rows = contamination.judged(pools, CUT_OFFS, **chosen)
    return {row["features"].split(".")[1]: row for row in rows}


def test_an_encoder_that_has_seen_the_test_set_is_found_although_all_drift():
    row = judged(pool_of(np.random.default_rng(SEED), inflated=0.08))["web"]
    assert row["verdict"] == "reproduced"
    assert row["value"] == pytest.approx(0.08, abs=0.02)
    assert row["low"] > 0.05
    assert row["drift"]["value"] == pytest.approx(0.1, abs=0.05)
    assert row["loss"]["value"] == pytest.approx(row["value"] + row["drift"]["value"])
    assert row["references"] == ["plot.old", "plot.older"]


def test_pure_drift_of_all_encoders_is_not_taken_for_contamination():
    row = judged(pool_of(np.random.default_rng(SEED), drift=0.15))["web"]
    assert row["loss"]["low"] > 0.05  # alone it looks as if it had seen the earlier films
    assert (row["verdict"], row["low"] < 0 < row["high"]) == ("not separable", True)
    assert row["power"] > 0.95
    assert row["detectable"] < 0.05


def test_an_encoder_that_is_worse_before_its_cut_off_is_reversed():
    assert judged(pool_of(np.random.default_rng(SEED), inflated=-0.08))["web"]["verdict"] == "reversed"


def test_few_samples_cannot_decide():
    rng = np.random.default_rng(SEED)
    days = [*range(-14, 0), *range(1, 15)]
    row = judged(pool_of(rng, n=28, inflated=0.03, days=days))["web"]
    assert (row["verdict"], row["too_few"], row["power"] < 0.8) == ("inconclusive", None, True)
    row = judged(pool_of(rng, n=9, inflated=0.5, days=[-3, -2, -1, 0, *range(1, 6)]))["web"]
    assert row["verdict"] == "inconclusive"
    assert row["too_few"].startswith("samples before count as 4.0 independent clusters")
    row = judged(pool_of(rng, inflated=0.3, seeds=1), seeds=1)["web"]
    assert (row["verdict"], "raise study.seeds" in row["too_few"]) == ("inconclusive", True)


def test_references_that_drift_apart_leave_it_undecided():
    row = judged(pool_of(np.random.default_rng(SEED), inflated=0.3, apart=0.08))["web"]
    assert row["placebo"] < 0.001
    assert (row["verdict"], row["too_few"]) == (
        "inconclusive",
        "encoders that have seen neither side drift apart",
    )


def test_encoders_without_a_cut_off_samples_or_references_are_not_run_and_say_why():
    rng = np.random.default_rng(SEED)
    rows = judged(pool_of(rng, names=("web", "old", "older", "late", "secret")))
    assert {rows[name]["verdict"] for name in ("old", "older", "secret")} == {"not run"}
    assert rows["secret"]["reason"] == "the end of its training data is not known"
    assert rows["older"]["reason"] == "it has seen no real data"
    assert rows["old"]["reason"] == "0 samples before and 0 after the cut-off"
    # what ends at or after the beginning of its months is no reference: not `web`, whose data end within them
    assert rows["late"]["references"] == rows["web"]["references"] == ["plot.old", "plot.older"]
    alone = judged(pool_of(rng, names=("web", "late")))["web"]
    assert (alone["verdict"], alone["reason"]) == ("not run", "no other encoder ends by 2019-01-05")


def test_slices_are_counted_by_hand():
    days = ["2018-12-31", "2019-01-05", "2019-01-06", "2021-01-05", "2021-01-06", "2023-01-05", "2023-01-06"]
    start, rows = contamination.slices([*map(datetime.date.fromisoformat, days), None], "2021-01-05", 24)
    assert start == "2019-01-05"
    assert {side: found.tolist() for side, found in rows.items()} == {"before": [2, 3], "after": [4, 5]}


def test_p_values_are_adjusted_over_all_controls():
    rng = np.random.default_rng(SEED)
    pools = [pool_of(rng, n=200, inflated=size) for size in (0.03, 0.05)]
    rows = [
        row
        for row in contamination.judged(pools, CUT_OFFS, window=24, relevant=0.05, seeds=5, resamples=300)
        if row["features"] == "plot.web"
    ]
    assert [row["p_holm"] for row in rows] == pytest.approx(
        holm(np.array([row["p"] for row in rows])).tolist()
    )


def test_false_alarms_are_as_rare_as_the_level_says():
    rng, number, alarms, held = np.random.default_rng(SEED), 200, 0, 0
    for _ in range(number):
        row = judged(pool_of(rng, n=80, drift=0.1, seeds=3), resamples=200)["web"]
        alarms += row["verdict"] in ("reproduced", "reversed")
        held += row["low"] <= 0 <= row["high"]
    low, high = stats.binom.ppf([0.005, 0.995], number, 0.95)
    assert low <= held <= high
    assert alarms <= stats.binom.ppf(0.995, number, 0.05)


def test_famous_films_carry_what_was_seen_before_and_the_regression_is_that_of_a_formula():
    pool = pool_of(np.random.default_rng(SEED), n=800, inflated=0.05, fame=0.02)
    row = judged(pool)["web"]
    found = row["popularity"]
    assert found["adjusted"]["value"] == pytest.approx(0.05, abs=0.015)
    assert found["famous"]["value"] == pytest.approx(0.02, abs=0.006)
    assert found["famous"]["low"] > 0
    data = {"size": np.log2(1 + pool.popularity), "before": [float(day <= CUT) for day in pool.days]}
    leads = {name: values.mean(axis=1) for name, values in pool.scores.items()}
    data["lead"] = leads["plot.web"] - (leads["plot.old"] + leads["plot.older"]) / 2
    _, rows = contamination.slices(pool.days, str(CUT), 24)
    chosen = np.sort(np.concatenate([*rows.values()]))
    data = {name: np.asarray(values)[chosen] for name, values in data.items()}
    data["size"] = data["size"] - data["size"].mean()
    reference = smf.ols("lead ~ before * size", pd.DataFrame(data)).fit(cov_type="HC3")
    assert found["famous"]["value"] == pytest.approx(reference.params["before:size"])
    assert found["famous"]["low"] == pytest.approx(reference.conf_int().loc["before:size", 0])
    assert found["samples"] == len(chosen)
    plain = judged(pool_of(np.random.default_rng(SEED), n=800, inflated=0.05))["web"]["popularity"]["famous"]
    assert plain["low"] < 0 < plain["high"]


def test_scores_without_twins_are_counted_by_hand_and_have_no_change_without_any():
    values = np.array([[1.0, 1], [1, 0], [0, 0], [1, 0]])
    ids = ["a", "b", "c", "d"]
    (cell,) = contamination.without_twins("films", ids, {"plot.web": values}, ids, {"a", "b"}, resamples=100)
    assert (cell["all"], cell["without"]) == (0.5, 0.25)
    assert cell["inflated"]["value"] == pytest.approx(0.25)  # half of the items, better by .5
    assert cell["inflated"]["low"] < 0.25 < cell["inflated"]["high"]
    (cell,) = contamination.without_twins("films", ids, {"plot.web": values}, ids, {"x"}, resamples=100)
    assert cell == {"features": "plot.web", "all": 0.5}


def written(folder, rng, dates, splits, inflated=0.0):
    """Write samples with votes, and predictions of a lucky and a plain encoder; return the cells."""
    ids = [f"{folder.name}-{number}" for number in range(len(dates))]
    truth = rng.integers(0, 2, len(ids))
    folder.mkdir()
    path = write_samples(folder / "samples.parquet", ids, splits, [["ab"[label]] for label in truth])
    table = tables.read(path, schemas.SAMPLES)
    votes = [None if number % 5 == 0 else str(number) for number in range(len(ids))]
    votes[1] = "many"
    table = table.set_column(table.schema.get_field_index("release_date"), "release_date", [dates])
    table = table.append_column("vote_count", [votes])
    tables.write(path, table.cast(schemas.SAMPLES.empty("vote_count").schema), schemas.SAMPLES)
    found = {}
    for name, luck in (("plot.web", inflated), ("plot.old", 0.0)):
        right = rng.random((3, len(ids))) < 0.6 + luck
        chosen = np.where(right, truth, 1 - truth)
        answers = {seed: np.eye(2, dtype=np.float32)[row] for seed, row in enumerate(chosen)}
        found[name] = folder / f"{name}.parquet"
        rows = prediction_files.predictions(ids, splits, answers, 2)
        prediction_files.write_predictions(found[name], rows, ["a", "b"], {"threshold": 0.5})
    return Cells(folder.name, path, found, popularity="vote_count")


def test_files_of_a_dataset_and_its_control_give_the_planted_contrast_without_twins(tmp_path, caplog):
    rng = np.random.default_rng(SEED)
    early = [CUT - datetime.timedelta(days=int(day)) for day in rng.integers(0, 700, 300)]
    late = [CUT + datetime.timedelta(days=int(day)) for day in rng.integers(1, 700, 300)]
    own = written(tmp_path / "films", rng, early, ["test"] * 300, inflated=0.35)
    control = written(tmp_path / "recent", rng, late, ["test"] * 300)
    pair = {"id_a": "t", "split_a": "train", "split_b": "test", "kind": "same-plot", "distance": 0}
    leakage = schemas.LEAKAGE.rows([{**pair, "dataset_b": "films", "id_b": "films-3"}])
    tables.write(tmp_path / "leakage.parquet", leakage, schemas.LEAKAGE, {TWINS: ["same-plot"]})
    near = {"features": "plot.web", "id_a": "t", "cosine": 0.99, "twin": True}
    twins = schemas.TWINS.rows(
        [{**near, "dataset_b": name, "id_b": f"{name}-7"} for name in ("films", "recent")]
        + [{**near, "features": "plot.old", "dataset_b": "films", "id_b": "films-7"}]
        + [{**near, "features": "plot.old", "dataset_b": "recent", "id_b": "recent-7", "id_a": "other"}]
    )
    tables.write(tmp_path / "near.parquet", twins, schemas.TWINS, {"thresholds": {"plot.web": 0.9}})
    options = {"window": 24, "relevant": 0.05, "seeds": 5, "resamples": 300, "seed": 0}
    found = contamination_inputs.score(
        own, [control], "single-label", CUT_OFFS, tmp_path / "leakage.parquet", tmp_path / "near.parquet",
        **options,
    )  # fmt: skip
    assert found["twins"] == {
        "films": {"hashes": 1, "neighbours": 1, "either": 2},
        "recent": {"hashes": 0, "neighbours": 0, "either": 0},  # the encoders do not agree on the partner
    }
    row = found["contrasts"][0]
    assert row["samples"] == {"before": 298, "after": 300}
    assert (row["verdict"], row["features"]) == ("reproduced", "plot.web")
    assert row["value"] == pytest.approx(0.35, abs=0.07)
    assert row["popularity"]["samples"] < 0.81 * 598
    assert "1 of 300 values of vote_count are not numbers" in caplog.text
    assert [cell["features"] for cell in found["cells"]] == ["plot.web", "plot.old"]
    assert contamination_inputs.read_popularity(own.samples, None, "films") == {}
    with pytest.raises(UserError, match=r"datasets\.films\.popularity: .* has no column 'votes'"):
        contamination_inputs.read_popularity(own.samples, "votes", "films")
