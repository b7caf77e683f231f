"""The table of one dataset with 95 % intervals below every cell."""

from humancentric.reporting import study
from humancentric.reporting.cells import Scores
from humancentric.reporting.intervals import Interval, over_samples, over_seeds
from humancentric.reporting.numbers import UNITS, Unit
from humancentric.reporting.records import record
from humancentric.reporting.sheets import ABSENT, Item, Sheet
from humancentric.reporting.study import Config
from humancentric.reporting.transfer_grid import Below, cells_of, grid
from humancentric.reporting.transfer_table import about, marked

SEEDS, SAMPLES = "seeds", "samples and seeds"


def caption(config: Config, dataset: str) -> str:
    """Return the words above the table."""
    cell = f"mean ± standard deviation over {study.seeds(config)} runs"
    below = (
        "Below each row 95 % intervals of the mean: over seeds by Student's t, the test samples taken as they are; "
        "and, where claims were tested, over test samples and seeds by bootstrap."
    )
    return f"{about(config, dataset, cell)} {below} {marked(config, dataset)}"


def told(interval: Interval | None, unit: Unit) -> Item:
    """Return a printed interval; a dash where there is none."""
    if interval is None:
        return Item(ABSENT, tone="quiet")
    return Item(f"[{', '.join(map(unit.number, interval))}]", tone="quiet")


def sheet(scores: Scores, config: Config, dataset: str) -> Sheet:
    """Return a dataset's table with intervals."""
    metric, cells = study.headline(config, dataset), cells_of(scores, config, dataset)
    unit, run = UNITS[metric], [features for features, cell in cells.items() if cell]
    seeds = {features: over_seeds(cells[features]) for features in run}
    samples = {features: over_samples(scores, dataset, features) for features in run}
    samples = samples if any(samples.values()) else {}
    below = [
        Below(name, {features: told(interval, unit) for features, interval in found.items()})
        for name, found in ((SEEDS, seeds), (SAMPLES, samples))
    ]
    found = grid(scores, config, dataset, below)
    records = [
        record(dataset, metric, features, cell, found.bold, found.underlined)
        | _ends("seeds", seeds.get(features))
        | _ends("samples", samples.get(features))
        for features, cell in cells.items()
    ]
    name, words = f"{dataset}-intervals", caption(config, dataset)
    return Sheet(name, words, found.head, found.body, found.notes, tuple(records))


def _ends(name: str, interval: Interval | None) -> dict[str, float | None]:
    low, high = interval or (None, None)
    return {f"{name}_low": low, f"{name}_high": high}
