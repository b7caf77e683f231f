import numpy as np
import pytest
from scipy import stats

from humancentric.evaluation import diff_in_diff

PAIR = ("v.both", "v.one")


def side_of(name, scores, clusters=None):
    ids = [f"{name}{number}" for number in range(len(scores[PAIR[0]]))]
    return diff_in_diff.Side(name, ids, scores, clusters or ids)


def all_leads(before, after, pairs=(PAIR,), clusters=None, **options):
    sides = (side_of("before", before, clusters), side_of("after", after, clusters))
    return diff_in_diff.leads(*sides, pairs, trained_on="films", **options)


def leads(before, after, **options):
    named = [dict(zip(PAIR, map(np.asarray, side), strict=True)) for side in (before, after)]
    return all_leads(*named, **options)[PAIR]


def simulated(rng, change=0.0, n=150, seeds=5, lead=0.1):
    """Return scores before and after: films differ, seeds differ, and the lead changes by `change`."""
    drift = {name: rng.normal(0, 0.01, seeds) for name in PAIR}
    sides = []
    for moved in (0.0, change):
        film = rng.normal(0.5 - (moved != 0) * 0.1, 0.2, (n, 1))
        one = film + rng.normal(0, 0.1, (n, 1)) + drift[PAIR[1]]
        both = film + lead + moved + rng.normal(0, 0.1, (n, 1)) + drift[PAIR[0]]
        sides.append((both, one))
    return sides


def test_leads_counted_by_hand():
    before = ([[1.0, 0.5], [0.5, 0.5]], [[0.0, 0.5], [0.25, 0.25]])
    after = ([[0.5, 0.5]], [[0.25, 0.25]])
    lead = leads(before, after, resamples=100)
    assert lead["before"]["difference"] == pytest.approx(0.625 - 0.25)
    assert lead["after"] == {"difference": pytest.approx(0.25)}  # one sample: no interval
    assert lead["change"] == {"difference": pytest.approx(-0.125)}


@pytest.mark.parametrize(("change", "sign"), [(-0.08, -1), (0.08, 1)])
def test_a_planted_change_is_found_and_what_both_lose_cancels(change, sign):
    lead = leads(*simulated(np.random.default_rng(0), change, n=600))
    change_found = lead["change"]
    assert change_found["difference"] == pytest.approx(change, abs=0.02)
    assert np.sign([change_found["low"], change_found["high"]]).tolist() == [sign, sign]
    none = leads(*simulated(np.random.default_rng(1), n=600))
    assert none["change"]["low"] < 0 < none["change"]["high"]
    assert none["before"]["low"] > 0


def test_the_same_seed_gives_the_same_interval_and_another_encoder_changes_no_other():
    before, after = simulated(np.random.default_rng(0))
    named = [dict(zip(PAIR, side, strict=True)) for side in (before, after)]
    alone = all_leads(*named, resamples=200)
    assert alone == all_leads(*named, resamples=200)
    assert alone != all_leads(*named, resamples=200, seed=1)
    more = [{**side, "v.more": side["v.one"] + 0.1} for side in named]
    again = all_leads(*more, pairs=[PAIR, ("v.both", "v.more")], resamples=200)
    assert again[PAIR] == alone[PAIR]


def coverage(draw, simulations, **options):
    """Return how many of the simulated intervals of a change hold the true one."""
    rng, held = np.random.default_rng(7), 0
    for number in range(simulations):
        sides, truth = draw(rng)
        change = leads(*sides, resamples=200, seed=number, **options)["change"]
        held += change["low"] <= truth <= change["high"]
    return held


def likely(simulations):
    """Return between how many of all intervals a 95 % interval holds the truth, with probability .99."""
    low, high = stats.binom.ppf([0.005, 0.995], simulations, 0.95)
    assert high < simulations  # an interval that holds everything would fail
    return range(int(low), int(high) + 1)


@pytest.mark.parametrize("seeds", [2, 5])
def test_intervals_cover_the_truth_as_often_as_they_say(seeds):
    def draw(rng):
        return simulated(rng, -0.03, n=60, seeds=seeds), -0.03

    assert coverage(draw, 200) in likely(200)


def test_intervals_cover_the_truth_where_samples_come_in_clusters_of_five():
    groups = np.repeat(np.arange(30), 5)
    clusters = [f"author {group}" for group in groups]

    def draw(rng):
        sides = simulated(rng, -0.03, n=150)
        return [(both + rng.normal(0, 0.2, (30, 1))[groups], one) for both, one in sides], -0.03

    assert coverage(draw, 200, clusters=clusters) in likely(200)
    assert coverage(draw, 200) < likely(200).start  # taken for samples on their own, intervals are too narrow


def test_intervals_are_as_wide_as_theory_says():
    rng = np.random.default_rng(0)
    values = rng.normal(size=(400, 1))
    change = leads((values, np.zeros((400, 1))), (values, np.zeros((400, 1))), resamples=4000)["change"]
    width = 2 * 1.96 * (2 * values.var() / 400) ** 0.5
    assert change["high"] - change["low"] == pytest.approx(width, rel=0.08)


def test_a_side_without_samples_has_no_lead():
    nothing, some = np.empty((0, 5)), np.ones((3, 5))
    sides = ({PAIR[0]: some, PAIR[1]: some}, {PAIR[0]: nothing, PAIR[1]: nothing})
    assert all_leads(*sides) == {}
    assert all_leads(sides[0], sides[0], pairs=[]) == {}
