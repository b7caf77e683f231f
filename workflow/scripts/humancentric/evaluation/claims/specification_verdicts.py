"""Specification curve analysis: judge claims under every specification of the probes (Simonsohn et al. 2020).

A claim holds under a specification if its estimates support it, significantly or not. All specifications share one
bootstrap of test items and seeds, because the resamples of a population depend only on its name and items; the share of
specifications in which a claim holds is counted in every resample, which gives its interval.

Validation samples select one specification for each cell. No test item takes part in this selection, so the contrast
between the selected cells is tested like any other.
"""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from humancentric.core import logs
from humancentric.evaluation import sample_scores, specification_files
from humancentric.evaluation.claims import contrasts, judgements, verdicts
from humancentric.evaluation.claims.claim_cells import comparisons
from humancentric.evaluation.claims.comparisons import Cell
from humancentric.evaluation.claims.evidence import Evidence, Items, PopulationKey
from humancentric.evaluation.claims.judgements import ALPHA, Judgement
from humancentric.evaluation.estimates import finite
from humancentric.evaluation.significance import LEVEL, holm
from humancentric.study.study import Study

TASK = "transfer"
ROBUST, DEPENDS, EQUAL = "robust", "depends on the probe", "equal"
ANSWERS = (ROBUST, DEPENDS, EQUAL, verdicts.INCONCLUSIVE, verdicts.REVERSED, verdicts.NOT_RUN)
KEYS = ("name", "probe", "features", "options", "width")
TIE = -1e-9  # a lead of zero, up to rounding, does not support a claim
Record = dict[str, Any]
Scores = dict[PopulationKey, Items]


class Curve:
    """The scores of all cells under every specification, and the specification selected by validation for each."""

    def __init__(self, samples: Iterable[str | Path], scores: Iterable[str | Path], study: Study) -> None:
        """Read files of `specification_files`; `samples` are ``results/{dataset}/samples.parquet``."""
        paths = {Path(path).parent.name: path for path in samples}
        self.specifications: dict[str, Record] = {}  # by name
        self.cells: dict[Cell, dict[str, Record]] = {}  # by specification: its metadata and mean score
        self.items: dict[str, Scores] = {}  # by specification
        self.selected: Scores = {}
        for path in logs.progress(list(scores), "scores", unit="cell"):
            about, ids, values = specification_files.read(path)
            dataset, features = about["dataset"], about["features"]
            column = study.datasets[dataset].cluster
            clusters = sample_scores.read_clusters(paths[dataset], ids, column, dataset)
            known = {
                entry["name"]: {**entry, "mean": float(own.mean())}
                for entry, own in zip(about["specifications"], values, strict=True)
            }
            self.cells[Cell(TASK, dataset, features)] = known
            for (name, entry), found in zip(known.items(), values, strict=True):
                self.specifications.setdefault(name, {key: entry[key] for key in KEYS})
                self._add(self.items.setdefault(name, {}), dataset, features, ids, clusters, found, path)
            best = list(known).index(self.choice(Cell(TASK, dataset, features)))
            self._add(self.selected, dataset, features, ids, clusters, values[best], path)

    @staticmethod
    def _add(
        items: Scores,
        dataset: str,
        features: str,
        ids: list[str],
        clusters: list[str],
        values: np.ndarray,
        path: str | Path,
    ) -> None:
        items.setdefault((TASK, dataset), Items(ids, clusters)).add(features, ids, values, path)

    def choice(self, cell: Cell) -> str:
        """Return the specification of a cell with the best validation score; the first one in a tie."""
        known = self.cells[cell]
        return max(
            known, key=lambda name: -1.0 if known[name]["validation"] is None else known[name]["validation"]
        )


def supported(found: Judgement) -> np.ndarray:
    """Return whether the estimates, then those of every resample, support a contrast (1 + resamples; bool)."""
    leads = np.stack([np.append(lead.value, lead.draws) for lead in found.leads], axis=1)
    return found.needed(leads, np.zeros(len(found.leads))) < found.bound + TIE


def share(held: Sequence[np.ndarray]) -> tuple[float, float, float]:
    """Return the share of specifications in which a contrast holds, and its percentile interval.

    `held` has one array (1 + resamples; bool) per specification, the estimate first.
    """
    shares = np.mean(held, axis=0)
    low, high = np.quantile(shares[1:], [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    return float(shares[0]), float(low), float(high)


def answer(contrast: Record, shown: bool, refuted: bool, equal: bool) -> str:
    """Return whether a contrast depends on the probe.

    `contrast` has the verdict at the selected specifications and the interval of the share in which it holds. `shown`
    and `refuted` say whether any specification supports or refutes it significantly, and `equal` whether the difference
    at the selected ones is shown to lie within the margin.
    """
    verdict, low, high = contrast["verdict"], contrast["holds_low"], contrast["holds_high"]
    if verdict == verdicts.NOT_RUN or contrast["too_few"]:
        return verdict
    if shown and refuted:
        return DEPENDS
    if verdict in (verdicts.REPRODUCED, verdicts.REVERSED):
        agrees, contradicts = (
            (low > 0.5, high < 0.5) if verdict == verdicts.REPRODUCED else (high < 0.5, low > 0.5)
        )
        agreed = ROBUST if verdict == verdicts.REPRODUCED else verdicts.REVERSED
        return agreed if agrees else DEPENDS if contradicts else verdicts.INCONCLUSIVE
    if equal:
        return DEPENDS if shown or refuted else EQUAL
    return verdicts.INCONCLUSIVE


def score(
    samples: Iterable[str | Path],
    scores: Iterable[str | Path],
    study: Study,
    reference: Mapping[str, Any],
    margin: float,
) -> Record:
    """Return claims and encoders under all specifications, ready to be written as JSON.

    `study` is what `humancentric.study.specification_grid.excerpt` returns, `reference` the paper's numbers, and
    `margin` the difference within which encoders count as equal.
    """
    curve = Curve(samples, scores, study)
    parts = [(row, part) for row in study.claims.values() for part in comparisons(row, study)]
    found: list[list[Judgement]] = [[] for _ in parts]
    first: dict[Cell, list[np.ndarray]] = {cell: [] for cell in curve.cells}
    for items in logs.progress(list(curve.items.values()), "specifications", unit="specification"):
        evidence = Evidence(items, study)
        for judged, (row, part) in zip(found, parts, strict=True):
            judgement = contrasts.judged(row, part, evidence)
            judged += [] if judgement is None else [judgement]
        for members in _rivals(curve):
            means = np.stack([_mean(evidence, cell) for cell in members])
            for cell, values in zip(members, means, strict=True):
                first[cell].append(values >= means.max(axis=0))
    selected = Evidence(curve.selected, study)
    claims = verdicts.judge(selected, study, reference)
    all_contrasts = [contrast for claim in claims for contrast in claim["contrasts"]]
    tests = [
        _tests(judged, contrasts.judged(row, part, selected), margin)
        for judged, (row, part) in zip(found, parts, strict=True)
    ]
    adjusted = [holm(np.array(values)) <= ALPHA for values in zip(*tests, strict=True)]
    for number, (contrast, judged) in enumerate(zip(all_contrasts, found, strict=True)):
        held = share([supported(judgement) for judgement in judged]) if judged else (np.nan,) * 3
        contrast |= finite(dict(zip(("holds", "holds_low", "holds_high"), held, strict=True)))
        contrast["leads"] = [judgement.value for judgement in judged]
        contrast["shown"] = sum(2 * judgement.in_favour <= ALPHA for judgement in judged)
        contrast["refuted"] = sum(2 * judgement.against <= ALPHA for judgement in judged)
        contrast["answer"] = answer(contrast, *(bool(column[number]) for column in adjusted))
    return {
        "level": LEVEL,
        "margin": margin,
        "specifications": list(curve.specifications.values()),
        "claims": claims,
        "encoders": _encoders(curve, first),
    }


def _tests(
    judged: Sequence[Judgement], selected: Judgement | None, margin: float
) -> tuple[float, float, float]:
    """Return two-sided p-values for support by any specification, refutation by any, and equality at the selected ones.

    The first two have a Bonferroni correction. A contrast with a margin of its own is not tested for equality.
    """
    count = 2 * len(judged)
    shown, refuted = (
        min([1.0, *(count * getattr(judgement, side) for judgement in judged)])
        for side in ("in_favour", "against")
    )
    if selected is None or selected.bound:
        return shown, refuted, 1.0
    return shown, refuted, min(1.0, 2 * judgements.equivalent(selected.leads, (), margin).in_favour)


def _rivals(curve: Curve) -> list[list[Cell]]:
    """Return the groups of cells that are ranked together: those of the same dataset and views."""
    datasets = dict.fromkeys(cell.dataset for cell in curve.cells)
    return [
        [Cell(TASK, dataset, name) for name in names]
        for dataset in datasets
        for names in verdicts.groups([cell.features for cell in curve.cells if cell.dataset == dataset])
    ]


def _mean(evidence: Evidence, cell: Cell) -> np.ndarray:
    """Return the mean score of a cell, then that of every resample (1 + resamples)."""
    estimate = evidence.estimate([(1.0, cell)])
    return np.append(estimate.value, estimate.draws)


def _encoders(curve: Curve, first: Mapping[Cell, Sequence[np.ndarray]]) -> list[Record]:
    """Return every cell with its scores and ranks by specification, and the specification that validation selects."""
    found = []
    for members in _rivals(curve):
        means = np.array([[entry["mean"] for entry in curve.cells[cell].values()] for cell in members])
        ranks = 1 + (means[None] > means[:, None] - TIE).sum(axis=1)
        for cell, own, cell_ranks in zip(members, means, ranks, strict=True):
            held = share(first[cell])
            known = list(curve.cells[cell].values())
            record: Record = {"dataset": cell.dataset, "features": cell.features, "rivals": len(members)}
            record |= {"means": own.tolist(), "ranks": cell_ranks.tolist()}
            record["validation"] = [entry["validation"] for entry in known]
            record["components"] = [entry["components"] for entry in known]
            record["selected"] = curve.choice(cell)
            found.append(record | dict(zip(("first", "first_low", "first_high"), held, strict=True)))
    return found
