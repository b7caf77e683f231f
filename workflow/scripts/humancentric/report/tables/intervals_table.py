"""Build the table of one dataset with 95 % intervals below every cell.

Intervals are over seeds, and over test samples and seeds together.
"""

import math

from humancentric.evaluation import significance
from humancentric.report.csv_rows import record
from humancentric.report.numbers import UNITS, Unit
from humancentric.report.score_cells import Cell, Scores
from humancentric.report.tables.sheet import ABSENT, Item, Sheet
from humancentric.report.tables.transfer_table import Below, about, cells_of, grid, marked
from humancentric.study import report_config
from humancentric.study.study import Study

Interval = tuple[float, float]


def over_seeds(cell: Cell) -> Interval | None:
    """Return the t-interval of the mean over seeds, for fixed test samples; None for a single run."""
    if cell.runs < 2:
        return None
    half = significance.t_margin(cell.std_sample / math.sqrt(cell.runs), cell.runs - 1)
    return cell.mean - half, cell.mean + half


def over_samples(scores: Scores, dataset: str, features: str, task: str = "transfer") -> Interval | None:
    """Return the bootstrap interval over test samples and seeds from ``claims.json``; None if missing."""
    for row in scores.claims.get("cells", ()):
        if (row["task"], row["dataset"], row["features"]) == (task, dataset, features):
            return None if None in (row["low"], row["high"]) else (row["low"], row["high"])
    return None


SEEDS, SAMPLES = "seeds", "samples and seeds"


def caption(study: Study, dataset: str) -> str:
    """Return the caption of the table."""
    cell = f"mean ± standard deviation over {report_config.seeds(study)} runs"
    below = (
        "Below each row 95 % intervals of the mean: over seeds by Student's t, the test samples taken as they are; "
        "and, where claims were tested, over test samples and seeds by bootstrap."
    )
    return f"{about(study, dataset, cell)} {below} {marked(study, dataset)}"


def told(interval: Interval | None, unit: Unit) -> Item:
    """Format an interval; a dash if there is none."""
    if interval is None:
        return Item(ABSENT, tone="quiet")
    return Item(f"[{', '.join(map(unit.number, interval))}]", tone="quiet")


def sheet(scores: Scores, study: Study, dataset: str) -> Sheet:
    """Return a dataset's table with intervals."""
    metric, cells = report_config.headline(study, dataset), cells_of(scores, study, dataset)
    unit, run = UNITS[metric], [features for features, cell in cells.items() if cell]
    seeds = {features: over_seeds(cells[features]) for features in run}
    samples = {features: over_samples(scores, dataset, features) for features in run}
    samples = samples if any(samples.values()) else {}
    below = [
        Below(name, {features: told(interval, unit) for features, interval in found.items()})
        for name, found in ((SEEDS, seeds), (SAMPLES, samples))
    ]
    found = grid(scores, study, dataset, below)
    records = [
        record(dataset, metric, features, cell, found.bold, found.underlined)
        | _ends("seeds", seeds.get(features))
        | _ends("samples", samples.get(features))
        for features, cell in cells.items()
    ]
    name, words = f"{dataset}-intervals", caption(study, dataset)
    return Sheet(name, words, found.head, found.body, found.notes, tuple(records))


def _ends(name: str, interval: Interval | None) -> dict[str, float | None]:
    low, high = interval or (None, None)
    return {f"{name}_low": low, f"{name}_high": high}
