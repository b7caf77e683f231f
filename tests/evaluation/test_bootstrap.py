"""Bootstrap of items, clusters and seeds: coverage on simulated data, and what must not change a draw."""

import numpy as np
import pytest
from scipy import stats
from statsmodels.stats.proportion import proportion_confint

import simulated_scores as simulated
from humancentric.evaluation.bootstrap import FOLDS, Population
from humancentric.evaluation.estimates import combine
from simulated_scores import A, B, lead, most, names_of, separated, zipf

C = ("data", "c")


def covered(draw, runs: int, resamples: int = 300) -> float:
    """Return the share of simulated test sets whose interval holds the true lead of `draw`: (scores, names, truth)."""
    hits = 0
    for run in range(runs):
        scores, names, truth = draw(np.random.default_rng(run))
        interval = lead(Population("data", scores, names, resamples=resamples, seed=run)).interval()
        hits += interval.low <= truth <= interval.high
    return hits / runs


def within_binomial_error(share: float, runs: int, level: float = 0.95) -> bool:
    return abs(share - level) <= 3 * np.sqrt(level * (1 - level) / runs)


def test_intervals_of_paired_items_hold_the_truth_as_often_as_they_say():
    def draw(rng):
        hard = rng.random(150)[:, None]  # items that are hard for one encoder are hard for the other
        scores = {A: rng.random((150, 1)) < 0.2 + 0.6 * hard, B: rng.random((150, 1)) < 0.1 + 0.6 * hard}
        return {name: values.astype(float) for name, values in scores.items()}, names_of(150), 0.1

    assert within_binomial_error(covered(draw, 400), 400)


def test_intervals_hold_the_truth_where_seeds_vary_most():
    def draw(rng):
        hard = rng.normal(size=(60, 1))
        scores = {
            name: hard + 0.5 * rng.normal(size=(60, 5)) + 0.3 * rng.normal(size=5) + shift
            for name, shift in ((A, 0.2), (B, 0.0))
        }
        return scores, names_of(60), 0.2

    assert within_binomial_error(covered(draw, 240), 240)


def clustered(rng):
    groups = np.repeat(np.arange(30), 6)
    scores = {
        A: 0.3 + rng.normal(size=(180, 1)) + rng.normal(size=30)[groups][:, None],
        B: rng.normal(size=(180, 1)),
    }
    return scores, groups


def test_intervals_of_clusters_hold_the_truth():
    def draw(rng):
        scores, groups = clustered(rng)
        return scores, [f"author {group}" for group in groups], 0.3

    assert within_binomial_error(covered(draw, 240), 240)


def test_without_their_clusters_the_same_intervals_are_too_narrow():
    assert covered(lambda rng: (clustered(rng)[0], names_of(180), 0.3), 80) < 0.85


@pytest.mark.parametrize(
    ("classes", "items", "draws"), [(3, 75, 10), (10, 75, 10), (3, 75, 50), (3, 300, 2), (10, 300, 5)]
)
def test_equal_encoders_are_seldom_separated_by_few_shot_scores(classes, items, draws):
    runs = 150
    assert separated(simulated.fewshot(classes, items, draws), runs, shared=True) <= most(runs)


def test_more_draws_do_not_stand_in_for_more_items():
    scores, names = simulated.fewshot(3, 75, 50)(np.random.default_rng(0))
    few = {cell: values[:, :10] for cell, values in scores.items()}
    all_draws, ten = (
        lead(Population("data", part, names, resamples=2000, shared=True)) for part in (scores, few)
    )
    paired = (scores[A] - scores[B]).mean(axis=1)
    assert all_draws.item_error == pytest.approx(stats.sem(paired), rel=1e-5)
    assert 0.8 * ten.error < all_draws.error < ten.error
    of_draws = (scores[A] - scores[B]).mean(axis=0)
    assert all_draws.seed_error == pytest.approx(stats.sem(of_draws), rel=1e-5)  # paired by draw


@pytest.mark.parametrize("correlation", [0.0, 0.5])
@pytest.mark.parametrize("sizes", [zipf(40), zipf(12), zipf(100, 1.5), np.full(8, 12)])
def test_equal_encoders_are_seldom_separated_by_clusters_of_unequal_sizes(sizes, correlation):
    runs = 150
    assert separated(simulated.clustered(sizes, correlation), runs) <= most(runs)


def test_the_effective_number_of_clusters_is_that_of_equal_sizes():
    sizes = np.array([30, 10, 10])
    names = [f"author {n}" for n in np.repeat(np.arange(3), sizes)]
    rng = np.random.default_rng(0)
    population = Population("data", {A: rng.random((50, 1))}, names, resamples=4000)
    assert population.effective == pytest.approx(50**2 / (30**2 + 2 * 10**2))
    found = population.mean(A)
    sums = population.cells[A].clusters
    without = [(sums.sum() - own) / (50 - size) for own, size in zip(sums, sizes, strict=True)]
    jackknife = 2 / 3 * ((np.array(without) - found.value) ** 2).sum()
    assert found.item_error == pytest.approx(np.sqrt(jackknife))


def test_scores_without_variance_have_an_exact_interval_and_no_p_of_zero():
    found = lead(Population("data", {A: np.ones((20, 2)), B: np.zeros((20, 2))}, names_of(20), resamples=100))
    assert (found.value, found.error) == (1, pytest.approx(0, abs=1e-6))
    assert found.above() == pytest.approx(0.5**20)
    assert found.below() == 1
    alone = Population("data", {A: np.ones((20, 1))}, names_of(20), resamples=100).mean(A).interval()
    low, high = proportion_confint(20, 20, method="beta")
    assert (alone.low, alone.high) == (pytest.approx(low), pytest.approx(high))
    same = lead(Population("data", {A: np.ones((20, 2)), B: np.ones((20, 2))}, names_of(20), resamples=100))
    assert same.above(-0.01) == same.below(0.01) == pytest.approx(0.99**20)  # no tie within a point


def test_errors_by_source_are_those_of_the_textbook_and_make_up_the_whole():
    rng = np.random.default_rng(0)
    scores = {A: rng.normal(size=(300, 5)) + rng.normal(size=5), B: rng.normal(size=(300, 5))}
    found = lead(Population("data", scores, names_of(300), resamples=4000))
    paired = scores[A].mean(axis=1) - scores[B].mean(axis=1)
    assert found.value == pytest.approx(paired.mean(), abs=1e-6)
    assert found.item_error == pytest.approx(stats.sem(paired), rel=1e-5)
    by_seed = [values.mean(axis=0) for values in scores.values()]
    assert found.seed_error == pytest.approx(np.hypot(*(stats.sem(values) for values in by_seed)), rel=1e-5)
    assert found.error == pytest.approx(np.hypot(found.item_error, found.seed_error), rel=0.04)
    interval = found.of_seeds()
    reference = stats.ttest_ind(*by_seed, equal_var=False).confidence_interval()
    assert (interval.low, interval.high) == pytest.approx((reference.low, reference.high), rel=1e-4)


def test_neither_the_order_of_items_nor_other_cells_change_a_draw():
    rng = np.random.default_rng(0)
    scores = {name: rng.random((40, 3)).astype(np.float32) for name in (A, B, C)}
    names, shuffled = names_of(40), rng.permutation(40)
    first = lead(Population("data", scores, names, resamples=50))
    turned = {name: scores[name][shuffled] for name in (B, A)}
    again = lead(Population("data", turned, [names[place] for place in shuffled], resamples=50))
    assert again.draws == pytest.approx(first.draws, abs=1e-6)
    assert again.value == pytest.approx(first.value)
    other_seed = lead(Population("data", scores, names, resamples=50, seed=1))
    assert np.abs(other_seed.draws - first.draws).max() > 1e-3


def test_the_same_heads_draw_the_same_seeds_on_two_test_sets():
    by_seed = np.array([[0.0, 1.0, 2.0, 3.0, 4.0]])
    before = Population("before", {A: np.repeat(by_seed, 10, axis=0)}, names_of(10), resamples=200)
    after = Population("after", {A: np.repeat(by_seed - 1, 20, axis=0)}, names_of(20), resamples=200)
    change = combine([(1.0, before.mean(A)), (-1.0, after.mean(A))])
    assert before.mean(A).error > 0.5
    assert change.error < 1e-5  # which seed was lucky cancels
    assert change.seed_error == pytest.approx(0, abs=1e-9)


def test_one_seed_says_nothing_about_seeds():
    scores = {name: np.random.default_rng(1).random((50, 1)) for name in (A, B)}
    found = lead(Population("data", scores, names_of(50), resamples=100))
    assert np.isnan(found.seed_error)
    assert np.isnan(found.of_seeds().low)
    assert found.parts == [(pytest.approx(found.item_error**2), pytest.approx(49))]


def test_a_single_item_has_an_interval_without_ends():
    found = lead(Population("data", {A: np.ones((1, 1)), B: np.zeros((1, 1))}, ["x"], resamples=20))
    assert found.value == 1
    assert (found.interval().low, found.interval().high) == (-np.inf, np.inf)
    assert found.above() == found.below() == 1


def test_the_best_of_many_equals_does_not_win_by_luck():
    values, lucky = [], []
    for run in range(200):
        rng = np.random.default_rng(run)
        scores = {("data", str(number)): rng.normal(size=(60, 1)) for number in range(5)}
        population = Population("data", scores, names_of(60), resamples=20, seed=run)
        values.append(population.best(list(scores)).value)
        lucky.append(max(part.mean() for part in scores.values()))
    error = np.std(values) / np.sqrt(len(values))
    assert abs(np.mean(values)) < 3 * error
    assert np.mean(lucky) > 5 * error  # the highest score itself promises too much


def test_the_best_is_chosen_where_it_is_clear():
    rng = np.random.default_rng(0)
    scores = {A: rng.normal(size=(200, 2)), B: 5 + rng.normal(size=(200, 2)), C: rng.normal(size=(200, 2))}
    population = Population("data", scores, names_of(200), resamples=100)
    best, known = population.best([A, B, C]), population.mean(B)
    assert best.value == pytest.approx(known.value)
    assert best.draws == pytest.approx(known.draws)
    assert set(best.seeds) == {B}
    assert np.bincount(population.folds, minlength=FOLDS).tolist() == [40] * FOLDS


def test_parts_of_clusters_sum_to_a_difference():
    rng = np.random.default_rng(0)
    names = [f"author {number}" for number in rng.integers(20, size=90)]
    population = Population("data", {A: rng.random((90, 3)), B: rng.random((90, 3))}, names, resamples=20)
    difference = lead(population)
    assert population.paired(difference).sum() == pytest.approx(difference.value)
    assert population.items == 90
