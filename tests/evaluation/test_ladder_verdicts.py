"""Tests of the ladder on made-up encoders whose truth is known, and of the regression on ratings."""

import json

import numpy as np
import pytest
import statsmodels.formula.api as smf

from humancentric.core.errors import UserError
from humancentric.evaluation import class_ratings
from humancentric.evaluation.class_ratings import Classes, Ratings, sensitivity, slopes
from humancentric.sources.tmdb.discover import GENRES
from humancentric.study.study import REGRESSION, SUBSET, Study
from ladder_data import configuration, judged_study, score, write_answers, write_probes, write_ratings
from project import ROOT, load_config

CLASSES = 20
RATINGS = np.resize([0, 0.25, 0.5, 0.75, 1], CLASSES)
RATED = {f"c{number:02d}": rating for number, rating in enumerate(RATINGS)}


def judge(folder, lead, items, base=0.5, **row):
    """Return the results where `ours` is right with `base` + `lead` by class on two datasets, `theirs` with `base`."""
    study = judged_study(datasets=("films", "books"), **row)
    even = np.full(CLASSES, base)
    chances = {name: {"ours": even + lead, "theirs": even} for name in ("films", "books")}
    paths = write_answers(folder, study, chances, items)
    return score(folder, study, paths, {"films": RATED, "books": RATED})


def expected_f1(chance):
    """Return the F1 of classes with these shares of right answers, if wrong ones are spread over all others."""
    wrong = 1 - chance
    return 2 * chance / (1 + chance + (wrong.sum() - wrong) / (len(chance) - 1))


def claim(results, name, family="pca"):
    (found,) = (c for c in results["claims"] if (c["claim"], c["family"]) == (name, family))
    return found


def test_a_lead_that_grows_with_the_rating_is_found_with_its_slope(tmp_path):
    results = judge(tmp_path, 0.3 * RATINGS, items=60)
    found = claim(results, "rating-within")
    assert found["verdict"] == "reproduced"
    expected = np.polyfit(RATINGS, expected_f1(0.5 + 0.3 * RATINGS) - expected_f1(np.full(CLASSES, 0.5)), 1)[
        0
    ]
    assert found["contrasts"][0]["low"] < expected < found["contrasts"][0]["high"]
    assert claim(results, "multimodal")["verdict"] == "reproduced"
    left_out = results["sensitivity"]["class"]
    assert left_out["fits"] == left_out["above"] == 2 * CLASSES


def test_a_constant_lead_is_a_lead_whose_slope_is_not_separable(tmp_path):
    results = judge(tmp_path, 0.2, items=150, relevant=0.1)
    assert claim(results, "multimodal")["verdict"] == "reproduced"
    found = claim(results, "rating-within")
    assert found["verdict"] == "not separable"
    assert found["contrasts"][0]["power"] >= 0.8
    assert claim(results, "multimodal", "width")["verdict"] != "reproduced"


def test_few_items_are_inconclusive(tmp_path):
    results = judge(tmp_path, 0.02, items=5)
    assert claim(results, "multimodal")["verdict"] == "inconclusive"
    assert claim(results, "rating-within")["verdict"] == "inconclusive"
    between = claim(results, "rating-between")["contrasts"][0]
    assert between["value"] is None
    assert "between datasets" in between["reason"]


def test_a_lead_that_falls_with_the_rating_is_reversed_and_small_classes_are_left_out(tmp_path):
    results = judge(tmp_path, 0.3 - 0.3 * RATINGS, items=60)
    assert claim(results, "rating-within")["verdict"] == "reversed"
    results = judge(tmp_path, 0.3, items=4)
    assert claim(results, "rating-within")["contrasts"][0]["reason"] == "no class is rated"
    assert claim(results, "rating-within")["verdict"] == "not run"


@pytest.mark.parametrize("strong", [False, True])
def test_a_lead_by_width_is_told_from_a_lead_by_information(tmp_path, strong):
    """The wide encoder repeats eight directions and has weak signal in 32 others, which one width leaves out.

    The narrow one is the eight directions, or these with a stronger signal.
    """
    rng = np.random.default_rng(3)
    truth = rng.integers(4, size=1200)
    centres, weak = 0.5 * rng.normal(size=(4, 8)), 0.35 * rng.normal(size=(4, 32))
    base = centres[truth] + rng.normal(size=(1200, 8))
    narrow = base + 2 * centres[truth] if strong else base
    repeated = np.repeat(base, 60, axis=1)
    repeated += 0.05 * rng.normal(size=repeated.shape)
    wide = np.hstack([repeated, weak[truth] + rng.normal(size=(1200, 32))])
    wins = {"by-width": {"more": ["theirs"], "less": ["ours"]}}
    study = judged_study(contrasts=wins)
    paths = write_probes(tmp_path, study, {"ours": narrow, "theirs": wide}, truth)
    results = score(tmp_path, study, paths, {"films": {"c0": 0}})
    assert claim(results, "by-width", "width")["verdict"] == "reproduced"
    if strong:
        assert claim(results, "by-width")["verdict"] == "reversed"
    else:
        assert claim(results, "by-width", "full")["verdict"] == "reproduced"
        assert claim(results, "by-width")["verdict"] in ("inconclusive", "not separable")
        assert abs(claim(results, "by-width")["contrasts"][0]["value"]) < 0.05


def simulated(rng, slope=0.0, sizes=(10, 15, 15, 3)):
    """Return classes of datasets that differ in their mean lead; the first has objects only."""
    datasets = np.repeat([f"d{number}" for number in range(len(sizes))], sizes)
    ratings = rng.choice([0.25, 0.5, 0.75, 1.0], len(datasets))
    ratings[datasets == "d0"] = 0
    support = rng.integers(5, 200, len(datasets))
    apart = np.repeat(rng.normal(0.05, 0.05, len(sizes)), sizes)
    leads = slope * ratings + apart + rng.normal(0, 0.05, len(datasets))
    return Classes(datasets.tolist(), leads, ratings, support)


@pytest.mark.filterwarnings("ignore:The MLE may be on the boundary")
def test_slopes_are_those_of_a_mixed_model_by_formula():
    import pandas as pd

    classes = simulated(np.random.default_rng(5), 0.2)
    frame = pd.DataFrame(
        {"y": classes.leads, "d": classes.datasets, "r": classes.ratings, "s": np.log(classes.support)}
    )
    frame["between"] = frame.groupby("d").r.transform("mean")
    frame["within"], frame["s"] = frame.r - frame.between, frame.s - frame.groupby("d").s.transform("mean")
    reference = smf.mixedlm("y ~ within + between + s", frame, groups="d").fit(reml=True, method="powell")
    for part, slope in slopes(classes).items():
        assert slope.estimate.value == pytest.approx(reference.fe_params[part], abs=1e-3)
        assert slope.estimate.error == pytest.approx(reference.bse_fe[part], rel=0.02)
    # centred within datasets, the rating and its dataset's effect are orthogonal: least squares with effects agree
    fixed = smf.ols("y ~ within + s + C(d)", frame).fit()
    assert slopes(classes)["within"].estimate.value == pytest.approx(fixed.params["within"], abs=1e-6)


def test_false_alarms_are_at_the_level_and_slopes_are_found():
    """Datasets differ more than classes do: a regression that ignored them would raise more false alarms."""
    alarms, found = 0, 0
    for seed in range(80):
        rng = np.random.default_rng(seed)
        ends = slopes(simulated(rng))["within"].estimate.interval()
        alarms += ends.low > 0 or ends.high < 0
        if seed < 20:
            found += slopes(simulated(rng, 0.2))["within"].estimate.interval().low > 0
    assert alarms <= 9  # at least 99 % of binomial draws of 80 with .05
    assert found >= 18


def test_one_dataset_and_leads_without_variance_have_a_result():
    classes = simulated(np.random.default_rng(0), 0.2, sizes=(3, 20))
    single = classes.without(np.array(classes.datasets) == "d0")
    assert slopes(single)["within"].estimate.value == pytest.approx(0.2, abs=0.15)
    assert slopes(single)["between"].estimate is None
    flat = Classes(single.datasets, np.zeros(len(single)), single.ratings, single.support)
    assert slopes(flat)["within"].reason == "the leads of all rated classes are equal"
    assert sensitivity(flat) == {}
    few = Classes(single.datasets[:7], single.leads[:7], single.ratings[:7], single.support[:7])
    assert slopes(few)["within"].reason == "7 classes are too few"


def test_every_class_of_the_catalogue_is_rated():
    ratings = Ratings(ROOT / "resources/human_centricity.toml")
    covers = json.loads((ROOT / "resources/book_covers_classes.json").read_text())["classes"]
    known = {"plotster": GENRES.values(), "demo-movies": GENRES.values()}
    known |= dict.fromkeys(("book-covers", "book-covers-30", "demo-covers"), covers)
    known |= dict.fromkeys(("mvsa", "mvsa-single", "demo-tweets"), ("negative", "neutral", "positive"))
    later = ("plotster-recent", "demo-movies-recent")  # no probe is trained on them
    rows = load_config()["datasets"].items()
    labelled = {name for name, row in rows if row["task"] != REGRESSION and row["source"]["kind"] != SUBSET}
    for dataset in labelled - set(later):
        for label in known.get(dataset, ["any"]):
            for rater in ratings.sources:
                assert ratings.of(rater, dataset, label) is not None, (rater, dataset, label)
    assert ratings.of("ours", "plotster", "Horror") == 1
    assert ratings.of("ours", "cub-200-2011", "001.Black_footed_Albatross") == 0
    assert ratings.of("ours", "unknown", "x") is None


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("version = 1", "not a readable TOML file of ratings"),
        ("version = 1\n[raters]", "has no rater"),
        ("x", "write it as resources/human_centricity.toml"),
    ],
)
def test_another_layout_is_refused(tmp_path, text, message):
    path = tmp_path / "ratings.toml"
    path.write_text(text)
    with pytest.raises(UserError, match=message):
        Ratings(path)


def test_a_rating_outside_0_to_1_is_named(tmp_path):
    path = write_ratings(tmp_path / "ratings.toml", {"films": {"War": 2}})
    with pytest.raises(UserError, match=r"raters.ours.ratings.films.War is 2; use a number between 0 and 1"):
        class_ratings.Ratings(path)


def test_the_study_of_the_job_is_plain_values():
    study = judged_study()
    assert Study.from_params(study.as_params()) == study
    assert configuration()["study"]["ladder"]["protocol"] == "gda"
