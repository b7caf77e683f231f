import numpy as np
import pytest
from scipy import stats

from humancentric.evaluation import diff_in_diff

PAIR = ("v.both", "v.one")


def leads(before, after, **options):
    named = [dict(zip(PAIR, map(np.asarray, side), strict=True)) for side in (before, after)]
    return diff_in_diff.leads(*named, [PAIR], **options)[PAIR]


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
    assert lead.before.difference == pytest.approx(0.625 - 0.25)
    assert lead.after.difference == pytest.approx(0.25)
    assert lead.change.difference == pytest.approx(-0.125)
    assert (lead.after.low, lead.after.high) == pytest.approx((0.25, 0.25))  # one sample, seeds alike


@pytest.mark.parametrize(("change", "sign"), [(-0.08, -1), (0.08, 1)])
def test_a_planted_change_is_found_and_what_both_lose_cancels(change, sign):
    lead = leads(*simulated(np.random.default_rng(0), change, n=600))
    assert lead.change.difference == pytest.approx(change, abs=0.02)
    assert np.sign([lead.change.low, lead.change.high]).tolist() == [sign, sign]
    none = leads(*simulated(np.random.default_rng(1), n=600))
    assert none.change.low < 0 < none.change.high
    assert none.before.low > 0


def test_the_same_seed_gives_the_same_interval_and_another_encoder_changes_no_other():
    before, after = simulated(np.random.default_rng(0))
    named = [dict(zip(PAIR, side, strict=True)) for side in (before, after)]
    alone = diff_in_diff.leads(*named, [PAIR], resamples=200)
    assert alone == diff_in_diff.leads(*named, [PAIR], resamples=200)
    assert alone != diff_in_diff.leads(*named, [PAIR], resamples=200, seed=1)
    more = [{**side, "v.more": side["v.one"] + 0.1} for side in named]
    again = diff_in_diff.leads(*more, [PAIR, ("v.both", "v.more")], resamples=200)
    assert again[PAIR] == alone[PAIR]


def test_intervals_cover_the_truth_about_as_often_as_they_say():
    """95 of 100 intervals hold the truth; of 160, what a binomial draw at the bootstrap's usual .93 leaves likely."""
    rng = np.random.default_rng(7)
    truth, simulations = -0.03, 160
    held = 0
    for number in range(simulations):
        change = leads(*simulated(rng, truth, n=60), resamples=200, seed=number).change
        held += change.low <= truth <= change.high
    low, high = stats.binom.ppf([0.005, 0.995], simulations, 0.94)
    assert low <= held <= high
    assert high < simulations  # an interval that holds everything would fail


def test_intervals_are_as_wide_as_theory_says():
    rng = np.random.default_rng(0)
    values = rng.normal(size=(400, 1))
    change = leads((values, np.zeros((400, 1))), (values, np.zeros((400, 1))), resamples=4000).change
    width = 2 * 1.96 * (2 * values.var() / 400) ** 0.5
    assert change.high - change.low == pytest.approx(width, rel=0.08)


def test_a_side_without_samples_has_no_lead():
    nothing, some = np.empty((0, 5)), np.ones((3, 5))
    sides = ({PAIR[0]: some, PAIR[1]: some}, {PAIR[0]: nothing, PAIR[1]: nothing})
    assert diff_in_diff.leads(*sides, [PAIR]) == {}
    assert diff_in_diff.leads({}, {}, []) == {}
