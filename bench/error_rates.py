"""Estimate the error rates and the power of the verdicts on claims in simulated studies.

    OMP_NUM_THREADS=1 PYTHONPATH=workflow/scripts:tests/support python bench/error_rates.py [--runs 2000]

For every case, the table has the share of studies with a false verdict, the nominal rate, and a mark if the share
exceeds the rate by more than three binomial standard errors. `tests/evaluation/test_claims_power.py` runs some of the
cases with fewer studies.
"""

import argparse
import time

import numpy as np
from scipy.stats import ttest_1samp

import simulated_scores as simulated
from claim_data import simulate
from simulated_scores import zipf

EQUAL = {f"{view}.{name}": 0.0 for view in ("standard", "masked") for name in ("both", "one", "two")}
PAIR = {"standard.both": 0.0, "standard.one": 0.0}
ONE = {"best": {"rivals": ["one"], "views": ["standard"]}}
LOWER = {"lower": {"kind": "lower", "ours": ["both", "one", "two"]}}
FAMILY = {
    "best": {"views": ["standard"]},
    **LOWER,
    "below": {"ours": ["one"], "rivals": ["two", "both"], "views": ["masked"]},
    "tie": {"kind": "equivalent", "margin": 0.02, "views": ["standard"]},
    "order": {"kind": "order"},
}
ANY, REPRODUCED, REVERSED = (slice(None), slice(0, 1), slice(1, 2))
CASES = {  # name: (claims, shifts, options, verdicts that are false, nominal rate)
    "one contrast, 120 items": (ONE, PAIR, {}, ANY, 0.05),
    "one contrast, 30 items": (ONE, PAIR, {"items": 30}, ANY, 0.05),
    "one contrast, 24 clusters of 5": (ONE, PAIR, {"cluster": 5}, ANY, 0.05),
    "one contrast, five seeds": (ONE, PAIR, {"seeds": 5}, ANY, 0.05),
    "two rivals": ({"best": {"views": ["standard"]}}, EQUAL, {}, ANY, 0.05),
    "three contrasts, one of them false": (
        LOWER, EQUAL | {"standard.both": 0.3, "standard.one": 0.3}, {}, REPRODUCED, 0.025,
    ),
    "three contrasts, none reversed": (LOWER, EQUAL, {}, REVERSED, 0.025),
    "a family of five claims": (FAMILY, EQUAL, {}, ANY, 0.05),
    "a family of five claims, two seeds, 60 items": (FAMILY, EQUAL, {"items": 60, "seeds": 2}, ANY, 0.05),
}  # fmt: skip

FEWSHOT = [
    (3, 75, 2),
    (3, 75, 10),
    (3, 75, 20),
    (3, 75, 50),
    (10, 75, 10),
    (10, 1000, 10),
    (3, 300, 2),
    (10, 300, 5),
]
CLUSTERS = {
    "40 clusters, Zipf": zipf(40), "12 clusters, Zipf": zipf(12), "100 clusters, Zipf": zipf(100),
    "100 clusters, Zipf 1.5": zipf(100, 1.5), "8 equal clusters": np.full(8, 12), "40 equal clusters": np.full(40, 5),
}  # fmt: skip


def two_encoders(runs: int) -> None:
    """Print how often two equal encoders differ at the 5 % level, for few-shot scores and for clustered scores."""
    for classes, items, draws in FEWSHOT:
        draw = simulated.fewshot(classes, items, draws)
        leads = [_by_draw(draw, run) for run in range(runs)]
        naive = np.mean([ttest_1samp(lead, 0).pvalue <= simulated.ALPHA for lead in leads])
        share = simulated.separated(draw, runs, shared=True)
        case = f"few-shot, {classes} classes, {items} items, {draws} draws; over draws alone: {naive:.3f}"
        print(
            f"| {case} | {share:.4f} | 0.050 | {'' if share <= simulated.most(runs) else 'above'} |",
            flush=True,
        )
    for name, sizes in CLUSTERS.items():
        for correlation in (0.0, 0.3, 0.9):
            share = simulated.separated(simulated.clustered(sizes, correlation), runs)
            mark = "" if share <= simulated.most(runs) else "above"
            print(f"| {name}, correlation {correlation} | {share:.4f} | 0.050 | {mark} |", flush=True)


def _by_draw(draw: simulated.Draw, run: int) -> np.ndarray:
    scores, _ = draw(np.random.default_rng(run))
    return (scores[simulated.A] - scores[simulated.B]).mean(axis=0)


def main() -> None:
    """Print the table of `bench/README.md`."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--runs", type=int, default=2000)
    runs, begin = parser.parse_args().runs, time.perf_counter()
    print("| case | false verdicts | nominal | |\n|---|---|---|---|")
    for name, (claims, shifts, options, false, rate) in CASES.items():
        found, _ = simulate(runs, claims, shifts, **{"seeds": 2, **options})
        share = found[:, :, false].any(axis=(1, 2)).mean()
        fine = share <= rate + 3 * (rate * (1 - rate) / runs) ** 0.5
        print(f"| {name} | {share:.4f} | {rate:.3f} | {'' if fine else 'above'} |", flush=True)
    two_encoders(runs)
    for shift in (0.1, 0.15, 0.2):
        means = {
            "standard.both": [50 + 90 * shift, 1.0],
            "standard.one": [50.0, 1.0],
        }  # seeds flip a twentieth
        reference = {"tables": {"films": {"metric": "accuracy", "cells": means}}, "controls": {}}
        shifts = {"standard.both": shift, "standard.one": 0.0}
        found, power = simulate(runs, ONE, shifts, items=170, seeds=5, reference=reference)
        held, stated = found[:, 0, 0].mean(), np.nanmean(power)
        print(
            f"| power at {90 * shift:.0f} points, 170 items: reproduced, stated | {held:.3f} | {stated:.3f} | |"
        )
    print(f"{time.perf_counter() - begin:.0f} s")


if __name__ == "__main__":
    main()
